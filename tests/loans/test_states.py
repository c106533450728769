"""The life of a loan: every cell of the table, typed by hand, and who may fire each event."""

from uuid import UUID

import pytest

from los_domain.loans.states import MAY_FIRE, TRANSITIONS, IllegalTransition, LoanEvent, LoanStatus, next_status
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.errors import Forbidden

EVENTS = (
    "START_REVIEW SANCTION REJECT WITHDRAW LAPSE PREPARE_AGREEMENT SIGN EXPIRE_AGREEMENT "
    "DISBURSE FALL_OVERDUE CURE COMPLETE COOL_OFF SETTLE WRITE_OFF PAYMENT_REVERSED"
).split()

# One line a status, one cell an event in the order above. The words are the status that follows, a dot is "not possible".
EXPECTED = """
APPLIED            UNDER_REVIEW . REJECTED REJECTED REJECTED . . . . . . . . . . .
UNDER_REVIEW       . SANCTIONED REJECTED REJECTED REJECTED . . . . . . . . . . .
SANCTIONED         . . REJECTED REJECTED REJECTED AGREEMENT_PENDING . . . . . . . . . .
AGREEMENT_PENDING  . . REJECTED REJECTED . . AGREEMENT_SIGNED SANCTIONED . . . . . . . .
AGREEMENT_SIGNED   . . REJECTED REJECTED REJECTED . . . DISBURSED . . . . . . .
DISBURSED          . . . . . . . . . OVERDUE . COMPLETED COMPLETED SETTLED WRITTEN_OFF .
OVERDUE            . . . . . . . . . . DISBURSED COMPLETED . SETTLED WRITTEN_OFF .
SETTLED            . . . . . . . . . . . . . . . DISBURSED
WRITTEN_OFF        . . . . . . . . . . . . . . . .
COMPLETED          . . . . . . . . . . . . . . . DISBURSED
REJECTED           . . . . . . . . . . . . . . . .
"""

WHO = {
    "START_REVIEW": "system staff",
    "SANCTION": "system staff",
    "REJECT": "system staff",
    "WITHDRAW": "borrower staff",
    "LAPSE": "system",
    "PREPARE_AGREEMENT": "system staff",
    "SIGN": "vendor system",
    "EXPIRE_AGREEMENT": "system vendor",
    "DISBURSE": "system vendor",
    "FALL_OVERDUE": "system",
    "CURE": "system vendor staff",
    "COMPLETE": "system vendor staff",
    "COOL_OFF": "system vendor staff",
    "SETTLE": "system vendor staff",
    "WRITE_OFF": "staff",
    "PAYMENT_REVERSED": "system vendor staff",
}

ROWS = {line.split()[0]: dict(zip(EVENTS, line.split()[1:], strict=True)) for line in EXPECTED.strip().splitlines()}


def test_the_hand_typed_table_names_every_status_and_event() -> None:
    assert set(ROWS) == {status.value for status in LoanStatus}
    assert set(EVENTS) == {event.value for event in LoanEvent} == set(WHO)


@pytest.mark.parametrize("status", list(LoanStatus), ids=lambda status: status.value)
@pytest.mark.parametrize("event", list(LoanEvent), ids=lambda event: event.value)
def test_every_cell(status: LoanStatus, event: LoanEvent) -> None:
    expected = ROWS[status.value][event.value]
    someone = sorted(MAY_FIRE[event], key=lambda kind: kind.value)[0]
    if expected == ".":
        with pytest.raises(IllegalTransition, match=status.value):
            next_status(status, event, by=someone)
    else:
        assert next_status(status, event, by=someone).value == expected


@pytest.mark.parametrize("event", list(LoanEvent), ids=lambda event: event.value)
@pytest.mark.parametrize("kind", list(ActorKind), ids=lambda kind: kind.value)
def test_who_may_fire(event: LoanEvent, kind: ActorKind) -> None:
    status = next(before for before, fired in TRANSITIONS if fired is event)
    if kind.value in WHO[event.value].split():
        next_status(status, event, by=kind)
    else:
        with pytest.raises(Forbidden):
            next_status(status, event, by=kind)


def test_terminal_statuses_have_no_way_out() -> None:
    out = {status for status, _ in TRANSITIONS}
    assert {status for status in LoanStatus if status.is_terminal} == set(LoanStatus) - out


def test_an_actor_is_not_named_by_a_person() -> None:
    assert Actor(ActorKind.STAFF, UUID(int=1)).name == ""
