"""
Answers kept for a while, and forgotten the moment that something they were made from changes.

A key holds brand, question, what the asker may see, and the *generation* of every tag that the answer depends on, read before the
answer is made. A tag is a capability's name: whatever a transaction publishes or audits as ``loans.…`` ends the generation of
``loans`` after its commit and before its answer leaves, so nobody has to remember it. An answer made from old data lands under an
old generation, where nobody looks.

A generation is a random word, so one that was evicted or flushed only makes answers again. Values are sealed: Redis sees no person's
data. A cache that is away is no cache; a change that could not end a generation is stale for as long as the answer was to be kept.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

import attrs
import sqlalchemy as sa
import structlog

from los_adapters.shared.database import Database, Read
from los_adapters.shared.vault import DataKey, Place, Vault, VaultError
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import LosError

if TYPE_CHECKING:
    from redis import Redis

_LOG: Final = structlog.get_logger("los.cache")
_SCOPE: Final = PlatformScope(Actor.system("cache"))
_GENERATION_SECONDS: Final = 7 * 86_400
_KEY_ID: Final = UUID("6c6f7300-0000-4000-8000-6361636865aa")


class CacheAway(Exception):
    """The cache does not answer. The work goes on without it."""


class Shelf(Protocol):
    """Where bytes lie for a while. Raises CacheAway."""

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return what lies under *keys*."""
        ...

    def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Keep *value* for so long, over what was there."""
        ...

    def begin(self, key: str, value: bytes, *, seconds: int) -> bytes:
        """Keep *value* unless something is there; return what is there then."""
        ...

    def replace(self, values: Mapping[str, bytes], *, seconds: int) -> None:
        """Keep *values* where something is there, and nothing where nothing is."""
        ...

    def sweep(self) -> int:
        """Delete what has expired, where that does not happen by itself; return how many."""
        ...


@attrs.frozen
class Cache:
    """The cache. Safe to share between threads and processes."""

    shelf: Shelf
    vault: Vault

    def answer(
        self,
        brand: UUID,
        question: Sequence[str],
        *,
        tags: Iterable[str],
        seconds: int,
        make: Callable[[], bytes],
    ) -> bytes:
        """
        Return the answer to *question* in *brand*: a kept one, or what *make* makes, kept for *seconds*.

        *question* is everything that the answer depends on beside its tags: route, path, query, and what the asker may see.
        """
        try:
            generations = self._generations(brand, tags)
            name = hashlib.sha256(repr((str(brand), tuple(question), generations)).encode()).hexdigest()
            kept = self.shelf.get([name]).get(name)
            if kept is not None:
                return self._opened(brand, name, kept)
        except (CacheAway, VaultError) as away:
            _LOG.warning("no cache", kind=type(away).__name__)
            return make()
        made = make()
        try:
            self.shelf.put(name, self._sealed(brand, name, made), seconds=seconds)
        except CacheAway:
            _LOG.warning("no cache", kind="CacheAway")
        return made

    def changed(self, touched: Iterable[tuple[UUID | None, str]]) -> None:
        """End the generations of (brand, tag) pairs; without a brand, those of every brand."""
        fresh = {_generation(brand, tag): os.urandom(12).hex().encode() for brand, tag in touched}
        try:
            if fresh:
                self.shelf.replace(fresh, seconds=_GENERATION_SECONDS)
        except CacheAway:
            _LOG.warning("a change could not be told to the cache", tags=sorted(tag for _, tag in touched))

    def _generations(self, brand: UUID, tags: Iterable[str]) -> tuple[str, ...]:
        names = [_generation(owner, tag) for tag in sorted(tags) for owner in (brand, None)]
        found = self.shelf.get(names)
        return tuple(
            (
                found.get(name) or self.shelf.begin(name, os.urandom(12).hex().encode(), seconds=_GENERATION_SECONDS)
            ).decode()
            for name in names
        )

    def _sealed(self, brand: UUID, name: str, value: bytes) -> bytes:
        return self.vault.seal(self._key, value, Place("cache", "value", brand, name))

    def _opened(self, brand: UUID, name: str, value: bytes) -> bytes:
        return self.vault.open(self._key, value, Place("cache", "value", brand, name))

    @property
    def _key(self) -> DataKey:
        return DataKey(_KEY_ID, self.vault.derive("cache"))


def _generation(brand: UUID | None, tag: str) -> str:
    return f"generation:{brand or 'all'}:{tag}"


_GET: Final = Read(
    "select key, value from cache where key = any(%(keys)s) and expires_at > now()",
    {},
)
_PUT: Final = Read(
    "insert into cache (key, value, expires_at) values (%(key)s, %(value)s, now() + make_interval(secs => %(seconds)s)) "
    "on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at returning 1",
    {},
)
_BEGIN: Final = Read(
    "insert into cache (key, value, expires_at) values (%(key)s, %(value)s, now() + make_interval(secs => %(seconds)s)) "
    "on conflict (key) do update set value = case when cache.expires_at > now() then cache.value else excluded.value end, "
    "expires_at = excluded.expires_at returning value",
    {},
)
_REPLACE: Final = Read(
    "update cache c set value = k.value, expires_at = now() + make_interval(secs => %(seconds)s) "
    "from unnest(cast(%(keys)s as text[]), cast(%(values)s as bytea[])) as k(key, value) where c.key = k.key returning 1",
    {},
)
_SWEEP: Final = sa.text(
    "delete from cache where key in (select key from cache where expires_at < now() limit 10000 for update skip locked)"
)


@attrs.frozen
class PostgresShelf:
    """The embedded profile's shelf: one table that all processes share."""

    database: Database

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return what lies under *keys*."""
        return {key: bytes(value) for key, value in self._run(_GET, {"keys": list(keys)})}

    def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Keep *value*."""
        self._run(_PUT, {"key": key, "value": value, "seconds": seconds})

    def begin(self, key: str, value: bytes, *, seconds: int) -> bytes:
        """Keep *value* unless something is there."""
        ((there,),) = self._run(_BEGIN, {"key": key, "value": value, "seconds": seconds})
        return bytes(there)

    def replace(self, values: Mapping[str, bytes], *, seconds: int) -> None:
        """Replace what is there."""
        # In one order, so that two changes at once do not wait for one another in a circle.
        ordered = sorted(values)
        self._run(_REPLACE, {"keys": ordered, "values": [values[key] for key in ordered], "seconds": seconds})

    def sweep(self) -> int:
        """Delete what has expired; return how many."""
        with self.database.begin(_SCOPE) as connection:
            return connection.execute(_SWEEP).rowcount

    def _run(self, statement: Read, values: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        try:
            return self.database.lazily(_SCOPE, statement, values)
        except LosError as error:
            raise CacheAway(type(error).__name__) from None


@attrs.frozen
class RedisShelf:
    """Production's shelf."""

    client: "Redis"
    prefix: str = "los:cache:"

    @classmethod
    def at(cls, url: str) -> "RedisShelf":
        """Return the shelf in the Redis at *url*; it is given half a second for an answer."""
        from redis import Redis

        return cls(Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5))

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return what lies under *keys*."""
        found: Sequence[bytes | None] = self._run(lambda: self.client.mget([self.prefix + key for key in keys]))
        return {key: value for key, value in zip(keys, found, strict=True) if value is not None}

    def put(self, key: str, value: bytes, *, seconds: int) -> None:
        """Keep *value*."""
        self._run(lambda: self.client.set(self.prefix + key, value, ex=seconds))

    def begin(self, key: str, value: bytes, *, seconds: int) -> bytes:
        """Keep *value* unless something is there."""
        there: bytes | None = self._run(
            lambda: self.client.set(self.prefix + key, value, ex=seconds, nx=True, get=True)
        )
        return value if there is None else there

    def replace(self, values: Mapping[str, bytes], *, seconds: int) -> None:
        """Replace what is there."""

        def together() -> None:
            pipeline = self.client.pipeline(transaction=False)
            for key, value in values.items():
                pipeline.set(self.prefix + key, value, ex=seconds, xx=True)
            pipeline.execute()

        self._run(together)

    def sweep(self) -> int:
        """Nothing: Redis forgets by itself."""
        return 0

    def _run(self, call: Callable[[], Any]) -> Any:
        from redis.exceptions import RedisError

        try:
            return call()
        except RedisError as error:
            raise CacheAway(type(error).__name__) from None
