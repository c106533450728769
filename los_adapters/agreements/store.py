"""Store of agreements."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.agreements.tables import agreements
from los_adapters.shared.store import Context, Seal
from los_domain.agreements.model import Agreement, AgreementStatus, EndedWhy
from los_domain.shared.errors import Conflict, NotFound, StaleWrite
from los_domain.shared.ids import CustomerId, LoanId, ProviderId


def agreement_to_row(agreement: Agreement, seal: Seal) -> dict[str, Any]:
    """Return the columns of *agreement*. Link and name lie sealed: whoever has the link can sign."""
    return {
        "id": agreement.id,
        "loan_id": agreement.loan_id,
        "customer_id": agreement.customer_id,
        "number": agreement.number,
        "status": agreement.status.value,
        "file_key": agreement.file_key,
        "sha256": agreement.sha256,
        "prepared_at": agreement.prepared_at,
        "provider_id": agreement.provider,
        "provider_name": agreement.provider_name,
        "envelope_id": agreement.envelope_id,
        "signer_url": seal.text("signer_url", agreement.signer_url or None),
        "sent_at": agreement.sent_at,
        "expires_at": agreement.expires_at,
        "signed_at": agreement.signed_at,
        "signed_by": seal.text("signed_by", agreement.signed_by or None),
        "signed_key": agreement.signed_key,
        "signed_sha256": agreement.signed_sha256,
        "ended_why": None if agreement.ended_why is None else agreement.ended_why.value,
        "version": agreement.version,
    }


def agreement_from_row(row: Mapping[Any, Any], seal: Seal) -> Agreement:
    """Return the agreement that *row* holds."""
    return Agreement(
        id=row["id"],
        loan_id=LoanId(row["loan_id"]),
        customer_id=CustomerId(row["customer_id"]),
        number=row["number"],
        status=AgreementStatus(row["status"]),
        file_key=row["file_key"],
        sha256=row["sha256"],
        prepared_at=row["prepared_at"],
        provider=None if row["provider_id"] is None else ProviderId(row["provider_id"]),
        provider_name=row["provider_name"],
        envelope_id=row["envelope_id"],
        signer_url=seal.open_text("signer_url", row["signer_url"]) or "",
        sent_at=row["sent_at"],
        expires_at=row["expires_at"],
        signed_at=row["signed_at"],
        signed_by=seal.open_text("signed_by", row["signed_by"]) or "",
        signed_key=row["signed_key"],
        signed_sha256=row["signed_sha256"],
        ended_why=None if row["ended_why"] is None else EndedWhy(row["ended_why"]),
        version=row["version"],
    )


@attrs.frozen
class SqlAgreements:
    """Papers of a brand, sealed under their customers' keys."""

    context: Context

    def _seal(self, agreement_id: UUID, customer: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer), agreements, agreement_id)

    def _opened(self, row: Mapping[Any, Any]) -> Agreement:
        return agreement_from_row(row, self._seal(row["id"], row["customer_id"]))

    def add(self, agreement: Agreement) -> None:
        """Store a new one. Raises Conflict if the loan has an open one."""
        row = agreement_to_row(agreement, self._seal(agreement.id, agreement.customer_id))
        made = self.context.connection.execute(
            pg.insert(agreements).values(brand_id=self.context.brand, **row).on_conflict_do_nothing()
        )
        if made.rowcount != 1:
            raise Conflict("another agreement of this loan was made meanwhile")

    def get(self, agreement_id: UUID, *, lock: bool = False) -> Agreement:
        """Return it, locked if asked. Raises NotFound."""
        statement = sa.select(agreements).where(_A.brand_id == self.context.brand, _A.id == agreement_id)
        row = (
            self.context.connection.execute(statement.with_for_update() if lock else statement).mappings().one_or_none()
        )
        if row is None:
            raise NotFound("no such agreement")
        return self._opened(row)

    def save(self, agreement: Agreement) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        row = agreement_to_row(
            attrs.evolve(agreement, version=agreement.version + 1), self._seal(agreement.id, agreement.customer_id)
        )
        done = self.context.connection.execute(
            sa.update(agreements)
            .where(_A.brand_id == self.context.brand, _A.id == agreement.id, _A.version == agreement.version)
            .values(row)
        )
        if done.rowcount != 1:
            raise StaleWrite("the agreement was changed meanwhile: read it again")

    def of_loan(self, loan_id: LoanId) -> Sequence[Agreement]:
        """Return the papers of a loan, newest first."""
        statement = (
            sa.select(agreements)
            .where(_A.brand_id == self.context.brand, _A.loan_id == loan_id)
            .order_by(_A.number.desc())
        )
        return [self._opened(row) for row in self.context.connection.execute(statement).mappings().all()]

    def open_ones(self, *, limit: int, after: UUID | None = None) -> Sequence[Agreement]:
        """Return papers that are with the signing service, by id."""
        statement = sa.select(agreements).where(
            _A.brand_id == self.context.brand, _A.status == sa.literal("SENT", literal_execute=True)
        )
        if after is not None:
            statement = statement.where(_A.id > after)
        rows = self.context.connection.execute(statement.order_by(_A.id).limit(limit)).mappings()
        return [self._opened(row) for row in rows.all()]


_A = agreements.c
