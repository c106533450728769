"""What holds of every schedule, and that a second, naive engine comes to the same paisa."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from los_domain.repayment import ImpossibleTerms, Schedule, Terms, apr, emi, indian, schedule
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Quoted, Rate
from tests.repayment import naive, strategies

LEAST_SHARE = 2  # per cent of the schedules made

rates = st.integers(0, 600_000).map(lambda units: Rate(Quoted(units, 4)))
amounts = st.one_of(st.integers(1, 10**16), st.integers(100, 10**9)).map(Money)


def made(of: Terms) -> Schedule | None:
    try:
        return schedule(of)
    except ImpossibleTerms:
        return None


def agree(of: Terms) -> bool:
    """Assert that both engines say the same of terms; return whether they have a schedule."""
    rows = made(of)
    try:
        expected, upfront, capitalised = naive.schedule(of)
    except naive.Impossible:
        assert rows is None
        return False
    assert rows is not None
    found = [
        (row.due_on, row.principal.paise, row.interest.paise, row.balance_after.paise)
        for number, row in enumerate(rows)
        if number not in rows.down_payments
    ]
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    if not of.down_payment:  # else balances between rows hold what the down payments leave, too
        assert found == expected
    assert (rows.upfront_interest, rows.capitalised) == (upfront, capitalised)
    return True


@settings(max_examples=400, deadline=None)
@given(strategies.terms())
def test_a_naive_engine_agrees_to_the_paisa(of: Terms):
    agree(of)


def test_every_convention_is_drawn_often(capsys: pytest.CaptureFixture[str]):
    """The shares are of schedules that were made and agreed; the draw is the same in every run."""
    seen: Counter[str] = Counter()

    @settings(max_examples=1000, deadline=None, derandomize=True)
    @given(strategies.terms())
    def count(of: Terms) -> None:
        if agree(of):
            seen.update({"all", *strategies.conventions(of)})

    count()
    whole = seen.pop("all")
    shares = {name: 100 * number / whole for name, number in sorted(seen.items())}
    with capsys.disabled():
        print(f"\n{whole} schedules; share of each convention:")
        print("\n".join(f"  {name:32} {share:5.1f} %" for name, share in shares.items()))
    assert {name for name, share in shares.items() if share < LEAST_SHARE} == set()
    assert set(shares) == set(strategies.CONVENTIONS)


@settings(max_examples=500)
@given(strategies.terms())
def test_nothing_is_lost_and_nothing_is_negative(of: Terms):
    rows = made(of)
    if rows is None:
        return
    assert rows.total_principal.paise == of.principal.paise + rows.capitalised
    assert min(*rows.principal, *rows.interest, *rows.balance, rows.upfront_interest, 0) == 0
    assert rows.balance[-1] == 0
    own = [day for row, day in enumerate(rows.due_days) if row not in rows.down_payments]
    assert own == sorted(set(own))
    assert rows == schedule(of)


@given(amounts, amounts, rates, st.integers(1, 600))
def test_the_instalment_rises_with_the_principal(one: Money, other: Money, rate: Rate, n: int):
    low, high = sorted((one, other))
    assert emi(low, rate, instalments=n, multiple=1) <= emi(high, rate, instalments=n, multiple=1)


@given(amounts, rates, rates, st.integers(1, 600))
def test_the_instalment_rises_with_the_rate(principal: Money, one: Rate, other: Rate, n: int):
    low, high = sorted((one, other), key=lambda rate: rate.quoted.units)
    assert emi(principal, low, instalments=n) <= emi(principal, high, instalments=n)


@given(amounts, rates, st.integers(1, 599), st.sampled_from(Rounding))
def test_the_instalment_falls_with_the_tenure(principal: Money, rate: Rate, n: int, rounding: Rounding):
    short, long = (emi(principal, rate, instalments=number, rounding=rounding) for number in (n, n + 1))
    assert long <= short


@settings(max_examples=60, deadline=None)
@given(
    st.integers(10**5, 10**12).map(Money),
    st.integers(1, 6000).map(lambda units: Rate(Quoted(units, 2))),
    st.integers(2, 120),
    strategies.days,
    st.integers(0, 5000),
)
def test_the_annual_percentage_rate_is_the_nominal_one_and_what_charges_add(
    principal: Money, rate: Rate, n: int, on: date, per_myriad: int
):
    nominal = rate.quoted.units / 100
    terms = indian(principal, rate, n, on)
    if made(terms) is None:
        return
    assert float(apr(terms)) == pytest.approx(nominal, abs=1e-6)
    charged = float(apr(terms, principal.times(per_myriad, 10_000, rounding=Rounding.DOWN)))
    assert charged >= nominal - 1e-6


@settings(max_examples=150, deadline=None)
@given(strategies.terms())
def test_every_schedule_has_a_rate(of: Terms):
    rows = made(of)
    if rows is None:
        return
    charges = of.disbursements[0].amount.times(1, 50, rounding=Rounding.DOWN)
    if charges.paise + rows.upfront_interest + 1 < of.disbursements[0].amount.paise:
        assert apr(of, charges) > -(10**-9)


@pytest.mark.parametrize("n", [1, 2, 359, 600])
@pytest.mark.parametrize("paise", [1, 99, 10**16])
def test_the_ends_of_the_range(n: int, paise: int):
    of = indian(Money(paise), Rate.yearly("0"), n, date(2024, 2, 29), instalment_multiple=1)
    rows = schedule(of)
    assert len(rows) == n
    assert rows.total_due == Money(paise)
    assert rows.first_due_on == date(2024, 3, 29)
