"""
What each period of a loan bears: exact ratios of the balance, with rate changes, pauses, odd days and later disbursements in them.

A ratio (num, den) times a balance in paise is rounded once a period, by `Terms.round_interest`, never here.
"""

from collections.abc import Sequence
from datetime import date
from math import gcd

import attrs

from los_domain.repayment.conventions import (
    BrokenPeriod,
    DayCount,
    Every,
    InterestPause,
    Method,
    MoratoriumInterest,
    Rests,
    Unit,
)
from los_domain.repayment.daycount import months_between, ordinal_fraction, part_of_period
from los_domain.repayment.due_dates import Calendar
from los_domain.repayment.model import Terms
from los_domain.shared.rates import Per, Rate

Ratio = tuple[int, int]
NOTHING: Ratio = (0, 1)
_WHOLE_TERM = Per.WHOLE_TERM  # costs 80 ns when looked up in its class


@attrs.frozen
class Period:
    """
    A repayment period. *factor* is what a balance held throughout bears.

    inflows: what was disbursed within it, each amount in paise with the factor from its day to the end of the period. What was
        disbursed on the last day belongs to the next period.
    """

    from_day: int
    to_day: int
    due_day: int
    factor: Ratio
    inflows: tuple[tuple[int, Ratio], ...] = ()

    @property
    def disbursed(self) -> int:
        """Paise disbursed within it."""
        return sum(amount for amount, _ in self.inflows)


def plus(one: Ratio, other: Ratio) -> Ratio:
    """Return the sum of two ratios, in lowest terms."""
    if not one[0]:
        return other
    if not other[0]:
        return one
    if one[1] == other[1]:
        return lowest(one[0] + other[0], one[1])
    return lowest(one[0] * other[1] + other[0] * one[1], one[1] * other[1])


def lowest(num: int, den: int) -> Ratio:
    """Return num/den in lowest terms."""
    shared = gcd(num, den)
    return num // shared, den // shared


def yearly(terms: Terms, rate: Rate) -> Ratio:
    """Return *rate* a year. One quoted for the whole term is shared out over its periods."""
    if rate.per is not _WHOLE_TERM:
        return rate.yearly_ratio()
    num, den = rate.quoted.ratio
    a_year, count = terms.every.a_year
    return num * a_year, den * count * terms.instalments


def period_rate(terms: Terms, rate: Rate) -> Ratio:
    """Return the nominal rate of one whole period: R/12 for a month."""
    return of_period(terms, yearly(terms, rate))


def of_period(terms: Terms, rate: Ratio) -> Ratio:
    """Return a yearly *rate* for one whole period."""
    a_year, count = terms.every.a_year
    return lowest(rate[0] * count, rate[1] * a_year)


def simple_interest(rate: Ratio, count: DayCount, start: int, end: int) -> Ratio:
    """Return simple interest at a yearly *rate* between two days, as a ratio of the balance."""
    part, year = ordinal_fraction(count, start, end)
    return rate[0] * part, rate[1] * year


def rate_before(terms: Terms, day: int) -> Rate:
    """Return the rate of the interest interval that ends on *day*."""
    return next((each.rate for each in reversed(terms.rate_changes) if each.first_day.toordinal() <= day), terms.rate)


@attrs.frozen
class Bearing:
    """
    How balances of one loan bear interest.

    rates: (first interval's start, rate), oldest first: from that day on (excluded) the rate counts. pauses likewise.
    is_daily: whether days count, or whole periods.
    """

    terms: Terms
    rates: tuple[tuple[int, Ratio], ...]
    pauses: tuple[InterestPause, ...]
    is_daily: bool

    @classmethod
    def of(cls, terms: Terms, *, until: int | None = None, with_pauses: bool = True) -> "Bearing":
        """Return how *terms* bear interest. *until*: leave out rate changes that start on that day or later, as not yet known."""
        changes = [(each.first_day.toordinal() - 1, yearly(terms, each.rate)) for each in terms.rate_changes]
        known = [change for change in changes if until is None or change[0] < until]
        return cls(
            terms,
            ((0, yearly(terms, terms.rate)), *known),
            terms.pauses if with_pauses else (),
            terms.rests is Rests.DAILY or terms.method is Method.RATE_FACTOR,
        )

    def factor(self, period: tuple[int, int], start: int, end: int, *, is_regular: bool) -> Ratio:
        """Return what a balance bears from *start* (excluded) to *end* (included), both within *period*, all days as ordinals."""
        total = NOTHING
        for left, right, (num, den) in self._spans(start, end):
            part, year = self._share(period, left, right, is_regular)
            total = plus(total, (num * part, den * year))
        return total

    def simple(self, count: DayCount, start: int, end: int) -> Ratio:
        """Return simple interest between two days by a day count of its own: broken periods."""
        total = NOTHING
        for left, right, rate in self._spans(start, end):
            total = plus(total, simple_interest(rate, count, left, right))
        return total

    def _share(self, period: tuple[int, int], left: int, right: int, is_regular: bool) -> Ratio:
        bounds = date.fromordinal(period[0]), date.fromordinal(period[1])
        every, count = self.terms.every, self.terms.day_count
        if self.is_daily:
            return part_of_period(
                count, every, bounds, date.fromordinal(left), date.fromordinal(right), is_regular=is_regular
            )
        whole, year = _nominal_years(every, bounds, is_regular)
        return whole * (right - left), year * (period[1] - period[0])

    def _spans(self, start: int, end: int) -> list[tuple[int, int, Ratio]]:
        """Return the parts of (start, end] that bear interest, each with its yearly rate."""
        if len(self.rates) == 1 and not self.pauses:
            return [(start, end, self.rates[0][1])] if start < end else []
        spans = []
        for number, (since, rate) in enumerate(self.rates):
            until = self.rates[number + 1][0] if number + 1 < len(self.rates) else end
            spans.append((max(start, since), min(end, until), rate))
        for pause in self.pauses:
            first, last = pause.first_day.toordinal() - 1, pause.last_day.toordinal()
            spans = [
                part
                for left, right, rate in spans
                for part in ((left, min(right, first), rate), (max(left, last), right, rate))
            ]
        return [span for span in spans if span[0] < span[1]]


