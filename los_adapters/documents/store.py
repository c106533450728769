"""Store of documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import sqlalchemy as sa

from los_adapters.documents.tables import documents
from los_adapters.shared.store import Context
from los_domain.documents.model import Document, DocumentKind, DocumentStatus
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.ids import CustomerId, DocumentId


def document_to_row(document: Document) -> dict[str, Any]:
    """Return the columns of *document*."""
    return attrs.asdict(document, recurse=False) | {"kind": document.kind.value, "status": document.status.value}


def document_from_row(row: Mapping[Any, Any]) -> Document:
    """Return the document that *row* holds."""
    return Document(
        id=DocumentId(row["id"]),
        customer_id=CustomerId(row["customer_id"]),
        kind=DocumentKind(row["kind"]),
        status=DocumentStatus(row["status"]),
        file_key=row["file_key"],
        media_type=row["media_type"],
        created_at=row["created_at"],
        source=row["source"],
        size=row["size"],
        sha256=row["sha256"],
        completed_at=row["completed_at"],
        decided_at=row["decided_at"],
        reason=row["reason"],
        version=row["version"],
    )


@attrs.frozen
class SqlDocuments:
    """Documents of a brand."""

    context: Context

    def get(self, document_id: DocumentId) -> Document:
        """Return a document, locked. Raises NotFound."""
        found = self._select(documents.c.id == document_id, lock=True)
        if not found:
            raise NotFound("no such document")
        return found[0]

    def of_customer(self, customer_id: CustomerId) -> Sequence[Document]:
        """Return a customer's documents, newest first."""
        return self._select(documents.c.customer_id == customer_id)

    def _select(self, *conditions: sa.ColumnElement[bool], lock: bool = False) -> list[Document]:
        statement = (
            sa.select(documents)
            .where(documents.c.brand_id == self.context.brand, *conditions)
            .order_by(documents.c.created_at.desc(), documents.c.id.desc())
        )
        rows = self.context.connection.execute(statement.with_for_update() if lock else statement).mappings()
        return [document_from_row(row) for row in rows]

    def add(self, document: Document) -> None:
        """Store a new one."""
        self.context.connection.execute(
            sa.insert(documents).values(brand_id=self.context.brand, **document_to_row(document))
        )

    def save(self, document: Document) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        done = self.context.connection.execute(
            sa.update(documents)
            .where(
                documents.c.brand_id == self.context.brand,
                documents.c.id == document.id,
                documents.c.version == document.version,
            )
            .values(document_to_row(attrs.evolve(document, version=document.version + 1)))
        )
        if done.rowcount != 1:
            raise StaleWrite("the document was changed by somebody else: read it again")

    def awaiting_since(self, at: datetime, *, limit: int) -> Sequence[Document]:
        """Return documents that have awaited their file since before *at*, oldest first."""
        rows = self.context.connection.execute(
            sa.select(documents)
            .where(
                documents.c.brand_id == self.context.brand,
                documents.c.status == DocumentStatus.AWAITING_UPLOAD.value,
                documents.c.created_at < at,
            )
            .order_by(documents.c.created_at)
            .limit(limit)
        )
        return [document_from_row(row) for row in rows.mappings()]

    def remove(self, document_id: DocumentId) -> bool:
        """Remove a document whose file never came, and return whether it did."""
        done = self.context.connection.execute(
            sa.delete(documents).where(
                documents.c.brand_id == self.context.brand,
                documents.c.id == document_id,
                documents.c.status == DocumentStatus.AWAITING_UPLOAD.value,
            )
        )
        return done.rowcount == 1
