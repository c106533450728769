"""Pages of a brand's rows by status, newest or oldest first: what work lists are."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared.database import Database, Read
from los_domain.shared.actor import BrandScope
from los_domain.shared.paging import EXACT_UP_TO, Page, PageRequest


@attrs.frozen
class ByStatus:
    """The statements of one table's lists, compiled once."""

    columns: tuple[str, ...]
    newest: Read
    oldest: Read
    counted: Read

    @classmethod
    def of(cls, table: sa.Table, at: str) -> "ByStatus":
        """Return the lists of *table*, in order of its column *at*."""
        c = table.c
        wanted = sa.and_(
            c.brand_id == sa.bindparam("brand", type_=c.brand_id.type),
            c.status == sa.any_(sa.bindparam("statuses", type_=pg.ARRAY(sa.Text))),
        )

        def page(*order: Any) -> Read:
            rows = sa.select(table).where(wanted).order_by(*order)
            return Read.of(rows.limit(sa.bindparam("rows")).offset(sa.bindparam("skipped")))

        counted = sa.select(c.id).where(wanted).limit(EXACT_UP_TO + 1).subquery()
        return cls(
            columns=tuple(column.name for column in table.columns),
            newest=page(c[at].desc(), c.id.desc()),
            oldest=page(c[at], c.id),
            counted=Read.of(sa.select(sa.func.count()).select_from(counted)),
        )

    def page(
        self, database: Database, scope: BrandScope, request: PageRequest, statuses: Iterable[Enum]
    ) -> Page[Mapping[str, Any]]:
        """Return the page of rows, by column name, whose status is one of *statuses*."""
        values = {"brand": scope.brand, "statuses": [status.value for status in statuses]}
        read = self.newest if request.descending else self.oldest
        rows = database.read(scope, read, values | {"rows": request.limit, "skipped": request.offset})
        counted = database.read_one(scope, self.counted, values)
        total = int(counted[0]) if counted else 0
        items = [dict(zip(self.columns, row, strict=True)) for row in rows]
        return Page(items, request.page, request.limit, min(total, EXACT_UP_TO), total > EXACT_UP_TO)
