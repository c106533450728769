"""Reads of payments: what is due to be looked at, work lists, and what a borrower and staff see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.payments import tables
from los_adapters.payments.store import manual_from_row, receipt_from_row, refund_from_row
from los_adapters.shared.database import Database, Read
from los_adapters.shared.listing import ByStatus
from los_domain.payments.model import ManualPayment, ManualStatus, Receipt, ReceiptStatus, Refund, RefundStatus
from los_domain.shared.actor import BrandScope, PlatformScope
from los_domain.shared.ids import BrandId
from los_domain.shared.paging import Page, PageRequest

AT_ONCE = 500
"""Rows that one run of a job takes on; the next run takes the rest."""


def _due(table: sa.Table) -> Read:
    c = table.c
    return Read.of(
        sa.select(c.brand_id, c.id)
        .where(c.look_at <= sa.bindparam("now", type_=c.look_at.type))
        .order_by(c.look_at)
        .limit(AT_ONCE)
    )


_RECEIPTS = ByStatus.of(tables.receipts, "received_at")
_REFUNDS = ByStatus.of(tables.refunds, "proposed_at")
_MANUAL = ByStatus.of(tables.manual_payments, "made_at")
_COLLECTIONS_DUE, _REFUNDS_DUE = _due(tables.collections), _due(tables.refunds)


@attrs.frozen
class PaymentQueries:
    """Reads of payments."""

    database: Database

    def collections_due(self, scope: PlatformScope, now: datetime) -> Sequence[tuple[BrandId, UUID]]:
        """Return the collections of any brand that a worker should look at by *now*, longest overdue first."""
        return [(BrandId(brand), found) for brand, found in self.database.read(scope, _COLLECTIONS_DUE, {"now": now})]

    def refunds_due(self, scope: PlatformScope, now: datetime) -> Sequence[tuple[BrandId, UUID]]:
        """Return the refunds of any brand that a worker should send by *now*."""
        return [(BrandId(brand), found) for brand, found in self.database.read(scope, _REFUNDS_DUE, {"now": now})]

    def receipts(self, scope: BrandScope, request: PageRequest, statuses: Iterable[ReceiptStatus]) -> Page[Receipt]:
        """Return a page of money that came."""
        return _RECEIPTS.page(self.database, scope, request, statuses).map(receipt_from_row)

    def refunds(self, scope: BrandScope, request: PageRequest, statuses: Iterable[RefundStatus]) -> Page[Refund]:
        """Return a page of money going back."""
        return _REFUNDS.page(self.database, scope, request, statuses).map(refund_from_row)

    def manual(self, scope: BrandScope, request: PageRequest, statuses: Iterable[ManualStatus]) -> Page[ManualPayment]:
        """Return a page of payments entered by hand."""
        return _MANUAL.page(self.database, scope, request, statuses).map(manual_from_row)
