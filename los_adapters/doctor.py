"""
``los doctor``: is everything as it must be, and if not, what is to be done? Reads only.

Every check gives one finding; none stops the others. ``fails`` means that money, secrets or work may be lost, ``warns`` that somebody
should know.
"""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import sqlalchemy as sa

from los_adapters.bootstrap import settings_from
from los_adapters.operations import Installation
from los_adapters.shared.clocks import SystemClock
from los_adapters.shared.database import sqlalchemy_url
from los_adapters.shared.embedded import OLDEST, NoPostgres
from los_adapters.shared.migrate import revisions
from los_adapters.shared.schema import REGISTER, Role, TableList, load_tables
from los_adapters.shared.settings import BadSettings, Settings
from los_adapters.shared.vault import Vault, VaultError, read_master_key
from los_domain.jobs.views import SEALER_LATE

_STALE_SECONDS: Final = 60
_CLOCK_SECONDS: Final = 2


class State(Enum):
    """How a check ended."""

    OK = "ok"
    WARNS = "warns"
    FAILS = "fails"


@attrs.frozen
class Finding:
    """One check: what was found, and what to do about it."""

    check: str
    state: State
    found: str
    do: str = ""


def examined(installation: Installation) -> Iterator[Finding]:
    """Yield every finding, as it is made."""
    yield from _key(installation)
    try:
        with installation.database() as owner_url:
            settings: Settings | None = None
            try:
                settings = settings_from(installation.variables(owner_url))
                yield Finding("settings", State.OK, "complete")
            except BadSettings as problem:
                yield Finding("settings", State.FAILS, str(problem), "set the variables named")
            yield from _database(installation, owner_url, settings)
            if settings is not None:
                yield from _around(settings)
    except (NoPostgres, sa.exc.OperationalError) as problem:
        found = str(getattr(problem, "orig", problem)).strip()
        yield Finding("database", State.FAILS, found, "start it, or correct LOS_DATABASE_URL, the owner's URL")


def _key(installation: Installation) -> Iterator[Finding]:
    path = installation.master_key_file
    try:
        read_master_key(path)
    except VaultError as problem:
        yield Finding("master key", State.FAILS, str(problem), "without it nothing personal can be read or written")
        return
    beside = path.resolve().is_relative_to((installation.home / "pg").resolve())
    mode = stat.S_IMODE(path.stat().st_mode)
    if beside:
        yield Finding(
            "master key", State.FAILS, f"{path} lies in the database's own folder", "keep it apart, and a copy"
        )
    else:
        yield Finding("master key", State.OK, f"{path}, mode {mode:o}")


def _database(installation: Installation, owner_url: str, settings: Settings | None) -> Iterator[Finding]:
    engine = sa.create_engine(sqlalchemy_url(owner_url))
    try:
        with engine.connect() as connection:

            def one(question: str) -> Any:
                return connection.execute(sa.text(question)).scalar_one()

            checks: tuple[Callable[[], Iterator[Finding]], ...] = (
                lambda: _server(one),
                lambda: _owner(one),
                lambda: _durability(one),
                lambda: _schema(connection),
                lambda: _fingerprint(installation, one),
                lambda: _roles(connection),
                lambda: _walls(connection),
                lambda: _queues(one),
                lambda: _trail(one),
                lambda: _clock(one, settings),
            )
            for check in checks:
                try:
                    yield from check()
                except sa.exc.ProgrammingError as problem:
                    connection.rollback()
                    said = str(problem.orig).splitlines()[0]
                    yield Finding("schema", State.FAILS, said, "run `los migrate`")
                    return
    finally:
        engine.dispose()


Ask = Callable[[str], Any]


def _server(one: Ask) -> Iterator[Finding]:
    major = int(one("show server_version_num")) // 10_000
    if major < OLDEST:
        yield Finding("database", State.FAILS, f"PostgreSQL {major}", f"our SQL needs {OLDEST} or newer")
    else:
        yield Finding("database", State.OK, f"PostgreSQL {major}, {one('select current_database()')}")


def _owner(one: Ask) -> Iterator[Finding]:
    name = one("select current_user")
    if one("select rolsuper from pg_roles where rolname = current_user"):
        yield Finding(
            "owner", State.WARNS, f"{name} is superuser", "own the schema by a role that may create roles, no more"
        )
    else:
        yield Finding("owner", State.OK, f"{name}, no superuser")


def _durability(one: Ask) -> Iterator[Finding]:
    off = [name for name in ("fsync", "full_page_writes") if one(f"show {name}") != "on"]
    if one("show synchronous_commit") not in ("on", "remote_write", "remote_apply"):
        off.append("synchronous_commit")
    if off:
        found = f"{', '.join(off)}: acknowledged money can be lost in a crash"
        yield Finding("durability", State.FAILS, found, "turn them on in postgresql.conf")
    else:
        yield Finding("durability", State.OK, "fsync, synchronous_commit and full_page_writes are on")


def _schema(connection: sa.Connection) -> Iterator[Finding]:
    here, newest = revisions(connection)
    if here == newest:
        yield Finding("schema", State.OK, f"revision {here}")
    else:
        yield Finding("schema", State.FAILS, f"revision {here or 'none'}, this code is {newest}", "run `los migrate`")


def _fingerprint(installation: Installation, one: Ask) -> Iterator[Finding]:
    try:
        mine = Vault(read_master_key(installation.master_key_file)).fingerprint()
    except VaultError:
        return
    if one("select master_key_fingerprint from installation") != mine:
        found = "the database was made under another master key"
        yield Finding(
            "master key", State.FAILS, found, "restore the file it was made with: no process starts with this one"
        )


