"""What the doctor finds, on a healthy installation and on sick ones."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from los_adapters.doctor import State, examined
from los_adapters.operations import Installation
from tests.services import MASTER_KEY, DatabaseUrls


@pytest.fixture
def sick(database_urls: DatabaseUrls, tmp_path: Path) -> Iterator[tuple[Installation, psycopg.Connection]]:  # type: ignore[type-arg]
    """An installation to make sick, and the superuser who may."""
    key = tmp_path / "master.key"
    key.touch(0o600)
    key.write_bytes(MASTER_KEY)
    environ = {"PATH": os.environ["PATH"], "LOS_DATABASE_URL": database_urls.owner}
    with psycopg.connect(database_urls.superuser, autocommit=True) as connection:
        yield Installation(environ, tmp_path), connection


def states(installation: Installation) -> dict[str, State]:
    found: dict[str, State] = {}
    for finding in examined(installation):
        assert finding.state is State.OK or finding.do, finding
        found[finding.check] = max(finding.state, found.get(finding.check, State.OK), key=list(State).index)
    return found


def test_a_fast_test_database_is_told_from_a_durable_one(sick: tuple[Installation, psycopg.Connection]) -> None:  # type: ignore[type-arg]
    found = states(sick[0])
    assert found.pop("durability") is State.FAILS
    assert set(found.values()) == {State.OK}


@pytest.mark.parametrize(
    ("harm", "check", "state"),
    [
        ("alter table handled no force row level security", "walls", State.FAILS),
        ("update installation set clock_offset_seconds = 60", "clock", State.FAILS),
        ("update installation set master_key_fingerprint = 'x'", "master key", State.FAILS),
        ("delete from alembic_version", "schema", State.FAILS),
        ("drop table installation cascade", "schema", State.FAILS),
        (
            "insert into outbox (id, topic, body, recorded_at) values (gen_random_uuid(), 't', '{}', now() - interval '1 hour')",
            "relay",
            State.FAILS,
        ),
    ],
)
def test_each_illness_is_named(
    sick: tuple[Installation, psycopg.Connection],  # type: ignore[type-arg]
    harm: str,
    check: str,
    state: State,
) -> None:
    installation, connection = sick
    connection.execute(harm.encode())
    assert states(installation)[check] is state


def test_a_key_that_others_may_read(sick: tuple[Installation, psycopg.Connection]) -> None:  # type: ignore[type-arg]
    sick[0].master_key_file.chmod(0o644)
    assert states(sick[0])["master key"] is State.FAILS


def test_no_database(tmp_path: Path) -> None:
    nowhere = Installation({"LOS_DATABASE_URL": f"postgresql://x@/y?host={tmp_path}"}, tmp_path)
    assert states(nowhere)["database"] is State.FAILS
