"""The system's clock, and business time as the wall's plus the installation's offset."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import sqlalchemy as sa

from los_adapters.shared.tables import installation
from los_domain.shared.dates import india_day


@attrs.frozen
class SystemClock:
    """The wall clock; with no offset it is business time too."""

    def now(self) -> datetime:
        """Return the instant."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that reads it

    def today(self) -> date:
        """Return the date in India."""
        return india_day(self.now())


@attrs.define
class OffsetClock:
    """
    Business time in sandbox mode: wall time plus the offset row that all processes read.

    *offset_seconds* reads the row; it is asked at most every *fresh_seconds*, so that all processes agree within that time after
    ``los clock advance``.
    """

    wall: SystemClock
    offset_seconds: Callable[[], int]
    fresh_seconds: float = 0.2
    _offset: int = 0
    _read_at: float = float("-inf")
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def now(self) -> datetime:
        """Return the instant, moved by the offset."""
        with self._lock:
            if time.monotonic() - self._read_at > self.fresh_seconds:
                self._offset = self.offset_seconds()
                self._read_at = time.monotonic()
            return self.wall.now() + timedelta(seconds=self._offset)

    def today(self) -> date:
        """Return the date in India."""
        return india_day(self.now())


_READ = sa.select(installation.c.clock_offset_seconds).with_for_update()


@attrs.frozen
class SqlOffset:
    """The installation's offset, in platform scope."""

    connection: sa.Connection

    def read(self) -> int:
        """Return the seconds, locked until the transaction ends."""
        return int(self.connection.execute(_READ).scalar_one())

    def write(self, seconds: int) -> None:
        """Store them."""
        self.connection.execute(sa.update(installation).values(clock_offset_seconds=seconds))
