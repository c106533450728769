"""Each convention on a loan small enough to be worked out by hand: 1,200.00 at 12 % a year, from 31 January 2026 unless said."""

from datetime import date, timedelta
from typing import Any

import pytest

from los_domain.repayment import ImpossibleTerms, Terms, indian, schedule
from los_domain.repayment.conventions import (
    ACTUAL_365,
    DAILY,
    FORTNIGHTLY,
    BrokenPeriod,
    Disbursement,
    DueDateShift,
    Every,
    InterestPause,
    Method,
    MonthEnd,
    Moratorium,
    MoratoriumInterest,
    OnRateChange,
    RateChange,
    Rests,
    Step,
    Unit,
)
from los_domain.shared.dates import Holidays, Shift
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Per, Quoted, Rate

START = date(2026, 1, 31)


def loan(n: int = 3, *, rate: str = "12", on: date = START, rupees: int = 1200, **conventions: Any) -> Terms:
    return indian(Money.rupees(rupees), Rate.yearly(rate), n, on, **conventions)


def dues(terms: Terms) -> list[str]:
    return [str(row.due) for row in schedule(terms)]


def interests(terms: Terms) -> list[str]:
    return [str(row.interest) for row in schedule(terms)]


def principals(terms: Terms) -> list[str]:
    return [str(row.principal) for row in schedule(terms)]


def due_on(terms: Terms) -> list[str]:
    return [str(row.due_on)[5:] for row in schedule(terms)]


def test_an_indian_personal_loan():
    rows = schedule(indian(Money.rupees(20_000), Rate.yearly("15"), 24, START))
    assert [str(row.due_on) for row in rows][:3] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert rows[0].due == Money.rupees(970)
    assert rows[0].interest == Money.rupees(250)
    assert rows.total_principal == Money.rupees(20_000)
    assert rows[-1].balance_after == Money(0)


@pytest.mark.parametrize(
    ("conventions", "expected"),
    [
        ({}, ["408.00", "408.00", "408.08"]),  # 1,200 / 2.940985 = 408.03
        ({"instalment_multiple": 1}, ["408.03", "408.03", "408.02"]),
        ({"instalment_rounding": Rounding.CEILING}, ["409.00", "409.00", "406.05"]),
        ({"instalment_multiple": 1000}, ["410.00", "410.00", "404.02"]),
        ({"method": Method.FLAT}, ["412.00", "412.00", "412.00"]),
        ({"method": Method.EQUAL_PRINCIPAL}, ["412.00", "408.00", "404.00"]),
        ({"method": Method.BULLET}, ["12.00", "12.00", "1212.00"]),
        ({"balloon": Money.rupees(600)}, ["210.00", "210.00", "810.04"]),  # (1,200 - 600/1.0303) / 2.940985 = 210.01
        ({"steps": (Step(2, 150), Step(3, 200))}, ["273.00", "410.00", "543.77"]),  # 1,200 / 4.401978 = 272.61
        ({"instalment": Money.rupees(500)}, ["500.00", "500.00", "221.31"]),
        ({"principal_grace": 1}, ["12.00", "609.00", "609.03"]),  # 1,200 / 1.970395 = 609.01
        ({"interest_grace": 1}, ["396.00", "420.00", "408.08"]),
        ({"interest_free": 1}, ["404.00", "404.00", "403.96"]),  # 1,200 / 2.970395
    ],
)
def test_what_falls_due(conventions: dict[str, Any], expected: list[str]):
    assert dues(loan(**conventions)) == expected


@pytest.mark.parametrize(
    ("conventions", "expected"),
    [
        ({}, ["02-28", "03-31", "04-30"]),
        ({"month_end": MonthEnd.ROLL}, ["03-01", "03-31", "05-01"]),
        ({"every": Every(2, Unit.MONTH)}, ["03-31", "05-31", "07-31"]),
        ({"every": FORTNIGHTLY}, ["02-14", "02-28", "03-14"]),
        ({"every": DAILY}, ["02-01", "02-02", "02-03"]),
        ({"first_due_on": date(2026, 3, 5)}, ["03-05", "04-05", "05-05"]),
        ({"due_day": 5}, ["03-05", "04-05", "05-05"]),  # 5 February would be a short month
        ({"due_day": 5, "cutoff_day": 31}, ["02-05", "03-05", "04-05"]),
        ({"due_day": 5, "cutoff_day": 20}, ["03-05", "04-05", "05-05"]),
        ({"due_dates": (date(2026, 2, 3), date(2026, 2, 20), date(2026, 5, 1))}, ["02-03", "02-20", "05-01"]),
        ({"last_due_on": date(2026, 5, 15)}, ["02-28", "03-31", "05-15"]),
        ({"due_date_shifts": (DueDateShift(date(2026, 3, 31), date(2026, 4, 10)),)}, ["02-28", "04-10", "05-10"]),
        ({"moratorium": Moratorium(2)}, ["04-30", "05-31", "06-30"]),
    ],
)
def test_when_it_falls_due(conventions: dict[str, Any], expected: list[str]):
    assert due_on(loan(**conventions)) == expected


