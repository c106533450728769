"""What messaging tells others, and itself through the queue."""

from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.events import Event


@attrs.frozen
class MessageQueued(Event):
    """A message waits to be sent."""

    topic: ClassVar[str] = "messaging.queued"
    message_id: UUID
    channel: str
    lane: str
