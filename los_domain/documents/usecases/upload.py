"""A document comes: a link is given, the file is put, and what lies in store is measured."""

from datetime import datetime

import attrs

from los_domain.documents import policy
from los_domain.documents.events import DocumentUploaded
from los_domain.documents.model import Document, DocumentKind
from los_domain.documents.ports import DocumentWork, Files, Stored, Upload
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Conflict, NotFound
from los_domain.shared.ids import CustomerId, DocumentId, Ids
from los_domain.shared.work import Begin


@attrs.frozen
class UploadAsked:
    """A document that awaits its file, and where the file may be put."""

    document: Document
    upload: Upload


@attrs.frozen
class AskForUpload:
    """Give a customer a link by which she may put one file."""

    begin: Begin[BrandScope, DocumentWork]
    files: Files
    ids: Ids
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, kind: DocumentKind, *, media_type: str
    ) -> UploadAsked:
        """Raises Invalid for a kind or media type that is not taken."""
        with self.begin(scope) as work:
            document = policy.asked_for(
                DocumentId(self.ids.new()), scope.brand, customer_id, kind, media_type, at=self.wall.now()
            )
            work.documents.add(document)
            work.audit.add(AuditEvent("documents.ask-for-upload", "document", document.id, after={"kind": kind.value}))
            return work.finish(UploadAsked(document, upload_of(self.files, document)))


def upload_of(files: Files, document: Document) -> Upload:
    """Return a fresh link for the file of *document*. Signing it asks nobody, so a transaction may be open."""
    accepts = policy.ACCEPTS[document.kind]
    return files.upload(document.file_key, media_type=document.media_type, max_bytes=accepts.max_bytes)


@attrs.frozen
class CompleteUpload:
    """Measure a file that a customer put, and hand the document to staff. Doing it again changes nothing."""

    begin: Begin[BrandScope, DocumentWork]
    files: Files
    wall: WallClock

    def __call__(self, scope: BrandScope, customer_id: CustomerId, document_id: DocumentId) -> Document:
        """Raises NotFound for another's document, Conflict where no file came, Invalid where it is not what was announced."""
        with self.begin(scope) as work:
            document = _own(work.documents.get(document_id), customer_id)
        stored = self.files.find(document.file_key)
        if stored is None:
            raise Conflict("the file has not arrived: put it to the upload link first, then complete the document")
        with self.begin(scope) as work:
            return work.finish(
                complete(work, _own(work.documents.get(document_id), customer_id), stored, self.wall.now())
            )


def complete(work: DocumentWork, document: Document, stored: Stored, now: datetime) -> Document:
    """Complete *document* inside the caller's transaction and tell others; unchanged where it was complete."""
    done = policy.completed(document, size=stored.size, sha256=stored.sha256, media_type=stored.media_type, at=now)
    if done is document:
        return document
    work.documents.save(done)
    work.outbox.add(DocumentUploaded(done.id, done.customer_id, done.kind.value))
    work.audit.add(
        AuditEvent(
            "documents.complete",
            "document",
            done.id,
            {"status": document.status.value},
            {"status": done.status.value, "size": done.size, "mediaType": done.media_type, "sha256": done.sha256},
        )
    )
    return done


def _own(document: Document, customer_id: CustomerId) -> Document:
    if document.customer_id != customer_id:
        raise NotFound("no such document")
    return document


@attrs.frozen
class SweepAbandoned:
    """Remove documents whose file did not come within 24 hours, with whatever lies half-put in store."""

    begin: Begin[BrandScope, DocumentWork]
    files: Files
    wall: WallClock

    def __call__(self, scope: BrandScope) -> int:
        """Return how many were removed."""
        before = self.wall.now() - policy.UPLOAD_MUST_COME_WITHIN
        with self.begin(scope) as work:
            abandoned = work.documents.awaiting_since(before, limit=policy.SWEPT_AT_ONCE)
        swept = 0
        for document in abandoned:
            # The row goes first: a file that was completed in this very moment has one that stays, and is left alone.
            with self.begin(scope) as work:
                if not work.documents.remove(document.id):
                    continue
                work.audit.add(
                    AuditEvent(
                        "documents.sweep",
                        "document",
                        document.id,
                        before={"kind": document.kind.value, "status": document.status.value},
                        reason="no file came within 24 hours",
                    )
                )
                work.finish(None)
            self.files.delete(document.file_key)
            swept += 1
        return swept
