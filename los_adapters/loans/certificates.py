"""Store of no-dues certificates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.loans import tables
from los_adapters.shared.store import Context
from los_domain.loans.certificate import Certificate
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import LoanId

_C = tables.certificates.c


def certificate_from_row(row: Mapping[Any, Any]) -> Certificate:
    """Return the certificate that *row* holds."""
    return Certificate(
        id=row["id"],
        loan_id=LoanId(row["loan_id"]),
        number=row["number"],
        file_key=row["file_key"],
        sha256=row["sha256"],
        closed_on=row["closed_on"],
        issued_at=row["issued_at"],
        revoked_at=row["revoked_at"],
        revoked_why=row["revoked_why"],
    )


@attrs.frozen
class SqlCertificates:
    """Certificates of a brand."""

    context: Context

    def add(self, certificate: Certificate) -> None:
        """Store a new one. Raises Conflict while another of the loan holds."""
        row = attrs.asdict(certificate)
        self.context.connection.execute(sa.insert(tables.certificates).values(brand_id=self.context.brand, **row))

    def get(self, certificate_id: UUID) -> Certificate:
        """Return it. Raises NotFound."""
        statement = sa.select(tables.certificates).where(_C.brand_id == self.context.brand, _C.id == certificate_id)
        row = self.context.connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise NotFound("no such certificate")
        return certificate_from_row(row)

    def of_loan(self, loan_id: LoanId) -> tuple[Certificate, ...]:
        """Return the certificates of a loan, newest first."""
        statement = (
            sa.select(tables.certificates)
            .where(_C.brand_id == self.context.brand, _C.loan_id == loan_id)
            .order_by(_C.issued_at.desc(), _C.id.desc())
        )
        return tuple(certificate_from_row(row) for row in self.context.connection.execute(statement).mappings())

    def revoke(self, certificate: Certificate) -> None:
        """Write down since when and why it does not hold any more."""
        self.context.connection.execute(
            sa.update(tables.certificates)
            .where(_C.brand_id == self.context.brand, _C.id == certificate.id)
            .values(revoked_at=certificate.revoked_at, revoked_why=certificate.revoked_why)
        )
