"""Table of questions to credit bureaus and their answers."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, one_of, to_brand
from los_domain.bureau.model import PullState

credit_reports = brand_table(
    "credit_reports",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("provider", sa.Text, nullable=False, server_default=""),
    sa.Column("attempt_id", Uuid),
    sa.Column("pulled_on", sa.Date),
    sa.Column("raw", Sealed),  # as the bureau sent it
    sa.Column("sha256", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    to_brand("customers", "customer_id"),
    to_brand("loans", "loan_id"),
    one_of("state", PullState),
    sa.Index("ix_credit_reports_customer_id", "brand_id", "customer_id", "pulled_on"),
    sa.Index("ix_credit_reports_loan_id", "brand_id", "loan_id", "begun_at"),
)
