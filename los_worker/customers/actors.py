"""What workers do about customers."""

from los_adapters.bootstrap import Application
from los_domain.customers.events import EmploymentCheckPending
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import VENDORS
from los_worker.shared.subscription import Subscription


def check_employment(application: Application, scope: BrandScope, event: EmploymentCheckPending) -> None:
    """Ask the provident-fund office again."""
    application.customers.check_employment.again(scope, event.customer_id)


SUBSCRIPTIONS = (
    Subscription(
        event=EmploymentCheckPending, consumer="customers.check-employment", queue=VENDORS, run=check_employment
    ),
)
