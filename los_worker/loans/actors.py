"""What workers do about loans."""

from los_adapters.bootstrap import Application
from los_domain.decisioning.events import Decided
from los_domain.loans.events import LoanApplied, LoanClosed, LoanReopened
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import CERTIFICATES, LOANS
from los_worker.shared.subscription import AnySubscription, Subscription


def start_review(application: Application, scope: BrandScope, event: LoanApplied) -> None:
    """Take the application into review."""
    application.loans.start_review(scope, event.loan_id)


def act_on_decision(application: Application, scope: BrandScope, event: Decided) -> None:
    """Sanction, reject, or leave it to a person."""
    application.loans.act_on_decision(scope, event.decision_id)


def certify(application: Application, scope: BrandScope, event: LoanClosed) -> object:
    """Issue the no-dues certificate of a loan that ended."""
    return application.no_dues.certify_closed(scope, event.loan_id)


def revoke(application: Application, scope: BrandScope, event: LoanReopened) -> object:
    """Revoke the certificate of a loan that opened again."""
    return application.no_dues.revoke(scope, event.loan_id)


SUBSCRIPTIONS: tuple[AnySubscription, ...] = (
    Subscription(event=LoanApplied, consumer="loans.start-review", queue=LOANS, run=start_review),
    Subscription(event=Decided, consumer="loans.act-on-decision", queue=LOANS, run=act_on_decision),
    Subscription(event=LoanClosed, consumer="loans.certify", queue=CERTIFICATES, run=certify),
    Subscription(event=LoanReopened, consumer="loans.revoke-certificate", queue=CERTIFICATES, run=revoke),
)
