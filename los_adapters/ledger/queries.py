"""Reads of the books: a brand's trial balance, added up by the database."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import attrs
import sqlalchemy as sa

from los_adapters.ledger import tables
from los_adapters.shared.database import Database, Read
from los_domain.shared.actor import BrandScope
from los_domain.shared.money import Money

_J, _E = tables.journals.c, tables.journal_entries.c


@cache
def _balances(*, by_value: bool) -> Read:
    day = _J.value_on if by_value else _J.booked_on
    joined = tables.journals.join(tables.journal_entries, sa.and_(_E.brand_id == _J.brand_id, _E.journal_id == _J.id))
    counted = (
        _J.brand_id == sa.bindparam("brand", type_=_J.brand_id.type),
        day <= sa.bindparam("day", type_=sa.Date()),
    )
    sides = sa.union_all(
        sa.select(_E.debit.label("account"), _E.debit_channel.label("channel"), _E.amount_paise.label("paise"))
        .select_from(joined)
        .where(*counted),
        sa.select(_E.credit, _E.credit_channel, -_E.amount_paise).select_from(joined).where(*counted),
    ).subquery()
    total = sa.cast(sa.func.sum(sides.c.paise), sa.BigInteger)
    return Read.of(
        sa.select(sides.c.account, sides.c.channel, total)
        .group_by(sides.c.account, sides.c.channel)
        .having(sa.func.sum(sides.c.paise) != 0)
        .order_by(sides.c.account, sides.c.channel)
    )


@attrs.frozen
class BookQueries:
    """Balances of a whole brand."""

    database: Database

    def balances(self, scope: BrandScope, on: date, *, by_value: bool = False) -> Sequence[tuple[str, str, Money]]:
        """Return (account, channel, balance) of each account at the end of *on*; debit positive."""
        rows = self.database.read(scope, _balances(by_value=by_value), {"brand": scope.brand, "day": on})
        return [(account, channel, Money(paise)) for account, channel, paise in rows]
