"""What agreements tell others. That one is signed, the loan itself tells."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import LoanId


@attrs.frozen
class AgreementPrepared(Event):
    """A paper was printed and waits to be sent."""

    topic: ClassVar[str] = "agreements.prepared"
    agreement_id: UUID
    loan_id: LoanId


@attrs.frozen
class AgreementSent(Event):
    """The borrower can sign: she is to be told where. Told again, it asks for the same once more."""

    topic: ClassVar[str] = "agreements.sent"
    agreement_id: UUID
    loan_id: LoanId


@attrs.frozen
class AgreementEnded(Event):
    """A paper ended unsigned; staff is told. *why* is a word of ``EndedWhy``."""

    topic: ClassVar[str] = "agreements.ended"
    agreement_id: UUID
    loan_id: LoanId
    why: str


@attrs.frozen
class AgreementStored(Event):
    """The signed file is stored: copies may go out."""

    topic: ClassVar[str] = "agreements.stored"
    agreement_id: UUID
    loan_id: LoanId
