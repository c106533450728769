"""What the sealer tells."""

from typing import ClassVar

import attrs

from los_domain.shared.events import Event


@attrs.frozen
class TrailSealed(Event):
    """A segment of the audit trail was sealed; a copy of it is to be kept elsewhere."""

    topic: ClassVar[str] = "audit.sealed"
    number: int
