"""Business dates: India's day, months that clamp, holidays, and the financial year."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import lru_cache

import attrs

IST = timezone(timedelta(hours=5, minutes=30), "IST")  # one offset, no daylight saving since 1945: no zone file needed
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def india_day(instant: datetime) -> date:
    """Return the date in India at *instant*, which must be aware. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone: a naive datetime says no day")
    return instant.astimezone(IST).date()


def day_begins(day: date) -> datetime:
    """Return the instant at which *day* begins in India."""
    return datetime(day.year, day.month, day.day, tzinfo=IST)


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


def month_end(day: date) -> date:
    """Return the last day of the month of *day*."""
    return day.replace(day=days_in_month(day.year, day.month))


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


@attrs.frozen(cache_hash=True)
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
        (moved,) = self.shift_all((day.toordinal(),), rule)
        return date.fromordinal(moved)

    def shift_all(self, days: Sequence[int], rule: Shift) -> tuple[int, ...]:
        """Return proleptic ordinals *days*, each moved by *rule* if it is a holiday. Raises ValueError like `shift`."""
        if rule is Shift.NONE:
            return tuple(days)
        named, weekdays = _ordinals(self.days), self.weekdays

        def first_open(day: int, step: int) -> int:
            for _ in range(366):
                day += step
                if (day - 1) % 7 not in weekdays and day not in named:  # ordinal 1 is a Monday
                    return day
            raise ValueError("a whole year of holidays leaves no day to fall due on")

        def moved(day: int) -> int:
            if (day - 1) % 7 not in weekdays and day not in named:
                return day
            to = first_open(day, -1 if rule is Shift.PRECEDING else 1)
            if rule is Shift.MODIFIED_FOLLOWING and date.fromordinal(to).month != date.fromordinal(day).month:
                return first_open(day, -1)
            return to

        return tuple(map(moved, days))


@lru_cache(maxsize=64)
def _ordinals(days: frozenset[date]) -> frozenset[int]:
    return frozenset(day.toordinal() for day in days)
