"""An installation from nothing by command line: migrate, brands, staff, removal, and what is said when something lacks."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from los_adapters.shared.embedded import Place
from los_cli import processes
from tests.cli.installing import Installed
from tests.services import PostgresServer, free_port


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    installed = Installed.at(tmp_path / "a folder" / ".los")
    yield installed
    Place.of(installed.home).remove()


@pytest.mark.postgres
def test_from_nothing_to_a_brand_with_staff_and_back(installed: Installed) -> None:
    assert installed.json("migrate") == {"revision": "0001"}
    brand = installed.json("brand", "create", "quick-rupee", "--name", "Quick Rupee", "--lender", "Quick Finance")
    assert [row["id"] for row in installed.json("brand", "list")] == [brand["id"]]
    staff = installed.json(
        "staff", "create", "asha@example.com", "--name", "Asha", "--brand", "quick-rupee", "--role", "ADMIN"
    )
    assert len(staff["password"]) >= 16
    given = installed.json(
        "staff", "create", "root@example.com", "--name", "Root", "--super-admin", stdin="a long password of hers\n"
    )
    assert "password" not in given
    again = installed.los("brand", "create", "quick-rupee", "--name", "Quick Rupee", "--lender", "Quick Finance")
    assert (again.returncode, again.stdout, again.stderr) == (1, "", "los: the subdomain quick-rupee is taken\n")
    assert installed.los("db", "remove", "--yes").returncode == 0
    assert [path.name for path in installed.home.iterdir()] == ["master.key"]
    assert "los migrate" in installed.los("brand", "list").stderr


def test_a_lost_key_is_said_in_a_sentence(installed: Installed) -> None:
    (installed.home / "master.key").unlink()
    done = installed.los("migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("los: no master key at")
    assert "Traceback" not in done.stderr


def test_a_database_of_others_is_not_ours_to_remove(tmp_path: Path, postgres_server: PostgresServer) -> None:
    with postgres_server.empty() as urls:
        elsewhere = Installed.at(tmp_path / ".los", LOS_DATABASE_URL=urls.owner)
        assert elsewhere.json("migrate") == {"revision": "0001"}
        assert elsewhere.los("db", "remove", "--yes").returncode == 2
        assert elsewhere.los("db", "url").stdout.strip() == urls.owner
    assert not (tmp_path / ".los" / "pg").exists()


def test_the_document_needs_no_database(tmp_path: Path) -> None:
    installed = Installed.at(tmp_path / ".los", PATH="/nowhere")
    document = json.loads(installed.los("openapi").stdout)
    assert document["openapi"].startswith("3.")
    assert "/api/v1/web/auth/register" in document["paths"]
    installed.los("openapi", "--out", str(tmp_path / "api.json"))
    assert json.loads((tmp_path / "api.json").read_text()) == document
    assert [path.name for path in installed.home.iterdir()] == ["master.key"]


def test_run_starts_everything_and_ctrl_c_stops_it(installed: Installed) -> None:
    ports = [free_port(), free_port()]
    words = ("run", "--port", str(ports[0]), "--sandbox-port", str(ports[1]))
    running = subprocess.Popen(installed.command(*words), env=installed.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr
        said = []
        for line in running.stderr:
            said.append(line)
            if "Ctrl-C stops" in line:
                break
        assert "Ctrl-C stops" in said[-1], said
        assert httpx.get(f"http://127.0.0.1:{ports[0]}/health/ready", trust_env=False).json()["status"] == "ok"
        assert httpx.get(f"http://127.0.0.1:{ports[1]}/_sandbox/health", trust_env=False).json()["status"] == "ok"
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
        assert (running.wait(40), "Traceback" in rest) == (0, False), rest
    finally:
        running.kill()
        running.wait()
    assert processes.is_free(ports[0])
    assert not Place.of(installed.home).sockets.joinpath(".s.PGSQL.5432").exists()


def test_when_one_process_dies_all_stop_and_its_last_words_are_shown(installed: Installed) -> None:
    fleet = processes.Fleet(installed.home / "log")
    code = "import time, sys; print('hello', flush=True); time.sleep(0.3 if sys.argv[1] == 'short' else 60)"
    (installed.home / "speaks.py").write_text(code)
    environment = {**installed.environment, "PYTHONPATH": str(installed.home)}
    for name in ("long", "short"):
        fleet.start(name, "speaks", name, environment=environment, ready=lambda name=name: "hello" in fleet.said(name))
    with pytest.raises(processes.Died, match=r"short ended with 0:\nhello"):
        fleet.watch(threading.Event())
    assert fleet.stop()


def test_help_names_every_command_and_opens_nothing(tmp_path: Path) -> None:
    done = Installed.at(tmp_path / ".los").los("--help")
    for word in ("run", "serve", "work", "sandbox", "migrate", "brand", "staff", "db"):
        assert f" {word} " in done.stdout
    assert [path.name for path in (tmp_path / ".los").iterdir()] == ["master.key"]
