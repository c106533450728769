"""What paying out tells others."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import LoanId


@attrs.frozen
class PayoutEventBase(Event):
    """An event about one payout of one loan."""

    topic: ClassVar[str] = ""
    payout_id: UUID
    loan_id: LoanId


@attrs.frozen
class PayoutReady(PayoutEventBase):
    """An instruction is committed and waits to be sent."""

    topic: ClassVar[str] = "disbursement.ready"


@attrs.frozen
class PayoutSent(PayoutEventBase):
    """A bank may have the payout and has not decided: it is asked."""

    topic: ClassVar[str] = "disbursement.sent"


@attrs.frozen
class PayoutPaid(PayoutEventBase):
    """The bank confirmed the credit."""

    topic: ClassVar[str] = "disbursement.paid"


@attrs.frozen
class PayoutFailed(PayoutEventBase):
    """The bank refused, or the money came back: the loan waits for another payout. *reason* is a code word."""

    topic: ClassVar[str] = "disbursement.failed"
    reason: str


@attrs.frozen
class PayoutStuck(PayoutEventBase):
    """The bank has not told for two days what became of it: a person has to find out."""

    topic: ClassVar[str] = "disbursement.stuck"


@attrs.frozen
class DisbursementHeld(Event):
    """A signed loan was not paid out because a check said no. *reasons* are code words joined by a comma."""

    topic: ClassVar[str] = "disbursement.held"
    loan_id: LoanId
    reasons: str
