"""A no-dues certificate: the lender's word that nothing is due on a loan any more. It holds until a payment is reversed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import attrs

from los_domain.loans.model import Loan
from los_domain.loans.states import Ending, LoanStatus
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import LoanId


@attrs.frozen
class Certificate:
    """
    One certificate. *sha256* is of the file under *file_key*, and stands in the mail that brings it.

    number: ``NDC-L000042-1``; the last part counts the certificates of the loan. closed_on: the end that it certifies.
    """

    id: UUID
    loan_id: LoanId
    number: str
    file_key: str
    sha256: str
    closed_on: date
    issued_at: datetime
    revoked_at: datetime | None = None
    revoked_why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the lender still stands by it."""
        return self.revoked_at is None


@attrs.frozen(repr=False)
class CertificateFacts:
    """What a certificate says beside the loan: who lends under which name, and who borrowed."""

    brand_name: str
    lender_name: str
    registration_number: str
    borrower: str
    header: str = ""
    footer: str = ""


class Certificates(Protocol):
    """Certificates of a brand."""

    def add(self, certificate: Certificate) -> None:
        """Store a new one. Raises Conflict while another of the loan holds."""
        ...

    def get(self, certificate_id: UUID) -> Certificate:
        """Return it. Raises NotFound."""
        ...

    def of_loan(self, loan_id: LoanId) -> tuple[Certificate, ...]:
        """Return the certificates of a loan, newest first."""
        ...

    def revoke(self, certificate: Certificate) -> None:
        """Write down since when and why it does not hold any more."""
        ...


class CertificateParties(Protocol):
    """Knows who lends and who borrowed."""

    def __call__(self, scope: BrandScope, loan: Loan, /) -> CertificateFacts:
        """Return what the certificate says of them. Raises NotFound."""
        ...


def may_certify(loan: Loan) -> date:
    """Return the day on which *loan* ended with nothing due. Raises Conflict where it did not."""
    if loan.status not in (LoanStatus.COMPLETED, LoanStatus.SETTLED) or loan.closed_on is None:
        raise Conflict(f"the loan is {loan.status.value}: there is nothing to certify")
    if loan.standing.outstanding:
        raise Conflict(f"{loan.standing.outstanding} is outstanding: a person has to look")
    return loan.closed_on


def revoked(certificate: Certificate, *, why: str, at: datetime) -> Certificate:
    """Return *certificate* as one that does not hold any more."""
    return attrs.evolve(certificate, revoked_at=at, revoked_why=why)


_ENDED = {Ending.COOLING_OFF: "ended by the borrower within its cooling-off period"}


def paper(loan: Loan, facts: CertificateFacts, *, number: str, closed_on: date, issued_on: date) -> Mapping[str, Any]:
    """Return the data of the certificate's PDF."""
    settled = "settled" if loan.status is LoanStatus.SETTLED else "repaid in full"
    brand = {"name": facts.brand_name, "header": facts.header, "footer": facts.footer}
    return {
        "brand": {name: text for name, text in brand.items() if text},
        "number": number,
        "issued_on": str(issued_on),
        "lender": {"name": facts.lender_name, "registration_number": facts.registration_number},
        "borrower": {"name": facts.borrower},
        "loan": {
            "number": loan.number,
            "sanctioned": str(loan.sanctioned or loan.amount),
            "disbursed_on": str(loan.disbursed_on),
            "closed_on": str(closed_on),
            "ending": _ENDED.get(loan.ending, settled) if loan.ending else settled,
        },
    }
