"""What messaging does by the clock."""

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import BrandScope
from los_worker.shared.job import Job, Run


def hand_over_due(application: Application, run: Run) -> int:
    """Hand over what waited for its hour, in every brand; notices of an inactive brand's live loans go on."""
    return sum(
        application.messaging.hand_over_due(BrandScope(brand.id, run.scope.actor))
        for brand in application.brands.every()
    )


JOBS = (Job("messaging.hand-over-due", Cron.every(1), hand_over_due),)
