"""What workers do about loans."""

from los_adapters.bootstrap import Application
from los_domain.decisioning.events import Decided
from los_domain.loans.events import LoanApplied
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import LOANS
from los_worker.shared.subscription import Subscription


def start_review(application: Application, scope: BrandScope, event: LoanApplied) -> None:
    """Take the application into review."""
    application.loans.start_review(scope, event.loan_id)


def act_on_decision(application: Application, scope: BrandScope, event: Decided) -> None:
    """Sanction, reject, or leave it to a person."""
    application.loans.act_on_decision(scope, event.decision_id)


SUBSCRIPTIONS = (
    Subscription(event=LoanApplied, consumer="loans.start-review", queue=LOANS, run=start_review),
    Subscription(event=Decided, consumer="loans.act-on-decision", queue=LOANS, run=act_on_decision),
)