@pytest.mark.parametrize(
    ("shift", "expected"),  # 28 February 2026 is a Saturday, 31 March a Tuesday, 30 April a Thursday
    [
        (Shift.FOLLOWING, ["03-02", "03-31", "05-04"]),
        (Shift.PRECEDING, ["02-27", "03-31", "04-29"]),
        (Shift.MODIFIED_FOLLOWING, ["02-27", "03-31", "04-29"]),
    ],
)
def test_off_holidays(shift: Shift, expected: list[str]):
    closed = Holidays.of([date(2026, 4, 30), date(2026, 5, 1)], weekdays=(5, 6))
    terms = loan(holidays=closed, holiday_shift=shift)
    assert due_on(terms) == expected
    assert interests(terms) == ["12.00", "8.04", "4.04"]


def test_daily_interest_follows_a_holiday_only_if_agreed():
    closed = Holidays.of([], weekdays=(5, 6))
    by_days = {"rests": Rests.DAILY, "day_count": ACTUAL_365, "holidays": closed, "holiday_shift": Shift.FOLLOWING}
    assert interests(loan(**by_days))[0] == "11.05"  # 28 days
    assert interests(loan(**by_days, interest_follows_holiday=True))[0] == "11.84"  # 30 days


@pytest.mark.parametrize(
    ("broken", "first", "upfront"),
    [
        (BrokenPeriod.FIRST_INSTALMENT, "13.97", 0),  # 12.00 for a month, 1.97 for five days
        (BrokenPeriod.UPFRONT, "12.00", 197),
        (BrokenPeriod.UPFRONT_DISCOUNTED, "12.00", 197),
        (BrokenPeriod.WAIVED, "12.00", 0),
    ],
)
def test_odd_days(broken: BrokenPeriod, first: str, upfront: int):
    rows = schedule(loan(first_due_on=date(2026, 3, 5), on=date(2026, 1, 31), broken_period=broken))
    assert (str(rows[0].interest), rows.upfront_interest) == (first, upfront)
    assert rows[0].due == Money(rows.instalment) + rows[0].interest - Money.rupees(12)


def test_odd_days_discounted():
    rows = schedule(
        loan(
            rupees=1_000_000,
            on=date(2026, 1, 1),
            first_due_on=date(2026, 3, 1),
            broken_period=BrokenPeriod.UPFRONT_DISCOUNTED,
        )
    )
    assert rows.upfront_interest == 1_008_896  # 1,000,000 x 3.72 / (365 + 3.72)


def test_a_short_first_period_bears_its_days():
    assert interests(loan(first_due_on=date(2026, 2, 20)))[0] == "7.89"  # twenty days


@pytest.mark.parametrize(
    ("interest", "principal", "first"),
    [
        (MoratoriumInterest.SIMPLE_CAPITALISED, "1224.00", "12.24"),
        (MoratoriumInterest.COMPOUND_CAPITALISED, "1224.12", "12.24"),
        (MoratoriumInterest.DEFERRED, "1200.00", "36.00"),
        (MoratoriumInterest.WAIVED, "1200.00", "12.00"),
    ],
)
def test_a_moratorium_of_two_months(interest: MoratoriumInterest, principal: str, first: str):
    rows = schedule(loan(moratorium=Moratorium(2, interest)))
    assert (str(rows.total_principal), str(rows[0].interest), len(rows)) == (principal, first, 3)


def test_a_pause_bears_nothing_and_the_last_instalment_absorbs():
    paused = loan(pauses=(InterestPause(date(2026, 3, 1), date(2026, 3, 31)),))
    assert interests(paused) == ["12.00", "0.00", "3.96"]
    assert dues(paused) == ["408.00", "408.00", "399.96"]


def test_a_rate_change_counts_from_the_interval_before_it():
    dearer = RateChange(date(2026, 3, 1), Rate.yearly("24"))  # the period after 28 February is the first at 24 %
    assert interests(loan(rate_changes=(dearer,))) == ["12.00", "16.08", "8.12"]
    assert dues(loan(rate_changes=(dearer,))) == ["408.00", "414.00", "414.20"]


def test_a_kept_instalment_changes_the_number():
    kept = RateChange(date(2026, 3, 1), Rate.yearly("240"), OnRateChange.KEEP_INSTALMENT)
    assert dues(loan(rate_changes=(kept,))) == ["408.00", "408.00", "408.00", "312.19"]


