"""What loans do by the clock: the end of each day, and the lapse of offers."""

from datetime import timedelta

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import BrandScope
from los_worker.shared.job import Job, Run


def end_of_day(application: Application, run: Run) -> str:
    """Run the night of the day before the slot, and every missed one first; return how many loans were written."""
    ran = application.close_day(run.scope, run.day - timedelta(days=1), report=run.report)
    return f"{sum(night.loans for nights in ran.values() for night in nights)} loans"


def lapse_offers(application: Application, run: Run) -> int:
    """Let offers lapse that nobody accepted in time, brand by brand; return how many."""
    return sum(
        application.loans.lapse_offers(BrandScope(brand.id, run.scope.actor)) for brand in application.brands.every()
    )


JOBS = (
    Job("loans.end-of-day", Cron.daily(0, 5), end_of_day),
    Job("loans.lapse-offers", Cron.every(60), lapse_offers),
)
