"""A borrower pays (W-22)."""

from litestar import Response, get, post
from litestar.params import JSONBody

from los_domain.payments.model import Collection, CollectionStatus
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money
from los_http.payments.schemas import CollectionOut, PayIn
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, PaymentPath, Req
from los_http.shared.parsing import parsed


def _status(collection: Collection) -> int:
    return 202 if collection.status is CollectionStatus.STARTING else 201


def _address(collection: Collection) -> str:
    return f"/api/v1/web/loans/{collection.loan_id}/payments/{collection.id}"


@post(
    "/web/loans/{loanId:uuid}/pay",
    tags=["Borrower: loan"],
    status_code=201,
    sync_to_thread=True,
    **borrower(later=CollectionOut),
)
def pay(request: Req, application: App, loan_id: LoanPath, data: JSONBody[PayIn]) -> Response[CollectionOut]:
    """Open an order for what is due, a prepayment, or the payoff. 202 with its address where the gateway takes longer."""
    customer = principal_of(request).customer
    amount = None if data.amount is None else parsed("amount", Money.parse, data.amount)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.payments.start(
            scope, LoanId(loan_id), purpose=data.purpose, amount=amount, customer=customer
        ),
        CollectionOut.of,
        status=_status,
        location=_address,
        key_required=True,
    )


@get("/web/loans/{loanId:uuid}/payments/{paymentId:uuid}", tags=["Borrower: loan"], sync_to_thread=True, **borrower())
def payment(request: Req, application: App, loan_id: LoanPath, payment_id: PaymentPath) -> CollectionOut:
    """Return a payment you began: whether it can be paid, was paid, or why not."""
    customer = principal_of(request).customer
    found = application.payments.collection(brand_scope(request), LoanId(loan_id), payment_id, customer=customer)
    return CollectionOut.of(found)


ROUTES = [pay, payment]
