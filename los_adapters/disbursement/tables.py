"""Tables of payouts."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Paise, Role, Uuid, brand_table, one_of, to_brand, version_column
from los_domain.disbursement.model import PayoutStatus, Rail, Verdict

_DEAD = ", ".join(f"'{status.value}'" for status in PayoutStatus if status.lets_another)

payouts = brand_table(
    "payouts",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("loan_id", Uuid, nullable=False),
    sa.Column("ref", sa.Text, nullable=False, unique=True),
    sa.Column("amount_paise", Paise, nullable=False),
    sa.Column("account_id", Uuid, nullable=False),
    sa.Column("rail", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("look_at", Instant),
    sa.Column("requested_by", Uuid),
    sa.Column("sent_on", sa.Date),
    sa.Column("provider_id", Uuid),
    sa.Column("provider_name", sa.Text, nullable=False, server_default=""),
    sa.Column("bank_reference", sa.Text, nullable=False, server_default=""),
    sa.Column("word", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("asked", sa.Integer, nullable=False, server_default="0"),
    sa.Column("open_since", Instant),
    sa.Column("paid_on", sa.Date),
    sa.Column("told_stuck", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("finding_verdict", sa.Text),
    sa.Column("finding_reference", sa.Text),
    sa.Column("finding_paid_on", sa.Date),
    sa.Column("finding_reason", sa.Text),
    sa.Column("finding_by", Uuid),
    sa.Column("finding_at", Instant),
    version_column(),
    one_of("status", PayoutStatus),
    one_of("rail", Rail),
    sa.CheckConstraint(
        f"finding_verdict IN ({', '.join(repr(v.value) for v in Verdict)})", name="finding_verdict_known"
    ),
    sa.CheckConstraint("amount_paise > 0", name="amount_positive"),
    to_brand("loans", "loan_id"),
    # One instruction a loan, but for those by which certainly no money reached her: the last wall before paying twice.
    sa.Index(
        "uq_payouts_loan_once", "brand_id", "loan_id", unique=True, postgresql_where=sa.text(f"status NOT IN ({_DEAD})")
    ),
    sa.Index("ix_payouts_look_at", "look_at", postgresql_where=sa.text("look_at IS NOT NULL")),
    sa.Index("ix_payouts_created_at", "brand_id", "created_at", "id"),
    extra={Role.PLATFORM: ("SELECT (brand_id, id, status, look_at)",)},  # what the job that looks at them needs
)
