"""What paying out does by the clock: send what certainly is at no bank, ask about what may be."""

from los_adapters.bootstrap import Application
from los_domain.disbursement.model import PayoutStatus
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import LosError
from los_domain.shared.progress import Progress
from los_worker.shared.job import Job, Run


def look(application: Application, run: Run) -> int:
    """Look at every payout whose time has come; one that cannot be looked at now keeps nobody else waiting."""
    paying = application.disbursement
    due = paying.queries.due(run.scope, application.core.clock.now())
    looked = 0
    for done, (brand, payout, status) in enumerate(due):
        run.report(Progress(done, len(due)))
        scope = BrandScope(brand, run.scope.actor)
        try:
            (paying.send if status is PayoutStatus.READY else paying.ask)(scope, payout)
            looked += 1
        except LosError:
            continue
    return looked


JOBS = (Job("disbursement.look", Cron.every(1), look),)
