"""
The life of a run: its slot is claimed, it starts, tells how far it got, and ends. And the second life of a dead letter.

A run is its own record, kept for good, so that the clock's ticks do not fill the audit trail; what a job changes is audited where it
changes it.
"""

from datetime import datetime
from uuid import UUID

import attrs

from los_domain.jobs.events import JobDue
from los_domain.jobs.model import DeadLetter, JobRun, RunState
from los_domain.jobs.ports import JobWork
from los_domain.shared.actor import PlatformScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import Ids
from los_domain.shared.progress import Progress
from los_domain.shared.work import Begin


@attrs.frozen
class ClaimSlot:
    """Make sure that one slot of a job is run: note the run and tell the workers, once."""

    begin: Begin[PlatformScope, JobWork]
    ids: Ids
    wall: WallClock

    def __call__(self, scope: PlatformScope, job: str, slot: datetime) -> UUID | None:
        """Return the run's id, or None if somebody claimed the slot before."""
        run = JobRun(self.ids.new(), job, slot, claimed_at=self.wall.now())
        with self.begin(scope) as work:
            if not work.job_runs.claim(run):
                return None
            work.outbox.add(JobDue(run.id, job))
            return work.finish(run.id)


@attrs.frozen
class StartRun:
    """Note that a run begins, or begins again after a failure."""

    begin: Begin[PlatformScope, JobWork]
    wall: WallClock

    def __call__(self, scope: PlatformScope, run_id: UUID) -> JobRun:
        """Return the run. Raises NotFound."""
        with self.begin(scope) as work:
            run = attrs.evolve(work.job_runs.get(run_id), state=RunState.RUNNING, started_at=self.wall.now())
            work.job_runs.save(run)
            return run


@attrs.frozen
class ReportProgress:
    """Note how far a run got."""

    begin: Begin[PlatformScope, JobWork]

    def __call__(self, scope: PlatformScope, run_id: UUID, progress: Progress) -> None:
        with self.begin(scope) as work:
            work.job_runs.save(attrs.evolve(work.job_runs.get(run_id), progress=progress))


@attrs.frozen
class EndRun:
    """Note how a run ended. A failed one keeps its slot, so that a later try finishes the same run."""

    begin: Begin[PlatformScope, JobWork]
    wall: WallClock

    def __call__(self, scope: PlatformScope, run_id: UUID, *, result: str = "", error: str = "") -> None:
        with self.begin(scope) as work:
            run = work.job_runs.get(run_id)
            state = RunState.FAILED if error else RunState.DONE
            work.job_runs.save(attrs.evolve(run, state=state, finished_at=self.wall.now(), result=result, error=error))
            work.finish(None)


@attrs.frozen
class ReplayDeadLetter:
    """Try a dead letter again, because what stood in its way was mended. If its effect was had after all, nothing happens."""

    begin: Begin[PlatformScope, JobWork]
    wall: WallClock

    def __call__(self, scope: PlatformScope, letter_id: UUID) -> DeadLetter:
        """Return the letter as it stands then. Raises NotFound, and Conflict for one that was replayed before."""
        with self.begin(scope) as work:
            letter = work.dead_letters.get(letter_id)
            if letter.replayed_at is not None:
                raise Conflict("this dead letter was replayed before: if it failed again, it has a successor")
            replayed = attrs.evolve(letter, replayed_at=self.wall.now())
            work.dead_letters.replay(replayed)
            work.audit.add(
                AuditEvent(
                    "jobs.replay",
                    "dead-letter",
                    letter_id,
                    after={"consumer": letter.consumer, "why": letter.why.value},
                )
            )
            return work.finish(replayed)
