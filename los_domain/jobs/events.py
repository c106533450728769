"""What the ticker tells the workers."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event


@attrs.frozen
class JobDue(Event):
    """A slot of a job was claimed and its run noted; it waits to be run."""

    topic: ClassVar[str] = "jobs.due"
    run_id: UUID
    job: str
