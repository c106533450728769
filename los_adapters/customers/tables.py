"""Tables of customers."""

import sqlalchemy as sa

from los_adapters.shared.schema import Instant, Sealed, Uuid, brand_table, to_brand, version_column

customers = brand_table(
    "customers",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("phone_index", sa.LargeBinary, nullable=False),
    sa.Column("phone", Sealed, nullable=False),
    sa.Column("email_index", sa.LargeBinary),
    sa.Column("email", Sealed),
    sa.Column("person_id", Uuid),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Instant, nullable=False),
    version_column(),
    sa.UniqueConstraint("brand_id", "phone_index"),
    sa.Index("ix_customers_person_id", "brand_id", "person_id"),
    sa.Index("ix_customers_created_at", "brand_id", "created_at", "id"),
)

profiles = brand_table(
    "profiles",
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("facts", Sealed, nullable=False),  # the profile as one sealed value: it is read and written whole
    version_column(),
    to_brand("customers", "customer_id"),
    key=("customer_id",),
)
