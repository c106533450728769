"""A backup while the service works, and its way back into an empty cluster."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from los_adapters.backup import BackupError, back_up, restore
from los_adapters.bootstrap import Application
from los_adapters.operations import Installation
from los_adapters.shared.vault import VaultError
from los_domain.shared.actor import PlatformScope
from tests.services import TEST, DatabaseUrls, PostgresServer, a_lender_and_brand, a_staff


@pytest.fixture
def installation(database_urls: DatabaseUrls, master_key_file: Path, tmp_path: Path) -> Installation:
    return Installation(
        {"LOS_DATABASE_URL": database_urls.owner, "LOS_MASTER_KEY_FILE": str(master_key_file)}, tmp_path
    )


@pytest.fixture
def empty(postgres_server: PostgresServer, master_key_file: Path, tmp_path: Path) -> Iterator[Installation]:
    with postgres_server.empty() as urls:
        yield Installation({"LOS_DATABASE_URL": urls.owner, "LOS_MASTER_KEY_FILE": str(master_key_file)}, tmp_path)


def test_what_was_written_before_is_in_it_whatever_is_written_meanwhile(
    application: Application, installation: Installation, empty: Installation, tmp_path: Path
) -> None:
    brand = a_lender_and_brand(application)
    staff = a_staff(application, "ADMIN", brand=brand)
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            written.append(a_lender_and_brand(application))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(installation, tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    assert written
    manifest = restore(empty, tmp_path / "backup")
    assert manifest == made
    with psycopg.connect(empty.environ["LOS_DATABASE_URL"]) as connection:
        brands = connection.execute("select count(*) from brands").fetchone()
        assert brands == (made.rows["brands"],)
        assert connection.execute("select 1 from staff where id = %s", (staff.id,)).fetchone()
        assert connection.execute("select audit_epoch from installation").fetchone() == (2,)
    with empty.application() as restored:
        assert restored.brands.by_subdomain(brand.subdomain).id == brand.id
        with restored.core.postgres.begin(PlatformScope(TEST)) as work:
            found = work.staff.find(staff.id)
        assert found is not None
        assert found.email == staff.email


def test_refusals(application: Application, installation: Installation, empty: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(installation, folder)
    with pytest.raises(BackupError, match="never written over"):
        back_up(installation, folder)
    with pytest.raises(BackupError, match="into an empty one"):
        restore(installation, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"rows": manifest["rows"] | {"brands": 99}}))
    with pytest.raises(BackupError, match="brands 99"):
        restore(empty, folder)
    (folder / "manifest.json").write_text(json.dumps(manifest | {"master_key_fingerprint": "x"}))
    with pytest.raises(VaultError, match="another master key"):
        restore(empty, folder)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    dump = (folder / "los.dump").read_bytes()
    (folder / "los.dump").write_bytes(dump[:-1] + bytes([dump[-1] ^ 1]))
    with pytest.raises(BackupError, match="damaged"):
        restore(empty, folder)
    with pytest.raises(BackupError, match="no backup"):
        restore(empty, tmp_path / "nothing")
