"""Generated credit reports and statement analyses: the published samples, and what holds for every other persona and day."""

import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_http.sandbox.bureau_data import STANDINGS, last_reported, standing_of
from los_http.sandbox.bureau_report import credit_report
from los_http.sandbox.statement_data import HABITS, analysis, entries, last_full_month

VECTORS = Path(__file__).parent.parent / "vectors"
DRAWN = date(2025, 6, 30)


@attrs.frozen
class Person:
    """A persona as both generators see one."""

    pan: str
    phone: str
    first_name: str
    last_name: str
    date_of_birth: date
    gender: str
    address_line: str
    city: str
    state: str
    pin: str
    account_number: str
    ifsc: str
    bank: str = "DEMO BANK"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


ANAYA = Person(
    "ZZZPD0001A",
    "9000000001",
    "Anaya",
    "Deshmukh",
    date(1988, 3, 14),
    "Female",
    "Flat 12 Sample Heights Baner Road",
    "Pune",
    "MH",
    "411045",
    "50100000001001",
    "SBXB0000411",
)
ROHIT = attrs.evolve(
    ANAYA,
    pan="ZZZPK0002B",
    phone="9000000002",
    first_name="Rohit",
    last_name="Kujur",
    account_number="50100000002002",
    ifsc="SBXB0000834",
)
SURESH = Person(
    "ZZZPP0003C",
    "9000000003",
    "Suresh",
    "Pillai",
    date(1985, 7, 22),
    "Male",
    "Door 44 Test Lane Kadavanthra",
    "Kochi",
    "KL",
    "682020",
    "",
    "",
)
MEENA = Person(
    "ZZZPR0004D",
    "9000000004",
    "Meena",
    "Rathore",
    date(1979, 11, 5),
    "Female",
    "Plot 9 Demo Nagar Malviya",
    "Jaipur",
    "RJ",
    "302017",
    "",
    "",
)
FAIZAN = attrs.evolve(
    ANAYA,
    pan="ZZZPQ0005E",
    phone="9000000005",
    first_name="Faizan",
    last_name="Qureshi",
    account_number="50100000005005",
    ifsc="SBXB0000500",
)

KNOWN = tuple(name for name, standing in STANDINGS.items() if standing.score is not None)
DAYS = st.dates(date(2024, 2, 1), date(2035, 12, 31))


def sample(path: str) -> Any:
    return json.loads((VECTORS / path).read_text())


@pytest.mark.parametrize(
    ("persona", "name"), [(ANAYA, "prime"), (SURESH, "recent-60-dpd"), (MEENA, "written-off")], ids=lambda v: str(v)
)
def test_a_credit_report_of_june_2025_is_the_published_sample(persona, name):
    published = sample(f"bureau/{name}.equifax-ccr.json")["CCRResponse"]["CIRReportDataLst"][0]["CIRReportData"]
    assert credit_report(persona, standing_of(name), on=DRAWN) == published


def test_nobody_makes_a_report_of_a_person_the_bureau_does_not_know():
    with pytest.raises(ValueError, match="does not know"):
        credit_report(ROHIT, standing_of("thin-file-ntc"), on=DRAWN)


@given(st.sampled_from(KNOWN), st.none() | st.integers(0, 10_000), DAYS)
def test_a_credit_report_agrees_with_itself_on_every_day(name, seed, on):
    report = credit_report(ANAYA, standing_of(name, seed), on=on)
    accounts, summary = report["RetailAccountDetails"], report["RetailAccountsSummary"]
    assert float(summary["TotalBalanceAmount"]) == sum(int(a["Balance"]) for a in accounts)
    assert float(summary["TotalPastDue"]) == sum(int(a["PastDueAmount"]) for a in accounts)
    assert int(summary["NoOfActiveAccounts"]) == sum(a["Open"] == "Yes" for a in accounts)
    newest = last_reported(on).strftime("%m-%y")
    for account in accounts:
        assert account["DateOpened"] < account["DateReported"] <= on.isoformat()
        keys = [month["key"] for month in account["History48Months"]]
        assert len(set(keys)) == len(keys)
        if account["Open"] == "Yes":
            assert keys[0] == newest
            assert (int(account["PastDueAmount"]) > 0) == (account["History48Months"][0]["PaymentStatus"] != "000")
        first = keys[-1]
        assert account["DateOpened"] < f"20{first[3:]}-{first[:2]}-31"
    dates = [enquiry["Date"] for enquiry in report["Enquiries"]]
    assert all(day <= on.isoformat() for day in dates)
    assert report["EnquirySummary"]["Recent"] == max(dates)


