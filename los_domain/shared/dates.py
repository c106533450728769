"""Business dates: India's day, months that clamp, holidays, and the financial year."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from enum import Enum

import attrs

IST = timezone(timedelta(hours=5, minutes=30), "IST")  # one offset, no daylight saving since 1945: no zone file needed
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def india_day(instant: datetime) -> date:
    """Return the date in India at *instant*, which must be aware. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone: a naive datetime says no day")
    return instant.astimezone(IST).date()


def is_leap(year: int) -> bool:
    """Return whether 29 February exists in *year*."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return 28 to 31."""
    return 29 if month == 2 and is_leap(year) else _DAYS[month - 1]


def add_months(day: date, months: int, *, anchor_day: int | None = None) -> date:
    """
    Return *day* moved by *months*, clamped to the month's last day.

    *anchor_day* is the day of month to aim for (default: that of *day*), so that 31 Jan, 28 Feb, 31 Mar keep their anchor.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(anchor_day or day.day, days_in_month(year, month)))


def financial_year(day: date) -> str:
    """Return India's financial year of *day*, April to March, as ``2026-27``."""
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


class Shift(Enum):
    """Where a date goes that falls on a non-business day."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"
    MODIFIED_FOLLOWING = "modified_following"  # following, unless that is another month: then preceding


@attrs.frozen
class Holidays:
    """The days on which nothing falls due: named dates, and weekdays (Monday 0 … Sunday 6) if any."""

    days: frozenset[date] = frozenset()
    weekdays: frozenset[int] = attrs.field(default=frozenset())

    @weekdays.validator
    def _leaves_a_working_day(self, _attribute: "attrs.Attribute[frozenset[int]]", value: frozenset[int]) -> None:
        if not value <= set(range(7)) or len(value) > 6:
            raise ValueError("weekdays are numbers 0 to 6, and at least one day of the week must be a working day")

    @classmethod
    def of(cls, days: Iterable[date], *, weekdays: Iterable[int] = ()) -> "Holidays":
        """Build from any iterables."""
        return cls(frozenset(days), frozenset(weekdays))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.days or day.weekday() in self.weekdays)

    def shift(self, day: date, rule: Shift) -> date:
        """Return *day*, moved by *rule* if it is a holiday. Raises ValueError if 366 days in a row are holidays."""
        if rule is Shift.NONE or day not in self:
            return day
        step = timedelta(days=-1 if rule is Shift.PRECEDING else 1)
        moved = self._first_open(day, step)
        if rule is Shift.MODIFIED_FOLLOWING and moved.month != day.month:
            return self._first_open(day, timedelta(days=-1))
        return moved

    def _first_open(self, day: date, step: timedelta) -> date:
        for _ in range(366):
            day += step
            if day not in self:
                return day
        raise ValueError("a whole year of holidays leaves no day to fall due on")
