"""What workers do about decisions."""

from los_adapters.bootstrap import Application
from los_domain.bureau.events import ReportSettled
from los_domain.decisioning.events import ReportsBypassed
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import LOANS
from los_worker.shared.subscription import Subscription


def decide(application: Application, scope: BrandScope, event: ReportSettled) -> None:
    """Judge the loan, with the report or without one."""
    application.decisioning.decide(scope, event.loan_id)


def decide_again(application: Application, scope: BrandScope, event: ReportsBypassed) -> None:
    """Judge the loan without the reports that staff let it pass without."""
    application.decisioning.decide(scope, event.loan_id)


SUBSCRIPTIONS = (
    Subscription(event=ReportSettled, consumer="decisioning.decide", queue=LOANS, run=decide),
    Subscription(event=ReportsBypassed, consumer="decisioning.decide-again", queue=LOANS, run=decide_again),
)
