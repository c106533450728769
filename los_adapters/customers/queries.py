"""Reads of customers for staff."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.brands.tables import brands
from los_adapters.customers.store import customer_from_row, profile_from_row
from los_adapters.customers.tables import blocklist, customers, profiles
from los_adapters.kyc.tables import identity_facts
from los_adapters.shared.database import Database, Read
from los_adapters.shared.schema import Instant
from los_adapters.shared.store import Seal
from los_adapters.shared.tables import data_keys
from los_adapters.shared.vault import Vault
from los_domain.customers.model import BlockedBy, Profile
from los_domain.customers.views import CustomerFilter, CustomerRow
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import CustomerId
from los_domain.shared.paging import EXACT_UP_TO, Page, PageRequest

_C: Final = customers.c
_COLUMNS: Final = tuple(column.name for column in customers.columns)
_BEGINNING, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def _matching() -> sa.ColumnElement[bool]:
    return sa.and_(
        _C.brand_id == sa.bindparam("brand", type_=_C.brand_id.type),
        _C.created_at >= sa.bindparam("from", type_=Instant),
        _C.created_at < sa.bindparam("before", type_=Instant),
        _C.is_active == sa.any_(sa.bindparam("active", type_=pg.ARRAY(sa.Boolean))),
        _C.person_id.is_not(None) == sa.any_(sa.bindparam("identified", type_=pg.ARRAY(sa.Boolean))),
    )


_ROWS: Final = (
    sa.select(*customers.columns, profiles.c.facts, profiles.c.version, data_keys.c.id, data_keys.c.wrapped)
    .join(
        data_keys,
        sa.and_(
            data_keys.c.brand_id == _C.brand_id,
            data_keys.c.owner_kind == sa.literal("customer"),
            data_keys.c.owner_id == _C.id,
        ),
    )
    .outerjoin(profiles, sa.and_(profiles.c.brand_id == _C.brand_id, profiles.c.customer_id == _C.id))
)


def _page(*order: Any) -> Read:
    return Read.of(
        _ROWS.where(_matching()).order_by(*order).limit(sa.bindparam("rows")).offset(sa.bindparam("skipped"))
    )


_NEWEST_FIRST: Final = _page(_C.created_at.desc(), _C.id.desc())
_OLDEST_FIRST: Final = _page(_C.created_at, _C.id)
_COUNTED: Final = Read.of(
    sa.select(sa.func.count()).select_from(sa.select(_C.id).where(_matching()).limit(EXACT_UP_TO + 1).subquery())
)
_BY_PHONE: Final = Read.of(_ROWS.where(_matching(), _C.phone_index == sa.bindparam("index", type_=sa.LargeBinary)))
_BY_PAN: Final = Read.of(
    _ROWS.where(
        _matching(),
        sa.exists().where(
            identity_facts.c.brand_id == _C.brand_id,
            identity_facts.c.customer_id == _C.id,
            identity_facts.c.number_index == sa.bindparam("index", type_=sa.LargeBinary),
        ),
    )
)
_BLOCKS: Final = Read.of(
    sa.select(blocklist.c.by)
    .distinct()
    .join(_OWN := customers.alias(), _OWN.c.brand_id == blocklist.c.brand_id)
    .where(
        blocklist.c.brand_id == sa.bindparam("brand", type_=_C.brand_id.type),
        blocklist.c.lifted_at.is_(None),
        _OWN.c.id == sa.bindparam("customer", type_=_C.id.type),
        sa.or_(
            sa.and_(
                blocklist.c.by == sa.literal(BlockedBy.PHONE.value), blocklist.c.number_index == _OWN.c.phone_index
            ),
            sa.exists().where(
                identity_facts.c.brand_id == blocklist.c.brand_id,
                identity_facts.c.customer_id == _OWN.c.id,
                identity_facts.c.number_index == blocklist.c.number_index,
            ),
        ),
    )
)
_LENDER: Final = Read.of(
    sa.select(brands.c.lender_id).where(brands.c.id == sa.bindparam("brand", type_=brands.c.id.type))
)


@attrs.frozen
class CustomerQueries:
    """Customers of a brand in lists."""

    database: Database
    vault: Vault

    def page(self, scope: BrandScope, request: PageRequest, wanted: CustomerFilter) -> Page[CustomerRow]:
        """Return customers by when they came; opened, so the caller masks them for who may not see that."""
        values = {
            "brand": scope.brand,
            "from": wanted.created_from or _BEGINNING,
            "before": wanted.created_before or _END,
            "active": [wanted.is_active] if wanted.is_active is not None else [True, False],
            "identified": [wanted.is_identified] if wanted.is_identified is not None else [True, False],
        }
        if wanted.phone is not None or wanted.pan:
            field, value = ("phone", wanted.phone.value) if wanted.phone is not None else ("pan", wanted.pan)
            index = self.vault.blind(self._lender(scope), field, value)
            found = self.database.read(scope, _BY_PHONE if field == "phone" else _BY_PAN, values | {"index": index})
            shown = found[request.offset : request.offset + request.limit]
            return Page([self._row(scope, row) for row in shown], request.page, request.limit, len(found))
        read = _NEWEST_FIRST if request.descending else _OLDEST_FIRST
        rows = self.database.read(scope, read, values | {"rows": request.limit, "skipped": request.offset})
        counted = self.database.read_one(scope, _COUNTED, values)
        total = int(counted[0]) if counted else 0
        items = [self._row(scope, row) for row in rows]
        return Page(items, request.page, request.limit, min(total, EXACT_UP_TO), total > EXACT_UP_TO)

    def _lender(self, scope: BrandScope) -> Any:
        row = self.database.read_one(scope, _LENDER, {"brand": scope.brand})
        return row[0] if row else None

    def _row(self, scope: BrandScope, row: Sequence[Any]) -> CustomerRow:
        held: Mapping[str, Any] = dict(zip(_COLUMNS, row, strict=False))
        facts, version, key_id, wrapped = row[len(_COLUMNS) :]
        if wrapped is None:
            return CustomerRow(
                CustomerId(held["id"]), "", "", "", held["created_at"], held["is_active"], False, is_erased=True
            )
        key = self.vault.unwrap(key_id, wrapped)

        def seal(table: sa.Table) -> Seal:
            return Seal(self.vault, key, table.name, scope.brand, str(held["id"]))

        customer = customer_from_row(held, seal(customers))
        profile = Profile() if facts is None else profile_from_row({"facts": facts, "version": version}, seal(profiles))
        return CustomerRow(
            id=customer.id,
            phone=customer.phone.value,
            name=profile.name,
            email=customer.email.value if customer.email else "",
            created_at=customer.created_at,
            is_active=customer.is_active,
            is_identified=customer.person_id is not None,
        )

    def blocks_on(self, scope: BrandScope, customer_id: CustomerId) -> tuple[BlockedBy, ...]:
        """Return by what a customer stands on the brand's blocklist: her PAN, Aadhaar, phone or alternate phone; empty if by nothing."""
        rows = self.database.read(scope, _BLOCKS, {"brand": scope.brand, "customer": customer_id})
        found = {BlockedBy(row[0]) for row in rows}
        return tuple(by for by in BlockedBy if by in found)
