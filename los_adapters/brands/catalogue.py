"""The vendors' config classes behind the port that brands ask."""

from collections.abc import Mapping
from typing import Any

import attrs

from los_adapters.wire.config import public_view, stored, structure, with_kept_secrets
from los_adapters.wire.provider import Provider
from los_domain.brands.providers import ProviderKind
from los_domain.shared.errors import FieldProblem, Invalid


@attrs.frozen
class Catalogue:
    """brands.ProviderCatalogue over the vendors' own declarations."""

    vendors: Mapping[str, Provider]

    def _named(self, name: str) -> Provider:
        vendor = self.vendors.get(name)
        if vendor is None:
            raise Invalid(FieldProblem("name", "no such provider", f"one of {', '.join(sorted(self.vendors))}"))
        return vendor

    def checked(
        self, name: str, kind: ProviderKind, sent: Mapping[str, Any], kept: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """Return the config as it is to be kept, defaults filled in."""
        vendor = self._named(name)
        if kind not in vendor.kinds:
            serves = ", ".join(sorted(one.value for one in vendor.kinds))
            raise Invalid(FieldProblem("kind", f"{name} does not serve {kind.value}", f"it serves {serves}"))
        try:
            return stored(structure(vendor.config, with_kept_secrets(vendor.config, sent, kept or {})))
        except Invalid as wrong:
            raise Invalid(
                *(attrs.evolve(one, field=f"config.{one.field}".rstrip(".")) for one in wrong.problems)
            ) from None

    def shown(self, name: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *config* with its secrets masked; of a vendor that is gone, or settings that no longer hold, nothing."""
        vendor = self.vendors.get(name)
        if vendor is None:
            return {}
        try:
            return public_view(structure(vendor.config, config))
        except Invalid:
            return {}
