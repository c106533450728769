"""The door to vendors over a real database: rows around every call, falling back, patience, bulkheads, circuits."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import attrs
import pytest
import sqlalchemy as sa

from los_adapters.brands.catalogue import Catalogue
from los_adapters.brands.router import Patience, Router
from los_adapters.shared.tables import attempts
from los_adapters.wire.provider import Provider
from los_domain.brands.model import Effect, Subject
from los_domain.brands.ports import NoProvider
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish, SaveProvider
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import ProviderId
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NotSent,
    Outcome,
    Pending,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.services import SomeBrand, a_lender_and_brand

SUBJECT = Subject("loan", UUID(int=7))
BORROWER = Actor(ActorKind.BORROWER, UUID(int=8))


@attrs.frozen
class ScriptConfig:
    """Settings of a vendor that says what its script says."""

    word: str = ""


@attrs.frozen
class Scripted:
    """An adapter of nobody."""

    config: ScriptConfig


FIRST, SECOND, THIRD = "FIRST", "SECOND", "THIRD"
VENDORS = {
    name: Provider(name, frozenset({ProviderKind.SMS}), ScriptConfig, lambda config, _wire: Scripted(config))
    for name in (FIRST, SECOND, THIRD)
}


@attrs.define
class House:
    """A brand with three providers, and its door."""

    brand: SomeBrand
    router: Router
    providers: dict[str, ProviderId]
    begin: Any
    save: SaveProvider

    def ask(self, answers: dict[str, Any], effect: Effect = Effect.ONCE, actor: Actor | None = None) -> Any:
        """Ask with what each vendor answers: an outcome, or something to call."""

        def by(adapter: Scripted, ref: str) -> Outcome[str]:
            answer = answers[adapter.config.word]
            found: Outcome[str] = answer() if callable(answer) else answer
            return found

        scope = self.brand.scope(actor) if actor else self.brand.scope()
        return self.router.ask(scope, ProviderKind.SMS, "send", SUBJECT, by, effect=effect)

    def rows(self) -> list[tuple[str, str | None, str]]:
        with self.begin(self.brand.scope()) as work:
            found = work.context.connection.execute(
                sa.select(attempts.c.provider, attempts.c.outcome, attempts.c.detail).order_by(attempts.c.id)
            )
            return [tuple(row) for row in found]


@pytest.fixture
def house(application: Any) -> Iterator[House]:
    core = application.core
    brand = a_lender_and_brand(application)
    save = SaveProvider(core.postgres.begin, Catalogue(VENDORS), core.ids)
    known = {
        name: save(brand.scope(), ProviderWish(ProviderKind.SMS, name, {"word": name})).id
        for name in (FIRST, SECOND, THIRD)
    }
    router = Router(
        core.postgres.begin,
        core.database,
        core.vault,
        core.ids,
        core.wall,
        VENDORS,
        patience=lambda scope: Patience(0.5, 0.05) if scope.actor == BORROWER else Patience(5.0, 0.05),
        lines=2,
    )
    yield House(brand, router, known, core.postgres.begin, save)
    router.close()


def test_the_primary_answers_and_its_row_says_so(house: House) -> None:
    asked = house.ask({FIRST: Done("taken", "their-7")})
    assert (asked.outcome, asked.name, asked.provider) == (Done("taken", "their-7"), FIRST, house.providers[FIRST])
    assert len(asked.ref) == 20
    assert house.rows() == [(FIRST, "DONE", "")]


def test_the_row_is_there_before_the_call(house: House) -> None:
    seen: list[Any] = []

    def look() -> Outcome[str]:
        seen.extend(house.rows())
        return Done("taken")

    house.ask({FIRST: look})
    assert seen == [(FIRST, None, "")]


@pytest.mark.parametrize(
    ("first", "effect", "asked"),
    [
        (NotSent("ConnectError"), Effect.ONCE, [FIRST, SECOND]),
        (Misconfigured(MisconfiguredIn.TEMPLATE, "108"), Effect.ONCE, [FIRST, SECOND]),
        (Unknown("ReadTimeout"), Effect.ONCE, [FIRST]),
        (Unknown("ReadTimeout"), Effect.LOOK_UP, [FIRST, SECOND]),
        (Unknown("ReadTimeout"), Effect.WORTH_A_DOUBLE, [FIRST, SECOND]),
        (Pending("job-1", "QUEUED"), Effect.LOOK_UP, [FIRST]),
        (Refused(RefusedFor.RECIPIENT), Effect.LOOK_UP, [FIRST]),
    ],
)
def test_whom_it_asks_next(house: House, first: Any, effect: Effect, asked: list[str]) -> None:
    found = house.ask({FIRST: first, SECOND: Done("taken")}, effect)
    assert [row[0] for row in house.rows()] == asked
    assert found.outcome == (Done("taken") if len(asked) == 2 else first)


def test_where_all_fail_the_last_outcome_is_told(house: House) -> None:
    found = house.ask({FIRST: NotSent("a"), SECOND: Misconfigured(MisconfiguredIn.PRODUCT), THIRD: NotSent("c")})
    assert (found.outcome, found.name) == (NotSent("c"), THIRD)
    assert house.rows() == [
        (FIRST, "NOT_SENT", "a"),
        (SECOND, "MISCONFIGURED", "product"),
        (THIRD, "NOT_SENT", "c"),
    ]


def test_a_call_that_hangs_is_unknown_after_the_patience_of_whoever_waits(house: House) -> None:
    let_go = threading.Event()
    began = time.monotonic()
    found = house.ask({FIRST: lambda: let_go.wait(5) and Done("late")}, actor=BORROWER)
    assert time.monotonic() - began < 4  # the hang takes 5, and a busy machine its time
    let_go.set()
    assert found.outcome == Unknown("no answer within 0.5 seconds")
    assert house.rows() == [(FIRST, "UNKNOWN", "no answer within 0.5 seconds")]


def test_calls_that_hang_hold_their_vendors_lines_and_nothing_else(house: House) -> None:
    let_go = threading.Event()
    hanging = [
        threading.Thread(target=house.ask, args=({FIRST: lambda: let_go.wait(5) and Done("late")},)) for _ in range(2)
    ]
    for one in hanging:
        one.start()
    while sum(row[1] is None for row in house.rows()) < 2:
        time.sleep(0.01)
    began = time.monotonic()
    found = house.ask({SECOND: Done("taken")}, actor=BORROWER)
    assert (found.name, found.outcome) == (SECOND, Done("taken"))
    assert time.monotonic() - began < 0.4
    let_go.set()
    for one in hanging:
        one.join()
    assert house.ask({FIRST: Done("taken")}).name == FIRST, "a busy vendor is no failing one"


def test_an_open_circuit_is_passed_over_without_a_row_until_it_is_saved_anew(house: House) -> None:
    house.ask({FIRST: Misconfigured(MisconfiguredIn.ACCOUNT, "102"), SECOND: Done("taken")})
    assert house.ask({SECOND: Done("taken")}).name == SECOND
    assert [row[0] for row in house.rows()] == [FIRST, SECOND, SECOND]
    house.save(
        house.brand.scope(),
        ProviderWish(ProviderKind.SMS, FIRST, {"word": FIRST}, rank=0, is_disabled=False, is_active=True),
        provider=house.providers[FIRST],
        version=1,
    )
    assert house.ask({FIRST: Done("taken"), SECOND: Done("taken")}).name == SECOND, "nothing changed: not a new edition"
    house.save(
        house.brand.scope(),
        ProviderWish(ProviderKind.SMS, FIRST, {"word": "new"}, rank=0),
        provider=house.providers[FIRST],
        version=1,
    )
    assert house.ask({"new": Done("taken")}).name == FIRST


def test_where_nobody_can_be_asked_there_is_still_a_row(house: House) -> None:
    shut = Misconfigured(MisconfiguredIn.ACCOUNT)
    house.ask({FIRST: shut, SECOND: shut, THIRD: shut})
    found = house.ask({})
    assert isinstance(found.outcome, NotSent)
    assert [row[:2] for row in house.rows()[3:]] == [(FIRST, "NOT_SENT")]


def test_a_fault_of_ours_closes_its_row_and_is_raised(house: House) -> None:
    def fault() -> Outcome[str]:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        house.ask({FIRST: fault})
    assert house.rows() == [(FIRST, "UNKNOWN", "fault of ours: KeyError")]
    assert house.ask({FIRST: Done("taken")}).outcome == Done("taken"), "its line was given back"


def test_switched_off_ones_are_not_asked_but_can_be_asked_again(house: House) -> None:
    for name, wish in ((FIRST, {"is_active": False}), (SECOND, {"is_disabled": True})):
        house.save(
            house.brand.scope(),
            ProviderWish(ProviderKind.SMS, name, {"word": name}, rank=5, **wish),  # type: ignore[arg-type]
            provider=house.providers[name],
            version=house.router._one(house.brand.scope(), house.providers[name]).version,
        )
    assert house.ask({THIRD: Done("taken")}).name == THIRD
    by: Callable[..., Any] = lambda adapter, ref: Done(adapter.config.word, ref)  # noqa: E731
    own = house.router.ids.vendor_ref()
    asked = house.router.ask_again(house.brand.scope(), house.providers[FIRST], "status", SUBJECT, by, ref=own)
    assert (asked.outcome, asked.ref) == (Done(FIRST, own), own)
    assert house.router.reader(house.brand.scope(), house.providers[SECOND]).config.word == SECOND


def test_a_brand_reaches_its_own_providers_only(house: House, application: Any) -> None:
    other = a_lender_and_brand(application)
    with pytest.raises(NoProvider):
        house.router.ask(other.scope(), ProviderKind.SMS, "send", SUBJECT, lambda *_: Done(1), effect=Effect.ONCE)
    with pytest.raises(NotFound):
        house.router.reader(other.scope(), house.providers[FIRST])
