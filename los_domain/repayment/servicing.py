"""
How an account is served: where money goes, what late money costs, when a loan is overdue, what an early end costs.

Each is a setting of the loan product with the default of an Indian lender; `AccountTerms` holds them beside the schedule's terms.
"""

from enum import Enum

import attrs

from los_domain.repayment.conventions import ACTUAL_365, DayCount
from los_domain.repayment.impossible import ImpossibleTerms, problem
from los_domain.repayment.model import Terms
from los_domain.repayment.regulation import NBFC_MIDDLE_LAYER, Norms
from los_domain.repayment.transactions import Component, PrepaymentMode, TransactionKind
from los_domain.shared.money import ZERO, Money, Rounding
from los_domain.shared.rates import Quoted


class Walk(Enum):
    """How money walks through the dues of one group."""

    INSTALMENT = "instalment"  # horizontal: all components of the oldest instalment, then the next one's
    COMPONENT = "component"  # vertical: the first component of all instalments, oldest first, then the next component


class FutureMoney(Enum):
    """Where money goes that is left when everything due is paid."""

    __hash__ = object.__hash__

    EXCESS = "excess"  # stays as the borrower's own balance and pays the next dues on their day
    NEXT_INSTALMENT = "next_instalment"  # pays the next instalments, oldest first
    LAST_INSTALMENT = "last_instalment"  # pays instalments from the last one backwards
    NEXT_THEN_LAST = "next_then_last"  # pays the next one, then from the last one backwards
    REAMORTISE = "reamortise"  # in equal shares over all instalments to come


NUMBER = {Component.PRINCIPAL: 0, Component.INTEREST: 1, Component.FEE: 2, Component.PENALTY: 3}
_USUAL = (Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL)


@attrs.frozen(kw_only=True)
class Waterfall:
    """
    The order in which money pays what is owed: instalments that are past due, then what is due today, then what is to come.

    due: order of components in instalments that are due.
    in_advance: the same in instalments to come.
    walk: through the past due, and likewise through the others.
    future: where money beyond the dues goes; `future_of` says otherwise for a kind of transaction.
    due_charges_first: in instalments to come, charges whose own due date has come are paid before anything else.
    """

    due: tuple[Component, ...] = _USUAL
    in_advance: tuple[Component, ...] = _USUAL
    walk: Walk = Walk.INSTALMENT
    future: FutureMoney = FutureMoney.EXCESS
    future_of: tuple[tuple[TransactionKind, FutureMoney], ...] = ()
    due_charges_first: bool = False
    due_order: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    in_advance_order: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for name in ("due", "in_advance"):
            if sorted(each.value for each in getattr(self, name)) != sorted(each.value for each in Component):
                listed = [each.value for each in getattr(self, name)]
                raise ImpossibleTerms(problem(f"waterfall.{name}", listed, "each component once"))
            # by number, as the columns of an account are
            object.__setattr__(self, f"{name}_order", tuple(NUMBER[each] for each in getattr(self, name)))

    def future_for(self, kind: TransactionKind) -> FutureMoney:
        """Return where money of *kind* goes that is beyond the dues."""
        return dict(self.future_of).get(kind, self.future) if self.future_of else self.future


class InterestBasis(Enum):
    """What the interest of a due is counted on."""

    SCHEDULED = "scheduled"  # as scheduled, whenever it is paid; an early payment changes it only as a prepayment
    DAILY_BALANCE = "daily_balance"  # on the principal really owed each day: late money costs more, early money less


class BrokenInterest(Enum):
    """What part of a period's interest has accrued on a day inside it."""

    DAYS = "days"  # balance * R * days by `broken_day_count`, at most the period's interest
    SHARE = "share"  # the period's interest, shared out by calendar days
    WHOLE_PERIOD = "whole_period"  # a payoff bears the interest to the end of its period


class OverdueFrom(Enum):
    """When the count of days past due starts."""

    DAY_END = "day_end"  # unpaid at the end of the due date is day 1 (Reserve Bank of India, 12 November 2021)
    NEXT_DAY = "next_day"  # the due date is day 0


class PenalKind(Enum):
    """How a penal charge is measured."""

    RATE = "rate"  # per cent a year of what is unpaid, by days
    ONCE_PERCENT = "once_percent"  # per cent of what is unpaid, once for an overdue instalment
    ONCE_FLAT = "once_flat"  # so much, once for an overdue instalment


class PenalBase(Enum):
    """What a penal charge is a part of. Charges are never in it, so that no penalty bears a penalty."""

    PRINCIPAL = "principal"
    PRINCIPAL_AND_INTEREST = "principal_and_interest"


