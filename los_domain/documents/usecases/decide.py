"""Staff decide about documents, and look at them."""

from collections.abc import Sequence

import attrs

from los_domain.documents import policy
from los_domain.documents.events import DocumentDecided
from los_domain.documents.model import Document
from los_domain.documents.ports import DocumentWork, Files
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import CustomerId, DocumentId
from los_domain.shared.work import Begin


@attrs.frozen
class DecideDocument:
    """Verify or reject a document; a rejection says what the customer should do differently."""

    begin: Begin[BrandScope, DocumentWork]
    wall: WallClock

    def verify(self, scope: BrandScope, customer_id: CustomerId, document_id: DocumentId) -> Document:
        """Raises NotFound, or Conflict unless it waits for a decision."""
        with self.begin(scope) as work:
            document = _of(work.documents.get(document_id), customer_id)
            decided = policy.verified(document, at=self.wall.now())
            return work.finish(_write(work, document, decided))

    def reject(self, scope: BrandScope, customer_id: CustomerId, document_id: DocumentId, *, reason: str) -> Document:
        """Raises NotFound, Invalid without a reason, or Conflict where there is no file to reject."""
        with self.begin(scope) as work:
            document = _of(work.documents.get(document_id), customer_id)
            decided = policy.rejected(document, reason=reason, at=self.wall.now())
            return work.finish(_write(work, document, decided))


def _write(work: DocumentWork, before: Document, after: Document) -> Document:
    work.documents.save(after)
    work.outbox.add(DocumentDecided(after.id, after.customer_id, after.kind.value, after.status.value))
    verb = "documents.reject" if after.reason else "documents.verify"
    change = {"status": before.status.value}, {"status": after.status.value}
    work.audit.add(AuditEvent(verb, "document", after.id, *change, reason=after.reason))
    return after


def _of(document: Document, customer_id: CustomerId) -> Document:
    if document.customer_id != customer_id:
        raise NotFound("no such document")
    return document


@attrs.frozen
class DocumentLink:
    """A document, and a link to its file where it has one."""

    document: Document
    link: str | None = attrs.field(repr=False)


@attrs.frozen
class ListDocuments:
    """Show a customer's documents, with links that work for a few minutes."""

    begin: Begin[BrandScope, DocumentWork]
    files: Files

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, *, with_links: bool = True
    ) -> Sequence[DocumentLink]:
        """Return them, newest first."""
        with self.begin(scope) as work:
            documents = work.documents.of_customer(customer_id)
        return [DocumentLink(document, self._link(document) if with_links else None) for document in documents]

    def _link(self, document: Document) -> str | None:
        if document.completed_at is None:
            return None
        return self.files.link(document.file_key, filename=policy.filename(document))
