"""What workers do about credit reports."""

from los_adapters.bootstrap import Application
from los_domain.loans.events import ReviewStarted
from los_domain.shared.actor import BrandScope
from los_domain.shared.money import Money
from los_worker.shared.queues import VENDORS
from los_worker.shared.subscription import Subscription


def pull_report(application: Application, scope: BrandScope, event: ReviewStarted) -> None:
    """Get the report that the loan is judged by."""
    application.bureau.pull(scope, event.loan_id, event.customer_id, amount=Money(event.amount_paise))


SUBSCRIPTIONS = (Subscription(event=ReviewStarted, consumer="bureau.pull-report", queue=VENDORS, run=pull_report),)
