"""Which provider is asked, when one is passed over, and in what order they stand: tables of values."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest

from los_domain.brands.model import BrandProvider, Effect
from los_domain.brands.policy import Circuit, entered, may_ask_next, ranked, refuse_second, settled, without
from los_domain.brands.providers import ProviderKind
from los_domain.shared.errors import Invalid
from los_domain.shared.ids import ProviderId
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("outcome", "look_up", "once", "worth_a_double"),
    [
        (Done(1), False, False, False),
        (NoRecord(), False, False, False),
        (Refused(RefusedFor.OTHER), False, False, False),
        (Pending("x"), False, False, False),
        (NotSent("down"), True, True, True),
        (RateLimited(3), True, True, True),
        (Misconfigured(MisconfiguredIn.ACCOUNT), True, True, True),
        (Misconfigured(MisconfiguredIn.TEMPLATE), True, True, True),
        (Unknown("silence"), True, False, True),
    ],
)
def test_when_the_next_provider_may_be_asked(outcome: Any, look_up: bool, once: bool, worth_a_double: bool) -> None:
    asked = [may_ask_next(outcome, effect) for effect in (Effect.LOOK_UP, Effect.ONCE, Effect.WORTH_A_DOUBLE)]
    assert asked == [look_up, once, worth_a_double]


def after(*outcomes: Any, at: datetime = NOW) -> Circuit:
    circuit = Circuit()
    for outcome in outcomes:
        circuit = settled(circuit, outcome, now=at)
    return circuit


SILENCE = Unknown("silence")


def test_five_failures_in_a_row_open_a_circuit_and_an_answer_forgets_them() -> None:
    assert entered(after(*[SILENCE] * 4), now=NOW) is not None
    assert entered(after(*[SILENCE] * 4, Refused(RefusedFor.OTHER), *[SILENCE] * 4), now=NOW) is not None
    opened = after(*[SILENCE] * 5)
    assert entered(opened, now=later(29)) is None
    assert entered(opened, now=later(30)) is not None


def test_a_single_probe_goes_through_and_decides() -> None:
    probing = entered(after(*[NotSent("down")] * 5), now=later(30))
    assert probing is not None
    assert entered(probing, now=later(31)) is None, "one probe at a time"
    assert entered(probing, now=later(90)) is not None, "a probe that never came back is given up"
    assert settled(probing, Done(1), now=later(31)) == Circuit()
    again = settled(probing, SILENCE, now=later(31))
    assert entered(again, now=later(31 + 59)) is None, "twice as long"
    assert entered(again, now=later(31 + 60)) is not None


def test_the_wait_is_never_longer_than_ten_minutes() -> None:
    circuit, at = after(*[SILENCE] * 5), NOW
    for _ in range(40):
        at += timedelta(minutes=10)
        probing = entered(circuit, now=at)
        assert probing is not None
        circuit = settled(probing, SILENCE, now=at)


def test_an_account_that_does_not_let_us_in_opens_it_at_once_and_a_template_never() -> None:
    assert entered(after(Misconfigured(MisconfiguredIn.ACCOUNT)), now=NOW) is None
    assert entered(after(*[Misconfigured(MisconfiguredIn.TEMPLATE)] * 9), now=NOW) is not None


def test_a_vendor_that_asks_for_patience_gets_it_and_no_more() -> None:
    limited = after(RateLimited(7))
    assert entered(limited, now=later(6)) is None
    assert entered(limited, now=later(7)) is not None


def test_a_late_failure_of_a_call_begun_before_changes_nothing() -> None:
    opened = after(*[SILENCE] * 5)
    assert settled(opened, SILENCE, now=later(10)) == opened


def a_provider(number: int, rank: int, *, kind: ProviderKind = ProviderKind.SMS, name: str = "") -> BrandProvider:
    return BrandProvider(
        ProviderId(UUID(int=number)), kind, name or f"V{number}", rank, True, False, config={}, webhook_path=str(number)
    )


@pytest.mark.parametrize(
    ("wish", "order"),
    [(0, [4, 1, 2, 3]), (1, [1, 4, 2, 3]), (99, [1, 2, 3, 4])],
)
def test_a_new_provider_takes_its_place_and_the_others_close_up(wish: int, order: list[int]) -> None:
    known = [a_provider(2, 1), a_provider(1, 0), a_provider(3, 2), a_provider(9, 0, kind=ProviderKind.EMAIL)]
    found = ranked(known, a_provider(4, wish))
    assert [(one.id.int, one.rank) for one in found] == [(number, rank) for rank, number in enumerate(order)]


def test_moving_one_up_leaves_the_rest_in_order() -> None:
    known = [a_provider(1, 0), a_provider(2, 1), a_provider(3, 2)]
    assert [one.id.int for one in ranked(known, attrs.evolve(known[2], rank=0))] == [3, 1, 2]
    assert [(one.id.int, one.rank) for one in without(known, known[0].id)] == [(2, 0), (3, 1)]


def test_a_vendor_is_one_row_a_kind() -> None:
    known = [a_provider(1, 0, name="DIGITAP")]
    with pytest.raises(Invalid, match="is there already"):
        refuse_second(known, a_provider(2, 1, name="DIGITAP"))
    refuse_second(known, a_provider(2, 1, name="DIGITAP", kind=ProviderKind.KYC))
    refuse_second(known, attrs.evolve(known[0], rank=3))
