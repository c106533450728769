"""Look at what is proved of a customer."""

import attrs

from los_domain.kyc.model import AadhaarFact, MobileFact, PanFact
from los_domain.kyc.ports import KycWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import CustomerId
from los_domain.shared.work import Begin


@attrs.frozen(repr=False)
class Identity:
    """What is proved of a customer: the newest fact of each kind."""

    pan: PanFact | None
    aadhaar: AadhaarFact | None
    mobile: MobileFact | None


@attrs.frozen
class ReadIdentity:
    """Show what is proved of a customer. Bureaus, agreements and staff read it."""

    begin: Begin[BrandScope, KycWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> Identity:
        """Return the facts there are."""
        with self.begin(scope) as work:
            return Identity(
                work.identity.find(customer_id, PanFact),
                work.identity.find(customer_id, AadhaarFact),
                work.identity.find(customer_id, MobileFact),
            )
