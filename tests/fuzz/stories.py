"""
Lives of loans at random: terms and, step by step, what may happen to the account next.

Everything is drawn from one `random.Random`, so that a seed is a whole story; hypothesis hands in a `Random` of its own.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from los_domain.repayment import Account, ImpossibleTerms, Transaction, TransactionKind, payoff
from los_domain.repayment.conventions import (
    BrokenPeriod,
    DayCount,
    Disbursement,
    Every,
    InterestPause,
    LeapRule,
    Method,
    MonthDays,
    MonthEnd,
    Moratorium,
    MoratoriumInterest,
    RateChange,
    Rests,
    Unit,
    YearDays,
)
from los_domain.repayment.model import Terms
from los_domain.repayment.schedule import schedule
from los_domain.repayment.servicing import (
    AccountTerms,
    BrokenInterest,
    EarlyEnd,
    FutureMoney,
    InterestBasis,
    OverdueFrom,
    PenalBase,
    PenalKind,
    PenalPolicy,
    Walk,
    Waterfall,
)
from los_domain.repayment.transactions import Component, PrepaymentMode
from los_domain.shared.dates import Holidays, Shift
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Quoted, Rate

K = TransactionKind
KINDS = (
    [K.PAYMENT] * 12
    + [K.PREPAYMENT] * 4
    + [K.CHARGE] * 3
    + [K.MERCHANT_REFUND, K.GOODWILL, K.INTEREST_CREDIT, K.WAIVER, K.WAIVER, K.REFUND, K.RATE_RESET, K.RESCHEDULE]
    + [K.DUE_DATE_SHIFT, K.SETTLEMENT, K.WRITE_OFF, K.RECOVERY, K.CHARGE_OFF, K.CLASSIFICATION, K.DISBURSEMENT]
    + [K.FORECLOSURE, K.DOWN_PAYMENT]
)


def any_terms(rng: Random) -> Terms:
    """Terms that a schedule can meet."""
    while True:
        try:
            terms = _drawn_terms(rng)
            schedule(terms)
            return terms
        except ImpossibleTerms:
            continue


def _drawn_terms(rng: Random) -> Terms:
    method = rng.choice([*Method, Method.ANNUITY, Method.ANNUITY, Method.RATE_FACTOR])
    every = rng.choice(
        [Every(), Every(), Every(), Every(2, Unit.WEEK), Every(1, Unit.WEEK), Every(5, Unit.DAY), Every(3)]
    )
    start = date(2022, 1, 1) + timedelta(days=rng.randrange(1200))
    n = rng.choice([1, 2, 3, 4, 6, 12, 24, rng.randrange(1, 40)])
    chosen: dict[str, Any] = {
        "rate": Rate(Quoted(rng.choice([0, 700, 1200, 1850, 2400, 3600, rng.randrange(0, 6000)]), 2)),
        "instalments": n,
        "every": every,
        "method": method,
        "month_end": rng.choice([*MonthEnd]),
        "rests": Rests.PERIOD if method is Method.FLAT else rng.choice([*Rests]),
        "day_count": DayCount(
            rng.choice([*YearDays]), rng.choice([MonthDays.ACTUAL, MonthDays.THIRTY]), rng.choice([*LeapRule])
        ),
        "instalment_multiple": rng.choice([1, 100, 100]),
        "interest_rounding": rng.choice([*Rounding]),
        "broken_period": rng.choice([*BrokenPeriod]),
    }
    if rng.random() < 0.25:
        chosen["first_due_on"] = start + timedelta(days=rng.randrange(3, 60))
    elif rng.random() < 0.2 and every.unit is Unit.MONTH:
        chosen["due_day"] = rng.randrange(1, 32)
    if rng.random() < 0.15 and n > 1:
        chosen["principal_grace"] = rng.randrange(1, n)
    if rng.random() < 0.15 and n > 1:
        chosen["interest_grace"] = rng.randrange(1, n)
    if rng.random() < 0.1 and method is not Method.FLAT:
        chosen["moratorium"] = Moratorium(rng.randrange(1, 4), rng.choice([*MoratoriumInterest]))
    if rng.random() < 0.15:
        chosen["down_payment"] = Quoted(rng.randrange(5, 40))
    if rng.random() < 0.15:
        chosen["holidays"] = Holidays.of((), weekdays=(6,))
        chosen["holiday_shift"] = rng.choice([Shift.FOLLOWING, Shift.PRECEDING, Shift.MODIFIED_FOLLOWING])
    if rng.random() < 0.1 and method is not Method.FLAT:
        first = start + timedelta(days=rng.randrange(10, 90))
        chosen["pauses"] = (InterestPause(first, first + timedelta(days=rng.randrange(5, 40))),)
    if rng.random() < 0.1 and method is not Method.FLAT:
        chosen["rate_changes"] = (
            RateChange(start + timedelta(days=rng.randrange(5, 200)), Rate(Quoted(rng.randrange(100, 4000), 2))),
        )
    paise = rng.choice([rng.randrange(n * 4000, n * 4_000_000), rng.randrange(1_00_000, 50_00_000_00)])
    return Terms(disbursements=(Disbursement(start, Money(paise)),), **chosen)


def any_account_terms(rng: Random, terms: Terms | None = None) -> AccountTerms:
    """Terms of an account with every servicing convention."""
    daily = rng.random() < 0.35
    return AccountTerms(
        schedule=terms or any_terms(rng),
        basis=InterestBasis.DAILY_BALANCE if daily else InterestBasis.SCHEDULED,
        rest_at_due_dates=rng.random() < 0.2,
        late_interest=rng.random() < 0.7,
        interest_after_maturity=rng.random() < 0.6,
        broken=rng.choice([*BrokenInterest]),
        waterfall=any_waterfall(rng),
        npa_waterfall=any_waterfall(rng) if rng.random() < 0.3 else None,
        written_off_waterfall=any_waterfall(rng) if rng.random() < 0.3 else None,
        excess_pays_dues=rng.random() < 0.8,
        penal=any_penal(rng) if rng.random() < 0.5 else None,
        overdue_from=rng.choice([*OverdueFrom]),
        prepayment=any_early_end(rng),
        foreclosure=any_early_end(rng),
        mode=rng.choice([*PrepaymentMode]),
    )


def any_waterfall(rng: Random) -> Waterfall:
    """An order, a walk and a place for money beyond the dues."""
    return Waterfall(
        due=tuple(rng.sample([*Component], 4)),
        in_advance=tuple(rng.sample([*Component], 4)),
        walk=rng.choice([*Walk]),
        future=rng.choice([*FutureMoney, FutureMoney.EXCESS, FutureMoney.NEXT_INSTALMENT]),
        future_of=((K.GOODWILL, rng.choice([*FutureMoney])),) if rng.random() < 0.3 else (),
        due_charges_first=rng.random() < 0.3,
    )


def any_penal(rng: Random) -> PenalPolicy:
    """What late money costs."""
    kind = rng.choice([*PenalKind])
    return PenalPolicy(
        kind=kind,
        percent=None if kind is PenalKind.ONCE_FLAT else Quoted(rng.randrange(1, 3600), 2),
        amount=Money(rng.randrange(100, 50_000)) if kind is PenalKind.ONCE_FLAT else Money(0),
        base=rng.choice([*PenalBase]),
        grace_days=rng.choice([0, 0, 3, 10]),
        count=rng.choice([*OverdueFrom]),
        most=Money(rng.randrange(100, 100_000)) if rng.random() < 0.3 else None,
    )


def any_early_end(rng: Random) -> EarlyEnd:
    """What an early end costs."""
    if rng.random() < 0.5:
        return EarlyEnd(shortfall_waived=Money(rng.choice([0, 100])))
    gst = Quoted(18) if rng.random() < 0.7 else None
    return EarlyEnd(charge_percent=Quoted(rng.randrange(1, 600), 2), gst_percent=gst, free_days=rng.choice([0, 3]))


class Story:
    """One loan, and the transactions drawn for it so far."""

    def __init__(self, rng: Random, terms: AccountTerms | None = None) -> None:
        self.rng = rng
        self.terms = terms or any_account_terms(rng)
        self.entered: list[Transaction] = []
        self.kinds: Counter[str] = Counter()

    def opening(self) -> Transaction:
        """The first disbursement, as planned."""
        first = self.terms.schedule.disbursements[0]
        fee = Money(first.amount.paise // 50) if self.rng.random() < 0.5 else Money(0)
        return self._made(K.DISBURSEMENT, first.on, first.amount, fee=fee, gst=Money(fee.paise * 18 // 100))

    def next(self, account: Account) -> Transaction:
        """Something that may happen next: mostly possible, now and then not."""
        rng = self.rng
        kind = rng.choice(KINDS)
        on = account.on + timedelta(days=rng.choice([0, 0, 1, 3, 7, 15, 30, 31, rng.randrange(0, 120)]))
        amount, fields = _details(rng, kind, on, account)
        return self._made(kind, on, Money(amount), **fields)

    def keep(self, transaction: Transaction) -> None:
        """Remember that *transaction* happened."""
        self.entered.append(transaction)
        self.kinds[transaction.kind.value] += 1

    def _made(self, kind: TransactionKind, on: date, amount: Money, **fields: Any) -> Transaction:
        number = len(self.entered) + 1
        return Transaction(
            id=UUID(int=number), kind=kind, value_on=on, sequence=number, amount=amount, channel="bank", **fields
        )


def _details(rng: Random, kind: TransactionKind, on: date, account: Account) -> tuple[int, dict[str, Any]]:
    emi = max(account.emi, 100)
    fields: dict[str, Any] = {}
    amount = rng.choice([emi, emi, emi // 2 + 1, emi + 1, 1, rng.randrange(1, 3 * emi), rng.randrange(1, 12 * emi)])
    match kind:
        case K.PREPAYMENT:
            amount = max(1, account.outstanding.total.paise * rng.randrange(5, 110) // 100)
            fields["mode"] = rng.choice([*PrepaymentMode, None])
        case K.FORECLOSURE:
            amount = max(1, payoff(account, on).total.paise + rng.choice([0, 0, 0, 1, 500]))
        case K.CHARGE:
            amount = rng.randrange(1, 100_000)
            fields["component"] = rng.choice([Component.FEE, Component.PENALTY])
            fields["due_on"] = on + timedelta(days=rng.choice([0, 0, 5, 40, 800, -20]))
            if fields["component"] is Component.FEE and amount > 100:
                fields["gst"] = Money(amount * 18 // 118)
        case K.WAIVER:
            fields["component"] = rng.choice([*Component])
            owed = account.arrears
            amount = max(1, rng.choice([owed.principal, owed.interest, owed.fees, owed.penalties]).paise)
        case K.REFUND:
            amount = max(1, account.excess.paise)
        case K.RATE_RESET:
            amount = 0
            fields["rate"] = Rate(Quoted(rng.randrange(0, 4800), 2))
            fields["mode"] = rng.choice([*PrepaymentMode, None])
        case K.RESCHEDULE:
            amount = 0
            fields["instalments"] = rng.choice([None, 3, 12, 30])
            fields["to_on"] = on + timedelta(days=rng.randrange(1, 60)) if rng.random() < 0.7 else None
            fields["rate"] = Rate(Quoted(rng.randrange(0, 3600), 2)) if rng.random() < 0.3 else None
        case K.DUE_DATE_SHIFT:
            amount = 0
            due = account.next_due_on or on
            fields["due_on"], fields["to_on"] = due, due + timedelta(days=rng.randrange(1, 25))
        case K.SETTLEMENT:
            amount = max(1, account.outstanding.total.paise * rng.randrange(20, 100) // 100)
            fields["due_on"] = on + timedelta(days=rng.choice([0, 10, 60]))
        case K.WRITE_OFF | K.CHARGE_OFF:
            amount = 0
        case K.CLASSIFICATION:
            amount = 0
            fields["npa"] = rng.random() < 0.6
        case K.DISBURSEMENT:
            amount = max(100, account.disbursed.paise // rng.randrange(2, 10))
        case K.DOWN_PAYMENT:
            amount = rng.choice([0, emi])
        case _:
            pass
    return amount, fields


def conventions_of(terms: AccountTerms) -> Iterator[str]:
    """Yield the name of each convention that *terms* choose, to count how often each is drawn."""
    yield f"basis {terms.basis.value}"
    yield f"broken {terms.broken.value}"
    yield f"method {terms.schedule.method.value}"
    yield f"rests {terms.schedule.rests.value}"
    yield f"overdue {terms.overdue_from.value}"
    yield f"walk {terms.waterfall.walk.value}"
    yield f"future {terms.waterfall.future.value}"
    yield f"mode {terms.mode.value}"
    yield f"penal {terms.penal.kind.value if terms.penal else 'none'}"
    yield f"excess pays dues {terms.excess_pays_dues}"
    for name in ("moratorium", "down_payment", "pauses", "rate_changes", "principal_grace", "interest_grace"):
        if getattr(terms.schedule, name):
            yield name
