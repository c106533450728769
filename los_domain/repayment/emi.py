"""
Equated instalments, exact to their rounding.

A power of (1 + i) with i = R/12 in finite decimal digits lands on the wrong side of a rounding boundary now and then, so the
formula is evaluated on whole numbers: first between two bounds with guard bits, and where the bounds round apart, exactly.
"""

from collections.abc import Sequence

from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Rate

_GUARD_BITS = 160
_EXACT_BITS = 1000  # up to this size the exact power is the faster one


def annuity_ratio(principal: int, num: int, den: int, n: int, *, balloon: int = 0) -> tuple[int, int]:
    """
    Return the exact instalment of an annuity as a ratio of ints, in the unit of *principal*.

    (P - B/(1+i)^n) * i / (1 - (1+i)^-n) with i = num/den a period and B the balloon left after the n-th instalment;
    (P - B)/n when i is 0. *n* is at least 1, *num* at least 0, *den* above 0.
    """
    if num == 0:
        return principal - balloon, n
    grown, whole = (den + num) ** n, den**n
    return (principal * grown - balloon * whole) * num, den * (grown - whole)


def level_ratio(
    balance: int, factors: Sequence[tuple[int, int]], *, weights: Sequence[int] = (), balloon: int = 0
) -> tuple[int, int]:
    """
    Return the exact level instalment over periods of unlike *factors*, as a ratio of ints.

    balance = Σ level·weight_k·v_k + balloon·v_n, where v_k discounts over the first k periods. Weights are 1 each unless given.
    """
    top, bottom = 0, 1  # Σ weight_k·v_k, from the last period backwards
    left, whole = 1, 1  # v_n
    for number in range(len(factors) - 1, -1, -1):
        num, den = factors[number]
        top = (top + (weights[number] if weights else 1) * bottom) * den
        bottom *= den + num
        left *= den
        whole *= den + num
    return (balance * whole - balloon * left) * bottom, whole * top


def emi(
    principal: Money,
    rate: Rate,
    *,
    instalments: int,
    months: int = 1,
    multiple: int = 100,
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """
    Return the equated instalment on a reducing balance with rests of a whole period.

    EMI = P·i·(1+i)^n / ((1+i)^n - 1) with i = R·months/12, P/n when the rate is zero; rounded once, to *multiple* paise.
    Raises ValueError if *instalments* or *multiple* is below 1.
    """
    if instalments < 1 or multiple < 1:
        raise ValueError("instalments and multiple are at least 1")
    num, den = rate.factor(months=months)
    return Money(rounded_annuity(principal.paise, num, den, instalments, multiple=multiple, rounding=rounding))


def total_interest(principal: Money, rate: Rate, *, instalments: int, months: int = 1) -> Money:
    """Return the interest of all instalments before they are rounded, n·EMI - P, half-up to the paisa: what EMI tables print."""
    num, den = rate.factor(months=months)
    top, bottom = annuity_ratio(principal.paise, num, den, instalments)
    return Money(Rounding.HALF_UP.divide(top * instalments - principal.paise * bottom, bottom))


def rounded_annuity(principal: int, num: int, den: int, n: int, *, multiple: int, rounding: Rounding) -> int:
    """Return the annuity of *principal* paise over *n* periods at num/den each, rounded to *multiple* paise."""
    if num == 0 or (den + num).bit_length() * n <= _EXACT_BITS:
        top, bottom = annuity_ratio(principal, num, den, n)
        return rounding.divide(top, bottom * multiple) * multiple
    one = 1 << _GUARD_BITS
    step = one + (num << _GUARD_BITS) // den
    power = _power(step, n)
    # every cut loses under one part in 2^160 and is then squared with the rest: together under 4n parts
    low, high = power, power + ((4 * n * power) >> _GUARD_BITS) + 4
    # P·i·g/(g-1) falls as g rises
    least = rounding.divide(principal * num * high, den * (high - one) * multiple)
    most = rounding.divide(principal * num * low, den * (low - one) * multiple)
    if least != most:
        top, bottom = annuity_ratio(principal, num, den, n)
        return rounding.divide(top, bottom * multiple) * multiple
    return least * multiple


def _power(step: int, n: int) -> int:
    result = 1 << _GUARD_BITS
    for bit in bin(n)[2:]:
        result = (result * result) >> _GUARD_BITS
        if bit == "1":
            result = (result * step) >> _GUARD_BITS
    return result
