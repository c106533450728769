"""Stores of whose it is, and the look-ups from outside the brands' walls."""

from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.shared import tables
from los_adapters.shared.database import Database, Read
from los_adapters.shared.store import Context
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.belonging import Candidate
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import BrandId, ProviderId

_REFS = tables.vendor_refs.c
_CANDIDATES = Read.of(
    sa.select(_REFS.brand_id, _REFS.provider_id, _REFS.object_kind, _REFS.object_id)
    .where(_REFS.vendor == sa.bindparam("vendor"), _REFS.ref == sa.bindparam("ref"))
    .order_by(_REFS.at)
)
_OWNED = tables.resource_brand.c
_BRAND_OF = Read.of(
    sa.select(_OWNED.brand_id).where(
        _OWNED.kind == sa.bindparam("kind"), _OWNED.id == sa.bindparam("id", type_=_OWNED.id.type)
    )
)
_SCOPE = PlatformScope(Actor.system("belonging"))


@attrs.frozen
class SqlVendorRefs:
    """References of one brand. It may write them and not read them: the table spans brands."""

    context: Context

    def add(
        self, vendor: str, ref: str, object_kind: str, object_id: UUID, provider_id: ProviderId | None = None
    ) -> None:
        """Note *ref*."""
        self.context.added(
            tables.vendor_refs,
            vendor=vendor,
            ref=ref,
            brand_id=self.context.brand,
            provider_id=provider_id,
            object_kind=object_kind,
            object_id=object_id,
        )


@attrs.frozen
class SqlResources:
    """Objects of one brand that routes name by id alone."""

    context: Context

    def add(self, kind: str, object_id: UUID) -> None:
        """Note the object."""
        self.context.added(tables.resource_brand, kind=kind, id=object_id, brand_id=self.context.brand)


@attrs.frozen
class SqlBelonging:
    """Looks both up in platform scope."""

    database: Database

    def candidates(self, vendor: str, ref: str) -> tuple[Candidate, ...]:
        """Return what *ref* may speak of."""
        rows = self.database.read(_SCOPE, _CANDIDATES, {"vendor": vendor, "ref": ref})
        return tuple(
            Candidate(BrandId(brand), None if provider is None else ProviderId(provider), kind, object_id)
            for brand, provider, kind, object_id in rows
        )

    def brand_of(self, kind: str, object_id: UUID) -> BrandId:
        """Return the brand of an object. Raises NotFound."""
        row = self.database.read_one(_SCOPE, _BRAND_OF, {"kind": kind, "id": object_id})
        if row is None:
            raise NotFound(f"no such {kind}")
        return BrandId(row[0])
