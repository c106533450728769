"""
The life of a loan as one table: which event leads where, and who may fire it.

The table changes the status and nothing else; entries, dues and notices are written by the use case that fires the event, in the same
transaction. What a status alone cannot tell (agreement signed, checker is not the maker) is a guard in ``policy.py``.
"""

from collections.abc import Mapping
from enum import Enum

from los_domain.shared.actor import ActorKind
from los_domain.shared.errors import Conflict, Forbidden


class LoanStatus(Enum):
    """Where a loan stands."""

    APPLIED = "APPLIED"
    UNDER_REVIEW = "UNDER_REVIEW"
    SANCTIONED = "SANCTIONED"
    AGREEMENT_PENDING = "AGREEMENT_PENDING"
    AGREEMENT_SIGNED = "AGREEMENT_SIGNED"
    DISBURSED = "DISBURSED"
    OVERDUE = "OVERDUE"
    SETTLED = "SETTLED"
    WRITTEN_OFF = "WRITTEN_OFF"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing leads out of it. COMPLETED and SETTLED reopen when a payment is reversed."""
        return self in (LoanStatus.REJECTED, LoanStatus.WRITTEN_OFF)

    @property
    def is_live(self) -> bool:
        """Whether money is owed on it."""
        return self in (LoanStatus.DISBURSED, LoanStatus.OVERDUE)


class Ending(Enum):
    """Of what kind an end is; kept beside the status."""

    DECLINED = "DECLINED"  # by policy or staff; counts for the brand's rejection duration
    WITHDRAWN = "WITHDRAWN"  # by the borrower before disbursal
    LAPSED = "LAPSED"  # offer or agreement ran out
    COOLING_OFF = "COOLING_OFF"  # exit within the cooling-off period
    PAID = "PAID"


class LoanEvent(Enum):
    """What can happen to a loan."""

    START_REVIEW = "START_REVIEW"
    SANCTION = "SANCTION"
    REJECT = "REJECT"
    WITHDRAW = "WITHDRAW"
    LAPSE = "LAPSE"
    PREPARE_AGREEMENT = "PREPARE_AGREEMENT"
    SIGN = "SIGN"
    EXPIRE_AGREEMENT = "EXPIRE_AGREEMENT"  # back to SANCTIONED: it can be sent again
    DISBURSE = "DISBURSE"
    FALL_OVERDUE = "FALL_OVERDUE"
    CURE = "CURE"
    COMPLETE = "COMPLETE"
    COOL_OFF = "COOL_OFF"
    SETTLE = "SETTLE"
    WRITE_OFF = "WRITE_OFF"
    PAYMENT_REVERSED = "PAYMENT_REVERSED"


_S, _E, _A = LoanStatus, LoanEvent, ActorKind

TRANSITIONS: Mapping[tuple[LoanStatus, LoanEvent], LoanStatus] = {
    (_S.APPLIED, _E.START_REVIEW): _S.UNDER_REVIEW,
    (_S.APPLIED, _E.REJECT): _S.REJECTED,
    (_S.APPLIED, _E.WITHDRAW): _S.REJECTED,
    (_S.APPLIED, _E.LAPSE): _S.REJECTED,
    (_S.UNDER_REVIEW, _E.SANCTION): _S.SANCTIONED,
    (_S.UNDER_REVIEW, _E.REJECT): _S.REJECTED,
    (_S.UNDER_REVIEW, _E.WITHDRAW): _S.REJECTED,
    (_S.UNDER_REVIEW, _E.LAPSE): _S.REJECTED,
    (_S.SANCTIONED, _E.PREPARE_AGREEMENT): _S.AGREEMENT_PENDING,
    (_S.SANCTIONED, _E.REJECT): _S.REJECTED,
    (_S.SANCTIONED, _E.WITHDRAW): _S.REJECTED,
    (_S.SANCTIONED, _E.LAPSE): _S.REJECTED,
    (_S.AGREEMENT_PENDING, _E.SIGN): _S.AGREEMENT_SIGNED,
    (_S.AGREEMENT_PENDING, _E.EXPIRE_AGREEMENT): _S.SANCTIONED,
    (_S.AGREEMENT_PENDING, _E.REJECT): _S.REJECTED,
    (_S.AGREEMENT_PENDING, _E.WITHDRAW): _S.REJECTED,
    (_S.AGREEMENT_SIGNED, _E.DISBURSE): _S.DISBURSED,
    (_S.AGREEMENT_SIGNED, _E.REJECT): _S.REJECTED,
    (_S.AGREEMENT_SIGNED, _E.WITHDRAW): _S.REJECTED,
    (_S.AGREEMENT_SIGNED, _E.LAPSE): _S.REJECTED,
    (_S.DISBURSED, _E.FALL_OVERDUE): _S.OVERDUE,
    (_S.DISBURSED, _E.COMPLETE): _S.COMPLETED,
    (_S.DISBURSED, _E.COOL_OFF): _S.COMPLETED,
    (_S.DISBURSED, _E.SETTLE): _S.SETTLED,
    (_S.DISBURSED, _E.WRITE_OFF): _S.WRITTEN_OFF,
    (_S.OVERDUE, _E.CURE): _S.DISBURSED,
    (_S.OVERDUE, _E.COMPLETE): _S.COMPLETED,
    (_S.OVERDUE, _E.SETTLE): _S.SETTLED,
    (_S.OVERDUE, _E.WRITE_OFF): _S.WRITTEN_OFF,
    (_S.COMPLETED, _E.PAYMENT_REVERSED): _S.DISBURSED,
    (_S.SETTLED, _E.PAYMENT_REVERSED): _S.DISBURSED,
}

MAY_FIRE: Mapping[LoanEvent, frozenset[ActorKind]] = {
    _E.START_REVIEW: frozenset({_A.SYSTEM, _A.STAFF}),
    _E.SANCTION: frozenset({_A.SYSTEM, _A.STAFF}),
    _E.REJECT: frozenset({_A.SYSTEM, _A.STAFF}),
    _E.WITHDRAW: frozenset({_A.BORROWER, _A.STAFF}),
    _E.LAPSE: frozenset({_A.SYSTEM}),
    _E.PREPARE_AGREEMENT: frozenset({_A.SYSTEM, _A.STAFF}),
    _E.SIGN: frozenset({_A.VENDOR, _A.SYSTEM}),
    _E.EXPIRE_AGREEMENT: frozenset({_A.SYSTEM, _A.VENDOR}),
    _E.DISBURSE: frozenset({_A.SYSTEM, _A.VENDOR}),
    _E.FALL_OVERDUE: frozenset({_A.SYSTEM}),
    _E.CURE: frozenset({_A.SYSTEM, _A.VENDOR, _A.STAFF}),
    _E.COMPLETE: frozenset({_A.SYSTEM, _A.VENDOR, _A.STAFF}),
    _E.COOL_OFF: frozenset({_A.SYSTEM, _A.VENDOR, _A.STAFF}),
    _E.SETTLE: frozenset({_A.SYSTEM, _A.VENDOR, _A.STAFF}),
    _E.WRITE_OFF: frozenset({_A.STAFF}),  # the checker's approval; recoveries after it leave the status
    _E.PAYMENT_REVERSED: frozenset({_A.SYSTEM, _A.VENDOR, _A.STAFF}),
}


class IllegalTransition(Conflict):
    """The loan's status does not allow the event. A worker may be early: it tries again."""


def next_status(status: LoanStatus, event: LoanEvent, *, by: ActorKind) -> LoanStatus:
    """Return where *event* fired by *by* leads from *status*. Raises Forbidden for the wrong source, IllegalTransition otherwise."""
    if by not in MAY_FIRE[event]:
        raise Forbidden(f"{event.value} is not for a {by.value} to fire")
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise IllegalTransition(f"{event.value} is not possible while the loan is {status.value}") from None
