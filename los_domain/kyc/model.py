"""Who somebody is: what authorities say, how it was found out, and what waits for an answer."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import AttemptId, CustomerId, DocumentId, ProviderId


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


class NameVerdict(Enum):
    """What a score comes to under a brand's bounds."""

    MATCH = "match"
    REVIEW = "review"
    MISMATCH = "mismatch"


@attrs.frozen(repr=False)
class NameComparison:
    """How far two authorities' names agree. *explanation* holds the names, so it is personal data."""

    score: int
    verdict: NameVerdict
    explanation: tuple[str, ...]


class FactKind(Enum):
    """The three things that are proved of a customer. Which document or selfie she gave, documents know."""

    PAN = "pan"
    AADHAAR = "aadhaar"
    MOBILE = "mobile"


@attrs.frozen
class Found:
    """Where a fact comes from: the vendor's name and attempt, or ours where no vendor was asked, and the instant in business time."""

    source: str
    at: datetime
    attempt: AttemptId | None = None


@attrs.frozen(repr=False)
class PanFact:
    """A PAN as its authority registered it, verified for a customer."""

    KIND: ClassVar[FactKind] = FactKind.PAN

    found: Found
    record: PanRecord


@attrs.frozen(repr=False)
class AadhaarFact:
    """
    An identity as UIDAI signed it, and how it agrees with the PAN.

    The photo is kept as a document. *birth_agrees* and *number_agrees* are None where the PAN's register says nothing.
    """

    KIND: ClassVar[FactKind] = FactKind.AADHAAR

    found: Found
    record: AadhaarRecord
    names: NameComparison
    birth_agrees: bool | None
    number_agrees: bool | None
    photo: DocumentId | None = None


@attrs.frozen(repr=False)
class MobileFact:
    """A phone that the customer proved to hold, by a one-time password."""

    KIND: ClassVar[FactKind] = FactKind.MOBILE

    found: Found
    phone: Phone
    is_registered: bool  # the one she logs in with


Fact = PanFact | AadhaarFact | MobileFact


class CheckState(Enum):
    """How far a question to an authority got."""

    ASKING = "asking"  # a request waits for the answer
    PENDING = "pending"  # nobody answered in time: a worker asks again
    DONE = "done"
    NO_RECORD = "no_record"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


@attrs.frozen(repr=False)
class PanCheck:
    """One question about one PAN. *reason* is the code of a refusal."""

    id: UUID
    customer_id: CustomerId
    pan: Pan
    state: CheckState
    asked_at: datetime
    settled_at: datetime | None = None
    reason: str = ""


@attrs.frozen(repr=False)
class AadhaarRequest:
    """An open e-KYC: UIDAI sent a password. *session* is wiped when it ends; instants are the wall's."""

    id: UUID
    customer_id: CustomerId
    provider: ProviderId
    source: str
    session: AadhaarSession | None
    masked_number: str
    opened_at: datetime
    tries: int = 0
    closed_at: datetime | None = None
