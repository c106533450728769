"""An installation from nothing by command line: migrate, brands, staff, removal, and what is said when something lacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from los_adapters.shared.embedded import Place
from tests.cli.installing import Installed
from tests.services import PostgresServer


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


def test_help_names_every_command_and_opens_nothing(tmp_path: Path) -> None:
    done = Installed.at(tmp_path / ".los").los("--help")
    for word in ("run", "serve", "work", "sandbox", "migrate", "brand", "staff", "db"):
        assert f" {word} " in done.stdout
    assert [path.name for path in (tmp_path / ".los").iterdir()] == ["master.key"]
