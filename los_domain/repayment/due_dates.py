"""
The calendar of a loan: the period and the due date of each instalment.

All days are proleptic ordinals. A column of due days per day of month is computed once per process, so that the due dates of a
loan are one slice of it.
"""

from datetime import date
from functools import lru_cache
from operator import lt
from typing import NamedTuple

from los_domain.repayment.conventions import DueDateShift, MonthEnd, Unit
from los_domain.repayment.impossible import ImpossibleTerms, problem
from los_domain.repayment.model import Terms
from los_domain.shared.dates import Holidays, Shift, days_in_month

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LAST_DAY = date.max.toordinal()
_MONTH, _CLAMP, _UNMOVED = Unit.MONTH, MonthEnd.CLAMP, Shift.NONE  # each costs 80 ns when looked up in its class


class Calendar(NamedTuple):
    """
    The repayment periods of a loan, oldest first; columns of equal length, days as ordinals.

    from_days, to_days: interest runs from the first (excluded) to the second (included), on daily rests.
    due_days: when the instalment falls due; differs from `to_days` where a holiday moved it.
    regular: whether the period is exactly one `Terms.every` by the calendar's own rule.
    whole_from: the day from which the first period is a whole one; what lies between `from_days[0]` and it is the broken period.
    """

    from_days: tuple[int, ...]
    to_days: tuple[int, ...]
    due_days: tuple[int, ...]
    regular: tuple[bool, ...]
    whole_from: int


def calendar(terms: Terms, *, instalments: int = 0) -> Calendar:
    """
    Return the periods of *terms*, a moratorium's periods first; for another number of *instalments* where one is given.

    Raises ImpossibleTerms when a date that was moved or named does not come after the one before it, or lies beyond the calendar.
    """
    lent_on = terms.disbursements[0].on
    counted_from = terms.counted_from or lent_on
    start = counted_from.toordinal()
    count = (instalments or terms.instalments) + (terms.moratorium.periods if terms.moratorium else 0)
    if terms.due_dates:
        days, whole_from = tuple(each.toordinal() for each in terms.due_dates), start
        due, rises = terms.holidays.shift_all(days, terms.holiday_shift), False
        _in_order(start, days)
    else:
        if terms.every.unit is _MONTH:
            month, day = _first_month(terms, counted_from)
            days, due, rises = _monthly(terms, month, day, count)
            is_odd = terms.first_due_on is not None or terms.due_day is not None
            whole_from = _ordinal_of(month - terms.every.count, day, _CLAMP) if is_odd else start
        else:
            first = terms.first_due_on.toordinal() if terms.first_due_on else start + terms.every.days
            days, due, rises = _by_days(terms, first, count)
            whole_from = first - terms.every.days
    regular = (whole_from == start,) + (True,) * (count - 1)
    if terms.due_date_shifts or terms.last_due_on:
        days, regular = _moved_one_by_one(terms, list(days), list(regular))
        due, rises = terms.holidays.shift_all(days, terms.holiday_shift), False
        _in_order(start, days)
    if not rises or due[0] <= start:
        _in_order(start, due)
    if due[0] <= lent_on.toordinal():
        rule = f"after the first disbursement, {lent_on}"
        raise ImpossibleTerms(problem("due_dates", date.fromordinal(due[0]), rule))
    to = due if terms.interest_follows_holiday else days
    return Calendar((start, *to[:-1]), to, due, regular, whole_from)


def _moved_one_by_one(terms: Terms, days: list[int], regular: list[bool]) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    for shift in terms.due_date_shifts:
        row = _row_due_on(days, shift)
        to, left = shift.to_on, len(days) - row
        if terms.every.unit is _MONTH:
            days[row:], *_ = _monthly(terms, _month(to), to.day, left)
        else:
            days[row:], *_ = _by_days(terms, to.toordinal(), left)
        regular[row] = False
    if terms.last_due_on is not None and terms.last_due_on.toordinal() != days[-1]:
        days[-1] = terms.last_due_on.toordinal()
        regular[-1] = False
    return tuple(days), tuple(regular)


def _in_order(start: int, days: tuple[int, ...]) -> None:
    if days[0] > start and all(map(lt, days, days[1:])):
        return
    before = start
    for day in days:
        if day <= before:
            rule = f"after the date before it, {date.fromordinal(before)}"
            raise ImpossibleTerms(problem("due_dates", date.fromordinal(day), rule))
        before = day


_CLAMPED: list[tuple[int, ...]] = [()] * 32
_ROLLED: list[tuple[int, ...]] = [()] * 32


