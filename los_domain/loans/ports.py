"""What loans need of the unit of work."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import attrs

from los_domain.brands.model import Lender
from los_domain.customers.ports import ConsentWork
from los_domain.loans.application import Applicant
from los_domain.loans.model import Comment, Loan, Step
from los_domain.loans.offer import Offer
from los_domain.loans.policy import Fired
from los_domain.loans.reasons import StatusReason
from los_domain.loans.rules import LoanRule
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import BrandId, CustomerId, LoanId
from los_domain.shared.work import Work


class LoanStore(Protocol):
    """Loans of a brand, and their history."""

    def next_number(self) -> str:
        """Return the next loan number of the brand, ``L000042``: ascending, and with gaps where an application was rolled back."""
        ...

    def add(self, loan: Loan, *, reason: str = "") -> None:
        """Store a new application and the first step of its history."""
        ...

    def get(self, loan_id: LoanId, *, lock: bool = False) -> Loan:
        """
        Return the loan; *lock* holds its row until the transaction ends, as whoever changes its money must.

        Raises NotFound; StaleWrite if somebody else holds the row for three seconds.
        """
        ...

    def of_customer(self, customer_id: CustomerId, *, hold: bool = False) -> Sequence[Loan]:
        """Return her loans, newest first; *hold* lets nobody else apply for her until the transaction ends."""
        ...

    def save(self, loan: Loan) -> Loan:
        """Write over the version it was read at, and return it at its new one. Raises StaleWrite."""
        ...

    def record(self, fired: Fired, *, reason: str, at: datetime | None = None) -> None:
        """Add what *fired* did to the loan's history, *at* an instant that may have passed (now). The loan itself is saved by ``save``."""
        ...

    def history(self, loan_id: LoanId) -> Sequence[Step]:
        """Return every step, oldest first."""
        ...


class LoanWork(Work, Protocol):
    """The least unit of work that a change of a loan needs."""

    @property
    def loans(self) -> LoanStore:
        """Loans of the brand."""
        ...


class RuleStore(Protocol):
    """Loan rules of a brand. Versions are added and never changed."""

    def newest(self, rule_id: UUID) -> LoanRule:
        """Return the newest version of a rule. Raises NotFound."""
        ...

    def get(self, rule_id: UUID, version: int) -> LoanRule:
        """Return one version. Raises NotFound."""
        ...

    def every(self) -> Sequence[LoanRule]:
        """Return the newest version of each rule, by name."""
        ...

    def add(self, rule: LoanRule, *, at: datetime) -> None:
        """Store a version. Raises StaleWrite if its number is taken: somebody else saved meanwhile."""
        ...


class RuleWork(Work, Protocol):
    """The unit of work of loan rules."""

    @property
    def rules(self) -> RuleStore:
        """Loan rules of the brand."""
        ...


class MissingSteps(Protocol):
    """Knows which steps stand between a customer and an application."""

    def __call__(self, scope: BrandScope, customer_id: CustomerId, /) -> tuple[str, ...]:
        """Return the steps that the brand insists on and that are not done, in their order. Raises NotFound."""
        ...


class BlocksOn(Protocol):
    """Knows whom the brand lends nothing to."""

    def __call__(self, scope: BrandScope, customer_id: CustomerId, /) -> bool:
        """Return whether a blocklist names something of hers."""
        ...


class Applicants(Protocol):
    """What applying needs to know of customers, gathered from the capabilities below."""

    def get(self, customer_id: CustomerId, *, missing: tuple[str, ...]) -> Applicant:
        """Return what is known now, with the steps that are *missing*. Raises NotFound for no customer of the brand."""
        ...


class ApplyWork(LoanWork, RuleWork, ConsentWork, Protocol):
    """The unit of work of an application."""

    @property
    def applicants(self) -> Applicants:
        """Customers as applying sees them."""
        ...


class OfferStore(Protocol):
    """What was offered for loans. Never changed."""

    def add(self, offer: Offer, *, at: datetime) -> None:
        """Store one."""
        ...

    def newest(self, loan_id: LoanId) -> Offer | None:
        """Return what was offered last for a loan, or None."""
        ...

    def run_out(self, today: date, *, limit: int) -> Sequence[LoanId]:
        """Return sanctioned loans whose offer nobody accepted and whose last day is over, longest first."""
        ...


class LenderOf(Protocol):
    """Knows whose a brand is."""

    def __call__(self, brand: BrandId, /) -> Lender:
        """Return the lender of a brand. Raises NotFound."""
        ...


class BrandName(Protocol):
    """Knows how brands are called."""

    def __call__(self, brand: BrandId, /) -> str:
        """Return the name that borrowers read. Raises NotFound."""
        ...


class OfferWork(RuleWork, LoanWork, Protocol):
    """The unit of work of sanction and acceptance."""

    @property
    def offers(self) -> OfferStore:
        """Offers of the brand."""
        ...

    @property
    def applicants(self) -> Applicants:
        """Customers as loans see them."""
        ...


@attrs.frozen
class Ruling:
    """What a decision says about a loan at one version of it. *reasons* are the codes of what spoke against it."""

    loan_id: LoanId
    loan_version: int
    is_approval: bool
    is_rejection: bool
    reasons: tuple[str, ...]


class Rulings(Protocol):
    """Knows decisions."""

    def get(self, decision_id: UUID) -> Ruling:
        """Return what a decision says. Raises NotFound."""
        ...


class RulingWork(OfferWork, Protocol):
    """The unit of work of acting on a decision."""

    @property
    def rulings(self) -> Rulings:
        """Decisions, as loans see them."""
        ...


class ReasonStore(Protocol):
    """Status reasons of a brand."""

    def every(self) -> Sequence[StatusReason]:
        """Return all, by code."""
        ...

    def get(self, reason_id: UUID) -> StatusReason:
        """Return one. Raises NotFound."""
        ...

    def add(self, reason: StatusReason) -> None:
        """Store a new one. Raises Conflict if the code is taken."""
        ...

    def save(self, reason: StatusReason) -> StatusReason:
        """Write over the version it was read at. Raises StaleWrite, Conflict if the code is taken."""
        ...

    def remove(self, reason_id: UUID) -> None:
        """Remove it."""
        ...


class CommentStore(Protocol):
    """What staff wrote about loans."""

    def add(self, comment: Comment) -> None:
        """Store one."""
        ...

    def of_loan(self, loan_id: LoanId) -> Sequence[Comment]:
        """Return a loan's, newest first."""
        ...


class FileWork(RuleWork, LoanWork, Protocol):
    """The unit of work of a loan's file: reasons, comments, timeline."""

    @property
    def reasons(self) -> ReasonStore:
        """Status reasons."""
        ...

    @property
    def comments(self) -> CommentStore:
        """Comments."""
        ...
