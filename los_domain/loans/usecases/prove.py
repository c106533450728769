"""Holding what is stored about loans against what follows from their transactions: nothing may differ by a paisa."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import attrs

from los_domain.ledger import Journal, LedgerAccount, balance, book
from los_domain.ledger.model import Ref
from los_domain.ledger.ports import Books
from los_domain.loans.events import BooksDiffer
from los_domain.loans.model import Loan
from los_domain.loans.policy import standing_of
from los_domain.loans.servicing import as_stored, terms_of
from los_domain.repayment import Transaction
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money
from los_domain.shared.progress import Progress, Report
from los_domain.shared.work import Work

CHUNK = 200


class AccountBooks(Books, Protocol):
    """The books, with journals of many loans at once."""

    def journals_of_many(self, loan_ids: Sequence[LoanId]) -> Mapping[LoanId, tuple[Journal, ...]]:
        """Return the journals of many loans in the order they were written; a loan without any is not in it."""
        ...


class Accounts(Protocol):
    """Loans that were paid out, many at a time."""

    def paid_out(self, *, after: LoanId | None, limit: int) -> Sequence[Loan]:
        """Return them in order of their ids from *after* on."""
        ...


class ProvingWork(Work, Protocol):
    """What proving touches."""

    @property
    def nights(self) -> Accounts:
        """Loans by the many."""
        ...

    @property
    def books(self) -> AccountBooks:
        """Transactions and journals."""
        ...


class BeginProving(Protocol):
    """Opens a unit of work: to read in one snapshot, or to write."""

    def __call__(self, scope: BrandScope, /, *, read_only: bool = False) -> AbstractContextManager[ProvingWork]:
        """Return the context manager."""
        ...


@attrs.frozen
class Difference:
    """Something stored that does not follow. *what* names it; the figures are in paise or words."""

    loan_id: LoanId
    number: str
    what: str
    stored: str
    follows: str


def differences(loan: Loan, entered: Sequence[Transaction], journals: Sequence[Journal]) -> tuple[Difference, ...]:
    """Return what is stored of *loan* and does not follow from what was entered. Pure."""
    moved = as_stored(loan, entered)
    account, stored = moved.account, loan.standing
    follows = standing_of(account, posted=moved.posted.on, closed=account.on)
    pairs: list[tuple[str, object, object]] = [
        ("outstanding", stored.outstanding, follows.outstanding),
        ("overdue", stored.overdue, follows.overdue),
        ("excess", stored.excess, follows.excess),
        ("oldest due", stored.oldest_due_on, follows.oldest_due_on),
        ("next due", stored.next_due_on, follows.next_due_on),
        ("closed on", loan.closed_on, account.settled_on or account.written_off_on),
    ]
    found = balance(journals)
    wanted = balance(book(terms_of(loan), entered, moved.posted.on, booked_on=moved.posted.on))
    pairs += [
        (f"ledger {ref}", found.get(ref, Money(0)), wanted.get(ref, Money(0)))
        for ref in sorted({*found, *wanted}, key=str)
    ]
    pairs.append(("ledger in all", Money(sum(each.paise for each in found.values())), Money(0)))
    principal = found.get(Ref(LedgerAccount.PRINCIPAL), Money(0))
    pairs.append(("principal", principal, moved.posted.outstanding.principal))
    return tuple(
        Difference(loan.id, loan.number, what, str(held), str(should)) for what, held, should in pairs if held != should
    )


@attrs.frozen
class ProveBooks:
    """Prove every loan of a brand that was paid out; what differs is told, and nothing is mended."""

    begin: BeginProving
    chunk: int = CHUNK

    def __call__(self, scope: BrandScope, *, report: Report = lambda _: None) -> tuple[int, Sequence[Difference]]:
        """Return how many loans were proved, and what differs."""
        proved, found = 0, list[Difference]()
        after: LoanId | None = None
        while True:
            with self.begin(scope, read_only=True) as work:
                loans = work.nights.paid_out(after=after, limit=self.chunk)
                ids = [loan.id for loan in loans]
                entered, journals = work.books.transactions_of_many(ids), work.books.journals_of_many(ids)
            if not loans:
                break
            after = loans[-1].id
            for loan in loans:
                found += differences(loan, entered.get(loan.id, ()), journals.get(loan.id, ()))
            proved += len(loans)
            report(Progress(proved))
        with self.begin(scope) as work:
            for loan_id in dict.fromkeys(each.loan_id for each in found):
                work.outbox.add(BooksDiffer(loan_id))
            after_words: dict[str, str | int] = {"loans": proved, "differences": len(found)}
            work.audit.add(AuditEvent("loans.prove-books", "brand", scope.brand, after=after_words))
        return proved, found
