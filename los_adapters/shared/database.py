"""
PostgreSQL behind two doors: ``begin(scope)`` for a transaction that writes, ``read(scope, …)`` for one question in one round trip.

Both set the tenant transaction-locally, so a pooled connection carries nothing to its next user. Each scope has its own database
role and pool; no request process connects as owner.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import attrs
import psycopg
import sqlalchemy as sa
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy.dialects.postgresql import psycopg as dialect

from los_adapters.shared.schema import Role
from los_domain.shared.actor import BrandScope, LenderScope, PlatformScope, Scope
from los_domain.shared.errors import Conflict, LosError, ProviderUnavailable, StaleWrite

_DIALECT: Final = dialect.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]


class DatabaseUnavailable(ProviderUnavailable):
    """The database takes no connection now. Nothing was written."""


@attrs.frozen
class Read:
    """A select compiled to text once: SQL with named placeholders and the values that the statement itself carries."""

    text: str
    defaults: Mapping[str, Any]

    @classmethod
    def of(cls, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> "Read":
        """Compile *statement*. Lists in it must be ``= ANY(:values)``: an expanding IN has no one text."""
        compiled = statement.compile(dialect=_DIALECT)
        return cls(str(compiled), dict(compiled.params))


def role_of(scope: Scope) -> Role:
    """Return the database role of *scope*."""
    match scope:
        case BrandScope():
            return Role.BRAND
        case LenderScope():
            return Role.LENDER
        case PlatformScope():
            return Role.PLATFORM


def _tenant(scope: Scope) -> tuple[str, str]:
    match scope:
        case BrandScope(brand=brand):
            return "los.brand", str(brand)
        case LenderScope(lender=lender):
            return "los.lender", str(lender)
        case PlatformScope():
            return "los.platform", "on"


_SET_TENANT = sa.text("select set_config(:name, :value, true)")
_READ_ONLY = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def sqlalchemy_url(url: str) -> str:
    """Return *url* with the driver that we use."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@attrs.frozen
