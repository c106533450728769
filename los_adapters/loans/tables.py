"""Tables of loans, their history, and the rules they are lent under."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared.schema import Instant, Paise, Sealed, Uuid, brand_table, one_of, to_brand, version_column
from los_domain.loans.rules import RiskCategory
from los_domain.loans.states import Ending, LoanEvent, LoanStatus
from los_domain.shared.actor import ActorKind

loan_numbers = brand_table(
    "loan_numbers",
    sa.Column("last", sa.BigInteger, nullable=False, server_default="0"),
    key=(),
)

loan_rules = brand_table(
    "loan_rules",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("risk", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("least_paise", Paise, nullable=False),
    sa.Column("most_paise", Paise, nullable=False),
    sa.Column("tenures_months", pg.ARRAY(sa.Integer), nullable=False),
    sa.Column("fee", pg.JSONB, nullable=False),
    sa.Column("due_days", pg.ARRAY(sa.Integer), nullable=False),
    sa.Column("cooling_off_days", sa.Integer, nullable=False),
    sa.Column("example", pg.JSONB, nullable=False),  # every convention, as the terms of an example
    sa.Column("saved_by", Uuid),
    sa.Column("saved_at", Instant, nullable=False),
    one_of("risk", RiskCategory),
    key=("id", "version"),
    append_only=True,
)

loans = brand_table(
    "loans",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("ending", sa.Text),
    sa.Column("amount_paise", Paise, nullable=False),
    sa.Column("tenure_months", sa.Integer, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False, server_default=""),
    sa.Column("rule_id", Uuid, nullable=False),
    sa.Column("rule_version", sa.Integer, nullable=False),
    sa.Column("applied_at", Instant, nullable=False),
    sa.Column("terms", pg.JSONB),  # los_adapters.loans.terms writes and reads it exactly
    sa.Column("sanctioned_paise", Paise),
    sa.Column("sanctioned_at", Instant),
    sa.Column("fee_paise", Paise, nullable=False, server_default="0"),
    sa.Column("gst_paise", Paise, nullable=False, server_default="0"),
    sa.Column("upfront_interest_paise", Paise, nullable=False, server_default="0"),
    sa.Column("pay_to", Uuid),
    sa.Column("is_paying", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("digest", sa.Text, nullable=False, server_default=""),
    sa.Column("accepted_at", Instant),
    sa.Column("disbursed_on", sa.Date),
    sa.Column("closed_on", sa.Date),
    sa.Column("outstanding_paise", Paise, nullable=False, server_default="0"),
    sa.Column("overdue_paise", Paise, nullable=False, server_default="0"),
    sa.Column("excess_paise", Paise, nullable=False, server_default="0"),
    sa.Column("oldest_due_on", sa.Date),
    sa.Column("next_due_on", sa.Date),
    sa.Column("next_transition_on", sa.Date),
    sa.Column("folded_up_to", sa.Date),
    sa.Column("posted_up_to", sa.Date),
    version_column(),
    one_of("status", LoanStatus),
    one_of("ending", Ending),
    to_brand("customers", "customer_id"),
    sa.UniqueConstraint("brand_id", "number"),
    sa.CheckConstraint("amount_paise > 0", name="amount_above_zero"),
    sa.Index("ix_loans_customer_id", "brand_id", "customer_id"),
    sa.Index("ix_loans_applied_at", "brand_id", "applied_at", "id"),
    sa.Index("ix_loans_status", "brand_id", "status", "applied_at"),
    # The only index on a column that money changes: the night reads by it. Other balances stay out of indexes, so that an update
    # of them can stay on its page.
    sa.Index(
        "ix_loans_next_transition_on",
        "brand_id",
        "next_transition_on",
        "id",
        postgresql_where=sa.text("next_transition_on IS NOT NULL"),
    ),
    fill_percent=80,
)

loan_history = brand_table(
    "loan_history",
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("event", sa.Text),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", Uuid),
    sa.Column("actor_name", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    one_of("event", LoanEvent),
    one_of("after", LoanStatus),
    one_of("actor_kind", ActorKind),
    to_brand("loans", "loan_id"),
    key=("loan_id", "number"),
    append_only=True,
)

nights = brand_table(
    "nights",
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("loans", sa.Integer, nullable=False),
    sa.Column("left", sa.Integer, nullable=False),  # to a person
    sa.Column("done_at", Instant, nullable=False),  # business time
    key=("day",),
    append_only=True,
)

loan_offers = brand_table(
    "loan_offers",
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # of the option in the offer, from 0
    sa.Column("due_day", sa.Integer),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    sa.Column("terms", pg.JSONB, nullable=False),
    sa.Column("content", pg.JSONB, nullable=False),  # of the key facts statement
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("fee_paise", Paise, nullable=False),
    sa.Column("gst_paise", Paise, nullable=False),
    sa.Column("upfront_interest_paise", Paise, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    to_brand("loans", "loan_id"),
    key=("loan_id", "number", "place"),
    append_only=True,
)

loan_comments = brand_table(
    "loan_comments",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("staff_id", Uuid, nullable=False),
    sa.Column("comment", Sealed, nullable=False),
    sa.Column("at", Instant, nullable=False),
    to_brand("loans", "loan_id"),
    sa.Index("ix_loan_comments_loan_id", "brand_id", "loan_id", "at"),
    append_only=True,
)

status_reasons = brand_table(
    "status_reasons",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("statuses", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    version_column(),
    sa.UniqueConstraint("brand_id", "code"),
    delete=True,
)

certificates = brand_table(
    "certificates",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("file_key", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("closed_on", sa.Date, nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_why", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("brand_id", "number"),
    to_brand("loans", "loan_id"),
    sa.Index(
        "uq_certificates_holds",
        "brand_id",
        "loan_id",
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    ),
)
