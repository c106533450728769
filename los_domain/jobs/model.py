"""Runs of jobs: one for each slot, however often it was tried."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.progress import Progress


class RunState(Enum):
    """How far a run got. FAILED may still be tried again; whether it will, the dead letters tell."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@attrs.frozen
class JobRun:
    """
    One run of one job.

    *slot* is business time, the other instants are the wall's. *result* is what the job returned, a word or a count; *error* the kind
    of its last failure.
    """

    id: UUID
    job: str
    slot: datetime
    claimed_at: datetime
    state: RunState = RunState.WAITING
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: Progress = Progress(0)
    result: str = ""
    error: str = ""
