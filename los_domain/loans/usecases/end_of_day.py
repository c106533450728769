"""
The night: what the end of a day makes of every loan, many at a time.

A night of a day starts when the day has ended in India. Nights run in order, a night that was done is not run again, and the one asked
for runs every missed one first. It reads only loans that change by themselves that day, without locks and in one snapshot, folds
them, and writes what came of them in short transactions; a loan that somebody holds or changed meanwhile is read again in the next
round. No borrower feels it, and it can be killed anywhere: what was written is written, the rest is still due.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

import attrs

from los_domain.ledger.ports import Books
from los_domain.loans.events import NightLeftLoan
from los_domain.loans.model import Loan
from los_domain.loans.policy import NIGHT
from los_domain.loans.servicing import Moved, as_stored, close_days, end_of
from los_domain.repayment import Transaction
from los_domain.shared.actor import BrandScope, PlatformScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, LosError, ProviderUnavailable
from los_domain.shared.ids import BrandId, LoanId
from los_domain.shared.progress import Progress, Report
from los_domain.shared.work import Work

CHUNK = 500
"""Loans that are read, folded and written together."""

ROUNDS = 40
"""How often loans that somebody holds are tried again; with the pauses between, longer than anybody may hold one."""


@attrs.frozen
class Night:
    """A night that is done: how many loans it wrote, and how many it had to leave to a person."""

    day: date
    loans: int
    left: int
    done_at: datetime


class NightBooks(Protocol):
    """What a night reads and writes, many loans at a time. Brand scope."""

    def last_done(self) -> date | None:
        """Return the newest day whose night is done, or None before the first."""
        ...

    def first_due(self) -> date | None:
        """Return the first day on which any loan changes by itself, or None."""
        ...

    def due(self, day: date, *, after: LoanId | None, limit: int) -> Sequence[Loan]:
        """Return loans that change by the end of *day*, in order of their ids from *after* on."""
        ...

    def write(self, moved: Sequence[Moved]) -> frozenset[LoanId]:
        """
        Write what became of loans, and their history, and return which were written: their versions are one higher.

        A loan that somebody holds, or changed since it was read, is passed over without waiting.
        """
        ...

    def done(self, night: Night) -> None:
        """Note that a night is done; noting it again changes nothing."""
        ...


class NightWork(Work, Protocol):
    """The unit of work of a night."""

    @property
    def books(self) -> Books:
        """Transactions and journals."""
        ...

    @property
    def nights(self) -> NightBooks:
        """Loans by the many."""
        ...


class BeginNight(Protocol):
    """Opens a unit of work: to read in one snapshot, or to write."""

    def __call__(self, scope: BrandScope, /, *, read_only: bool = False) -> AbstractContextManager[NightWork]:
        """Return the context manager."""
        ...


@attrs.frozen
class EndOfDay:
    """Close the days of one brand's loans up to a day that has ended."""

    begin: BeginNight
    clock: Clock
    pause: Callable[[], None]
    chunk: int = CHUNK

    def __call__(self, scope: BrandScope, day: date, *, report: Report = lambda _: None) -> Sequence[Night]:
        """
        Run the night of *day* and every missed one before it, and return those that were run: none, where it was done.

        Raises Conflict before the day has ended, ProviderUnavailable where loans stay locked: run it again.
        """
        if self.clock.now() < end_of(day):
            raise Conflict(f"{day} has not ended yet: its night starts at midnight in India")
        with self.begin(scope, read_only=True) as work:
            last, first = work.nights.last_done(), work.nights.first_due()
        begins = last + timedelta(days=1) if last is not None else min(first or day, day)
        nights = []
        while begins <= day:
            report(Progress(0, 0, f"night of {begins}"))
            nights.append(self._night(scope, begins, report))
            begins += timedelta(days=1)
        return nights

    def _night(self, scope: BrandScope, day: date, report: Report) -> Night:
        written, left = 0, dict[LoanId, str]()
        for attempt in range(ROUNDS):
            won, lost = self._round(scope, day, left, report, so_far=written)
            written += won
            if not lost:
                break
            if attempt == ROUNDS - 1:
                raise ProviderUnavailable(f"{lost} loans are held by others: the night of {day} goes on later")
            if not won:
                self.pause()
        night = Night(day, written, len(left), self.clock.now())
        with self.begin(scope) as work:
            work.nights.done(night)
            work.outbox.add(*(NightLeftLoan(loan_id, day, problem) for loan_id, problem in left.items()))
            after: dict[str, str | int] = {"day": str(day), "loans": written, "left": len(left)}
            work.audit.add(AuditEvent("loans.end-of-day", "brand", scope.brand, after=after))
        return night

    def _round(
        self, scope: BrandScope, day: date, left: dict[LoanId, str], report: Report, *, so_far: int
    ) -> tuple[int, int]:
        """Go once through all loans that are due; return how many were written and how many somebody else held or changed."""
        won = lost = 0
        after: LoanId | None = None
        while True:
            with self.begin(scope, read_only=True) as work:
                due = work.nights.due(day, after=after, limit=self.chunk)
                entered = work.books.transactions_of_many([loan.id for loan in due])
            if not due:
                return won, lost
            after = due[-1].id
            closed = [_closed(loan, entered.get(loan.id, ()), day, left) for loan in due if loan.id not in left]
            moved = [each for each in closed if each is not None]
            if moved:
                written = self._write(scope, moved, day)
                won += written
                lost += len(moved) - written
                report(Progress(so_far + won, 0, f"night of {day}"))

    def _write(self, scope: BrandScope, moved: Sequence[Moved], day: date) -> int:
        """Write *moved* in one short transaction, journals and events of the loans that were free, and return how many those were."""
        with self.begin(scope) as work:
            won = work.nights.write(moved)
            kept = [each for each in moved if each.loan.id in won]
            work.books.write_many([(each.loan.id, one) for each in kept for one in each.journals], at=end_of(day))
            work.outbox.add(*(event for each in kept for fired, _ in each.fired for event in fired.events))
            return len(won)


