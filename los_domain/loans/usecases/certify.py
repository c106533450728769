"""No-dues certificates: issued when a loan ends, revoked when it opens again."""

from typing import Protocol

import attrs

from los_domain.documents.ports import Files, Typesetter
from los_domain.loans.certificate import (
    Certificate,
    CertificateParties,
    Certificates,
    may_certify,
    paper,
    revoked,
)
from los_domain.loans.events import NoDuesIssued
from los_domain.loans.ports import LoanWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, NotFound
from los_domain.shared.ids import CustomerId, Ids, LoanId
from los_domain.shared.work import Begin


class CertificateWork(LoanWork, Protocol):
    """The unit of work of certificates."""

    @property
    def certificates(self) -> Certificates:
        """Certificates of the brand."""
        ...


@attrs.frozen
class IssueNoDues:
    """Print and store the certificate of a loan that ended with nothing due; whoever asks again gets the one that holds."""

    begin: Begin[BrandScope, CertificateWork]
    parties: CertificateParties
    typesetter: Typesetter
    files: Files
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Certificate:
        """Return the certificate. Raises NotFound, Conflict unless the loan ended with nothing due."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id)
            closed_on, earlier = may_certify(loan), work.certificates.of_loan(loan_id)
            if earlier and earlier[0].holds and earlier[0].closed_on == closed_on:
                return work.finish(earlier[0])
        number = f"NDC-{loan.number}-{len(earlier) + 1}"
        facts = self.parties(scope, loan)
        data = paper(loan, facts, number=number, closed_on=closed_on, issued_on=self.clock.today())
        key = f"{scope.brand}/no-dues/{loan_id}/{len(earlier) + 1}"
        stored = self.files.put(key, self.typesetter.pdf("no-dues", data), media_type="application/pdf")
        with self.begin(scope) as work:
            loan, at = work.loans.get(loan_id, lock=True), self.clock.now()
            if may_certify(loan) != closed_on or len(work.certificates.of_loan(loan_id)) != len(earlier):
                raise Conflict("the loan was changed while its certificate was printed: try again")
            if earlier and earlier[0].holds:
                work.certificates.revoke(revoked(earlier[0], why="the loan ended again", at=at))
            certificate = Certificate(self.ids.new(), loan_id, number, key, stored.sha256, closed_on, at)
            work.certificates.add(certificate)
            work.outbox.add(NoDuesIssued(certificate.id, loan_id))
            after = {"loan": str(loan_id), "number": number, "sha256": stored.sha256}
            work.audit.add(AuditEvent("loans.certify", "certificate", certificate.id, after=after))
            return work.finish(certificate)


@attrs.frozen
class CertifyClosed:
    """What follows on a loan's end: its certificate, unless it was written off or has opened again since."""

    begin: Begin[BrandScope, CertificateWork]
    issue: IssueNoDues

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Certificate | None:
        """Return the certificate, or None where there is nothing to certify."""
        with self.begin(scope) as work:
            try:
                may_certify(work.loans.get(loan_id))
            except Conflict:
                return work.finish(None)
        return self.issue(scope, loan_id)


@attrs.frozen
class RevokeNoDues:
    """Withdraw the certificate of a loan that opened again."""

    begin: Begin[BrandScope, CertificateWork]
    clock: Clock

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Certificate | None:
        """Return the certificate that no longer holds; None where there is none, or the loan has ended anew since."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            held = next((each for each in work.certificates.of_loan(loan_id) if each.holds), None)
            if held is None or held.closed_on == loan.closed_on:
                return work.finish(None)
            gone = revoked(held, why="a payment was reversed", at=self.clock.now())
            work.certificates.revoke(gone)
            work.audit.add(
                AuditEvent(
                    "loans.revoke-certificate", "certificate", gone.id, before={"holds": True}, after={"holds": False},
                    reason=gone.revoked_why,
                )
            )  # fmt: skip
            return work.finish(gone)


@attrs.frozen
class ReadNoDues:
    """Give a borrower or staff the certificate of a loan, with a link that works for a few minutes."""

    begin: Begin[BrandScope, CertificateWork]
    files: Files

    def __call__(
        self, scope: BrandScope, loan_id: LoanId, *, customer: CustomerId | None = None
    ) -> tuple[Certificate, str]:
        """*customer*: whose loan it must be. Raises NotFound where no certificate holds."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id)
            held = next((each for each in work.certificates.of_loan(loan_id) if each.holds), None)
        if held is None or (customer is not None and loan.customer_id != customer):
            raise NotFound("there is no such document")
        return held, self.files.link(held.file_key, filename=f"{held.number}.pdf")
