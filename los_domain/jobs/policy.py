"""When jobs begin, and what becomes of work that failed. Pure: the instant and the chance come as arguments."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import attrs

from los_domain.jobs.model import Then
from los_domain.shared.dates import IST
from los_domain.shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    ProviderRefused,
    ProviderUnavailable,
    Rejected,
    StaleWrite,
    TooMany,
    Unauthenticated,
)


@attrs.frozen
class Cron:
    """Either *at* a time of day in India, or *every* so many minutes counted from midnight in India."""

    at: time | None = None
    every_minutes: int | None = None

    def __attrs_post_init__(self) -> None:
        if (self.at is None) == (self.every_minutes is None):
            raise ValueError("say either at which time of day, or every how many minutes")
        if self.every_minutes is not None and not (1 <= self.every_minutes <= 1440 and 1440 % self.every_minutes == 0):
            raise ValueError("the minutes should divide a day, so that slots are the same every day")

    @classmethod
    def daily(cls, hour: int, minute: int = 0) -> "Cron":
        """Return a time of day in India."""
        return cls(at=time(hour, minute))

    @classmethod
    def every(cls, minutes: int) -> "Cron":
        """Return an interval of whole minutes that divides a day."""
        return cls(every_minutes=minutes)

    def latest(self, now: datetime) -> datetime:
        """
        Return the newest slot that is not after *now*.

        Slots missed before it are not made up for: a job that owes something for each day finds the days it owes.
        """
        local = now.astimezone(IST)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.every_minutes is not None:
            passed = (local - midnight) // timedelta(minutes=self.every_minutes)
            return midnight + passed * timedelta(minutes=self.every_minutes)
        slot = datetime.combine(local.date(), self.at or time(), IST)
        return slot if slot <= local else slot - timedelta(days=1)


@attrs.frozen
class Patience:
    """How long a kind of failure is borne: tries in all, seconds before the second, growing by *factor* up to *longest_seconds*."""

    tries: int
    first_seconds: int
    factor: int = 4
    longest_seconds: int = 3600

    def wait_after(self, tries: int) -> int:
        """Return the seconds to wait after so many tries."""
        wait: int = self.first_seconds * self.factor ** (tries - 1)
        return min(wait, self.longest_seconds)


@attrs.frozen
class Verdict:
    """What to do, and when *then* is AGAIN, after how many seconds."""

    then: Then
    after_seconds: int = 0


FAULT = Patience(tries=4, first_seconds=2, factor=5)
"""A fault of ours: it fails again, unless it was a hiccup of the machine."""

PATIENCE: Sequence[tuple[type[BaseException], Patience | None]] = (
    (StaleWrite, Patience(tries=5, first_seconds=0)),  # read again, at once
    (NotFound, Patience(tries=5, first_seconds=2)),  # it may come: events keep no order
    (Conflict, Patience(tries=5, first_seconds=2)),  # likewise, a status that another event will change
    (ProviderUnavailable, Patience(tries=12, first_seconds=5, factor=2)),  # two hours and a half
    (TooMany, Patience(tries=12, first_seconds=5, factor=2)),
    (ProviderRefused, None),  # a person has to look
    (Rejected, None),  # a rule said no, and will say it again
    (Invalid, None),
    (Forbidden, None),
    (Unauthenticated, None),
)
"""Kind of error to patience; the first row that fits decides. None: no try helps, a person looks at once."""


def after_failure(error: BaseException, *, tries: int, jitter_percent: int = 0) -> Verdict:
    """
    Return what becomes of a delivery after *error*, its *tries*-th failure.

    *jitter_percent* (0 to 100) stretches the wait by up to its half, so that what failed together does not return together.
    """
    patience = next((found for kind, found in PATIENCE if isinstance(error, kind)), FAULT)
    if patience is None:
        return Verdict(Then.FOR_A_PERSON)
    if tries >= patience.tries:
        return Verdict(Then.USED_UP)
    wait = patience.wait_after(tries)
    if isinstance(error, ProviderUnavailable | TooMany):
        wait = max(wait, error.retry_after_seconds)
    return Verdict(Then.AGAIN, wait + wait * jitter_percent // 200)


MOST_CRASHES = 5
"""Starts in a row that ended with their worker. A delivery that kills its worker each time is given up unseen."""
