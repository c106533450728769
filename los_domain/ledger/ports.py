"""Where a loan's transactions and the journals that follow from them are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from los_domain.ledger.model import Journal
from los_domain.repayment.transactions import Transaction
from los_domain.shared.ids import LoanId


class Books(Protocol):
    """
    The books of a brand: only ever added to; the database refuses anything else.

    A loan's books are read and written under the lock of its row.
    """

    def transactions_of(self, loan_id: LoanId) -> tuple[Transaction, ...]:
        """Return what happened to the loan's account, in the order it was entered."""
        ...

    def transactions_of_many(self, loan_ids: Sequence[LoanId]) -> Mapping[LoanId, tuple[Transaction, ...]]:
        """Return the same of many loans at once; a loan of which nothing was entered is not in it."""
        ...

    def entered_at(self, loan_id: LoanId) -> Mapping[UUID, datetime]:
        """Return when each transaction of the loan was entered, in business time."""
        ...

    def enter(self, loan_id: LoanId, transaction: Transaction, *, at: datetime) -> None:
        """Add a transaction. Raises Conflict for a sequence or an identity that is taken."""
        ...

    def journals_of(self, loan_id: LoanId) -> tuple[Journal, ...]:
        """Return the loan's journals in the order they were written."""
        ...

    def write(self, loan_id: LoanId | None, journals: Sequence[Journal], *, at: datetime) -> tuple[Journal, ...]:
        """Add *journals* and return them with their identities. Without a loan they are the brand's own: money in suspense."""
        ...

    def write_many(self, journals: Sequence[tuple[LoanId, Journal]], *, at: datetime) -> None:
        """Add the journals of many loans at once."""
        ...
