"""
The account of a loan is a fold: terms and transactions give its state on any day.

    fold(terms, transactions, up_to) -> Account     the whole history, in order of value date, rank of kind and sequence
    advance(account, transaction) -> Account        one more transaction, without going back
    at(account, day) -> Account                     a later day, without a transaction

All three give the same bits. A transaction dated before another one, or a reversal, needs `fold`: nothing is patched.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from itertools import accumulate
from uuid import UUID

import attrs

from los_domain.repayment import accruing, changes
from los_domain.repayment.dpd import (
    INDIAN_BUCKETS,
    AssetClass,
    Bucket,
    class_changes,
    days_past_due,
    npa_class,
    npa_day,
    reaches,
    standard_class,
)
from los_domain.repayment.model import RowKind, Schedule, Terms
from los_domain.repayment.position import Position, position_at_end
from los_domain.repayment.regulation import in_force
from los_domain.repayment.running import (
    INTEREST,
    PRINCIPAL,
    Applied,
    Movement,
    Running,
)
from los_domain.repayment.servicing import AccountTerms
from los_domain.repayment.transactions import ImpossibleTransaction, Transaction, TransactionKind
from los_domain.shared.dates import month_end
from los_domain.shared.money import Money

Column = tuple[int, ...]
Columns = tuple[Column, Column, Column, Column]


@attrs.frozen
class Amounts:
    """Money by component."""

    principal: Money
    interest: Money
    fees: Money
    penalties: Money

    @property
    def total(self) -> Money:
        """All components together."""
        return Money(self.principal.paise + self.interest.paise + self.fees.paise + self.penalties.paise)


@attrs.frozen
class InstalmentState:
    """
    One row of an account as it stands.

    due, paid, waived, outstanding: by component; due = paid + waived + outstanding. paid_on: the day nothing was left of it.
    paid_early, paid_late: the part of what was paid that came before and after the due date.
    """

    number: int
    kind: RowKind
    from_on: date
    due_on: date
    due: Amounts
    paid: Amounts
    waived: Amounts
    outstanding: Amounts
    paid_on: date | None
    paid_early: Money
    paid_late: Money


@attrs.frozen
class RowTotals:
    """All rows of an account together; the fields of `InstalmentState`."""

    due: Amounts
    paid: Amounts
    waived: Amounts
    outstanding: Amounts
    paid_early: Money
    paid_late: Money


@attrs.frozen
class Allocation:
    """
    Where the money of one transaction went: by component, and what was left as excess.

    transaction: None when the account paid a due from the borrower's excess. balance: principal owed afterwards.
    """

    transaction: UUID | None
    kind: TransactionKind
    on: date
    amount: Money
    to: Amounts
    excess: Money
    balance: Money


class AccountState(Enum):
    """What has become of an account."""

    AWAITING = "awaiting"  # nothing paid out yet
    ACTIVE = "active"
    SETTLED = "settled"  # nothing is owed
    OVERPAID = "overpaid"  # nothing is owed, and the borrower has money here
    WRITTEN_OFF = "written_off"  # off the books, the claim stands


@attrs.frozen(kw_only=True, eq=True, repr=False)
class Account:
    """
    A loan account at the end of a day: columns of ints inside, values at the surface.

    The columns are those of the fold (one entry a row, paise, days as ordinals, 0 for no day); read them for speed, and the
    properties for meaning. Rows to come are what the plan asks for as things stand.
    """

    terms: AccountTerms
    on: date
    plan: Terms
    from_days: Column
    due_days: Column
    kinds: tuple[RowKind, ...]
    due: Columns
    owed: Columns
    waived: Columns
    paid_days: Column
    early: Column
    late: Column
    brought: Column
    capital: Column
    counts: Column
    penal: Column
    fallen: int
    emi: int
    excess_paise: int
    moved: Column
    applied: tuple[Applied, ...]
    charges: tuple[tuple[int, int, int, int], ...]
    disbursed_on: tuple[tuple[int, int], ...]
    kept: tuple[tuple[int, int, int], ...]
    steps: tuple[tuple[int, int], ...]
    firm: Column
    planned: Column
    fixed: int
    pool: int
    waiting: int
    matured: int
    settlement: tuple[int, int, int] | None
    npa_from: int
    borrower_npa: bool
    written_off_day: int
    charged_off_day: int
    settled_day: int
    relaid: bool
    accrued_paise: int
    last: tuple[date, int, int] | None

    def __repr__(self) -> str:
        return f"Account(on={self.on}, state={self.state.value}, outstanding={self.outstanding.total}, dpd={self.dpd})"

    # -- rows

    def __len__(self) -> int:
        return len(self.due_days)

    def instalment(self, row: int) -> InstalmentState:
        """Return row *row*, counted from 0."""
        row = range(len(self.due_days))[row]
        due, owed, waived = ([column[row] for column in columns] for columns in (self.due, self.owed, self.waived))
        return InstalmentState(
            number=row + 1,
            kind=self.kinds[row],
            from_on=date.fromordinal(self.from_days[row]),
            due_on=date.fromordinal(self.due_days[row]),
            due=_amounts(due),
            paid=_amounts([due[each] - owed[each] - waived[each] for each in range(4)]),
            waived=_amounts(waived),
            outstanding=_amounts(owed),
            paid_on=_day(self.paid_days[row]),
            paid_early=Money(self.early[row]),
            paid_late=Money(self.late[row]),
        )

    @property
    def instalments(self) -> tuple[InstalmentState, ...]:
        """All rows, built when asked for."""
        return tuple(self.instalment(row) for row in range(len(self)))

    def as_schedule(self) -> Schedule:
        """Return the rows that stand as a schedule: what falls due, paid or not."""
        principal = tuple(self.due[PRINCIPAL])
        after = accumulate(reversed(principal[1:]), initial=0)
        return Schedule(
            terms=self.plan,
            from_days=tuple(self.from_days),
            due_days=tuple(self.due_days),
            principal=principal,
            interest=tuple(self.due[INTEREST]),
            balance=tuple(after)[::-1],
            instalment=self.emi,
            down_payments=tuple(row for row, kind in enumerate(self.kinds) if kind is RowKind.DOWN_PAYMENT),
        )

    @property
    def totals(self) -> RowTotals:
        """The sums over all rows."""
        due, owed, waived = ([sum(column) for column in columns] for columns in (self.due, self.owed, self.waived))
        paid = [due[each] - owed[each] - waived[each] for each in range(4)]
        amounts = _amounts(due), _amounts(paid), _amounts(waived), _amounts(owed)
        return RowTotals(*amounts, Money(sum(self.early)), Money(sum(self.late)))

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        """Where the money of each transaction went, oldest first, built when asked for."""
        return tuple(
            Allocation(
                each[0], each[1], date.fromordinal(each[2]), Money(each[3]), _amounts(each[4:8]), *map(Money, each[8:])
            )
            for each in self.applied
        )

    def allocation_of(self, transaction: UUID) -> Allocation:
        """Return where the money of *transaction* went. Raises KeyError if it moved none."""
        for each in self.applied:
            if each[0] == transaction:
                money = map(Money, each[8:])
                return Allocation(
                    each[0], each[1], date.fromordinal(each[2]), Money(each[3]), _amounts(each[4:8]), *money
                )
        raise KeyError(transaction)

    # -- balances

    @property
    def disbursed(self) -> Money:
        """Everything paid out so far, what was withheld included."""
        return Money(sum(paise for _, paise in self.disbursed_on))

    @property
    def accrued_interest(self) -> Money:
        """Interest to the end of the day that no due holds yet."""
        return Money(self.accrued_paise)

    @property
    def outstanding(self) -> Amounts:
        """What is owed today: principal due or not, interest due and accrued, charges levied. After a write-off: the claim."""
        principal, interest, fee, penalty = self.owed
        fallen = self.fallen
        ahead = sum(self.due[INTEREST][fallen:]) - sum(interest[fallen:])
        return Amounts(
            Money(sum(principal) - sum(self.capital[fallen:])),
            Money(sum(interest[:fallen]) + max(0, self.accrued_paise - ahead)),
            Money(sum(fee)),
            Money(sum(penalty)),
        )

    @property
    def interest_earned(self) -> Money:
        """All interest of the account's life to the end of the day: of dues that have come, and accrued since."""
        return Money(sum(self.due[INTEREST][: self.fallen]) + self.accrued_paise + self.moved[Movement.CAPITALISED])

    @property
    def unearned_interest(self) -> Money:
        """Interest paid beyond what has accrued."""
        paid = sum(self.due[INTEREST][self.fallen :]) - sum(self.owed[INTEREST][self.fallen :])
        return Money(max(0, paid - self.accrued_paise))

    @property
    def position(self) -> Position:
        """What the ledger posts the changes of."""
        return position_at_end(thaw(self), self.on.toordinal())

    @property
    def arrears(self) -> Amounts:
        """What has fallen due and is unpaid at the end of the day."""
        return _amounts([sum(column[: self.fallen]) for column in self.owed])

    @property
    def scheduled_outstanding(self) -> Amounts:
        """What all rows together still ask for, interest to come included."""
        return _amounts([sum(column) for column in self.owed])

    @property
    def excess(self) -> Money:
        """Money of the borrower that pays nothing yet."""
        return Money(self.excess_paise)

    def total(self, movement: Movement) -> Money:
        """Return the total of *movement* over the life of the account."""
        return Money(self.moved[movement])

    @property
    def principal_paid(self) -> Money:
        """Principal paid by the borrower so far."""
        return Money(self.moved[Movement.RECEIVED_PRINCIPAL] + self.moved[Movement.APPLIED_PRINCIPAL])

    @property
    def interest_paid(self) -> Money:
        """Interest paid by the borrower so far."""
        return Money(self.moved[Movement.RECEIVED_INTEREST] + self.moved[Movement.APPLIED_INTEREST])

    # -- lateness

    @property
    def oldest_unpaid_due_on(self) -> date | None:
        """The due date of the oldest instalment with principal or interest unpaid, if any has come."""
        row = self._oldest_row()
        return None if row is None else date.fromordinal(self.due_days[row])

    @property
    def dpd(self) -> int:
        """Days past due at the end of the day."""
        oldest = self.oldest_unpaid_due_on
        return 0 if oldest is None else days_past_due(oldest, self.on, self.terms.overdue_from)

    @property
    def npa_since(self) -> date | None:
        """The day at whose end the account became non-performing, if it is at the end of this one."""
        if self.npa_from:
            return date.fromordinal(self.npa_from)
        row = self._oldest_row()
        if row is None:
            return None
        crossing = npa_day(self.terms.norms, self.due_days[row], self.terms.overdue_from)
        return date.fromordinal(crossing) if crossing <= self.on.toordinal() else None

    @property
    def asset_class(self) -> AssetClass:
        """Standard, special mention, or non-performing by age; what is charged off is a loss."""
        if self.charged_off_day:
            return AssetClass.LOSS
        norms = in_force(self.terms.norms, self.on)
        since = self.npa_since
        return npa_class(since, self.on, norms) if since else standard_class(self.dpd, norms)

    @property
    def bucket(self) -> AssetClass:
        """The same as `asset_class`."""
        return self.asset_class

    def overdue_by_bucket(self, buckets: Sequence[Bucket] = INDIAN_BUCKETS) -> dict[str, Money]:
        """Return what is unpaid of each overdue row, summed by the bucket of the row's own days past due."""
        found: dict[str, Money] = {}
        for row in range(self.fallen):
            unpaid = sum(column[row] for column in self.owed)
            days = days_past_due(date.fromordinal(self.due_days[row]), self.on, self.terms.overdue_from)
            bucket = next((each for each in buckets if days in each), None)
            if unpaid and bucket is not None:
                found[bucket.name] = found.get(bucket.name, Money(0)) + Money(unpaid)
        return found

    def _oldest_row(self) -> int | None:
        principal, interest = self.owed[PRINCIPAL], self.owed[INTEREST]
        for row in range(self.fallen):
            if principal[row] or interest[row]:
                return row
        return None

    # -- the end, and what comes next

    @property
    def state(self) -> AccountState:
        """What has become of it."""
        if not self.disbursed_on:
            return AccountState.AWAITING
        if self.is_settled:
            return AccountState.OVERPAID if self.excess_paise else AccountState.SETTLED
        return AccountState.WRITTEN_OFF if self.written_off_day else AccountState.ACTIVE

    @property
    def is_settled(self) -> bool:
        """Whether money was paid out and nothing of it is owed."""
        return bool(self.settled_day)

    @property
    def settled_on(self) -> date | None:
        """The day on which nothing was owed any more."""
        return _day(self.settled_day)

    @property
    def written_off_on(self) -> date | None:
        """The day it was written off."""
        return _day(self.written_off_day)

    @property
    def maturity_on(self) -> date | None:
        """The last due date as things stand."""
        return date.fromordinal(self.due_days[-1]) if self.due_days else None

    @property
    def next_due_on(self) -> date | None:
        """The next due date that asks for anything."""
        for row in range(self.fallen, len(self.due_days)):
            if any(column[row] for column in self.owed):
                return date.fromordinal(self.due_days[row])
        return None

    @property
    def next_transition_on(self) -> date | None:
        """The next day on which something changes without a transaction: a due date, a class, a penal charge, a month's end."""
        return _next_transition(self)


