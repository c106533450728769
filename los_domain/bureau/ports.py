"""What credit reports need of outside systems."""

from datetime import date
from typing import Protocol

import attrs

from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


@attrs.frozen(repr=False)
class BureauSubject:
    """Whom to ask about, as proved by KYC."""

    name: str
    date_of_birth: date
    pan: Pan
    phone: Phone
    address_line: str
    city: str
    state: str  # full name, such as Maharashtra; each bureau has its own codes
    pincode: str
    gender: str = ""


class CreditBureau(Protocol):
    """Pulls a consumer's credit report. Billed, and leaves an enquiry on the person's record: never repeated lightly."""

    def pull(self, subject: BureauSubject, *, amount: Money, ref: VendorRef) -> Outcome[bytes]:
        """
        Done: the raw report, whatever it says (also a no-hit: the reader of its shape tells). Unknown: may have been billed; not
        repeated by itself within the day.
        """
        ...
