"""
The schedule of a loan: from its terms to its instalments, by whole numbers only.

Two paths. Most loans are level instalments over whole periods on one rate: their rows are one tight loop. Everything else goes
period by period through `periods`. Each path is complete for the terms it takes, so that neither asks about the other's conventions.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from itertools import repeat
from operator import sub

import attrs

from los_domain.repayment.conventions import (
    BrokenPeriod,
    Method,
    MoratoriumInterest,
    OnRateChange,
    Rests,
)
from los_domain.repayment.due_dates import Calendar, calendar
from los_domain.repayment.emi import annuity_ratio, level_ratio, rounded_annuity
from los_domain.repayment.impossible import MOST_INSTALMENTS, ImpossibleTerms, problem
from los_domain.repayment.model import Schedule, Terms
from los_domain.repayment.periods import (
    NOTHING,
    Bearing,
    Period,
    Ratio,
    broken,
    broken_interest,
    of_period,
    period_rate,
    periods,
    plus,
    rate_before,
    simple_interest,
    yearly,
)
from los_domain.shared.money import Money, Rounding

# each costs 80 ns when looked up in its class
_ANNUITY, _PERIOD, _HALF_UP, _HALF_EVEN = Method.ANNUITY, Rests.PERIOD, Rounding.HALF_UP, Rounding.HALF_EVEN


def schedule(terms: Terms) -> Schedule:
    """
    Return the instalments that follow from *terms*: Σ principal is what was disbursed and capitalised, no component below zero.

    Raises ImpossibleTerms when an instalment does not cover its interest, or a date falls behind the one before it.
    """
    dates = calendar(terms)
    return _plain(terms, dates) if _is_plain(terms) else _by_period(terms, dates)


def _is_plain(terms: Terms) -> bool:
    return (
        terms.method is _ANNUITY
        and terms.rests is _PERIOD
        and len(terms.disbursements) == 1
        and not (
            terms.steps
            or terms.pauses
            or terms.rate_changes
            or terms.due_date_shifts
            or terms.principal_grace
            or terms.interest_grace
            or terms.interest_free
        )
        and terms.moratorium is None
        and terms.down_payment is None
        and terms.counted_from is None
        and terms.last_due_on is None
        and terms.instalment is None
        and not terms.balloon
    )


def _plain(terms: Terms, dates: Calendar) -> Schedule:
    """Return the schedule of level instalments over whole periods; only the first may be longer or shorter."""
    principal, n = terms.disbursements[0].amount.paise, terms.instalments
    rate = yearly(terms, terms.rate)
    num, den = of_period(terms, rate)
    level = _level_annuity(terms, principal, num, den, n)
    balances, odd, upfront = [principal], 0, 0
    if not dates.regular[0]:
        short, odd, upfront = _odd_days(terms, dates, rate, principal)
        if short is not None:
            balances.append(principal + short - level)
    _run_down(balances, num, den, level, n + 1 - len(balances), terms.interest_rounding, terms.interest_multiple)
    principals = list(map(sub, balances, balances[1:]))
    interests = list(map(sub, repeat(level, n), principals))
    if interests[0] > level and n > 1:
        raise _uncovered(level, interests[0])
    del balances[0]
    if n > 1 and balances[-2] < 0:
        # rounding up paid it off early: nothing falls due after the first balance below zero
        end = bisect_left(balances, True, key=_is_negative)
        principals[end] += balances[end]
        principals[end + 1 :] = interests[end + 1 :] = [0] * (n - 1 - end)
        balances[end:] = [0] * (n - end)
    else:
        principals[-1] += balances[-1]
        balances[-1] = 0
    interests[0] += odd
    columns = tuple(principals), tuple(interests), tuple(balances)
    return Schedule(terms, dates.from_days, dates.due_days, *columns, level, upfront_interest=upfront)


def _is_negative(balance: int) -> bool:
    return balance < 0


def _odd_days(terms: Terms, dates: Calendar, rate: Ratio, principal: int) -> tuple[int | None, int, int]:
    """Return the interest of a first period that is too short; else None, and that of a broken one with the first instalment, upfront."""
    start = dates.from_days[0]
    if dates.whole_from < start:
        num, den = simple_interest(rate, terms.broken_day_count, start, dates.to_days[0])
        return terms.round_interest(principal * num, den), 0, 0
    with_first, upfront = _set_apart(terms, broken_interest(terms, rate, principal, start, dates.whole_from))
    return None, with_first, upfront


def _run_down(
    balances: list[int], num: int, den: int, level: int, count: int, rounding: Rounding, multiple: int
) -> None:
    """
    Append the balance after each of *count* level instalments, interest rounded by *rounding* to *multiple*.

    Interest is not below zero here until the balance is, so each rounding is one floor division of twice the figure after a bias.
    """
    keep, balance = balances.append, balances[-1]
    twice, over = 2 * num, 2 * den * multiple
    if rounding is _HALF_EVEN:
        half = den * multiple
        for _ in repeat(None, count):
            interest, rest = divmod(balance * twice + half, over)
            if not rest:
                interest &= -2
            balance += interest * multiple - level
            keep(balance)
        return
    bias = _bias(rounding, den * multiple)
    if multiple == 1:
        for _ in repeat(None, count):
            balance += (balance * twice + bias) // over - level
            keep(balance)
        return
    for _ in repeat(None, count):
        balance += (balance * twice + bias) // over * multiple - level
        keep(balance)


def _bias(rounding: Rounding, den: int) -> int:
    """Return what to add to twice a figure over *den* before the floor of its half."""
    if rounding is _HALF_UP:
        return den
    if rounding is Rounding.HALF_DOWN:
        return den - 1
    return 2 * den - 1 if rounding in (Rounding.UP, Rounding.CEILING) else 0


def _level_annuity(terms: Terms, balance: int, num: int, den: int, n: int, balloon: int = 0) -> int:
    """Return the level instalment over *n* whole periods at num/den each, rounded as agreed."""
    if balloon:
        return terms.round_instalment(*annuity_ratio(balance, num, den, n, balloon=balloon))
    if terms.instalment_paisa_rounding is not None:
        paise = rounded_annuity(balance, num, den, n, multiple=1, rounding=terms.instalment_paisa_rounding)
        return terms.round_instalment(paise, 1)
    return rounded_annuity(balance, num, den, n, multiple=terms.instalment_multiple, rounding=terms.instalment_rounding)


def _set_apart(terms: Terms, interest: Ratio) -> tuple[int, int]:
    """Return the interest of the broken period as (with the first instalment, upfront)."""
    paise = terms.round_interest(*interest)
    return (paise, 0) if terms.broken_period is BrokenPeriod.FIRST_INSTALMENT else (0, paise)


def _uncovered(level: int, interest: int) -> ImpossibleTerms:
    return ImpossibleTerms(problem("instalment", Money(level), f"covers the interest of its period, {Money(interest)}"))


@attrs.define
class _Columns:
    """The rows of instalments while they are made."""

    principal: list[int] = attrs.field(factory=list)
    interest: list[int] = attrs.field(factory=list)
    balance: list[int] = attrs.field(factory=list)

    def add(self, principal: int, interest: int, balance: int) -> None:
        """Append a row."""
        self.principal.append(principal)
        self.interest.append(interest)
        self.balance.append(balance)

    def due(self, row: int) -> int:
        """Return what falls due in a row."""
        return self.principal[row] + self.interest[row]


def _by_period(terms: Terms, dates: Calendar) -> Schedule:
    """Return the schedule under any conventions, one period after another."""
    downs = _down_payments(terms)
    lent = [
        (each.on.toordinal(), each.amount.paise - down)
        for each, (_, down) in zip(terms.disbursements, downs, strict=True)
    ]
    if lent[-1][0] >= dates.to_days[-1]:
        rule = f"before the last due date, {date.fromordinal(dates.to_days[-1])}"
        raise ImpossibleTerms(problem("disbursements.on", terms.disbursements[-1].on, rule))
    if any(change.keep is OnRateChange.KEEP_INSTALMENT for change in terms.rate_changes):
        dates = calendar(terms, instalments=MOST_INSTALMENTS)
    bearing = Bearing.of(terms)
    rows = periods(terms, dates, lent, bearing)
    odd, upfront = _set_apart(terms, broken(terms, dates, lent, bearing))
    waiting = terms.moratorium.periods if terms.moratorium else 0
    balance, deferred, capitalised = _wait(terms, rows[:waiting])
    if terms.method is Method.FLAT:
        columns, level = _flat(terms, rows[waiting:], balance)
    else:
        columns, level = _declining(terms, dates, lent, rows[waiting:], balance)
    _grant_grace(terms, columns, odd + deferred)
    last = waiting + len(columns.balance)
    made = Schedule(
        terms,
        tuple(dates.from_days[waiting:last]),
        tuple(dates.due_days[waiting:last]),
        tuple(columns.principal),
        tuple(columns.interest),
        tuple(columns.balance),
        level,
        upfront_interest=upfront,
        capitalised=capitalised,
    )
    return _with_down_payments(made, downs) if terms.down_payment else made


def _wait(terms: Terms, rows: Sequence[Period]) -> tuple[int, int, int]:
    """Return what a moratorium leaves behind: the balance, interest deferred, and interest capitalised (in the balance)."""
    balance = simple = capitalised = 0
    for row in rows:
        num, den = NOTHING
        for amount, factor in ((balance, row.factor), *row.inflows):
            num, den = plus((num, den), (amount * factor[0], factor[1]))
        interest = terms.round_interest(num, den)
        balance += row.disbursed
        if terms.moratorium and terms.moratorium.interest is MoratoriumInterest.COMPOUND_CAPITALISED:
            balance += interest
            capitalised += interest
        else:
            simple += interest
    if terms.moratorium and terms.moratorium.interest is MoratoriumInterest.SIMPLE_CAPITALISED:
        return balance + simple, 0, simple
    return balance, simple, capitalised


def _grant_grace(terms: Terms, columns: _Columns, owed: int) -> None:
    """Move the interest of the grace periods, and what is *owed* from before, to the first instalment that pays interest."""
    first = min(terms.interest_grace, len(columns.interest) - 1)  # an instalment that was kept may end the loan early
    owed += sum(columns.interest[:first])
    columns.interest[:first] = [0] * first
    columns.interest[first] += owed


def _down_payments(terms: Terms) -> list[tuple[int, int]]:
    """Return the down payment of each disbursement as (day, paise); rounding never makes it more than the disbursement."""
    num, den = terms.down_payment.ratio if terms.down_payment else (0, 1)
    return [
        (each.on.toordinal(), min(terms.round_instalment(each.amount.paise * num, den), each.amount.paise))
        for each in terms.disbursements
    ]


def _with_down_payments(made: Schedule, downs: Sequence[tuple[int, int]]) -> Schedule:
    """Return the schedule with a row for each down payment, after the instalments due by its day."""
    # day, whether a down payment, from_day, principal, interest, balance
    rows = [
        (due, False, start, principal, interest, balance)
        for due, start, principal, interest, balance in zip(
            made.due_days, made.from_days, made.principal, made.interest, made.balance, strict=True
        )
    ]
    owed, merged = 0, []
    waiting = list(zip(made.terms.disbursements, downs, strict=True))
    for row in (*rows, None):
        while waiting and (row is None or waiting[0][1][0] < row[0]):
            lent, (day, down) = waiting.pop(0)
            owed += lent.amount.paise - down
            merged.append((day, True, day, down, 0, owed))
        if row is not None:
            owed = row[5]
            merged.append(row)
    return attrs.evolve(
        made,
        from_days=tuple(row[2] for row in merged),
        due_days=tuple(row[0] for row in merged),
        principal=tuple(row[3] for row in merged),
        interest=tuple(row[4] for row in merged),
        balance=tuple(row[5] for row in merged),
        down_payments=tuple(number for number, row in enumerate(merged) if row[1]),
    )


def _flat(terms: Terms, rows: Sequence[Period], balance: int) -> tuple[_Columns, int]:
    """Make the rows of flat interest: equal shares a period, on all that was disbursed, down payments included."""
    num, den = period_rate(terms, terms.rate)
    bases = [
        sum(each.amount.paise for each in terms.disbursements if each.on.toordinal() < row.to_day)
        if number >= terms.interest_free
        else 0
        for number, row in enumerate(rows)
    ]
    left = terms.round_interest(sum(bases) * num, den)
    columns, share = _Columns(), 0
    for number, (row, base) in enumerate(zip(rows, bases, strict=True)):
        is_last = number == len(rows) - 1
        interest = left if is_last else min(terms.round_interest(base * num, den), left)
        balance += row.disbursed
        if row.disbursed or number == terms.principal_grace:
            share = _flat_share(terms, balance, len(rows) - max(number, terms.principal_grace), interest)
        part = balance if is_last else 0 if number < terms.principal_grace else min(share, balance)
        if part < 0:
            raise _uncovered(share + interest, interest)
        balance, left = balance - part, left - interest
        columns.add(part, interest, balance)
    return columns, columns.due(terms.principal_grace)


def _flat_share(terms: Terms, balance: int, n: int, interest: int) -> int:
    """Return the principal in a flat instalment: the instalment, not the principal, is what a multiple above the paisa rounds."""
    if terms.instalment_multiple == 1:
        return terms.round_instalment(balance, n)
    return terms.round_instalment(balance + interest * n, n) - interest


def _declining(
    terms: Terms, dates: Calendar, lent: Sequence[tuple[int, int]], rows: Sequence[Period], balance: int
) -> tuple[_Columns, int]:
    """
    Make the rows of interest on the balance.

    The instalment is fixed at the first row that pays principal, and afresh at each row in which money is disbursed or the rate
    changes: from the balance at its start, over the rows left, as far as the future was known then.
    """
    is_level = terms.method in (Method.ANNUITY, Method.RATE_FACTOR)
    columns, first, total = _Columns(), terms.principal_grace, terms.instalments
    changes = _changes(terms, rows) if is_level else {}
    level = 0
    for number, row in enumerate(rows):
        if number == total:
            break
        if number == first or (number > first and (row.disbursed or number in changes)):
            foreseen = _foreseen(terms, dates, lent, rows, number)
            ahead = _Ahead(terms, foreseen, number, total, balance, balance + row.disbursed)
            if number > first and changes.get(number) is OnRateChange.KEEP_INSTALMENT and not row.disbursed:
                total = number + ahead.count(level)
            else:
                level = ahead.level() if is_level else ahead.share()
        interest = _interest(terms, row, balance)
        balance += row.disbursed
        if number == total - 1:
            part = balance
        elif number < first or terms.method is Method.BULLET:
            part = 0
        elif is_level:
            paid = _stepped(terms, level, number)
            if paid < interest:
                raise _uncovered(paid, interest)
            part = min(paid - interest, balance)
        else:
            part = min(level, balance)
        balance -= part
        columns.add(part, interest, balance)
    return columns, level if is_level else columns.due(first)


def _interest(terms: Terms, row: Period, balance: int) -> int:
    """Return what a row's period bears on *balance* at its start and on what is disbursed within it; rounded once."""
    num, den = balance * row.factor[0], row.factor[1]
    for amount, factor in row.inflows:
        num, den = plus((num, den), (amount * factor[0], factor[1]))
    return terms.round_interest(num, den)


