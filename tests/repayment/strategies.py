"""Terms of every kind: each convention drawn often enough to meet every other, pairs that exclude one another never."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import Enum

import attrs
from hypothesis import strategies as st

from los_domain.repayment import Terms
from los_domain.repayment.conventions import (
    BrokenPeriod,
    DayCount,
    Disbursement,
    DueDateShift,
    Every,
    InterestPause,
    LeapRule,
    Method,
    MonthDays,
    MonthEnd,
    Moratorium,
    MoratoriumInterest,
    OnRateChange,
    RateChange,
    Rests,
    Step,
    Unit,
    YearDays,
)
from los_domain.repayment.due_dates import calendar
from los_domain.repayment.impossible import ImpossibleTerms
from los_domain.shared.dates import Holidays, Shift
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Per, Quoted, Rate

LEVEL = (Method.ANNUITY, Method.RATE_FACTOR)

days = st.one_of(
    st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    st.sampled_from([date(2024, 1, 31), date(2023, 12, 31), date(2024, 2, 29), date(2023, 10, 30), date(2100, 2, 28)]),
)
rates = st.integers(0, 480_000).map(lambda units: Rate(Quoted(units, 4)))
everies = st.one_of(
    st.just(Every()),
    st.builds(Every, st.integers(1, 4), st.just(Unit.MONTH)),
    st.builds(Every, st.integers(1, 3), st.just(Unit.WEEK)),
    st.builds(Every, st.integers(1, 45), st.just(Unit.DAY)),
)


@st.composite
def day_counts(draw: st.DrawFn) -> DayCount:
    month = draw(st.sampled_from(MonthDays))
    if month is MonthDays.THIRTY_EUROPEAN:
        return DayCount(YearDays.D360, month)
    return DayCount(
        draw(st.sampled_from([*YearDays, YearDays.ACTUAL, YearDays.ACTUAL])), month, draw(st.sampled_from(LeapRule))
    )


def chance(draw: st.DrawFn, percent: int) -> bool:
    return draw(st.integers(1, 100)) <= percent


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Terms that pass every check of their own; whether a schedule can meet them is for the engine to say."""
    chosen: dict[str, object] = {}
    method = draw(st.sampled_from([*Method, Method.ANNUITY, Method.ANNUITY, Method.RATE_FACTOR]))
    every = draw(everies)
    n = draw(st.one_of(st.integers(1, 12), st.integers(1, 12), st.integers(13, 40)))
    start = draw(days)
    multiple = draw(st.sampled_from([1, 1, 100, 100, 1000]))
    least = multiple * n * 40
    paise = draw(st.one_of(st.integers(least, least * 10_000), st.integers(1, 10**7), st.integers(10**9, 10**13)))
    rate = draw(rates)
    if chance(draw, 15):
        rate = Rate(Quoted(draw(st.integers(0, 400)), 2), draw(st.sampled_from([Per.MONTH, Per.WHOLE_TERM])))
    chosen |= {
        "method": method,
        "every": every,
        "instalments": n,
        "rests": Rests.PERIOD if method is Method.FLAT else draw(st.sampled_from(Rests)),
        "day_count": draw(day_counts()),
        "broken_day_count": draw(day_counts()),
        "broken_period": draw(st.sampled_from(BrokenPeriod)),
        "interest_rounding": draw(st.sampled_from(Rounding)),
        "interest_multiple": draw(st.sampled_from([1, 1, 1, 5, 100])),
        "instalment_rounding": draw(st.sampled_from(Rounding)),
        "instalment_multiple": multiple,
        "instalment_paisa_rounding": draw(st.sampled_from([None, None, Rounding.HALF_EVEN, Rounding.UP])),
        "month_end": draw(st.sampled_from(MonthEnd)),
    }
    dated = draw(st.sampled_from(["rule", "rule", "first_due_on", "due_day", "due_dates"]))
    if dated == "first_due_on":
        chosen["first_due_on"] = start + timedelta(days=draw(st.integers(1, 75)))
    elif dated == "due_day" and every.unit is Unit.MONTH:
        chosen["due_day"] = draw(st.integers(1, 31))
        if chance(draw, 40):
            chosen["cutoff_day"] = draw(st.integers(1, 31))
    elif dated == "due_dates":
        gaps = draw(st.lists(st.integers(5, 60), min_size=n, max_size=n))
        day, listed = start, []
        for gap in gaps:
            day += timedelta(days=gap)
            listed.append(day)
        chosen["due_dates"] = tuple(listed)
    if chance(draw, 15):
        chosen["counted_from"] = start - timedelta(days=draw(st.integers(0, 25)))
    if chance(draw, 30):
        named = draw(st.frozensets(st.integers(0, 400), max_size=12))
        chosen["holidays"] = Holidays.of(
            [start + timedelta(days=each) for each in named], weekdays=draw(st.sampled_from([(), (6,), (5, 6)]))
        )
        chosen["holiday_shift"] = draw(st.sampled_from([s for s in Shift if s is not Shift.NONE]))
        chosen["interest_follows_holiday"] = draw(st.booleans())
    if method in LEVEL and n > 2 and chance(draw, 20):
        at = draw(st.lists(st.integers(2, n), min_size=1, max_size=3, unique=True).map(sorted))
        chosen["steps"] = tuple(Step(number, draw(st.integers(60, 180))) for number in at)
    elif method in LEVEL and chance(draw, 10):
        chosen["instalment"] = Money(max(1, paise // n + draw(st.integers(0, max(1, paise // n)))))
    elif method is Method.RATE_FACTOR and chance(draw, 50):
        chosen["tuned"] = True
    if method not in (Method.BULLET, Method.FLAT) and paise > 100 and chance(draw, 20):
        chosen["balloon"] = Money(draw(st.integers(1, paise // 2)))
    if n > 1 and chance(draw, 20):
        chosen["principal_grace"] = draw(st.integers(1, n - 1))
    if n > 1 and chance(draw, 20):
        chosen["interest_grace"] = draw(st.integers(1, n - 1))
    if chance(draw, 15):
        chosen["interest_free"] = draw(st.integers(1, n))
    if method is not Method.FLAT and dated != "due_dates" and chance(draw, 45):
        chosen["moratorium"] = Moratorium(draw(st.integers(1, 6)), draw(st.sampled_from(MoratoriumInterest)))
    lent = [Disbursement(start, Money(paise))]
    for _ in range(draw(st.integers(1, 2)) if chance(draw, 20) else 0):
        later = lent[-1].on + timedelta(days=draw(st.integers(0, 60)))
        lent.append(Disbursement(later, Money(draw(st.integers(1, paise)))))
    if chance(draw, 15):
        chosen["down_payment"] = Quoted(draw(st.integers(1, 8000)), 2)
    base = Terms(disbursements=tuple(lent), rate=rate, **chosen)  # type: ignore[arg-type]
    return _with_dated_changes(draw, base)


def _with_dated_changes(draw: st.DrawFn, base: Terms) -> Terms:
    """Add what is placed by the loan's own dates: shifts, a last due date, pauses and rate changes."""
    try:
        due = calendar(base)
    except ImpossibleTerms:
        return base
    ends = [date.fromordinal(day) for day in due.to_days]
    more: dict[str, object] = {}
    if not base.due_dates and chance(draw, 12):
        row = draw(st.integers(0, len(ends) - 1))
        unmoved = date.fromordinal(_unmoved(base, row))
        more["due_date_shifts"] = (DueDateShift(unmoved, unmoved + timedelta(days=draw(st.integers(1, 40)))),)
    if not base.due_dates and chance(draw, 12):
        more["last_due_on"] = max(
            ends[-1] + timedelta(days=draw(st.integers(-3, 40))), base.starts_on + timedelta(days=1)
        )
    inside = st.integers(base.starts_on.toordinal(), ends[-1].toordinal()).map(date.fromordinal)
    if base.method is not Method.FLAT and chance(draw, 15):
        first = draw(inside)
        more["pauses"] = (InterestPause(first, first + timedelta(days=draw(st.integers(0, 50)))),)
    if base.method is not Method.FLAT and base.rate.per is not Per.WHOLE_TERM and chance(draw, 20):
        on = draw(st.lists(inside, min_size=1, max_size=2, unique=True).map(sorted))
        fixed = bool(base.due_dates) or "last_due_on" in more
        keeps = [OnRateChange.KEEP_TENURE] if fixed else list(OnRateChange)
        more["rate_changes"] = tuple(RateChange(day, draw(rates), draw(st.sampled_from(keeps))) for day in on)
    return attrs.evolve(base, **more)


def _unmoved(base: Terms, row: int) -> int:
    return calendar(attrs.evolve(base, holidays=Holidays(), holiday_shift=Shift.NONE)).to_days[row]


FLAGS: dict[str, Callable[[Terms], bool]] = {
    "instalment multiple": lambda of: of.instalment_multiple > 1,
    "instalment first to the paisa": lambda of: of.instalment_paisa_rounding is not None,
    "interest multiple": lambda of: of.interest_multiple > 1,
    "zero rate": lambda of: of.rate.quoted.units == 0,
    "one instalment": lambda of: of.instalments == 1,
    "several disbursements": lambda of: len(of.disbursements) > 1,
    "first due on": lambda of: of.first_due_on is not None,
    "due day": lambda of: of.due_day is not None,
    "cut-off day": lambda of: of.cutoff_day is not None,
    "list of due dates": lambda of: bool(of.due_dates),
    "counted from": lambda of: of.counted_from is not None,
    "last due on": lambda of: of.last_due_on is not None,
    "due date shift": lambda of: bool(of.due_date_shifts),
    "interest follows holiday": lambda of: of.interest_follows_holiday,
    "steps": lambda of: bool(of.steps),
    "balloon": lambda of: of.balloon != ZERO,
    "given instalment": lambda of: of.instalment is not None,
    "tuned": lambda of: of.tuned,
    "principal grace": lambda of: of.principal_grace > 0,
    "interest grace": lambda of: of.interest_grace > 0,
    "interest free": lambda of: of.interest_free > 0,
    "pause": lambda of: bool(of.pauses),
    "down payment": lambda of: of.down_payment is not None,
}
CHOICES: dict[str, tuple[type[Enum], Callable[[Terms], Iterable[Enum]]]] = {
    "method": (Method, lambda of: [of.method]),
    "rests": (Rests, lambda of: [of.rests]),
    "every": (Unit, lambda of: [of.every.unit]),
    "year": (YearDays, lambda of: [of.day_count.year]),
    "month": (MonthDays, lambda of: [of.day_count.month]),
    "leap": (LeapRule, lambda of: [of.day_count.leap] if of.day_count.year is YearDays.ACTUAL else []),
    "month end": (MonthEnd, lambda of: [of.month_end]),
    "broken": (BrokenPeriod, lambda of: [of.broken_period]),
    "interest rounding": (Rounding, lambda of: [of.interest_rounding]),
    "instalment rounding": (Rounding, lambda of: [of.instalment_rounding]),
    "rate per": (Per, lambda of: [of.rate.per]),
    "holiday": (Shift, lambda of: [of.holiday_shift]),
    "moratorium": (MoratoriumInterest, lambda of: [of.moratorium.interest] if of.moratorium else []),
    "rate change": (OnRateChange, lambda of: [change.keep for change in of.rate_changes]),
}
CONVENTIONS = frozenset(FLAGS) | {f"{name} {each.name.lower()}" for name, (kind, _) in CHOICES.items() for each in kind}


def are_choices_of_one(one: str, other: str) -> bool:
    """Return whether two names are values of the same field, of which a loan has one."""
    values = ({f"{name} {each.name.lower()}" for each in kind} for name, (kind, _) in CHOICES.items())
    return any(one in names and other in names for names in values)


def conventions(of: Terms) -> Iterator[str]:
    """Name the conventions that terms use, for the shares that the properties print."""
    for name, (_, chosen) in CHOICES.items():
        yield from (f"{name} {each.name.lower()}" for each in chosen(of))
    yield from (name for name, is_used in FLAGS.items() if is_used(of))
