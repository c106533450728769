"""Staff keep loan rules (P-SE-03) and status reasons (P-SE-16), and work on loans (P-LN)."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import JSONBody, QueryParameter

from los_domain.access.model import Permission
from los_domain.loans.states import LoanStatus
from los_domain.loans.views import LoanFilter
from los_domain.shared.dates import day_begins
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money
from los_http.loans.schemas import (
    CommentIn,
    CommentOut,
    CommentsOut,
    CorrectionIn,
    KeyFactsOut,
    LoanRowOut,
    LoanRuleIn,
    LoanRuleOut,
    LoanRulesOut,
    ReasonChangeIn,
    ReasonIn,
    ReasonOut,
    ReasonsOut,
    SanctionIn,
    StaffLoanOut,
    StatusIn,
)
from los_http.shared.access import brand_scope, principal_of, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, ReasonPath, Req
from los_http.shared.lists import Limit, Order, PageNumber, page_request
from los_http.shared.parsing import parsed
from los_http.shared.wire import Date, PageOut, page_out

_BRAND = "/partner/brand/{brandId:uuid}"
_RULES = f"{_BRAND}/settings/loan-rules"
_REASONS = f"{_BRAND}/settings/brand-status-reasons"
_LOANS = f"{_BRAND}/loans"
_LOAN = f"{_LOANS}/{{loanId:uuid}}"
_SETTINGS = ["Staff: settings"]
_TAGS = ["Staff: loans"]

StatusQuery = Annotated[list[LoanStatus] | None, QueryParameter(name="status", description="Any of these.")]
CustomerQuery = Annotated[UUID | None, QueryParameter(name="userId")]
NumberQuery = Annotated[str | None, QueryParameter(name="number", max_length=20, description="Whole, exactly.")]
OverdueQuery = Annotated[bool | None, QueryParameter(name="isOverdue")]
FromQuery = Annotated[Date | None, QueryParameter(name="fromDate", description="Applied for on this day or later.")]
ToQuery = Annotated[Date | None, QueryParameter(name="toDate", description="Applied for on this day or earlier.")]
SortQuery = Annotated[Literal["appliedAt", "amount", "number"], QueryParameter(name="sort")]
DueDayQuery = Annotated[int | None, QueryParameter(name="dueDay", ge=1, le=31)]


@get(_RULES, tags=_SETTINGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def list_rules(request: Req, application: App) -> LoanRulesOut:
    """The brand's loan rules as they stand, with every convention written out."""
    return LoanRulesOut(items=[LoanRuleOut.of(rule) for rule in application.loans.rules(brand_scope(request))])