def _amounts(paise: Sequence[int]) -> Amounts:
    principal, interest, fee, penalty = paise
    return Amounts(Money(principal), Money(interest), Money(fee), Money(penalty))


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def _next_transition(account: Account) -> date | None:
    if not account.disbursed_on or account.is_settled or account.written_off_day:
        return None
    on = account.on.toordinal()
    days = [month_end(date.fromordinal(on + 1)).toordinal()]
    if account.fallen < len(account.due_days):
        days.append(account.due_days[account.fallen])
    if account.settlement is not None:
        days.append(account.settlement[1] + 1)
    days.extend(_lateness_days(account))
    later = [day for day in days if day > on]
    return date.fromordinal(min(later)) if later else None


def _lateness_days(account: Account) -> Iterator[int]:
    """Yield the days on which lateness changes class or costs something, past or to come."""
    terms = account.terms
    row = account._oldest_row()
    since = account.npa_since
    if since is not None:
        yield from (day.toordinal() for day in class_changes(since, in_force(terms.norms, account.on)))
    if row is not None:
        due = account.due_days[row]
        norms = in_force(terms.norms, account.on)
        yield from (reaches(due, days + 1, terms.overdue_from) for days in (0, norms.sma_1_after, norms.sma_2_after))
        yield npa_day(terms.norms, due, terms.overdue_from)
    if terms.penal is not None:
        for late in range(account.fallen):
            if account.owed[PRINCIPAL][late] or account.owed[INTEREST][late]:
                yield account.due_days[late] + terms.penal.grace_days + 1


