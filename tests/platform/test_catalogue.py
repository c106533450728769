"""The migrated database is what the declarations say: tables, lists, walls and grants, read from PostgreSQL's own catalogue."""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from los_adapters.shared.database import refuse_privileged, sqlalchemy_url
from los_adapters.shared.migrate import migrate
from los_adapters.shared.schema import REGISTER, Role, TableList, load_tables
from los_adapters.shared.vault import Vault, VaultError
from tests.services import MASTER_KEY, DatabaseUrls, PostgresServer

NAMESPACE = uuid5(NAMESPACE_DNS, "tests.example")
OURS = {"alembic_version"}
"""Tables that the migration tool keeps for itself; only the owner reads them."""


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield connection


def rows(connection: psycopg.Connection[Any], question: str) -> list[tuple[Any, ...]]:
    return connection.execute(question.encode()).fetchall()


def test_every_table_is_on_exactly_one_list(owner: psycopg.Connection[Any]) -> None:
    load_tables()
    there = {
        name
        for (name,) in rows(
            owner, "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        )
    }
    # Partitions stand behind their parent's wall and are asked through it.
    partitions = {name for (name,) in rows(owner, "select relname from pg_class where relispartition")}
    assert there - partitions - OURS == set(REGISTER)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_migrated_database_is_what_the_code_declares(database_urls: DatabaseUrls) -> None:
    engine = sa.create_engine(sqlalchemy_url(database_urls.owner))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        difference = compare_metadata(context, load_tables())
    engine.dispose()
    assert difference == []


def test_every_brands_and_lenders_table_is_walled(owner: psycopg.Connection[Any]) -> None:
    walls = {
        name: (enabled, forced)
        for name, enabled, forced in rows(
            owner, "select relname, relrowsecurity, relforcerowsecurity from pg_class where relkind in ('r', 'p')"
        )
    }
    for entry in REGISTER.values():
        if entry.on is not TableList.PLATFORM:
            assert walls[entry.table.name] == (True, True), entry.table.name


def test_every_policy_goes_by_the_scopes_setting(owner: psycopg.Connection[Any]) -> None:
    policies = rows(
        owner,
        "select tablename, policyname, array_to_string(roles, ','), qual, with_check from pg_policies where schemaname = 'public'",
    )
    by_table: dict[str, dict[str, tuple[str, str]]] = {}
    for table, _, roles, qual, check in policies:
        by_table.setdefault(table, {})[roles] = (qual, check)
    for entry in REGISTER.values():
        if entry.on is TableList.PLATFORM:
            continue
        found = by_table[entry.table.name]
        assert found["los_owner"] == ("true", "true"), (
            f"{entry.table.name}: a backfill by the owner would change nothing"
        )
        own, setting, column = {
            TableList.BRAND: (Role.BRAND, "los.brand", "brand_id"),
            TableList.LENDER: (Role.LENDER, "los.lender", "lender_id"),
        }[entry.on]
        for side in found[own.value]:
            assert f"{column} =" in side
            assert f"current_setting('{setting}'" in side
        assert set(found) - {"los_owner"} == {role.value for role in entry.grants}, entry.table.name


def test_grants_are_those_declared_and_nobody_else_has_any(owner: psycopg.Connection[Any]) -> None:
    granted: dict[tuple[str, str], set[str]] = {}
    for table, grantee, right in rows(
        owner,
        "select table_name, grantee, privilege_type from information_schema.role_table_grants "
        "where table_schema = 'public' and grantee <> 'los_owner'",
    ):
        granted.setdefault((table, grantee), set()).add(right)
    declared = {
        (entry.table.name, role.value): {right for right in rights if "(" not in right}
        for entry in REGISTER.values()
        for role, rights in entry.grants.items()
        if any("(" not in right for right in rights)
    }
    assert granted == declared


def test_no_role_of_a_process_is_privileged(database_urls: DatabaseUrls, owner: psycopg.Connection[Any]) -> None:
    found = rows(
        owner,
        "select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles "
        "where rolname like 'los_%' and rolname <> 'los_owner'",
    )
    assert sorted(found) == [
        (role.value, False, False, False, False) for role in sorted(Role, key=lambda role: role.value)
    ]
    engine = sa.create_engine(sqlalchemy_url(database_urls.owner))
    with engine.connect() as connection, pytest.raises(RuntimeError, match="owner"):
        refuse_privileged(connection)
    engine.dispose()


def test_unset_means_no_rows_and_foreign_rows_cannot_be_written(
    database_urls: DatabaseUrls, owner: psycopg.Connection[Any]
) -> None:
    one, other = (uuid5(NAMESPACE, word) for word in ("one", "other"))
    owner.execute("insert into handled (brand_id, consumer, event_id) values (%s, 'test', gen_random_uuid())", (one,))
    with psycopg.connect(database_urls.of(Role.BRAND), autocommit=True) as brand:
        assert brand.execute("select count(*) from handled").fetchone() == (0,)
        with brand.transaction():
            brand.execute("select set_config('los.brand', %s, true)", (str(one),))
            assert brand.execute("select count(*) from handled").fetchone() == (1,)
        assert brand.execute("select count(*) from handled").fetchone() == (0,)
        brand.execute("begin")
        brand.execute("select set_config('los.brand', %s, true)", (str(one),))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            brand.execute(
                "insert into handled (brand_id, consumer, event_id) values (%s, 'test', gen_random_uuid())", (other,)
            )


def test_functions_that_lend_the_owners_rights_pin_their_search_path(owner: psycopg.Connection[Any]) -> None:
    loose = rows(
        owner,
        "select proname, proconfig from pg_proc where prosecdef and pronamespace = 'public'::regnamespace "
        "and not coalesce(array_to_string(proconfig, ',') like '%search_path%', false)",
    )
    assert not loose, "a SECURITY DEFINER function without a search_path runs what its caller puts before it"


def test_a_backfill_by_the_owner_reaches_every_row(owner: psycopg.Connection[Any]) -> None:
    for word in ("one", "other"):
        owner.execute(
            "insert into handled (brand_id, consumer, event_id) values (%s, 'before', gen_random_uuid())",
            (uuid5(NAMESPACE, word),),
        )
    assert owner.execute("update handled set consumer = 'after'").rowcount == 2


def test_migrating_twice_changes_nothing_and_another_key_is_refused(postgres_server: PostgresServer) -> None:
    with postgres_server.empty() as urls:
        assert migrate(urls.owner, Vault(MASTER_KEY)) == migrate(urls.owner, Vault(MASTER_KEY))
        with pytest.raises(VaultError, match="another master key"):
            migrate(urls.owner, Vault(bytes(32)))
