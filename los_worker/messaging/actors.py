"""What messaging does about events: tell customers, send what is queued, note what providers tell."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from los_adapters.bootstrap import Application
from los_domain.agreements.events import AgreementEnded, AgreementSent, AgreementStored
from los_domain.loans.events import LoanDisbursed, LoanFellOverdue, LoanRejected, LoanSanctioned, NoDuesIssued
from los_domain.messaging.events import MessageQueued
from los_domain.messaging.model import Lane, Occasion
from los_domain.payments.events import PaymentReceived
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.events import Event
from los_domain.shared.inbox import WebhookReceived
from los_worker.shared.queues import CERTIFICATES, CODES, MESSAGES, WEBHOOKS
from los_worker.shared.subscription import AnySubscription, Subscription

E = TypeVar("E", bound=Event)

TELLING = ("GUPSHUP", "MSG91", "SMSGATEWAYHUB", "SENDGRID", "BREVO", "ZEPTOMAIL")
"""Vendors whose webhooks are delivery receipts and nothing else."""


def send(application: Application, scope: BrandScope, event: MessageQueued) -> object:
    """Send one message."""
    return application.messaging.send(scope, event.message_id)


def record_receipts(application: Application, scope: BrandScope, event: WebhookReceived) -> object:
    """Note what a provider tells about messages that it took."""
    webhook = application.read_webhook(event.inbox_id)
    if webhook.provider is None:
        raise NotFound("a receipt of nobody's provider")
    reader = application.providers.reader(scope, webhook.provider)
    receipts = reader.read_receipts(webhook.body, webhook.headers, at=webhook.received_at)
    return application.messaging.record_receipts(scope, event.inbox_id, webhook, receipts)


def _telling(occasion: Occasion, event: type[E], consumer: str, about: Callable[[E], UUID]) -> Subscription[E]:
    """Return the subscription that tells the customer of *event* on *occasion*."""

    def run(application: Application, scope: BrandScope, told: E) -> object:
        return application.messaging.notify(scope, occasion, about(told))

    return Subscription(event=event, consumer=consumer, queue=MESSAGES, run=run)


def _sending(lane: Lane, consumer: str, queue: str) -> Subscription[MessageQueued]:
    return Subscription(event=MessageQueued, consumer=consumer, queue=queue, run=send, only={"lane": lane.value})


SUBSCRIPTIONS: tuple[AnySubscription, ...] = (
    _sending(Lane.CODE, "messaging.send-code", CODES),
    _sending(Lane.USUAL, "messaging.send", MESSAGES),
    _sending(Lane.CERTIFICATE, "messaging.send-certificate", CERTIFICATES),
    _telling(Occasion.STATUS, LoanSanctioned, "messaging.tell-sanctioned", lambda told: told.loan_id),
    _telling(Occasion.STATUS, LoanRejected, "messaging.tell-rejected", lambda told: told.loan_id),
    _telling(Occasion.SIGN_AGREEMENT, AgreementSent, "messaging.tell-to-sign", lambda told: told.agreement_id),
    _telling(Occasion.AGREEMENT_COPY, AgreementStored, "messaging.tell-signed", lambda told: told.agreement_id),
    _telling(Occasion.STAFF, AgreementEnded, "messaging.tell-unsigned", lambda told: told.agreement_id),
    _telling(Occasion.DISBURSED, LoanDisbursed, "messaging.tell-disbursed", lambda told: told.loan_id),
    _telling(Occasion.RECEIPT, PaymentReceived, "messaging.tell-received", lambda told: told.receipt_id),
    _telling(Occasion.NDC, NoDuesIssued, "messaging.tell-no-dues", lambda told: told.certificate_id),
    _telling(Occasion.OVERDUE, LoanFellOverdue, "messaging.tell-overdue", lambda told: told.loan_id),
    *(
        Subscription(
            event=WebhookReceived,
            consumer=f"messaging.receipts-{vendor.lower()}",
            queue=WEBHOOKS,
            run=record_receipts,
            only={"vendor": vendor},
        )
        for vendor in TELLING
    ),
)
