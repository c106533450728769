"""
Time value of money, for those who embed the engine: rates that discount cash flows to zero, and level payments.

Signs are the reader's own: money received one way, money paid the other. Payments fall at the end of each period unless said
otherwise. Amounts and rates are Decimal or int, never float. Everything is computed to 40 significant digits and given back with 30.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Context, Decimal, localcontext
from itertools import pairwise

import attrs

from los_domain.shared.errors import FieldProblem, Invalid

Number = Decimal | int

_WORKING = Context(prec=40, Emin=-999_999_999, Emax=999_999_999)
_GIVEN = Context(prec=30)
_CLOSE = Decimal("1e-32")
_NEARLY, _MOST = Decimal("0.999999999999"), Decimal("1e12")


class NoRate(Invalid):
    """Cash flows that no rate discounts to zero: all run the same way, or the sums never meet."""


@attrs.frozen
class Flow:
    """
    One amount, *whole* periods and *part* of a period (num, den) after the start.

    It is worth amount / ((1 + part·i)·(1 + i)^whole) today: simple interest over the odd days, compound over whole periods.
    """

    amount: Number
    whole: int
    part: tuple[int, int] = (0, 1)


def periodic_rate(flows: Sequence[Flow], *, guess: Decimal = Decimal("0.01"), periods_a_step: int = 1) -> Decimal:
    """
    Return the rate a period at which *flows* are worth nothing today; above -1.

    Where they change direction more than once several rates may do: the least of those not below zero, else the nearest to it.
    They are looked for on a grid of 2.5 % of growth over *periods_a_step* periods, 365 where a period is a day. Raises NoRate when
    there is none.
    """
    for each in flows:
        _exact(each.amount)
    with localcontext(_WORKING):
        parts = [
            (Decimal(each.amount), each.whole, Decimal(each.part[0]) / each.part[1]) for each in flows if each.amount
        ]

        def worth(i: Decimal) -> tuple[Decimal, Decimal]:
            value = slope = Decimal(0)
            back = 1 / (1 + i)
            for amount, whole, part in parts:
                simple = 1 / (1 + part * i)
                now = amount * simple * back**whole
                value += now
                slope -= now * (part * simple + whole * back)
            return value, slope

        least = -_NEARLY / max([Decimal(1), *(part for _, _, part in parts)])  # where odd days discount to infinity
        turns = _turns([amount for amount, _, _ in sorted(parts, key=lambda p: p[1] + p[2])])
        if not turns:
            raise NoRate(FieldProblem("cashflows", "all run the same way: no rate discounts them to zero"))
        if turns == 1:
            return _GIVEN.plus(_root(worth, *_bracket(worth, guess, least), guess))
        rates = [_root(worth, low, high, (low + high) / 2) for low, high in _crossings(worth, least, periods_a_step)]
        if not rates:
            raise NoRate(FieldProblem("cashflows", "change direction and never discount to zero"))
        return _GIVEN.plus(min(rates, key=lambda rate: (rate < 0, abs(rate))))


def irr(cashflows: Sequence[Number]) -> Decimal:
    """Return the internal rate of return a period of amounts one period apart, the first one today. Raises NoRate."""
    return periodic_rate([Flow(amount, number) for number, amount in enumerate(cashflows)])


def xirr(cashflows: Iterable[tuple[date, Number]]) -> Decimal:
    """
    Return the effective yearly rate of dated amounts, in any order: actual days over 365 from the earliest. Raises NoRate.

    It is not the annual percentage rate of a key facts statement, which is nominal.
    """
    dated = sorted(cashflows, key=lambda each: each[0])
    if not dated:
        raise NoRate(FieldProblem("cashflows", "none given"))
    start = dated[0][0].toordinal()
    daily = periodic_rate(
        [Flow(amount, day.toordinal() - start) for day, amount in dated],
        guess=Decimal("0.00026"),
        periods_a_step=365,
    )
    with localcontext(_WORKING):
        return _GIVEN.plus((1 + daily) ** 365 - 1)


def pmt(
    rate: Number, periods: int, present_value: Number, future_value: Number = 0, *, at_start: bool = False
) -> Decimal:
    """Return the level payment that turns *present_value* into -*future_value* over *periods*."""
    rate, present_value, future_value = _exact(rate), _exact(present_value), _exact(future_value)
    _at_least_one("periods", periods)
    with localcontext(_WORKING):
        return _GIVEN.plus(_pmt(rate, periods, present_value, future_value, at_start))


def ipmt(
    rate: Number, period: int, periods: int, present_value: Number, future_value: Number = 0, *, at_start: bool = False
) -> Decimal:
    """Return the interest in the payment of *period*, counted from 1."""
    rate, present_value, future_value = _exact(rate), _exact(present_value), _exact(future_value)
    _in_range(period, periods)
    with localcontext(_WORKING):
        return _GIVEN.plus(_ipmt(rate, period, periods, present_value, future_value, at_start))


def ppmt(
    rate: Number, period: int, periods: int, present_value: Number, future_value: Number = 0, *, at_start: bool = False
) -> Decimal:
    """Return the principal in the payment of *period*, counted from 1."""
    rate, present_value, future_value = _exact(rate), _exact(present_value), _exact(future_value)
    _in_range(period, periods)
    with localcontext(_WORKING):
        whole = _pmt(rate, periods, present_value, future_value, at_start)
        return _GIVEN.plus(whole - _ipmt(rate, period, periods, present_value, future_value, at_start))


def nper(
    rate: Number, payment: Number, present_value: Number, future_value: Number = 0, *, at_start: bool = False
) -> Decimal:
    """Return how many payments bring *present_value* to -*future_value*; not a whole number as a rule. Raises NoRate."""
    rate, payment = _exact(rate), _exact(payment)
    present_value, future_value = _exact(present_value), _exact(future_value)
    with localcontext(_WORKING):
        if rate == 0:
            if payment == 0:
                raise NoRate(FieldProblem("payment", "0 breaks the rule: without interest something must be paid"))
            return _GIVEN.plus(-(present_value + future_value) / payment)
        level = payment * (1 + rate) if at_start else payment
        top, bottom = level - future_value * rate, level + present_value * rate
        if rate <= -1 or bottom == 0 or top / bottom <= 0:
            raise NoRate(FieldProblem("payment", f"{payment} breaks the rule: it covers the interest of a period"))
        return _GIVEN.plus((top / bottom).ln() / (1 + rate).ln())


def rate(
    periods: int, payment: Number, present_value: Number, future_value: Number = 0, *, at_start: bool = False
) -> Decimal:
    """Return the rate a period of a level payment. Raises NoRate."""
    _at_least_one("periods", periods)
    first = 0 if at_start else 1
    flows = [Flow(_exact(present_value), 0), Flow(_exact(future_value), periods)]
    return periodic_rate(flows + [Flow(_exact(payment), number + first) for number in range(periods)])


def ratio(text: str) -> Decimal:
    """Read a rate as it is written, ``0.00625`` or ``0.075/12``. Raises ValueError."""
    top, slash, bottom = text.partition("/")
    try:
        with localcontext(_WORKING):
            return Decimal(top) / Decimal(bottom) if slash else Decimal(top)
    except ArithmeticError:
        raise ValueError(f"{text!r} is not a rate: write it as 0.00625 or 0.075/12") from None


def _pmt(rate: Decimal, periods: int, present: Decimal, future: Decimal, at_start: bool) -> Decimal:
    if rate == 0:
        return -(present + future) / periods
    grown = (1 + rate) ** periods
    level = -(present * grown + future) * rate / (grown - 1)
    return level / (1 + rate) if at_start else level


def _ipmt(rate: Decimal, period: int, periods: int, present: Decimal, future: Decimal, at_start: bool) -> Decimal:
    if at_start and period == 1:
        return Decimal(0)
    level = _pmt(rate, periods, present, future, at_start)
    before = period - 1
    grown = (1 + rate) ** before
    paid = level * before if rate == 0 else level * (grown - 1) / rate
    if at_start:
        return -(present * grown + paid * (1 + rate)) * rate / (1 + rate)
    return -(present * grown + paid) * rate


def _exact(value: Number) -> Decimal:
    if not isinstance(value, (Decimal, int)):
        raise TypeError(f"{value!r} is not exact: give an int or a Decimal")
    return Decimal(value)


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise NoRate(FieldProblem(name, f"{value} breaks the rule: at least 1"))


def _in_range(period: int, periods: int) -> None:
    _at_least_one("periods", periods)
    if not 1 <= period <= periods:
        raise NoRate(FieldProblem("period", f"{period} breaks the rule: from 1 to periods, {periods}"))


def _turns(amounts: Sequence[Decimal]) -> int:
    """Return how often the running direction changes."""
    return sum((one > 0) is not (other > 0) for one, other in pairwise(amounts))


Worth = Callable[[Decimal], tuple[Decimal, Decimal]]


def _bracket(worth: Worth, guess: Decimal, least: Decimal) -> tuple[Decimal, Decimal]:
    """Return two rates with the only root between them, stepping out from *guess* towards *least* and towards infinity."""
    positive = worth(guess)[0] > 0
    low = high = guess
    for _ in range(200):
        low = (low + least) / 2
        if (worth(low)[0] > 0) is not positive:
            return low, guess
        high = high * 2 + 1 if high < _MOST else high
        if (worth(high)[0] > 0) is not positive:
            return guess, high
    raise NoRate(FieldProblem("cashflows", f"no rate between {least} and {_MOST} discounts them to zero"))


def _crossings(worth: Worth, least: Decimal, periods_a_step: int) -> Iterable[tuple[Decimal, Decimal]]:
    """Yield each span of the grid, from nearly -1 to a thousandfold a step, over which the worth changes sign."""
    before, sign = None, False
    for step in range(-800, 280):
        i = (Decimal(step) / (40 * periods_a_step)).exp() - 1
        if i <= least:
            continue
        now = worth(i)[0] > 0
        if before is not None and now is not sign:
            yield before, i
        before, sign = i, now


def _root(worth: Worth, low: Decimal, high: Decimal, start: Decimal) -> Decimal:
    """
    Return the root between *low* and *high*: Newton's steps, and half the span where a step leaves it or gains too little.

    On a loan of many days far from its root, Newton's steps alone gain a constant each and would take thousands.
    """
    rising = worth(high)[0] > 0
    i, moved = start, high - low
    for _ in range(400):
        value, slope = worth(i)
        if value == 0:
            return i
        if (value > 0) is rising:
            high = i
        else:
            low = i
        step = i - value / slope if slope else low
        if not low < step < high or abs(2 * value) > abs(moved * slope):
            step = (low + high) / 2
        moved = step - i
        if abs(moved) <= _CLOSE * max(Decimal(1), abs(i)):
            return step
        i = step
    raise NoRate(FieldProblem("cashflows", "the search for their rate did not converge"))
