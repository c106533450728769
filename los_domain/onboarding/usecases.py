"""Where customers stand on their way to a decision."""

from collections.abc import Mapping, Sequence

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.brands.ports import SettingsReader
from los_domain.onboarding.model import Pipeline
from los_domain.onboarding.policy import pipeline
from los_domain.onboarding.ports import OnboardingFacts
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import CustomerId


@attrs.frozen
class ReadOnboarding:
    """Show where customers stand, by the brand's flags of today."""

    facts: OnboardingFacts
    settings: SettingsReader

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> Pipeline:
        """Return one customer's pipeline. Raises NotFound."""
        found = self.of(scope, [customer_id])
        if customer_id not in found:
            raise NotFound("no such customer")
        return found[customer_id]

    def of(self, scope: BrandScope, customers: Sequence[CustomerId]) -> Mapping[CustomerId, Pipeline]:
        """Return the pipelines of many."""
        config = self.settings.page(scope, BrandConfig)
        return {customer: pipeline(facts, config) for customer, facts in self.facts.of(scope, customers).items()}
