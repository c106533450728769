"""Whether this process can do its work: asked by load balancers and by ``los doctor``, over connections that requests cannot use up."""

import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import attrs
import psycopg

from los_adapters.shared.cache import Cache, CacheAway
from los_adapters.shared.database import Database, Read
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.errors import LosError

_SCOPE: Final = PlatformScope(Actor.system("health"))
_ASK: Final = Read("select 1", {})


@attrs.frozen
class Health:
    """Asks what the process stands on, and what it only leans on."""

    database: Database
    cache: Cache
    broker_url: str = ""  # empty where the queue is the database's

    def __call__(self) -> Mapping[str, str]:
        """Return ``ok`` or one plain word of what is wrong, by part that no request can do without."""
        return {"database": self._database()}

    def around(self) -> Mapping[str, str]:
        """Return the same of parts without which requests go on: answers are made anew, work waits in the database."""
        return {"cache": self._cache(), "broker": self._broker()}

    def _cache(self) -> str:
        try:
            self.cache.shelf.get(["health"])
        except CacheAway:
            return "unreachable"
        return "ok"

    def _broker(self) -> str:
        parts = urlsplit(self.broker_url)
        if not parts.hostname:
            return self._database()
        try:
            port = parts.port or {"amqp": 5672, "amqps": 5671}.get(parts.scheme, 6379)
            with socket.create_connection((parts.hostname, port), timeout=1):
                return "ok"
        except OSError:
            return "unreachable"

    def _database(self) -> str:
        try:
            self.database.read_one(_SCOPE, _ASK)
        except (LosError, psycopg.Error):
            return "unreachable"
        return "ok"
