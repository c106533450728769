"""Rupees as whole paise: every rounding on both sides of zero, shares that add up, and how amounts are read and written."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_domain.shared.money import Money, Rounding
from tests.repayment.naive import rounded

R = Rounding
#        halves and their neighbours:  -2.5 -1.5 -0.5  0.5  1.5  2.5 -1.25 -1.75 1.25 1.75
ROUNDINGS = {
    R.HALF_UP: (-3, -2, -1, 1, 2, 3, -1, -2, 1, 2),
    R.HALF_EVEN: (-2, -2, 0, 0, 2, 2, -1, -2, 1, 2),
    R.HALF_DOWN: (-2, -1, 0, 0, 1, 2, -1, -2, 1, 2),
    R.UP: (-3, -2, -1, 1, 2, 3, -2, -2, 2, 2),
    R.DOWN: (-2, -1, 0, 0, 1, 2, -1, -1, 1, 1),
    R.CEILING: (-2, -1, 0, 1, 2, 3, -1, -1, 2, 2),
    R.FLOOR: (-3, -2, -1, 0, 1, 2, -2, -2, 1, 1),
}
QUARTERS = (-10, -6, -2, 2, 6, 10, -5, -7, 5, 7)


@pytest.mark.parametrize(("rounding", "expected"), ROUNDINGS.items())
def test_roundings(rounding: Rounding, expected: tuple[int, ...]):
    assert tuple(rounding.divide(quarter, 4) for quarter in QUARTERS) == expected
    assert tuple(rounding.divide(-quarter, -4) for quarter in QUARTERS) == expected
    assert [rounding.divide(whole * 7, 7) for whole in (-2, 0, 2)] == [-2, 0, 2]


@given(st.sampled_from(Rounding), st.integers(), st.integers(1, 10**6) | st.integers(-(10**6), -1))
def test_roundings_of_any_ratio(rounding: Rounding, num: int, den: int):
    assert rounding.divide(num, den) == rounded(Fraction(num, den), rounding)


def test_to_a_multiple():
    assert [R.HALF_UP.to_multiple(paise, 100) for paise in (49, 50, 149, 150)] == [0, 100, 100, 200]
    with pytest.raises(ZeroDivisionError):
        R.HALF_UP.divide(1, 0)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_shares_add_up(paise: int, weights: list[int]):
    parts = Money(paise).split(weights)
    assert sum(part.paise for part in parts) == paise
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.paise - Fraction(paise * weight, sum(weights))) < 1


def test_the_largest_remainders_get_what_is_left():
    assert [part.paise for part in Money(100).split([1, 1, 1])] == [34, 33, 33]
    assert [part.paise for part in Money(-100).split([1, 1, 1])] == [-34, -33, -33]
    assert [part.paise for part in Money(10).split([1, 2, 4])] == [1, 3, 6]


@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [3, -1]])
def test_shares_need_weights(weights: list[int]):
    with pytest.raises(ValueError, match="weights"):
        Money(100).split(weights)


@pytest.mark.parametrize(
    ("text", "paise"),
    [("0.00", 0), ("12500.00", 1_250_000), ("-0.05", -5), ("1234567890123456.99", 123_456_789_012_345_699)],
)
def test_the_wire_form(text: str, paise: int):
    assert Money.parse(text) == Money(paise)
    assert str(Money(paise)) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "1.000", "1,000.00", "+1.00", " 1.00", "1e3", "12345678901234567.00", "١.٠٠"]
)
def test_what_is_no_amount(text: str):
    with pytest.raises(ValueError, match="rupees with two places"):
        Money.parse(text)


@pytest.mark.parametrize(
    ("paise", "grouped", "words"),
    [
        (0, "₹0.00", "Rupees Zero Only"),
        (5, "₹0.05", "Rupees Zero and Five Paise Only"),
        (99_950, "₹999.50", "Rupees Nine Hundred Ninety Nine and Fifty Paise Only"),
        (12_000_050, "₹1,20,000.50", "Rupees One Lakh Twenty Thousand and Fifty Paise Only"),
        (1_010_000_00, "₹10,10,000.00", "Rupees Ten Lakh Ten Thousand Only"),
        (
            12_34_56_789_00,
            "₹12,34,56,789.00",
            "Rupees Twelve Crore Thirty Four Lakh Fifty Six Thousand Seven Hundred Eighty Nine Only",
        ),
        (-100_00, "-₹100.00", "Minus Rupees One Hundred Only"),
    ],
)
def test_how_people_read_it(paise: int, grouped: str, words: str):
    assert Money(paise).grouped() == grouped
    assert Money(paise).in_words() == words


def test_arithmetic():
    assert Money(5) + Money(3) - Money(1) == -Money(-7)
    assert [bool(Money(paise)) for paise in (-1, 0, 1)] == [True, False, True]
    assert Money(1) < Money(2)
    assert Money.rupees(3) == Money(300)
    assert Money(100).times(1, 3, rounding=R.UP) == Money(34)
