"""
Interest between two days under a loan's terms, as an exact ratio of the balance.

Days are proleptic ordinals. A ratio (num, den) times a balance is rounded once by whoever asks, never here.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from los_domain.repayment.conventions import DayCount, Method, Rests
from los_domain.repayment.daycount import part_of_period, year_fraction
from los_domain.repayment.model import Terms
from los_domain.shared.rates import Rate

Ratio = tuple[int, int]
NOTHING: Ratio = (0, 1)


def plus(one: Ratio, other: Ratio) -> Ratio:
    """Return the sum of two ratios, over a shared denominator where they have one."""
    if one[1] == other[1]:
        return one[0] + other[0], one[1]
    if not one[0]:
        return other
    if not other[0]:
        return one
    return one[0] * other[1] + other[0] * one[1], one[1] * other[1]


def rate_on(terms: Terms, resets: Sequence[tuple[int, Rate]], day: int) -> Rate:
    """Return the rate of the interest interval that ends on *day*: changes count from their first day, resets likewise."""
    rate = terms.rate
    for change in terms.rate_changes:
        if change.first_day.toordinal() <= day:
            rate = change.rate
    for first_day, reset in resets:
        if first_day <= day:
            rate = reset
    return rate


def by_days(
    terms: Terms, resets: Sequence[tuple[int, Rate]], count: DayCount, period: tuple[int, int], start: int, end: int
) -> Ratio:
    """
    Return the interest ratio from *start* (excluded) to *end* (included), inside *period*, by days of *count*.

    Paused days bear nothing; a rate that changes inside counts from its first day.
    """
    total = NOTHING
    bounds = date.fromordinal(period[0]), date.fromordinal(period[1])
    for left, right in _spans(terms, resets, start, end):
        num, den = rate_on(terms, resets, left + 1).yearly_ratio()
        days, year = part_of_period(count, terms.every, bounds, date.fromordinal(left), date.fromordinal(right))
        total = plus(total, (num * days, den * year))
    return total


def whole_period(terms: Terms, resets: Sequence[tuple[int, Rate]], period: tuple[int, int]) -> Ratio:
    """Return the interest ratio of a whole repayment period: R/12 a month on monthly rests, else by its days."""
    if terms.rests is Rests.DAILY or terms.method is Method.RATE_FACTOR or _cut(terms, resets, period):
        return by_days(terms, resets, terms.day_count, period, *period)
    num, den = rate_on(terms, resets, period[1]).yearly_ratio()
    per_year, count = terms.every.a_year
    return num * count, den * per_year


def simple(rate: Rate, count: DayCount, start: int, end: int) -> Ratio:
    """Return the simple interest ratio between two days: the form of broken periods and foreclosure interest."""
    num, den = rate.yearly_ratio()
    days, year = year_fraction(count, date.fromordinal(start), date.fromordinal(end))
    return num * days, den * year


def _cut(terms: Terms, resets: Sequence[tuple[int, Rate]], period: tuple[int, int]) -> bool:
    """Return whether the rate changes or pauses inside *period*, so that no whole-period factor holds."""
    if not terms.rate_changes and not resets and not terms.pauses:
        return False
    return len(_spans(terms, resets, *period)) != 1 or _spans(terms, resets, *period)[0] != period


def _spans(terms: Terms, resets: Sequence[tuple[int, Rate]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of (start, end] that bear interest at one rate each."""
    cuts = {each.first_day.toordinal() - 1 for each in terms.rate_changes} | {day - 1 for day, _ in resets}
    edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
    spans = list(pairwise(edges))
    for pause in terms.pauses:
        first, last = pause.first_day.toordinal() - 1, pause.last_day.toordinal()
        spans = [
            part
            for left, right in spans
            for part in ((left, min(right, first)), (max(left, last), right))
            if part[0] < part[1]
        ]
    return spans
