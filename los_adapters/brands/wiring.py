"""The use cases of brands, wired."""

import attrs

from los_adapters.core import Core
from los_domain.brands.usecases.found_brand import FoundBrand


@attrs.frozen
class BrandsUseCases:
    """What is done to brands as such."""

    found: FoundBrand


def build(core: Core) -> BrandsUseCases:
    """Wire brands."""
    return BrandsUseCases(found=FoundBrand(core.postgres.begin, core.ids))
