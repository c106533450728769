"""What workers do about identity."""

from los_adapters.bootstrap import Application
from los_domain.kyc.events import KycCheckPending
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import VENDORS
from los_worker.shared.subscription import Subscription


def verify_pan(application: Application, scope: BrandScope, event: KycCheckPending) -> None:
    """Ask the PAN's authority again."""
    application.kyc.verify_pan.again(scope, event.check_id)


SUBSCRIPTIONS = (Subscription(event=KycCheckPending, consumer="kyc.verify-pan", queue=VENDORS, run=verify_pan),)
