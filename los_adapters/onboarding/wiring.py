"""The use cases of onboarding, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.onboarding.queries import OnboardingQueries
from los_domain.brands.ports import SettingsReader
from los_domain.onboarding.usecases import ReadOnboarding


@attrs.frozen
class OnboardingUseCases:
    """Where customers stand."""

    read: ReadOnboarding


def build(core: Core, settings: SettingsReader) -> OnboardingUseCases:
    """Wire onboarding."""
    return OnboardingUseCases(ReadOnboarding(OnboardingQueries(core.database), settings))
