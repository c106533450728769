"""Private files, and documents typeset from data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

from los_domain.documents.model import Document
from los_domain.shared.ids import CustomerId, DocumentId
from los_domain.shared.work import Work


@attrs.frozen
class Upload:
    """Where and how a client may put one file, once, until *expires_at*."""

    url: str = attrs.field(repr=False)
    method: str
    headers: tuple[tuple[str, str], ...]
    expires_at: datetime


@attrs.frozen
class Stored:
    """A file as it lies in store."""

    size: int
    sha256: str
    media_type: str


class Files(Protocol):
    """Private files by key (``<brand>/<kind>/<id>``). Contents are sealed at rest; links are signed and short-lived."""

    def put(self, key: str, content: bytes, *, media_type: str) -> Stored:
        """Store *content*, replacing what was there."""
        ...

    def get(self, key: str) -> bytes:
        """Return the content. Raises NotFound."""
        ...

    def find(self, key: str) -> Stored | None:
        """Return what lies there, measured by us and not as the client said, or None."""
        ...

    def upload(self, key: str, *, media_type: str, max_bytes: int) -> Upload:
        """Return a link by which a client may put the file."""
        ...

    def link(self, key: str, *, filename: str) -> str:
        """Return a link by which the file can be fetched for a few minutes."""
        ...

    def delete(self, key: str) -> None:
        """Remove it; removing what is not there changes nothing."""
        ...


class Typesetter(Protocol):
    """Makes a PDF out of a named template and data. The same data give the same bytes."""

    def pdf(self, template: str, data: Mapping[str, Any]) -> bytes:
        """
        Return the PDF of *template* (``agreement``, ``key-facts``, ``no-dues``, ``schedule``). *data* are JSON values, amounts already
        in reading form. Raises KeyError for an unknown template.
        """
        ...


class DocumentStore(Protocol):
    """Documents of a brand."""

    def get(self, document_id: DocumentId) -> Document:
        """Return a document, locked until the transaction ends. Raises NotFound."""
        ...

    def of_customer(self, customer_id: CustomerId) -> Sequence[Document]:
        """Return a customer's documents, newest first."""
        ...

    def add(self, document: Document) -> None:
        """Store a new one."""
        ...

    def save(self, document: Document) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...

    def awaiting_since(self, at: datetime, *, limit: int) -> Sequence[Document]:
        """Return documents that have awaited their file since before *at*, oldest first."""
        ...

    def remove(self, document_id: DocumentId) -> bool:
        """Remove a document whose file never came, and return whether it did; another state is left alone."""
        ...


class DocumentWork(Work, Protocol):
    """The unit of work of documents."""

    @property
    def documents(self) -> DocumentStore:
        """Documents of the brand."""
        ...
