"""Table of documents."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Uuid, brand_table, one_of, to_brand, version_column
from los_domain.documents.model import DocumentKind, DocumentStatus

documents = brand_table(
    "documents",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("file_key", sa.Text, nullable=False),  # ids only
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("completed_at", Instant),
    sa.Column("decided_at", Instant),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    version_column(),
    to_brand("customers", "customer_id"),
    one_of("kind", DocumentKind),
    one_of("status", DocumentStatus),
    sa.Index("ix_documents_customer_id", "brand_id", "customer_id", "created_at"),
    sa.Index("ix_documents_awaiting", "brand_id", "created_at", postgresql_where=sa.text("status = 'AWAITING_UPLOAD'")),
    delete=True,  # of those whose file never came
)
