"""What payments do about events: open an order that took too long, believe a gateway's notice, send money back."""

from los_adapters.bootstrap import Application
from los_domain.payments.events import CollectionStarted, RefundApproved
from los_domain.shared.actor import BrandScope
from los_domain.shared.inbox import WebhookReceived
from los_worker.shared.queues import VENDORS, WEBHOOKS
from los_worker.shared.subscription import AnySubscription, Subscription


def open_order(application: Application, scope: BrandScope, event: CollectionStarted) -> object:
    """Open the order, unless the request that asked for it did."""
    return application.payments.open_order(scope, event.collection_id)


def apply_notice(application: Application, scope: BrandScope, event: WebhookReceived) -> object:
    """Let a notice take effect."""
    return application.payments.apply_notice(scope, event.inbox_id)


def send_refund(application: Application, scope: BrandScope, event: RefundApproved) -> object:
    """Ask the gateway to send money back."""
    return application.payments.send_refund(scope, event.refund_id)


SUBSCRIPTIONS: tuple[AnySubscription, ...] = (
    Subscription(event=CollectionStarted, consumer="payments.open-order", queue=VENDORS, run=open_order),
    Subscription(
        event=WebhookReceived,
        consumer="payments.apply-razorpay",
        queue=WEBHOOKS,
        run=apply_notice,
        only={"vendor": "RAZORPAY"},
    ),
    Subscription(event=RefundApproved, consumer="payments.send-refund", queue=VENDORS, run=send_refund),
)
