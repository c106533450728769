"""A borrower's loans (W-20 to W-22)."""

from litestar import Response, get, post
from litestar.params import JSONBody

from los_domain.shared.money import Money
from los_http.loans.schemas import ApplyIn, LoanOut, OfferedOut, OffersOut
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.answers import answered
from los_http.shared.depends import App, Req
from los_http.shared.parsing import parsed

_LOANS = ["Borrower: loans"]


@get("/web/loan-rules", tags=_LOANS, sync_to_thread=True, **borrower())
def offered(request: Req, application: App) -> OffersOut:
    """The loans that can be applied for."""
    rules = application.loans.rules(brand_scope(request))
    return OffersOut(items=[OfferedOut.of(rule) for rule in rules if rule.is_active])


@post("/web/loans", tags=_LOANS, status_code=201, sync_to_thread=True, **borrower())
def apply(request: Req, application: App, data: JSONBody[ApplyIn]) -> Response[LoanOut]:
    """
    Apply for a loan. 422 with the code of every reason for which no application is taken; steps that are missing are named.

    The same Idempotency-Key gets the same loan.
    """
    customer = principal_of(request).customer
    amount = parsed("amount", Money.parse, data.amount)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.apply(
            scope,
            customer,
            rule_id=data.loan_rule_id,
            amount=amount,
            tenure_months=data.tenure_months,
            purpose=data.purpose,
            consent_version=data.consent_version,
            language=data.consent_language,
        ),
        LoanOut.of,
        location=lambda loan: f"/api/v1/web/loans/{loan.id}",
        key_required=True,
    )


ROUTES = [offered, apply]
