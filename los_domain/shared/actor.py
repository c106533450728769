"""Who does something, and on whose behalf of which brand."""

from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.ids import BrandId
from los_domain.shared.once import Delivery, Once


class ActorKind(Enum):
    """The four sources an event on a loan can have, and the programs that hold a key."""

    BORROWER = "borrower"
    STAFF = "staff"
    SYSTEM = "system"
    VENDOR = "vendor"
    API_KEY = "api_key"


@attrs.frozen
class Actor:
    """Who acts: a customer, a staff member, a job or consumer by name, or a vendor by name."""

    kind: ActorKind
    id: UUID | None = None
    name: str = ""  # of a job, consumer or vendor; never of a person

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor of a job or consumer."""
        return cls(ActorKind.SYSTEM, None, name)

    @classmethod
    def vendor(cls, name: str) -> "Actor":
        """Return the actor of an outside system that told us something."""
        return cls(ActorKind.VENDOR, None, name)


@attrs.frozen
class BrandScope:
    """The default scope: one brand's rows, and nothing else, for one actor."""

    brand: BrandId
    actor: Actor
    request_id: str = ""
    address: str = ""  # of the caller, as the audit trail keeps it
    once: Once | None = attrs.field(default=None, eq=False)
    delivery: Delivery | None = attrs.field(default=None, eq=False)

    @property
    def continued(self) -> "BrandScope":
        """The scope of a later transaction of the same request: its key is not looked up again, its answer is replaced."""
        return self if self.once is None else attrs.evolve(self, once=attrs.evolve(self.once, continuing=True))

    @property
    def undelivered(self) -> "BrandScope":
        """The scope of an earlier transaction of a consumer whose work spans several: only the last one marks the event handled."""
        return self if self.delivery is None else attrs.evolve(self, delivery=None)


@attrs.frozen
class LenderScope:
    """Persons, exposure and classification across a lender's brands: verdicts and ids only."""

    lender: UUID
    actor: Actor
    request_id: str = ""


@attrs.frozen
class PlatformScope:
    """Relay, inbox, jobs, brands, staff, keys: no personal data in the clear."""

    actor: Actor
    request_id: str = ""
    address: str = ""
    delivery: Delivery | None = attrs.field(default=None, eq=False)

    @property
    def undelivered(self) -> "PlatformScope":
        """The scope of an earlier transaction of a consumer whose work spans several."""
        return self if self.delivery is None else attrs.evolve(self, delivery=None)


Scope = BrandScope | LenderScope | PlatformScope
