"""Wire forms of documents."""

from typing import Annotated

import msgspec

from los_domain.documents.model import Document, DocumentKind
from los_domain.documents.ports import Upload
from los_domain.documents.usecases.decide import DocumentLink
from los_domain.documents.usecases.upload import UploadAsked
from los_http.shared.wire import In, Out, instant


class UploadIn(In):
    """What is about to be uploaded."""

    type: DocumentKind
    content_type: Annotated[
        str, msgspec.Meta(max_length=80, description="Media type of the file.", examples=["image/jpeg"])
    ]


class UploadOut(Out):
    """Where the file is to be put: one request of *method* to *url* with exactly these *headers*, before *expiresAt*."""

    url: str
    method: str
    headers: dict[str, str]
    expires_at: str

    @classmethod
    def of(cls, upload: Upload) -> "UploadOut":
        return cls(
            url=upload.url,
            method=upload.method,
            headers=dict(upload.headers),
            expires_at=instant(upload.expires_at),
        )


class DocumentOut(Out):
    """A document. *link* works for a few minutes."""

    id: str
    type: str
    status: str
    content_type: str
    source: str
    size: int
    created_at: str
    completed_at: str | None
    decided_at: str | None
    reason: str
    link: str | None = None

    @classmethod
    def of(cls, document: Document, link: str | None = None) -> "DocumentOut":
        return cls(
            id=str(document.id),
            type=document.kind.value,
            status=document.status.value,
            content_type=document.media_type,
            source=document.source,
            size=document.size,
            created_at=instant(document.created_at),
            completed_at=None if document.completed_at is None else instant(document.completed_at),
            decided_at=None if document.decided_at is None else instant(document.decided_at),
            reason=document.reason,
            link=link,
        )

    @classmethod
    def linked(cls, found: DocumentLink) -> "DocumentOut":
        return cls.of(found.document, found.link)


class UploadAskedOut(Out):
    """A document that awaits its file."""

    document_id: str
    document: DocumentOut
    upload: UploadOut

    @classmethod
    def of(cls, asked: UploadAsked) -> "UploadAskedOut":
        return cls(
            document_id=str(asked.document.id),
            document=DocumentOut.of(asked.document),
            upload=UploadOut.of(asked.upload),
        )


class DocumentsOut(Out):
    """Documents of a customer, newest first."""

    items: list[DocumentOut]


class RejectIn(In):
    """Why a document is rejected, in words that the customer will read."""

    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=300, examples=["The photo is blurred."])]
