"""What the pipeline needs to know."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from los_domain.onboarding.model import Facts
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import CustomerId


class OnboardingFacts(Protocol):
    """Knows how far customers got, from the rows of the capabilities that prove each thing. Nothing personal is read."""

    def of(self, scope: BrandScope, customers: Sequence[CustomerId]) -> Mapping[CustomerId, Facts]:
        """Return the facts of those of *customers* that exist, in one round trip."""
        ...
