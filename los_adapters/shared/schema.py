"""
Tables by scope: every table is declared through one of three functions, which put it on exactly one list and say who may do what.

Brand tables hold one brand's rows behind a row-level policy; lender tables hold verdicts and ids across a lender's brands; platform
tables hold what has no brand, or what the relay and the inbox must see, and never personal data in the clear.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.schema import SchemaItem

import los_adapters

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Uuid = pg.UUID(as_uuid=True)


class Xid8(sa.types.UserDefinedType[str]):
    """A transaction id that never wraps round; read as text."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return PostgreSQL's name of the type."""
        return "xid8"


Instant = sa.DateTime(timezone=True)
Sealed = sa.LargeBinary
Paise = sa.BigInteger


class Role(Enum):
    """The database roles of the processes. None owns a table, none is superuser, none bypasses row-level security."""

    BRAND = "los_brand"
    LENDER = "los_lender"
    PLATFORM = "los_platform"


class TableList(Enum):
    """The three lists."""

    BRAND = "brand"
    LENDER = "lender"
    PLATFORM = "platform"


@attrs.frozen
class Registered:
    """Where a table stands: its list, its privileges by role, and for platform tables why it has no brand."""

    table: sa.Table
    on: TableList
    grants: Mapping[Role, tuple[str, ...]]  # ``SELECT``, or ``SELECT (id, handled_at)`` for columns
    reason: str = ""


REGISTER: dict[str, Registered] = {}


def _register(entry: Registered) -> sa.Table:
    REGISTER[entry.table.name] = entry
    return entry.table


def brand_table(
    name: str,
    *items: SchemaItem,
    key: Iterable[str] = ("id",),
    delete: bool = False,
    append_only: bool = False,
    extra: Mapping[Role, tuple[str, ...]] | None = None,
    fill_percent: int = 100,
) -> sa.Table:
    """
    Declare a table whose every row belongs to one brand; ``brand_id`` leads the primary key, so references are composite.

    *delete* lets the brand role delete; *append_only* lets it insert and read, nothing else; *extra* are further roles' grants.
    *fill_percent* below 100 leaves room on each page, so that rows updated often stay on theirs.
    """
    table = sa.Table(
        name,
        metadata,
        sa.Column("brand_id", Uuid, nullable=False),
        *items,
        sa.PrimaryKeyConstraint("brand_id", *key),
        postgresql_with={"fillfactor": fill_percent} if fill_percent < 100 else {},
    )
    rights = ("SELECT", "INSERT") if append_only else ("SELECT", "INSERT", "UPDATE", *(("DELETE",) if delete else ()))
    return _register(Registered(table, TableList.BRAND, {Role.BRAND: rights, **(extra or {})}))


def lender_table(
    name: str,
    *items: SchemaItem,
    key: Iterable[str] = ("id",),
    extra: Mapping[Role, tuple[str, ...]] | None = None,
) -> sa.Table:
    """Declare a table across a lender's brands: ids and verdicts. ``lender_id`` leads the key."""
    table = sa.Table(
        name,
        metadata,
        sa.Column("lender_id", Uuid, nullable=False),
        *items,
        sa.PrimaryKeyConstraint("lender_id", *key),
    )
    return _register(
        Registered(table, TableList.LENDER, {Role.LENDER: ("SELECT", "INSERT", "UPDATE"), **(extra or {})})
    )


def platform_table(
    name: str,
    *items: SchemaItem,
    reason: str,
    rights: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE"),
    extra: Mapping[Role, tuple[str, ...]] | None = None,
) -> sa.Table:
    """Declare a table without a brand's wall. *reason* says why it may be; personal data in it is sealed or absent."""
    table = sa.Table(name, metadata, *items)
    return _register(Registered(table, TableList.PLATFORM, {Role.PLATFORM: rights, **(extra or {})}, reason))


def to_brand(table: str, column: str, *, on: str = "id") -> sa.ForeignKeyConstraint:
    """Return a reference that cannot cross brands: (brand_id, *column*) to (brand_id, *on*) of *table*."""
    return sa.ForeignKeyConstraint(["brand_id", column], [f"{table}.brand_id", f"{table}.{on}"])


def one_of(column: str, values: Iterable[Enum] | Iterable[str]) -> sa.CheckConstraint:
    """Return the check that *column* holds one of an enum's values."""
    words = ", ".join(f"'{v.value if isinstance(v, Enum) else v}'" for v in values)
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def load_tables() -> sa.MetaData:
    """Import every ``tables.py`` of every capability and return the metadata that then holds all tables."""
    for module in pkgutil.iter_modules(los_adapters.__path__):
        if module.ispkg:
            name = f"los_adapters.{module.name}.tables"
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as missing:
                if missing.name != name:
                    raise
    return metadata


_SETTING = {TableList.BRAND: ("brand_id", "los.brand"), TableList.LENDER: ("lender_id", "los.lender")}
_OWN_ROLE = {TableList.BRAND: Role.BRAND, TableList.LENDER: Role.LENDER}


def access_statements(entry: Registered, *, owner: str) -> list[str]:
    """Return the SQL that closes *entry*'s table to all but the roles of its list, and walls off its rows."""
    name = entry.table.name
    statements = [f"REVOKE ALL ON {name} FROM PUBLIC"]
    for role, rights in entry.grants.items():
        if rights:
            statements.append(f"GRANT {', '.join(rights)} ON {name} TO {role.value}")
    if entry.on is TableList.PLATFORM:
        return statements
    column, setting = _SETTING[entry.on]
    # The sub-select makes the setting a constant of the plan; unset or empty means NULL, and NULL matches no row.
    wall = f"{column} = (select nullif(current_setting('{setting}', true), '')::uuid)"
    statements += [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {name}_owner ON {name} TO {owner} USING (true) WITH CHECK (true)",
        f"CREATE POLICY {name}_own ON {name} TO {_OWN_ROLE[entry.on].value} USING ({wall}) WITH CHECK ({wall})",
    ]
    for role in entry.grants:
        if role is _OWN_ROLE[entry.on]:
            continue
        if role is Role.PLATFORM:
            rule = "true"
        elif role is Role.LENDER:
            # The lender's role sees rows of the lender's brands only, whatever columns it was granted.
            rule = "brand_id IN (select id from brands where lender_id = (select nullif(current_setting('los.lender', true), '')::uuid))"
        else:
            rule = "lender_id = (select lender_id from brands where id = (select nullif(current_setting('los.brand', true), '')::uuid))"
        statements.append(
            f"CREATE POLICY {name}_{role.name.lower()} ON {name} TO {role.value} USING ({rule}) WITH CHECK ({rule})"
        )
    return statements


def version_column() -> sa.Column[Any]:
    """Return the column that guards people's edits: raised by every write, compared on save."""
    return sa.Column("version", sa.Integer, nullable=False, server_default="1")
