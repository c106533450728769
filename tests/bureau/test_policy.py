"""Doubts about a report, and its age."""

from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from los_adapters.bureau.shapes import read_report
from los_domain.bureau.model import BureauSubject, CreditReport
from los_domain.bureau.policy import Doubt, doubts_about, is_fresh
from los_domain.shared.identifiers import Pan, Phone

VECTORS = Path(__file__).parents[1] / "vectors" / "bureau"
SUBJECT = BureauSubject(
    name="Anaya Deshmukh",
    date_of_birth=date(1988, 3, 14),
    pan=Pan("ZZZPD0001A"),
    phone=Phone("9000000001"),
    address_line="",
    city="PUNE",
    state="Maharashtra",
    pincode="411045",
)


def report(name: str = "prime.equifax-ccr.json") -> CreditReport:
    return read_report((VECTORS / name).read_bytes())


def test_ones_own_report_raises_no_doubt() -> None:
    for name in ("prime.equifax-ccr.json", "prime.cibil-tuef-json.json", "prime.crif-cir-pro-v2.json"):
        assert doubts_about(report(name), SUBJECT) == ()


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({"name": "Suresh Pillai"}, Doubt.NAME),
        ({"date_of_birth": date(1988, 4, 13)}, Doubt.DATE_OF_BIRTH),
        ({"pan": Pan("ZZZPD0001B")}, Doubt.PAN),
    ],
)
def test_somebody_elses_report_does(changed: dict[str, Any], doubt: Doubt) -> None:
    assert doubts_about(report(), attrs.evolve(SUBJECT, **changed)) == (doubt,)


def test_an_account_reported_twice_does() -> None:
    once = report()
    assert doubts_about(attrs.evolve(once, accounts=once.accounts + once.accounts[:1]), SUBJECT) == (
        Doubt.REPEATED_ACCOUNT,
    )


def test_what_is_not_said_does_not() -> None:
    silent = attrs.evolve(report(), subject=attrs.evolve(report().subject, name="", date_of_birth=None, pans=()))
    assert doubts_about(silent, SUBJECT) == ()
    assert doubts_about(report("thin-file-ntc.equifax-ccr.json"), SUBJECT) == ()


@pytest.mark.parametrize(
    ("on", "fresh"),
    [(date(2025, 6, 30), True), (date(2025, 7, 30), True), (date(2025, 7, 31), False), (date(2025, 6, 29), False)],
)
def test_age(on: date, fresh: bool) -> None:
    assert is_fresh(report(), on=on, days=30) is fresh
