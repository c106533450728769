"""Staff look at a loan's agreement, and have it made or sent again (P-LN-09)."""

from litestar import Response, get, post

from los_domain.access.model import Permission
from los_domain.shared.ids import LoanId
from los_http.agreements.schemas import AgreementOut
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, Req

_AGREEMENT = "/partner/brand/{brandId:uuid}/loans/{loanId:uuid}/agreement"
_TAGS = ["Staff: loans"]


@get(_AGREEMENT, tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def read_agreement(request: Req, application: App, loan_id: LoanPath) -> AgreementOut:
    """The loan's newest agreement, with a link to its file."""
    return AgreementOut.shown(application.agreements.read(brand_scope(request), LoanId(loan_id)))


@post(_AGREEMENT, tags=_TAGS, status_code=202, sync_to_thread=True, **staff(Permission.LOANS_SERVICE))
def make_agreement(request: Req, application: App, loan_id: LoanPath) -> Response[AgreementOut]:
    """Have the agreement made and sent, where that did not happen by itself. A loan that has an open one gets no second."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.agreements.prepare(scope, LoanId(loan_id)),
        AgreementOut.of,
        status=202,
    )


@post(f"{_AGREEMENT}/resend", tags=_TAGS, status_code=202, sync_to_thread=True, **staff(Permission.LOANS_SERVICE))
def resend_agreement(request: Req, application: App, loan_id: LoanPath) -> Response[AgreementOut]:
    """Tell the borrower again where to sign, or have a new agreement made and sent if the last one ended. 409 once it is signed."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.agreements.resend(scope, LoanId(loan_id)),
        AgreementOut.of,
        status=202,
    )


ROUTES = [read_agreement, make_agreement, resend_agreement]
