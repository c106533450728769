"""What a change leaves behind for an auditor."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import attrs

Value = str | int | bool | None


@attrs.frozen
class AuditEvent:
    """
    One change to one object. *before* and *after* hold only the fields that differ, personal values already masked.

    Creation has an empty *before*, deletion an empty *after*.
    """

    action: str  # verb phrase of the use case, ``loans.sanction``
    object_kind: str
    object_id: UUID | None
    before: Mapping[str, Value] = attrs.field(factory=dict)
    after: Mapping[str, Value] = attrs.field(factory=dict)
    reason: str = ""


class AuditLog(Protocol):
    """The trail of the running unit of work; who, when, from where come from its scope."""

    def add(self, event: AuditEvent) -> None:
        """Write *event* in this transaction."""
        ...


def differing(
    before: Mapping[str, Value], after: Mapping[str, Value]
) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """Return the fields that differ, as they were and as they are."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {n: before[n] for n in names if n in before}, {n: after[n] for n in names if n in after}