@attrs.frozen(kw_only=True)
class PenalPolicy:
    """
    What late money costs: a charge, never interest; it is not added to principal and bears nothing.

    kind, percent, amount: how much; `percent` for RATE and ONCE_PERCENT, `amount` for ONCE_FLAT.
    base: of what.
    grace_days: an instalment paid within so many days after its due date bears none; paid later it bears all days (RATE).
    year_days: the length of the year that days are divided by.
    count: which days count: DAY_END the due date and the day asked for, NEXT_DAY the days between them.
    most: no more for one instalment, if set.
    rounding: to the paisa, once for an instalment.
    """

    kind: PenalKind = PenalKind.RATE
    percent: Quoted | None = None
    amount: Money = ZERO
    base: PenalBase = PenalBase.PRINCIPAL_AND_INTEREST
    grace_days: int = 0
    year_days: int = 365
    count: OverdueFrom = OverdueFrom.NEXT_DAY
    most: Money | None = None
    rounding: Rounding = Rounding.HALF_UP

    def __attrs_post_init__(self) -> None:
        if self.kind is PenalKind.ONCE_FLAT:
            if self.amount.paise <= 0 or self.percent is not None:
                raise ImpossibleTerms(problem("penal.amount", self.amount, "above zero, and no percentage, when flat"))
        elif self.percent is None or self.percent.units <= 0 or self.amount:
            raise ImpossibleTerms(problem("penal.percent", self.percent, "above zero, and no amount, unless flat"))
        if self.grace_days < 0 or self.year_days < 1:
            raise ImpossibleTerms(problem("penal.grace_days", self.grace_days, "not negative, over a year of days"))

    @property
    def ratio(self) -> tuple[int, int]:
        """The percentage as a ratio of ints; nothing for a flat amount."""
        return self.percent.ratio if self.percent is not None else (0, 1)


@attrs.frozen(kw_only=True)
class EarlyEnd:
    """
    What a borrower pays for ending early, beside principal and interest to the day.

    charge_percent: of the principal paid early. gst_percent: tax on that charge.
    free_days: in the first so many days the loan can be left without a charge (the cooling-off period).
    shortfall_waived: a foreclosure that lacks at most this much closes the loan, the rest is forgiven.
    """

    charge_percent: Quoted | None = None
    gst_percent: Quoted | None = None
    free_days: int = 1
    shortfall_waived: Money = ZERO


@attrs.frozen(kw_only=True)
class AccountTerms:
    """
    Everything the fold of an account reads beside its transactions.

    schedule: what was agreed; its disbursements are the plan, DISBURSEMENT transactions say what was really paid out.
    basis: what interest is counted on.
    rest: DAILY_BALANCE only. False: the balance counts from the day it changes. True: from the next due date on.
    late_interest: DAILY_BALANCE only: whether overdue principal keeps bearing interest. interest_after_maturity: and that of a loan
        past its last due date.
    broken, broken_day_count: interest of part of a period.
    waterfall, npa_waterfall, written_off_waterfall: the order for a standard loan, and where it differs otherwise.
    excess_pays_dues: whether excess pays dues as they fall.
    down_payment_bears_charges: a charge due on the day of a disbursement belongs to the down payment, else to the first instalment.
    penal: what late money costs; None: nothing.
    overdue_from: how days past due are counted. norms: when they make the account non-performing; in date order.
    prepayment, foreclosure: what an early end costs. mode: what gives when a prepayment does not say.
    """

    schedule: Terms
    basis: InterestBasis = InterestBasis.SCHEDULED
    rest_at_due_dates: bool = False
    late_interest: bool = True
    interest_after_maturity: bool = True
    broken: BrokenInterest = BrokenInterest.DAYS
    broken_day_count: DayCount = ACTUAL_365
    waterfall: Waterfall = attrs.field(factory=Waterfall)
    npa_waterfall: Waterfall | None = None
    written_off_waterfall: Waterfall | None = None
    excess_pays_dues: bool = True
    down_payment_bears_charges: bool = True
    penal: PenalPolicy | None = None
    overdue_from: OverdueFrom = OverdueFrom.DAY_END
    norms: tuple[Norms, ...] = NBFC_MIDDLE_LAYER
    prepayment: EarlyEnd = attrs.field(factory=EarlyEnd)
    foreclosure: EarlyEnd = attrs.field(factory=EarlyEnd)
    mode: PrepaymentMode = PrepaymentMode.CUT_TENURE
