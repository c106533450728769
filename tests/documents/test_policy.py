"""What may be uploaded, and how a document's status moves."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from los_domain.documents import policy
from los_domain.documents.model import Document, DocumentKind, DocumentStatus
from los_domain.shared.errors import Conflict, Invalid
from los_domain.shared.ids import BrandId, CustomerId, DocumentId

K, S = DocumentKind, DocumentStatus
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
BRAND, CUSTOMER, DOCUMENT = BrandId(UUID(int=1)), CustomerId(UUID(int=2)), DocumentId(UUID(int=3))


def a_document(status: DocumentStatus = S.AWAITING_UPLOAD, kind: DocumentKind = K.SELFIE, **more: Any) -> Document:
    return Document(DOCUMENT, CUSTOMER, kind, status, "1/documents/3", "image/jpeg", NOW, **more)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0 photo", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n photo", "image/png"),
        (b"%PDF-1.4", "application/pdf"),
        (b"MZ\x90 program", "application/octet-stream"),
        (b"<html>", "application/octet-stream"),
        (b" %PDF-1.4", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, media_type: str) -> None:
    assert policy.media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("kind", "media_type", "is_taken"),
    [
        (K.PAN_CARD, "application/pdf", True),
        (K.SELFIE, "image/png", True),
        (K.SELFIE, "application/pdf", False),
        (K.BANK_STATEMENT, "application/pdf", True),
        (K.BANK_STATEMENT, "image/jpeg", False),
        (K.OTHER, "text/html", False),
        (K.AADHAAR_PHOTO, "image/jpeg", False),  # comes from UIDAI or not at all
    ],
)
def test_what_may_be_asked_for(kind: DocumentKind, media_type: str, is_taken: bool) -> None:
    def asked() -> Document:
        return policy.asked_for(DOCUMENT, BRAND, CUSTOMER, kind, media_type, at=NOW)

    if is_taken:
        assert asked().status is S.AWAITING_UPLOAD
    else:
        with pytest.raises(Invalid):
            asked()


@pytest.mark.parametrize(
    ("size", "media_type", "problem"),
    [
        (0, "image/jpeg", "is empty"),
        (10 * 1024 * 1024 + 1, "image/jpeg", "is too large"),
        (100, "application/pdf", "is not what its name says"),
        (100, "application/octet-stream", "is not what its name says"),
    ],
)
def test_a_file_that_is_not_what_was_announced_is_refused(size: int, media_type: str, problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        policy.completed(a_document(), size=size, sha256="a", media_type=media_type, at=NOW)


def test_completing_again_changes_nothing_and_another_file_is_refused() -> None:
    done = policy.completed(a_document(), size=10, sha256="a", media_type="image/png", at=NOW)
    assert (done.status, done.media_type) == (S.PENDING, "image/png")
    assert policy.completed(done, size=10, sha256="a", media_type="image/png", at=NOW) is done
    with pytest.raises(Conflict):
        policy.completed(done, size=10, sha256="b", media_type="image/png", at=NOW)


@pytest.mark.parametrize(
    ("status", "may_be_verified", "may_be_rejected"),
    [
        (S.AWAITING_UPLOAD, False, False),
        (S.PENDING, True, True),
        (S.VERIFIED, False, True),  # staff may notice later
        (S.REJECTED, False, False),
    ],
)
def test_who_decides_what(status: DocumentStatus, may_be_verified: bool, may_be_rejected: bool) -> None:
    document = a_document(status)
    for may, decide in (
        (may_be_verified, lambda: policy.verified(document, at=NOW)),
        (may_be_rejected, lambda: policy.rejected(document, reason="blurred", at=NOW)),
    ):
        if may:
            assert decide().decided_at == NOW
        else:
            with pytest.raises(Conflict):
                decide()


def test_a_rejection_says_why() -> None:
    with pytest.raises(Invalid):
        policy.rejected(a_document(S.PENDING), reason="  ", at=NOW)


def test_a_file_is_fetched_under_a_name_of_ours() -> None:
    assert policy.filename(a_document(kind=K.SALARY_SLIP)) == "salary-slip.jpg"
