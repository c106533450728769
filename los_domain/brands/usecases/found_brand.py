"""Founding: a lender, and brands of it. Done by whoever runs the installation, before anyone can borrow."""

from typing import Protocol

import attrs

from los_domain.brands.model import Brand, Lender
from los_domain.brands.policy import named
from los_domain.shared.actor import PlatformScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.ids import BrandId, Ids, LenderId
from los_domain.shared.work import Begin, Work


class BrandStore(Protocol):
    """Lenders and brands of the installation."""

    def find_lender(self, name: str) -> Lender | None:
        """Return the lender of this name, or None."""
        ...

    def add_lender(self, lender: Lender) -> None:
        """Store a new one."""
        ...

    def add(self, brand: Brand) -> None:
        """Store a new one. Raises Conflict if the subdomain is taken."""
        ...


class BrandsWork(Work, Protocol):
    """The unit of work of founding: platform scope."""

    @property
    def brands(self) -> BrandStore:
        """Lenders and brands."""
        ...


@attrs.frozen
class FoundBrand:
    """Add a brand to a lender, which is added too if its name is new."""

    begin: Begin[PlatformScope, BrandsWork]
    ids: Ids

    def __call__(
        self, scope: PlatformScope, *, name: str, subdomain: str, lender: str, registration_number: str = ""
    ) -> Brand:
        """Return the brand. Raises Invalid for an odd name, Conflict for a subdomain that is taken."""
        name, subdomain = named(name, subdomain)
        with self.begin(scope) as work:
            owner = work.brands.find_lender(lender)
            if owner is None:
                owner = Lender(LenderId(self.ids.new()), lender, registration_number)
                work.brands.add_lender(owner)
                work.audit.add(AuditEvent("brands.found-lender", "lender", owner.id, after={"name": owner.name}))
            brand = Brand(BrandId(self.ids.new()), owner.id, name, subdomain)
            work.brands.add(brand)
            work.audit.add(
                AuditEvent("brands.found", "brand", brand.id, after={"name": brand.name, "subdomain": brand.subdomain})
            )
            return work.finish(brand)