def _roles(connection: sa.Connection) -> Iterator[Finding]:
    rows = connection.execute(
        sa.text(
            "select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or exists "
            "(select 1 from pg_class c where c.relowner = r.oid and c.relkind = 'r') from pg_roles r where rolname = any(:names)"
        ),
        {"names": [role.value for role in Role]},
    ).all()
    found = {name: bool(privileged) for name, privileged in rows}
    missing = [role.value for role in Role if role.value not in found]
    mighty = [name for name, privileged in found.items() if privileged]
    if missing:
        yield Finding("roles", State.FAILS, f"{', '.join(missing)} do not exist", "run `los migrate`")
    elif mighty:
        yield Finding("roles", State.FAILS, f"{', '.join(mighty)} may see every brand", "take their privileges away")
    else:
        yield Finding("roles", State.OK, f"{', '.join(found)}, without privileges")


def _walls(connection: sa.Connection) -> Iterator[Finding]:
    load_tables()
    walled = [entry.table.name for entry in REGISTER.values() if entry.on is not TableList.PLATFORM]
    open_ones = connection.execute(
        sa.text(
            "select relname from pg_class where relname = any(:names) and not (relrowsecurity and relforcerowsecurity)"
        ),
        {"names": walled},
    ).scalars()
    names = list(open_ones)
    if names:
        yield Finding(
            "walls", State.FAILS, f"no row-level security on {', '.join(names)}", "restore it: brands see each other"
        )
    else:
        yield Finding("walls", State.OK, f"row-level security forced on {len(walled)} tables")


def _queues(one: Ask) -> Iterator[Finding]:
    unsent = one("select count(*) from outbox where sent_at is null")
    late = one(
        "select coalesce(extract(epoch from now() - min(recorded_at)), 0)::bigint from outbox where sent_at is null"
    )
    owed = one("select count(*) from deliveries where due_at < now() - make_interval(secs => 300)")
    dead = one("select count(*) from dead_letters where replayed_at is null")
    if late > _STALE_SECONDS:
        yield Finding("relay", State.FAILS, f"{unsent} events wait, the oldest for {late} s", "is `los work` running?")
    else:
        yield Finding("relay", State.OK, f"{unsent} events wait")
    if owed:
        yield Finding("deliveries", State.WARNS, f"{owed} are overdue by 5 minutes", "start more workers")
    if dead:
        yield Finding(
            "dead letters", State.WARNS, f"{dead} wait for a person", "read their errors, mend the cause, replay them"
        )
    else:
        yield Finding("dead letters", State.OK, "none")


def _trail(one: Ask) -> Iterator[Finding]:
    late = one(
        "select coalesce(extract(epoch from now() - min(at)), 0)::bigint from audit_rows where (epoch, xid, id) > coalesce("
        "(select (s.epoch, s.last_xid::xid8, s.last_id) from audit_seals s order by number desc limit 1), row(0, '0'::xid8, "
        "'00000000-0000-0000-0000-000000000000'::uuid))"
    )
    if late > SEALER_LATE.total_seconds():
        yield Finding(
            "audit trail",
            State.FAILS,
            f"rows wait to be sealed for {late} s",
            "is `los work` running, or a transaction open for hours?",
        )
    else:
        yield Finding("audit trail", State.OK, "sealed up to now; `los audit verify` reads it whole")


def _clock(one: Ask, settings: Settings | None) -> Iterator[Finding]:
    there: datetime = one("select clock_timestamp()")
    apart = abs((SystemClock().now() - there.astimezone(UTC)).total_seconds())
    if apart > _CLOCK_SECONDS:
        yield Finding("clock", State.FAILS, f"this machine and the database are {apart:.0f} s apart", "run NTP on both")
        return
    offset = int(one("select clock_offset_seconds from installation"))
    if offset and settings is not None and not settings.sandbox:
        yield Finding(
            "clock", State.FAILS, f"moved by {offset} s outside a sandbox", "no process starts: restore the database"
        )
    else:
        yield Finding(
            "clock", State.OK, f"business time is {offset} s ahead" if offset else "business time is the wall's"
        )


def _around(settings: Settings) -> Iterator[Finding]:
    """Check what lies outside the database."""
    if settings.queue != "postgres":
        url = settings.rabbitmq_url if settings.queue == "rabbitmq" else settings.redis_url
        yield _reachable("queue", url, f"LOS_{settings.queue.upper()}_URL")
    if settings.cache == "redis":
        yield _reachable("cache", settings.redis_url, "LOS_REDIS_URL")
    if settings.sandbox:
        found = _reachable("sandbox", settings.sandbox_url, "LOS_SANDBOX_URL")
        if found.state is State.FAILS:
            found = attrs.evolve(found, state=State.WARNS, do="`los run` or `los sandbox` starts it")
        yield found
    if settings.files == "folder":
        folder = settings.files_folder
        near = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        if os.access(near, os.W_OK):
            yield Finding("files", State.OK, str(folder))
        else:
            yield Finding("files", State.FAILS, f"{near} cannot be written to", "change its owner, or LOS_FILES_FOLDER")


def _reachable(what: str, url: str, variable: str) -> Finding:
    parts = urlsplit(url)
    if not parts.hostname:
        return Finding(what, State.FAILS, f"{variable} is not set", f"set {variable}")
    port = parts.port or {"amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379, "https": 443}.get(
        parts.scheme, 80
    )
    try:
        with socket.create_connection((parts.hostname, port), timeout=3):
            return Finding(what, State.OK, f"{parts.hostname}:{port} answers")
    except OSError as problem:
        return Finding(what, State.FAILS, f"{parts.hostname}:{port}: {problem}", f"start it, or correct {variable}")
