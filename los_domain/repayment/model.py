"""
A loan's terms and its schedule: what was agreed, and the instalments that follow from it.

`Terms` is a frozen value with every convention as a field; it refuses impossible combinations when it is built. `Schedule` holds
its instalments as integer columns (paise, and proleptic ordinals for days) and builds an `Instalment` only when asked for.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum

import attrs

from los_domain.repayment import impossible
from los_domain.repayment.conventions import (
    ACTUAL_365,
    MONTHLY,
    BrokenPeriod,
    DayCount,
    Disbursement,
    DueDateShift,
    Every,
    InterestPause,
    Method,
    MonthEnd,
    Moratorium,
    RateChange,
    Rests,
    Step,
)
from los_domain.shared.dates import Holidays, Shift
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Quoted, Rate

NO_HOLIDAYS = Holidays()


@attrs.frozen(kw_only=True)
class Terms:
    """
    What a lender and a borrower agreed, complete: the schedule is a function of this value alone.

    Defaults are those of an Indian lender on monthly rests. Build from a preset (`presets.indian`) or field by field.
    Raises ImpossibleTerms, naming fields, values and rules, when the terms cannot be met.

    Amount and rate
        disbursements: one or more, in date order, amounts above zero. The first one's date is where interest starts.
        rate: as quoted, a year, a month, or for the whole term; not negative.
        instalments: 1 to 600 repayments, the down payment and a moratorium not counted.
    Calendar
        every: length of a period.
        counted_from: the date periods are counted from; default the first disbursement.
        first_due_on: the first due date, when it is not one period after `counted_from`. Days before it that are not a
            whole period are the broken period.
        due_day: day of month (1 to 31) all instalments fall due on, such as a salary day; the first is the first such day at
            least one period after `counted_from`. Only with months, and not with `first_due_on`.
        cutoff_day: with `due_day`: the first due date is in the month after `counted_from`, or a month later when that is after
            this day of its month.
        month_end: where a due day goes that a month does not have.
        due_dates: all due dates, when they follow no rule; then as many as `instalments`.
        last_due_on: the last due date, when the loan ends on a day of its own.
        due_date_shifts: instalments moved one by one; later dates follow.
        holidays, holiday_shift: where a due date goes that is no business day.
        interest_follows_holiday: whether daily interest runs to the moved date (else to the date before the move).
    Instalment
        method: how principal and interest are spread.
        steps: step-up or step-down instalments, as per cent of the first; only ANNUITY and RATE_FACTOR.
        balloon: principal that stays for the last instalment on top of the regular one.
        instalment: the instalment agreed beforehand, when it is not computed.
        instalment_multiple: paise the instalment is rounded to a multiple of: 1 the paisa, 100 the rupee.
        instalment_rounding: how. Regular instalments are equal; **the last takes the whole balance**.
        instalment_paisa_rounding: first round to the paisa this way, then to the multiple (Fineract); None: once.
        tuned: after a first run move the instalment by (last - regular)/n if that brings the last one nearer (RATE_FACTOR).
    Interest
        rests: whole periods or days.
        day_count: for daily rests, for parts of a period, and for rate factors.
        interest_rounding, interest_multiple: each period's interest is rounded once, to a multiple of so many paise.
        broken_period, broken_day_count: what is done about days before the first whole period, and how they are counted.
            Under a rate factor and on daily rests the first period simply is longer, unless they are collected upfront or
            waived. A first period shorter than a whole one bears the interest of its days.
        principal_grace: first periods in which only interest is due.
        interest_grace: first periods whose interest is not due; it is added, without compounding, to the first that is.
        interest_free: first periods that bear no interest.
        moratorium: first periods in which nothing is due at all.
        pauses: spans of days that bear no interest.
        rate_changes: in order of `first_day`.
    Down payment
        down_payment: per cent of each disbursement that is due at once, without interest, rounded like an instalment.
    """

    disbursements: tuple[Disbursement, ...]
    rate: Rate
    instalments: int

    every: Every = MONTHLY
    counted_from: date | None = None
    first_due_on: date | None = None
    due_day: int | None = None
    cutoff_day: int | None = None
    month_end: MonthEnd = MonthEnd.CLAMP
    due_dates: tuple[date, ...] = ()
    last_due_on: date | None = None
    due_date_shifts: tuple[DueDateShift, ...] = ()
    holidays: Holidays = NO_HOLIDAYS
    holiday_shift: Shift = Shift.NONE
    interest_follows_holiday: bool = False

    method: Method = Method.ANNUITY
    steps: tuple[Step, ...] = ()
    balloon: Money = ZERO
    instalment: Money | None = None
    instalment_multiple: int = 100
    instalment_rounding: Rounding = Rounding.HALF_UP
    instalment_paisa_rounding: Rounding | None = None
    tuned: bool = False

    rests: Rests = Rests.PERIOD
    day_count: DayCount = ACTUAL_365
    interest_rounding: Rounding = Rounding.HALF_UP
    interest_multiple: int = 1
    broken_period: BrokenPeriod = BrokenPeriod.FIRST_INSTALMENT
    broken_day_count: DayCount = ACTUAL_365
    principal_grace: int = 0
    interest_grace: int = 0
    interest_free: int = 0
    moratorium: Moratorium | None = None
    pauses: tuple[InterestPause, ...] = ()
    rate_changes: tuple[RateChange, ...] = ()

    down_payment: Quoted | None = None

    def __attrs_post_init__(self) -> None:
        impossible.check(self)

    @property
    def principal(self) -> Money:
        """Everything disbursed, the down payment included."""
        return Money(sum(each.amount.paise for each in self.disbursements))

    @property
    def starts_on(self) -> date:
        """The first disbursement's value date."""
        return self.disbursements[0].on

    def round_instalment(self, num: int, den: int) -> int:
        """Return the instalment num/den paise under the rounding agreed for instalments."""
        if self.instalment_paisa_rounding is not None:
            num, den = self.instalment_paisa_rounding.divide(num, den), 1
        return self.instalment_rounding.divide(num, den * self.instalment_multiple) * self.instalment_multiple

    def round_interest(self, num: int, den: int) -> int:
        """Return the interest num/den paise under the rounding agreed for interest."""
        return self.interest_rounding.divide(num, den * self.interest_multiple) * self.interest_multiple


