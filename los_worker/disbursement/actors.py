"""What paying out does about events: commit the instruction, send it, follow it until the bank decides."""

from los_adapters.bootstrap import Application
from los_domain.disbursement.events import PayoutReady, PayoutSent
from los_domain.loans.events import AgreementSigned
from los_domain.shared.actor import BrandScope
from los_worker.shared.queues import VENDORS
from los_worker.shared.subscription import AnySubscription, Subscription


def disburse(application: Application, scope: BrandScope, event: AgreementSigned) -> object:
    """Commit the instruction to pay a loan whose agreement was signed."""
    return application.disbursement.disburse_signed(scope, event.loan_id)


def send(application: Application, scope: BrandScope, event: PayoutReady) -> object:
    """Send a payout, unless it was."""
    return application.disbursement.send(scope, event.payout_id)


def follow(application: Application, scope: BrandScope, event: PayoutSent) -> object:
    """Ask what became of a payout."""
    return application.disbursement.follow(scope, event.payout_id)


SUBSCRIPTIONS: tuple[AnySubscription, ...] = (
    Subscription(event=AgreementSigned, consumer="disbursement.disburse", queue=VENDORS, run=disburse),
    Subscription(event=PayoutReady, consumer="disbursement.send", queue=VENDORS, run=send),
    Subscription(event=PayoutSent, consumer="disbursement.follow", queue=VENDORS, run=follow),
)
