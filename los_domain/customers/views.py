"""Customers as staff see them, and what of them is shown to whom."""

from datetime import datetime

import attrs

from los_domain.customers.model import Customer, Profile
from los_domain.customers.usecases.profile import Details
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import CustomerId


@attrs.frozen(repr=False)
class CustomerRow:
    """One line of the list of customers. *is_erased*: her key was destroyed, and nothing of her can be read any more."""

    id: CustomerId
    phone: str
    name: str
    email: str
    created_at: datetime
    is_active: bool
    is_identified: bool  # her PAN is verified
    is_erased: bool = False


@attrs.frozen
class CustomerFilter:
    """Which customers a list holds. *phone* and PAN are found whole or not at all: they lie sealed."""

    phone: Phone | None = None
    pan: str = ""
    is_active: bool | None = None
    is_identified: bool | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None


def masked_phone(value: str) -> str:
    """Return a phone's last four digits, ``XXXXXX3210``."""
    return f"XXXXXX{value[-4:]}" if value else ""


def masked_name(value: str) -> str:
    """Return a name by its first letters, ``A… D…``."""
    return " ".join(f"{word[:1]}…" for word in value.split())


def masked_email(value: str) -> str:
    """Return a mail address by its first letter and its host."""
    return str(Email(value)) if value else ""


def masked_row(row: CustomerRow) -> CustomerRow:
    """Return *row* as it is shown to who may not see personal data."""
    return attrs.evolve(row, phone=masked_phone(row.phone), name=masked_name(row.name), email=masked_email(row.email))


def masked_profile(profile: Profile) -> Profile:
    """Return *profile* as it is shown to who may not see personal data: where she lives by city, when she was born not at all."""
    return attrs.evolve(
        profile,
        first_name=masked_name(profile.first_name),
        last_name=masked_name(profile.last_name),
        date_of_birth=None,
        address="",
        alternate_phone=masked_phone(profile.alternate_phone),
    )


@attrs.frozen(repr=False)
class ShownDetails:
    """A customer's details, whole or masked."""

    customer: Customer
    profile: Profile
    phone: str
    email: str


def shown(details: Details, *, whole: bool) -> ShownDetails:
    """Return *details* as they are shown to who may see personal data (*whole*), or to who may not."""
    customer, profile = details.customer, details.profile
    phone, email = customer.phone.value, customer.email.value if customer.email else ""
    if whole:
        return ShownDetails(customer, profile, phone, email)
    return ShownDetails(customer, masked_profile(profile), masked_phone(phone), masked_email(email))
