"""Decisions about a loan. Pure; the only place where a loan's status is written."""

from collections.abc import Mapping

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
from los_domain.loans.model import Loan
from los_domain.loans.states import Ending, LoanEvent, LoanStatus, next_status
from los_domain.shared.actor import Actor

ENDINGS: Mapping[LoanEvent, Ending] = {
    LoanEvent.REJECT: Ending.DECLINED,
    LoanEvent.WITHDRAW: Ending.WITHDRAWN,
    LoanEvent.LAPSE: Ending.LAPSED,
    LoanEvent.COMPLETE: Ending.PAID,
    LoanEvent.COOL_OFF: Ending.COOLING_OFF,
}

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


def fire(loan: Loan, event: LoanEvent, *, by: Actor) -> Fired:
    """Return *loan* after *event*. Raises IllegalTransition, or Forbidden for an event that *by* may not fire."""
    status = next_status(loan.status, event, by=by.kind)
    moved = attrs.evolve(loan, status=status, ending=ENDINGS.get(event))
    told = TOLD.get(event)
    return Fired(moved, loan.status, event, (told(loan.id, loan.version + 1),) if told else ())
