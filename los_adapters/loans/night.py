"""The end of a day in the database: loans read in chunks, and written by one statement for all of a chunk."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.loans import tables
from los_adapters.loans.store import loan_from_row, step_to_row
from los_adapters.shared.database import Database, Read
from los_adapters.shared.store import Context
from los_domain.loans.model import Loan, Step
from los_domain.loans.servicing import Moved, end_of
from los_domain.loans.usecases.end_of_day import Night
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import LoanId

_L, _H, _N = tables.loans.c, tables.loan_history.c, tables.nights.c
_BRAND = sa.bindparam("brand", type_=_L.brand_id.type)
_IDS = sa.bindparam("ids", type_=pg.ARRAY(_L.id.type))
_DUE = (
    sa.select(tables.loans)
    .where(
        _L.brand_id == _BRAND,
        _L.next_transition_on <= sa.bindparam("day", type_=sa.Date()),
        _L.id > sa.bindparam("after", type_=_L.id.type),
    )
    .order_by(_L.id)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
)
_PAID_OUT = (
    sa.select(tables.loans)
    .where(_L.brand_id == _BRAND, _L.folded_up_to.is_not(None), _L.id > sa.bindparam("after", type_=_L.id.type))
    .order_by(_L.id)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
)
_LAST_STEPS = (
    sa.select(_H.loan_id, sa.func.max(_H.number))
    .where(_H.brand_id == _BRAND, _H.loan_id == sa.any_(_IDS))
    .group_by(_H.loan_id)
)
_LAST_DONE = sa.select(sa.func.max(_N.day)).where(_N.brand_id == _BRAND)
_FIRST_DUE = sa.select(sa.func.min(_L.next_transition_on)).where(_L.brand_id == _BRAND)

_CHANGES: dict[str, str] = {
    "status": "text",
    "ending": "text",
    "closed_on": "date",
    "outstanding_paise": "bigint",
    "overdue_paise": "bigint",
    "excess_paise": "bigint",
    "oldest_due_on": "date",
    "next_due_on": "date",
    "next_transition_on": "date",
    "folded_up_to": "date",
    "posted_up_to": "date",
}
"""What a night may change of a loan, with its type in the database."""

# The materialised part takes the locks, in one order and without waiting; what somebody holds is left out. The version tells whether
# a loan is still the one that was read: every change of anything that the fold reads raises it.
_WRITE = sa.text(
    """
    WITH free AS MATERIALIZED (
        SELECT id FROM loans WHERE brand_id = :brand AND id = ANY(CAST(:ids AS uuid[])) ORDER BY id
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE loans SET version = loans.version + 1, {assigned}
    FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS integer[]), {arrays}) AS was (id, version, {names}), free
    WHERE loans.brand_id = :brand AND loans.id = was.id AND free.id = loans.id AND loans.version = was.version
    RETURNING loans.id
    """.format(  # noqa: S608 - nothing but the names above goes in
        assigned=", ".join(f"{name} = was.{name}" for name in _CHANGES),
        arrays=", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _CHANGES.items()),
        names=", ".join(_CHANGES),
    )
)
_FIRST_ID = UUID(int=0)


@attrs.frozen
class SqlNights:
    """A brand's loans by the many."""

    context: Context

    def last_done(self) -> date | None:
        """Return the newest day whose night is done, or None before the first."""
        found: date | None = self.context.connection.execute(_LAST_DONE, {"brand": self.context.brand}).scalar_one()
        return found

    def first_due(self) -> date | None:
        """Return the first day on which any loan changes by itself, or None."""
        found: date | None = self.context.connection.execute(_FIRST_DUE, {"brand": self.context.brand}).scalar_one()
        return found

    def due(self, day: date, *, after: LoanId | None, limit: int) -> Sequence[Loan]:
        """Return loans that change by the end of *day*, in order of their ids from *after* on."""
        values = {"brand": self.context.brand, "day": day, "after": after or _FIRST_ID, "limit": limit}
        return [loan_from_row(row) for row in self.context.connection.execute(_DUE, values).mappings()]

    def paid_out(self, *, after: LoanId | None, limit: int) -> Sequence[Loan]:
        """Return loans that have an account, in order of their ids from *after* on."""
        values = {"brand": self.context.brand, "after": after or _FIRST_ID, "limit": limit}
        return [loan_from_row(row) for row in self.context.connection.execute(_PAID_OUT, values).mappings()]

    def write(self, moved: Sequence[Moved]) -> frozenset[LoanId]:
        """Write what became of loans, and their history, and return which were written."""
        connection = self.context.connection
        won = frozenset(LoanId(row[0]) for row in connection.execute(_WRITE, self._values(moved)))
        changed = [each for each in moved if each.loan.id in won and each.fired]
        if changed:
            values = {"brand": self.context.brand, "ids": [each.loan.id for each in changed]}
            last = {row[0]: row[1] for row in connection.execute(_LAST_STEPS, values)}
            steps = [step for each in changed for step in _steps(each, last.get(each.loan.id, 0))]
            rows = [{"brand_id": self.context.brand, **step_to_row(step)} for step in steps]
            connection.execute(sa.insert(tables.loan_history), rows)
        return won

    def _values(self, moved: Sequence[Moved]) -> dict[str, Any]:
        columns: dict[str, list[Any]] = {name: [] for name in _CHANGES}
        for each in moved:
            loan, standing = each.loan, each.loan.standing
            for name, value in (
                ("status", loan.status.value),
                ("ending", loan.ending.value if loan.ending else None),
                ("closed_on", loan.closed_on),
                ("outstanding_paise", standing.outstanding.paise),
                ("overdue_paise", standing.overdue.paise),
                ("excess_paise", standing.excess.paise),
                ("oldest_due_on", standing.oldest_due_on),
                ("next_due_on", standing.next_due_on),
                ("next_transition_on", standing.next_transition_on),
                ("folded_up_to", standing.folded_up_to),
                ("posted_up_to", standing.posted_up_to),
            ):
                columns[name].append(value)
        return {
            "brand": self.context.brand,
            "ids": [each.loan.id for each in moved],
            "versions": [each.loan.version for each in moved],
            **columns,
        }

    def done(self, night: Night) -> None:
        """Note that a night is done; noting it again changes nothing."""
        self.context.connection.execute(
            pg.insert(tables.nights)
            .values(brand_id=self.context.brand, **attrs.asdict(night))
            .on_conflict_do_nothing(index_elements=["brand_id", "day"])
        )


