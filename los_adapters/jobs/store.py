"""Stores of job runs and dead letters."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.jobs.tables import job_runs
from los_adapters.shared.store import Context
from los_adapters.shared.tables import dead_letters, deliveries
from los_domain.jobs.model import DeadLetter, JobRun, RunState, Then
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import BrandId
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


def letter_from_row(row: Mapping[Any, Any]) -> DeadLetter:
    """Return the dead letter that *row* holds."""
    return DeadLetter(
        id=row["id"],
        queue=row["queue"],
        consumer=row["consumer"],
        event_id=row["event_id"],
        brand=None if row["brand_id"] is None else BrandId(row["brand_id"]),
        topic=row["topic"],
        why=Then(row["why"]),
        error=row["error"],
        tries=row["tries"],
        at=row["at"],
        replayed_at=row["replayed_at"],
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


@attrs.frozen
class SqlDeadLetters:
    """Dead letters, in platform scope."""

    context: Context

    def get(self, letter_id: UUID) -> DeadLetter:
        """Return a dead letter, locked. Raises NotFound."""
        found = sa.select(dead_letters).where(dead_letters.c.id == letter_id).with_for_update()
        row = self.context.connection.execute(found).mappings().one_or_none()
        if row is None:
            raise NotFound("no such dead letter")
        return letter_from_row(row)

    def replay(self, letter: DeadLetter) -> None:
        """Stamp *letter* and owe its event again."""
        self.context.connection.execute(
            sa.update(dead_letters).where(dead_letters.c.id == letter.id).values(replayed_at=letter.replayed_at)
        )
        self.context.added(
            deliveries,
            event_id=letter.event_id,
            consumer=letter.consumer,
            queue=letter.queue,
            brand_id=letter.brand,
        )
