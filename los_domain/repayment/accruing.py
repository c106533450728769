"""
Interest of an account between its due dates: what has accrued, and what each due asks for where interest is counted by the day.

On SCHEDULED interest a due asks for what the plan says, and the part of a period is a share of it. On DAILY_BALANCE interest the
account keeps the balance of each day since the last due date (`Running.steps`); a due is fixed when it falls, or when it is paid
before, and what stands in the rows to come is a projection: overdue money is taken as paid today, dues to come on their day.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from los_domain.repayment.conventions import BrokenPeriod, Method, MoratoriumInterest
from los_domain.repayment.due_dates import calendar
from los_domain.repayment.impossible import MOST_INSTALMENTS
from los_domain.repayment.model import RowKind
from los_domain.repayment.periods import NOTHING, Ratio, is_free, plus
from los_domain.repayment.servicing import BrokenInterest

if TYPE_CHECKING:
    from los_domain.repayment.running import Running

PRINCIPAL, INTEREST = 0, 1
Span = tuple[int, int, bool]
"""Start and end of a repayment period, and whether it is a regular one."""


def spans_of(account: "Running", last_due: int) -> dict[int, Span]:
    """Return the periods of the account's plan by due day, as far as *last_due* at least."""
    plan = account.plan
    dates = calendar(plan)
    if dates.due_days[-1] < last_due and not plan.due_dates and plan.last_due_on is None:
        dates = calendar(plan, instalments=MOST_INSTALMENTS)
    columns = zip(dates.due_days, dates.from_days, dates.to_days, dates.regular, strict=True)
    spans = {due: (start, end, regular) for due, start, end, regular in columns}
    if not dates.regular[0] and dates.whole_from > dates.from_days[0]:
        first = dates.due_days[0]
        start, end, _ = spans[first]
        # days that were paid for upfront, or are given away, bear nothing
        free = plan.broken_period is not BrokenPeriod.FIRST_INSTALMENT
        spans[first] = (dates.whole_from, end, True) if free else (start, end, False)
    return spans


def factor(account: "Running", row: int, start: int, end: int) -> Ratio:
    """Return what a balance bears from *start* to *end* inside the period of *row*, as the plan counts it."""
    since, until, regular = account.span(row)
    start, end = max(start, since), min(end, until)
    if start >= end:
        return NOTHING
    return account.bearing.factor((since, until), start, end, is_regular=regular)


def part(account: "Running", row: int, start: int, end: int) -> Ratio:
    """Return what a balance bears in a part of the period of *row*, by the rule for broken days."""
    since, until, _ = account.span(row)
    whole = start <= since and end >= until
    if whole or account.bearing.is_daily or account.terms.broken is not BrokenInterest.DAYS:
        return factor(account, row, start, end)
    start, end = max(start, since), min(end, until)
    return account.bearing.simple(account.terms.broken_day_count, start, end) if start < end else NOTHING


def accrued(account: "Running", day: int, *, closing: bool = False) -> int:
    """Return the interest that has accrued by *day* and stands in no row that has fallen due; *closing*: for a payoff."""
    row = account.fallen
    if row >= len(account.due_days) or account.written_off_on:
        return 0
    kept = sum(paise for each, paise, target in account.kept if each < row <= target)
    carried = kept + sum(account.brought[row:]) + account.waiting
    if account.is_daily:
        return carried + _so_far(account, day)
    return carried + _as_scheduled(account, row, day, closing=closing)


def _as_scheduled(account: "Running", row: int, day: int, *, closing: bool) -> int:
    """Return the part of the rows to come that has accrued: of the open one, and of the next where a holiday moved a due date."""
    total, rows = 0, len(account.due_days)
    while row < rows and account.from_days[row] < day and account.kinds[row] is not RowKind.EXTRA:
        total += _of_row(account, row, day, closing=closing)
        row += 1
    return total


