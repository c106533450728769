"""Table of settings pages."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared.schema import Instant, Uuid, brand_table

settings_pages = brand_table(
    "settings_pages",
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", pg.JSONB, nullable=False),
    sa.Column("changed_by", Uuid),
    sa.Column("changed_at", Instant, nullable=False, server_default=sa.func.now()),
    key=("page", "version"),
    append_only=True,
)
