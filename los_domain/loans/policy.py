"""Decisions about a loan. Pure; the only place where a loan's status is written."""

from collections.abc import Iterator, Mapping
from datetime import date

import attrs

from los_domain.loans.events import (
    AgreementSigned,
    LoanClosed,
    LoanCured,
    LoanDisbursed,
    LoanEventBase,
    LoanFellOverdue,
    LoanRejected,
    LoanReopened,
    LoanSanctioned,
)
from los_domain.loans.model import Loan, Standing
from los_domain.loans.rules import LoanRule
from los_domain.loans.states import Ending, IllegalTransition, LoanEvent, LoanStatus, next_status
from los_domain.repayment.account import Account
from los_domain.repayment.dpd import days_past_due
from los_domain.shared.actor import Actor
from los_domain.shared.errors import Conflict, FieldProblem, Invalid
from los_domain.shared.money import Money

ENDINGS: Mapping[LoanEvent, Ending] = {
    LoanEvent.REJECT: Ending.DECLINED,
    LoanEvent.WITHDRAW: Ending.WITHDRAWN,
    LoanEvent.LAPSE: Ending.LAPSED,
    LoanEvent.COMPLETE: Ending.PAID,
    LoanEvent.COOL_OFF: Ending.COOLING_OFF,
}

NIGHT = Actor.system("end-of-day")

TOLD: Mapping[LoanEvent, type[LoanEventBase]] = {
    LoanEvent.SANCTION: LoanSanctioned,
    LoanEvent.REJECT: LoanRejected,
    LoanEvent.WITHDRAW: LoanRejected,
    LoanEvent.LAPSE: LoanRejected,
    LoanEvent.SIGN: AgreementSigned,
    LoanEvent.DISBURSE: LoanDisbursed,
    LoanEvent.FALL_OVERDUE: LoanFellOverdue,
    LoanEvent.CURE: LoanCured,
    LoanEvent.COMPLETE: LoanClosed,
    LoanEvent.COOL_OFF: LoanClosed,
    LoanEvent.SETTLE: LoanClosed,
    LoanEvent.WRITE_OFF: LoanClosed,
    LoanEvent.PAYMENT_REVERSED: LoanReopened,
}
"""Which event is told to others; the rest is in the history alone."""


@attrs.frozen
class Fired:
    """A loan after an event. *was* is the status before; *events* carry the version that the save will give it."""

    loan: Loan
    was: LoanStatus
    event: LoanEvent
    events: tuple[LoanEventBase, ...]
    by: Actor


def fire(loan: Loan, event: LoanEvent, *, by: Actor) -> Fired:
    """
    Return *loan* after *event*.

    Raises IllegalTransition, also for ending a loan whose money may be on its way, and Forbidden for an event that *by* may not fire.
    """
    if loan.is_paying and event in (LoanEvent.REJECT, LoanEvent.WITHDRAW, LoanEvent.LAPSE):
        raise IllegalTransition("the money may be on its way: the loan cannot end before the bank has told")
    status = next_status(loan.status, event, by=by.kind)
    moved = attrs.evolve(loan, status=status, ending=ENDINGS.get(event))
    told = TOLD.get(event)
    return Fired(moved, loan.status, event, (told(loan.id, loan.version + 1),) if told else (), by)


def following(loan: Loan, account: Account, *, closed: date, by: Actor, ends: LoanEvent) -> Iterator[Fired]:
    """
    Yield what *account* makes of the loan's status, one event after the other, each from where the one before led.

    closed: the last day that has ended: what fell due later is not overdue yet. ends: what being settled means now (COMPLETE, COOL_OFF).
    A loan falls overdue by itself, whoever brought it there.
    """
    while (event := _next(loan, account, closed=closed, ends=ends)) is not None:
        fired = fire(loan, event, by=NIGHT if event is LoanEvent.FALL_OVERDUE else by)
        loan = fired.loan
        yield fired


def _next(loan: Loan, account: Account, *, closed: date, ends: LoanEvent) -> LoanEvent | None:
    if account.is_settled:
        if not loan.status.is_live:
            return None
        if account.settlement is not None:
            return LoanEvent.SETTLE
        return ends if loan.status is LoanStatus.DISBURSED else LoanEvent.COMPLETE
    if loan.status in (LoanStatus.COMPLETED, LoanStatus.SETTLED):
        return LoanEvent.PAYMENT_REVERSED
    late = is_late(account, closed=closed)
    if loan.status is LoanStatus.DISBURSED and late:
        return LoanEvent.FALL_OVERDUE
    if loan.status is LoanStatus.OVERDUE and not late:
        return LoanEvent.CURE
    return None


def is_late(account: Account, *, closed: date) -> bool:
    """Return whether a due is unpaid that counts a day past due at the end of *closed*."""
    oldest = account.oldest_unpaid_due_on
    return oldest is not None and oldest <= closed and days_past_due(oldest, closed, account.terms.overdue_from) > 0


def standing_of(account: Account, *, posted: date, closed: date) -> Standing:
    """Return the cache of *account*. One that was touched on a day that has not ended is looked at again when that day does."""
    next_on = account.next_transition_on
    if account.on > closed and not account.is_settled:
        next_on = account.on if next_on is None else min(next_on, account.on)
    return Standing(
        outstanding=account.outstanding.total,
        overdue=account.arrears.total,
        excess=account.excess,
        oldest_due_on=account.oldest_unpaid_due_on,
        next_due_on=account.next_due_on,
        next_transition_on=next_on,
        folded_up_to=account.on,
        posted_up_to=posted,
    )


def event_for(status: LoanStatus, ending: Ending | None) -> LoanEvent:
    """Return the event by which staff bring a loan to *status*. Raises Invalid where that has a route of its own, or happens by itself."""
    if status is LoanStatus.UNDER_REVIEW and ending is None:
        return LoanEvent.START_REVIEW
    if status is LoanStatus.REJECTED and ending in (None, Ending.DECLINED):
        return LoanEvent.REJECT
    if status is LoanStatus.REJECTED and ending is Ending.WITHDRAWN:
        return LoanEvent.WITHDRAW
    raise Invalid(
        FieldProblem(
            "status", "has a route of its own or happens by itself", "UNDER_REVIEW, or REJECTED with its ending"
        )
    )


def corrected(
    loan: Loan, rule: LoanRule, *, amount: Money | None, tenure_months: int | None, purpose: str | None
) -> Loan:
    """Return *loan* with what was asked for corrected. Raises Conflict once it was decided, Invalid outside its rule."""
    if loan.status not in (LoanStatus.APPLIED, LoanStatus.UNDER_REVIEW):
        raise Conflict(f"what was asked for is fixed once it is decided; this loan is {loan.status.value}")
    changed = attrs.evolve(
        loan,
        amount=loan.amount if amount is None else amount,
        tenure_months=loan.tenure_months if tenure_months is None else tenure_months,
        purpose=loan.purpose if purpose is None else " ".join(purpose.split()),
    )
    problems = [*rule.problems(changed.amount, changed.tenure_months)]
    if problems:
        raise Invalid(*problems)
    return changed
