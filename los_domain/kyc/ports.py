"""What proving identity needs of outside systems."""

from typing import Protocol

from los_domain.kyc.model import AadhaarRecord, AadhaarSession, PanRecord
from los_domain.shared.identifiers import Aadhaar, Pan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Outcome


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
