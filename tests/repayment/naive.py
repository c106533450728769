"""
The schedule again, as a lender would explain it at a desk: day after day, in fractions, with no regard to speed.

It shares only the words of the contract (`Terms` and its enums) with the engine, none of its arithmetic. Interest of a day d is what
was owed at the end of the day before, times the rate of d, times the part of a year that d is.
"""

import calendar
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

import attrs

from los_domain.repayment import Terms
from los_domain.repayment.conventions import (
    BrokenPeriod,
    DayCount,
    LeapRule,
    Method,
    MonthDays,
    MonthEnd,
    MoratoriumInterest,
    OnRateChange,
    Rests,
    Unit,
    YearDays,
)
from los_domain.shared.dates import Shift
from los_domain.shared.money import Rounding
from los_domain.shared.rates import Per, Rate

DAY = timedelta(days=1)
Row = tuple[date, int, int, int]  # due on, principal, interest, balance after


class Impossible(Exception):
    """No schedule."""


def rounded(x: Fraction, rounding: Rounding, multiple: int = 1) -> int:
    x = x / multiple
    low, high = floor(x), ceil(x)
    match rounding:
        case Rounding.FLOOR:
            found = low
        case Rounding.CEILING:
            found = high
        case Rounding.DOWN:
            found = low if x >= 0 else high
        case Rounding.UP:
            found = high if x >= 0 else low
        case Rounding.HALF_EVEN:
            found = round(x)
        case Rounding.HALF_UP:
            found = floor(x + Fraction(1, 2)) if x >= 0 else ceil(x - Fraction(1, 2))
        case Rounding.HALF_DOWN:
            found = ceil(x - Fraction(1, 2)) if x >= 0 else floor(x + Fraction(1, 2))
    return found * multiple


def instalment_of(terms: Terms, x: Fraction) -> int:
    if terms.instalment_paisa_rounding is not None:
        x = Fraction(rounded(x, terms.instalment_paisa_rounding))
    return rounded(x, terms.instalment_rounding, terms.instalment_multiple)


def interest_of(terms: Terms, x: Fraction) -> int:
    return rounded(x, terms.interest_rounding, terms.interest_multiple)


def yearly(terms: Terms, rate: Rate) -> Fraction:
    quoted = Fraction(rate.quoted.units, 100 * 10**rate.quoted.scale)
    match rate.per:
        case Per.YEAR:
            return quoted
        case Per.MONTH:
            return quoted * 12
        case Per.WHOLE_TERM:
            return quoted / (years_in_period(terms) * terms.instalments)


def years_in_period(terms: Terms) -> Fraction:
    count = terms.every.count
    return {Unit.MONTH: Fraction(count, 12), Unit.WEEK: Fraction(count, 52), Unit.DAY: Fraction(count, 365)}[
        terms.every.unit
    ]


# -- dates


def in_month(year: int, month: int, day: int, rule: MonthEnd) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    last = calendar.monthrange(year, month)[1]
    if day <= last:
        return date(year, month, day)
    return date(year, month, last) if rule is MonthEnd.CLAMP else date(year, month, last) + DAY


def months_later(day: date, months: int) -> date:
    return in_month(day.year, day.month + months, day.day, MonthEnd.CLAMP)


def series(terms: Terms, first: date, aim: int, month: tuple[int, int], count: int) -> list[date]:
    if terms.every.unit is not Unit.MONTH:
        step = terms.every.count * (7 if terms.every.unit is Unit.WEEK else 1)
        return [first + k * step * DAY for k in range(count)]
    return [in_month(month[0], month[1] + k * terms.every.count, aim, terms.month_end) for k in range(count)]


def open_day(terms: Terms, day: date) -> date:
    if terms.holiday_shift is Shift.NONE or day not in terms.holidays:
        return day
    later, earlier = day, day
    while later in terms.holidays:
        later += DAY
    while earlier in terms.holidays:
        earlier -= DAY
    if terms.holiday_shift is Shift.FOLLOWING:
        return later
    if terms.holiday_shift is Shift.PRECEDING:
        return earlier
    return later if later.month == day.month else earlier


