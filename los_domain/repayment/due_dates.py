"""
The calendar of a loan: the period and the due date of each instalment.

All days are proleptic ordinals. A column of due days per day of month is computed once per process, so that the due dates of a
loan are one slice of it.
"""

from datetime import date
from functools import lru_cache
from operator import lt

import attrs

from los_domain.repayment.conventions import DueDateShift, MonthEnd, Unit
from los_domain.repayment.impossible import ImpossibleTerms, problem
from los_domain.repayment.model import Terms
from los_domain.shared.dates import Shift, add_months, days_in_month

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LAST_DAY = date.max.toordinal()


@attrs.frozen
class Calendar:
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
    start = (terms.counted_from or terms.starts_on).toordinal()
    count = (instalments or terms.instalments) + (terms.moratorium.periods if terms.moratorium else 0)
    regular = [True] * count
    if terms.due_dates:
        days = [each.toordinal() for each in terms.due_dates]
        whole_from = start
    else:
        first, anchor_day = _first_due(terms)
        days = _every(terms, first, anchor_day, count)
        whole_from = _back_one(terms, first, anchor_day).toordinal()
        regular[0] = whole_from == start
    for shift in terms.due_date_shifts:
        row = _row_due_on(days, shift)
        days[row:] = _every(terms, shift.to_on, shift.to_on.day, count - row)
        regular[row] = False
    if terms.last_due_on is not None and terms.last_due_on.toordinal() != days[-1]:
        days[-1] = terms.last_due_on.toordinal()
        regular[-1] = False
    unmoved = tuple(days)
    due = _off_holidays(terms, unmoved)
    to = due if terms.interest_follows_holiday else unmoved
    _in_order(start, unmoved)
    if due is not unmoved:
        _in_order(start, due)
    if due[0] <= terms.starts_on.toordinal():
        rule = f"after the first disbursement, {terms.starts_on}"
        raise ImpossibleTerms(problem("due_dates", date.fromordinal(due[0]), rule))
    return Calendar((start, *to[:-1]), to, due, tuple(regular), whole_from)


def _in_order(start: int, days: tuple[int, ...]) -> None:
    if days[0] > start and all(map(lt, days, days[1:])):
        return
    before = start
    for day in days:
        if day <= before:
            rule = f"after the date before it, {date.fromordinal(before)}"
            raise ImpossibleTerms(problem("due_dates", date.fromordinal(day), rule))
        before = day


@lru_cache(maxsize=64)
def month_days(day: int, rule: MonthEnd) -> tuple[int, ...]:
    """Return the ordinal of day of month *day* in each month of 1900 to 2199, moved by *rule* where a month lacks it."""
    years = range(_FIRST_YEAR, _LAST_YEAR + 1)
    return tuple(_day_of_month(year, month, day, rule).toordinal() for year in years for month in range(1, 13))


def _day_of_month(year: int, month: int, day: int, rule: MonthEnd) -> date:
    last = days_in_month(year, month)
    if day <= last:
        return date(year, month, day)
    if rule is MonthEnd.CLAMP:
        return date(year, month, last)
    return date.fromordinal(date(year, month, last).toordinal() + 1)


def _moved(day: date, months: int, anchor_day: int, rule: MonthEnd) -> date:
    index = day.year * 12 + day.month - 1 + months
    return _day_of_month(index // 12, index % 12 + 1, anchor_day, rule)


def _first_due(terms: Terms) -> tuple[date, int]:
    """Return the first due date as it would be in a month long enough for it, and the day of month the others aim for."""
    start = terms.counted_from or terms.starts_on
    if terms.first_due_on is not None:
        return terms.first_due_on, terms.first_due_on.day
    if terms.every.unit is not Unit.MONTH:
        return date.fromordinal(start.toordinal() + terms.every.days), start.day
    if terms.due_day is None:
        return _moved(start, terms.every.count, start.day, terms.month_end), start.day
    if terms.cutoff_day is not None:
        return _moved(start, 1 + (start.day > terms.cutoff_day), terms.due_day, terms.month_end), terms.due_day
    earliest = add_months(start, terms.every.count)
    first = _moved(start, terms.every.count, terms.due_day, terms.month_end)
    if first < earliest:
        first = _moved(start, terms.every.count + 1, terms.due_day, terms.month_end)
    return first, terms.due_day


def _every(terms: Terms, first: date, anchor_day: int, count: int) -> list[int]:
    """Return *count* due days, one period apart, the first of them *first*."""
    step = terms.every.count
    if terms.every.unit is not Unit.MONTH:
        days = range(first.toordinal(), first.toordinal() + terms.every.days * count, terms.every.days)
        if days[-1] > _LAST_DAY:
            raise _beyond(terms)
        return list(days)
    # a first date that rolled into the next month still counts from the month it belongs to
    month = first.year * 12 + first.month - 1
    if terms.month_end is MonthEnd.ROLL and first.day == 1 and anchor_day > 28:
        month -= 1
    at = month - _FIRST_YEAR * 12
    if at >= 0 and at + step * count <= (_LAST_YEAR - _FIRST_YEAR + 1) * 12:
        return list(month_days(anchor_day, terms.month_end)[at : at + step * count : step])
    if month + step * count >= date.max.year * 12:
        raise _beyond(terms)
    return [
        _day_of_month(index // 12, index % 12 + 1, anchor_day, terms.month_end).toordinal()
        for index in range(month, month + step * count, step)
    ]


def _beyond(terms: Terms) -> ImpossibleTerms:
    rule = f"the last due date comes before the year {date.max.year}"
    return ImpossibleTerms(problem("instalments", terms.instalments, rule))


def _back_one(terms: Terms, first: date, anchor_day: int) -> date:
    if terms.every.unit is not Unit.MONTH:
        return date.fromordinal(first.toordinal() - terms.every.days)
    start = terms.counted_from or terms.starts_on
    if terms.first_due_on is None and terms.due_day is None:
        return start
    return _moved(first, -terms.every.count, anchor_day, MonthEnd.CLAMP)


def _row_due_on(days: list[int], shift: DueDateShift) -> int:
    try:
        return days.index(shift.from_on.toordinal())
    except ValueError:
        raise ImpossibleTerms(
            problem("due_date_shifts", shift.from_on, "an instalment falls due on that day")
        ) from None


def _off_holidays(terms: Terms, days: tuple[int, ...]) -> tuple[int, ...]:
    holidays, rule = terms.holidays, terms.holiday_shift
    if rule is Shift.NONE:
        return days
    named, weekdays = _ordinals(holidays.days), holidays.weekdays
    # ordinal 1 is a Monday
    if weekdays:
        closed = [day for day in days if (day - 1) % 7 in weekdays or day in named]
    else:
        closed = [day for day in days if day in named]
    if not closed:
        return days
    moved = {day: holidays.shift(date.fromordinal(day), rule).toordinal() for day in closed}
    return tuple(moved.get(day, day) for day in days)


@lru_cache(maxsize=64)
def _ordinals(days: frozenset[date]) -> frozenset[int]:
    return frozenset(day.toordinal() for day in days)
