"""The part of a year between two dates, by each day count."""

from datetime import date
from fractions import Fraction

import pytest

from los_domain.repayment.conventions import (
    ACTUAL_360,
    ACTUAL_364,
    ACTUAL_365,
    ACTUAL_ACTUAL,
    MONTHLY,
    THIRTY_360,
    THIRTY_E_360,
    WEEKLY,
    DayCount,
    Every,
    LeapRule,
    MonthDays,
    Unit,
    YearDays,
)
from los_domain.repayment.daycount import months_between, part_of_period, year_fraction


def day(text: str) -> date:
    return date.fromisoformat(text)


def leap(rule: LeapRule) -> DayCount:
    return DayCount(YearDays.ACTUAL, leap=rule)


@pytest.mark.parametrize(
    ("count", "start", "end", "expected"),
    [
        (ACTUAL_365, "2024-01-31", "2024-02-29", Fraction(29, 365)),
        (ACTUAL_360, "2024-01-31", "2024-02-29", Fraction(29, 360)),
        (ACTUAL_364, "2024-01-01", "2024-12-30", Fraction(1)),
        (THIRTY_E_360, "2024-01-31", "2024-02-29", Fraction(29, 360)),
        (THIRTY_E_360, "2024-02-29", "2024-03-31", Fraction(31, 360)),
        (THIRTY_E_360, "2023-12-31", "2024-12-31", Fraction(1)),
        # 15 days of 2023 and 16 of 2024; cut a day later, one day more is of the old year
        (leap(LeapRule.SPLIT_31_DECEMBER), "2023-12-16", "2024-01-16", Fraction(15, 365) + Fraction(16, 366)),
        (leap(LeapRule.SPLIT_1_JANUARY), "2023-12-16", "2024-01-16", Fraction(16, 365) + Fraction(15, 366)),
        (leap(LeapRule.YEAR_OF_START), "2023-12-16", "2024-01-16", Fraction(31, 365)),
        (leap(LeapRule.FEBRUARY_29), "2023-12-16", "2024-01-16", Fraction(31, 365)),
        (leap(LeapRule.FEBRUARY_29), "2024-01-31", "2024-02-29", Fraction(29, 366)),
        (leap(LeapRule.FEBRUARY_29), "2024-02-29", "2024-03-31", Fraction(31, 365)),
        (ACTUAL_ACTUAL, "2022-06-30", "2025-06-30", 3),
        (ACTUAL_ACTUAL, "2100-01-01", "2100-12-31", Fraction(364, 365)),
    ],
)
def test_between_two_dates(count: DayCount, start: str, end: str, expected: Fraction):
    assert Fraction(*year_fraction(count, day(start), day(end))) == expected


@pytest.mark.parametrize(
    ("count", "every", "regular", "expected"),
    [
        (THIRTY_360, MONTHLY, True, Fraction(15, 360) * 30 / 29),  # half the calendar days of a month of 30
        (THIRTY_360, Every(3, Unit.MONTH), True, Fraction(15, 360) * 90 / 29),
        (THIRTY_360, WEEKLY, True, Fraction(15, 360)),
        (DayCount(YearDays.ACTUAL, MonthDays.THIRTY), MONTHLY, True, Fraction(15, 366) * 30 / 29),
        (leap(LeapRule.FEBRUARY_29), MONTHLY, True, Fraction(15, 366)),  # looks at the period, not at the part
        (ACTUAL_365, MONTHLY, True, Fraction(15, 365)),
    ],
)
def test_a_part_of_a_period(count: DayCount, every: Every, regular: bool, expected: Fraction):
    period = day("2024-02-01"), day("2024-03-01")
    found = part_of_period(count, every, period, day("2024-02-01"), day("2024-02-16"), is_regular=regular)
    assert Fraction(*found) == expected


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-01", "2024-02-18", 1 + Fraction(17, 29)),
        ("2024-01-01", "2024-03-01", 2),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-03-15", 1 + Fraction(15, 31)),
        ("2024-01-10", "2024-01-25", Fraction(15, 31)),
    ],
)
def test_months_and_days_over(start: str, end: str, months: Fraction):
    assert Fraction(*months_between(day(start), day(end))) == months
