"""The annual percentage rate against published figures, and where it cannot be had."""

from datetime import date

import pytest

from los_domain.repayment import ImpossibleTerms, apr, indian
from los_domain.repayment.apr import apr_of_equal_instalments, disclosed
from los_domain.repayment.conventions import DAILY, Every, Unit
from los_domain.shared.money import Money
from los_domain.shared.rates import Rate

START = date(2026, 1, 15)


def test_the_illustration_of_the_reserve_bank():
    terms = indian(Money.rupees(20_000), Rate.yearly("15"), 24, START)
    assert str(disclosed(apr(terms, Money.rupees(400)))) == "17.07"


@pytest.mark.parametrize(
    ("net", "instalment", "number", "percent"),
    [(399_452, 13_744, 48, "27.22"), (509_800, 11_340, 60, "12.00")],
)
def test_statements_of_lenders(net: int, instalment: int, number: int, percent: str):
    found = apr_of_equal_instalments(Money.rupees(net), (instalment * 100, 1), number)
    assert str(disclosed(found)) == percent


def test_odd_first_periods_of_regulation_z():
    long = apr_of_equal_instalments(Money.rupees(6000), (20_000, 1), 36, part_before_first=(19, 30))
    short = apr_of_equal_instalments(
        Money.rupees(5000), (21_917, 1), 24, periods_a_year=24, whole_before_first=0, part_before_first=(6, 15)
    )
    assert (str(disclosed(long)), str(disclosed(short))) == ("11.82", "10.34")


def test_without_charges_it_is_the_nominal_rate():
    for number in (2, 24, 360):
        terms = indian(Money.rupees(20_000), Rate.yearly("15"), number, START)
        assert abs(apr(terms) - 15) < 10**-9


def test_charges_leave_something_to_disburse():
    terms = indian(Money.rupees(1_000), Rate.yearly("15"), 3, START)
    with pytest.raises(
        ImpossibleTerms,
        match=r"charges: 1000\.00 breaks the rule: .* below the first disbursement",
    ):
        apr(terms, Money.rupees(1_000))


def test_a_payday_loan_is_measured_on_what_was_received():
    """30,000 at 1 % a day for 30 days, fee 10 % and tax on it: a formula on the principal would say 508.60."""
    terms = indian(Money.rupees(30_000), Rate.yearly("365"), 1, START, every=Every(30, Unit.DAY))
    assert str(disclosed(apr(terms, Money.rupees(3_540)))) == "576.61"


def test_daily_instalments():
    terms = indian(Money.rupees(10_000), Rate.yearly("36"), 100, START, every=DAILY)
    assert abs(apr(terms) - 36) < 10**-9