def _of_row(account: "Running", row: int, day: int, *, closing: bool) -> int:
    plan, start = account.plan, account.from_days[row]
    kept = sum(paise for each, paise, _ in account.kept if each == row)
    late = sum(paise for _, paise, target in account.kept if target == row)
    asked = kept or account.due[INTEREST][row] - account.brought[row] - late
    _, end, _ = account.span(row)
    if day >= end or (closing and account.terms.broken is BrokenInterest.WHOLE_PERIOD):
        return asked
    if plan.method is Method.FLAT:
        return plan.round_interest(asked * (day - start), end - start)
    balance = sum(account.due[PRINCIPAL][row:]) - sum(account.capital[row:])
    num, den = part(account, row, start, day)
    # never more than the period asks for
    return min(plan.round_interest(balance * num, den), asked)


# -- interest on the balance of each day


def step(account: "Running", day: int) -> None:
    """Note the balance that bears interest from *day* on."""
    matured = account.fallen > maturity_row(account)
    if account.written_off_on or (matured and not account.terms.interest_after_maturity):
        account.steps = []
        return
    if account.terms.rest_at_due_dates and not matured and account.steps and day > account.steps[0][0]:
        return
    counted = account.owed[PRINCIPAL]
    balance = sum(counted if account.terms.late_interest else counted[account.fallen :])
    balance -= sum(account.capital[account.fallen :])
    if account.steps and account.steps[-1][0] == day:
        account.steps[-1] = day, balance
    elif not account.steps or account.steps[-1][1] != balance:
        account.steps.append((day, balance))


def fix_due(account: "Running", row: int) -> None:
    """Fix what *row* asks for as it falls due, and start the next period; other rows than those of periods end none."""
    if account.kinds[row] not in (RowKind.INSTALMENT, RowKind.MORATORIUM):
        return
    ahead = _Ahead.of(account, row)
    before = account.due[PRINCIPAL][row]
    asked = ahead.fall(row, ahead.whole(row, account.steps))
    if asked is not None:
        _ask_exactly(account, row, *asked)
    account.brought, account.pool, account.waiting = ahead.brought, ahead.pool, ahead.waiting
    _shift_principal(account, row, before - account.due[PRINCIPAL][row] + ahead.capital - account.capital[row])
    account.capital[row] = ahead.capital
    account.fixed, account.steps = 0, []


def after_maturity(account: "Running", day: int) -> None:
    """Let the last instalment ask for the interest of principal that is unpaid since."""
    row = maturity_row(account)
    total = NOTHING
    ends = [each for each, _ in account.steps[1:]] + [day]
    for (start, balance), end in zip(account.steps, ends, strict=True):
        if balance and start < min(end, day):
            # no period is left to take a share of: the days, as for a broken period
            num, den = account.bearing.simple(account.terms.broken_day_count, start, min(end, day))
            total = plus(total, (balance * num, den))
    interest = account.plan.round_interest(*total)
    if interest > account.matured:
        account.ask(INTEREST, row, interest - account.matured)
        account.matured = interest


def project(account: "Running", day: int) -> None:
    """Rewrite the rows to come as they will fall due, seen from *day*."""
    first = account.fallen
    if first >= len(account.due_days):
        return
    ahead = _Ahead.of(account, first)
    start = account.from_days[first]
    steps = list(account.steps) or [(start, ahead.left)]
    # what is overdue bears interest to today, or to the next rest
    if not account.terms.rest_at_due_dates or day <= start:
        steps = [each for each in steps if each[0] < day] + [(max(day, start), ahead.left)]
    for row in range(first, len(account.due_days)):
        if account.kinds[row] not in (RowKind.INSTALMENT, RowKind.MORATORIUM):
            continue
        if row > first:
            steps = [(account.from_days[row], ahead.left)]
        asked = ahead.fall(row, ahead.whole(row, steps))
        account.capital[row] = ahead.capital
        if asked is not None:
            paid = account.due[PRINCIPAL][row] - account.owed[PRINCIPAL][row]
            _ask_exactly(account, row, *asked)
            ahead.left -= asked[0] - paid


