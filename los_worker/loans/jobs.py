"""What loans do by the clock: the end of each day."""

from datetime import timedelta

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_worker.shared.job import Job, Run


def end_of_day(application: Application, run: Run) -> str:
    """Run the night of the day before the slot, and every missed one first; return how many loans were written."""
    ran = application.close_day(run.scope, run.day - timedelta(days=1), report=run.report)
    return f"{sum(night.loans for nights in ran.values() for night in nights)} loans"


JOBS = (Job("loans.end-of-day", Cron.daily(0, 5), end_of_day),)