def month_days(day: int, rule: MonthEnd) -> tuple[int, ...]:
    """Return the ordinal of day of month *day* in each month of 1900 to 2199, moved by *rule* where a month lacks it."""
    columns = _CLAMPED if rule is _CLAMP else _ROLLED
    if not columns[day]:
        months = range(_FIRST_YEAR * 12, (_LAST_YEAR + 1) * 12)
        columns[day] = tuple(_day_of(month, day, rule).toordinal() for month in months)
    return columns[day]


@lru_cache(maxsize=64)
def _open_month_days(day: int, rule: MonthEnd, holidays: Holidays, shift: Shift) -> tuple[tuple[int, ...], bool]:
    """Return `month_days` moved off *holidays*, and whether each is still after the one before it."""
    days = holidays.shift_all(month_days(day, rule), shift)
    return days, all(map(lt, days, days[1:]))


def _month(day: date) -> int:
    """Return the number of a date's month, counted from the year 0."""
    return day.year * 12 + day.month - 1


def _day_of(month: int, day: int, rule: MonthEnd) -> date:
    """Return day of month *day* in a month, moved by *rule* where it has none."""
    year, number = month // 12, month % 12 + 1
    last = days_in_month(year, number)
    if day <= last:
        return date(year, number, day)
    if rule is _CLAMP:
        return date(year, number, last)
    return date.fromordinal(date(year, number, last).toordinal() + 1)


def _ordinal_of(month: int, day: int, rule: MonthEnd) -> int:
    at = month - _FIRST_YEAR * 12
    in_column = 0 <= at < (_LAST_YEAR - _FIRST_YEAR + 1) * 12
    return month_days(day, rule)[at] if in_column else _day_of(month, day, rule).toordinal()


def _first_month(terms: Terms, start: date) -> tuple[int, int]:
    """Return the month the first instalment belongs to, and the day of month that all aim for."""
    step = terms.every.count
    if terms.first_due_on is not None:
        return _month(terms.first_due_on), terms.first_due_on.day
    month = _month(start)
    if terms.due_day is None:
        return month + step, start.day
    if terms.cutoff_day is not None:
        return month + 1 + (start.day > terms.cutoff_day), terms.due_day
    earliest = _ordinal_of(month + step, start.day, _CLAMP)
    is_early = _ordinal_of(month + step, terms.due_day, terms.month_end) < earliest
    return month + step + is_early, terms.due_day


Days = tuple[tuple[int, ...], tuple[int, ...], bool]
"""Due days; the same days moved off holidays; whether these are known to rise."""


def _monthly(terms: Terms, month: int, day: int, count: int) -> Days:
    """Return *count* due days, the first in *month*."""
    step, rule, shift = terms.every.count, terms.month_end, terms.holiday_shift
    at = month - _FIRST_YEAR * 12
    if at >= 0 and at + step * count <= (_LAST_YEAR - _FIRST_YEAR + 1) * 12:
        these = slice(at, at + step * count, step)
        days = month_days(day, rule)[these]
        if shift is _UNMOVED:
            return days, days, True
        moved, rises = _open_month_days(day, rule, terms.holidays, shift)
        return days, moved[these], rises
    if month + step * count >= date.max.year * 12:
        raise _beyond(terms)
    days = tuple(_day_of(each, day, rule).toordinal() for each in range(month, month + step * count, step))
    return _off_holidays(terms, days)


def _by_days(terms: Terms, first: int, count: int) -> Days:
    """Return *count* due days, whole weeks or days apart."""
    step = terms.every.days
    last = first + step * (count - 1)
    if last > _LAST_DAY:
        raise _beyond(terms)
    return _off_holidays(terms, tuple(range(first, last + 1, step)))


def _off_holidays(terms: Terms, days: tuple[int, ...]) -> Days:
    if terms.holiday_shift is _UNMOVED:
        return days, days, True
    return days, terms.holidays.shift_all(days, terms.holiday_shift), False


def _beyond(terms: Terms) -> ImpossibleTerms:
    rule = f"the last due date comes before the year {date.max.year}"
    return ImpossibleTerms(problem("instalments", terms.instalments, rule))


def _row_due_on(days: list[int], shift: DueDateShift) -> int:
    try:
        return days.index(shift.from_on.toordinal())
    except ValueError:
        raise ImpossibleTerms(
            problem("due_date_shifts", shift.from_on, "an instalment falls due on that day")
        ) from None