class Database:
    """The three roles' connections of one process."""

    engines: Mapping[Role, sa.Engine]
    pools: Mapping[Role, ConnectionPool[psycopg.Connection[tuple[Any, ...]]]]

    @classmethod
    def connect(cls, urls: Mapping[Role, str], *, size: int = 10, wait_seconds: float = 5.0) -> "Database":
        """Return a database whose pools open on first use. *size* connections a role at most, twice: writing and reading."""
        engines = {
            role: sa.create_engine(
                sqlalchemy_url(url),
                pool_size=size,
                max_overflow=0,
                pool_timeout=wait_seconds,
                pool_pre_ping=False,
                # Else an INSERT … ON CONFLICT DO NOTHING counts -1, whether it wrote or not.
                execution_options={"preserve_rowcount": True},
                connect_args={"connect_timeout": 5},
            )
            for role, url in urls.items()
        }
        pools = {
            role: ConnectionPool(
                url,
                min_size=0,
                max_size=size,
                timeout=wait_seconds,
                # One try to connect backs off no longer than this: otherwise a pool would sleep for minutes after the server is back.
                reconnect_timeout=2.0,
                open=True,
                kwargs={"autocommit": True, "row_factory": tuple_row, "connect_timeout": 5},
                name=f"read-{role.value}",
            )
            for role, url in urls.items()
        }
        return cls(engines, pools)

    def close(self) -> None:
        """Close every connection."""
        for engine in self.engines.values():
            engine.dispose()
        for pool in self.pools.values():
            pool.close()

    @contextmanager
    def begin(self, scope: Scope, *, read_only: bool = False) -> Iterator[sa.Connection]:
        """
        Yield a connection inside one transaction of *scope*: commits on a clean exit, rolls back on any exception.

        *read_only* sees one snapshot (REPEATABLE READ) and cannot write: for exports, cursors and figures that must agree.
        """
        name, value = _tenant(scope)
        try:
            with self.engines[role_of(scope)].begin() as connection:
                if read_only:
                    connection.execute(_READ_ONLY)
                connection.execute(_SET_TENANT, {"name": name, "value": value})
                yield connection
        except sa.exc.DBAPIError as error:
            raise translated(error.orig) from error
        except sa.exc.TimeoutError as error:
            raise DatabaseUnavailable("the database is busy", retry_after_seconds=2) from error

    def read(self, scope: Scope, read: Read, values: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """Return the rows of *read* in *scope*, tenant setting and statement in one round trip."""
        return self._in_one_trip("select set_config(%s, %s, true)", scope, read, values)

    def lazily(self, scope: Scope, change: Read, values: Mapping[str, Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """
        Return the rows that the one statement *change* returns, in one round trip that does not wait for the disk.

        A crash of the server within a second may undo it: for bookkeeping that is found and done again, never for money.
        """
        settings = "select set_config(%s, %s, true), set_config('synchronous_commit', 'off', true)"
        return self._in_one_trip(settings, scope, change, values)

    def _in_one_trip(
        self, settings: LiteralString, scope: Scope, read: Read, values: Mapping[str, Any] | None
    ) -> Sequence[tuple[Any, ...]]:
        name, value = _tenant(scope)
        try:
            with self.pools[role_of(scope)].connection() as connection, connection.pipeline():
                connection.execute(settings, (name, value))
                cursor = connection.execute(read.text, {**read.defaults, **(values or {})})
                return cursor.fetchall()
        except psycopg.Error as error:
            raise translated(error) from error
        except PoolTimeout as error:
            raise DatabaseUnavailable("the database is busy", retry_after_seconds=2) from error

    def read_one(self, scope: Scope, read: Read, values: Mapping[str, Any] | None = None) -> tuple[Any, ...] | None:
        """Return the only row, or None."""
        rows = self.read(scope, read, values)
        return rows[0] if rows else None


# One table for the driver's errors: SQLSTATE to what a caller can be told. Anything else is a fault of ours and stays one.
_BY_STATE: Final[Mapping[str, tuple[type[LosError], str]]] = {
    "23505": (Conflict, "it exists already"),
    "23503": (Conflict, "it refers to something that does not exist, or is still referred to"),
    "40001": (StaleWrite, "somebody else changed it at the same moment: read it again"),
    "40P01": (StaleWrite, "two changes waited for one another: try again"),
    "55P03": (StaleWrite, "somebody else is changing it right now: try again"),
    "57014": (DatabaseUnavailable, "the database took too long"),
    "57P01": (DatabaseUnavailable, "the database is restarting"),
    "57P02": (DatabaseUnavailable, "the database is restarting"),
    "57P03": (DatabaseUnavailable, "the database is starting"),
    "53300": (DatabaseUnavailable, "the database takes no more connections"),
}


class UniqueViolation(Conflict):
    """A row with this key exists. *constraint* names the rule, for a store that knows what it means."""

    def __init__(self, message: str, constraint: str) -> None:
        super().__init__(message)
        self.constraint = constraint


def translated(error: BaseException | None) -> BaseException:
    """Return what *error* of the driver means to a caller; itself, if it is a fault of ours."""
    if not isinstance(error, psycopg.Error):
        return error or RuntimeError("the database failed without an error")
    if isinstance(error, psycopg.errors.UniqueViolation):
        return UniqueViolation("it exists already", error.diag.constraint_name or "")
    state = error.sqlstate or ""
    if state in _BY_STATE:
        kind, message = _BY_STATE[state]
        return kind(message, retry_after_seconds=2) if issubclass(kind, ProviderUnavailable) else kind(message)
    if isinstance(error, psycopg.OperationalError) and (not state or state.startswith("08")):
        return DatabaseUnavailable("the database cannot be reached", retry_after_seconds=2)
    return error


def refuse_privileged(connection: sa.Connection) -> None:
    """Refuse a connection that may see too much: owner, superuser, or one that bypasses row-level security."""
    row = connection.execute(
        sa.text(
            "select r.rolsuper, r.rolbypassrls, exists (select 1 from pg_class c where c.relowner = r.oid and c.relkind = 'r') "
            "from pg_roles r where r.rolname = current_user"
        )
    ).one()
    if any(row):
        raise RuntimeError(
            "this process connects as superuser, table owner or with BYPASSRLS: give it LOS_BRAND_/LOS_LENDER_/LOS_PLATFORM_DATABASE_URL"
        )
