"""Tables of sessions, one-time passwords and staff."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Role, Sealed, Uuid, brand_table, platform_table, version_column

sessions = platform_table(
    "sessions",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("audience", sa.Text, nullable=False),  # web, partner
    sa.Column("subject_id", Uuid, nullable=False),
    sa.Column("brand_id", Uuid),  # of a borrower's session; staff may enter several
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_why", sa.Text, nullable=False, server_default=""),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("device", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_sessions_subject_id", "subject_id"),
    sa.CheckConstraint("audience IN ('web', 'partner')", name="audience_known"),
    reason="a session is checked before a brand is entered; ids only",
    extra={Role.BRAND: ("SELECT", "INSERT", "UPDATE")},
)

refresh_tokens = platform_table(
    "refresh_tokens",
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("session_id", Uuid, sa.ForeignKey("sessions.id"), nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("spent_at", Instant),
    sa.Index("ix_refresh_tokens_session_id", "session_id"),
    reason="found by hash before a brand is entered; hashes only",
    extra={Role.BRAND: ("SELECT", "INSERT", "UPDATE")},
)

otps = brand_table(
    "otps",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("phone_index", sa.LargeBinary, nullable=False),
    sa.Column("code_hash", sa.LargeBinary, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("used_at", Instant),
    sa.Index("ix_otps_phone", "brand_id", "phone_index", "purpose", "sent_at"),
)

staff = platform_table(
    "staff",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("email_index", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("email", Sealed, nullable=False),
    sa.Column("name", Sealed, nullable=False),
    sa.Column("phone", Sealed),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("is_super_admin", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column(
        "epoch", sa.Integer, nullable=False, server_default="1"
    ),  # raised by every change of role, brand, password or activity
    sa.Column("reporting_to_id", Uuid, sa.ForeignKey("staff.id")),
    sa.Column("failed_logins", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", Instant),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    version_column(),
    reason="staff work for several brands; name, e-mail and phone are sealed under the platform's key",
)

staff_brands = platform_table(
    "staff_brands",
    sa.Column("staff_id", Uuid, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("brand_id", Uuid, sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("staff_id", "brand_id", "role"),
    sa.Index("ix_staff_brands_brand_id", "brand_id"),
    reason="which brands a staff member may enter, and as what; ids and role names",
    extra={Role.BRAND: ("SELECT",)},
)
