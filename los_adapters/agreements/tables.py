"""Table of agreements."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, one_of, to_brand, version_column
from los_domain.agreements.model import AgreementStatus, EndedWhy

agreements = brand_table(
    "agreements",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("file_key", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("prepared_at", Instant, nullable=False),
    sa.Column("provider_id", Uuid),
    sa.Column("provider_name", sa.Text, nullable=False, server_default=""),
    sa.Column("envelope_id", sa.Text, nullable=False, server_default=""),
    sa.Column("signer_url", Sealed),
    sa.Column("sent_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("signed_at", Instant),
    sa.Column("signed_by", Sealed),
    sa.Column("signed_key", sa.Text, nullable=False, server_default=""),
    sa.Column("signed_sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("ended_why", sa.Text),
    version_column(),
    one_of("status", AgreementStatus),
    one_of("ended_why", EndedWhy),
    to_brand("loans", "loan_id"),
    sa.UniqueConstraint("brand_id", "loan_id", "number"),
    sa.Index(
        "uq_agreements_open",
        "brand_id",
        "loan_id",
        unique=True,
        postgresql_where=sa.text("status IN ('PENDING', 'SENT')"),
    ),
    sa.Index("ix_agreements_sent", "brand_id", "id", postgresql_where=sa.text("status = 'SENT'")),
)
