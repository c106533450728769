"""The use cases of brands, wired, and the door to vendors."""

from collections.abc import Callable, Mapping

import attrs

from los_adapters.brands.catalogue import Catalogue
from los_adapters.brands.router import Router
from los_adapters.brands.trying import TryProvider
from los_adapters.core import Core
from los_adapters.wire.provider import Provider
from los_domain.brands.model import BrandProvider
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.found_brand import FoundBrand
from los_domain.brands.usecases.providers import ListProviders, RemoveProvider, SaveProvider


@attrs.frozen
class BrandsUseCases:
    """What is done to brands as such."""

    found: FoundBrand
    providers: ListProviders
    save_provider: SaveProvider
    remove_provider: RemoveProvider
    try_call: TryProvider
    catalogue: Catalogue

    def masked(self, provider: BrandProvider) -> BrandProvider:
        """Return *provider* with its secrets masked."""
        return attrs.evolve(provider, config=self.catalogue.shown(provider.name, provider.config))


def router(core: Core, vendors: Mapping[str, Provider]) -> Router:
    """Wire the door to vendors."""
    return Router(core.postgres.begin, core.database, core.vault, core.ids, core.wall, vendors)


def build(
    core: Core,
    vendors: Mapping[str, Provider],
    door: Router,
    part_for: Callable[[str, str], tuple[Provider, ProviderKind]],
) -> BrandsUseCases:
    """Wire brands."""
    begin, catalogue = core.postgres.begin, Catalogue(vendors)
    return BrandsUseCases(
        found=FoundBrand(begin, core.ids),
        providers=ListProviders(begin, catalogue),
        save_provider=SaveProvider(begin, catalogue, core.ids),
        remove_provider=RemoveProvider(begin, catalogue),
        try_call=TryProvider(door, part_for),
        catalogue=catalogue,
    )
