"""Staff read a loan's account and the brand's books (P-LN-09)."""

from datetime import date
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.params import QueryParameter

from los_domain.access.model import Permission
from los_domain.ledger import balance
from los_domain.shared.ids import LoanId
from los_http.ledger.schemas import (
    BalanceOut,
    CertificateOut,
    DuesOut,
    JournalOut,
    LedgerOut,
    PayoffOut,
    ScheduleOut,
    StatementOut,
    TimelineOut,
    TrialBalanceOut,
)
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.depends import App, LoanPath, On, Req
from los_http.shared.wire import rupees

By = Annotated[
    Literal["booked", "value"], QueryParameter(name="by", description="Which of its two days a journal counts by.")
]
_LOAN = "/partner/brand/{brandId:uuid}/loans/{loanId:uuid}"
_TAGS = ["Staff: loan account"]


@get(f"{_LOAN}/schedule", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def schedule(request: Req, application: App, loan_id: LoanPath, on: On = None) -> ScheduleOut:
    """The schedule of a loan as it stands on a day (today), row by row: due, paid, waived, outstanding."""
    return ScheduleOut.of(application.accounts.read(brand_scope(request), LoanId(loan_id), on=on))


@get(f"{_LOAN}/dues", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def dues(request: Req, application: App, loan_id: LoanPath, on: On = None) -> DuesOut:
    """What is owed on a day (today): overdue, outstanding, excess, days past due and class."""
    return DuesOut.of(application.accounts.read(brand_scope(request), LoanId(loan_id), on=on))


@get(f"{_LOAN}/payoff-quote", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def payoff_quote(request: Req, application: App, loan_id: LoanPath, on: On = None) -> PayoffOut:
    """What closes the loan today, or on a day to come as things stand."""
    return PayoffOut.of(loan_id, application.accounts.payoff(brand_scope(request), LoanId(loan_id), on=on))


@get(f"{_LOAN}/statement", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def statement(request: Req, application: App, loan_id: LoanPath, on: On = None) -> StatementOut:
    """What happened to the account, and where each rupee went."""
    return StatementOut.of(application.accounts.read(brand_scope(request), LoanId(loan_id), on=on))


@get(f"{_LOAN}/ledger", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def ledger(request: Req, application: App, loan_id: LoanPath) -> LedgerOut:
    """The journals of a loan, and the balances they add up to."""
    _, journals = application.accounts.journals(brand_scope(request), LoanId(loan_id))
    return LedgerOut(
        loan_id=loan_id,
        items=[JournalOut.of(journal) for journal in journals],
        balances=[
            BalanceOut(account=ref.account.value, channel=ref.channel, balance=rupees(money))
            for ref, money in sorted(balance(journals).items(), key=lambda each: str(each[0]))
            if money
        ],
    )


@get(f"{_LOAN}/timeline", tags=_TAGS, sync_to_thread=True, **staff(Permission.LOANS_READ))
def timeline(request: Req, application: App, loan_id: LoanPath) -> TimelineOut:
    """The loan's life in order: changes of status with who and why, movements of money with their value dates."""
    lines = application.accounts.timeline(brand_scope(request), LoanId(loan_id))
    return TimelineOut.told(loan_id, lines)


@get(
    "/partner/brand/{brandId:uuid}/ledger/trial-balance",
    tags=_TAGS,
    sync_to_thread=True,
    **staff(Permission.REPORTS_READ),
)
def trial_balance(request: Req, application: App, on: On = None, by: By = "booked") -> TrialBalanceOut:
    """All balances of the brand's books at the end of a day (today), by booking day or by value date."""
    day: date = on or application.core.clock.today()
    found = application.accounts.balances(brand_scope(request), day, by_value=by == "value")
    return TrialBalanceOut.of(day, by, found)


@post(f"{_LOAN}/generate-ndc", tags=_TAGS, status_code=201, sync_to_thread=True, **staff(Permission.LOANS_SERVICE))
def generate_ndc(request: Req, application: App, loan_id: LoanPath) -> Response[CertificateOut]:
    """Issue the no-dues certificate of a loan that ended with nothing due, and mail it; the one that holds, if there is one."""
    link = application.documents.files.link
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.no_dues.issue(scope, LoanId(loan_id)),
        lambda held: CertificateOut.of(held, link(held.file_key, filename=f"{held.number}.pdf")),
    )


ROUTES = [schedule, dues, payoff_quote, statement, ledger, timeline, generate_ndc, trial_balance]
