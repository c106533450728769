"""Settings pages: what a brand decides for itself, one typed value a page, every version kept."""

from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

import attrs

T_co = TypeVar("T_co", covariant=True)


class PageBody(Protocol):
    """What a page's class is: frozen, a default for every field, and the name it is stored under, which never changes."""

    PAGE: ClassVar[str]


@attrs.frozen
class Page(Generic[T_co]):
    """One version of one page. Version 0 was never saved: it is the defaults of the page's class."""

    body: T_co
    version: int = 0
    changed_by: UUID | None = None
    changed_at: datetime | None = None