def test_arrears_stay_as_recent_as_they_were_when_the_clock_goes_on():
    report = credit_report(SURESH, standing_of("recent-60-dpd"), on=date(2027, 1, 12))
    history = report["RetailAccountDetails"][0]["History48Months"]
    assert [(m["key"], m["PaymentStatus"]) for m in history[:4]] == [
        ("12-26", "61+"),
        ("11-26", "31+"),
        ("10-26", "01+"),
        ("09-26", "000"),
    ]
    assert report["Enquiries"][0]["Date"] == "2026-12-16"


def test_generated_personas_of_one_class_differ_and_stay_what_they_are():
    one, other = (credit_report(ANAYA, standing_of("written-off", seed), on=DRAWN) for seed in (1, 2))
    assert one != other
    assert one == credit_report(ANAYA, standing_of("written-off", 1), on=DRAWN)
    assert int(one["RetailAccountDetails"][0]["WriteOffAmount"]) > 0


@pytest.mark.parametrize(
    ("persona", "name"), [(ANAYA, "stable-salary"), (ROHIT, "gig-income"), (FAIZAN, "emi-load-bounces")], ids=str
)
def test_an_analysis_of_june_2025_is_the_published_sample(persona, name):
    published = sample(f"bank-statement/{name}.cart-report.json")["data"]
    assert [analysis(persona, entries(HABITS[name], until=DRAWN), until=DRAWN)] == published


@given(st.sampled_from(sorted(HABITS)), DAYS, st.integers(1, 12), st.integers(5, 15))
def test_an_analysis_agrees_with_its_rows_and_no_account_is_overdrawn(name, on, months, scale):
    until = last_full_month(on)
    rows = entries(HABITS[name], until=until, months=months, scale=scale)
    account = analysis(ANAYA, rows, until=until)
    assert rows[-1].on <= until <= on
    assert min(row.balance for row in rows) >= 0
    for before, row in itertools.pairwise(rows):
        assert row.balance == before.balance + row.rupees
    assert [row.on for row in rows] == sorted(row.on for row in rows)
    *by_month, total = account["analysisData"]
    assert len(by_month) == months
    assert by_month[-1]["month"] == until.strftime("%b-%Y")
    assert by_month[-1]["closingBalance"] == rows[-1].balance
    for figure in ("totalCreditAmount", "totalDebitAmount", "salaryAmount", "emiAmount", "inwardReturnCount"):
        assert total[figure] == sum(month[figure] for month in by_month)
    assert total["totalCreditAmount"] - total["totalDebitAmount"] == rows[-1].balance - rows[0].balance + rows[0].rupees


@pytest.mark.parametrize("name", sorted(HABITS))
def test_a_debit_bounces_only_where_the_money_was_not_there(name):
    rows = entries(HABITS[name], until=DRAWN)
    for before, row in itertools.pairwise(rows):
        if row.kind == "Inward Bounce":
            assert before.balance < row.rupees


@pytest.mark.parametrize("months", [0, 13])
def test_a_statement_is_of_one_to_twelve_months(months):
    with pytest.raises(ValueError, match="1 to 12"):
        entries(HABITS["gig-income"], until=DRAWN, months=months)