class Dates:
    """Periods: interest from start (excluded) to end (included), due on due."""

    def __init__(self, terms: Terms, count: int) -> None:
        begin = terms.counted_from or terms.starts_on
        step = terms.every.count
        self.irregular: set[int] = set()
        self.whole_from = begin
        if terms.due_dates:
            ends = list(terms.due_dates)
        elif terms.every.unit is not Unit.MONTH:
            days = step * (7 if terms.every.unit is Unit.WEEK else 1)
            first = terms.first_due_on or begin + days * DAY
            ends = series(terms, first, 0, (0, 0), count)
            self.whole_from = first - days * DAY
        else:
            aim, month = begin.day, (begin.year, begin.month + step)
            if terms.first_due_on:
                aim, month = terms.first_due_on.day, (terms.first_due_on.year, terms.first_due_on.month)
            elif terms.due_day:
                aim = terms.due_day
                if terms.cutoff_day is not None:
                    month = (begin.year, begin.month + (1 if begin.day <= terms.cutoff_day else 2))
                elif in_month(*month, aim, terms.month_end) < months_later(begin, step):
                    month = (begin.year, begin.month + step + 1)
            ends = series(terms, begin, aim, month, count)
            if terms.first_due_on or terms.due_day:
                self.whole_from = in_month(month[0], month[1] - step, aim, MonthEnd.CLAMP)
        if self.whole_from != begin:
            self.irregular.add(0)
        for shift in terms.due_date_shifts:
            if shift.from_on not in ends:
                raise Impossible
            row, to = ends.index(shift.from_on), shift.to_on
            ends[row:] = series(terms, to, to.day, (to.year, to.month), count - row)
            self.irregular.add(row)
        if terms.last_due_on and terms.last_due_on != ends[-1]:
            ends[-1] = terms.last_due_on
            self.irregular.add(count - 1)
        self.due = [open_day(terms, day) for day in ends]
        self.ends = self.due if terms.interest_follows_holiday else ends
        self.starts = [begin, *self.ends[:-1]]
        for days in (self.due, ends):
            if any(later <= earlier for earlier, later in zip([begin, *days], days, strict=False)):
                raise Impossible
        if self.due[0] <= terms.starts_on:
            raise Impossible


# -- the part of a year that a day is


def part_of_year(count: DayCount, day: date, start: date, end: date) -> Fraction:
    """The day (day - 1, day] of a period from start to end."""
    if count.month is MonthDays.THIRTY_EUROPEAN:
        before = day - DAY
        days = (day.year - before.year) * 360 + (day.month - before.month) * 30 + min(day.day, 30) - min(before.day, 30)
        return Fraction(days, 360)
    if count.year is not YearDays.ACTUAL:
        return Fraction(1, count.year.value)
    match count.leap:
        case LeapRule.SPLIT_31_DECEMBER:
            year = day.year
        case LeapRule.SPLIT_1_JANUARY:
            year = (day - DAY).year
        case LeapRule.YEAR_OF_START:
            year = start.year
        case LeapRule.FEBRUARY_29:
            days = (start + k * DAY for k in range(1, (end - start).days + 1))
            return Fraction(1, 366 if any((each.month, each.day) == (2, 29) for each in days) else 365)
    return Fraction(1, 366 if calendar.isleap(year) else 365)


def months_in(start: date, end: date) -> Fraction:
    whole = 0
    while months_later(start, whole + 1) <= end:
        whole += 1
    since, until = months_later(start, whole), months_later(start, whole + 1)
    return whole + Fraction((end - since).days, (until - since).days)


class Interest:
    """What each day of each period bears."""

    def __init__(self, terms: Terms, dates: Dates, *, known_until: date | None = None, pauses: bool = True) -> None:
        self.terms, self.dates = terms, dates
        self.changes = [
            (change.first_day, yearly(terms, change.rate))
            for change in terms.rate_changes
            if known_until is None or change.first_day <= known_until
        ]
        self.pauses = terms.pauses if pauses else ()
        self.by_day = terms.rests is Rests.DAILY or terms.method is Method.RATE_FACTOR
        apart = not self.by_day or terms.broken_period is not BrokenPeriod.FIRST_INSTALMENT
        begin = dates.starts[0]
        self.broken_until = dates.whole_from if 0 in dates.irregular and apart and dates.whole_from > begin else begin

    def rate_on(self, day: date) -> Fraction:
        rate = yearly(self.terms, self.terms.rate)
        for first, changed in self.changes:
            if first <= day:
                rate = changed
        return rate

    def paused(self, day: date) -> bool:
        return any(pause.first_day <= day <= pause.last_day for pause in self.pauses)

    def of_day(self, row: int, day: date) -> Fraction:
        """What one paisa bears on a day of a row's period."""
        terms, dates = self.terms, self.dates
        waiting = terms.moratorium.periods if terms.moratorium else 0
        if terms.moratorium and row < waiting and terms.moratorium.interest is MoratoriumInterest.WAIVED:
            return Fraction(0)
        if waiting <= row < waiting + terms.interest_free or self.paused(day):
            return Fraction(0)
        start, end = dates.starts[row], dates.ends[row]
        regular = row not in dates.irregular
        if row == 0 and self.broken_until > start:
            start, regular = self.broken_until, True
            if day <= start:
                return Fraction(0)
        length = (end - start).days
        if row == 0 and not regular and not self.by_day:
            part = part_of_year(terms.broken_day_count, day, start, end)
        elif not self.by_day:
            if regular:
                years = years_in_period(terms)
            elif terms.every.unit is Unit.MONTH:
                years = months_in(start, end) / 12
            else:
                years = Fraction(length, 364 if terms.every.unit is Unit.WEEK else 365)
            part = years / length
        elif terms.day_count.month is MonthDays.THIRTY and terms.every.unit is Unit.MONTH:
            months = terms.every.count if regular else months_in(start, end)
            year = terms.day_count.year.value or (366 if calendar.isleap(start.year) else 365)
            part = Fraction(30 * months) / year / length
        else:
            part = part_of_year(terms.day_count, day, start, end)
        return part * self.rate_on(day)

    def factor(self, row: int, since: date | None = None) -> Fraction:
        start, end = since or self.dates.starts[row], self.dates.ends[row]
        return sum((self.of_day(row, start + k * DAY) for k in range(1, (end - start).days + 1)), Fraction(0))

    def broken(self, lent: list[tuple[date, int]]) -> Fraction:
        terms, begin = self.terms, self.dates.starts[0]
        total = Fraction(0)
        if terms.broken_period is BrokenPeriod.WAIVED:
            return total
        for on, amount in lent:
            days = [begin + k * DAY for k in range(1, (self.broken_until - begin).days + 1)]
            bears = sum(
                (
                    part_of_year(terms.broken_day_count, day, on, self.broken_until) * self.rate_on(day)
                    for day in days
                    if day > on and not self.paused(day)
                ),
                Fraction(0),
            )
            if terms.broken_period is BrokenPeriod.UPFRONT_DISCOUNTED:
                total += amount * bears / (1 + bears)
            else:
                total += amount * bears
        return total


