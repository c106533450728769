"""Store of customers."""

from collections.abc import Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from los_adapters.customers import tables
from los_adapters.shared.store import Context, Seal
from los_domain.customers.model import Customer
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import CustomerId, PersonId


def customer_to_row(customer: Customer, seal: Seal) -> dict[str, Any]:
    """Return the columns of *customer*, but for the blind indexes."""
    return {
        "id": customer.id,
        "phone": seal.text("phone", customer.phone.value),
        "email": seal.text("email", customer.email.value if customer.email else None),
        "person_id": customer.person_id,
        "is_active": customer.is_active,
        "created_at": customer.created_at,
        "version": customer.version,
    }


def customer_from_row(row: Mapping[Any, Any], seal: Seal) -> Customer:
    """Return the customer that *row* holds."""
    email = seal.open_text("email", row["email"])
    return Customer(
        id=CustomerId(row["id"]),
        phone=Phone(seal.open_text("phone", row["phone"]) or ""),
        created_at=row["created_at"],
        is_active=row["is_active"],
        email=None if email is None else Email(email),
        person_id=None if row["person_id"] is None else PersonId(row["person_id"]),
        version=row["version"],
    )


@attrs.frozen
class SqlCustomers:
    """Customers of a brand."""

    context: Context

    def find_by_phone(self, phone: Phone) -> Customer | None:
        """Return the customer with this phone, or None."""
        return self._one(tables.customers.c.phone_index == self.context.blind("phone", phone.value))

    def get(self, customer_id: CustomerId) -> Customer:
        """Return the customer. Raises NotFound."""
        found = self._one(tables.customers.c.id == customer_id)
        if found is None:
            raise NotFound("no such customer")
        return found

    def _one(self, condition: sa.ColumnElement[bool]) -> Customer | None:
        statement = sa.select(tables.customers).where(tables.customers.c.brand_id == self.context.brand, condition)
        row = self.context.connection.execute(statement).mappings().one_or_none()
        return None if row is None else customer_from_row(row, self._seal(row["id"]))

    def _seal(self, customer_id: CustomerId, *, create: bool = False) -> Seal:
        key = self.context.customer_key(customer_id, create=create)
        return self.context.seal(key, tables.customers, customer_id)

    def _indexes(self, customer: Customer) -> dict[str, bytes | None]:
        return {
            "phone_index": self.context.blind("phone", customer.phone.value),
            "email_index": self.context.blind("email", customer.email.value) if customer.email else None,
        }

    def add(self, customer: Customer) -> None:
        """Store a new one with her own data key. Raises Conflict if the phone is taken."""
        row = customer_to_row(customer, self._seal(customer.id, create=True))
        self.context.connection.execute(
            sa.insert(tables.customers).values(brand_id=self.context.brand, **row, **self._indexes(customer))
        )

    def save(self, customer: Customer) -> None:
        """Write over the version she was read at. Raises StaleWrite."""
        row = customer_to_row(attrs.evolve(customer, version=customer.version + 1), self._seal(customer.id))
        done = self.context.connection.execute(
            sa.update(tables.customers)
            .where(
                tables.customers.c.brand_id == self.context.brand,
                tables.customers.c.id == customer.id,
                tables.customers.c.version == customer.version,
            )
            .values(**row, **self._indexes(customer))
        )
        if done.rowcount != 1:
            raise StaleWrite("the customer was changed by somebody else: read again")
