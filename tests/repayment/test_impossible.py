"""Terms that cannot be met: each says the field, its value and the rule, and a contradiction names both sides."""

from datetime import date
from typing import Any

import pytest

from los_domain.repayment import ImpossibleTerms, Terms
from los_domain.repayment.conventions import (
    DayCount,
    Disbursement,
    DueDateShift,
    Every,
    InterestPause,
    Method,
    MonthDays,
    Moratorium,
    OnRateChange,
    RateChange,
    Rests,
    Step,
    Unit,
    YearDays,
)
from los_domain.repayment.impossible import EXCLUDING
from los_domain.shared.dates import Holidays
from los_domain.shared.money import Money
from los_domain.shared.rates import Per, Quoted, Rate

START = date(2026, 1, 31)
DUE = (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))
CHANGE = RateChange(date(2026, 3, 5), Rate.yearly("14"))
KEPT = RateChange(date(2026, 3, 5), Rate.yearly("14"), OnRateChange.KEEP_INSTALMENT)


def loan(**conventions: Any) -> Terms:
    usual = {
        "disbursements": (Disbursement(START, Money.rupees(1200)),),
        "rate": Rate.yearly("12"),
        "instalments": 3,
    }
    return Terms(**(usual | conventions))


CONTRADICTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("first_due_on", "due_day"): {"first_due_on": DUE[0], "due_day": 5},
    ("due_dates", "first_due_on"): {"due_dates": DUE, "first_due_on": DUE[0]},
    ("due_dates", "due_day"): {"due_dates": DUE, "due_day": 5},
    ("due_dates", "last_due_on"): {"due_dates": DUE, "last_due_on": DUE[2]},
    ("due_dates", "due_date_shifts"): {"due_dates": DUE, "due_date_shifts": (DueDateShift(DUE[1], date(2026, 4, 2)),)},
    ("rate_changes.keep", "due_dates"): {"due_dates": DUE, "rate_changes": (KEPT,)},
    ("rate_changes.keep", "last_due_on"): {"last_due_on": DUE[2], "rate_changes": (KEPT,)},
    ("due_day", "every"): {"due_day": 5, "every": Every(1, Unit.WEEK)},
    ("steps", "method"): {"steps": (Step(2, 110),), "method": Method.EQUAL_PRINCIPAL},
    ("steps", "instalment"): {"steps": (Step(2, 110),), "instalment": Money.rupees(500)},
    ("instalment", "method"): {"instalment": Money.rupees(500), "method": Method.BULLET},
    ("balloon", "method"): {"balloon": Money.rupees(500), "method": Method.FLAT},
    ("tuned", "method"): {"tuned": True},
    ("tuned", "instalment"): {"tuned": True, "method": Method.RATE_FACTOR, "instalment": Money.rupees(500)},
    ("tuned", "steps"): {"tuned": True, "method": Method.RATE_FACTOR, "steps": (Step(2, 110),)},
    ("rests", "method"): {"rests": Rests.DAILY, "method": Method.FLAT},
    ("rate_changes", "method"): {"rate_changes": (CHANGE,), "method": Method.FLAT},
    ("rate_changes", "rate"): {"rate_changes": (CHANGE,), "rate": Rate(Quoted(3), Per.WHOLE_TERM)},
    ("pauses", "method"): {"pauses": (InterestPause(START, START),), "method": Method.FLAT},
    ("moratorium", "due_dates"): {"moratorium": Moratorium(2), "due_dates": DUE},
    ("moratorium", "method"): {"moratorium": Moratorium(2), "method": Method.FLAT},
    ("holiday_shift", "holidays"): {"holidays": Holidays.of([START])},
    ("day_count.year", "day_count.month"): {"day_count": DayCount(YearDays.D365, MonthDays.THIRTY_EUROPEAN)},
}


@pytest.mark.parametrize(("pair", "conventions"), CONTRADICTIONS.items(), ids="-".join)
def test_a_contradiction_names_both_sides(pair: tuple[str, str], conventions: dict[str, Any]):
    with pytest.raises(ImpossibleTerms) as refused:
        loan(**conventions)
    assert f"{pair[0]}: together with {pair[1]} breaks the rule: " in str(refused.value)


