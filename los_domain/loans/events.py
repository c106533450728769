"""What loans tell others."""

from datetime import date
from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import CustomerId, LoanId


@attrs.frozen
class LoanEventBase(Event):
    """An event about one loan at one version of it."""

    topic: ClassVar[str] = ""
    loan_id: LoanId
    version: int


@attrs.frozen
class LoanApplied(LoanEventBase):
    """An application came in."""

    topic: ClassVar[str] = "loans.applied"


@attrs.frozen
class ReviewStarted(Event):
    """An application is being reviewed: what it is judged by can be fetched, a credit report for a loan of *amount_paise* first."""

    topic: ClassVar[str] = "loans.review-started"
    loan_id: LoanId
    customer_id: CustomerId
    amount_paise: int


@attrs.frozen
class LoanSanctioned(LoanEventBase):
    """Terms were approved."""

    topic: ClassVar[str] = "loans.sanctioned"


@attrs.frozen
class LoanRejected(LoanEventBase):
    """It ended before disbursal: declined, withdrawn or lapsed."""

    topic: ClassVar[str] = "loans.rejected"


@attrs.frozen
class OfferAccepted(LoanEventBase):
    """The borrower accepted the key facts."""

    topic: ClassVar[str] = "loans.offer-accepted"


@attrs.frozen
class AgreementSigned(LoanEventBase):
    """The signed agreement is stored."""

    topic: ClassVar[str] = "loans.agreement-signed"


@attrs.frozen
class LoanDisbursed(LoanEventBase):
    """The bank confirmed the credit."""

    topic: ClassVar[str] = "loans.disbursed"


@attrs.frozen
class LoanFellOverdue(LoanEventBase):
    """A due was unpaid at the end of its day."""

    topic: ClassVar[str] = "loans.fell-overdue"


@attrs.frozen
class LoanCured(LoanEventBase):
    """Nothing is overdue any more."""

    topic: ClassVar[str] = "loans.cured"


@attrs.frozen
class LoanClosed(LoanEventBase):
    """Completed, settled or written off; what is owed to the borrower now is her paper."""

    topic: ClassVar[str] = "loans.closed"


@attrs.frozen
class LoanReopened(LoanEventBase):
    """A reversed payment opened a closed loan again; its no-dues certificate no longer holds."""

    topic: ClassVar[str] = "loans.reopened"


@attrs.frozen
class NightLeftLoan(Event):
    """The end of a day could not be worked out for a loan: a person has to look. *problem* is the kind of the fault."""

    topic: ClassVar[str] = "loans.night-left"
    loan_id: LoanId
    day: date
    problem: str


@attrs.frozen
class NoDuesIssued(Event):
    """A no-dues certificate is stored: it is to be mailed, with its hash."""

    topic: ClassVar[str] = "loans.no-dues-issued"
    certificate_id: UUID
    loan_id: LoanId


@attrs.frozen
class BooksDiffer(Event):
    """Something stored of a loan does not follow from its transactions: a person has to look before anything else moves."""

    topic: ClassVar[str] = "loans.books-differ"
    loan_id: LoanId
