"""What messaging does about events: send what is queued, note what providers tell."""

from los_adapters.bootstrap import Application
from los_domain.messaging.events import MessageQueued
from los_domain.messaging.model import Lane
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.inbox import WebhookReceived
from los_worker.shared.queues import CERTIFICATES, CODES, MESSAGES, WEBHOOKS
from los_worker.shared.subscription import AnySubscription, Subscription

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
    receipts = reader.read_receipts(webhook.body, webhook.headers)
    return application.messaging.record_receipts(scope, event.inbox_id, webhook, receipts)


def _sending(lane: Lane, consumer: str, queue: str) -> Subscription[MessageQueued]:
    return Subscription(event=MessageQueued, consumer=consumer, queue=queue, run=send, only={"lane": lane.value})


SUBSCRIPTIONS: tuple[AnySubscription, ...] = (
    _sending(Lane.CODE, "messaging.send-code", CODES),
    _sending(Lane.USUAL, "messaging.send", MESSAGES),
    _sending(Lane.CERTIFICATE, "messaging.send-certificate", CERTIFICATES),
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
