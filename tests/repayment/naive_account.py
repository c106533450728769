"""
The account again, as a clerk would keep it: one day after another, one coin at a time, in fractions, from the beginning each time.

It shares with the engine the words of the contract and the dues of the schedule as they were agreed, none of its arithmetic.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import attrs

from los_domain.repayment import Transaction, TransactionKind, schedule
from los_domain.repayment.servicing import AccountTerms, FutureMoney, OverdueFrom, PenalBase, PenalKind, Walk
from los_domain.repayment.transactions import Component

K = TransactionKind
P, N, F, X = Component.PRINCIPAL, Component.INTEREST, Component.FEE, Component.PENALTY
DAY = timedelta(days=1)
NPA_AFTER = 90


@attrs.define
class Due:
    """One due: what it still asks for by component, and the penal charge it has borne."""

    on: date
    owed: dict[Component, Fraction]
    unpaid_days: Fraction = Fraction(0)  # money times days
    charged: Fraction = Fraction(0)

    def base(self, base: PenalBase) -> Fraction:
        return self.owed[P] + (self.owed[N] if base is PenalBase.PRINCIPAL_AND_INTEREST else 0)


@attrs.define
class Clerk:
    """The state of a loan in the clerk's book."""

    terms: AccountTerms
    dues: list[Due] = attrs.field(factory=list)
    excess: Fraction = Fraction(0)
    principal: Fraction = Fraction(0)
    npa: bool = False
    received: Fraction = Fraction(0)

    def owed(self, component: Component) -> Fraction:
        return sum((due.owed[component] for due in self.dues), Fraction(0))

    def is_in_arrears(self, on: date) -> bool:
        return any(due.on <= on and due.owed[P] + due.owed[N] > 0 for due in self.dues)

    def overdue_days(self, on: date) -> int:
        late = [due.on for due in self.dues if due.on <= on and due.owed[P] + due.owed[N] > 0]
        if not late:
            return 0
        return (on - min(late)).days + (self.terms.overdue_from is OverdueFrom.DAY_END)


def keep(terms: AccountTerms, transactions: Sequence[Transaction], up_to: date) -> Clerk:
    """Keep the book of *transactions*, in the order of their days and entry, to the end of *up_to*."""
    undone = {each.reverses for each in transactions if each.kind is K.REVERSAL}
    happened = [each for each in transactions if each.kind is not K.REVERSAL and each.id not in undone]
    happened.sort(key=lambda each: each.order)
    clerk = Clerk(terms)
    day = min(each.value_on for each in happened)
    while day <= up_to:
        _morning(clerk, day)
        for each in (each for each in happened if each.value_on == day):
            _enter(clerk, each, day)
        _evening(clerk, day)
        day += DAY
    return clerk


def _morning(clerk: Clerk, day: date) -> None:
    if clerk.terms.penal is not None:
        _penalise(clerk, day)
    if clerk.excess and clerk.terms.excess_pays_dues and any(due.on == day for due in clerk.dues):
        money, clerk.excess = clerk.excess, Fraction(0)
        clerk.excess = _over_dues(clerk, money, day)


def _evening(clerk: Clerk, day: date) -> None:
    if clerk.overdue_days(day) > NPA_AFTER:
        clerk.npa = True


def _penalise(clerk: Clerk, day: date) -> None:
    policy = clerk.terms.penal
    assert policy is not None
    assert policy.kind is PenalKind.RATE
    assert policy.percent is not None
    for due in clerk.dues:
        if due.on >= day:
            continue
        days = 2 if policy.count is OverdueFrom.DAY_END and day == due.on + DAY else 1
        due.unpaid_days += due.base(policy.base) * days
        if (day - due.on).days <= policy.grace_days or not due.base(policy.base):
            continue
        yearly = Fraction(policy.percent.units, 100 * 10**policy.percent.scale)
        total = _half_up(due.unpaid_days * yearly / policy.year_days)
        if policy.most is not None:
            total = min(total, Fraction(policy.most.paise))
        due.owed[X] += total - due.charged
        due.charged = total


def _enter(clerk: Clerk, transaction: Transaction, day: date) -> None:
    amount = Fraction(transaction.amount.paise)
    match transaction.kind:
        case K.DISBURSEMENT:
            clerk.principal = amount
            rows = schedule(clerk.terms.schedule)
            clerk.dues = [
                Due(
                    row.due_on,
                    {P: Fraction(row.principal.paise), N: Fraction(row.interest.paise), F: Fraction(0), X: Fraction(0)},
                )
                for row in rows
            ]
        case K.PAYMENT:
            clerk.received += amount
            left = _over_dues(clerk, amount, day)
            clerk.excess += _ahead(clerk, left, day)
            if clerk.npa and not clerk.is_in_arrears(day):
                clerk.npa = False
        case K.CHARGE:
            _charge(clerk, transaction, amount)
        case K.WAIVER:
            for due in (due for due in clerk.dues if due.on <= day or transaction.component in (F, X)):
                part = min(due.owed[transaction.component], amount)  # type: ignore[index]
                due.owed[transaction.component] -= part  # type: ignore[index]
                amount -= part
            if clerk.npa and not clerk.is_in_arrears(day):
                clerk.npa = False
        case K.REFUND:
            clerk.excess -= amount
        case _:
            raise AssertionError(transaction.kind)


def _charge(clerk: Clerk, transaction: Transaction, amount: Fraction) -> None:
    falls = transaction.due_on or transaction.value_on
    due = next((due for due in clerk.dues if falls <= due.on), None)
    if due is None:
        due = Due(falls, {each: Fraction(0) for each in Component})
        clerk.dues.append(due)
    assert transaction.component is not None
    due.owed[transaction.component] += amount
    is_own = sum(due.owed.values()) == amount and due is clerk.dues[-1] and due.on == transaction.value_on
    if is_own and clerk.excess and clerk.terms.excess_pays_dues:
        # a due of its own that falls today meets the money that waits
        money, clerk.excess = clerk.excess, Fraction(0)
        clerk.excess = _over_dues(clerk, money, transaction.value_on)


def _over_dues(clerk: Clerk, money: Fraction, day: date) -> Fraction:
    waterfall = clerk.terms.waterfall
    for group in ([due for due in clerk.dues if due.on < day], [due for due in clerk.dues if due.on == day]):
        if waterfall.walk is Walk.INSTALMENT:
            pairs = [(due, component) for due in group for component in waterfall.due]
        else:
            pairs = [(due, component) for component in waterfall.due for due in group]
        money = _through(pairs, money)
    return money


def _ahead(clerk: Clerk, money: Fraction, day: date) -> Fraction:
    waterfall = clerk.terms.waterfall
    later = [due for due in clerk.dues if due.on > day]
    if waterfall.future is FutureMoney.EXCESS:
        return money
    if waterfall.future is FutureMoney.LAST_INSTALMENT:
        later.reverse()
    if waterfall.walk is Walk.INSTALMENT:
        return _through([(due, component) for due in later for component in waterfall.in_advance], money)
    return _through([(due, component) for component in waterfall.in_advance for due in later], money)


def _through(pairs: Sequence[tuple[Due, Component]], money: Fraction) -> Fraction:
    for due, component in pairs:
        part = min(due.owed[component], money)
        due.owed[component] -= part
        money -= part
    return money


def _half_up(amount: Fraction) -> Fraction:
    return Fraction(floor(amount + Fraction(1, 2)))
