"""The use cases of payments, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.payments import razorpay
from los_adapters.payments.queries import PaymentQueries
from los_domain.brands.ports import Providers
from los_domain.payments.usecases.by_hand import DecidePayment, EnterPayment, ReversePayment
from los_domain.payments.usecases.notice import ApplyNotice, LookForPayments, ReceiveNotice
from los_domain.payments.usecases.pay import OpenOrder, ReadCollection, StartPayment
from los_domain.payments.usecases.refund import DecideRefund, MatchReceipt, ProposeRefund, SendRefund
from los_domain.settings.ports import SettingsReader
from los_domain.shared.belonging import Belonging
from los_domain.shared.inbox import ReadWebhook, ReceiveWebhook

PEEKS = {"RAZORPAY": razorpay.refs_in}
KEPT_HEADERS = {"RAZORPAY": ("x-razorpay-signature", "x-razorpay-event-id")}
"""Of each gateway: whom a notice claims to speak of, and the headers that are kept with it to read it by."""


@attrs.frozen
class PaymentsUseCases:
    """Taking money, and giving it back."""

    start: StartPayment
    open_order: OpenOrder
    collection: ReadCollection
    receive_notice: ReceiveNotice
    apply_notice: ApplyNotice
    look: LookForPayments
    enter: EnterPayment
    decide: DecidePayment
    reverse: ReversePayment
    propose_refund: ProposeRefund
    decide_refund: DecideRefund
    send_refund: SendRefund
    match: MatchReceipt
    queries: PaymentQueries


def build(
    core: Core,
    gateways: Providers,
    settings: SettingsReader,
    belonging: Belonging,
    receive: ReceiveWebhook,
    read: ReadWebhook,
) -> PaymentsUseCases:
    """Wire payments."""
    begin, clock, ids = core.postgres.begin, core.clock, core.ids
    opening = OpenOrder(begin, gateways, clock)
    return PaymentsUseCases(
        start=StartPayment(begin, opening, settings, clock, ids),
        open_order=opening,
        collection=ReadCollection(begin),
        receive_notice=ReceiveNotice(belonging, gateways, receive, PEEKS, KEPT_HEADERS),
        apply_notice=ApplyNotice(begin, read, gateways, clock, ids),
        look=LookForPayments(begin, gateways, opening, clock, ids),
        enter=EnterPayment(begin, clock, ids),
        decide=DecidePayment(begin, clock, ids),
        reverse=ReversePayment(begin, clock, ids),
        propose_refund=ProposeRefund(begin, clock, ids),
        decide_refund=DecideRefund(begin, clock, ids),
        send_refund=SendRefund(begin, gateways, clock, ids),
        match=MatchReceipt(begin, clock, ids),
        queries=PaymentQueries(core.database),
    )
