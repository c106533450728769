"""Store of settings pages."""

from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.settings.stored import body_of, page_of
from los_adapters.settings.tables import settings_pages
from los_adapters.shared.store import Context
from los_domain.settings.model import Page, PageBody
from los_domain.shared.errors import StaleWrite

T = TypeVar("T", bound=PageBody)


def page_from_row(kind: type[T], row: Any) -> Page[T]:
    """Return the page of (version, body, changed_by, changed_at), or the defaults of *kind* where there is no row."""
    if row is None:
        return Page(kind())
    version, body, changed_by, changed_at = row
    return Page(page_of(kind, body), version, changed_by, changed_at)


@attrs.frozen
class SqlPages:
    """Pages of one brand."""

    context: Context

    def newest(self, kind: type[T]) -> Page[T]:
        """Return the newest version, or the defaults."""
        values = {"brand": self.context.brand, "page": kind.PAGE}
        return page_from_row(kind, self.context.connection.execute(NEWEST, values).one_or_none())

    def add(self, page: Page[PageBody]) -> None:
        """Store a new version. Raises StaleWrite if its number is taken."""
        done = self.context.connection.execute(
            pg.insert(settings_pages)
            .values(
                brand_id=self.context.brand,
                page=type(page.body).PAGE,
                version=page.version,
                body=body_of(page.body),
                changed_by=page.changed_by,
                changed_at=page.changed_at,
            )
            .on_conflict_do_nothing()
        )
        if done.rowcount != 1:
            raise StaleWrite("these settings were changed meanwhile: read them again")


_P = settings_pages.c
NEWEST = (
    sa.select(_P.version, _P.body, _P.changed_by, _P.changed_at)
    .where(_P.brand_id == sa.bindparam("brand", type_=_P.brand_id.type), _P.page == sa.bindparam("page"))
    .order_by(_P.version.desc())
    .limit(1)
)
