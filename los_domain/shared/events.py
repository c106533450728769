"""Events: small facts that others may act on later. They name the object and its version; a consumer reads present state."""

from typing import ClassVar, Protocol
from uuid import UUID

import attrs


@attrs.frozen
class Event:
    """
    Something that happened, published in the transaction that made it so.

    Delivered at least once, in no promised order. Fields are ids, dates, whole numbers and code words only, never anything
    personal.
    Subclasses set ``topic``, past tense with the capability in front (``loans.sanctioned``); it is stored, so it never changes.
    """

    topic: ClassVar[str]


class Outbox(Protocol):
    """Where a unit of work leaves what must be told."""

    def add(self, *events: Event) -> None:
        """Store *events* in this transaction; they are relayed after it commits, and not at all if it does not."""
        ...


class PlatformOutbox(Outbox, Protocol):
    """The outbox of a scope outside every brand's wall."""

    def add_for(self, brand: UUID, *events: Event) -> None:
        """Store *events* of *brand* in this transaction: consumers run inside that brand's wall."""
        ...
