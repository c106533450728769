"""Tables of bank accounts and statements."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, one_of, to_brand, version_column
from los_domain.banking.model import AccountProof, StatementState

bank_accounts = brand_table(
    "bank_accounts",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("number_index", sa.LargeBinary, nullable=False),  # of number and IFSC together
    sa.Column("facts", Sealed, nullable=False),  # number, holder, name at the bank: read and written whole
    sa.Column("ifsc", sa.Text, nullable=False),
    sa.Column("bank", sa.Text, nullable=False),
    sa.Column("branch", sa.Text, nullable=False, server_default=""),
    sa.Column("proof", sa.Text, nullable=False),
    sa.Column("is_primary", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("name_score", sa.Integer),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("checked_at", Instant),
    sa.Column("provider_id", Uuid),
    sa.Column("handle", sa.Text, nullable=False, server_default=""),
    version_column(),
    one_of("proof", AccountProof),
    to_brand("customers", "customer_id"),
    sa.UniqueConstraint("brand_id", "customer_id", "number_index"),
    sa.Index("ix_bank_accounts_number_index", "brand_id", "number_index"),
    sa.Index(
        "ux_bank_accounts_primary", "brand_id", "customer_id", unique=True, postgresql_where=sa.text("is_primary")
    ),
)

statements = brand_table(
    "statements",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("document_id", Uuid, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("uploaded_at", Instant, nullable=False),
    sa.Column("password", Sealed),  # NULL once it was sent
    sa.Column("provider_id", Uuid),
    sa.Column("job", sa.Text, nullable=False, server_default=""),
    sa.Column("report", Sealed),
    sa.Column("report_sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("from_on", sa.Date),
    sa.Column("to_on", sa.Date),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("message", Sealed),  # the analyser's words may hold a name
    version_column(),
    one_of("state", StatementState),
    to_brand("customers", "customer_id"),
    to_brand("documents", "document_id"),
    sa.Index("ix_statements_customer_id", "brand_id", "customer_id", "uploaded_at"),
)
