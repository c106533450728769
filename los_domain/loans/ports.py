"""What loans need of the unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from los_domain.loans.model import Loan, Step
from los_domain.loans.policy import Fired
from los_domain.shared.ids import CustomerId, LoanId
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

    def of_customer(self, customer_id: CustomerId) -> Sequence[Loan]:
        """Return her loans, newest first."""
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
