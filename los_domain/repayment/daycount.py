"""
Day counts: the part of a year between two dates, as an exact ratio of ints.

Sources: ISDA 2006 definitions §4.16 for 30E/360, actual/365, actual/360; the conventions that split a period at the turn of the
year are described in docs/engine.md.
"""

from datetime import date

from los_domain.repayment.conventions import DayCount, Every, LeapRule, MonthDays, Unit, YearDays
from los_domain.shared.dates import add_months, is_leap


def year_fraction(count: DayCount, start: date, end: date) -> tuple[int, int]:
    """
    Return the part of a year from *start* (excluded) to *end* (included) as (num, den), by days.

    A month of THIRTY has no meaning between two dates alone, so its days are calendar days; see `part_of_period`.
    """
    return ordinal_fraction(count, start.toordinal(), end.toordinal())


def ordinal_fraction(count: DayCount, start: int, end: int) -> tuple[int, int]:
    """Return `year_fraction` of two days given as proleptic ordinals; most day counts need no more of a date than that."""
    if count.month is MonthDays.THIRTY_EUROPEAN:
        return days_30e(date.fromordinal(start), date.fromordinal(end)), 360
    if count.year is not YearDays.ACTUAL:
        return end - start, count.year.value
    return _actual_actual(count.leap, date.fromordinal(start), date.fromordinal(end), end - start)


def part_of_period(
    count: DayCount, every: Every, period: tuple[date, date], start: date, end: date, *, is_regular: bool
) -> tuple[int, int]:
    """
    Return the part of a year from *start* to *end* inside *period*, as (num, den).

    With months of THIRTY a period of months counts 30 days for each whole month, whatever the calendar says, and is shared out by
    calendar days; over an ACTUAL year it is divided by the length of the year it starts in. Weeks and days are always calendar days.
    Rules that look at the period as a whole (FEBRUARY_29, YEAR_OF_START) look at *period*, not at the part.
    is_regular: whether the period is exactly one *every*; else its months are counted by `months_between`.
    """
    if count.month is MonthDays.THIRTY and every.unit is Unit.MONTH:
        months, of = (every.count, 1) if is_regular else months_between(*period)
        year = count.year.value or (366 if is_leap(period[0].year) else 365)
        length = period[1].toordinal() - period[0].toordinal()
        return 30 * months * (end.toordinal() - start.toordinal()), of * year * length
    if count.year is YearDays.ACTUAL and count.leap in (LeapRule.FEBRUARY_29, LeapRule.YEAR_OF_START):
        _, year = _actual_actual(count.leap, *period, 0)
        return end.toordinal() - start.toordinal(), year
    return year_fraction(count, start, end)


def months_between(start: date, end: date) -> tuple[int, int]:
    """Return the months from *start* to *end*, as (num, den): whole ones, and the days left over as part of the month they fall in."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    since, until = add_months(start, whole).toordinal(), add_months(start, whole + 1).toordinal()
    return whole * (until - since) + end.toordinal() - since, until - since


def days_30e(start: date, end: date) -> int:
    """Return the days between two dates with twelve months of 30 days, the 31st counting as the 30th (30E/360)."""
    return (end.year - start.year) * 360 + (end.month - start.month) * 30 + min(end.day, 30) - min(start.day, 30)


def _actual_actual(leap: LeapRule, start: date, end: date, days: int) -> tuple[int, int]:
    if leap is LeapRule.FEBRUARY_29:
        return days, 366 if _holds_29_february(start, end) else 365
    if leap is LeapRule.YEAR_OF_START:
        return days, 366 if is_leap(start.year) else 365
    in_leap, in_common, at = 0, 0, start.toordinal()
    last = end.toordinal()
    for year in range(start.year, end.year + 1):
        cut = date(year, 12, 31).toordinal() + (leap is LeapRule.SPLIT_1_JANUARY)
        upto = min(max(cut, at), last) if year < end.year else last
        if is_leap(year):
            in_leap += upto - at
        else:
            in_common += upto - at
        at = upto
    if not in_leap:
        return in_common, 365
    if not in_common:
        return in_leap, 366
    return in_leap * 365 + in_common * 366, 365 * 366


def _holds_29_february(start: date, end: date) -> bool:
    return any(is_leap(year) and start < date(year, 2, 29) <= end for year in range(start.year, end.year + 1))