def test_every_contradiction_is_tried():
    assert {(one, other) for one, other, _, _ in EXCLUDING} == set(CONTRADICTIONS)


@pytest.mark.parametrize(
    ("conventions", "said"),
    [
        ({"disbursements": ()}, "disbursements: none"),
        ({"disbursements": (Disbursement(START, Money(0)),)}, "disbursements.amount: 0.00"),
        ({"disbursements": (Disbursement(START, Money(10**16 + 1)),)}, "disbursements.amount: 100000000000000.01"),
        (
            {"disbursements": (Disbursement(START, Money(1)), Disbursement(date(2026, 1, 1), Money(1)))},
            "disbursements.on: ['2026-01-31', '2026-01-01']",
        ),
        ({"instalments": 0}, "instalments: 0"),
        ({"instalments": 601}, "instalments: 601"),
        ({"instalments": 2.0}, "instalments: 2.0"),
        ({"rate": Rate.yearly("-1")}, "rate: -1 % a year"),
        ({"every": Every(0)}, "every.count: 0"),
        ({"due_day": 32}, "due_day: 32"),
        ({"cutoff_day": 20}, "cutoff_day: 20"),
        ({"due_day": 5, "cutoff_day": 0}, "cutoff_day: 0"),
        ({"instalment_multiple": 0}, "instalment_multiple: 0"),
        ({"interest_multiple": 0}, "interest_multiple: 0"),
        ({"principal_grace": 3}, "principal_grace: 3"),
        ({"interest_grace": -1}, "interest_grace: -1"),
        ({"interest_free": 4}, "interest_free: 4"),
        ({"moratorium": Moratorium(0)}, "moratorium.periods: 0"),
        ({"instalment": Money(0)}, "instalment: 0.00"),
        ({"balloon": Money.rupees(1200)}, "balloon: 1200.00"),
        ({"balloon": Money(-1)}, "balloon: -0.01"),
        ({"down_payment": Quoted(100)}, "down_payment: 100"),
        ({"steps": (Step(1, 110),)}, "steps: Step(from_number=1"),
        ({"steps": (Step(3, 110), Step(2, 110))}, "steps: Step(from_number=2"),
        ({"counted_from": date(2026, 2, 1)}, "counted_from: 2026-02-01"),
        ({"first_due_on": START}, "first_due_on: 2026-01-31"),
        ({"due_dates": DUE[:2]}, "due_dates: 2 dates"),
        ({"due_dates": (DUE[1], DUE[0], DUE[2])}, "due_dates: the list"),
        ({"last_due_on": START}, "last_due_on: 2026-01-31"),
        ({"pauses": (InterestPause(DUE[1], DUE[0]),)}, "pauses: 2026-03-31 to 2026-02-28"),
        ({"rate_changes": (CHANGE, CHANGE)}, "rate_changes: ['2026-03-05', '2026-03-05']"),
        ({"rate_changes": (RateChange(DUE[0], Rate.yearly("-1")),)}, "rate_changes.rate: -1 % a year"),
        ({"due_date_shifts": (DueDateShift(DUE[0], START),)}, "due_date_shifts: 2026-01-31"),
    ],
)
def test_a_value_that_cannot_be(conventions: dict[str, Any], said: str):
    with pytest.raises(ImpossibleTerms) as refused:
        loan(**conventions)
    assert f"{said} breaks the rule: " in str(refused.value) or str(refused.value).startswith(said)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ImpossibleTerms) as refused:
        loan(rate=Rate.yearly("-1"), first_due_on=START, due_day=40)
    assert [each.field for each in refused.value.problems] == ["rate", "due_day", "first_due_on", "first_due_on"]


@pytest.mark.parametrize("amount", [12.5, "12", None])
def test_an_amount_is_whole_paise(amount: Any):
    with pytest.raises(TypeError):
        Money(amount)
