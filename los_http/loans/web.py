"""A borrower's loans (W-20 to W-22)."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from los_domain.loans.states import Ending
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money
from los_http.loans.schemas import (
    AcceptIn,
    ApplyIn,
    BorrowersLoanOut,
    CancelIn,
    KeyFactsOut,
    LoanOut,
    LoansOut,
    OfferedOut,
    OffersOut,
)
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, Req
from los_http.shared.parsing import parsed

_LOANS = ["Borrower: loans"]
_LOAN = "/web/loans/{loanId:uuid}"
DueDayQuery = Annotated[
    int | None, QueryParameter(name="dueDay", ge=1, le=31, description="The due day that you think of choosing.")
]


@get("/web/loan-rules", tags=_LOANS, sync_to_thread=True, **borrower())
def offered(request: Req, application: App) -> OffersOut:
    """The loans that can be applied for."""
    rules = application.loans.rules(brand_scope(request))
    return OffersOut(items=[OfferedOut.of(rule) for rule in rules if rule.is_active])


@get("/web/loans", tags=_LOANS, sync_to_thread=True, **borrower())
def list_own(request: Req, application: App) -> LoansOut:
    """Your loans and applications, newest first."""
    found = application.loans.own(brand_scope(request), principal_of(request).customer)
    return LoansOut(items=[LoanOut.of(loan) for loan in found])


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


@get(_LOAN, tags=_LOANS, sync_to_thread=True, **borrower())
def read_own(request: Req, application: App, loan_id: LoanPath) -> BorrowersLoanOut:
    """One of your loans, what is offered for it, and in plain words why it was declined if it was."""
    scope, loan = brand_scope(request), LoanId(loan_id)
    found = application.loans.own_loan(scope, principal_of(request).customer, loan)
    is_declined = found.loan.ending is Ending.DECLINED
    return BorrowersLoanOut.seen(
        found.loan, found.offer, application.decisioning.notices(scope, loan) if is_declined else ()
    )


@get(f"{_LOAN}/key-facts", tags=_LOANS, sync_to_thread=True, **borrower())
def key_facts(request: Req, application: App, loan_id: LoanPath, due_day: DueDayQuery = None) -> KeyFactsOut:
    """The key facts statement of what is offered, with the digest that an acceptance names."""
    offer, option = application.loans.key_facts(
        brand_scope(request), LoanId(loan_id), of=principal_of(request).customer, due_day=due_day
    )
    return KeyFactsOut.of(offer, option)


@get(f"{_LOAN}/key-facts/pdf", tags=_LOANS, media_type="application/pdf", sync_to_thread=True, **borrower())
def key_facts_pdf(request: Req, application: App, loan_id: LoanPath, due_day: DueDayQuery = None) -> Response[bytes]:
    """The same statement as a PDF."""
    pdf = application.loans.print_key_facts(
        brand_scope(request), LoanId(loan_id), of=principal_of(request).customer, due_day=due_day
    )
    headers = {"Content-Disposition": 'attachment; filename="key-facts.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@post(f"{_LOAN}/accept-offer", tags=_LOANS, status_code=200, sync_to_thread=True, **borrower())
def accept_offer(request: Req, application: App, loan_id: LoanPath, data: JSONBody[AcceptIn]) -> Response[LoanOut]:
    """
    Accept the key facts that you read. 409 if the digest is of others; 422 once the offer has run out.

    Accepting the same again changes nothing.
    """
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.accept_offer(
            scope, customer, LoanId(loan_id), digest=data.digest, due_day=data.due_day
        ),
        LoanOut.of,
        status=200,
    )


@post(f"{_LOAN}/cancel", tags=_LOANS, status_code=200, sync_to_thread=True, **borrower())
def cancel(request: Req, application: App, loan_id: LoanPath, data: JSONBody[CancelIn]) -> Response[LoanOut]:
    """Withdraw before the loan is paid out. Afterwards, within the cooling-off period, it is left by paying it back: 409 here."""
    customer = principal_of(request).customer
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.withdraw(scope, LoanId(loan_id), of=customer, reason=data.reason),
        LoanOut.of,
        status=200,
    )


ROUTES = [offered, list_own, apply, read_own, key_facts, key_facts_pdf, accept_offer, cancel]
