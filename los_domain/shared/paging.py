"""Pages of lists: what is asked for, and what comes back."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import attrs

T = TypeVar("T")
U = TypeVar("U")

EXACT_UP_TO = 10_000
"""Counting stops here: ``total`` is exact up to it and ``total_is_capped`` beyond."""


@attrs.frozen
class PageRequest:
    """Which page (from 1), how many a page (1 to 100), by which column and direction."""

    page: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    limit: int = attrs.field(default=20, validator=[attrs.validators.ge(1), attrs.validators.le(100)])
    sort: str = "created_at"
    descending: bool = True

    @property
    def offset(self) -> int:
        """Rows to skip."""
        return (self.page - 1) * self.limit


@attrs.frozen
class Page(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    page: int
    limit: int
    total: int
    total_is_capped: bool = False

    def map(self, present: Callable[[T], U]) -> "Page[U]":
        """Return the same page with every item presented by *present*."""
        return Page([present(item) for item in self.items], self.page, self.limit, self.total, self.total_is_capped)
