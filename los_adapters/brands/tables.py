"""Tables of lenders, brands and their providers."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared.schema import Instant, Role, Sealed, Uuid, brand_table, one_of, platform_table, version_column
from los_domain.brands.providers import ProviderKind

lenders = platform_table(
    "lenders",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("registration_number", sa.Text, nullable=False, server_default=""),
    sa.Column("grievance_officer", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    reason="the regulated entities of the installation; no personal data beyond the published grievance officer",
    extra={Role.BRAND: ("SELECT",), Role.LENDER: ("SELECT",)},
)

brands = platform_table(
    "brands",
    sa.Column("id", Uuid, primary_key=True),
    sa.Column("lender_id", Uuid, sa.ForeignKey("lenders.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("subdomain", sa.Text, nullable=False, unique=True),
    sa.Column("logo_key", sa.Text, nullable=False, server_default=""),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("theme", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    version_column(),
    reason="a brand is found before its wall is entered",
    extra={Role.BRAND: ("SELECT",), Role.LENDER: ("SELECT",)},
)

brand_providers = brand_table(
    "brand_providers",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),  # 0 is the primary, then in order of falling back
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("is_disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("config", Sealed, nullable=False),
    sa.Column("webhook_path", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    version_column(),
    one_of("kind", ProviderKind),
    sa.UniqueConstraint("brand_id", "kind", "name"),
    delete=True,
    extra={Role.PLATFORM: ("SELECT",)},
)
