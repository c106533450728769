"""The use cases of settings, wired."""

import attrs

from los_adapters.core import Core
from los_domain.settings.usecases import SavePage


@attrs.frozen
class SettingsUseCases:
    """Settings pages of every capability."""

    save: SavePage


def build(core: Core) -> SettingsUseCases:
    """Wire settings."""
    return SettingsUseCases(save=SavePage(core.postgres.begin, core.wall))
