"""From a commit to its effect: handed out, run once, tried again, buried, and brought back."""

import time
from collections.abc import Callable
from datetime import timedelta

import attrs
import dramatiq
import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_domain.jobs.model import Then
from los_domain.jobs.policy import MOST_CRASHES
from los_domain.jobs.ports import Owed
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound, ProviderRefused
from los_domain.shared.once import Delivery, HandledBefore
from los_worker.relay import Relay
from los_worker.shared.carriers import Carrier
from los_worker.shared.handler import Handler
from los_worker.shared.subscription import AnySubscription
from los_worker.subscriptions import Table
from tests.services import DatabaseUrls, SomeBrand, a_lender_and_brand
from tests.worker.events import Called, Effects, call, subscription, working, write


@pytest.fixture
def effects(database_urls: DatabaseUrls) -> Effects:
    return Effects.prepare(database_urls.superuser)


@pytest.fixture
def brand(application: Application) -> SomeBrand:
    return a_lender_and_brand(application)


def until(said: Callable[[], bool], *, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def owed(application: Application, *subscriptions: AnySubscription) -> list[Owed]:
    """Fan out what lies in the outbox and claim all of it."""
    table = Table.of(subscriptions)
    while application.deliveries.fan_out(table.hearing):
        pass
    return list(application.deliveries.claim({one.queue for one in subscriptions}))


def due_now(effects: Effects) -> None:
    """Let every wait be over."""
    effects.execute(
        "update deliveries set due_at = now() - interval '1 s', running_until = running_until - interval '1 h'"
    )


class TestOneDelivery:
    def test_the_effect_the_mark_and_nothing_owed(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        Handler(application, Table.of([subscription()]))(str(one.event_id), one.consumer)
        assert effects.names() == ["Asha"]
        assert effects.scalar("select count(*) from handled") == 1
        assert effects.scalar("select count(*) from deliveries") == 0
        assert effects.scalar("select count(*) from outbox where sent_at is null") == 0

    def test_a_rolled_back_transaction_announces_nothing(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        def half() -> None:
            with application.core.postgres.begin(brand.scope()) as work:
                work.outbox.add(Called(application.core.ids.new(), "Asha"))
                raise NotFound("and it ends")

        with pytest.raises(NotFound):
            half()
        assert owed(application, subscription()) == []

    def test_the_same_message_again_does_nothing(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        handler = Handler(application, Table.of([subscription()]))
        for _ in range(3):
            handler(str(one.event_id), one.consumer)
        assert effects.names() == ["Asha"]

    def test_killed_after_the_commit_the_effect_is_not_had_twice(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        started = application.deliveries.start(one.delivery)
        assert started
        write(application, attrs.evolve(brand.scope(), delivery=one.delivery), Called(one.event_id, "Asha"))
        due_now(effects)  # the worker is gone, and its lease with it
        ran: list[str] = []

        def tells(application: Application, scope: BrandScope, event: Called) -> None:
            ran.append(event.name)

        Handler(application, Table.of([subscription(run=tells)]))(str(one.event_id), one.consumer)
        assert ran == []
        assert effects.names() == ["Asha"]
        assert effects.scalar("select count(*) from deliveries") == 0

    def test_two_deliveries_at_once_have_one_effect(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        scope = attrs.evolve(brand.scope(), delivery=Delivery("test.write", application.core.ids.new()))
        event = Called(application.core.ids.new(), "Asha")
        write(application, scope, event)
        with pytest.raises(HandledBefore):
            write(application, scope, event)

        def late() -> None:  # one that began before the first ended: the mark itself is the wall
            with application.core.postgres.begin(scope.undelivered) as work:
                work.context.connection.execute(
                    sa.text("insert into effects values (:brand, 'x', 'twice')"), {"brand": scope.brand}
                )
                work.context.mark_handled(scope.delivery)

        with pytest.raises(HandledBefore):
            late()
        assert effects.names() == ["Asha"]

    def test_one_that_runs_is_not_given_to_another(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        assert application.deliveries.start(one.delivery)
        assert application.deliveries.start(one.delivery) is None
        effects.execute("update deliveries set due_at = now()")
        assert application.deliveries.claim(["loans"]) == []

    def test_every_subscriber_gets_its_own(self, application: Application, brand: SomeBrand, effects: Effects) -> None:
        subscriptions = (subscription("test.a"), subscription("test.b", "messages"))
        call(application, brand, "Asha", "Binoy")
        handler = Handler(application, Table.of(subscriptions))
        for one in owed(application, *subscriptions):
            handler(str(one.event_id), one.consumer)
        assert sorted(effects.names("test.a")) == sorted(effects.names("test.b")) == ["Asha", "Binoy"]


class TestFailures:
    def fails(self, application: Application, brand: SomeBrand, effects: Effects, error: Exception) -> int:
        """Run a consumer that raises *error* until it is not tried any more; return how often it was tried."""
        tries = []

        def run(*_: object) -> None:
            tries.append(1)
            raise error

        table = Table.of([subscription(run=run)])
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        for _ in range(20):
            Handler(application, table)(str(one.event_id), one.consumer)
            due_now(effects)
        return len(tries)

    @pytest.mark.parametrize(
        ("error", "tries", "why", "kept"),
        [
            (NotFound("no such loan"), 5, Then.USED_UP, "NotFound: no such loan"),
            (ValueError("Asha, 9876543210"), 4, Then.USED_UP, "ValueError"),  # words that are not ours are not kept
            (
                ProviderRefused("the bank refused: ask it"),
                1,
                Then.FOR_A_PERSON,
                "ProviderRefused: the bank refused: ask it",
            ),
        ],
    )
    def test_poison_ends_as_a_dead_letter(
        self,
        application: Application,
        brand: SomeBrand,
        effects: Effects,
        error: Exception,
        tries: int,
        why: Then,
        kept: str,
    ) -> None:
        assert self.fails(application, brand, effects, error) == tries
        row = effects.scalar("select (why, error, tries, topic, consumer, brand_id)::text from dead_letters")
        assert row == f'("{why.value}",{_quoted(kept)},{tries},test.called,test.write,{brand.id})'
        assert effects.scalar("select count(*) from deliveries") == 0

    def test_a_failure_waits_in_the_database(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())

        def early(*_: object) -> None:
            raise NotFound("not yet")

        Handler(application, Table.of([subscription(run=early)]))(str(one.event_id), one.consumer)
        assert application.deliveries.claim(["loans"]) == []
        wait = effects.scalar("select due_at - now() from deliveries")
        assert timedelta(seconds=1) < wait < timedelta(seconds=4)
        due_now(effects)
        assert application.deliveries.claim(["loans"]) == [one]

    def test_one_that_kills_its_worker_is_given_up(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        for _ in range(MOST_CRASHES):
            assert application.deliveries.start(one.delivery)  # and the worker is no more
            due_now(effects)
        ran: list[int] = []
        Handler(application, Table.of([subscription(run=lambda *_: ran.append(1))]))(str(one.event_id), one.consumer)
        assert ran == []
        assert effects.scalar("select why from dead_letters") == "kills its worker"

    def test_long_work_that_goes_on_where_it_was_is_not_deadly(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        for _ in range(4 * MOST_CRASHES):
            started = application.deliveries.start(one.delivery)
            assert started
            assert not started.kills
            application.deliveries.got_further(one.delivery)
            due_now(effects)

    def test_an_event_for_nobody_any_more_is_kept_for_a_person(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        (one,) = owed(application, subscription())
        for _ in range(5):  # a worker of the new version may know the consumer: it is left for a while
            assert effects.scalar("select count(*) from dead_letters") == 0
            Handler(application, Table.of([]))(str(one.event_id), one.consumer)
            due_now(effects)
        assert effects.scalar("select error from dead_letters") == "NotFound: no consumer is called test.write"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


class TestEmbedded:
    """The whole worker over PostgreSQL, as the embedded profile runs it."""

    def test_a_burst_is_worked_off(self, application: Application, brand: SomeBrand, effects: Effects) -> None:
        names = [f"n{number}" for number in range(300)]
        with working(application, subscription("test.a"), subscription("test.b", "codes")):
            for start in range(0, 300, 50):
                call(application, brand, *names[start : start + 50])
            until(lambda: len(effects.names()) == 600, seconds=30)
            until(lambda: effects.scalar("select count(*) from deliveries") == 0)
        assert sorted(effects.names("test.a")) == sorted(names)
        assert sorted(effects.names("test.b")) == sorted(names)

    def test_a_code_passes_work_that_hangs(self, application: Application, brand: SomeBrand, effects: Effects) -> None:
        ended: list[int] = []

        def hangs(*_: object) -> None:
            while not ended:
                time.sleep(0.02)

        with working(application, subscription("test.slow", run=hangs), subscription("test.code", "codes")):
            call(application, brand, *(f"n{number}" for number in range(30)))
            until(lambda: len(effects.names("test.code")) == 30)
            ended.append(1)

    def test_a_stopped_worker_gives_back_what_it_did_not_begin(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        slow = subscription(run=lambda a, s, e: (time.sleep(0.2), write(a, s, e)))
        with working(application, slow):
            call(application, brand, *(f"n{number}" for number in range(40)))
            until(lambda: len(effects.names()) > 3)
        done = len(effects.names())
        assert done < 40
        assert (
            effects.scalar("select count(*) from deliveries where due_at <= now() and running_until is null")
            == 40 - done
        )
        with working(application, subscription()):
            until(lambda: len(effects.names()) == 40)
        assert len(set(effects.names())) == 40

    def test_a_lease_is_kept_while_the_work_lasts(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        deliveries = attrs.evolve(application.deliveries, lease_seconds=0.6)
        short = attrs.evolve(application, deliveries=deliveries)
        ran: list[int] = []

        def long(application: Application, scope: BrandScope, event: Called) -> None:
            ran.append(1)
            time.sleep(2.0)
            write(application, scope, event)

        with working(short, subscription(run=long)):
            call(application, brand, "Asha")
            until(lambda: effects.names() == ["Asha"])
        assert ran == [1]


@attrs.define
class Away(dramatiq.Broker):
    """A broker that is away for some sends."""

    sent: list[dramatiq.Message[None]] = attrs.field(factory=list)
    refuses: int = 3

    def enqueue(self, message: dramatiq.Message[None], *, delay: int | None = None) -> dramatiq.Message[None]:
        if self.refuses:
            self.refuses -= 1
            raise ConnectionError
        self.sent.append(message)
        return message


class TestRelay:
    def test_a_carrier_that_is_away_gets_everything_later(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        broker = Away()
        relay = Relay(
            application.deliveries, Table.of([subscription()]), [Carrier(broker, frozenset({"loans"}), threads=1)]
        )
        call(application, brand, *(f"n{number}" for number in range(5)))
        for _ in range(3):
            relay.step()
            assert broker.sent == []
            assert application.deliveries.claim(["loans"]) == []  # it is left alone for a few seconds
            due_now(effects)
        relay.step()
        assert len(broker.sent) == 5
        due_now(effects)
        assert len(application.deliveries.claim(["loans"])) == 5  # confirmed, and still owed until it is done

    def test_what_a_carrier_has_is_not_sent_again_at_once(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        broker = Away(refuses=0)
        relay = Relay(
            application.deliveries, Table.of([subscription()]), [Carrier(broker, frozenset({"loans"}), threads=1)]
        )
        call(application, brand, "Asha")
        for _ in range(5):
            relay.step()
        assert len(broker.sent) == 1
        wait = effects.scalar("select due_at - now() from deliveries")
        assert timedelta(minutes=9) < wait <= timedelta(minutes=10)

    def test_an_event_that_nobody_hears_is_taken_off_the_outbox(
        self, application: Application, brand: SomeBrand, effects: Effects
    ) -> None:
        call(application, brand, "Asha")
        assert Relay(application.deliveries, Table.of([]), []).step() == 1
        assert effects.scalar("select count(*) from outbox where sent_at is null") == 0
        assert effects.scalar("select count(*) from deliveries") == 0


def test_events_are_forgotten_when_nobody_can_want_them(
    application: Application, brand: SomeBrand, effects: Effects
) -> None:
    call(application, brand, "done", "owed", "dead", "fresh")
    done, still, dead, _ = owed(application, subscription())
    application.deliveries.done(done.delivery)
    assert application.deliveries.start(dead.delivery)
    application.deliveries.bury(dead.delivery, why=Then.FOR_A_PERSON)
    effects.execute("update outbox set sent_at = now() - interval '91 days' where body ->> 'name' <> 'fresh'")
    assert application.deliveries.forget(days=90) == 1
    assert effects.scalar("select string_agg(body ->> 'name', ',' order by seq) from outbox") == "owed,dead,fresh"
    assert still
