"""Who somebody is: what authorities say, how it was found out, and what waits for an answer."""

from datetime import date
from enum import Enum

import attrs

from los_domain.shared.identifiers import Pan


class PanStatus(Enum):
    """The authority's word on a PAN."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


@attrs.frozen
class Address:
    """A postal address in India as an authority returned it; any part may be empty."""

    line: str = ""  # house, street, landmark, locality, in reading order
    city: str = ""
    state: str = ""
    pincode: str = ""


@attrs.frozen
class PanRecord:
    """A PAN as registered."""

    pan: Pan
    status: PanStatus
    name: str
    date_of_birth: date | None
    is_individual: bool
    gender: str = ""  # "male", "female", "other" or empty
    aadhaar_linked: bool | None = None
    masked_aadhaar: str = ""
    address: Address = Address()


@attrs.frozen
class AadhaarSession:
    """An open e-KYC request: what the vendor wants to see again, opaque to us. Sealed while kept, gone after ten minutes."""

    state: tuple[tuple[str, str], ...] = attrs.field(repr=False)


@attrs.frozen
class AadhaarRecord:
    """An identity as UIDAI signed it. The number is masked before it reaches this value."""

    name: str
    date_of_birth: date
    gender: str
    masked_number: str  # XXXXXXXX1234
    care_of: str
    address: Address
    photo: bytes | None = attrs.field(repr=False)  # JPEG
    signature_valid: bool | None = None
