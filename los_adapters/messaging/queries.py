"""Reads for reminders."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.loans import tables as loans
from los_adapters.shared.database import Database, Read
from los_domain.loans.states import LoanStatus
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import LoanId

_AT_ONCE: Final = 500
_L = loans.loans.c
_DUE_ON = Read.of(
    sa.select(_L.id)
    .where(
        _L.brand_id == sa.bindparam("brand", type_=_L.brand_id.type),
        _L.status == sa.any_(sa.bindparam("live", type_=sa.ARRAY(sa.Text))),
        _L.next_due_on == sa.bindparam("due_on", type_=sa.Date),
        # Not indexed itself, since payments move it; but an account changes on its due date at the latest, and that is.
        _L.next_transition_on <= sa.bindparam("due_on_next", type_=sa.Date),
        _L.id > sa.bindparam("after", type_=_L.id.type),
    )
    .order_by(_L.id)
    .limit(_AT_ONCE)
)
_LIVE: Final = [status.value for status in LoanStatus if status.is_live]
_FIRST: Final = LoanId(UUID(int=0))


@attrs.frozen
class ReminderQueries:
    """Finds whom to remind."""

    database: Database

    def due_on(self, scope: BrandScope, day: date) -> Iterator[LoanId]:
        """Yield the live loans whose next instalment is due on *day*, some at a time."""
        after = _FIRST
        while True:
            values = {
                "brand": scope.brand,
                "live": _LIVE,
                "due_on": day,
                "due_on_next": day + timedelta(days=1),
                "after": after,
            }
            rows = self.database.read(scope, _DUE_ON, values)
            yield from (LoanId(row[0]) for row in rows)
            if len(rows) < _AT_ONCE:
                return
            after = LoanId(rows[-1][0])
