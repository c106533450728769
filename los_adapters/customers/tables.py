"""Tables of customers."""

import sqlalchemy as sa

from los_adapters.shared.schema import (
    Instant,
    Role,
    Sealed,
    Uuid,
    brand_table,
    lender_table,
    one_of,
    to_brand,
    version_column,
)
from los_domain.customers.model import BlockedBy, EmploymentVerdict, Purpose

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
    sa.UniqueConstraint("brand_id", "person_id"),  # one person is one customer of a brand
    sa.Index("ix_customers_created_at", "brand_id", "created_at", "id"),
    sa.Index("ix_customers_person_id", "person_id"),
    extra={Role.LENDER: ("SELECT (brand_id, id, person_id, is_active)",)},  # whose customers a person is
)

profiles = brand_table(
    "profiles",
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("facts", Sealed, nullable=False),  # the profile as one sealed value: it is read and written whole
    version_column(),
    to_brand("customers", "customer_id"),
    key=("customer_id",),
)

consents = brand_table(
    "consents",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("text_version", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    to_brand("customers", "customer_id"),
    one_of("purpose", Purpose),
    sa.Index("ix_consents_customer_id", "brand_id", "customer_id", "at"),
    append_only=True,
)

occupations = brand_table(
    "occupations",
    sa.Column("customer_id", Uuid, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("stated_at", Instant, nullable=False),
    sa.Column("facts", Sealed, nullable=False),  # what she says and the evidence, read and written whole
    version_column(),
    to_brand("customers", "customer_id"),
    one_of("verdict", EmploymentVerdict),
    key=("customer_id",),
)

blocklist = brand_table(
    "blocklist",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("number_index", sa.LargeBinary, nullable=False),
    sa.Column("masked", Sealed, nullable=False),
    sa.Column("reason", Sealed, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("added_by", Uuid),
    sa.Column("lifted_at", Instant),
    sa.Column("lifted_reason", Sealed, nullable=False),
    one_of("by", BlockedBy),
    sa.Index(
        "uq_blocklist_standing",
        "brand_id",
        "by",
        "number_index",
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    ),
)

persons = lender_table(
    "persons",
    sa.Column("id", Uuid, nullable=False),
    sa.Column("pan_index", sa.LargeBinary, nullable=False),
    sa.Column("joined_into", Uuid),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
    sa.UniqueConstraint("lender_id", "pan_index"),
)
