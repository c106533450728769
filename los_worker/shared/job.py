"""Work that begins by the clock, as a value: ``los_worker/<capability>/jobs.py`` holds a tuple of these."""

from collections.abc import Callable
from datetime import date, datetime

import attrs

from los_adapters.bootstrap import Application
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import PlatformScope
from los_domain.shared.progress import Report


@attrs.frozen
class Run:
    """One run of a job: the slot it is for, in business time, and where to tell how far it got."""

    slot: datetime
    day: date
    """The date of the slot in India. A job goes by this, never by the clock: it may run late, or again."""
    scope: PlatformScope
    report: Report


@attrs.frozen
class Job:
    """
    One job. *name* is stored and never changes; *when* is in Indian time.

    *run* may be killed anywhere and is then run again for the same slot; what it returns is kept as the run's result (a word or a count).
    """

    name: str
    when: Cron
    run: Callable[[Application, Run], object]
