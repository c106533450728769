"""Staff see money come, enter what came outside of a gateway, and give back what has no due; each by two people (P-PA)."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from los_domain.access.model import Permission
from los_domain.payments.model import ManualStatus, ReceiptStatus, RefundStatus
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money
from los_http.payments.schemas import (
    DecisionIn,
    ManualPaymentIn,
    ManualPaymentOut,
    MatchIn,
    ReasonIn,
    ReceiptOut,
    RefundIn,
    RefundOut,
)
from los_http.shared.access import brand_scope, principal_of, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, Req
from los_http.shared.lists import Limit, Order, PageNumber, page_request
from los_http.shared.parsing import parsed
from los_http.shared.wire import PageOut, page_out

_PAYMENT = "/partner/brand/{brandId:uuid}/payment"
_RECEIPT = f"{_PAYMENT}/receipts/{{receiptId:uuid}}"
_TAGS = ["Staff: payments"]
_RECEIPTS: Mapping[str, tuple[ReceiptStatus, ...]] = {
    "all": tuple(ReceiptStatus),
    "unmatched": (ReceiptStatus.UNMATCHED,),
    "booked": (ReceiptStatus.BOOKED,),
    "gone": (ReceiptStatus.REVERSED, ReceiptStatus.RETURNED),
}
Wanted = Annotated[
    Literal["all", "unmatched", "booked", "gone"],
    QueryParameter(
        name="state", description="unmatched: in suspense, until somebody says whose it is or sends it back."
    ),
]
IdPath = Annotated[UUID, PathParameter(name="id")]
ReceiptPath = Annotated[UUID, PathParameter(name="receiptId")]


@get(_PAYMENT, tags=_TAGS, sync_to_thread=True, **staff(Permission.PAYMENTS_READ))
def list_receipts(
    request: Req,
    application: App,
    wanted: Wanted = "all",
    page: PageNumber = 1,
    limit: Limit = 20,
    order: Order = "desc",
) -> PageOut[ReceiptOut]:
    """Money that came, newest first."""
    asked = page_request(page, limit, "received_at", order)
    found = application.payments.queries.receipts(brand_scope(request), asked, _RECEIPTS[wanted])
    return page_out(found.map(ReceiptOut.of))


@post(f"{_PAYMENT}/process", tags=_TAGS, status_code=201, sync_to_thread=True, **staff(Permission.PAYMENTS_MAKE))
def enter(request: Req, application: App, data: JSONBody[ManualPaymentIn]) -> Response[ManualPaymentOut]:
    """Enter a payment that reached the lender outside of a gateway. It is booked when a second person has seen the money."""
    by, amount = principal_of(request).staff_id, parsed("amount", Money.parse, data.amount)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.enter(
            scope,
            LoanId(data.loan_id),
            purpose=data.purpose,
            mode=data.mode,
            reference=data.reference,
            amount=amount,
            paid_on=data.paid_on,
            by=by,
        ),
        ManualPaymentOut.of,
        key_required=True,
    )


@get(f"{_PAYMENT}/approval", tags=_TAGS, sync_to_thread=True, **staff(Permission.PAYMENTS_READ))
def list_waiting(
    request: Req, application: App, page: PageNumber = 1, limit: Limit = 20, order: Order = "asc"
) -> PageOut[ManualPaymentOut]:
    """Payments entered by hand that wait for a second person, oldest first."""
    asked = page_request(page, limit, "made_at", order)
    found = application.payments.queries.manual(brand_scope(request), asked, (ManualStatus.PENDING,))
    return page_out(found.map(ManualPaymentOut.of))


@post(
    f"{_PAYMENT}/approve/{{id:uuid}}",
    tags=_TAGS,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.PAYMENTS_CHECK),
)
def approve(request: Req, application: App, payment_id: IdPath) -> Response[ManualPaymentOut]:
    """Say that you have seen the money too: the payment is booked. Not for whoever entered it."""
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.decide(scope, payment_id, approves=True, by=by),
        ManualPaymentOut.of,
        status=200,
        key_required=True,
    )


@post(
    f"{_PAYMENT}/reject/{{id:uuid}}",
    tags=_TAGS,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.PAYMENTS_CHECK),
)
def reject(request: Req, application: App, payment_id: IdPath, data: JSONBody[ReasonIn]) -> Response[ManualPaymentOut]:
    """Say that the money is not there, and why."""
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.decide(scope, payment_id, approves=False, by=by, reason=data.reason),
        ManualPaymentOut.of,
        status=200,
        key_required=True,
    )


@post(f"{_RECEIPT}/reverse", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.PAYMENTS_CHECK))
def reverse(request: Req, application: App, receipt_id: ReceiptPath, data: JSONBody[ReasonIn]) -> Response[ReceiptOut]:
    """Undo a payment that never arrived: a cheque that bounced, a charge-back. The loan is as if it had not been made."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.reverse(scope, receipt_id, reason=data.reason),
        ReceiptOut.of,
        status=200,
        key_required=True,
    )


@post(f"{_RECEIPT}/match", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.PAYMENTS_CHECK))
def match(request: Req, application: App, receipt_id: ReceiptPath, data: JSONBody[MatchIn]) -> Response[ReceiptOut]:
    """Say whose money in suspense is: it counts for her loan from the day it was paid."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.match(scope, receipt_id, LoanId(data.loan_id), reason=data.reason),
        ReceiptOut.of,
        status=200,
        key_required=True,
    )


@post(f"{_RECEIPT}/refund", tags=_TAGS, status_code=201, sync_to_thread=True, **staff(Permission.PAYMENTS_MAKE))
def propose_refund(
    request: Req, application: App, receipt_id: ReceiptPath, data: JSONBody[RefundIn]
) -> Response[RefundOut]:
    """Propose that money goes back: excess of a loan, or money in suspense. It leaves when a second person agrees."""
    by, amount = principal_of(request).staff_id, parsed("amount", Money.parse, data.amount)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.propose_refund(scope, receipt_id, amount=amount, reason=data.reason, by=by),
        RefundOut.of,
        key_required=True,
    )


@get(f"{_PAYMENT}/refunds", tags=_TAGS, sync_to_thread=True, **staff(Permission.PAYMENTS_READ))
def list_refunds(
    request: Req, application: App, page: PageNumber = 1, limit: Limit = 20, order: Order = "desc"
) -> PageOut[RefundOut]:
    """Money going back, newest first; PROPOSED waits for a second person, REFUSED for another way."""
    asked = page_request(page, limit, "proposed_at", order)
    found = application.payments.queries.refunds(brand_scope(request), asked, tuple(RefundStatus))
    return page_out(found.map(RefundOut.of))


@post(
    f"{_PAYMENT}/refunds/{{id:uuid}}/decide",
    tags=_TAGS,
    status_code=200,
    sync_to_thread=True,
    **staff(Permission.PAYMENTS_CHECK),
)
def decide_refund(request: Req, application: App, refund_id: IdPath, data: JSONBody[DecisionIn]) -> Response[RefundOut]:
    """Agree to a refund that somebody else proposed, or not. Agreed, a worker asks the gateway for it."""
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.decide_refund(
            scope, refund_id, agrees=data.agrees, by=by, reason=data.reason
        ),
        RefundOut.of,
        status=200,
        key_required=True,
    )


ROUTES = [
    list_receipts,
    enter,
    list_waiting,
    approve,
    reject,
    reverse,
    match,
    propose_refund,
    list_refunds,
    decide_refund,
]
