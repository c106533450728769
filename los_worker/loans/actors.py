"""What workers do about loans."""

from los_adapters.bootstrap import Application
from los_domain.loans.events import LoanApplied
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import LOANS
from los_worker.shared.subscription import Subscription


def start_review(application: Application, scope: BrandScope, event: LoanApplied) -> None:
    """Take the application into review."""
    application.loans.start_review(scope, event.loan_id)


SUBSCRIPTIONS = (Subscription(event=LoanApplied, consumer="loans.start-review", queue=LOANS, run=start_review),)