def _steps(moved: Moved, last: int) -> Iterator[Step]:
    for number, (fired, day) in enumerate(moved.fired, last + 1):
        yield Step(moved.loan.id, number, fired.event, fired.was, fired.loan.status, fired.by, "", end_of(day))


@attrs.frozen
class NightView:
    """How far the nights of a brand have got: the last that is done, and how many loans wait for the next."""

    last_done: date | None
    first_due: date | None
    loans_due: int


_STANDING = Read.of(
    sa.select(
        sa.select(sa.func.max(_N.day)).where(_N.brand_id == _BRAND).scalar_subquery(),
        sa.select(sa.func.min(_L.next_transition_on)).where(_L.brand_id == _BRAND).scalar_subquery(),
        sa.select(sa.func.count())
        .select_from(tables.loans)
        .where(_L.brand_id == _BRAND, _L.next_transition_on <= sa.bindparam("day", type_=sa.Date()))
        .scalar_subquery(),
    )
)


@attrs.frozen
class NightQueries:
    """Reads of nights."""

    database: Database

    def standing(self, scope: BrandScope, day: date) -> NightView:
        """Return how far the nights of the brand have got, and what the night of *day* would read."""
        row = self.database.read_one(scope, _STANDING, {"brand": scope.brand, "day": day})
        return NightView(*(row or (None, None, 0)))
