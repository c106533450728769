"""What sealing needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import attrs

from los_domain.audit.model import Position, Seal, TrailRow
from los_domain.shared.actor import Actor
from los_domain.shared.ids import BrandId
from los_domain.shared.work import Work


class Trail(Protocol):
    """The audit trail and its seals. Platform scope."""

    def lock(self) -> bool:
        """Become the one who seals, until the transaction ends; return False if another does."""
        ...

    def unsealed(self, after: Position, *, limit: int) -> Sequence[TrailRow]:
        """Return rows after *after* in order: only of transactions below which no other can still write."""
        ...

    def between(self, after: Position, last: Position) -> Sequence[TrailRow]:
        """Return all rows after *after*, up to *last*."""
        ...

    def newest_seal(self) -> Seal | None:
        """Return the seal with the highest number."""
        ...

    def seals(self, *, after: int, limit: int) -> Sequence[Seal]:
        """Return seals with numbers above *after*, in order."""
        ...

    def add_seal(self, seal: Seal) -> None:
        """Store *seal*."""
        ...


class AuditWork(Work, Protocol):
    """What sealing touches."""

    @property
    def trail(self) -> Trail:
        """The trail."""
        ...


class Copies(Protocol):
    """Where segments are kept a second time, out of the reach of whoever owns the database."""

    def keep(self, seal: Seal, rows: Sequence[TrailRow]) -> None:
        """Keep a segment; keeping it again changes nothing. Raises ProviderUnavailable."""
        ...

    def roots(self) -> Mapping[int, bytes]:
        """Return the roots that are kept, by number; empty where what was kept cannot be read from here."""
        ...


@attrs.frozen
class Access:
    """One call of the API as the trail keeps it: who asked for what, from where, and what came of it."""

    at: datetime
    actor: Actor | None
    brand: BrandId | None
    action: str  # method and route, never the concrete path
    object_kind: str
    object_id: UUID | None
    request_id: str
    address: str
    outcome: str  # the status


class AccessLog(Protocol):
    """Takes calls down. What is taken down in the background may be lost by a crash within a second."""

    def add(self, access: Access) -> None:
        """Take *access* down soon. Never waits and never fails the call."""
        ...

    def add_now(self, access: Access) -> None:
        """Take *access* down before returning: what was looked at is sensitive, and no answer leaves before it stands written."""
        ...