def periods(terms: Terms, dates: Calendar, lent: Sequence[tuple[int, int]], bearing: Bearing) -> tuple[Period, ...]:
    """
    Return the periods of *terms*, a moratorium's included, under *bearing*.

    lent: (day, paise) of each disbursement, oldest first, without down payments.
    Days before the first whole period are in the first one only where days count and nothing else is agreed; see `broken`.
    """
    found = []
    waiting = list(lent)
    for row, (start, end) in enumerate(zip(dates.from_days, dates.to_days, strict=True)):
        is_regular = dates.regular[row]
        begin = start
        if row == 0 and not is_regular and dates.whole_from > start and is_set_apart(terms, bearing):
            begin, is_regular = dates.whole_from, True
        span = begin, end
        inflows = []
        while waiting and waiting[0][0] < end:
            day, amount = waiting.pop(0)
            inflows.append((amount, _bears(bearing, row, span, max(day, begin), is_regular)))
        factor = _bears(bearing, row, span, begin, is_regular)
        found.append(Period(start, end, dates.due_days[row], factor, tuple(inflows)))
    return tuple(found)


def _bears(bearing: Bearing, row: int, span: tuple[int, int], since: int, is_regular: bool) -> Ratio:
    if is_free(bearing.terms, row):
        return NOTHING
    if row == 0 and not is_regular and not bearing.is_daily:  # shorter than a whole period: its days
        return bearing.simple(bearing.terms.broken_day_count, since, span[1])
    return bearing.factor(span, since, span[1], is_regular=is_regular)


def is_free(terms: Terms, row: int) -> bool:
    """Return whether the period bears no interest by agreement."""
    waiting = terms.moratorium.periods if terms.moratorium else 0
    if terms.moratorium and row < waiting:
        return terms.moratorium.interest is MoratoriumInterest.WAIVED
    return row < waiting + terms.interest_free


def is_set_apart(terms: Terms, bearing: Bearing) -> bool:
    """Return whether the days before the first whole period are no part of the first period's interest."""
    return not bearing.is_daily or terms.broken_period is not BrokenPeriod.FIRST_INSTALMENT


def broken(terms: Terms, dates: Calendar, lent: Sequence[tuple[int, int]], bearing: Bearing) -> Ratio:
    """Return the interest of the broken period, in paise, where it is set apart; nothing where it is waived or there is none."""
    total = NOTHING
    if not dates.regular[0] and is_set_apart(terms, bearing):
        for day, amount in lent:
            if day < dates.whole_from:
                factor = bearing.simple(terms.broken_day_count, day, dates.whole_from)
                total = plus(total, _broken(terms, amount, factor))
    return total


def broken_interest(terms: Terms, rate: Ratio, principal: int, start: int, end: int) -> Ratio:
    """Return the interest of a broken period on one *principal* at one yearly *rate*, in paise; nothing where it is waived."""
    return _broken(terms, principal, simple_interest(rate, terms.broken_day_count, start, end))


def _broken(terms: Terms, principal: int, factor: Ratio) -> Ratio:
    num, den = factor
    if terms.broken_period is BrokenPeriod.WAIVED:
        return NOTHING
    if terms.broken_period is BrokenPeriod.UPFRONT_DISCOUNTED:
        return principal * num, den + num
    return principal * num, den


def _nominal_years(every: Every, bounds: tuple[date, date], is_regular: bool) -> Ratio:
    """Return a period in years by whole periods: months over 12, weeks over 52, days over 365."""
    a_year, count = every.a_year
    if is_regular:
        return count, a_year
    if every.unit is Unit.MONTH:
        num, den = months_between(*bounds)
        return num, den * 12
    days = bounds[1].toordinal() - bounds[0].toordinal()
    return days, a_year * (7 if every.unit is Unit.WEEK else 1)
