"""Store of lenders and brands."""

from collections.abc import Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from los_adapters.brands.tables import brands, lenders
from los_adapters.shared.database import UniqueViolation, translated
from los_adapters.shared.store import Context
from los_domain.brands.model import Brand, Lender
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import BrandId, LenderId

_LENDER_BY_NAME = sa.select(lenders).where(lenders.c.name == sa.bindparam("name"))


def brand_to_row(brand: Brand) -> dict[str, Any]:
    """Return the columns of *brand*."""
    return attrs.asdict(brand)


def brand_from_row(row: Mapping[Any, Any]) -> Brand:
    """Return the brand that *row* holds."""
    return Brand(
        id=BrandId(row["id"]),
        lender_id=LenderId(row["lender_id"]),
        name=row["name"],
        subdomain=row["subdomain"],
        is_active=row["is_active"],
        version=row["version"],
    )


@attrs.frozen
class SqlBrands:
    """Lenders and brands. Platform scope."""

    context: Context

    def find_lender(self, name: str) -> Lender | None:
        """Return the lender of this name, or None."""
        row = self.context.connection.execute(_LENDER_BY_NAME, {"name": name}).mappings().one_or_none()
        return Lender(LenderId(row["id"]), row["name"], row["registration_number"]) if row else None

    def add_lender(self, lender: Lender) -> None:
        """Store a new one."""
        self.context.connection.execute(sa.insert(lenders).values(attrs.asdict(lender)))

    def add(self, brand: Brand) -> None:
        """Store a new one. Raises Conflict if the subdomain is taken."""
        try:
            self.context.connection.execute(sa.insert(brands).values(brand_to_row(brand)))
        except sa.exc.IntegrityError as error:
            if isinstance(translated(error.orig), UniqueViolation):
                raise Conflict(f"the subdomain {brand.subdomain} is taken") from None
            raise
