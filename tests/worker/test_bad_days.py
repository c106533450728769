"""The worker's bad days: the database crashes under it, webhooks storm, it is told to stop."""

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.request import urlopen

import attrs
import pytest

from los_adapters.bootstrap import Application, build
from los_adapters.shared.embedded import Cluster, NoPostgres, Place
from los_adapters.shared.migrate import migrate
from los_adapters.shared.schema import Role
from los_adapters.shared.settings import Settings, url_as
from los_adapters.shared.vault import Vault
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.inbox import Webhook, WebhookReceived
from los_worker.shared.subscription import Subscription
from tests.services import MASTER_KEY, DatabaseUrls, a_lender_and_brand, absent, free_port
from tests.worker.events import Called, Effects, call, environment, subscription, working, write
from tests.worker.test_delivery import until


def test_the_database_crashes_under_a_running_worker(tmp_path: Path, master_key_file: Path) -> None:
    """What was committed before the crash is done after it, once, by the same worker."""
    home = tmp_path / "pg"
    try:
        cluster = Cluster.open(home)
    except NoPostgres as missing:
        absent(f"no PostgreSQL: {missing}")
    try:
        migrate(cluster.url(), Vault(MASTER_KEY))
        urls = {f"{role.name.lower()}_database_url": url_as(cluster.url(), role) for role in Role}
        application = build(Settings(**urls, master_key_file=master_key_file, sandbox=True))
        quick = attrs.evolve(application, deliveries=attrs.evolve(application.deliveries, lease_seconds=1.0))
        effects = Effects.prepare(cluster.superuser_url(cluster.url().rpartition("/")[2].partition("?")[0]))
        brand = a_lender_and_brand(application)

        def slowly(application: Application, scope: BrandScope, event: Called) -> None:
            time.sleep(0.02)
            write(application, scope, event)

        with working(quick, subscription(run=slowly)):
            call(application, brand, *(f"n{number}" for number in range(150)))
            until(lambda: len(effects.names()) > 20, seconds=20)
            cluster.kill()
            time.sleep(1)
            cluster = Cluster.open(home)
            effects.owner.dispose()
            until(lambda: len(effects.names()) == 150, seconds=60)
            until(lambda: effects.scalar("select count(*) from deliveries") == 0, seconds=30)
        assert sorted(effects.names()) == sorted(f"n{number}" for number in range(150))
        assert application.jobs.queries.dead_letters() == []
        application.close()
    finally:
        cluster.stop()
        Place.of(home).remove()


def test_a_storm_of_webhooks(application: Application, database_urls: DatabaseUrls) -> None:
    """Each event comes up to six times, in any order, over eight connections, while they are worked on: each has one effect."""
    effects = Effects.prepare(database_urls.superuser)
    brand = a_lender_and_brand(application)
    chance = random.Random(3)
    copies = [number for number in range(200) for _ in range(chance.randint(1, 6))]
    chance.shuffle(copies)
    new: list[bool] = []

    def receive(numbers: list[int]) -> None:
        for number in numbers:
            body = f'{{"id": {number}}}'.encode()
            webhook = Webhook("RAZORPAY", f"evt_{number}", "payment.captured", brand.id, None, body)
            new.append(application.receive_webhook(PlatformScope(Actor.vendor("RAZORPAY")), webhook))

    def take(application: Application, scope: BrandScope, event: WebhookReceived) -> None:
        webhook = application.read_webhook(event.inbox_id)
        with application.core.postgres.begin(scope) as work:
            work.context.connection.exec_driver_sql(
                "insert into effects (brand_id, consumer, name) values (%s, %s, %s)",
                (brand.id, scope.actor.name, webhook.body.decode()),
            )
            work.inbox.handled(event.inbox_id, "taken")
            work.finish(None)

    with working(application, Subscription(WebhookReceived, "test.take", "webhooks", take, {"vendor": "RAZORPAY"})):
        threads = [threading.Thread(target=receive, args=(copies[start::8],)) for start in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until(lambda: len(effects.names()) >= 200, seconds=30)
    assert new.count(True) == 200
    assert sorted(effects.names()) == sorted(f'{{"id": {number}}}' for number in range(200))
    assert effects.scalar("select count(*) from inbox where handled_at is null") == 0


def test_a_worker_tells_that_it_lives_and_stops_when_told(settings: Settings, tmp_path: Path) -> None:
    port, alive = free_port(), tmp_path / "alive"
    process = subprocess.Popen(
        [sys.executable, "-m", "los_worker"],
        env=environment(settings, LOS_WORKER_METRICS_PORT=str(port), LOS_WORKER_LIVENESS_FILE=str(alive)),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        assert '"ready"' in process.stderr.readline()
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            metrics = answer.read().decode()
        assert "los_outbox_waiting 0.0" in metrics
        until(alive.exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert '"event": "stopped"' in process.stderr.read()
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("changes", "arguments", "why"),
    [
        ({"LOS_QUEUE": "kafka"}, [], "LOS_QUEUE: should be postgres, rabbitmq or redis"),
        ({}, ["--queues", "mail"], "no queue is called mail"),
        ({"LOS_MASTER_KEY_FILE": "/nowhere"}, [], "no master key at /nowhere"),
    ],
)
def test_what_is_wrong_is_said_at_start(
    settings: Settings, changes: dict[str, str], arguments: list[str], why: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "los_worker", *arguments],
        env=environment(settings, **changes),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_work_that_does_not_end_does_not_hold_the_stop(
    application: Application, database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left to its lease, and taken up by another worker."""
    monkeypatch.setattr("los_worker.shared.carriers._STOP_MILLISECONDS", 500)
    effects = Effects.prepare(database_urls.superuser)
    brand = a_lender_and_brand(application)
    quick = attrs.evolve(application, deliveries=attrs.evolve(application.deliveries, lease_seconds=1.0))
    begun, let_go = threading.Event(), threading.Event()

    def hangs(application: Application, scope: BrandScope, event: Called) -> None:
        begun.set()
        let_go.wait(30)

    with working(quick, subscription(run=hangs)):
        call(application, brand, "Asha")
        assert begun.wait(10)
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 10
    with working(quick, subscription()):
        until(lambda: effects.names() == ["Asha"])
    let_go.set()