# -- rows


def schedule(terms: Terms) -> tuple[list[Row], int, int]:
    """Return rows without down payments, interest collected upfront, and interest capitalised."""
    waiting = terms.moratorium.periods if terms.moratorium else 0
    n = terms.instalments
    if terms.disbursements[-1].on >= Dates(terms, waiting + n).ends[-1]:
        raise Impossible
    keeps = any(change.keep is OnRateChange.KEEP_INSTALMENT for change in terms.rate_changes)
    dates = Dates(terms, waiting + (600 if keeps else n))
    down = Fraction(0)
    if terms.down_payment:
        down = Fraction(terms.down_payment.units, 100 * 10**terms.down_payment.scale)
    lent = []
    for each in terms.disbursements:
        paise = each.amount.paise
        lent.append((each.on, paise - min(paise, instalment_of(terms, paise * down))))
    interest = Interest(terms, dates)
    apart = interest_of(terms, interest.broken(lent))
    first_extra, upfront = (apart, 0) if terms.broken_period is BrokenPeriod.FIRST_INSTALMENT else (0, apart)

    def came(row: int, known: list[tuple[date, int]] = lent) -> list[tuple[date, int]]:
        start, end = dates.starts[row], dates.ends[row]
        return [(max(on, start), amount) for on, amount in known if (row == 0 or on >= start) and on < end]

    def borne(row: int, balance: int, by: Interest, known: list[tuple[date, int]] = lent) -> int:
        total = balance * by.factor(row)
        for on, amount in came(row, known):
            total += amount * by.factor(row, on)
        return interest_of(terms, total)

    balance = capitalised = owed = 0
    for row in range(waiting):
        part = borne(row, balance, interest)
        balance += sum(amount for _, amount in came(row))
        match terms.moratorium.interest if terms.moratorium else None:
            case MoratoriumInterest.COMPOUND_CAPITALISED:
                balance += part
                capitalised += part
            case MoratoriumInterest.SIMPLE_CAPITALISED:
                capitalised += part
            case _:
                owed += part
    if terms.moratorium and terms.moratorium.interest is MoratoriumInterest.SIMPLE_CAPITALISED:
        balance += capitalised
    owed += first_extra

    level_kind = terms.method in (Method.ANNUITY, Method.RATE_FACTOR)
    first, total = waiting + terms.principal_grace, waiting + n
    level = flat_left = 0
    made: list[list[int]] = []
    if terms.method is Method.FLAT:
        flat_left = interest_of(terms, sum((flat_interest(terms, dates, row) for row in range(n)), Fraction(0)))
    row = waiting
    while row < total:
        inflow = sum(amount for _, amount in came(row))
        changed = [
            change
            for number, change in enumerate(terms.rate_changes)
            if dates.starts[row] < change.first_day <= dates.ends[row]
            and yearly(terms, change.rate)
            != yearly(terms, terms.rate_changes[number - 1].rate if number else terms.rate)
        ]
        fix = row == first or (row > first and (inflow > 0 or (level_kind and bool(changed))))
        part = borne(row, balance, interest)
        if terms.method is Method.FLAT:
            part = (
                flat_left if row == total - 1 else min(interest_of(terms, flat_interest(terms, dates, row)), flat_left)
            )
        if fix and terms.method is not Method.BULLET:
            known = [each for each in lent if each[0] < dates.ends[row]]
            seen = dates
            if row == first and terms.due_date_shifts:
                seen = Dates(without_shifts(terms), len(dates.ends))
            foresight = Interest(terms, seen, known_until=dates.ends[row], pauses=False)
            opening = balance + inflow
            if row > first and changed and changed[-1].keep is OnRateChange.KEEP_INSTALMENT and not inflow:
                total = row + rows_to_repay(terms, foresight, row, balance, level, waiting, len(dates.ends))
            elif level_kind:
                level = fixed_level(terms, foresight, row, first, total, waiting, balance, opening, known)
            elif terms.method is Method.FLAT:
                left = total - max(row, first)
                level = (
                    instalment_of(terms, Fraction(opening, left))
                    if terms.instalment_multiple == 1
                    else instalment_of(terms, Fraction(opening, left) + part) - part
                )
            else:
                level = instalment_of(terms, Fraction(opening - terms.balloon.paise, total - row))
        balance += inflow
        if row == total - 1:
            principal = balance
        elif row < first or terms.method is Method.BULLET:
            principal = 0
        elif level_kind:
            paid = stepped(terms, level, row - waiting)
            if paid < part:
                raise Impossible
            principal = min(paid - part, balance)
        else:
            if level < 0:
                raise Impossible
            principal = min(level, balance)
        flat_left -= part
        balance -= principal
        made.append([principal, part, balance])
        row += 1
    pays = min(terms.interest_grace, len(made) - 1)
    for number in range(pays):
        owed += made[number][1]
        made[number][1] = 0
    made[pays][1] += owed
    due = dates.due[waiting:]
    return [(due[k], *each) for k, each in enumerate(made)], upfront, capitalised  # type: ignore[misc]


