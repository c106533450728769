"""Keeping the house: what has expired is swept, what was done long ago is forgotten."""

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_worker.shared.job import Job, Run

KEPT_DAYS = 90
"""How long an event is kept after everybody has acted on it: longer than any replay that a person asks for."""


def sweep(application: Application, run: Run) -> str:
    """Delete expired answers of the cache and limits that were earned back; Redis does this by itself."""
    answers, limits = application.core.cache.shelf.sweep(), application.core.limits.purse.sweep()
    return f"{answers} answers, {limits} limits"


def forget(application: Application, run: Run) -> str:
    """Delete events that everybody has acted on."""
    return f"{application.deliveries.forget(days=KEPT_DAYS)} events"


JOBS = (
    Job("jobs.sweep", Cron.every(60), sweep),
    Job("jobs.forget-events", Cron.daily(3, 40), forget),
)
