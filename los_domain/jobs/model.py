"""Runs of jobs, one for each slot, however often it was tried; and deliveries that failed for good."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.ids import BrandId
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


class Then(Enum):
    """What becomes of a delivery that failed. All but AGAIN are dead letters."""

    AGAIN = "again"
    USED_UP = "tries used up"
    FOR_A_PERSON = "for a person"
    KILLS = "kills its worker"


@attrs.frozen
class DeadLetter:
    """
    A delivery that is not tried any more until a person says so.

    *error* is the kind of the last failure, and its words where they are our own. *replayed_at*: somebody said so.
    """

    id: UUID
    queue: str
    consumer: str
    event_id: UUID
    brand: BrandId | None
    topic: str
    why: Then
    error: str
    tries: int
    at: datetime
    replayed_at: datetime | None = None
