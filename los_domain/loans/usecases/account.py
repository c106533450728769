"""A loan's account as people read it: its schedule, what is due, what closes it, what happened to it, and its journals."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

import attrs

from los_domain.ledger import Journal
from los_domain.loans.model import Comment, Loan, Step
from los_domain.loans.ports import CommentStore
from los_domain.loans.servicing import ServicingWork, terms_of
from los_domain.repayment import Account, ImpossibleTransaction, PayoffQuote, Transaction, fold, payoff
from los_domain.repayment.account import Allocation, InstalmentState
from los_domain.shared.actor import BrandScope
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import FieldProblem, Invalid, NotFound
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money


class TimelineWork(ServicingWork, Protocol):
    """What telling a loan's life touches."""

    @property
    def comments(self) -> CommentStore:
        """What staff wrote about loans."""
        ...


class BeginTimeline(Protocol):
    """Opens a unit of work that sees one snapshot and writes nothing."""

    def __call__(self, scope: BrandScope, /, *, read_only: bool = False) -> AbstractContextManager[TimelineWork]:
        """Return the context manager."""
        ...


class BeginReading(Protocol):
    """Opens a unit of work that sees one snapshot and writes nothing: figures that must agree."""

    def __call__(self, scope: BrandScope, /, *, read_only: bool = False) -> AbstractContextManager[ServicingWork]:
        """Return the context manager."""
        ...


@attrs.frozen
class AccountView:
    """
    A loan and its account at the end of *on*, folded from its transactions.

    account: None before the loan is paid out. entered: what happened to it, in the order it was entered.
    """

    loan: Loan
    on: date
    account: Account | None
    entered: Sequence[Transaction]

    @property
    def instalments(self) -> Sequence[InstalmentState]:
        """The rows of the account; none before the loan is paid out."""
        return () if self.account is None else self.account.instalments

    @property
    def allocated(self) -> Mapping[UUID, Allocation]:
        """Where the money of each transaction went."""
        if self.account is None:
            return {}
        return {each.transaction: each for each in self.account.allocations if each.transaction is not None}

    @property
    def undone(self) -> frozenset[UUID]:
        """Transactions that were reversed."""
        return frozenset(each.reverses for each in self.entered if each.reverses is not None)


@attrs.frozen
class ReadAccount:
    """Show a loan's account at the end of any day since it was paid out, or on a day to come as things stand."""

    begin: BeginReading
    clock: Clock

    def __call__(
        self, scope: BrandScope, loan_id: LoanId, *, on: date | None = None, customer: CustomerId | None = None
    ) -> AccountView:
        """*customer*: whose loan it must be. Raises NotFound; Invalid for a day before the loan was paid out."""
        with self.begin(scope, read_only=True) as work:
            loan = _own(work, loan_id, customer)
            entered = work.books.transactions_of(loan_id)
        day = on or self.clock.today()
        if loan.disbursed_on is None:
            return AccountView(loan, day, None, ())
        if day < loan.disbursed_on:
            raise Invalid(FieldProblem("on", "lies before the loan was paid out", f"{loan.disbursed_on} or later"))
        return AccountView(loan, day, fold(terms_of(loan), entered, day), entered)


@attrs.frozen
class QuotePayoff:
    """Say what closes a loan on a day: today, or one to come as things stand."""

    begin: BeginReading
    clock: Clock

    def __call__(
        self, scope: BrandScope, loan_id: LoanId, *, on: date | None = None, customer: CustomerId | None = None
    ) -> PayoffQuote:
        """*customer*: whose loan it must be. Raises NotFound; Invalid for a day that has passed, or before the loan is paid out."""
        with self.begin(scope, read_only=True) as work:
            loan = _own(work, loan_id, customer)
            entered = work.books.transactions_of(loan_id)
        today = self.clock.today()
        day = on or today
        if day < today or loan.disbursed_on is None:
            said = "has passed" if loan.disbursed_on else "is before the loan is paid out"
            raise Invalid(FieldProblem("on", said, f"{today} or later"))
        try:
            return payoff(fold(terms_of(loan), entered, today), day)
        except ImpossibleTransaction:
            raise Invalid(FieldProblem("on", "is too far away to be counted", "a day within the loan's life")) from None


@attrs.frozen
class ReadJournals:
    """Show the journals of a loan, in the order they were written."""

    begin: BeginReading

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> tuple[Loan, Sequence[Journal]]:
        """Raises NotFound."""
        with self.begin(scope, read_only=True) as work:
            return work.loans.get(loan_id), work.books.journals_of(loan_id)


class Happening(Enum):
    """Of what a line of a timeline tells."""

    STATUS = "STATUS"
    MONEY = "MONEY"
    COMMENT = "COMMENT"  # of a member of staff, for staff alone


@attrs.frozen
class Line:
    """
    One line of a loan's timeline.

    at: when it happened or was entered, in business time. word: the event or the kind of transaction. value_on: the day money counts for.
    """

    at: datetime
    of: Happening
    word: str
    amount: Money | None = None
    value_on: date | None = None
    after: str = ""
    actor: str = ""
    reason: str = ""


@attrs.frozen
class ReadTimeline:
    """Tell a loan's life in the order it happened: changes of status, money, and for staff the comments and who did what."""

    begin: BeginTimeline

    def __call__(self, scope: BrandScope, loan_id: LoanId, *, customer: CustomerId | None = None) -> Sequence[Line]:
        """*customer*: whose loan it must be; she sees neither comments nor reasons nor who of the staff it was. Raises NotFound."""
        with self.begin(scope, read_only=True) as work:
            _own(work, loan_id, customer)
            history, entered = work.loans.history(loan_id), work.books.transactions_of(loan_id)
            at = work.books.entered_at(loan_id)
            comments = () if customer is not None else work.comments.of_loan(loan_id)
        money = [_told_by_transaction(each, at[each.id]) for each in entered]
        # Of one instant money comes first: the status follows from it.
        lines = [*money, *map(_told_by_step, history), *map(_told_by_comment, comments)]
        told = sorted(lines, key=lambda line: line.at)
        return told if customer is None else [attrs.evolve(line, actor="", reason="") for line in told]


def _told_by_comment(comment: Comment) -> Line:
    return Line(comment.at, Happening.COMMENT, "", actor="staff", reason=comment.text)


def _told_by_step(step: Step) -> Line:
    word = "APPLIED" if step.event is None else step.event.value
    actor = step.actor.name or step.actor.kind.value
    return Line(step.at, Happening.STATUS, word, after=step.after.value, actor=actor, reason=step.reason)


def _told_by_transaction(transaction: Transaction, at: datetime) -> Line:
    amount = transaction.amount if transaction.amount else None
    return Line(at, Happening.MONEY, transaction.kind.name, amount, transaction.value_on, reason=transaction.reason)


def _own(work: ServicingWork, loan_id: LoanId, customer: CustomerId | None) -> Loan:
    loan = work.loans.get(loan_id)
    if customer is not None and loan.customer_id != customer:
        raise NotFound("no such loan")
    return loan
