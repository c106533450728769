"""Published cases of no machine shape; each test names its case, whose file holds source and reasoning."""

import json
from datetime import date
from pathlib import Path

from los_domain.repayment import emi, frappe, indian, schedule
from los_domain.repayment.conventions import Moratorium, MoratoriumInterest, RateChange
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Rate

HERE = Path(__file__).parent
ON = date(2026, 1, 15)


def rupee(paise: int, per_rupee: int = 100) -> int:
    return Rounding.HALF_UP.divide(paise, per_rupee)


def test_apr_rbi_002_the_illustrated_schedule():
    """Nothing is rounded but what is printed, so the schedule is made in a coin of a millionth of a paisa."""
    cases = json.loads((HERE / "apr_kfs.json").read_text())
    expected = next(case["expected"]["rows"] for case in cases if case["id"] == "apr-rbi-002")
    fine = 10**6
    rows = schedule(indian(Money(2_000_000 * fine), Rate.yearly("15"), 24, ON, instalment_multiple=1))
    for row, printed in zip(rows, expected, strict=True):
        opening = row.balance_after + row.principal
        found = [rupee(each.paise, 100 * fine) for each in (opening, row.principal, row.interest, row.due)]
        assert found == [int(printed[key]) for key in ("opening_balance", "principal", "interest", "instalment")]


def test_emi_moratorium_001_simple_interest_is_added_at_the_end():
    rows = schedule(
        indian(
            Money.rupees(10_000_000),
            Rate.yearly("9"),
            240,
            ON,
            moratorium=Moratorium(3, MoratoriumInterest.SIMPLE_CAPITALISED),
        )
    )
    assert rows.capitalised == 3 * 75_000_00
    assert rows.total_principal == Money.rupees(10_225_000)
    assert rows.first_due_on == date(2026, 5, 15)


def test_emi_reset_001_the_tenure_is_kept():
    principal, n = Money.rupees(5_000_000), 240
    before = schedule(indian(principal, Rate.yearly("7.00"), n, ON))
    reset = RateChange(date(2026, 1, 16), Rate.yearly("7.40"))
    after = schedule(indian(principal, Rate.yearly("7.00"), n, ON, rate_changes=(reset,)))
    assert (before.instalment, after.instalment) == (38_765_00, 39_974_00)
    hundredths = [(rows.instalment * n - principal.paise) // 1_000_00 for rows in (before, after)]
    assert hundredths == [4303, 4593]  # of a lakh, cut
    assert len(after) == n


def test_frp_001_b_rows_of_frappe():
    rows = schedule(frappe(Money.rupees(280_000), Rate.yearly("8.4"), 20, ON))
    assert rows.instalment == 15_052_00
    assert (rupee(rows.total_interest.paise), rupee(rows.total_due.paise)) == (21_034, 301_034)
    found = {
        row.number: tuple(rupee(each.paise) for each in (row.principal, row.interest, row.balance_after))
        for row in rows
    }
    assert found[4] == (13_369, 1_683, 227_080)
    assert found[18] == (14_740, 312, 29_785)
    assert found[20] == (14_941, 105, 0)


def test_frp_002_b_due_on_the_first_of_the_next_month():
    terms = frappe(Money.rupees(12_000), Rate.yearly("7.5"), 12, date(2022, 10, 17), due_day=1, cutoff_day=31)
    rows = schedule(terms)
    assert rows.instalment == 1_042_00
    assert [rows[0].due_on, rows[1].due_on, rows[-1].due_on] == [
        date(2022, 11, 1),
        date(2022, 12, 1),
        date(2023, 10, 1),
    ]


def test_frp_003_the_first_instalment():
    rows = schedule(frappe(Money.rupees(1_000_000), Rate.yearly("13.5"), 12, ON))
    assert rows.instalment == 89_553_00
    assert (rows[0].interest, rows[0].principal) == (Money.rupees(11_250), Money.rupees(78_303))


def test_frp_004_the_instalment():
    found = emi(Money.rupees(500_000), Rate.yearly("25"), instalments=12, rounding=Rounding.CEILING)
    assert found == Money.rupees(47_523)
