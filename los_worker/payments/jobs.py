"""What payments do by the clock: ask about orders whose notice did not come, and send refunds that were not taken."""

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import LosError
from los_domain.shared.progress import Progress
from los_worker.shared.job import Job, Run


def look(application: Application, run: Run) -> int:
    """Look at every collection whose time has come; one that cannot be looked at now keeps nobody else waiting."""
    due = application.payments.queries.collections_due(run.scope, application.core.clock.now())
    looked = 0
    for done, (brand, collection) in enumerate(due):
        run.report(Progress(done, len(due)))
        try:
            application.payments.look(BrandScope(brand, run.scope.actor), collection)
            looked += 1
        except LosError:
            continue
    return looked


def send_refunds(application: Application, run: Run) -> int:
    """Send every refund whose time has come."""
    due = application.payments.queries.refunds_due(run.scope, application.core.clock.now())
    sent = 0
    for brand, refund in due:
        try:
            application.payments.send_refund(BrandScope(brand, run.scope.actor), refund)
            sent += 1
        except LosError:
            continue
    return sent


JOBS = (
    Job("payments.look", Cron.every(1), look),
    Job("payments.send-refunds", Cron.every(5), send_refunds),
)
