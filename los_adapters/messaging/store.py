"""Store of messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.messaging import tables
from los_adapters.shared.store import Context, Seal
from los_domain.messaging.model import Channel, Message, MessageStatus, Occasion, Registration
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.ids import CustomerId


def message_to_row(message: Message, seal: Seal) -> dict[str, Any]:
    """Return the columns of *message*. An empty body is stored as none: it was wiped."""
    return {
        "id": message.id,
        "channel": message.channel.value,
        "occasion": message.occasion.value,
        "recipient": seal.text("recipient", message.to),
        "subject": seal.text("subject", message.subject or None),
        "body": seal.text("body", message.body or None),
        "variables": seal.json("variables", [list(pair) for pair in message.variables] or None),
        **attrs.asdict(message.registration),
        "customer_id": message.customer_id,
        "object_kind": message.object_kind,
        "object_id": message.object_id,
        "attachments": list(message.attachments),
        "status": message.status.value,
        "created_at": message.created_at,
        "not_before": message.not_before,
        "handed_over_at": message.handed_over_at,
        "once": message.once,
        "expires_at": message.expires_at,
        "provider": message.provider,
        "provider_message_id": message.provider_message_id,
        "failure": message.failure,
        "version": message.version,
    }


def message_from_row(row: Mapping[Any, Any], seal: Seal) -> Message:
    """Return the message that *row* holds."""
    return Message(
        id=row["id"],
        channel=Channel(row["channel"]),
        occasion=Occasion(row["occasion"]),
        to=seal.open_text("recipient", row["recipient"]) or "",
        subject=seal.open_text("subject", row["subject"]) or "",
        body=seal.open_text("body", row["body"]) or "",
        created_at=row["created_at"],
        not_before=row["not_before"],
        expires_at=row["expires_at"],
        customer_id=None if row["customer_id"] is None else CustomerId(row["customer_id"]),
        object_kind=row["object_kind"],
        object_id=row["object_id"],
        attachments=tuple(row["attachments"]),
        variables=tuple((name, value) for name, value in seal.open_json("variables", row["variables"]) or ()),
        registration=Registration(
            sender_header=row["sender_header"],
            dlt_entity_id=row["dlt_entity_id"],
            dlt_template_id=row["dlt_template_id"],
            provider_template_id=row["provider_template_id"],
        ),
        handed_over_at=row["handed_over_at"],
        once=row["once"],
        status=MessageStatus(row["status"]),
        provider=row["provider"],
        provider_message_id=row["provider_message_id"],
        failure=row["failure"],
        version=row["version"],
    )


@attrs.frozen
class SqlMessages:
    """Messages of a brand. Sealed under the customer's key, or the brand's where no customer is known yet."""

    context: Context

    def _seal(self, message_id: UUID, customer_id: UUID | None) -> Seal:
        key = self.context.brand_key() if customer_id is None else self.context.customer_key(customer_id)
        return self.context.seal(key, tables.messages, message_id)

    def add(self, message: Message) -> bool:
        """Store a new one; False if one with the same *once* is there."""
        row = message_to_row(message, self._seal(message.id, message.customer_id))
        made = self.context.connection.execute(
            pg.insert(tables.messages).values(brand_id=self.context.brand, **row).on_conflict_do_nothing()
        )
        return made.rowcount == 1

    def get(self, message_id: UUID, *, lock: bool = False) -> Message:
        """Return the message, locked if asked. Raises NotFound."""
        statement = sa.select(tables.messages).where(
            tables.messages.c.brand_id == self.context.brand, tables.messages.c.id == message_id
        )
        row = (
            self.context.connection.execute(statement.with_for_update() if lock else statement).mappings().one_or_none()
        )
        if row is None:
            raise NotFound("no such message")
        return self._opened(row)

    def _opened(self, row: Mapping[Any, Any]) -> Message:
        return message_from_row(row, self._seal(row["id"], row["customer_id"]))

    def save(self, message: Message) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        row = message_to_row(
            attrs.evolve(message, version=message.version + 1), self._seal(message.id, message.customer_id)
        )
        done = self.context.connection.execute(
            sa.update(tables.messages)
            .where(
                tables.messages.c.brand_id == self.context.brand,
                tables.messages.c.id == message.id,
                tables.messages.c.version == message.version,
            )
            .values(**row)
        )
        if done.rowcount != 1:
            raise StaleWrite("the message was changed meanwhile: read it again")

    def due(self, now: datetime, *, limit: int) -> Sequence[Message]:
        """Return waiting messages whose time has come, locked."""
        return self._some(_DUE, {"now": now, "limit": limit})

    def expired(self, wall_now: datetime, *, limit: int) -> Sequence[Message]:
        """Return messages that were not sent in their life, locked."""
        return self._some(_EXPIRED, {"now": wall_now, "limit": limit})

    def _some(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> Sequence[Message]:
        rows = self.context.connection.execute(statement, {"brand": self.context.brand, **values}).mappings()
        return [self._opened(row) for row in rows.all()]

    def find_by_receipt(self, provider: str, provider_message_id: str) -> Message | None:
        """Return the message that a provider's id names, locked, or None."""
        values = {"brand": self.context.brand, "provider": provider, "id": provider_message_id}
        row = self.context.connection.execute(_BY_RECEIPT, values).mappings().one_or_none()
        return None if row is None else self._opened(row)


_M = tables.messages.c
_WAITING = (
    sa.select(tables.messages)
    .where(_M.brand_id == sa.bindparam("brand", type_=_M.brand_id.type), _M.status == sa.text("'QUEUED'"))
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_DUE = _WAITING.where(_M.handed_over_at.is_(None), _M.not_before <= sa.bindparam("now")).order_by(_M.not_before)
_EXPIRED = _WAITING.where(_M.expires_at <= sa.bindparam("now")).order_by(_M.expires_at)
_BY_RECEIPT = (
    sa.select(tables.messages)
    .where(
        _M.brand_id == sa.bindparam("brand", type_=_M.brand_id.type),
        _M.provider == sa.bindparam("provider"),
        _M.provider_message_id == sa.bindparam("id"),
    )
    .with_for_update()
)
