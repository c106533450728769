"""What agreements do about events: print when an offer is accepted, send what is printed, look when the service calls."""

from los_adapters.bootstrap import Application
from los_domain.agreements.events import AgreementPrepared
from los_domain.loans.events import OfferAccepted
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.inbox import WebhookReceived
from los_worker.shared.queues import LOANS, VENDORS, WEBHOOKS
from los_worker.shared.subscription import AnySubscription, Subscription


def prepare(application: Application, scope: BrandScope, event: OfferAccepted) -> object:
    """Print the agreement of a loan whose key facts were accepted."""
    return application.agreements.prepare(scope, event.loan_id)


def send(application: Application, scope: BrandScope, event: AgreementPrepared) -> object:
    """Hand a printed agreement to the signing service."""
    return application.agreements.send(scope, event.agreement_id)


def look(application: Application, scope: BrandScope, event: WebhookReceived) -> object:
    """Look at the agreement that a call is about."""
    webhook = application.read_webhook(event.inbox_id)
    envelope = application.agreements.named_in(webhook.body)
    for candidate in application.belonging.candidates(webhook.vendor, envelope):
        if candidate.brand == scope.brand and candidate.object_kind == "agreement":
            return application.agreements.look(scope, candidate.object_id, inbox_id=event.inbox_id)
    raise NotFound("no agreement of this brand is this contract")


SUBSCRIPTIONS: tuple[AnySubscription, ...] = (
    Subscription(event=OfferAccepted, consumer="agreements.prepare", queue=LOANS, run=prepare),
    Subscription(event=AgreementPrepared, consumer="agreements.send", queue=VENDORS, run=send),
    Subscription(
        event=WebhookReceived, consumer="agreements.look-signzy", queue=WEBHOOKS, run=look, only={"vendor": "SIGNZY"}
    ),
)
