"""Tables of decisions, the policies that they were made by, and bypassed reports."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, one_of, to_brand
from los_domain.decisioning.catalogue import Source
from los_domain.decisioning.model import Outcome
from los_domain.shared.actor import ActorKind

decision_policies = brand_table(
    "decision_policies",
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("body", pg.JSONB, nullable=False),
    key=("digest",),
    append_only=True,
)

decisions = brand_table(
    "decisions",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("loan_version", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("policy_digest", sa.Text, nullable=False),
    sa.Column("facts", Sealed, nullable=False),
    sa.Column("bits", Sealed, nullable=False),
    sa.Column("bits_sha256", sa.Text, nullable=False),  # verifies after erasure too
    sa.Column("bypassed", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("pull_id", Uuid),
    sa.Column("report_sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", Uuid),
    sa.Column("actor_name", sa.Text, nullable=False, server_default=""),
    one_of("outcome", Outcome),
    one_of("actor_kind", ActorKind),
    to_brand("loans", "loan_id"),
    to_brand("decision_policies", "policy_digest", on="digest"),
    sa.Index("ix_decisions_loan_id", "brand_id", "loan_id", "decided_at"),
    append_only=True,
)

report_bypasses = brand_table(
    "report_bypasses",
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", Uuid),
    sa.Column("reason", Sealed, nullable=False),  # free text may name people
    sa.Column("at", Instant, nullable=False),
    one_of("source", Source),
    one_of("actor_kind", ActorKind),
    to_brand("loans", "loan_id"),
    key=("loan_id", "source"),
    append_only=True,
)
