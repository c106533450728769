"""The use cases of credit reports, wired."""

import attrs

from los_adapters.bureau.shapes import read_report
from los_adapters.core import Core
from los_domain.brands.ports import Providers, SettingsReader
from los_domain.bureau.usecases import PullReport


@attrs.frozen
class BureauUseCases:
    """Credit reports."""

    pull: PullReport


def build(core: Core, providers: Providers, settings: SettingsReader) -> BureauUseCases:
    """Wire credit reports."""
    return BureauUseCases(
        PullReport(core.postgres.begin, providers, settings, read_report, core.ids, core.clock, core.wall)
    )
