"""Whose it is: which brand, and which object of it, a vendor's reference or a bare id in a path belongs to."""

from typing import Protocol
from uuid import UUID

import attrs

from los_domain.shared.ids import BrandId, ProviderId


@attrs.frozen
class Candidate:
    """What a vendor's reference may speak of. Two vendors' accounts may use one word, so a signature decides between candidates."""

    brand: BrandId
    provider: ProviderId | None
    object_kind: str
    object_id: UUID


class VendorRefs(Protocol):
    """References that a vendor will speak of in a webhook, noted with what they name. Brand scope."""

    def add(
        self, vendor: str, ref: str, object_kind: str, object_id: UUID, provider_id: ProviderId | None = None
    ) -> None:
        """Note *ref*; noting it again changes nothing."""
        ...


class Resources(Protocol):
    """Objects that routes outside the brand path name by id alone. Brand scope."""

    def add(self, kind: str, object_id: UUID) -> None:
        """Note that an object of *kind* (``loan``, ``document``) is this brand's; noting it again changes nothing."""
        ...


class Belonging(Protocol):
    """Looks both up before a brand's wall is entered."""

    def candidates(self, vendor: str, ref: str) -> tuple[Candidate, ...]:
        """Return what *ref* of *vendor* may speak of, oldest first; empty where nobody noted it (yet)."""
        ...

    def brand_of(self, kind: str, object_id: UUID) -> BrandId:
        """Return the brand of an object. Raises NotFound."""
        ...
