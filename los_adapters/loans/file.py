"""Stores of a loan's file: comments, and the reasons that staff choose from."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.loans import tables
from los_adapters.shared.store import Context, Seal
from los_domain.loans.model import Comment
from los_domain.loans.reasons import StatusReason
from los_domain.loans.states import LoanStatus
from los_domain.shared.errors import Conflict, NotFound, StaleWrite
from los_domain.shared.ids import LoanId, StaffId

_C, _S = tables.loan_comments.c, tables.status_reasons.c


@attrs.frozen
class SqlComments:
    """Comments on a brand's loans, sealed under the key of the loan's customer: they speak of her."""

    context: Context

    def add(self, comment: Comment) -> None:
        """Store one."""
        customer = self.context.connection.execute(
            sa.select(tables.loans.c.customer_id).where(
                tables.loans.c.brand_id == self.context.brand, tables.loans.c.id == comment.loan_id
            )
        ).scalar_one()
        self.context.connection.execute(
            sa.insert(tables.loan_comments).values(
                brand_id=self.context.brand,
                id=comment.id,
                loan_id=comment.loan_id,
                customer_id=customer,
                staff_id=comment.by,
                comment=self._seal(customer, comment.id).text("comment", comment.text),
                at=comment.at,
            )
        )

    def of_loan(self, loan_id: LoanId) -> Sequence[Comment]:
        """Return a loan's, newest first."""
        rows = self.context.connection.execute(
            sa.select(tables.loan_comments)
            .where(_C.brand_id == self.context.brand, _C.loan_id == loan_id)
            .order_by(_C.at.desc(), _C.id.desc())
        ).mappings()
        return [self._comment(row) for row in rows]

    def _comment(self, row: Mapping[Any, Any]) -> Comment:
        text = self._seal(row["customer_id"], row["id"]).open_text("comment", row["comment"])
        return Comment(row["id"], LoanId(row["loan_id"]), StaffId(row["staff_id"]), text or "", row["at"])

    def _seal(self, customer_id: UUID, comment_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.loan_comments, comment_id)


def reason_to_row(reason: StatusReason) -> dict[str, Any]:
    """Return the columns of *reason*."""
    return {
        "id": reason.id,
        "code": reason.code,
        "label": reason.label,
        "statuses": sorted(status.value for status in reason.statuses),
        "is_active": reason.is_active,
        "version": reason.version,
    }


def reason_from_row(row: Mapping[Any, Any]) -> StatusReason:
    """Return the reason that *row* holds."""
    return StatusReason(
        id=row["id"],
        code=row["code"],
        label=row["label"],
        statuses=frozenset(LoanStatus(word) for word in row["statuses"]),
        is_active=row["is_active"],
        version=row["version"],
    )


@attrs.frozen
class SqlReasons:
    """Status reasons of a brand."""

    context: Context

    def every(self) -> Sequence[StatusReason]:
        """Return all, by code."""
        rows = self.context.connection.execute(
            sa.select(tables.status_reasons).where(_S.brand_id == self.context.brand).order_by(_S.code)
        ).mappings()
        return [reason_from_row(row) for row in rows]

    def get(self, reason_id: UUID) -> StatusReason:
        """Return one. Raises NotFound."""
        row = (
            self.context.connection.execute(
                sa.select(tables.status_reasons).where(_S.brand_id == self.context.brand, _S.id == reason_id)
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound("no such reason")
        return reason_from_row(row)

    def add(self, reason: StatusReason) -> None:
        """Store a new one. Raises Conflict if the code is taken."""
        if not self.context.added(tables.status_reasons, brand_id=self.context.brand, **reason_to_row(reason)):
            raise Conflict(f"there is a reason {reason.code} already")

    def save(self, reason: StatusReason) -> StatusReason:
        """Write over the version it was read at. Raises StaleWrite, Conflict if the code is taken."""
        saved = attrs.evolve(reason, version=reason.version + 1)
        done = self.context.connection.execute(
            sa.update(tables.status_reasons)
            .where(_S.brand_id == self.context.brand, _S.id == reason.id, _S.version == reason.version)
            .values(reason_to_row(saved))
        )
        if done.rowcount != 1:
            raise StaleWrite("this reason was changed meanwhile: read it again")
        return saved

    def remove(self, reason_id: UUID) -> None:
        """Remove it."""
        self.context.connection.execute(
            sa.delete(tables.status_reasons).where(_S.brand_id == self.context.brand, _S.id == reason_id)
        )
