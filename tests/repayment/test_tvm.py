"""Time value of money against numpy-financial and pyxirr, which compute in floating point, and at the edges."""

import math
from datetime import date, timedelta
from decimal import Decimal

import numpy_financial as npf
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from los_domain.repayment import tvm
from los_domain.repayment.tvm import NoRate

rates = st.integers(1, 500).map(lambda units: Decimal(units) / 10_000)
amounts = st.integers(1, 10**9).map(Decimal)
periods = st.integers(1, 360)
starts = st.booleans()


def close(found: Decimal, oracle: float, *, within: float = 1e-7) -> bool:
    return math.isclose(float(found), float(oracle), rel_tol=within, abs_tol=within)


@given(rates, periods, amounts, amounts, starts)
def test_payments(rate: Decimal, n: int, present: Decimal, future: Decimal, at_start: bool):
    when = "begin" if at_start else "end"
    given_to_oracle = float(rate), n, float(present), float(future), when
    assert close(tvm.pmt(rate, n, present, future, at_start=at_start), npf.pmt(*given_to_oracle))
    number = (n + 1) // 2
    split = float(rate), number, n, float(present), float(future), when
    interest = tvm.ipmt(rate, number, n, present, future, at_start=at_start)
    principal = tvm.ppmt(rate, number, n, present, future, at_start=at_start)
    assert close(interest, npf.ipmt(*split), within=1e-5)
    assert close(interest + principal, npf.pmt(*given_to_oracle))


@given(rates, periods, amounts, starts)
def test_periods_and_rate_are_found_again(rate: Decimal, n: int, present: Decimal, at_start: bool):
    payment = tvm.pmt(rate, n, present, at_start=at_start)
    assert close(tvm.nper(rate, payment, present, at_start=at_start), n, within=1e-12)
    if n > 1 or not at_start:
        assert close(tvm.rate(n, payment, present, at_start=at_start), float(rate), within=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1000, 10**6), st.lists(st.integers(1, 10**5), min_size=1, max_size=40))
def test_irr_of_one_outlay(outlay: int, receipts: list[int]):
    found = tvm.irr([-outlay, *receipts])
    assert abs(float(npf.npv(float(found), [-outlay, *receipts]))) < 1e-5 * outlay


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1000, 10**6),
    st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 10**5)), min_size=1, max_size=30),
)
def test_xirr_of_one_outlay_in_any_order(outlay: int, receipts: list[tuple[int, int]]):
    start = date(2024, 2, 29)
    flows = [(start + timedelta(days=days), amount) for days, amount in receipts]
    found = tvm.xirr([*flows, (start, -outlay)])
    oracle = pyxirr.xnpv(float(found), [(start, -outlay), *flows])
    if -0.999 < found < 10**6:  # beyond, floating point loses count
        assert abs(oracle) < 1e-4 * outlay


def test_of_several_rates_the_least_that_is_not_negative():
    assert close(tvm.irr([Decimal("-5"), Decimal("10.5"), 1, -8, 1]), 0.0886, within=1e-3)


@pytest.mark.parametrize("flows", [[], [100], [100, 50], [0, 0], [100, -100, 100, -100, 300]])
def test_flows_without_a_rate(flows: list[int]):
    with pytest.raises(NoRate):
        tvm.irr(flows)


def test_zero_rates():
    assert tvm.pmt(0, 60, 15_000) == -250
    assert tvm.ipmt(0, 3, 60, 15_000) == 0
    assert tvm.nper(0, -250, 15_000) == 60
    with pytest.raises(NoRate):
        tvm.nper(0, 0, 15_000)


def test_a_payment_below_the_interest_never_repays():
    with pytest.raises(NoRate, match="payment"):
        tvm.nper(Decimal("0.01"), -100, 10_000)


@pytest.mark.parametrize("call", [lambda: tvm.pmt(0.01, 12, 100), lambda: tvm.irr([-1.5, 2])])  # type: ignore[arg-type,list-item]
def test_floats_are_refused(call):
    with pytest.raises(TypeError, match="not exact"):
        call()


@pytest.mark.parametrize("period", [0, 13])
def test_periods_that_are_not_there(period: int):
    with pytest.raises(NoRate, match="period"):
        tvm.ipmt(Decimal("0.01"), period, 12, 100)


def test_rates_as_they_are_written():
    assert tvm.ratio("0.075/12") == Decimal("0.00625")
    for text in ("seven", "1/0", "1/"):
        with pytest.raises(ValueError, match="is not a rate"):
            tvm.ratio(text)
