"""What gateways tell: notices kept first and believed later, and the question asked when no notice comes."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

import attrs

from los_domain.brands.model import Subject
from los_domain.brands.ports import Providers
from los_domain.loans.model import Loan
from los_domain.payments.model import Collection, CollectionStatus, GatewayPayment, Purpose, ReceiptStatus
from los_domain.payments.policy import ARRIVED, Arrived, arrived, failed, looked_at, paid
from los_domain.payments.ports import BadSignature, CollectionGateway, NoticePeek
from los_domain.payments.usecases.pay import OpenOrder
from los_domain.payments.usecases.work import PaymentWork, give_back, take
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.belonging import Belonging
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Unauthenticated
from los_domain.shared.ids import Ids, ProviderId, VendorRef
from los_domain.shared.inbox import ReadWebhook, ReceiveWebhook, Webhook
from los_domain.shared.money import ZERO
from los_domain.shared.outcome import Done, Outcome
from los_domain.shared.work import Begin

UNREADABLE = "unreadable"


@attrs.frozen
class ReceiveNotice:
    """
    Keep a gateway's notice if somebody who holds the secret wrote it.

    Whom it speaks of is read before it is believed, to find whose secret to try; then the signature over the raw bytes decides.
    """

    belonging: Belonging
    gateways: Providers
    receive: ReceiveWebhook
    peeks: Mapping[str, NoticePeek]
    kept_headers: Mapping[str, tuple[str, ...]]

    def __call__(self, scope: PlatformScope, vendor: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Return whether it is new. Raises Unauthenticated where it is forged, or about nothing we know (yet): nothing is kept."""
        for ref in self.peeks[vendor](body):
            for candidate in self.belonging.candidates(vendor, ref):
                if candidate.provider is None:
                    continue
                within = BrandScope(candidate.brand, Actor.vendor(vendor), scope.request_id, scope.address)
                gateway: CollectionGateway = self.gateways.reader(within, candidate.provider)
                try:
                    notice = gateway.read_notice(body, headers)
                    event_id, event = notice.event_id, notice.event
                except BadSignature:
                    continue
                except ValueError:  # signed, and in words we do not know: kept for a person
                    event_id, event = f"sha256:{sha256(body).hexdigest()}", UNREADABLE
                named = {name.lower(): value for name, value in headers.items()}
                kept = {name: named[name] for name in self.kept_headers[vendor] if name in named}
                return self.receive(
                    scope, Webhook(vendor, event_id, event, candidate.brand, candidate.provider, body, kept)
                )
        raise Unauthenticated("this notice is not signed by anyone we know")


def believe(
    work: PaymentWork,
    payment: GatewayPayment,
    collection: Collection | None,
    *,
    gateway: str,
    provider: ProviderId,
    ids: Ids,
    clock: Clock,
) -> Arrived:
    """
    Let what a gateway says of one payment take effect, in the caller's transaction; told again, in any order, it changes nothing more.
    """
    loan: Loan | None = None if collection is None else work.loans.get(collection.loan_id, lock=True)
    if collection is not None:
        collection = work.collections.get(collection.id, lock=True)
    now, by, word = clock.now(), Actor.vendor(gateway), ARRIVED[payment.state]
    if word in (Arrived.MONEY, Arrived.GIVEN_BACK):
        purpose = Purpose.DUES if collection is None else collection.purpose
        receipt = arrived(ids.new(), payment, gateway=gateway, provider=provider, collection=collection, at=now)
        receipt = take(work, receipt, loan, purpose, ids=ids, by=by, at=now)
        if collection is not None and collection.status is not CollectionStatus.PAID:
            work.collections.save(paid(collection))
        if word is Arrived.GIVEN_BACK and receipt.status in (ReceiptStatus.BOOKED, ReceiptStatus.UNMATCHED):
            ours = receipt.refunded + work.refunds.under_way(loan_id=None, receipt_id=receipt.id)
            if ours == ZERO:  # not asked for by us: a second payment on an order goes back by itself
                fresh = work.receipts.get(receipt.id, lock=True)
                holder = None if fresh.loan_id is None else work.loans.get(fresh.loan_id, lock=True)
                give_back(work, fresh, holder, ids=ids, by=by, at=now, reason="given back by the gateway")
    elif payment.failure and collection is not None and collection.status is CollectionStatus.OPEN:
        work.collections.save(failed(collection, payment.failure))
    return word


@attrs.frozen
class ApplyNotice:
    """Work from a kept notice: early, late, twice or out of order, the same result."""

    begin: Begin[BrandScope, PaymentWork]
    read: ReadWebhook
    gateways: Providers
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, inbox_id: UUID) -> str:
        """Return a code word of what was done. Raises ValueError for a notice that nobody here can read: a person looks."""
        webhook = self.read(inbox_id)
        if webhook.provider is None:
            raise AssertionError("a gateway's notice is kept with the provider whose secret signed it")
        gateway: CollectionGateway = self.gateways.reader(scope, webhook.provider)
        notice = gateway.read_notice(webhook.body, webhook.headers)
        with self.begin(scope) as work:
            words = []
            for payment in notice.payments:
                collection = work.collections.find_by_order(webhook.vendor, payment.order_id)
                words.append(
                    believe(
                        work,
                        payment,
                        collection,
                        gateway=webhook.vendor,
                        provider=webhook.provider,
                        ids=self.ids,
                        clock=self.clock,
                    ).value
                )
            result = ",".join(words) or "nothing"
            work.inbox.handled(inbox_id, result)
            return work.finish(result)


@attrs.frozen
class LookForPayments:
    """Ask a gateway about an order whose notice did not come, and go on with one that was not opened."""

    begin: Begin[BrandScope, PaymentWork]
    gateways: Providers
    open_order: OpenOrder
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, collection_id: UUID) -> Collection:
        """Return the collection as the answer leaves it; unchanged, where it is not time to look."""
        with self.begin(scope) as work:
            collection = work.collections.get(collection_id)
        if collection.look_at is None or collection.look_at > self.clock.now():
            return collection
        if collection.status is CollectionStatus.STARTING:
            return self.open_order(scope, collection_id)
        provider = collection.provider
        if collection.status is not CollectionStatus.OPEN or provider is None:
            return collection

        def payments_of(gateway: CollectionGateway, ref: VendorRef) -> Outcome[tuple[GatewayPayment, ...]]:
            return gateway.payments_of(collection.order_id, ref=ref)

        subject = Subject("collection", collection.id)
        asked = self.gateways.ask_again(scope, provider, "payments_of", subject, payments_of)
        with self.begin(scope) as work:
            work.loans.get(collection.loan_id, lock=True)
            if isinstance(asked.outcome, Done):
                for payment in asked.outcome.value:
                    believe(
                        work,
                        payment,
                        collection,
                        gateway=collection.gateway,
                        provider=provider,
                        ids=self.ids,
                        clock=self.clock,
                    )
            collection = work.collections.get(collection_id, lock=True)
            if collection.status is CollectionStatus.OPEN:
                work.collections.save(looked_at(collection, at=self.clock.now()))
            return work.collections.get(collection_id)
