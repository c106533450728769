"""An agreement: one paper of one loan, from its printing to its signature or its end."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import attrs

from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import CustomerId, LoanId, ProviderId


class AgreementStatus(Enum):
    """Where a paper stands. A loan has one open paper at most: PENDING or SENT."""

    PENDING = "PENDING"  # printed, not yet with the signing service
    SENT = "SENT"
    SIGNED = "SIGNED"
    EXPIRED = "EXPIRED"  # its time ran out, the borrower declined, or another took its place: ``ended_why`` says which

    @property
    def is_open(self) -> bool:
        """Whether it can still be signed."""
        return self in (AgreementStatus.PENDING, AgreementStatus.SENT)


class EndedWhy(Enum):
    """Why a paper ended unsigned."""

    TIME = "time"
    DECLINED = "declined"
    FAILED = "failed"  # the signature could not be made
    REPLACED = "replaced"  # staff had another made


@attrs.frozen
class Agreement:
    """
    One paper.

    number: 1 for the loan's first. file_key, sha256: what was printed. signer_url: where the borrower signs, for her alone.
    expires_at: business time. signed_by: the name on the signing certificate.
    """

    id: UUID
    loan_id: LoanId
    customer_id: CustomerId
    number: int
    status: AgreementStatus
    file_key: str
    sha256: str
    prepared_at: datetime
    provider: ProviderId | None = None
    provider_name: str = ""
    envelope_id: str = ""
    signer_url: str = attrs.field(default="", repr=False)
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    signed_at: datetime | None = None
    signed_by: str = attrs.field(default="", repr=False)
    signed_key: str = ""
    signed_sha256: str = ""
    ended_why: EndedWhy | None = None
    version: int = 1


@attrs.frozen
class Party:
    """The borrower as the paper names her and as the signing service must know her."""

    customer_id: CustomerId
    name: str
    gender: str
    birth_date: date
    address: str
    pan_masked: str
    aadhaar_last_four: str
    phone: Phone
    email: Email | None


@attrs.frozen
class Contents:
    """
    What a paper says beside the brand's own words.

    facts: the content of the key facts statement that the borrower accepted, *digest* its SHA-256. pay_to: her account, masked.
    """

    loan_number: str
    amount_in_words: str
    facts: Mapping[str, Any]
    digest: str
    accepted_on: date
    pay_to: str
    brand_name: str
    lender_name: str
    registration_number: str
    policy_links: tuple[tuple[str, str], ...] = ()
    """Titles and addresses."""


class SigningState(Enum):
    """Where a document stands at the vendor."""

    SENT = "sent"
    SIGNED = "signed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FAILED = "failed"


@attrs.frozen(repr=False)
class SigningRequest:
    """A document for one borrower's Aadhaar e-signature."""

    title: str
    pdf: bytes
    signer_name: str
    signer_gender: str
    signer_birth_year: int
    aadhaar_last_four: str
    callback_url: str
    return_url: str
    expires_in_days: int


@attrs.frozen
class Envelope:
    """A document at the vendor, and where the borrower signs it."""

    id: str
    signer_url: str
    document_sha256: str = ""  # the vendor's hash of what we sent, empty where it gives none


@attrs.frozen
class SigningStatus:
    """What the vendor says when asked."""

    state: SigningState
    word: str  # the vendor's own
    signed_at: datetime | None = None
    signed_sha256: str = ""
    download_handle: str = ""  # what ``download`` wants; short lived
    signer_name: str = ""  # as on the signing certificate
