"""Reads of payouts: what is due to be looked at, and lists for staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.disbursement import tables
from los_adapters.disbursement.store import payout_from_row
from los_adapters.shared.database import Database, Read
from los_adapters.shared.listing import ByStatus
from los_domain.disbursement.model import Payout, PayoutStatus
from los_domain.shared.actor import BrandScope, PlatformScope
from los_domain.shared.ids import BrandId
from los_domain.shared.paging import Page, PageRequest

_P = tables.payouts.c
_DUE = Read.of(
    sa.select(_P.brand_id, _P.id, _P.status)
    .where(_P.look_at <= sa.bindparam("now", type_=_P.look_at.type))
    .order_by(_P.look_at)
    .limit(500)
)
_LIST = ByStatus.of(tables.payouts, "created_at")


@attrs.frozen
class PayoutQueries:
    """Reads of payouts."""

    database: Database

    def due(self, scope: PlatformScope, now: datetime) -> Sequence[tuple[BrandId, UUID, PayoutStatus]]:
        """Return the payouts of any brand that a worker should look at by *now*, longest overdue first."""
        rows = self.database.read(scope, _DUE, {"now": now})
        return [(BrandId(brand), payout_id, PayoutStatus(status)) for brand, payout_id, status in rows]

    def page(self, scope: BrandScope, request: PageRequest, statuses: Iterable[PayoutStatus]) -> Page[Payout]:
        """Return a page of the brand's payouts of *statuses*."""
        return _LIST.page(self.database, scope, request, statuses).map(payout_from_row)
