"""Store of questions to credit bureaus and their answers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.bureau import tables
from los_adapters.shared.store import Context, Seal
from los_domain.bureau.model import Pull, PullState
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import AttemptId, CustomerId

_P = tables.credit_reports.c


def pull_to_row(pull: Pull, seal: Seal) -> dict[str, Any]:
    """Return the columns of *pull*."""
    return {
        "id": pull.id,
        "customer_id": pull.customer_id,
        "loan_id": pull.loan_id,
        "state": pull.state.value,
        "begun_at": pull.begun_at,
        "asked_at": pull.asked_at,
        "provider": pull.provider,
        "attempt_id": pull.attempt,
        "pulled_on": pull.pulled_on,
        "raw": seal.raw("raw", pull.raw),
        "sha256": pull.sha256,
        "reason": pull.reason,
    }


def pull_from_row(row: Mapping[Any, Any], seal: Seal | None) -> Pull:
    """Return the question that *row* holds; without its answer where there is no *seal*."""
    return Pull(
        id=row["id"],
        customer_id=CustomerId(row["customer_id"]),
        loan_id=row["loan_id"],
        state=PullState(row["state"]),
        begun_at=row["begun_at"],
        asked_at=row["asked_at"],
        provider=row["provider"],
        attempt=None if row["attempt_id"] is None else AttemptId(row["attempt_id"]),
        pulled_on=row["pulled_on"],
        raw=None if seal is None else seal.open_raw("raw", row["raw"]),
        sha256=row["sha256"],
        reason=row["reason"],
    )


@attrs.frozen
class SqlPulls:
    """Questions about a brand's customers."""

    context: Context

    def hold(self, customer_id: CustomerId) -> None:
        """Let nobody else begin or settle a question about her until the transaction ends."""
        self.context.lock(f"credit-report:{self.context.brand}:{customer_id}")

    def newest(self, customer_id: CustomerId) -> Pull | None:
        """Return her newest report that could be read, or None."""
        return self._one(
            sa.select(tables.credit_reports)
            .where(_P.customer_id == customer_id, _P.state == PullState.DONE.value)
            .order_by(_P.pulled_on.desc(), _P.id.desc())
        )

    def last_for(self, loan_id: UUID) -> Pull | None:
        """Return the last question asked for a loan, without its answer; or None."""
        columns = [column for column in tables.credit_reports.c if column.name != "raw"]
        return self._one(
            sa.select(*columns).where(_P.loan_id == loan_id).order_by(_P.begun_at.desc(), _P.id.desc()), opened=False
        )

    def get(self, pull_id: UUID) -> Pull:
        """Return one with its answer. Raises NotFound."""
        found = self._one(sa.select(tables.credit_reports).where(_P.id == pull_id))
        if found is None:
            raise NotFound("no such credit report")
        return found

    def _one(self, statement: sa.Select[Any], *, opened: bool = True) -> Pull | None:
        row = (
            self.context.connection.execute(statement.where(_P.brand_id == self.context.brand).limit(1))
            .mappings()
            .one_or_none()
        )
        if row is None:
            return None
        return pull_from_row(row, self._seal(row["customer_id"], row["id"]) if opened else None)

    def _seal(self, customer_id: UUID, pull_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.credit_reports, pull_id)

    def add(self, pull: Pull) -> None:
        """Store a new one."""
        row = pull_to_row(pull, self._seal(pull.customer_id, pull.id))
        self.context.connection.execute(sa.insert(tables.credit_reports).values(brand_id=self.context.brand, **row))

    def save(self, pull: Pull) -> None:
        """Write one; the caller holds the customer."""
        self.context.connection.execute(
            sa.update(tables.credit_reports)
            .where(_P.brand_id == self.context.brand, _P.id == pull.id)
            .values(pull_to_row(pull, self._seal(pull.customer_id, pull.id)))
        )
