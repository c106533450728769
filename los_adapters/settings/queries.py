"""Reads of settings pages."""

import threading
from collections import OrderedDict
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs

from los_adapters.settings.store import NEWEST, page_from_row
from los_adapters.shared.database import Database, Read
from los_domain.settings.model import Page, PageBody
from los_domain.shared.actor import BrandScope

T = TypeVar("T", bound=PageBody)

_NEWEST = Read.of(NEWEST)
_KEPT: Final = 512


@attrs.define
class SettingsQueries:
    """
    Reads pages. What decides is never stale: every read asks the database which version is newest, in one round trip.

    Building the page out of its JSON is what costs; that is kept for each version, which never changes.
    """

    database: Database
    _built: "OrderedDict[tuple[UUID, str, int], Page[Any]]" = attrs.field(factory=OrderedDict, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def page(self, scope: BrandScope, kind: type[T]) -> T:
        """Return the newest version's value, or the defaults of *kind*."""
        return self.version(scope, kind).body

    def version(self, scope: BrandScope, kind: type[T]) -> Page[T]:
        """Return the newest version."""
        name: str = kind.PAGE
        row = self.database.read_one(scope, _NEWEST, {"brand": scope.brand, "page": name})
        if row is None:
            return Page(kind())
        key = (scope.brand, name, row[0])
        with self._lock:
            built = self._built.get(key)
        if built is None:
            built = page_from_row(kind, row)
            with self._lock:
                self._built[key] = built
                while len(self._built) > _KEPT:
                    self._built.popitem(last=False)
        return built
