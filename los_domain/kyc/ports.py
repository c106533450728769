"""What proving identity needs kept, and of outside systems."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from los_domain.access.ports import OtpStore
from los_domain.customers.ports import ConsentWork, CustomerStore, ProfileStore
from los_domain.documents.ports import DocumentStore
from los_domain.kyc.model import (
    AadhaarFact,
    AadhaarRecord,
    AadhaarRequest,
    AadhaarSession,
    Fact,
    MobileFact,
    PanCheck,
    PanFact,
    PanRecord,
)
from los_domain.shared.identifiers import Aadhaar, Pan
from los_domain.shared.ids import BrandId, CustomerId, LenderId, VendorRef
from los_domain.shared.outcome import Outcome

F = TypeVar("F", PanFact, AadhaarFact, MobileFact)


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


class IdentityStore(Protocol):
    """What is proved of customers. A newer fact stands beside an older one; none is changed."""

    def find(self, customer_id: CustomerId, kind: type[F]) -> F | None:
        """Return the newest fact of a kind (``PanFact``), or None."""
        ...

    def add(self, customer_id: CustomerId, fact: Fact, *, request: UUID | None = None) -> None:
        """Store one. *request* is the e-KYC request that an AadhaarFact came by: her number can be recognised by it, and not read."""
        ...


class PanCheckStore(Protocol):
    """Questions about PANs."""

    def lock(self, customer_id: CustomerId) -> None:
        """Let nobody else begin or settle a check of hers until the transaction ends."""
        ...

    def since(self, customer_id: CustomerId, at: datetime) -> Sequence[PanCheck]:
        """Return her checks that were asked after *at*, newest first."""
        ...

    def get(self, check_id: UUID) -> PanCheck:
        """Return a check. Raises NotFound."""
        ...

    def add(self, check: PanCheck) -> None:
        """Store a new one."""
        ...

    def save(self, check: PanCheck) -> None:
        """Write one; the caller holds the customer's lock."""
        ...


class AadhaarRequestStore(Protocol):
    """Open e-KYC requests."""

    def since(self, customer_id: CustomerId, at: datetime) -> Sequence[AadhaarRequest]:
        """Return her requests that were opened after *at*, newest first, locked until the transaction ends."""
        ...

    def add(self, request: AadhaarRequest, number: Aadhaar) -> None:
        """Store a new one. Of *number* nothing is kept but a keyed index, by which it can be recognised and not read."""
        ...

    def save(self, request: AadhaarRequest) -> None:
        """Write tries, end and session of one."""
        ...


class Lenders(Protocol):
    """Knows whose a brand is."""

    def __call__(self, brand: BrandId, /) -> LenderId:
        """Return the lender of a brand."""
        ...


class KycWork(ConsentWork, Protocol):
    """The unit of work of identity."""

    @property
    def customers(self) -> CustomerStore:
        """Customers of the brand."""
        ...

    @property
    def profiles(self) -> ProfileStore:
        """Their profiles."""
        ...

    @property
    def documents(self) -> DocumentStore:
        """Their documents."""
        ...

    @property
    def otps(self) -> OtpStore:
        """One-time passwords of ours."""
        ...

    @property
    def identity(self) -> IdentityStore:
        """What is proved."""
        ...

    @property
    def pan_checks(self) -> PanCheckStore:
        """Questions about PANs."""
        ...

    @property
    def aadhaar_requests(self) -> AadhaarRequestStore:
        """Open e-KYC requests."""
        ...
