"""What jobs need kept."""

from typing import Protocol
from uuid import UUID

from los_domain.jobs.model import JobRun
from los_domain.shared.work import Work


class JobRuns(Protocol):
    """The history of runs. Platform scope."""

    def claim(self, run: JobRun) -> bool:
        """Store *run* if its slot is free; return whether it was. Safe with any number of tickers."""
        ...

    def get(self, run_id: UUID) -> JobRun:
        """Return a run. Raises NotFound."""
        ...

    def save(self, run: JobRun) -> None:
        """Write *run* over what was known of it."""
        ...


class JobWork(Work, Protocol):
    """What jobs touch."""

    @property
    def job_runs(self) -> JobRuns:
        """Runs."""
        ...
