"""Two clocks: business time, which a sandbox may move forward, and the wall's, which nothing moves."""

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """Business time: dues, quiet hours, validity, value dates, expiry of agreements. Settable forward in sandbox mode."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """Return the date in India."""
        ...


class WallClock(Protocol):
    """Real time: tokens, one-time passwords, leases, limits, signatures, identities."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...