def offer(account: "Running", day: int, rows: Iterable[int]) -> None:
    """Rewrite *rows* to come as they can be paid on *day*, in that order: the first bears interest to the day, the others none."""
    to_come = [row for row in rows if not account.firm[row] and account.kinds[row] is RowKind.INSTALMENT]
    if not to_come:
        return
    left = _Ahead.of(account, account.fallen).left
    for row in range(account.fallen, len(account.due_days)):
        account.capital[row] = 0  # what is not principal yet is not on offer
    interest, oldest = _so_far(account, day) - account.fixed, min(to_come)
    for row in to_come:
        paid, paid_interest = (
            account.due[component][row] - account.owed[component][row] for component in (PRINCIPAL, INTEREST)
        )
        asked = max(account.brought[row] + (interest if row == oldest else 0), paid_interest)
        if row == to_come[-1]:
            principal = paid + left
        elif account.plan.method in (Method.ANNUITY, Method.RATE_FACTOR):
            principal = min(max(account.emi - asked, paid), paid + left)
        else:
            principal = min(max(account.planned[row], paid), paid + left)
        _ask_exactly(account, row, principal, asked)
        left -= principal - paid


def firm_up(account: "Running", rows: Iterable[int]) -> None:
    """Fix those of *rows* to come that were paid in full: their interest ends here."""
    for row in rows:
        asked = account.due[PRINCIPAL][row] + account.due[INTEREST][row]
        owes = account.owed[PRINCIPAL][row] + account.owed[INTEREST][row]
        if not account.firm[row] and asked and not owes:
            account.firm[row] = 1
            account.fixed += account.due[INTEREST][row] - account.brought[row]


def level_out(account: "Running", expected: int) -> None:
    """Let the last rows ask for more or less principal, so that *expected* is owed in all rows together."""
    more = expected - sum(account.owed[PRINCIPAL])
    last = maturity_row(account)
    rows = range(account.fallen, len(account.due_days))
    if more > 0 and all(account.firm[row] for row in rows if account.kinds[row] is RowKind.INSTALMENT):
        account.firm[last] = 0
        account.fixed -= account.due[INTEREST][last] - account.brought[last]
    _shift_principal(account, account.fallen - 1, more)


@attrs.define
class _Ahead:
    """
    The rows to come as they fall due one after another: for real in `fix_due`, supposed in `project`.

    left: principal owed in the row and behind it. brought, pool, fixed, waiting: as in the account. capital: what the last row made
    principal of.
    """

    account: "Running"
    brought: list[int]
    left: int
    pool: int
    fixed: int
    waiting: int
    has_grace: bool
    capital: int = 0

    @classmethod
    def of(cls, account: "Running", row: int) -> "_Ahead":
        """Start at *row*."""
        plan = account.plan
        has_grace = not account.relaid and bool(
            plan.moratorium or plan.interest_grace or plan.interest_free or plan.principal_grace
        )
        left = sum(account.owed[PRINCIPAL][row:]) - sum(account.capital[row:])
        return cls(account, list(account.brought), left, account.pool, account.fixed, account.waiting, has_grace)

    def whole(self, row: int, steps: Sequence[tuple[int, int]]) -> int:
        """Return the interest of the whole period of *row* on the balances of *steps*."""
        if self.has_grace and is_free(self.account.plan, self._place(row)):
            return 0
        return self.account.plan.round_interest(*_run(self.account, row, steps, self.account.span(row)[1]))

    def fall(self, row: int, whole: int) -> tuple[int, int] | None:
        """Return the principal and interest that *row* asks for, its period having borne *whole*; None where it is fixed already."""
        account, plan = self.account, self.account.plan
        self.capital = 0
        if account.kinds[row] is RowKind.MORATORIUM:
            self._wait(row, whole - self.fixed)
            self.fixed = 0
            return None
        fixed, self.fixed = self.fixed, 0
        if account.firm[row]:
            self._carry(row, whole - fixed)
            return None
        paid, paid_interest = (
            account.due[component][row] - account.owed[component][row] for component in (PRINCIPAL, INTEREST)
        )
        interest = max(self.brought[row] + whole - fixed, paid_interest)
        place = self._place(row) - (plan.moratorium.periods if plan.moratorium else 0) if self.has_grace else 0
        if self.has_grace and place < plan.interest_grace and row != _last(account):
            self._carry(row, interest - paid_interest)
            interest = paid_interest
        if row == _last(account):
            self.pool = 0
            return paid + self.left, interest
        if self.has_grace and place < plan.principal_grace:
            wanted = 0
        elif plan.method in (Method.ANNUITY, Method.RATE_FACTOR):
            wanted = max(0, account.emi - interest)
        else:
            wanted = account.planned[row]
        used = min(self.pool, wanted)
        self.pool -= used
        return min(max(wanted - used, paid), paid + self.left), interest

    def _wait(self, row: int, whole: int) -> None:
        moratorium = self.account.plan.moratorium
        rule = moratorium.interest if moratorium else None
        if rule is MoratoriumInterest.DEFERRED:
            self._carry(row, whole)
            return
        self.waiting += whole
        if self._next_open(row) is None:
            self.waiting = 0  # everything is paid: nothing is left that could ask for it
        ends = row + 1 == len(self.account.kinds) or self.account.kinds[row + 1] is not RowKind.MORATORIUM
        if ends or rule is MoratoriumInterest.COMPOUND_CAPITALISED:
            self.capital, self.waiting = self.waiting, 0
            self.left += self.capital

    def _carry(self, row: int, interest: int) -> None:
        """Let the next row that is not fixed ask for *interest* of this period too."""
        later = self._next_open(row)
        if later is not None:
            self.brought[later] += interest

    def _next_open(self, row: int) -> int | None:
        """Return the next instalment behind *row* that is not fixed, if there is one."""
        account = self.account
        for later in range(row + 1, len(account.due_days)):
            if not account.firm[later] and account.kinds[later] is RowKind.INSTALMENT:
                return later
        return None

    def _place(self, row: int) -> int:
        """Return the number of the period of *row*, from 0, those of a moratorium included."""
        return sum(kind in (RowKind.INSTALMENT, RowKind.MORATORIUM) for kind in self.account.kinds[:row])


