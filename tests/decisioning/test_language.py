"""The language of conditions: what holds, what cannot be known, and what is refused with which words."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_domain.decisioning.catalogue import CATALOGUE, Kind
from los_domain.decisioning.language import BadCondition, compiled

FACTS: dict[str, Any] = {
    "bureau.score": 712,
    "bureau.ntc": False,
    "bureau.max_dpd_12m": 0,
    "bureau.overdue_total": 1_250_00,
    "bureau.card_utilisation_pct": Fraction(375, 10),
    "bureau.as_of": date(2026, 11, 23),
    "application.amount": 50_000_00,
    "application.applied_on": date(2026, 11, 20),
    "application.purpose": "School fees",
    "applicant.monthly_salary": 30_000_00,
    "applicant.age": 38,
    "employment.verdict": "verified",
    "employment.verified": True,
    "statement.foir_pct": None,
    "bureau.card_limit_total": 0,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bureau.score >= 700", True),
        ("bureau.score > 712", False),
        ("bureau.score == 712 and not bureau.ntc", True),
        ("bureau.overdue_total <= 1250", True),  # rupees
        ("bureau.overdue_total <= 1249.99", False),
        ("1250 == bureau.overdue_total", True),
        ("bureau.card_utilisation_pct < 37.6 and bureau.card_utilisation_pct > 37.4", True),
        ("application.amount <= 2 * applicant.monthly_salary", True),
        ("application.amount / applicant.monthly_salary < 1.6", False),  # 1.666…
        ("application.amount / 2 == 25000", True),
        ("application.amount - 50000 == 0", True),
        ("-application.amount < 0", True),
        ("applicant.age between 21 and 38", True),
        ("applicant.age between 39 and 60", False),
        ("bureau.as_of - application.applied_on == 3", True),
        ("application.applied_on + 3 == bureau.as_of", True),
        ("application.applied_on > 2026-11-19", True),
        ("employment.verdict in ('stated', 'verified')", True),
        ("employment.verdict in ('stated')", False),
        ("application.purpose == 'School fees'", True),
        ("employment.verified == true", True),
        ("statement.foir_pct <= 50", None),
        ("not statement.foir_pct <= 50", None),
        ("statement.foir_pct <= 50 or bureau.score > 700", True),
        ("statement.foir_pct <= 50 and bureau.score > 900", False),
        ("statement.foir_pct <= 50 and bureau.score > 700", None),
        ("statement.foir_pct + 1 > 0", None),
        ("statement.foir_pct is known", False),
        ("statement.foir_pct is not known", True),
        ("application.amount / bureau.card_limit_total > 1", None),  # divided by zero
        ("(bureau.score + 8) * 2 == 1440", True),
        ("bureau.score >= threshold", True),
        ("not (bureau.score < threshold or bureau.ntc)", True),
    ],
)
def test_what_holds(text: str, expected: bool | None) -> None:
    assert compiled(text, threshold="700").run(FACTS) is expected


@pytest.mark.parametrize(
    ("text", "threshold", "words"),
    [
        ("bureau.scor >= 1", "", "no fact"),
        ("bureau.as_of > 5", "", "compares a date with a number"),
        ("bureau.score > application.amount", "", "compares a number with an amount"),
        ("employment.verdict > 'a'", "", "only == and !="),
        ("bureau.score", "", "not whether something holds"),
        ("bureau.score and bureau.ntc", "", "joins a number"),
        ("bureau.score >= threshold", "", "has none"),
        ("bureau.score >= threshold", "bureau.ntc", "not one number"),
        ("bureau.score >= threshold", "7 or 8", "not one number"),
        ("bureau.score / 0 > 1", "", "divides by zero"),
        ("5 / application.amount > 1", "", "divides a number by an amount"),
        ("application.amount * application.amount > 1", "", "cannot work out"),
        ("bureau.score >", "", "ends too early"),
        ("bureau.score > 1)", "", "is not expected"),
        ("(bureau.score > 1", "", "lacks ')'"),
        ("bureau.score > 1 bureau.ntc", "", "is not expected"),
        ("bureau.score; import os", "", "cannot be read"),
        ("__import__('os')", "", "cannot be read"),
        ("application.applied_on > 2026-13-01", "", "no day"),
        ("(" * 60 + "bureau.ntc" + ")" * 60, "", "nested too deeply"),
        ("not " * 60 + "bureau.ntc", "", "nested too deeply"),
        ("bureau.ntc or " * 400 + "bureau.ntc", "", "longer than"),
        ("", "", "ends too early"),
    ],
)
def test_what_is_refused(text: str, threshold: str, words: str) -> None:
    with pytest.raises(BadCondition) as refused:
        compiled(text, threshold=threshold)
    assert words in str(refused.value)


@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(text: str) -> None:
    try:
        compiled(text, threshold=text)
    except BadCondition:
        return


@given(st.sampled_from([name for name, fact in CATALOGUE.items() if fact.kind is Kind.NUMBER]), st.integers(-99, 99))
def test_a_missing_number_is_never_zero(name: str, least: int) -> None:
    assert compiled(f"{name} >= {least}" if least >= 0 else f"{name} >= -{-least}").run({}) is None


def test_every_fact_is_documented() -> None:
    assert len(CATALOGUE) > 60
    assert all(fact.about for fact in CATALOGUE.values())
    assert CATALOGUE["bureau.score"].kind is Kind.NUMBER
    assert CATALOGUE["statement.avg_eod_balance_6m"].kind is Kind.MONEY
    assert CATALOGUE["statement.income_type"].kind is Kind.TEXT
