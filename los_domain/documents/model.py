"""A document of a customer: a private file, what it shows, and what staff made of it."""

from datetime import datetime
from enum import Enum

import attrs

from los_domain.shared.ids import CustomerId, DocumentId


class DocumentKind(Enum):
    """What a document shows. The words are the wire's."""

    PAN_CARD = "PAN_CARD"
    AADHAAR_FRONT = "AADHAAR_FRONT"
    AADHAAR_BACK = "AADHAAR_BACK"
    AADHAAR_PHOTO = "AADHAAR_PHOTO"  # came with the e-KYC, never uploaded
    SELFIE = "SELFIE"
    SALARY_SLIP = "SALARY_SLIP"
    BANK_STATEMENT = "BANK_STATEMENT"
    OTHER = "OTHER"


class DocumentStatus(Enum):
    """How far a document got. Only AWAITING_UPLOAD may vanish by itself."""

    AWAITING_UPLOAD = "AWAITING_UPLOAD"  # the link was given, the file has not come
    PENDING = "PENDING"  # the file lies in store and waits for staff
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"


BORROWER = "borrower"
"""Source of a document that the customer herself brought."""


@attrs.frozen
class Document:
    """
    One document.

    *source* says who brought it: ``borrower``, or the name of the vendor it came from. *size*, *sha256* and *media_type* are measured by us
    once the file lies in store; until then *media_type* is what the client announced.
    """

    id: DocumentId
    customer_id: CustomerId
    kind: DocumentKind
    status: DocumentStatus
    file_key: str
    media_type: str
    created_at: datetime
    source: str = BORROWER
    size: int = 0
    sha256: str = ""
    completed_at: datetime | None = None
    decided_at: datetime | None = None
    reason: str = ""  # of a rejection, in the words that the customer reads
    version: int = 1