def without_shifts(terms: Terms) -> Terms:
    return attrs.evolve(terms, due_date_shifts=())


def flat_interest(terms: Terms, dates: Dates, row: int) -> Fraction:
    if row < terms.interest_free:
        return Fraction(0)
    base = sum(each.amount.paise for each in terms.disbursements if each.on < dates.ends[row])
    return base * yearly(terms, terms.rate) * years_in_period(terms)


def percent(terms: Terms, number: int) -> int:
    found = 100
    for step in terms.steps:
        if step.from_number <= number + 1:
            found = step.percent_of_first
    return found


def stepped(terms: Terms, level: int, number: int) -> int:
    each = percent(terms, number)
    return level if each == 100 else instalment_of(terms, Fraction(level * each, 100))


def fixed_level(
    terms: Terms,
    foresight: Interest,
    row: int,
    first: int,
    total: int,
    waiting: int,
    balance: int,
    opening: int,
    known: list[tuple[date, int]],
) -> int:
    if terms.instalment is not None and row == first:
        return terms.instalment.paise
    rows = range(row, total)
    if terms.method is Method.RATE_FACTOR:
        factors = [foresight.factor(each) for each in rows]
    else:
        nominal = foresight.rate_on(foresight.dates.ends[row]) * years_in_period(terms)
        factors = [Fraction(0) if each < waiting + terms.interest_free else nominal for each in rows]
    discount, weights = Fraction(1), Fraction(0)
    for each, factor in zip(rows, factors, strict=True):
        discount /= 1 + factor
        weights += Fraction(percent(terms, each - waiting), 100) * discount
    level = instalment_of(terms, (opening - terms.balloon.paise * discount) / weights)
    n = total - row
    if not terms.tuned or n < 2:
        return level

    def off(level: int) -> int:
        owed, dues = opening, []
        for each, factor in zip(rows, factors, strict=True):
            part = interest_of(terms, owed * factor)
            if each == row:
                bears = balance * factor
                for on, amount in known:
                    if on >= foresight.dates.starts[row] or row == 0:
                        bears += amount * foresight.factor(row, max(on, foresight.dates.starts[row]))
                part = interest_of(terms, bears)
            principal = owed if each == total - 1 else min(level - part, owed)
            owed -= principal
            dues.append(principal + part)
        return dues[-1] - dues[-2]

    before = off(level)
    if abs(before) <= n // 2:
        return level
    moved = instalment_of(terms, level + Fraction(before, n))
    return moved if abs(off(moved)) < abs(before) else level


def rows_to_repay(
    terms: Terms, foresight: Interest, row: int, balance: int, level: int, waiting: int, most: int
) -> int:
    for each in range(row, most):
        part = interest_of(terms, balance * foresight.factor(each))
        paid = stepped(terms, level, each - waiting)
        if paid <= part:
            raise Impossible
        balance += part - paid
        if balance <= terms.balloon.paise:
            return each - row + 1
    raise Impossible
