"""The inbox: webhooks sealed under a key of the day, stamped from inside the brand's wall."""

from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.shared import tables
from los_adapters.shared.store import Context
from los_domain.shared.dates import india_day
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import BrandId, ProviderId
from los_domain.shared.inbox import Webhook

_I = tables.inbox.c
_GET = sa.select(
    _I.vendor, _I.vendor_event_id, _I.event, _I.brand_id, _I.provider_id, _I.body, _I.headers, _I.received_at
).where(_I.id == sa.bindparam("inbox_id", type_=_I.id.type))
_STAMP = (
    sa.update(tables.inbox)
    .where(_I.id == sa.bindparam("inbox_id", type_=_I.id.type), _I.handled_at.is_(None))
    .values(handled_at=sa.bindparam("now"), result=sa.bindparam("word"))
)


@attrs.frozen
class SqlInbox:
    """Webhooks of one transaction."""

    context: Context

    def keep(self, webhook: Webhook) -> UUID | None:
        """Store *webhook* and return its id; None if the vendor told it before."""
        context = self.context
        inbox_id = context.ids.new()
        seal = context.seal(context.platform_key(f"inbox:{india_day(context.wall.now())}"), tables.inbox, inbox_id)
        is_new = context.added(
            tables.inbox,
            id=inbox_id,
            vendor=webhook.vendor,
            vendor_event_id=webhook.vendor_event_id,
            brand_id=webhook.brand,
            provider_id=webhook.provider,
            event=webhook.event,
            body=seal.raw("body", webhook.body),
            headers=seal.json("headers", dict(webhook.headers)),
        )
        return inbox_id if is_new else None

    def get(self, inbox_id: UUID) -> Webhook:
        """Return the webhook, opened. Raises NotFound. Platform scope: its key is not a brand's."""
        row = self.context.connection.execute(_GET, {"inbox_id": inbox_id}).one_or_none()
        if row is None:
            raise NotFound("no such webhook")
        seal = self.context.seal(self.context.platform_key_of(bytes(row.body)), tables.inbox, inbox_id)
        return Webhook(
            vendor=row.vendor,
            vendor_event_id=row.vendor_event_id,
            event=row.event,
            brand=BrandId(row.brand_id),
            provider=None if row.provider_id is None else ProviderId(row.provider_id),
            body=seal.open_raw("body", row.body) or b"",
            headers=seal.open_json("headers", row.headers),
            received_at=row.received_at,
        )

    def handled(self, inbox_id: UUID, result: str) -> None:
        """Stamp it; the first stamp stays."""
        self.context.connection.execute(_STAMP, {"inbox_id": inbox_id, "now": self.context.wall.now(), "word": result})
