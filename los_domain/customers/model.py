"""A customer of a brand, and what is known of her."""

from datetime import date, datetime

import attrs

from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import CustomerId, PersonId


@attrs.frozen
class Customer:
    """One borrower at one brand. The same human at another brand is another customer; a verified PAN joins them in a person."""

    id: CustomerId
    phone: Phone
    created_at: datetime
    is_active: bool = True
    email: Email | None = None
    person_id: PersonId | None = None
    version: int = 1


@attrs.frozen(repr=False)
class Profile:
    """What a customer told us and authorities confirmed. Empty text means not known yet."""

    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    gender: str = ""
    address: str = ""
    pincode: str = ""
    city: str = ""
    state: str = ""
    alternate_phone: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """First and last name in reading order."""
        return f"{self.first_name} {self.last_name}".strip()
