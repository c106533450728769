"""
How often somebody may do something: the generic cell rate algorithm, over the table, over Redis, or in memory.

For each key one instant is kept: when all that was spent so far will have been earned back. A limit of *times* in *seconds* earns one
every seconds/times, and lets at most *times* be spent at once; there is no edge of a window at which twice as much passes.
"""

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs
import sqlalchemy as sa
import structlog

from los_adapters.shared.database import Database, Read
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import TooMany
from los_domain.shared.limits import Limit

if TYPE_CHECKING:
    from redis import Redis

_LOG: Final = structlog.get_logger("los.limits")
_SCOPE: Final = PlatformScope(Actor.system("limits"))


class Purse(Protocol):
    """Where the instants are kept. Raises whatever its driver raises when it is away."""

    def spend(self, key: str, limit: Limit) -> float:
        """Spend one of *limit* for *key*; return 0, or the seconds until one may be spent."""
        ...

    def sweep(self) -> int:
        """Forget what was earned back, where that does not happen by itself; return how many keys."""
        ...


@attrs.frozen
class Limits:
    """Refuses what is too often. Where the purse is away, everything passes: a limit never stops the business."""

    purse: Purse

    def spend(self, limit: Limit, who: str) -> None:
        """Count one for *who*. Raises TooMany."""
        try:
            wait = self.purse.spend(f"{limit.name}:{who}", limit)
        except Exception as error:  # each driver fails in its own way, and all mean the same here
            _LOG.warning("no limits", limit=limit.name, kind=type(error).__name__)
            return
        if wait > 0:
            raise TooMany(limit.says, retry_after_seconds=max(1, round(wait + 0.5)))


def _cost(limit: Limit) -> float:
    """Return the seconds in which one is earned back."""
    return limit.seconds / limit.times


def _room(limit: Limit) -> float:
    """Return how far ahead of now one may have spent and still spend one more."""
    return limit.seconds - _cost(limit)


_SPEND: Final = Read(
    "insert into limits as l (key, earned_at) values (%(key)s, now() + make_interval(secs => %(cost)s)) on conflict (key) do update "
    "set earned_at = greatest(l.earned_at, now()) + make_interval(secs => %(cost)s) "
    "where l.earned_at <= now() + make_interval(secs => %(room)s) returning 1",
    {},
)
_WAIT: Final = Read(
    "select extract(epoch from earned_at - now()) - %(room)s from limits where key = %(key)s",
    {},
)
_SWEEP: Final = sa.text("delete from limits where earned_at < now()")


@attrs.frozen
class PostgresPurse:
    """One table that all processes share."""

    database: Database

    def spend(self, key: str, limit: Limit) -> float:
        """Spend one."""
        values = {"key": key, "cost": _cost(limit), "room": _room(limit)}
        if self.database.lazily(_SCOPE, _SPEND, values):
            return 0.0
        ((wait,),) = self.database.read(_SCOPE, _WAIT, values)
        return float(wait)

    def sweep(self) -> int:
        """Forget what was earned back; return how many keys."""
        with self.database.begin(_SCOPE) as connection:
            return connection.execute(_SWEEP).rowcount


_SCRIPT: Final = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local earned = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = earned - now - tonumber(ARGV[2])
if wait > 0 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', earned + ARGV[1]), 'EX', math.ceil(earned + ARGV[1] - now) + 1)
return '0'
"""


@attrs.frozen
class RedisPurse:
    """Redis, in one script a request."""

    client: "Redis"
    prefix: str = "los:limits:"

    @classmethod
    def at(cls, url: str) -> "RedisPurse":
        """Return the purse in the Redis at *url*."""
        from redis import Redis

        return cls(Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5))

    def spend(self, key: str, limit: Limit) -> float:
        """Spend one."""
        said: Any = self.client.eval(_SCRIPT, 1, self.prefix + key, str(_cost(limit)), str(_room(limit)))
        return float(said)

    def sweep(self) -> int:
        """Nothing: Redis forgets by itself."""
        return 0


@attrs.define
class LocalPurse:
    """Memory of this process, for limits that need not be exact: the newest *most* keys are remembered."""

    most: int = 50_000
    _earned: "OrderedDict[str, float]" = attrs.field(factory=OrderedDict)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def spend(self, key: str, limit: Limit) -> float:
        """Spend one."""
        now = time.monotonic()
        with self._lock:
            earned = max(self._earned.pop(key, 0.0), now)
            wait = earned - now - _room(limit)
            self._earned[key] = earned if wait > 0 else earned + _cost(limit)
            if len(self._earned) > self.most:
                self._earned.popitem(last=False)
        return max(wait, 0.0)

    def sweep(self) -> int:
        """Nothing: the oldest make room for the newest."""
        return 0
