"""Moving business time: in a sandbox only, forward only, for all processes at once."""

from typing import Protocol

import attrs

from los_domain.shared.actor import PlatformScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.errors import FieldProblem, Invalid, Rejected
from los_domain.shared.work import Begin, Work


class Offset(Protocol):
    """How many seconds business time is ahead of the wall clock."""

    def read(self) -> int:
        """Return the seconds, locked until the transaction ends."""
        ...

    def write(self, seconds: int) -> None:
        """Store them; every process follows within a fraction of a second."""
        ...


class MovingWork(Work, Protocol):
    """The unit of work of moving the clock."""

    @property
    def offset(self) -> Offset:
        """The installation's offset."""
        ...


@attrs.frozen
class MoveClock:
    """Move business time forward. *is_sandbox*: whether the vendors are simulated, for real ones live in real time."""

    begin: Begin[PlatformScope, MovingWork]
    is_sandbox: bool

    def __call__(self, scope: PlatformScope, *, seconds: int) -> int:
        """Move by *seconds* and return the whole offset. Raises Rejected outside a sandbox, Invalid for a way back."""
        if not self.is_sandbox:
            raise Rejected("the clock is moved in a sandbox only: the vendors are real", reasons=("NO_SANDBOX",))
        if seconds < 0:
            raise Invalid(FieldProblem("seconds", "the clock goes forward only"))
        with self.begin(scope) as work:
            before = work.offset.read()
            work.offset.write(before + seconds)
            work.audit.add(
                AuditEvent(
                    "shared.move-clock",
                    "installation",
                    None,
                    before={"offset_seconds": before},
                    after={"offset_seconds": before + seconds},
                )
            )
            return work.finish(before + seconds)