# -- the fold


def fold(terms: AccountTerms, transactions: Iterable[Transaction], up_to: date) -> Account:
    """
    Return the account at the end of *up_to*: *transactions* with value dates to that day, in their order, reversed ones left out.

    Raises ImpossibleTransaction for what cannot happen, ImpossibleTerms for terms no schedule can meet.
    """
    running = Running(terms)
    for transaction in in_order(transactions):
        if transaction.value_on > up_to:
            break
        changes.apply(running, transaction)
    return _at_end_of(running, up_to)


def in_order(transactions: Iterable[Transaction]) -> list[Transaction]:
    """
    Return what really happened, in the order of the fold: without reversals and what they reverse.

    Raises ImpossibleTransaction when two have one sequence, or a reversal names nothing that was there to reverse.
    """
    entered = sorted(transactions, key=lambda each: each.order)
    if len({each.sequence for each in entered}) != len(entered):
        raise ImpossibleTransaction.because("sequence", "a number", "given once in an account")
    reversed_ids = {each.reverses for each in entered if each.reverses is not None}
    if not reversed_ids:
        return entered
    known = {each.id for each in entered}
    for each in entered:
        if each.reverses is not None and each.reverses not in known:
            raise ImpossibleTransaction.because("reverses", each.reverses, "a transaction of this account")
    undone = {each.id for each in entered if each.kind is TransactionKind.REVERSAL} & reversed_ids
    if undone:
        raise ImpossibleTransaction.because("reverses", min(undone), "not a reversal: enter the transaction again")
    return [each for each in entered if each.kind is not TransactionKind.REVERSAL and each.id not in reversed_ids]


