"""What settings need: a store of pages inside a unit of work, and a reader outside."""

from typing import Protocol, TypeVar

from los_domain.settings.model import Page, PageBody
from los_domain.shared.actor import BrandScope
from los_domain.shared.work import Work

T = TypeVar("T", bound=PageBody)


class Pages(Protocol):
    """Pages of one brand. Brand scope."""

    def newest(self, kind: type[T]) -> Page[T]:
        """Return the newest version of the page class *kind*; version 0 with the defaults if none was saved."""
        ...

    def add(self, page: Page[PageBody]) -> None:
        """Store a new version. Raises StaleWrite if that number is taken: somebody else saved meanwhile."""
        ...


class SettingsReader(Protocol):
    """Reads a brand's pages outside a unit of work, in one round trip."""

    def page(self, scope: BrandScope, kind: type[T]) -> T:
        """Return the newest version of the page class *kind*, or its defaults."""
        ...

    def version(self, scope: BrandScope, kind: type[T]) -> Page[T]:
        """Return it with its number, and who changed it when."""
        ...


class SettingsWork(Work, Protocol):
    """What saving a page touches."""

    @property
    def pages(self) -> Pages:
        """Settings pages."""
        ...
