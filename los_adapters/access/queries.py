"""The door: is this session live, and may it enter this brand?"""

from uuid import UUID

import attrs

from los_adapters.access.secrets import Claims
from los_adapters.shared.database import Database, Read
from los_domain.access.model import Permission
from los_domain.access.policy import permissions_of
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import NotFound, Unauthenticated

_ENTER = Read("select los_enter(%(session)s, %(brand)s, %(epoch)s)", {})
_ROLES = Read(
    "select s.is_super_admin, coalesce(array_agg(b.role) filter (where b.role is not null), '{}') from staff s "
    "left join staff_brands b on b.staff_id = s.id and b.brand_id = %(brand)s where s.id = %(staff)s group by s.is_super_admin",
    {},
)
_SCOPE = PlatformScope(Actor.system("door"))


@attrs.frozen
class Door:
    """Checks a token's session against the database, on every request: a revocation ends with the next one."""

    database: Database

    def enter(self, claims: Claims, brand: UUID | None) -> None:
        """Raises Unauthenticated if the session ended, NotFound if the brand is not this caller's (or is none at all)."""
        row = self.database.read_one(_SCOPE, _ENTER, {"session": claims.session, "brand": brand, "epoch": claims.epoch})
        word = row[0] if row else "unauthenticated"
        if word == "unauthenticated":
            raise Unauthenticated("the session has ended: log in again")
        if word != "ok":
            raise NotFound("no such brand")

    def permissions(self, staff: UUID, brand: UUID | None) -> frozenset[Permission]:
        """Return what a member of staff may do in *brand*; without a brand, what the platform role gives."""
        row = self.database.read_one(_SCOPE, _ROLES, {"staff": staff, "brand": brand})
        if row is None:
            return frozenset()
        return permissions_of(tuple(row[1]), is_super_admin=bool(row[0]))