def advance(account: Account, transaction: Transaction) -> Account:
    """
    Return *account* after one more *transaction*, at the end of its day.

    Raises ImpossibleTransaction for a reversal and for a day before the account's: those need `fold`.
    """
    if transaction.kind is TransactionKind.REVERSAL:
        raise ImpossibleTransaction.because("kind", "reversal", "folded from the whole history")
    running = thaw(account)
    changes.apply(running, transaction)
    return _at_end_of(running, transaction.value_on)


def at(account: Account, day: date) -> Account:
    """Return *account* at the end of *day*. Raises ImpossibleTransaction when that is before the account's day."""
    if day < account.on:
        raise ImpossibleTransaction.because("day", day, f"not before {account.on}, where the account stands")
    return _at_end_of(thaw(account), day)


def _at_end_of(running: Running, day: date) -> Account:
    if running.disbursed:
        running.to(day.toordinal())
        if running.is_daily:
            accruing.project(running, day.toordinal())
    return _freeze(running, day)


def _freeze(running: Running, on: date) -> Account:
    return Account(
        terms=running.terms,
        on=on,
        plan=running.plan,
        from_days=tuple(running.from_days),
        due_days=tuple(running.due_days),
        kinds=tuple(running.kinds),
        due=_columns(running.due),
        owed=_columns(running.owed),
        waived=_columns(running.waived),
        paid_days=tuple(running.paid_on),
        early=tuple(running.early),
        late=tuple(running.late),
        brought=tuple(running.brought),
        capital=tuple(running.capital),
        counts=tuple(running.counts),
        penal=tuple(running.penal),
        fallen=running.fallen,
        emi=running.emi,
        excess_paise=running.excess,
        moved=tuple(running.moved),
        applied=tuple(running.applied),
        charges=tuple(running.charges),
        disbursed_on=tuple(running.disbursed),
        kept=tuple(running.kept),
        steps=tuple(running.steps),
        firm=tuple(running.firm),
        planned=tuple(running.planned),
        fixed=running.fixed,
        pool=running.pool,
        waiting=running.waiting,
        matured=running.matured,
        settlement=running.settlement,
        npa_from=running.npa_since,
        borrower_npa=running.borrower_npa,
        written_off_day=running.written_off_on,
        charged_off_day=running.charged_off_on,
        settled_day=running.settled_on,
        relaid=running.relaid,
        accrued_paise=accruing.accrued(running, on.toordinal()) if running.disbursed else 0,
        last=running.last,
    )