def _stepped(terms: Terms, level: int, number: int) -> int:
    percent = _percent(terms, number)
    return level if percent == 100 else terms.round_instalment(level * percent, 100)


def _percent(terms: Terms, number: int) -> int:
    return next((step.percent_of_first for step in reversed(terms.steps) if step.from_number <= number + 1), 100)


def _changes(terms: Terms, rows: Sequence[Period]) -> dict[int, OnRateChange]:
    """Return the rows in which the rate changes, each with what the last change in it asks for; to the same rate is no change."""
    found: dict[int, OnRateChange] = {}
    before = yearly(terms, terms.rate)
    for change in terms.rate_changes:
        rate, start = yearly(terms, change.rate), change.first_day.toordinal() - 1
        if rate[0] * before[1] != before[0] * rate[1]:
            found.update((number, change.keep) for number, row in enumerate(rows) if row.from_day <= start < row.to_day)
        before = rate
    return found


def _foreseen(
    terms: Terms, dates: Calendar, lent: Sequence[tuple[int, int]], rows: Sequence[Period], number: int
) -> Sequence[Period]:
    """Return the rows as they look when the instalment of row *number* is fixed: what comes later, and pauses, are not in them."""
    if not (terms.rate_changes or terms.pauses or terms.due_date_shifts or len(lent) > 1):
        return rows
    waiting = len(dates.to_days) - len(rows)
    until = rows[number].to_day
    if number == terms.principal_grace and terms.due_date_shifts:
        dates = calendar(attrs.evolve(terms, due_date_shifts=()), instalments=len(rows))
    known = [each for each in lent if each[0] < until]
    return periods(terms, dates, known, Bearing.of(terms, until=until, with_pauses=False))[waiting:]


