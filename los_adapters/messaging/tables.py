"""Tables of messages."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, one_of, version_column
from los_domain.messaging.model import Channel, MessageStatus, Occasion

messages = brand_table(
    "messages",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("occasion", sa.Text, nullable=False),
    sa.Column("recipient", Sealed, nullable=False),
    sa.Column("subject", Sealed),
    sa.Column("body", Sealed),  # NULL once a one-time password was sent or expired
    sa.Column("variables", Sealed),  # likewise
    sa.Column("customer_id", Uuid),
    sa.Column("object_kind", sa.Text, nullable=False, server_default=""),
    sa.Column("object_id", Uuid),
    sa.Column("attachments", sa.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("handed_over_at", Instant),
    sa.Column("once", sa.Text, nullable=False, server_default=""),
    sa.Column("sender_header", sa.Text, nullable=False, server_default=""),
    sa.Column("dlt_entity_id", sa.Text, nullable=False, server_default=""),
    sa.Column("dlt_template_id", sa.Text, nullable=False, server_default=""),
    sa.Column("provider_template_id", sa.Text, nullable=False, server_default=""),
    sa.Column("provider", sa.Text, nullable=False, server_default=""),
    sa.Column("provider_message_id", sa.Text, nullable=False, server_default=""),
    sa.Column("failure", sa.Text, nullable=False, server_default=""),
    version_column(),
    one_of("channel", Channel),
    one_of("occasion", Occasion),
    one_of("status", MessageStatus),
    sa.Index(
        "ix_messages_waiting",
        "brand_id",
        "not_before",
        postgresql_where=sa.text("status = 'QUEUED' AND handed_over_at IS NULL"),
    ),
    sa.Index("uq_messages_once", "brand_id", "once", unique=True, postgresql_where=sa.text("once <> ''")),
    sa.Index(
        "ix_messages_expiring",
        "brand_id",
        "expires_at",
        postgresql_where=sa.text("status = 'QUEUED' AND expires_at IS NOT NULL"),
    ),
    sa.Index("ix_messages_customer", "brand_id", "customer_id", "created_at"),
    sa.Index("ix_messages_provider", "brand_id", "provider", "provider_message_id"),
)
