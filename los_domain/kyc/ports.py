"""What proving identity needs of outside systems."""

from datetime import date
from enum import Enum
from typing import Protocol

import attrs

from los_domain.shared.identifiers import Aadhaar, Pan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Outcome


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


class PanVerifier(Protocol):
    """Looks a PAN up with the authority's data."""

    def verify(self, pan: Pan, *, ref: VendorRef) -> Outcome[PanRecord]:
        """
        Done: as registered. NoRecord: well formed but not issued. Refused(INVALID_INPUT): not a PAN for the authority.
        A look-up free of effect (though billed): NotSent, RateLimited and Unknown may be tried again.
        """
        ...


class AadhaarKyc(Protocol):
    """Aadhaar e-KYC by one-time password from UIDAI."""

    def send_otp(self, number: Aadhaar, *, ref: VendorRef) -> Outcome[AadhaarSession]:
        """Done: UIDAI sent a password to the phone it knows. NoRecord: no such number. Refused(CHALLENGE_REQUIRED): no phone on it."""
        ...

    def submit_otp(self, session: AadhaarSession, otp: str, *, ref: VendorRef) -> Outcome[AadhaarRecord]:
        """Done: the signed identity. Refused(WRONG_OTP): try again, three times at most. Refused(CONSENT_EXPIRED): begin anew."""
        ...
