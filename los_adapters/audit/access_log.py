"""The access log: calls taken down in memory and written together, several times a second."""

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa
import structlog

from los_adapters.shared.database import Database
from los_adapters.shared.tables import audit_rows
from los_domain.audit.ports import Access
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import LosError
from los_domain.shared.ids import Ids

_LOG: Final = structlog.get_logger("los.audit")
_SCOPE: Final = PlatformScope(Actor.system("access log"))
_PAUSE_SECONDS: Final = 0.4
_MOST: Final = 20_000
_TOGETHER: Final = 1_000


@attrs.define
class BufferedAccessLog:
    """
    Writes what was taken down every 0.4 seconds; a crash loses that much. While the database is away the newest 20,000 are kept, and
    how many older ones were lost is logged.
    """

    database: Database
    ids: Ids
    lost: int = 0
    _waiting: deque[Access] = attrs.field(factory=deque)
    _stopping: threading.Event = attrs.field(factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write in the background."""
        self._thread = threading.Thread(target=self._run, name="access log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and stop."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(10)
        self.flush()

    def add(self, access: Access) -> None:
        """Take *access* down soon."""
        if len(self._waiting) >= _MOST:
            self._waiting.popleft()
            self.lost += 1
        self._waiting.append(access)

    def add_now(self, access: Access) -> None:
        """Take *access* down before returning."""
        self._write([access])

    def flush(self) -> int:
        """Write what waits; return how many rows that was."""
        written = 0
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(len(self._waiting), _TOGETHER))]
            try:
                self._write(some)
            except LosError:
                self._waiting.extendleft(reversed(some))
                raise
            written += len(some)
        return written

    def _run(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            try:
                self.flush()
            except LosError as error:
                _LOG.warning("access log waits", kind=type(error).__name__, waiting=len(self._waiting), lost=self.lost)

    def _write(self, accesses: Sequence[Access]) -> None:
        with self.database.begin(_SCOPE) as connection:
            connection.execute(sa.insert(audit_rows), [self._row(access) for access in accesses])

    def _row(self, access: Access) -> dict[str, Any]:
        actor = access.actor
        return {
            "id": self.ids.new(),
            "at": access.at,
            "kind": "access",
            "brand_id": access.brand,
            "actor_kind": actor.kind.value if actor else "anonymous",
            "actor_id": actor.id if actor else None,
            "actor_name": actor.name if actor else "",
            "action": access.action,
            "object_kind": access.object_kind,
            "object_id": access.object_id,
            "request_id": access.request_id,
            "address": access.address,
            "outcome": access.outcome,
        }