def _so_far(account: "Running", day: int) -> int:
    """Return the interest of the open period to *day*."""
    ahead = _Ahead.of(account, account.fallen)
    if ahead.has_grace and is_free(account.plan, ahead._place(account.fallen)):
        return 0
    return account.plan.round_interest(*_run(account, account.fallen, account.steps, day))


def _run(account: "Running", row: int, steps: Sequence[tuple[int, int]], day: int) -> Ratio:
    """Return what the balances of *steps* bear to *day* in the period of *row*, in paise, not rounded."""
    total = NOTHING
    ends = [since for since, _ in steps[1:]] + [day] if steps else []
    for (since, balance), until in zip(steps, ends, strict=True):
        if balance and since < min(until, day):
            num, den = factor(account, row, since, min(until, day))
            total = plus(total, (balance * num, den))
    return total


def _last(account: "Running") -> int:
    """Return the last instalment that is not fixed."""
    row = len(account.due_days) - 1
    while row and (account.firm[row] or account.kinds[row] is not RowKind.INSTALMENT):
        row -= 1
    return row


def maturity_row(account: "Running") -> int:
    """Return the last instalment."""
    row = len(account.due_days) - 1
    while row and account.kinds[row] is not RowKind.INSTALMENT:
        row -= 1
    return row


def _ask_exactly(account: "Running", row: int, principal: int, interest: int) -> None:
    """Let *row* ask for so much; what it was paid stays paid."""
    _rewrite(account, PRINCIPAL, row, principal - account.due[PRINCIPAL][row])
    _rewrite(account, INTEREST, row, interest - account.due[INTEREST][row])


def _shift_principal(account: "Running", row: int, paise: int) -> None:
    """Let the rows behind *row* ask for *paise* of principal more, or less, from the last one backwards."""
    for later in range(len(account.due_days) - 1, row, -1):
        if not paise:
            return
        if account.kinds[later] is RowKind.INSTALMENT and not account.firm[later]:
            more = max(paise, -account.owed[PRINCIPAL][later])
            _rewrite(account, PRINCIPAL, later, more)
            paise -= more


def _rewrite(account: "Running", component: int, row: int, more: int) -> None:
    """Let *row* ask for *more* of *component*, or for less when it is negative."""
    if not more:
        return
    account.due[component][row] += more
    account.owed[component][row] += more
    if account.owed[component][row]:
        account.paid_on[row] = 0
        account.first_open, account.oldest = min(account.first_open, row), min(account.oldest, row)
