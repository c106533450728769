"""
Bringing a database to the present schema: roles, tables, walls, functions. Run as the owner (``LOS_DATABASE_URL``) by ``los migrate``.

One migrator at a time (an advisory lock); a lock on a table is waited for 5 seconds at most, so that a migration never stands in the way
of traffic.
"""

from collections.abc import Mapping
from importlib.resources import files
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from los_adapters.shared.database import sqlalchemy_url
from los_adapters.shared.ids import SystemIds
from los_adapters.shared.schema import Role
from los_adapters.shared.vault import Vault, VaultError

_MIGRATING = 0x105_0001


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("los_adapters") / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def ensure_roles(connection: sa.Connection, passwords: Mapping[Role, str]) -> None:
    """Create the three roles of the processes where they are missing, and give them *passwords* where there are any."""
    quote = connection.dialect.identifier_preparer.quote
    for role in Role:
        exists = connection.execute(
            sa.text("select 1 from pg_roles where rolname = :name"), {"name": role.value}
        ).scalar()
        if not exists:
            connection.exec_driver_sql(
                f"CREATE ROLE {quote(role.value)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT"
            )
        if password := passwords.get(role):
            literal = connection.execute(
                sa.text("select quote_literal(:password)"), {"password": password}
            ).scalar_one()
            connection.exec_driver_sql(f"ALTER ROLE {quote(role.value)} PASSWORD {literal}".replace("%", "%%"))
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quote(role.value)}")


def ensure_roles_of(owner_url: str, passwords: Mapping[Role, str]) -> None:
    """Do the same to the database of *owner_url*, before a restore."""
    engine = sa.create_engine(sqlalchemy_url(owner_url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            ensure_roles(connection, passwords)
    finally:
        engine.dispose()


def migrate(owner_url: str, vault: Vault, *, passwords: Mapping[Role, str] | None = None) -> str:
    """Bring the database to the newest revision and return it. Raises VaultError if it was made under another master key."""
    engine = sa.create_engine(sqlalchemy_url(owner_url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("select pg_advisory_lock(:key)"), {"key": _MIGRATING})
            try:
                ensure_roles(connection, passwords or {})
                connection.exec_driver_sql("SET lock_timeout = '5s'")
                with engine.connect().execution_options(isolation_level="READ COMMITTED") as working:
                    working.exec_driver_sql("SET lock_timeout = '5s'")
                    working.commit()
                    command.upgrade(_config(working), "head")
                    working.commit()
                    bind_to_master_key(working, vault)
                    working.commit()
                return revisions(connection)[0]
            finally:
                connection.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": _MIGRATING})
    finally:
        engine.dispose()


def bind_to_master_key(connection: sa.Connection, vault: Vault) -> UUID:
    """Note the master key's fingerprint on a new installation, and refuse another key on an old one. Returns the installation's id."""
    row = connection.execute(sa.text("select id, master_key_fingerprint from installation")).one_or_none()
    if row is None:
        made = SystemIds().new()
        connection.execute(
            sa.text("insert into installation (id, master_key_fingerprint) values (:id, :fingerprint)"),
            {"id": made, "fingerprint": vault.fingerprint()},
        )
        return made
    if row.master_key_fingerprint != vault.fingerprint():
        raise VaultError("this database was made under another master key: give the process the key it was made with")
    found: UUID = row.id
    return found


def revisions(connection: sa.Connection) -> tuple[str, str]:
    """Return (the database's revision, the newest of this code); empty text where there is none."""
    script = ScriptDirectory.from_config(_config(connection))
    here = MigrationContext.configure(connection).get_current_revision() or ""
    return here, script.get_current_head() or ""
