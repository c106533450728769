"""A borrower's agreement (W-22)."""

from litestar import get

from los_domain.shared.ids import LoanId
from los_http.agreements.schemas import MyAgreementOut
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.depends import App, LoanPath, Req


@get("/web/loans/{loanId:uuid}/documents/agreement", tags=["Borrower: loan"], sync_to_thread=True, **borrower())
def agreement(request: Req, application: App, loan_id: LoanPath) -> MyAgreementOut:
    """Your agreement: where it stands, where you sign it, and its file."""
    customer = principal_of(request).customer
    return MyAgreementOut.of(application.agreements.read(brand_scope(request), LoanId(loan_id), customer=customer))


ROUTES = [agreement]
