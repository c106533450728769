"""Runs a job whose slot was claimed."""

import attrs

from los_adapters.bootstrap import Application
from los_domain.jobs.events import JobDue
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.dates import india_day
from los_domain.shared.errors import NotFound
from los_domain.shared.progress import Progress
from los_worker.schedule import SCHEDULE
from los_worker.shared.job import Run
from los_worker.shared.queues import JOBS
from los_worker.shared.subscription import PlatformSubscription


def run_job(application: Application, scope: PlatformScope, due: JobDue) -> None:
    """Run the job for its slot and note how it ended. What it raises goes on to the retries, after it was noted."""
    job = SCHEDULE.get(due.job)
    if job is None:
        raise NotFound(f"no job is called {due.job}")
    # The run itself spans many transactions; the event is handled in the last one, which notes the end.
    within = attrs.evolve(scope.undelivered, actor=Actor.system(due.job))
    run = application.jobs.start(within, due.run_id)

    def report(progress: Progress) -> None:
        application.jobs.report(within, due.run_id, progress)
        if scope.delivery is not None:
            application.deliveries.got_further(scope.delivery)

    try:
        result = job.run(application, Run(run.slot, india_day(run.slot), within, report))
    except Exception as error:
        application.jobs.end(within, due.run_id, error=type(error).__name__)
        raise
    application.jobs.end(attrs.evolve(scope, actor=within.actor), due.run_id, result=str(result or ""))


SUBSCRIPTIONS = (PlatformSubscription(event=JobDue, consumer="jobs.run", queue=JOBS, run=run_job),)
