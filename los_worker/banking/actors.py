"""What workers do about bank accounts and statements."""

from los_adapters.bootstrap import Application
from los_domain.banking.events import PennyOnItsWay, StatementQueued, StatementSent
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import VENDORS
from los_worker.shared.subscription import Subscription


def follow_penny(application: Application, scope: BrandScope, event: PennyOnItsWay) -> None:
    """Ask what became of a penny."""
    application.banking.prove.again(scope, event.account_id)


def send_statement(application: Application, scope: BrandScope, event: StatementQueued) -> None:
    """Send a statement to the analyser."""
    application.banking.send_statement(scope, event.statement_id)


def fetch_statement(application: Application, scope: BrandScope, event: StatementSent) -> None:
    """Fetch a report."""
    application.banking.fetch_statement(scope, event.statement_id)


SUBSCRIPTIONS = (
    Subscription(event=PennyOnItsWay, consumer="banking.follow-penny", queue=VENDORS, run=follow_penny),
    Subscription(event=StatementQueued, consumer="banking.send-statement", queue=VENDORS, run=send_statement),
    Subscription(event=StatementSent, consumer="banking.fetch-statement", queue=VENDORS, run=fetch_statement),
)