def _columns(columns: list[list[int]]) -> Columns:
    one, two, three, four = columns
    return tuple(one), tuple(two), tuple(three), tuple(four)


def thaw(account: Account) -> Running:
    """Return *account* in motion again."""
    running = Running(account.terms)
    running.plan = account.plan
    running.day = account.on.toordinal()
    running.from_days, running.due_days = list(account.from_days), list(account.due_days)
    running.kinds = list(account.kinds)
    running.due = [list(column) for column in account.due]
    running.owed = [list(column) for column in account.owed]
    running.waived = [list(column) for column in account.waived]
    running.paid_on, running.early, running.late = list(account.paid_days), list(account.early), list(account.late)
    running.brought, running.capital = list(account.brought), list(account.capital)
    running.counts = list(account.counts)
    running.penal = list(account.penal)
    running.fallen = account.fallen
    running.emi, running.excess = account.emi, account.excess_paise
    running.moved = list(account.moved)
    running.applied = list(account.applied)
    running.charges = list(account.charges)
    running.disbursed, running.kept = list(account.disbursed_on), list(account.kept)
    running.steps, running.firm, running.planned = list(account.steps), list(account.firm), list(account.planned)
    running.fixed, running.matured, running.pool = account.fixed, account.matured, account.pool
    running.waiting = account.waiting
    running.settlement = account.settlement
    running.npa_since, running.borrower_npa = account.npa_from, account.borrower_npa
    running.written_off_on, running.charged_off_on = account.written_off_day, account.charged_off_day
    running.relaid = account.relaid
    running.last = account.last
    return running
