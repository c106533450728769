"""A borrower reads her loan's account (W-21)."""

from litestar import get

from los_domain.shared.ids import LoanId
from los_http.ledger.schemas import CertificateOut, DuesOut, PayoffOut, ScheduleOut, StatementOut, TimelineOut
from los_http.shared.access import borrower, brand_scope, principal_of
from los_http.shared.depends import App, LoanPath, On, Req

_LOAN = "/web/loans/{loanId:uuid}"
_TAGS = ["Borrower: loan account"]


@get(f"{_LOAN}/schedule", tags=_TAGS, sync_to_thread=True, **borrower())
def schedule(request: Req, application: App, loan_id: LoanPath) -> ScheduleOut:
    """Your schedule as it stands today: due, paid, outstanding, row by row."""
    customer = principal_of(request).customer
    return ScheduleOut.of(application.accounts.read(brand_scope(request), LoanId(loan_id), customer=customer))


@get(f"{_LOAN}/dues", tags=_TAGS, sync_to_thread=True, **borrower())
def dues(request: Req, application: App, loan_id: LoanPath) -> DuesOut:
    """What you owe today."""
    customer = principal_of(request).customer
    return DuesOut.of(application.accounts.read(brand_scope(request), LoanId(loan_id), customer=customer))


@get(f"{_LOAN}/payoff-quote", tags=_TAGS, sync_to_thread=True, **borrower())
def payoff_quote(request: Req, application: App, loan_id: LoanPath, on: On = None) -> PayoffOut:
    """What closes your loan today, or on a day to come if nothing else is paid until then."""
    customer = principal_of(request).customer
    quote = application.accounts.payoff(brand_scope(request), LoanId(loan_id), on=on, customer=customer)
    return PayoffOut.of(loan_id, quote)


@get(f"{_LOAN}/statement", tags=_TAGS, sync_to_thread=True, **borrower())
def statement(request: Req, application: App, loan_id: LoanPath) -> StatementOut:
    """Every movement of your account, and where each rupee went."""
    customer = principal_of(request).customer
    return StatementOut.of(application.accounts.read(brand_scope(request), LoanId(loan_id), customer=customer))


@get(f"{_LOAN}/timeline", tags=_TAGS, sync_to_thread=True, **borrower())
def timeline(request: Req, application: App, loan_id: LoanPath) -> TimelineOut:
    """Your loan's life in order."""
    customer = principal_of(request).customer
    lines = application.accounts.timeline(brand_scope(request), LoanId(loan_id), customer=customer)
    return TimelineOut.told(loan_id, lines)


@get(f"{_LOAN}/documents/no-dues", tags=_TAGS, sync_to_thread=True, **borrower())
def no_dues(request: Req, application: App, loan_id: LoanPath) -> CertificateOut:
    """Your no-dues certificate, once the loan is closed: its hash, and a link to the file."""
    customer = principal_of(request).customer
    return CertificateOut.of(*application.no_dues.read(brand_scope(request), LoanId(loan_id), customer=customer))


ROUTES = [schedule, dues, payoff_quote, statement, timeline, no_dues]
