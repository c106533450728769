"""Tables of identity: facts, and what waits for an authority."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, one_of, to_brand
from los_domain.kyc.model import CheckState, FactKind, NameVerdict

identity_facts = brand_table(
    "identity_facts",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("attempt_id", Uuid),
    sa.Column("at", Instant, nullable=False),
    sa.Column("name_score", sa.Integer),  # of Aadhaar against PAN; a number and a word tell no name
    sa.Column("name_verdict", sa.Text),
    sa.Column("number_index", sa.LargeBinary),  # of PAN, Aadhaar or phone, by which its customer is found
    sa.Column("is_alternate", sa.Boolean),  # of a phone: another than that of the log-in
    sa.Column("facts", Sealed, nullable=False),
    to_brand("customers", "customer_id"),
    one_of("kind", FactKind),
    one_of("name_verdict", NameVerdict),
    sa.Index("ix_identity_facts_customer_id", "brand_id", "customer_id", "kind", "at"),
    sa.Index("ix_identity_facts_number_index", "brand_id", "number_index"),
    append_only=True,
)

pan_checks = brand_table(
    "pan_checks",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("pan", Sealed, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    to_brand("customers", "customer_id"),
    one_of("state", CheckState),
    sa.Index("ix_pan_checks_customer_id", "brand_id", "customer_id", "asked_at"),
)

aadhaar_requests = brand_table(
    "aadhaar_requests",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("provider_id", Uuid, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("session", Sealed),  # NULL once it ended
    sa.Column("masked_number", Sealed, nullable=False),
    sa.Column("number_index", sa.LargeBinary, nullable=False),  # keyed outside the database: tells no number
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed_at", Instant),
    to_brand("customers", "customer_id"),
    sa.Index("ix_aadhaar_requests_customer_id", "brand_id", "customer_id", "opened_at"),
)
