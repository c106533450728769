"""What documents tell others."""

from typing import ClassVar

import attrs

from los_domain.shared.events import Event
from los_domain.shared.ids import CustomerId, DocumentId


@attrs.frozen
class DocumentUploaded(Event):
    """A file came, was measured and waits for staff. *kind* is the word of ``DocumentKind``."""

    topic: ClassVar[str] = "documents.uploaded"
    document_id: DocumentId
    customer_id: CustomerId
    kind: str


@attrs.frozen
class DocumentDecided(Event):
    """Staff verified or rejected a document. *status* is the word of ``DocumentStatus``."""

    topic: ClassVar[str] = "documents.decided"
    document_id: DocumentId
    customer_id: CustomerId
    kind: str
    status: str
