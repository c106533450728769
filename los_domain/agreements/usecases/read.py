"""Showing a loan's paper."""

import attrs

from los_domain.agreements.model import Agreement, AgreementStatus
from los_domain.agreements.ports import AgreementWork
from los_domain.documents.ports import Files
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.work import Begin


@attrs.frozen
class Shown:
    """A paper, and a link to its file that works for a few minutes: the signed one, once it is signed."""

    agreement: Agreement
    url: str = attrs.field(repr=False)


@attrs.frozen
class ReadAgreement:
    """Show the newest paper of a loan."""

    begin: Begin[BrandScope, AgreementWork]
    files: Files

    def __call__(self, scope: BrandScope, loan_id: LoanId, *, customer: CustomerId | None = None) -> Shown:
        """Return it; with *customer*, of her own loans only. Raises NotFound."""
        with self.begin(scope) as work:
            papers = work.agreements.of_loan(loan_id)
        if not papers or customer not in (None, papers[0].customer_id):
            raise NotFound("this loan has no agreement")
        newest = papers[0]
        is_signed = newest.status is AgreementStatus.SIGNED
        key = newest.signed_key if is_signed else newest.file_key
        return Shown(newest, self.files.link(key, filename="agreement-signed.pdf" if is_signed else "agreement.pdf"))
