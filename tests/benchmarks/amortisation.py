"""Schedules against the loop that cannot be avoided (limits/schedule.py), and against numpy-financial loan by loan."""

import random
from bisect import bisect
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import starmap

import numpy as np
import numpy_financial as npf

from los_domain.repayment import ImpossibleTerms, Terms, indian, schedule
from los_domain.shared.dates import Holidays, Shift
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate
from tests.benchmarks.limits.schedule import with_dates
from tests.benchmarks.ratios import Ratio, ratio

TENURES = (1, 3, 12, 24, 84, 360)
LOANS = 10_000
FIRST = date(2026, 11, 1)
STARTS = [date(2000 + month // 12, month % 12 + 1, 1).toordinal() for month in range(1200)]
HOLIDAYS = Holidays.of(
    [
        date(year, month, day)
        for year in range(2026, 2060)
        for month, day in ((1, 26), (5, 1), (8, 15), (10, 2), (12, 25))
    ],
    weekdays=(6,),
)


def loans(seed: int, number: int, tenures: tuple[int, ...]) -> list[Terms]:
    """Draw loans with everything a usual one has: rupee instalments, a due day, a broken period, holidays."""
    draw = random.Random(seed)
    found: list[Terms] = []
    while len(found) < number:
        terms = indian(
            Money.rupees(draw.randrange(5_000, 5_000_000)),
            Rate(Quoted(draw.randrange(900, 2_400), 2)),
            draw.choice(tenures),
            date.fromordinal(FIRST.toordinal() + draw.randrange(365)),
            due_day=draw.choice((1, 5, 7, 10, 31)),
            holidays=HOLIDAYS,
            holiday_shift=Shift.FOLLOWING,
        )
        with suppress(ImpossibleTerms):  # a rupee rounded off is more than 30 years of a small loan can bear
            schedule(terms)
            found.append(terms)
    return found


def limit_of(terms: Terms) -> tuple[int, int, int, int, int, list[int], int, int]:
    """Return the arguments with which the limit computes the same columns; the instalment is given to it."""
    made = schedule(terms)
    num, den = terms.rate.factor(months=1)
    days = [date.fromordinal(day) for day in made.from_days[1:2]] or [made.first_due_on]
    first = bisect(STARTS, days[0].toordinal()) - 1
    return terms.principal.paise, num, den, made.instalment, terms.instalments, STARTS, first, terms.due_day or 1


def check(terms: Terms) -> None:
    """Assert that limit and subject compute the same columns, but for the interest of odd days, which the limit has none of."""
    made = schedule(terms)
    (interests, principals, balances), _ = with_dates(*limit_of(terms))
    assert sum(made.principal) == terms.principal.paise
    if min(balances) >= 0:  # else rounding up paid it off early, which the limit does not look at
        assert list(made.principal) == principals
        assert list(made.balance) == balances
        assert list(made.interest[1:]) == interests[1:]


def numpy_schedule(terms: Terms) -> tuple[list[float], list[float], list[float], list[int]]:
    """The rows of one loan by numpy-financial: rounded to the paisa, with due dates that clamp; no holidays, no odd days."""
    rate = terms.rate.quoted.units / 10 ** (terms.rate.quoted.scale + 2) / 12
    n, principal = terms.instalments, terms.principal.paise
    numbers = np.arange(1, n + 1)
    interest = np.round(-npf.ipmt(rate, numbers, n, principal))
    parts = np.round(-npf.ppmt(rate, numbers, n, principal))
    months = np.datetime64(terms.starts_on, "M") + numbers
    ends = (months + 1).astype("datetime64[D]") - 1
    due = np.minimum(months.astype("datetime64[D]") + ((terms.due_day or 1) - 1), ends)
    return interest.tolist(), parts.tolist(), (principal - np.cumsum(parts)).tolist(), due.astype(int).tolist()


def measure(seed: int) -> Iterator[Ratio]:
    """Yield the ratios."""
    for tenure in TENURES:
        some = loans(seed, max(40, 4_000 // tenure), (tenure,))
        yield _against_limit(f"schedule, {tenure} instalments, to floor with dates", some, bar=None)
    mixed = [each for each in loans(seed, LOANS, TENURES) if each.instalments > 1]
    for each in mixed[:2_000]:
        check(each)
    yield _against_limit(f"schedule, {LOANS} loans of 1 to 360, to floor with dates", mixed, bar=2.0)
    few = loans(seed, 300, (6, 12, 18, 24))
    yield ratio(
        "schedule, loans of 6 to 24 months, to numpy-financial",
        lambda: _drain(map(schedule, few)),
        lambda: _drain(map(numpy_schedule, few)),
        bar=1 / 8,
    )


def _against_limit(name: str, some: list[Terms], *, bar: float | None) -> Ratio:
    arguments = [limit_of(each) for each in some]
    return ratio(name, lambda: _drain(map(schedule, some)), lambda: _drain(starmap(with_dates, arguments)), bar=bar)


def _drain(made: Iterable[object]) -> None:
    """Make everything and keep nothing: what the memory of thousands of results costs is not measured."""
    deque(made, maxlen=0)
