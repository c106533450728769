"""Reads of brands."""

from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.brands import tables
from los_adapters.shared.database import Database, Read
from los_domain.brands.model import Lender
from los_domain.brands.providers import ProviderKind
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import BrandId, LenderId, ProviderId

_B = tables.brands.c
_COLUMNS = (_B.id, _B.lender_id, _B.name, _B.subdomain, _B.is_active, _B.logo_key, _B.theme)
_BY_SUBDOMAIN = Read.of(sa.select(*_COLUMNS).where(_B.subdomain == sa.bindparam("subdomain")))
_BY_ID = Read.of(sa.select(*_COLUMNS).where(_B.id == sa.bindparam("id", type_=_B.id.type)))
_L = tables.lenders.c
_LENDER_OF = Read.of(
    sa.select(_L.id, _L.name, _L.registration_number)
    .join(tables.brands, _B.lender_id == _L.id)
    .where(_B.id == sa.bindparam("id", type_=_B.id.type))
)
_EVERY = Read.of(sa.select(*_COLUMNS).order_by(_B.subdomain))
_P = tables.brand_providers.c
_BY_PATH = Read.of(sa.select(_P.id, _P.brand_id, _P.kind, _P.name).where(_P.webhook_path == sa.bindparam("path")))
_SCOPE = PlatformScope(Actor.system("brand look-up"))


@attrs.frozen
class BrandView:
    """A brand as routes need it."""

    id: BrandId
    lender_id: LenderId
    name: str
    subdomain: str
    is_active: bool
    logo_key: str
    theme: dict[str, Any]


@attrs.frozen
class ProviderAddress:
    """Whose provider posts to an address of ours."""

    id: ProviderId
    brand: BrandId
    kind: ProviderKind
    name: str


@attrs.frozen
class BrandQueries:
    """Finds brands before their wall is entered."""

    database: Database

    def by_subdomain(self, subdomain: str) -> BrandView:
        """Return the brand. Raises NotFound for an unknown one."""
        return self._one(_BY_SUBDOMAIN, {"subdomain": subdomain})

    def by_id(self, brand: UUID) -> BrandView:
        """Return the brand. Raises NotFound for an unknown one."""
        return self._one(_BY_ID, {"id": brand})

    def name(self, brand: UUID) -> str:
        """Return how the brand is called. Raises NotFound."""
        return self.by_id(brand).name

    def lender_of(self, brand: UUID) -> Lender:
        """Return the regulated entity behind the brand. Raises NotFound."""
        row = self.database.read_one(_SCOPE, _LENDER_OF, {"id": brand})
        if row is None:
            raise NotFound("no such brand")
        return Lender(LenderId(row[0]), row[1], row[2])

    def provider_at(self, webhook_path: str) -> ProviderAddress:
        """Return whose provider posts to the address that ends in *webhook_path*. Raises NotFound."""
        row = self.database.read_one(_SCOPE, _BY_PATH, {"path": webhook_path})
        if row is None:
            raise NotFound("no such address")
        return ProviderAddress(ProviderId(row[0]), BrandId(row[1]), ProviderKind(row[2]), row[3])

    def every(self) -> tuple[BrandView, ...]:
        """Return all brands of the installation, for whoever runs it."""
        return tuple(_view(row) for row in self.database.read(_SCOPE, _EVERY))

    def _one(self, read: Read, values: dict[str, Any]) -> BrandView:
        row = self.database.read_one(_SCOPE, read, values)
        if row is None:
            raise NotFound("no such brand")
        return _view(row)


def _view(row: tuple[Any, ...]) -> BrandView:
    return BrandView(BrandId(row[0]), LenderId(row[1]), *row[2:])
