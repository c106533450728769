"""Close a customer for applications, and open her again; each with a reason."""

import attrs

from los_domain.customers import policy
from los_domain.customers.events import CustomerStatusChanged
from los_domain.customers.ports import ProfileWork
from los_domain.customers.usecases.profile import Details
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.ids import CustomerId
from los_domain.shared.work import Begin


@attrs.frozen
class ChangeStatus:
    """
    Say whether a customer may apply. Who is closed still logs in: loans she has are hers to see and to pay.

    Saying what is so already changes nothing.
    """

    begin: Begin[BrandScope, ProfileWork]

    def __call__(self, scope: BrandScope, customer_id: CustomerId, *, is_active: bool, reason: str) -> Details:
        """Raises NotFound, Invalid without a reason."""
        why = policy.reasoned(reason)
        with self.begin(scope) as work:
            before = work.customers.get(customer_id)
            if before.is_active is not is_active:
                work.customers.save(attrs.evolve(before, is_active=is_active))
                work.outbox.add(CustomerStatusChanged(customer_id, is_active))
                told = {"isActive": before.is_active}, {"isActive": is_active}
                work.audit.add(AuditEvent("customers.change-status", "customer", customer_id, *told, reason=why))
            return work.finish(Details(work.customers.get(customer_id), work.profiles.get(customer_id)))
