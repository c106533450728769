"""What decisioning needs kept and known."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from los_domain.decisioning.facts import Case
from los_domain.decisioning.model import Bypass, Decision
from los_domain.loans.ports import LoanWork
from los_domain.settings.ports import Pages
from los_domain.shared.ids import LoanId


class Cases(Protocol):
    """Gathers what a loan is judged by, from the capabilities below."""

    def get(self, loan_id: LoanId, *, missing: tuple[str, ...]) -> Case:
        """Return the case as it is now, *missing* being the onboarding steps that are not done. Raises NotFound."""
        ...


class DecisionStore(Protocol):
    """Decisions of a brand. Never changed, never removed."""

    def add(self, decision: Decision) -> None:
        """Store one, and the policy that it was made by where that is new."""
        ...

    def get(self, decision_id: UUID) -> Decision:
        """Return one. Raises NotFound, Erased where its customer's data were destroyed."""
        ...

    def newest(self, loan_id: LoanId) -> Decision | None:
        """Return a loan's newest decision, or None."""
        ...


class BypassStore(Protocol):
    """Which loans may pass without which reports."""

    def add(self, bypass: Bypass) -> bool:
        """Store one; False if it was there."""
        ...

    def of_loan(self, loan_id: LoanId) -> Sequence[Bypass]:
        """Return a loan's, oldest first."""
        ...


class DecisionWork(LoanWork, Protocol):
    """The unit of work of decisions."""

    @property
    def cases(self) -> Cases:
        """Cases."""
        ...

    @property
    def decisions(self) -> DecisionStore:
        """Decisions."""
        ...

    @property
    def bypasses(self) -> BypassStore:
        """Reports that a loan may pass without."""
        ...

    @property
    def pages(self) -> Pages:
        """Settings pages, rules and evaluation items among them."""
        ...
