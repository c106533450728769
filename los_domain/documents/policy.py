"""What may be uploaded as what, how a file's kind is told from its bytes, and how a document's status moves."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from los_domain.documents.model import Document, DocumentKind, DocumentStatus
from los_domain.shared.errors import Conflict, FieldProblem, Invalid
from los_domain.shared.ids import BrandId, CustomerId, DocumentId

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
_BEGINNINGS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF))
EXTENSIONS: Mapping[str, str] = {JPEG: "jpg", PNG: "png", PDF: "pdf"}

MEGABYTE = 1024 * 1024
UPLOAD_MUST_COME_WITHIN = timedelta(hours=24)
SWEPT_AT_ONCE = 200
"""Documents of one brand that one run of the sweep takes at most, so that it never holds a long transaction."""


@attrs.frozen
class Accepts:
    """What a kind of document may be, and how large."""

    media_types: tuple[str, ...]
    max_bytes: int


_IMAGE_OR_PDF = Accepts((JPEG, PNG, PDF), 10 * MEGABYTE)
ACCEPTS: Mapping[DocumentKind, Accepts] = {
    DocumentKind.PAN_CARD: _IMAGE_OR_PDF,
    DocumentKind.AADHAAR_FRONT: _IMAGE_OR_PDF,
    DocumentKind.AADHAAR_BACK: _IMAGE_OR_PDF,
    DocumentKind.SELFIE: Accepts((JPEG, PNG), 10 * MEGABYTE),
    DocumentKind.SALARY_SLIP: _IMAGE_OR_PDF,
    DocumentKind.BANK_STATEMENT: Accepts((PDF,), 15 * MEGABYTE),
    DocumentKind.OTHER: _IMAGE_OR_PDF,
}
"""What may be uploaded. A kind that is missing here is made by the system alone."""


def media_type_of(content: bytes) -> str:
    """Return what *content* is by its first bytes, ``application/octet-stream`` where they tell nothing. A client's word counts nothing."""
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), "application/octet-stream")


def asked_for(
    document_id: DocumentId, brand: BrandId, customer: CustomerId, kind: DocumentKind, media_type: str, *, at: datetime
) -> Document:
    """Return the document that a customer is about to upload. Raises Invalid for a kind or media type that is not taken."""
    accepts = ACCEPTS.get(kind)
    if accepts is None:
        raise Invalid(FieldProblem("type", "is not uploaded by customers", f"use one of {_listed(ACCEPTS)}"))
    if media_type not in accepts.media_types:
        raise Invalid(
            FieldProblem(
                "contentType",
                f"is not taken for {kind.value}",
                f"use one of {', '.join(accepts.media_types)}",
            )
        )
    return Document(
        id=document_id,
        customer_id=customer,
        kind=kind,
        status=DocumentStatus.AWAITING_UPLOAD,
        file_key=file_key(brand, document_id),
        media_type=media_type,
        created_at=at,
    )


def from_authority(
    document_id: DocumentId,
    brand: BrandId,
    customer: CustomerId,
    kind: DocumentKind,
    *,
    source: str,
    media_type: str,
    size: int,
    sha256: str,
    at: datetime,
) -> Document:
    """Return a document that came from an outside system: it needs nobody's verification."""
    return Document(
        id=document_id,
        customer_id=customer,
        kind=kind,
        status=DocumentStatus.VERIFIED,
        file_key=file_key(brand, document_id),
        media_type=media_type,
        created_at=at,
        source=source,
        size=size,
        sha256=sha256,
        completed_at=at,
        decided_at=at,
    )


def file_key(brand: BrandId, document_id: DocumentId) -> str:
    """Return the key of a document's file."""
    return f"{brand}/documents/{document_id}"


def filename(document: Document) -> str:
    """Return the name under which the file is fetched: the kind, never what the customer called it."""
    return f"{document.kind.value.lower().replace('_', '-')}.{EXTENSIONS.get(document.media_type, 'bin')}"


def completed(document: Document, *, size: int, sha256: str, media_type: str, at: datetime) -> Document:
    """
    Return *document* after its file came and was measured. Completing it again with the same file changes nothing.

    Raises Conflict where another file was completed before, Invalid for a file that is too large or not of a kind that is taken.
    """
    if document.status is not DocumentStatus.AWAITING_UPLOAD:
        if document.sha256 == sha256:
            return document
        raise Conflict("this document was completed before: ask for a new upload to send another file")
    accepts = ACCEPTS[document.kind]
    if size == 0:
        raise Invalid(FieldProblem("file", "is empty", "upload the file again"))
    if size > accepts.max_bytes:
        raise Invalid(FieldProblem("file", "is too large", f"send at most {accepts.max_bytes // MEGABYTE} MB"))
    if media_type not in accepts.media_types:
        raise Invalid(
            FieldProblem("file", "is not what its name says", f"send one of {', '.join(accepts.media_types)}")
        )
    return attrs.evolve(
        document,
        status=DocumentStatus.PENDING,
        size=size,
        sha256=sha256,
        media_type=media_type,
        completed_at=at,
    )


def verified(document: Document, *, at: datetime) -> Document:
    """Return *document* verified by staff. Raises Conflict unless it waits for that."""
    _refuse_unless_decidable(document)
    return attrs.evolve(document, status=DocumentStatus.VERIFIED, decided_at=at, reason="")


def rejected(document: Document, *, reason: str, at: datetime) -> Document:
    """Return *document* rejected by staff for *reason*. Raises Conflict unless it waits for that, or was verified."""
    _refuse_unless_decidable(document, also=DocumentStatus.VERIFIED)
    if not reason.strip():
        raise Invalid(FieldProblem("reason", "is empty", "say what the customer should do differently"))
    return attrs.evolve(document, status=DocumentStatus.REJECTED, decided_at=at, reason=reason.strip())


def _refuse_unless_decidable(document: Document, *, also: DocumentStatus = DocumentStatus.PENDING) -> None:
    if document.status not in (DocumentStatus.PENDING, also):
        raise Conflict(f"the document is {document.status.value}: nothing is to be decided about it")


def _listed(kinds: Mapping[DocumentKind, Accepts]) -> str:
    return ", ".join(kind.value for kind in kinds)
