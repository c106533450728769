"""
The conventions by which lenders differ, one enum or small value each.

Every one is a setting of the loan product and so a field of `Terms`; the comments say what changes in the numbers.
"""

from datetime import date
from enum import Enum

import attrs

from los_domain.shared.money import Money
from los_domain.shared.rates import Rate


class Unit(Enum):
    """What a repayment period is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_MONTH = Unit.MONTH  # looked up in every schedule; through the class it costs 80 ns


@attrs.frozen
class Every:
    """The length of a repayment period: ``Every(2, Unit.WEEK)`` is a fortnight."""

    count: int = 1
    unit: Unit = Unit.MONTH

    @property
    def days(self) -> int:
        """Whole days in the period; 0 for months, whose days depend on the calendar."""
        if self.unit is Unit.MONTH:
            return 0
        return self.count * 7 if self.unit is Unit.WEEK else self.count

    @property
    def a_year(self) -> tuple[int, int]:
        """How many periods a year holds, as (num, den): 12 months, 52 weeks, 365 days."""
        if self.unit is _MONTH:
            return 12, self.count
        return 52 if self.unit is Unit.WEEK else 365, self.count


MONTHLY = Every(1, Unit.MONTH)
FORTNIGHTLY = Every(2, Unit.WEEK)
WEEKLY = Every(1, Unit.WEEK)
DAILY = Every(1, Unit.DAY)


class Method(Enum):
    """How principal and interest are spread over the instalments."""

    ANNUITY = "annuity"  # equal instalments on the nominal rate of a whole period, R/12
    RATE_FACTOR = "rate_factor"  # equal instalments from each period's own factor
    FLAT = "flat"  # interest on the amount first lent, in equal shares
    EQUAL_PRINCIPAL = "equal_principal"  # P/n of principal each, interest on the balance
    BULLET = "bullet"  # interest each period, all principal with the last instalment


class Rests(Enum):
    """How the interest of a period is counted."""

    PERIOD = "period"  # a whole period's nominal factor, whatever its days (monthly rests: balance * R/12)
    DAILY = "daily"  # the days of the period by the day count


class YearDays(Enum):
    """The length of the year that days are divided by."""

    D360 = 360
    D364 = 364
    D365 = 365
    ACTUAL = 0  # 365 or 366 by the calendar, see LeapRule


class MonthDays(Enum):
    """How the days of a period are counted."""

    ACTUAL = "actual"  # calendar days
    THIRTY = "thirty"  # a whole month is 30 days; part of a month is that part, by calendar days, of its period
    THIRTY_EUROPEAN = "thirty_european"  # 30E/360 between any two dates: the 31st counts as the 30th


class LeapRule(Enum):
    """What a period that touches a leap year is divided by, when the year is ACTUAL."""

    SPLIT_31_DECEMBER = "split_31_december"  # cut at 31 December, each part over the length of its own year
    SPLIT_1_JANUARY = "split_1_january"  # cut at 1 January
    FEBRUARY_29 = "february_29"  # 366 only for a period that contains 29 February (start excluded, end included)
    YEAR_OF_START = "year_of_start"  # the whole period over the length of the year it starts in


@attrs.frozen
class DayCount:
    """A day count: days by `month` over a year of `year`; `leap` matters only where the year is ACTUAL."""

    year: YearDays
    month: MonthDays = MonthDays.ACTUAL
    leap: LeapRule = LeapRule.SPLIT_31_DECEMBER


ACTUAL_365 = DayCount(YearDays.D365)
ACTUAL_360 = DayCount(YearDays.D360)
ACTUAL_364 = DayCount(YearDays.D364)
ACTUAL_ACTUAL = DayCount(YearDays.ACTUAL)
THIRTY_360 = DayCount(YearDays.D360, MonthDays.THIRTY)
THIRTY_E_360 = DayCount(YearDays.D360, MonthDays.THIRTY_EUROPEAN)


class MonthEnd(Enum):
    """Where a due day goes that a month does not have."""

    CLAMP = "clamp"  # to the month's last day; counted from the original day, so 31 Jan, 28 Feb, 31 Mar
    ROLL = "roll"  # to the first day of the next month; 31 Jan, 1 Mar, 31 Mar


class BrokenPeriod(Enum):
    """What happens to the interest of days before the first whole period (disbursement to first due date less one period)."""

    FIRST_INSTALMENT = "first_instalment"  # added to the first instalment: P * R * days/365
    UPFRONT = "upfront"  # the same amount, netted from the disbursement
    UPFRONT_DISCOUNTED = "upfront_discounted"  # netted at its present value, P * R*d / (365 + R*d)
    WAIVED = "waived"  # not charged


class MoratoriumInterest(Enum):
    """What happens to interest while nothing is paid."""

    SIMPLE_CAPITALISED = "simple_capitalised"  # simple interest, added to the principal when the moratorium ends
    COMPOUND_CAPITALISED = "compound_capitalised"  # added to the principal at each period's end
    DEFERRED = "deferred"  # kept apart, bears nothing, paid with the first instalment after it
    WAIVED = "waived"  # no interest runs


class OnRateChange(Enum):
    """What gives when the rate changes."""

    KEEP_TENURE = "keep_tenure"  # the instalment is computed afresh over the periods left
    KEEP_INSTALMENT = "keep_instalment"  # the instalment stays, the number of periods follows; never below the interest


@attrs.frozen
class Disbursement:
    """Money paid out to the borrower: `amount` > 0 on the value date `on`."""

    on: date
    amount: Money


@attrs.frozen
class RateChange:
    """A new rate from `first_day` on (the interest interval that starts the day before is the first at the new rate)."""

    first_day: date
    rate: Rate
    keep: OnRateChange = OnRateChange.KEEP_TENURE


@attrs.frozen
class InterestPause:
    """Days that bear no interest, `first_day` to `last_day`, both included. The instalment stays; the last one absorbs."""

    first_day: date
    last_day: date


@attrs.frozen
class DueDateShift:
    """Moves the instalment due on `from_on` to `to_on`; later due dates count from the new one."""

    from_on: date
    to_on: date


@attrs.frozen
class Step:
    """From instalment number `from_number` on, the instalment is `percent_of_first` per cent of the first one."""

    from_number: int
    percent_of_first: int


@attrs.frozen
class Moratorium:
    """The first `periods` periods in which nothing falls due. The instalments come after it and are not reduced in number."""

    periods: int
    interest: MoratoriumInterest = MoratoriumInterest.SIMPLE_CAPITALISED
