"""Reads of loans for lists."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.loans.tables import loan_rules, loans
from los_adapters.shared.database import Database, Read
from los_adapters.shared.schema import Instant, Uuid
from los_domain.loans.states import Ending, LoanStatus
from los_domain.loans.views import LoanFilter, LoanRow
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money
from los_domain.shared.paging import EXACT_UP_TO, Page, PageRequest

_L: Final = loans.c
_BEGINNING, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_COLUMNS: Final = (
    _L.id,
    _L.number,
    _L.customer_id,
    _L.status,
    _L.ending,
    loan_rules.c.name,
    _L.amount_paise,
    _L.tenure_months,
    _L.sanctioned_paise,
    _L.applied_at,
    _L.disbursed_on,
    _L.outstanding_paise,
    _L.overdue_paise,
    _L.next_due_on,
)
_SORTS: Final = {"appliedAt": _L.applied_at, "amount": _L.amount_paise, "number": _L.number}
SORTS: Final = tuple(_SORTS)


def _matching(*, of_customer: bool, by_number: bool) -> sa.ColumnElement[bool]:
    """Return the conditions; those on an index of their own only where they are asked for, so that the index is used."""
    narrow = []
    if of_customer:
        narrow.append(_L.customer_id == sa.bindparam("customer", type_=Uuid))
    if by_number:
        narrow.append(_L.number == sa.bindparam("number"))
    return sa.and_(
        _L.brand_id == sa.bindparam("brand", type_=Uuid),
        _L.status == sa.any_(sa.bindparam("statuses", type_=pg.ARRAY(sa.Text))),
        _L.applied_at >= sa.bindparam("from", type_=Instant),
        _L.applied_at < sa.bindparam("before", type_=Instant),
        (_L.overdue_paise > 0) == sa.any_(sa.bindparam("overdue", type_=pg.ARRAY(sa.Boolean))),
        *narrow,
    )


def _rows(shape: tuple[bool, bool], sort: str, *, descending: bool) -> Read:
    column = _SORTS[sort]
    order = (column.desc(), _L.id.desc()) if descending else (column, _L.id)
    return Read.of(
        sa.select(*_COLUMNS)
        .join(
            loan_rules,
            sa.and_(
                loan_rules.c.brand_id == _L.brand_id,
                loan_rules.c.id == _L.rule_id,
                loan_rules.c.version == _L.rule_version,
            ),
        )
        .where(_matching(of_customer=shape[0], by_number=shape[1]))
        .order_by(*order)
        .limit(sa.bindparam("rows"))
        .offset(sa.bindparam("skipped"))
    )


def _count(shape: tuple[bool, bool]) -> Read:
    some = sa.select(_L.id).where(_matching(of_customer=shape[0], by_number=shape[1])).limit(EXACT_UP_TO + 1)
    return Read.of(sa.select(sa.func.count()).select_from(some.subquery()))


_SHAPES: Final = tuple((of_customer, by_number) for of_customer in (False, True) for by_number in (False, True))
_PAGES: Final = {
    (shape, sort, descending): _rows(shape, sort, descending=descending)
    for shape in _SHAPES
    for sort in SORTS
    for descending in (False, True)
}
_COUNTS: Final = {shape: _count(shape) for shape in _SHAPES}


@attrs.frozen
class LoanQueries:
    """Loans of a brand in lists."""

    database: Database

    def page(self, scope: BrandScope, request: PageRequest, wanted: LoanFilter) -> Page[LoanRow]:
        """Return loans by a column of ``SORTS``."""
        shape = (wanted.customer_id is not None, bool(wanted.number))
        values: dict[str, Any] = {
            "brand": scope.brand,
            "statuses": [status.value for status in wanted.statuses or LoanStatus],
            "from": wanted.applied_from or _BEGINNING,
            "before": wanted.applied_before or _END,
            "overdue": [wanted.is_overdue] if wanted.is_overdue is not None else [True, False],
            **({"customer": wanted.customer_id} if shape[0] else {}),
            **({"number": wanted.number} if shape[1] else {}),
        }
        read = _PAGES[shape, request.sort, request.descending]
        rows = self.database.read(scope, read, values | {"rows": request.limit, "skipped": request.offset})
        counted = self.database.read_one(scope, _COUNTS[shape], values)
        total = int(counted[0]) if counted else 0
        items = [_row(row) for row in rows]
        return Page(items, request.page, request.limit, min(total, EXACT_UP_TO), total > EXACT_UP_TO)


def _row(row: Sequence[Any]) -> LoanRow:
    return LoanRow(
        id=LoanId(row[0]),
        number=row[1],
        customer_id=CustomerId(row[2]),
        status=LoanStatus(row[3]),
        ending=None if row[4] is None else Ending(row[4]),
        rule=row[5],
        amount=Money(row[6]),
        tenure_months=row[7],
        sanctioned=None if row[8] is None else Money(row[8]),
        applied_at=row[9],
        disbursed_on=row[10],
        outstanding=Money(row[11]),
        overdue=Money(row[12]),
        next_due_on=row[13],
    )
