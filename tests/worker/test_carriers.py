"""The same promises over every carrier: nothing lost, nothing done twice, whatever is killed, doubled, shuffled or flushed."""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import attrs
import pytest
import redis as redis_client
from moto.server import ThreadedMotoServer

from los_adapters.bootstrap import Application, build
from los_adapters.shared.settings import Settings
from los_domain.jobs.ports import Owed
from los_domain.shared.actor import PlatformScope
from los_domain.shared.errors import StaleWrite
from los_worker.main import queues_named
from los_worker.shared.carriers import carriers
from los_worker.shared.messages import message_of, owed_of
from los_worker.shared.queues import AUDIT_COPIES, CERTIFICATES, QUEUES, REPORTS
from los_worker.subscriptions import Table
from tests.services import TEST, DatabaseUrls, SettableClock, SomeBrand, a_lender_and_brand, free_port
from tests.worker.events import Effects, call, environment, subscription, working
from tests.worker.test_delivery import until

pytestmark = pytest.mark.usefixtures("effects")


@pytest.fixture(params=["postgres", "redis", "rabbitmq", "sqs"])
def carried(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings for each carrier; SQS carries the durable queues, and PostgreSQL the rest beside it."""
    match request.param:
        case "redis":
            return attrs.evolve(settings, queue="redis", redis_url=request.getfixturevalue("redis"))
        case "rabbitmq":
            return attrs.evolve(settings, queue="rabbitmq", rabbitmq_url=request.getfixturevalue("rabbitmq"))
        case "sqs":
            url, namespace = request.getfixturevalue("sqs"), f"t{os.urandom(4).hex()}"
            return attrs.evolve(settings, durable_queue="sqs", sqs_namespace=namespace, aws_endpoint_url=url)
    return settings


@pytest.fixture(scope="session")
def sqs() -> Iterator[str]:
    """The URL of a local SQS."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    running.start()
    _, port = running.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "ap-south-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.fixture
def carrying(carried: Settings, clock: SettableClock) -> Iterator[Application]:
    """The system over each carrier, with leases short enough for a test."""
    application = build(carried, clock=clock)
    yield attrs.evolve(
        application, deliveries=attrs.evolve(application.deliveries, lease_seconds=1.0, carried_seconds=2.0)
    )
    application.close()


@pytest.fixture
def effects(database_urls: DatabaseUrls) -> Effects:
    return Effects.prepare(database_urls.superuser)


@pytest.fixture
def brand(carrying: Application) -> SomeBrand:
    return a_lender_and_brand(carrying)


BOTH = (subscription("test.a"), subscription("test.b", REPORTS))


def settled(effects: Effects) -> bool:
    return not effects.scalar(
        "select (select count(*) from deliveries) + (select count(*) from outbox where sent_at is null)"
    )


def send(application: Application, owed: Sequence[Owed]) -> None:
    """Hand *owed* to its carriers, whatever the table says."""
    for carrier in carriers(application):
        for one in owed:
            if one.queue in carrier.queues:
                carrier.send(one)


def test_each_event_reaches_each_consumer_once(carrying: Application, brand: SomeBrand, effects: Effects) -> None:
    names = [f"n{number}" for number in range(100)]
    with working(carrying, *BOTH):
        call(carrying, brand, *names)
        until(lambda: len(effects.names()) >= 200 and settled(effects), seconds=30)
    assert sorted(effects.names("test.a")) == sorted(effects.names("test.b")) == sorted(names)


def test_doubled_and_shuffled_messages_change_nothing(
    carrying: Application, brand: SomeBrand, effects: Effects
) -> None:
    names = [f"n{number}" for number in range(60)]
    call(carrying, brand, *names)
    carrying.deliveries.fan_out(Table.of(BOTH).hearing)
    owed = carrying.deliveries.claim(QUEUES)
    assert len(owed) == 120
    copies = [one for one in owed for _ in range(3)]
    random.Random(7).shuffle(copies)
    send(carrying, copies)
    with working(carrying, *BOTH):
        until(lambda: len(effects.names()) >= 120 and settled(effects), seconds=30)
        time.sleep(0.5)  # the copies come too
    assert sorted(effects.names("test.a")) == sorted(effects.names("test.b")) == sorted(names)


def test_killed_between_commit_and_send(carrying: Application, brand: SomeBrand, effects: Effects) -> None:
    call(carrying, brand, "Asha", "Binoy")
    assert carrying.deliveries.fan_out(Table.of(BOTH).hearing) == 2
    assert len(carrying.deliveries.claim(QUEUES)) == 4  # and the relay that claimed them is no more
    with working(carrying, *BOTH):
        until(lambda: len(effects.names()) == 4 and settled(effects))


def test_poison_ends_as_a_dead_letter_and_replays(carrying: Application, brand: SomeBrand, effects: Effects) -> None:
    tries: list[int] = []

    def poison(*_: Any) -> None:
        tries.append(1)
        raise StaleWrite("somebody else was first")

    with working(carrying, subscription("test.a"), subscription("test.b", REPORTS, run=poison)):
        call(carrying, brand, "Asha")
        until(lambda: bool(carrying.jobs.queries.dead_letters()), seconds=30)
        until(lambda: effects.names("test.a") == ["Asha"])
    assert len(tries) == 5
    (letter,) = carrying.jobs.queries.dead_letters()
    assert (letter.consumer, letter.tries, letter.error) == ("test.b", 5, "StaleWrite: somebody else was first")
    carrying.jobs.replay(PlatformScope(TEST), letter.id)
    with working(carrying, *BOTH):
        until(lambda: sorted(effects.names()) == ["Asha", "Asha"] and settled(effects))


@pytest.mark.parametrize("carried", ["redis"], indirect=True)
def test_a_carrier_that_forgets_loses_nothing(
    carried: Settings, carrying: Application, brand: SomeBrand, effects: Effects
) -> None:
    call(carrying, brand, *(f"n{number}" for number in range(50)))
    carrying.deliveries.fan_out(Table.of(BOTH).hearing)
    owed = carrying.deliveries.claim(QUEUES)
    send(carrying, owed)
    carrying.deliveries.carried(owed)
    redis_client.Redis.from_url(carried.redis_url).flushall()
    with working(carrying, *BOTH):
        until(lambda: len(effects.names()) == 100 and settled(effects), seconds=30)


def test_killed_at_any_moment(carried: Settings, carrying: Application, brand: SomeBrand, effects: Effects) -> None:
    """kill -9 of the whole worker, again and again, while events come in."""
    names = [f"n{number}" for number in range(240)]
    chance = random.Random(11)
    for start in range(0, 240, 60):
        with killed_worker(carried):
            call(carrying, brand, *names[start : start + 60])
            time.sleep(chance.uniform(0.05, 0.6))
    with killed_worker(carried):
        until(lambda: len(effects.names()) >= 480 and settled(effects), seconds=60)
    assert sorted(effects.names("test.a")) == sorted(effects.names("test.b")) == sorted(names)
    assert carrying.jobs.queries.dead_letters() == []


def test_no_message_carries_a_delay() -> None:
    """SQS loses a job whose delay is beyond 900 s, RabbitMQ redelivers one that waits for half an hour: waits are the table's."""
    message = message_of(Owed(UUID(int=7), "test.a", REPORTS))
    assert message.options == {}
    assert (message.queue_name, message.args) == (REPORTS, (str(UUID(int=7)), "test.a"))
    assert owed_of(message) == Owed(UUID(int=7), "test.a", REPORTS)


def test_durable_queues_have_names_that_sqs_takes() -> None:
    durable = {name for name, queue in QUEUES.items() if queue.is_durable}
    assert durable == {AUDIT_COPIES, CERTIFICATES, REPORTS}
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,60}", name) for name in durable)


def test_queues_are_chosen_by_name() -> None:
    assert queues_named("") == frozenset(QUEUES)
    assert queues_named(" codes, reports ") == {"codes", "reports"}
    with pytest.raises(ValueError, match="no queue is called code, mail; there are audit-copies"):
        queues_named("code,mail")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"queue": "kafka"}, "LOS_QUEUE: should be"),
        ({"queue": "rabbitmq"}, "LOS_RABBITMQ_URL is missing"),
        ({"queue": "redis"}, "LOS_REDIS_URL is missing"),
        ({"durable_queue": "kafka"}, "LOS_DURABLE_QUEUE: should be"),
    ],
)
def test_settings_that_do_not_add_up_are_named(application: Application, changes: dict[str, str], why: str) -> None:
    settings = attrs.evolve(application.core.settings, **changes)
    with pytest.raises(ValueError, match=why):
        carriers(attrs.evolve(application, core=attrs.evolve(application.core, settings=settings)))


@contextlib.contextmanager
def killed_worker(settings: Settings) -> Iterator[None]:
    """Run a worker process, and kill it at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.worker.process"],
        env=environment(settings),
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == b"started\n"
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
