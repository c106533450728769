"""A person of the lender takes two names for one person's, where a score left it open."""

import attrs

from los_domain.kyc import proofs
from los_domain.kyc.events import IdentityProved
from los_domain.kyc.model import AadhaarFact, FactKind
from los_domain.kyc.ports import KycWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import CustomerId
from los_domain.shared.work import Begin


@attrs.frozen
class AcceptNames:
    """Take the names of PAN and Aadhaar for one person's. The score stays; the verdict is the person's who looked."""

    begin: Begin[BrandScope, KycWork]
    clock: Clock

    def __call__(self, scope: BrandScope, customer_id: CustomerId, *, reason: str) -> AadhaarFact:
        """Raises NotFound before e-KYC, Conflict where the names match already."""
        with self.begin(scope) as work:
            before = work.identity.find(customer_id, AadhaarFact)
            if before is None:
                raise NotFound("no Aadhaar e-KYC was completed")
            after = proofs.names_accepted(before, at=self.clock.now())
            work.identity.add(customer_id, after)
            work.outbox.add(IdentityProved(customer_id, FactKind.AADHAAR.value))
            was, is_now = ({"nameVerdict": each.names.verdict.value} for each in (before, after))
            work.audit.add(AuditEvent("kyc.accept-names", "customer", customer_id, was, is_now, reason=reason))
            return work.finish(after)
