"""Store of job runs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.jobs.tables import job_runs
from los_adapters.shared.store import Context
from los_domain.jobs.model import JobRun, RunState
from los_domain.shared.errors import NotFound
from los_domain.shared.progress import Progress


def run_to_row(run: JobRun) -> dict[str, Any]:
    """Return the columns of *run*."""
    row = attrs.asdict(run, recurse=False) | {"state": run.state.value} | attrs.asdict(run.progress)
    del row["progress"]
    return row


def run_from_row(row: Mapping[Any, Any]) -> JobRun:
    """Return the run that *row* holds."""
    return JobRun(
        id=row["id"],
        job=row["job"],
        slot=row["slot"],
        claimed_at=row["claimed_at"],
        state=RunState(row["state"]),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        progress=Progress(row["done"], row["total"], row["note"]),
        result=row["result"],
        error=row["error"],
    )


@attrs.frozen
class SqlJobRuns:
    """Runs, in platform scope."""

    context: Context

    def claim(self, run: JobRun) -> bool:
        """Store *run* if its slot is free."""
        return self.context.added(job_runs, **run_to_row(run))

    def get(self, run_id: UUID) -> JobRun:
        """Return a run. Raises NotFound."""
        row = self.context.connection.execute(_GET, {"run_id": run_id}).mappings().one_or_none()
        if row is None:
            raise NotFound("no such run")
        return run_from_row(row)

    def save(self, run: JobRun) -> None:
        """Write *run*."""
        self.context.connection.execute(sa.update(job_runs).where(job_runs.c.id == run.id).values(run_to_row(run)))


_GET = sa.select(job_runs).where(job_runs.c.id == sa.bindparam("run_id", type_=job_runs.c.id.type))
