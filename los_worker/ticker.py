"""Begins jobs by the clock: the newest slot of each is claimed once, however many tickers run."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import attrs

from los_adapters.bootstrap import Application
from los_domain.shared.actor import Actor, PlatformScope
from los_worker.shared.job import Job

_SCOPE: Final = PlatformScope(Actor.system("ticker"))


@attrs.define
class Ticker:
    """
    Looks at business time and claims slots.

    The claim is a row with a unique key, so tickers need no lock between them; what this one has seen claimed it does not ask for again.
    """

    application: Application
    jobs: Iterable[Job]
    _seen: dict[str, datetime] = attrs.field(factory=dict)

    def step(self) -> int:
        """Claim what is due; return how many slots were claimed here."""
        now = self.application.core.clock.now()
        claimed = 0
        for job in self.jobs:
            slot = job.when.latest(now)
            if self._seen.get(job.name) != slot:
                claimed += self.application.jobs.claim_slot(_SCOPE, job.name, slot) is not None
                self._seen[job.name] = slot
        return claimed