def _closed(loan: Loan, entered: Sequence[Transaction], day: date, left: dict[LoanId, str]) -> Moved | None:
    """Return *loan* with its days closed; one that cannot be folded is left to a person, and holds up nobody else."""
    try:
        return close_days(as_stored(loan, entered), through=day, booked_on=day)
    except (LosError, ValueError, LookupError, ArithmeticError, AssertionError) as problem:
        left[loan.id] = type(problem).__name__
        return None


class EveryBrand(Protocol):
    """The brands of the installation."""

    def __call__(self) -> Sequence[BrandId]:
        """Return all of them, active or not: money never skips a night."""
        ...


@attrs.frozen
class CloseDay:
    """Run the night of a day for every brand, one after the other; a brand that cannot finish keeps no other waiting."""

    end_of_day: EndOfDay
    brands: EveryBrand

    def __call__(
        self, scope: PlatformScope, day: date, *, report: Report = lambda _: None
    ) -> Mapping[BrandId, Sequence[Night]]:
        """
        Return the nights that were run, by brand.

        Raises Conflict before the day has ended, and what went wrong at the first brand that could not finish, after all were tried.
        """
        brands, ran, failed = self.brands(), dict[BrandId, Sequence[Night]](), list[LosError]()
        for place, brand in enumerate(brands):
            within = BrandScope(brand, NIGHT, scope.request_id)

            def tell(progress: Progress, place: int = place) -> None:
                report(Progress(place, len(brands), f"{progress.note}, {progress.done} loans"))

            try:
                ran[brand] = self.end_of_day(within, day, report=tell)
            except LosError as problem:
                failed.append(problem)
        report(Progress(len(brands), len(brands)))
        if failed:
            raise failed[0]
        return ran
