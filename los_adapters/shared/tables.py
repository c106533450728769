"""Tables of the mechanisms: keys, outbox, handled events, inbox, idempotency, audit, attempts, clock, cache."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared.schema import (
    Instant,
    Role,
    Sealed,
    Uuid,
    Xid8,
    brand_table,
    lender_table,
    one_of,
    platform_table,
)
from los_domain.jobs.model import Then

installation = platform_table(
    "installation",
    sa.Column("single", sa.Boolean, primary_key=True, server_default=sa.true()),
    sa.Column("id", Uuid, nullable=False),
    sa.Column("master_key_fingerprint", sa.Text, nullable=False),
    sa.Column("clock_offset_seconds", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("audit_epoch", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("single", name="one_row"),
    sa.CheckConstraint("clock_offset_seconds >= 0", name="clock_never_back"),
    reason="facts of the installation itself",
    rights=("SELECT", "INSERT", "UPDATE"),
    extra={Role.BRAND: ("SELECT",), Role.LENDER: ("SELECT",)},
)

data_keys = brand_table(
    "data_keys",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("owner_kind", sa.Text, nullable=False),  # customer, brand
    sa.Column("owner_id", Uuid, nullable=False),
    sa.Column("wrapped", Sealed, nullable=True),  # NULL: destroyed, which is what erasure is
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("destroyed_at", Instant),
    sa.UniqueConstraint("brand_id", "owner_kind", "owner_id"),
    extra={Role.PLATFORM: ("SELECT",)},
)

platform_keys = platform_table(
    "platform_keys",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False, unique=True),  # staff, inbox:2026-11-24
    sa.Column("wrapped", Sealed),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    reason="wrapped keys for staff and for bodies whose brand is not known yet; useless without the master key",
    rights=("SELECT", "INSERT", "UPDATE"),
)

lender_keys = lender_table(
    "lender_keys",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("wrapped", Sealed),  # NULL: destroyed
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    key=(),  # one a lender: what her audit rows say across brands is sealed under it
    extra={Role.PLATFORM: ("SELECT",)},
)

outbox = platform_table(
    "outbox",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("brand_id", Uuid),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("body", pg.JSONB, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False, server_default=""),
    sa.Column("recorded_at", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("sent_at", Instant),
    sa.Index("ix_outbox_unsent", "seq", postgresql_where=sa.text("sent_at IS NULL")),
    reason="the relay reads every brand's events; bodies are ids, dates and code words",
    extra={Role.BRAND: ("INSERT",), Role.LENDER: ("INSERT",)},
)

deliveries = platform_table(
    "deliveries",
    sa.Column("event_id", Uuid, nullable=False),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("brand_id", Uuid),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column(
        "crashes", sa.Integer, nullable=False, server_default="0"
    ),  # starts in a row that ended with their worker
    sa.Column("due_at", Instant, nullable=False, server_default=sa.func.now()),  # when it is to be handed out (again)
    sa.Column("running_until", Instant),  # a worker has it, and says so again before this
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("owed_since", Instant, nullable=False, server_default=sa.func.now()),
    sa.PrimaryKeyConstraint("event_id", "consumer"),
    sa.Index("ix_deliveries_due", "queue", "due_at"),
    reason="what is still owed to consumers, across brands: ids only; a row is gone once its effect is committed",
)

handled = brand_table(
    "handled",
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("event_id", Uuid, nullable=False),
    sa.Column("at", Instant, nullable=False, server_default=sa.func.now()),
    key=("consumer", "event_id"),
    append_only=True,
    extra={Role.PLATFORM: ("SELECT",)},  # a worker asks before it begins again; ids only
)

dead_letters = platform_table(
    "dead_letters",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("event_id", Uuid, nullable=False),
    sa.Column("brand_id", Uuid),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),  # kind and, of our own errors, the message: both are safe to show
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("replayed_at", Instant),
    one_of("why", (then for then in Then if then is not Then.AGAIN)),
    sa.Index("ix_dead_letters_waiting", "at", postgresql_where=sa.text("replayed_at IS NULL")),
    reason="deliveries that failed for good, with ids only, until a person replays them",
)

inbox = platform_table(
    "inbox",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("vendor_event_id", sa.Text, nullable=False),
    sa.Column("brand_id", Uuid, nullable=False),
    sa.Column("provider_id", Uuid),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("body", Sealed, nullable=False),
    sa.Column("headers", Sealed, nullable=False),
    sa.Column("received_at", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("handled_at", Instant),
    sa.Column("result", sa.Text),
    sa.UniqueConstraint("vendor", "vendor_event_id"),
    sa.Index("ix_inbox_unhandled", "received_at", postgresql_where=sa.text("handled_at IS NULL")),
    reason="a webhook is kept before its brand's transaction; bodies are sealed under a key of the day",
    rights=("SELECT", "INSERT", "UPDATE"),
    extra={Role.BRAND: ("SELECT (id, handled_at)", "UPDATE (handled_at, result)")},
)

vendor_refs = platform_table(
    "vendor_refs",
    sa.Column("vendor", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("brand_id", Uuid, nullable=False),
    sa.Column("provider_id", Uuid),
    sa.Column("object_kind", sa.Text, nullable=False),
    sa.Column("object_id", Uuid, nullable=False),
    sa.Column("at", Instant, nullable=False, server_default=sa.func.now()),
    sa.PrimaryKeyConstraint("vendor", "ref", "brand_id"),
    reason="tells which brand a vendor's webhook speaks of, before any brand's wall is entered",
    rights=("SELECT", "INSERT"),
    extra={Role.BRAND: ("INSERT",)},
)

resource_brand = platform_table(
    "resource_brand",
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("id", Uuid, nullable=False),
    sa.Column("brand_id", Uuid, nullable=False),
    sa.PrimaryKeyConstraint("kind", "id"),
    reason="routes outside the brand path learn the brand from the resource; ids only",
    rights=("SELECT", "INSERT"),
    extra={Role.BRAND: ("INSERT",)},
)

idempotency = brand_table(
    "idempotency",
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("answer", Sealed, nullable=False),  # headers and body, sealed
    sa.Column("at", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("updated_at", Instant, nullable=False, server_default=sa.func.now()),
    key=("principal", "key"),
)

audit_rows = platform_table(
    "audit_rows",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("xid", Xid8, nullable=False, server_default=sa.text("pg_current_xact_id()")),
    sa.Column("epoch", sa.Integer, nullable=False, server_default=sa.text("los_audit_epoch()")),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # change, access
    sa.Column("brand_id", Uuid),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", Uuid),
    sa.Column("actor_name", sa.Text, nullable=False, server_default=""),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("object_kind", sa.Text, nullable=False),
    sa.Column("object_id", Uuid),
    sa.Column("request_id", sa.Text, nullable=False, server_default=""),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("outcome", sa.Text, nullable=False, server_default=""),
    sa.Column("key_id", Uuid),
    sa.Column("details", Sealed),  # before, after and reason, sealed under the brand's key
    sa.Index("ix_audit_rows_brand_at", "brand_id", "at"),
    sa.Index("ix_audit_rows_place", "epoch", "xid", "id"),
    reason="one trail for all brands, sealed in one chain; values are encrypted",
    rights=("SELECT", "INSERT"),
    extra={Role.BRAND: ("INSERT",), Role.LENDER: ("INSERT",)},
)

audit_seals = platform_table(
    "audit_seals",
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("last_xid", sa.Text, nullable=False),
    sa.Column("last_id", Uuid, nullable=False),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False, server_default=sa.func.now()),
    reason="the chain over the audit trail; hashes only",
    rights=("SELECT", "INSERT"),
)

attempts = brand_table(
    "attempts",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # ProviderKind
    sa.Column("call", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("provider_id", Uuid),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_id", Uuid, nullable=False),
    sa.Column("outcome", sa.Text),  # NULL while the call is open
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Column("provider_reference", sa.Text, nullable=False, server_default=""),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Index("ix_attempts_subject", "brand_id", "subject_kind", "subject_id"),
    sa.Index("ix_attempts_ref", "brand_id", "ref"),
    sa.Index("ix_attempts_provider", "brand_id", "provider_id", "started_at"),
    sa.Index("ix_attempts_open", "started_at", postgresql_where=sa.text("outcome IS NULL")),
)

cache = platform_table(
    "cache",
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("ix_cache_expires_at", "expires_at"),
    reason="the embedded profile's shared cache; production uses Redis. Keys are hashed, values sealed, nothing durable is in it",
)

limits = platform_table(
    "limits",
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("earned_at", Instant, nullable=False),  # when all that was spent is earned back
    reason="how often somebody asked, in the embedded profile; production uses Redis. Addresses, for minutes",
)