@post(_RULES, tags=_SETTINGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def save_rule(request: Req, application: App, data: JSONBody[LoanRuleIn]) -> Response[LoanRuleOut]:
    """
    Add a loan rule, or with its id and the version that was read a new version of one. Loans applied for before stay under theirs.

    Conventions are tried on the least and the largest amount over every tenure; what cannot be met is refused by name.
    """
    rule = data.rule(application.core.ids.new())
    return answered(
        request, brand_scope(request), lambda scope: application.loans.save_rule(scope, rule), LoanRuleOut.of
    )


@get(_REASONS, tags=_SETTINGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def list_reasons(request: Req, application: App) -> ReasonsOut:
    """The reasons that staff choose from when they change a loan."""
    return ReasonsOut(items=[ReasonOut.of(reason) for reason in application.loans.reasons(brand_scope(request))])


@post(_REASONS, tags=_SETTINGS, status_code=201, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def add_reason(request: Req, application: App, data: JSONBody[ReasonIn]) -> Response[ReasonOut]:
    """Add a reason. Once a status has one, a reason is asked for whenever staff bring a loan there."""
    reason = data.reason(application.core.ids.new(), 1)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.save_reason(scope, reason, is_new=True),
        ReasonOut.of,
        location=lambda made: f"{request.url.path}/{made.id}",
    )


@put(f"{_REASONS}/{{id:uuid}}", tags=_SETTINGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def change_reason(request: Req, application: App, reason_id: ReasonPath, data: JSONBody[ReasonChangeIn]) -> ReasonOut:
    """Change a reason. 409 if somebody changed it since it was read."""
    wanted = data.reason(reason_id, data.version)
    return ReasonOut.of(application.loans.save_reason(brand_scope(request), wanted, is_new=False))


@delete(
    f"{_REASONS}/{{id:uuid}}",
    tags=_SETTINGS,
    status_code=204,
    sync_to_thread=True,
    **staff(Permission.SETTINGS_WRITE),
)
def remove_reason(request: Req, application: App, reason_id: ReasonPath) -> None:
    """Remove a reason; loans that it was given for keep its words."""
    application.loans.remove_reason(brand_scope(request), reason_id)


@get(_LOANS, tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def list_loans(
    request: Req,
    application: App,
    status: StatusQuery = None,
    user_id: CustomerQuery = None,
    number: NumberQuery = None,
    is_overdue: OverdueQuery = None,
    from_date: FromQuery = None,
    to_date: ToQuery = None,
    page: PageNumber = 1,
    limit: Limit = 20,
    sort: SortQuery = "appliedAt",
    order: Order = "desc",
) -> PageOut[LoanRowOut]:
    """Loans of the brand, newest application first."""
    wanted = LoanFilter(
        statuses=tuple(status or ()),
        customer_id=None if user_id is None else CustomerId(user_id),
        number=number or "",
        applied_from=None if from_date is None else day_begins(from_date),
        applied_before=None if to_date is None else day_begins(to_date + timedelta(days=1)),
        is_overdue=is_overdue,
    )
    found = application.loans.lists.page(brand_scope(request), page_request(page, limit, sort, order), wanted)
    return page_out(found.map(LoanRowOut.of))


@get(_LOAN, tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def read_loan(request: Req, application: App, loan_id: LoanPath) -> StaffLoanOut:
    """One loan."""
    return StaffLoanOut.of(application.loans.loan(brand_scope(request), LoanId(loan_id)))


@post(f"{_LOAN}/status", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.LOANS_DECIDE))
def change_status(
    request: Req, application: App, loan_id: LoanPath, data: JSONBody[StatusIn]
) -> Response[StaffLoanOut]:
    """
    Take a loan into review, reject it, or withdraw it for its borrower. 409 where its status does not allow that.

    A reason is asked for where the brand has status reasons for it. Statuses that money makes have routes of their own.
    """
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.change_status(
            scope, LoanId(loan_id), data.status, ending=data.ending, codes=data.reasons, comment=data.comment
        ),
        StaffLoanOut.of,
        status=200,
    )


@post(
    f"{_LOAN}/update-with-reasons", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.LOANS_DECIDE)
)
def update_with_reasons(
    request: Req, application: App, loan_id: LoanPath, data: JSONBody[CorrectionIn]
) -> Response[StaffLoanOut]:
    """Correct what was asked for while the loan is reviewed; a decision made before no longer acts on it. 409 once it is decided."""
    amount = None if data.amount is None else parsed("amount", Money.parse, data.amount)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.correct(
            scope,
            LoanId(loan_id),
            amount=amount,
            tenure_months=data.tenure_months,
            purpose=data.purpose,
            codes=data.reasons,
            comment=data.comment,
        ),
        StaffLoanOut.of,
        status=200,
    )


@post(f"{_LOAN}/sanction", tags=_TAGS, status_code=200, sync_to_thread=True, **staff(Permission.LOANS_DECIDE))
def sanction(request: Req, application: App, loan_id: LoanPath, data: JSONBody[SanctionIn]) -> Response[StaffLoanOut]:
    """
    Sanction a loan under review, with another amount or tenure of its rule where that is said. The borrower then reads the key facts.

    422 while the brand's legal facts, which the statement has to state, are incomplete.
    """
    amount = None if data.amount is None else parsed("amount", Money.parse, data.amount)
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.sanction(
            scope, LoanId(loan_id), amount=amount, tenure_months=data.tenure_months, reason=data.comment
        ),
        StaffLoanOut.of,
        status=200,
        key_required=True,
    )


@get(f"{_LOAN}/key-facts", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def key_facts(request: Req, application: App, loan_id: LoanPath, due_day: DueDayQuery = None) -> KeyFactsOut:
    """The key facts that were offered for a loan; of the due day that was accepted, unless another is asked for."""
    offer, option = application.loans.key_facts(brand_scope(request), LoanId(loan_id), due_day=due_day)
    return KeyFactsOut.of(offer, option)


@get(f"{_LOAN}/comments", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def list_comments(request: Req, application: App, loan_id: LoanPath) -> CommentsOut:
    """What staff wrote about a loan, newest first."""
    found = application.loans.comments(brand_scope(request), LoanId(loan_id))
    return CommentsOut(items=[CommentOut.of(comment) for comment in found])


@post(f"{_LOAN}/comments", tags=_TAGS, status_code=201, sync_to_thread=True, **staff(Permission.LOANS_SERVICE))
def add_comment(request: Req, application: App, loan_id: LoanPath, data: JSONBody[CommentIn]) -> Response[CommentOut]:
    """Write about a loan. What is written stays as it was written."""
    by = principal_of(request).staff_id
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.loans.comment(scope, LoanId(loan_id), data.comment, by=by),
        CommentOut.of,
    )


ROUTES = [
    list_rules,
    save_rule,
    list_reasons,
    add_reason,
    change_reason,
    remove_reason,
    list_loans,
    read_loan,
    change_status,
    update_with_reasons,
    sanction,
    key_facts,
    list_comments,
    add_comment,
]
