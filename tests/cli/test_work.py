"""What the command line tells of the work behind the API: dead letters, runs, what waits, and whether the audit trail holds."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import sleep
from typing import Any

import attrs
import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from los_adapters.bootstrap import Application
from los_cli import audit, dead, jobs
from los_cli.terminal import Open
from los_domain.audit.model import START
from los_domain.jobs.model import Then
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.dates import IST
from los_domain.shared.once import Delivery
from tests.services import DatabaseUrls

SCOPE = PlatformScope(Actor.system("test"))


@attrs.frozen
class Here:
    """An installation that is open already."""

    open: Application

    @contextmanager
    def application(self) -> Iterator[Application]:
        yield self.open


@attrs.frozen
class Typed:
    """Runs commands as typed, over the test's database."""

    application: Application

    def __call__(self, group: Callable[[Open], typer.Typer], *words: str, code: int = 0) -> Any:
        """Return the JSON on standard output."""
        commands = typer.Typer()
        commands.add_typer(group(lambda: Here(self.application)), name="group")  # type: ignore[arg-type,return-value]
        done = CliRunner().invoke(commands, ["group", *words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)


@pytest.fixture
def typed(application: Application) -> Typed:
    return Typed(application)


def letters(application: Application, count: int) -> Sequence[str]:
    """Bury deliveries of runs that nobody takes; return their ids, newest first."""
    for hour in range(count):
        application.jobs.claim_slot(SCOPE, "test.job", datetime(2026, 11, 25, hour, tzinfo=IST))
    application.deliveries.fan_out(lambda topic, body: [("jobs.run", "jobs")])
    for one in application.deliveries.claim(["jobs"]):
        assert application.deliveries.start(Delivery(one.consumer, one.event_id))
        application.deliveries.bury(one.delivery, why=Then.FOR_A_PERSON, error="ProviderRefused: ask the bank")
    return [str(letter.id) for letter in application.jobs.queries.dead_letters()]


def test_dead_letters_are_shown_and_replayed(application: Application, typed: Typed) -> None:
    first, second, third = letters(application, 3)
    assert [row["id"] for row in typed(dead.app, "list")] == [first, second, third]
    shown = typed(dead.app, "show", first)
    assert (shown["why"], shown["error"], shown["tries"], shown["queue"]) == (
        "for a person",
        "ProviderRefused: ask the bank",
        1,
        "jobs",
    )
    assert [row["id"] for row in typed(dead.app, "replay", first)] == [first]
    assert {row["id"] for row in typed(dead.app, "replay", "--consumer", "jobs.run")} == {second, third}
    assert typed(dead.app, "list") == []
    assert len(typed(dead.app, "list", "--all")) == 3
    assert len(application.deliveries.claim(["jobs"])) == 3


def test_a_replay_names_one_letter_or_one_consumer(typed: Typed) -> None:
    for words in ((), (str(START.id), "--consumer", "jobs.run")):
        done = CliRunner().invoke(dead.app(lambda: Here(typed.application)), ["replay", *words])  # type: ignore[arg-type,return-value]
        assert done.exit_code == 2


def test_what_waits_is_a_table_and_an_exit_code(application: Application, typed: Typed) -> None:
    assert {row["where"]: row["waiting"] for row in typed(jobs.app, "waiting")} == {
        "outbox": 0,
        "inbox": 0,
        "unsealed": 0,
        "dead letters": 0,
    }
    letters(application, 1)
    rows = {row["where"]: row["waiting"] for row in typed(jobs.app, "waiting", code=1)}
    assert rows["dead letters"] == 1
    (run,) = typed(jobs.app, "runs")
    assert (run["job"], run["slot"], run["state"]) == ("test.job", "2026-11-24T18:30+00:00", "waiting")


def test_the_trail_is_verified(application: Application, typed: Typed, database_urls: DatabaseUrls) -> None:
    with application.core.postgres.begin(SCOPE) as work:
        work.audit.add(AuditEvent("test.change", "thing", None, after={"is_changed": True}))
    # A row is sealed once no older transaction runs anywhere in the cluster, another test's included.
    sealed = next(filter(None, (application.audit.seal(SCOPE) or sleep(0.1) for _ in range(100))), 0)
    assert sealed == 1
    assert typed(audit.app, "verify") == {"seals": 1, "rows": 1, "waiting": 0, "holds": True, "broken": []}
    owner = sa.create_engine(database_urls.owner.replace("postgresql://", "postgresql+psycopg://"))
    with owner.begin() as connection:
        connection.exec_driver_sql("update audit_rows set actor_name = 'somebody else'")
    found = typed(audit.app, "verify", code=1)
    assert found["broken"] == [{"seal": 1, "what": "rows were changed, removed, added or moved, or the seal was"}]