class RowKind(Enum):
    """What a row of a schedule is."""

    DOWN_PAYMENT = "down_payment"
    INSTALMENT = "instalment"
    MORATORIUM = "moratorium"  # in an account: a period in which nothing falls due
    EARLY = "early"  # in an account: what was paid before its time, or called in
    EXTRA = "extra"  # in an account: charges due after the last instalment


@attrs.frozen
class Instalment:
    """
    One row of a schedule.

    number: from 1, down payments counted. from_on, due_on: its period, interest runs from the first to the second.
    principal, interest: what falls due. balance_after: principal still owed when it is paid on time.
    """

    number: int
    kind: RowKind
    from_on: date
    due_on: date
    principal: Money
    interest: Money
    balance_after: Money

    @property
    def due(self) -> Money:
        """Principal and interest together."""
        return self.principal + self.interest

    @property
    def days(self) -> int:
        """Calendar days of its period, up to the due date."""
        return (self.due_on - self.from_on).days


@attrs.frozen(slots=False)  # built for every loan: without slots its frozen fields are set twice as fast
class Schedule(Sequence[Instalment]):
    """
    The rows of a loan as columns of equal length; a sequence of `Instalment`.

    terms: what it was computed from.
    from_days, due_days: each row's period as proleptic ordinals (`date.fromordinal`). A down payment's are both its own day.
    principal, interest, balance: paise; `balance` is the principal owed after the row. It may rise from row to row where a
        moratorium capitalises interest or a later disbursement comes in.
    instalment: paise of the first regular instalment, as rounded.
    down_payments: the row numbers (from 0) that are down payments.
    upfront_interest: paise of broken-period interest netted from the disbursement; in no row.
    capitalised: paise of interest a moratorium added to the principal; Σ principal = disbursed + capitalised.
    """

    terms: Terms
    from_days: tuple[int, ...]
    due_days: tuple[int, ...]
    principal: tuple[int, ...]
    interest: tuple[int, ...]
    balance: tuple[int, ...]
    instalment: int
    down_payments: tuple[int, ...] = ()
    upfront_interest: int = 0
    capitalised: int = 0

    def __len__(self) -> int:
        return len(self.due_days)

    def __getitem__(self, index: int) -> Instalment:  # type: ignore[override]  # rows one by one; slice the columns
        row = range(len(self.due_days))[index]
        return Instalment(
            number=row + 1,
            kind=RowKind.DOWN_PAYMENT if row in self.down_payments else RowKind.INSTALMENT,
            from_on=date.fromordinal(self.from_days[row]),
            due_on=date.fromordinal(self.due_days[row]),
            principal=Money(self.principal[row]),
            interest=Money(self.interest[row]),
            balance_after=Money(self.balance[row]),
        )

    def __iter__(self) -> Iterator[Instalment]:
        return (self[row] for row in range(len(self.due_days)))

    @property
    def total_principal(self) -> Money:
        """Σ principal."""
        return Money(sum(self.principal))

    @property
    def total_interest(self) -> Money:
        """Σ interest of the rows; interest collected upfront is not in it."""
        return Money(sum(self.interest))

    @property
    def total_due(self) -> Money:
        """Everything the rows ask for."""
        return Money(sum(self.principal) + sum(self.interest))

    @property
    def first_due_on(self) -> date:
        """The first row's due date."""
        return date.fromordinal(self.due_days[0])

    @property
    def last_due_on(self) -> date:
        """The last row's due date."""
        return date.fromordinal(self.due_days[-1])
