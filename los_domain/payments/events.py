"""What payments tell others."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import LoanId


@attrs.frozen
class CollectionStarted(Event):
    """A borrower wants to pay and no order could be opened at once: a worker goes on."""

    topic: ClassVar[str] = "payments.collection-started"
    collection_id: UUID


@attrs.frozen
class PaymentReceived(Event):
    """Money of a borrower was booked on her loan."""

    topic: ClassVar[str] = "payments.received"
    receipt_id: UUID
    loan_id: LoanId


@attrs.frozen
class PaymentReversed(Event):
    """Money that was booked on a loan never arrived, or went back."""

    topic: ClassVar[str] = "payments.reversed"
    receipt_id: UUID
    loan_id: LoanId


@attrs.frozen
class PaymentUnmatched(Event):
    """Money came that no loan can take: a person decides whose it is, or sends it back."""

    topic: ClassVar[str] = "payments.unmatched"
    receipt_id: UUID


@attrs.frozen
class RefundApproved(Event):
    """Two people agreed to send money back."""

    topic: ClassVar[str] = "payments.refund-approved"
    refund_id: UUID


@attrs.frozen
class RefundRefused(Event):
    """The gateway will not send money back: a person finds another way."""

    topic: ClassVar[str] = "payments.refund-refused"
    refund_id: UUID
