"""What is done about documents by the clock."""

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import BrandScope
from los_domain.shared.progress import Progress
from los_worker.shared.job import Job, Run


def sweep(application: Application, run: Run) -> int:
    """Remove documents whose file never came, brand by brand; return how many."""
    brands, swept = application.brands.every(), 0
    for done, brand in enumerate(brands):
        run.report(Progress(done, len(brands)))
        swept += application.documents.sweep(BrandScope(brand.id, run.scope.actor))
    return swept


JOBS = (Job("documents.sweep", Cron.every(60), sweep),)