@attrs.frozen
class _Ahead:
    """The rows from *number* to *total* as foreseen; the balance at the start of the first, and with what is disbursed in it."""

    terms: Terms
    rows: Sequence[Period]
    number: int
    total: int
    balance: int
    opening: int

    def share(self) -> int:
        """Return the principal in each row, where it is equal."""
        return self.terms.round_instalment(self.opening - self.terms.balloon.paise, self.total - self.number)

    def level(self) -> int:
        """Return the level instalment; tuned where that is agreed."""
        terms, n = self.terms, self.total - self.number
        if terms.instalment is not None and self.number == terms.principal_grace:
            return terms.instalment.paise
        opening, balloon, factors = self.opening, terms.balloon.paise, self._factors()
        if terms.steps:
            weights = [_percent(terms, row) for row in range(self.number, self.total)]
            num, den = level_ratio(opening, factors, weights=weights, balloon=balloon)
            return terms.round_instalment(num * 100, den)
        if factors.count(factors[0]) < n:
            return self._tuned(terms.round_instalment(*level_ratio(opening, factors, balloon=balloon)))
        return self._tuned(_level_annuity(terms, opening, *factors[0], n, balloon))

    def count(self, level: int) -> int:
        """Return how many rows it takes to repay at *level*."""
        terms, balance = self.terms, self.balance
        for number in range(self.number, len(self.rows)):
            interest = _interest(terms, self.rows[number], balance)
            paid = _stepped(terms, level, number)
            if paid <= interest:
                raise _uncovered(paid, interest)
            balance += interest - paid
            if balance <= terms.balloon.paise:
                return number - self.number + 1
        raise ImpossibleTerms(problem("instalment", Money(level), f"repays within {MOST_INSTALMENTS} instalments"))

    def _factors(self) -> list[Ratio]:
        terms = self.terms
        if terms.method is Method.RATE_FACTOR:
            return [row.factor for row in self.rows[self.number : self.total]]
        until = self.rows[self.number].to_day
        nominal = period_rate(terms, rate_before(terms, until))
        return [NOTHING if row < terms.interest_free else nominal for row in range(self.number, self.total)]

    def _tuned(self, level: int) -> int:
        n = self.total - self.number
        if not self.terms.tuned or n < 2:
            return level
        off = self._last_less_regular(level)
        if abs(off) <= n // 2:
            return level
        moved = self.terms.round_instalment(level * n + off, n)
        return moved if abs(self._last_less_regular(moved)) < abs(off) else level

    def _last_less_regular(self, level: int) -> int:
        """Return by how much the last instalment differs from the one before it."""
        balance, due, before = self.opening, 0, 0
        for number in range(self.number, self.total):
            row = self.rows[number]
            if number == self.number:
                interest = _interest(self.terms, row, self.balance)
            else:
                interest = self.terms.round_interest(balance * row.factor[0], row.factor[1])
            part = balance if number == self.total - 1 else min(level - interest, balance)
            balance -= part
            due, before = part + interest, due
        return due - before
