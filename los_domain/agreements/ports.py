"""What signing needs of outside systems."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Protocol

import attrs

from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Outcome


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


class ForgedCallback(Exception):
    """A call-back that does not carry the word we agreed on. Answered 401, kept nowhere."""


class ESigner(Protocol):
    """Has documents signed electronically."""

    def send(self, request: SigningRequest, *, ref: VendorRef) -> Outcome[Envelope]:
        """Done: a legal, billed contract exists. Unknown: perhaps; never repeated by itself."""
        ...

    def status(self, envelope_id: str, *, ref: VendorRef) -> Outcome[SigningStatus]:
        """Done: where it stands. NoRecord: unknown or expired at the vendor. Free of effect."""
        ...

    def download(self, status: SigningStatus, *, ref: VendorRef) -> Outcome[bytes]:
        """Done: the signed file, whose SHA-256 equals ``signed_sha256``; a mismatch is Unknown. Free of effect."""
        ...

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> str:
        """
        Return the id of the envelope that a call-back speaks of: a hint to ask ``status``, never a fact by itself.

        Raises ForgedCallback; ValueError if unreadable.
        """
        ...