def test_an_instalment_that_is_kept_never_falls_below_the_interest():
    usury = RateChange(date(2026, 3, 1), Rate.yearly("700"), OnRateChange.KEEP_INSTALMENT)
    with pytest.raises(ImpossibleTerms, match=r"instalment: 408\.00 breaks the rule: covers the interest"):
        schedule(loan(rate_changes=(usury,)))


def test_a_second_disbursement_bears_from_its_day_and_is_amortised_over_what_is_left():
    lent = (Disbursement(START, Money.rupees(1200)), Disbursement(date(2026, 3, 15), Money.rupees(600)))
    rows = schedule(
        Terms(disbursements=lent, rate=Rate.yearly("12"), instalments=3, rests=Rests.DAILY, day_count=ACTUAL_365)
    )
    # 1,200 - 408 + 11.05 is owed at the end of February; 803.05 for 31 days and 600 for 16
    assert [str(row.interest) for row in rows] == ["11.05", "11.34", "6.93"]
    assert str(rows[1].due) == "712.00"
    assert rows.total_principal == Money.rupees(1800)


def test_a_disbursement_on_a_due_date_belongs_to_the_next_period():
    lent = (Disbursement(START, Money.rupees(1200)), Disbursement(date(2026, 2, 28), Money.rupees(600)))
    rows = schedule(Terms(disbursements=lent, rate=Rate.yearly("12"), instalments=3))
    assert [str(row.interest) for row in rows] == ["12.00", "14.04", "7.05"]


def test_a_down_payment_is_a_row_of_its_own():
    rows = schedule(loan(down_payment=Quoted(25)))
    assert [(row.number, row.kind.value, str(row.due_on), str(row.principal)) for row in rows][:2] == [
        (1, "down_payment", "2026-01-31", "300.00"),
        (2, "instalment", "2026-02-28", "297.00"),
    ]
    assert [str(row.balance_after) for row in rows] == ["900.00", "603.00", "303.03", "0.00"]


def test_flat_interest_is_on_what_was_lent_down_payment_included():
    assert interests(loan(method=Method.FLAT, down_payment=Quoted(25))) == ["0.00", "12.00", "12.00", "12.00"]


@pytest.mark.parametrize(
    ("rate", "interest"),
    [
        (Rate(Quoted(1), Per.MONTH), "12.00"),
        (Rate(Quoted(3), Per.WHOLE_TERM), "12.00"),
        (Rate.yearly("12"), "12.00"),
    ],
)
def test_a_rate_is_quoted_for_a_period(rate: Rate, interest: str):
    assert str(schedule(indian(Money.rupees(1200), rate, 3, START))[0].interest) == interest


def test_interest_may_be_rounded_to_a_rupee():
    assert interests(loan(interest_multiple=100, interest_rounding=Rounding.UP)) == ["12.00", "9.00", "5.00"]


def test_rounding_up_may_pay_a_long_loan_off_early():
    rows = schedule(loan(600, rupees=5_000, instalment_rounding=Rounding.CEILING, instalment_multiple=1000))
    paid = [row for row in rows if row.due]
    assert len(rows) == 600
    assert len(paid) == 181
    assert rows.total_principal == Money.rupees(5_000)


def test_an_instalment_covers_its_interest():
    with pytest.raises(
        ImpossibleTerms, match=r"instalment: 10\.00 breaks the rule: covers the interest of its period, 12\.00"
    ):
        schedule(loan(instalment=Money.rupees(10)))


def test_money_is_lent_before_the_last_due_date():
    lent = (Disbursement(START, Money.rupees(1200)), Disbursement(date(2026, 4, 30), Money.rupees(600)))
    with pytest.raises(
        ImpossibleTerms, match=r"disbursements\.on: 2026-04-30 breaks the rule: before the last due date"
    ):
        schedule(
            Terms(disbursements=lent, rate=Rate.yearly("12"), instalments=3, pauses=(InterestPause(START, START),))
        )


@pytest.mark.parametrize(
    ("conventions", "field"),
    [
        ({"last_due_on": date(2026, 3, 31)}, "due_dates"),
        ({"due_date_shifts": (DueDateShift(date(2026, 3, 31), date(2026, 2, 1)),)}, "due_dates"),
        ({"due_date_shifts": (DueDateShift(date(2026, 3, 30), date(2026, 4, 1)),)}, "due_date_shifts"),
        ({"every": Every(120, Unit.MONTH), "n": 600, "on": date(9000, 1, 1)}, "instalments"),
        ({"counted_from": START - timedelta(days=90)}, "due_dates"),
    ],
)
def test_dates_that_cannot_be(conventions: dict[str, Any], field: str):
    with pytest.raises(ImpossibleTerms, match=f"^{field}: "):
        schedule(loan(**conventions))
