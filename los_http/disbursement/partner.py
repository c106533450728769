"""Staff pay loans out, and find out what a bank does not tell (P-LN-09)."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from los_domain.access.model import Permission
from los_domain.disbursement.model import PayoutStatus
from los_domain.shared.ids import LoanId
from los_http.disbursement.schemas import ConfirmIn, FindingIn, PayoutOut
from los_http.shared.access import brand_scope, principal_of, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, Req
from los_http.shared.lists import Limit, Order, PageNumber, page_request
from los_http.shared.wire import PageOut, page_out

_BRAND = "/partner/brand/{brandId:uuid}"
_PAYOUT = f"{_BRAND}/disbursements/{{disbursementId:uuid}}"
_TAGS = ["Staff: disbursement"]
_STATES: Mapping[str, tuple[PayoutStatus, ...]] = {
    "all": tuple(PayoutStatus),
    "waiting": (PayoutStatus.READY,),
    "open": tuple(status for status in PayoutStatus if status.is_open),
    "unknown": (PayoutStatus.UNKNOWN, PayoutStatus.SENDING),
    "paid": (PayoutStatus.PAID,),
    "failed": tuple(status for status in PayoutStatus if status.lets_another),
}
State = Annotated[
    Literal["all", "waiting", "open", "unknown", "paid", "failed"],
    QueryParameter(name="state", description="unknown: a bank has it or not; a person may have to find out."),
]
PayoutPath = Annotated[UUID, PathParameter(name="disbursementId")]


@post(
    f"{_BRAND}/loans/{{loanId:uuid}}/disburse",
    tags=_TAGS,
    status_code=202,
    sync_to_thread=True,
    **staff(Permission.LOANS_DISBURSE),
)
def disburse(request: Req, application: App, loan_id: LoanPath) -> Response[PayoutOut]:
    """
    Commit the instruction to pay a loan whose agreement is signed: its net amount, to the account proved once more. A worker sends it.

    The payout there is, if it may have reached the borrower. 422 with every reason why it is held.
    """
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.disbursement.disburse(scope, LoanId(loan_id), requested_by=by),
        PayoutOut.of,
        status=202,
        location=lambda payout: f"/api/v1/partner/brand/{brand_scope(request).brand}/disbursements/{payout.id}",
        key_required=True,
    )


@get(f"{_BRAND}/disbursements", tags=_TAGS, sync_to_thread=True, **staff(Permission.PAYMENTS_READ))
def list_payouts(
    request: Req,
    application: App,
    wanted: State = "all",
    page: PageNumber = 1,
    limit: Limit = 20,
    order: Order = "desc",
) -> PageOut[PayoutOut]:
    """Payouts of the brand by state, newest first."""
    asked = page_request(page, limit, "created_at", order)
    found = application.disbursement.queries.page(brand_scope(request), asked, _STATES[wanted])
    return page_out(found.map(PayoutOut.of))


@get(_PAYOUT, tags=_TAGS, sync_to_thread=True, **staff(Permission.PAYMENTS_READ))
def read_payout(request: Req, application: App, disbursement_id: PayoutPath) -> PayoutOut:
    """One payout."""
    return PayoutOut.of(application.disbursement.read(brand_scope(request), disbursement_id))


@post(f"{_PAYOUT}/resolve", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.PAYMENTS_MAKE))
def resolve(
    request: Req, application: App, disbursement_id: PayoutPath, data: JSONBody[FindingIn]
) -> Response[PayoutOut]:
    """Note what you found out about a payout that the bank does not tell of. It takes effect when a second person sees the same."""
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.disbursement.report_finding(
            scope,
            disbursement_id,
            verdict=data.verdict,
            bank_reference=data.bank_reference,
            paid_on=data.paid_on,
            reason=data.reason,
            by=by,
        ),
        PayoutOut.of,
        status=200,
        key_required=True,
    )


@post(
    f"{_PAYOUT}/resolve/confirm", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.PAYMENTS_CHECK)
)
def confirm(
    request: Req, application: App, disbursement_id: PayoutPath, data: JSONBody[ConfirmIn]
) -> Response[PayoutOut]:
    """Confirm or dispute, as the second person, what the first one found out."""
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.disbursement.decide_finding(scope, disbursement_id, agrees=data.agrees, by=by),
        PayoutOut.of,
        status=200,
        key_required=True,
    )


ROUTES = [disburse, list_payouts, read_payout, resolve, confirm]
