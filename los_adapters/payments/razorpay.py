"""
Razorpay collections. Port: CollectionGateway.  Docs: razorpay.com/docs/api (orders, payments, refunds, webhooks), read 2026-04.

    POST /orders                        GET /orders/{id}/payments       GET /payments/{id}       POST /payments/{id}/refund
    Authorization: Basic key_id:key_secret (the word exactly ``Basic``); JSON both ways; no token, no request signing

    Order.amount         amount: int paise, >= 100     currency "INR"; never rupees
    ref                  receipt: str <= 40            with unique_receipt=true the same receipt gives the same order
    notes                notes: <= 15 pairs of <= 256  comes back as [] when empty
    Order.id             id "order_…"                  amount, currency and receipt of the answer must be those asked for
    GatewayPayment.state status                        table STATES; an unknown word is PENDING, never success
      .bank_reference    acquirer_data.{rrn | bank_transaction_id | utr | arn}, may be absent, {} or []
      .at                created_at: Unix seconds
      .failure           error_reason, else error_code
    refund ref           X-Refund-Idempotency >= 10    same key and body: same refund; 409: the first is still under way
    refund state         status                        table REFUNDS
    Notice               X-Razorpay-Signature          lower-case hex HMAC-SHA256 of the raw body under the webhook secret
      .event_id          x-razorpay-event-id           delivered at least once, in any order; old events keep the old secret
    Outcome              HTTP status                   400 Refused · 401, 403 Misconfigured · 404 NoRecord for a look-up, else
                                                       Misconfigured(PRODUCT) · 429 RateLimited · all else Unknown
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import attrs

from los_adapters.wire.config import address, between, filled
from los_adapters.wire.figures import told
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_domain.brands.providers import ProviderKind
from los_domain.payments.model import GatewayPayment, Notice, Order, PaymentState
from los_domain.payments.ports import BadSignature
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Outcome,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)

STATES = {
    "created": PaymentState.PENDING,
    "authorized": PaymentState.PENDING_CAPTURE,  # held at the bank, not ours yet
    "captured": PaymentState.SUCCEEDED,
    "refunded": PaymentState.REFUNDED,  # went back whole; a partial refund leaves it captured
    "failed": PaymentState.FAILED_SOFT,  # may still be authorised for three days
}
REFUNDS = frozenset({"pending", "processed"})  # both under way or done; "failed" is a refusal, another word is Pending
LEAST_PAISE = 100
MOST_NOTES = 15
LONGEST_NOTE = 256


@attrs.frozen
class RazorpayConfig:
    """One brand's account. The key decides between test (``rzp_test_``) and live (``rzp_live_``)."""

    key_id: str = attrs.field(validator=filled)
    key_secret: str = secret(validator=filled)
    webhook_secrets: tuple[str, ...] = secret(factory=tuple)
    """Newest first: notices of before a change of secret are still signed with the old one."""
    base_url: str = attrs.field(default="https://api.razorpay.com/v1", validator=address)
    connect_seconds: float = attrs.field(default=5.0, validator=between(0.1, 30))
    read_seconds: float = attrs.field(default=30.0, validator=between(0.1, 120))
    page_size: int = attrs.field(default=100, validator=between(0, 100))
    """How many payments of an order to ask for at once; 0 leaves the parameter out and takes the default of 10."""


def signature_holds(message: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Return whether *signature* is the lower-case hex HMAC-SHA256 of *message* under any of *secrets*; an empty one never holds."""
    held = False
    for key in secrets:
        expected = hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
        held |= bool(key) and hmac.compare_digest(expected.encode(), signature.encode())
    return held


def order_to_wire(amount: Money, *, notes: Mapping[str, str], ref: VendorRef) -> dict[str, Any]:
    """Return the body of POST /orders. Raises ValueError for more notes than the vendor keeps."""
    if len(notes) > MOST_NOTES:
        raise ValueError(f"Razorpay keeps {MOST_NOTES} notes, not {len(notes)}")
    return {
        "amount": amount.paise,
        "currency": "INR",
        "receipt": str(ref),
        "unique_receipt": True,
        "notes": {name: value[:LONGEST_NOTE] for name, value in notes.items()},
    }


def order_from_wire(body: Mapping[str, Any], amount: Money, *, ref: VendorRef, key_id: str) -> Outcome[Order]:
    """Return the order, or Unknown if the answer speaks of another amount, currency or receipt."""
    identity = body.get("id")
    if not isinstance(identity, str) or not identity:
        return Unknown("the order in the answer has no id")
    if _whole(body.get("amount")) != amount.paise or body.get("currency") != "INR" or body.get("receipt") != str(ref):
        return Unknown("the order in the answer is not the one asked for")
    shown = (("key", key_id), ("order_id", identity), ("amount", str(amount.paise)), ("currency", "INR"))
    return Done(Order(identity, amount, shown), identity)


def payment_from_wire(body: Any) -> GatewayPayment | None:
    """Return the payment, or None where the entity is unreadable or not in rupees."""
    if not isinstance(body, Mapping):
        return None
    identity, word, paise = body.get("id"), body.get("status"), _whole(body.get("amount"))
    if not isinstance(identity, str) or not identity or not isinstance(word, str) or paise is None:
        return None
    if body.get("currency") != "INR":
        return None
    bank = body.get("acquirer_data")
    acquirer = bank if isinstance(bank, Mapping) else {}
    return GatewayPayment(
        id=identity,
        order_id=_text(body.get("order_id")),
        amount=Money(paise),
        state=STATES.get(word, PaymentState.PENDING),
        word=word,
        method=_text(body.get("method")),
        bank_reference=_first(acquirer, "rrn", "bank_transaction_id", "utr", "arn"),
        at=_instant(body.get("created_at")),
        failure=_first(body, "error_reason", "error_code") if word == "failed" else "",
    )


def refund_from_wire(body: Mapping[str, Any], payment_id: str, amount: Money) -> Outcome[str]:
    """Return the refund's id while it is under way or done."""
    identity, word = body.get("id"), body.get("status")
    if not isinstance(identity, str) or not identity:
        return Unknown("the refund in the answer has no id")
    if _whole(body.get("amount")) != amount.paise or body.get("payment_id", payment_id) != payment_id:
        return Unknown("the refund in the answer is not the one asked for")
    if word == "failed":
        return Refused(RefusedFor.OTHER, "failed", "the gateway could not refund this payment")
    if word not in REFUNDS:
        return Pending(identity, _text(word))
    return Done(identity, identity)


def notice_from_wire(body: bytes, event_id: str) -> Notice:
    """Return what a verified webhook says. Raises ValueError where it is unreadable."""
    try:
        event = json.loads(body)
    except (ValueError, UnicodeDecodeError):
        raise ValueError("the notice is no JSON") from None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise ValueError("the notice names no event")
    payload = event.get("payload")
    told = payload.get("payment") if isinstance(payload, dict) else None
    payments: tuple[GatewayPayment, ...] = ()
    if isinstance(told, dict) and told.get("entity") is not None:
        payment = payment_from_wire(told["entity"])
        if payment is None:
            raise ValueError("the notice's payment is unreadable")
        payments = (payment,)
    return Notice(event_id or f"sha256:{hashlib.sha256(body).hexdigest()}", event["event"], payments)


def refs_in(body: bytes) -> tuple[str, ...]:
    """Return the order that a notice claims to speak of; whoever posted it has not been believed yet."""
    try:
        entity = json.loads(body)["payload"]["payment"]["entity"]
        order = _text(entity["order_id"])
    except (ValueError, LookupError, TypeError):
        return ()
    return (order,) if order else ()


def failure_from_wire(reply: Reply, *, look_up: bool) -> Outcome[Any]:
    """Return what an answer other than 2xx means. *look_up*: the call has no effect, so a 404 is an answer."""
    problem = reply.object().get("error")
    error: Mapping[str, Any] = problem if isinstance(problem, Mapping) else {}
    code = _first(error, "reason", "code")
    message = told(error.get("description"))
    if reply.status == 400 and error:
        return Refused(RefusedFor.INVALID_INPUT, code, message)
    if reply.status == 401:
        return Misconfigured(MisconfiguredIn.ACCOUNT, code or "401", "Razorpay does not know this key")
    if reply.status == 403:
        return Misconfigured(MisconfiguredIn.PRODUCT, code or "403", message)
    if reply.status == 404 and error:
        return (
            NoRecord("Razorpay knows no such id") if look_up else Misconfigured(MisconfiguredIn.PRODUCT, "404", message)
        )
    if reply.status == 429:
        return RateLimited(reply.retry_after_seconds)
    return Unknown(f"HTTP {reply.status}")


@attrs.frozen
class Razorpay:
    """Razorpay's orders and payments."""

    config: RazorpayConfig
    wire: Wire

    def create_order(self, amount: Money, *, notes: Mapping[str, str], ref: VendorRef) -> Outcome[Order]:
        """Open an order; the same *ref* gives the same one."""
        if amount.paise < LEAST_PAISE:
            return Refused(RefusedFor.INVALID_INPUT, "amount", "Razorpay takes one rupee or more")
        answer = self._call("POST", "/orders", body=order_to_wire(amount, notes=notes, ref=ref), look_up=False)
        if not isinstance(answer, dict):
            return answer
        return order_from_wire(answer, amount, ref=ref, key_id=self.config.key_id)

    def payments_of(self, order_id: str, *, ref: VendorRef) -> Outcome[tuple[GatewayPayment, ...]]:
        """List every payment tried on an order, page by page."""
        path = f"/orders/{quote(order_id, safe='')}/payments"
        found: dict[str, GatewayPayment] = {}
        step = self.config.page_size
        while True:
            page = {"count": str(step), "skip": str(len(found))} if step else None
            answer = self._call("GET", path, params=page, look_up=True)
            if not isinstance(answer, dict):
                return answer
            items = answer.get("items")
            if not isinstance(items, list):
                return Unknown("the answer holds no list of payments")
            read = [payment_from_wire(item) for item in items]
            payments = {payment.id: payment for payment in read if payment is not None and payment.order_id == order_id}
            if len(payments) != len(items):
                return Unknown("a payment in the list is unreadable or of another order")
            fresh = payments.keys() - found.keys()
            found |= payments
            if not step or len(items) < step or not fresh:
                return Done(tuple(found.values()))

    def payment(self, payment_id: str, *, ref: VendorRef) -> Outcome[GatewayPayment]:
        """Ask for one payment as it is now."""
        answer = self._call("GET", f"/payments/{quote(payment_id, safe='')}", look_up=True)
        if not isinstance(answer, dict):
            return answer
        payment = payment_from_wire(answer)
        if payment is None or payment.id != payment_id:
            return Unknown("the payment in the answer is unreadable or another one")
        return Done(payment, payment.id)

    def refund(self, payment_id: str, amount: Money, *, ref: VendorRef) -> Outcome[str]:
        """Send part or all of a captured payment back; the same *ref* gives the same refund."""
        if amount.paise < LEAST_PAISE:
            return Refused(RefusedFor.INVALID_INPUT, "amount", "Razorpay refunds one rupee or more")
        answer = self._call(
            "POST",
            f"/payments/{quote(payment_id, safe='')}/refund",
            body={"amount": amount.paise, "speed": "normal", "receipt": str(ref)},
            headers={"X-Refund-Idempotency": str(ref)},
            look_up=False,
        )
        if not isinstance(answer, dict):
            return answer
        return refund_from_wire(answer, payment_id, amount)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Verify a webhook against every secret held, then read it."""
        named = {name.lower(): value for name, value in headers.items()}
        if not signature_holds(body, named.get("x-razorpay-signature", ""), self.config.webhook_secrets):
            raise BadSignature("the notice is not signed with a secret of ours")
        return notice_from_wire(body, named.get("x-razorpay-event-id", ""))

    def checkout_holds(self, order_id: str, payment_id: str, signature: str) -> bool:
        """Return whether a checkout page's answer is Razorpay's. It proves who paid what order, not that the money is captured."""
        return signature_holds(f"{order_id}|{payment_id}".encode(), signature, (self.config.key_secret,))

    def _call(
        self,
        method: str,
        path: str,
        *,
        look_up: bool,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any] | Outcome[Any]:
        credentials = b64encode(f"{self.config.key_id}:{self.config.key_secret}".encode()).decode()
        reply = self.wire.exchange(
            method,
            self.config.base_url + path,
            headers={"Authorization": f"Basic {credentials}", **(headers or {})},
            params=params,
            json=body,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        if isinstance(reply, NotSent | Unknown):
            return reply
        if reply.status == 409 and not look_up:
            return Pending(path, "409")  # the first request with this key is still being worked on
        if reply.status not in (200, 201):
            return failure_from_wire(reply, look_up=look_up)
        parsed = reply.json()
        return parsed if isinstance(parsed, dict) else Unknown("the answer is no JSON object")


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _instant(value: Any) -> datetime | None:
    seconds = _whole(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and seconds < 1 << 33 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _first(body: Mapping[str, Any], *names: str) -> str:
    return next((found for name in names if (found := _text(body.get(name)))), "")


PROVIDER = Provider(
    name="RAZORPAY",
    kinds=frozenset({ProviderKind.COLLECTION}),
    config=RazorpayConfig,
    build=Razorpay,
    facts=(
        Fact("create_order", "POST /orders", Evidence.PUBLIC),
        Fact("payments_of", "GET /orders/{id}/payments", Evidence.PUBLIC),
        Fact("payment", "GET /payments/{id}", Evidence.PUBLIC),
        Fact("refund", "POST /payments/{id}/refund", Evidence.PUBLIC),
        Fact("create_order.ref", "receipt with unique_receipt=true", Evidence.PUBLIC),
        Fact("refund.ref", "header X-Refund-Idempotency", Evidence.PUBLIC),
        Fact("GatewayPayment.state", "status", Evidence.PUBLIC, note="an unknown word is PENDING"),
        Fact("Notice signature", "header X-Razorpay-Signature over the raw body", Evidence.PUBLIC, "webhook_secrets"),
        Fact("Notice.event_id", "header x-razorpay-event-id", Evidence.PUBLIC),
        Fact("payments_of page", "count <= 100", Evidence.INFERRED, "page_size", "the greatest page is from memory"),
        Fact("waiting", "5 s to connect, 30 s to answer", Evidence.INFERRED, "read_seconds", "nothing is published"),
    ),
    try_calls={"payment": lambda gateway: gateway.payment("pay_00000000000000", ref=VendorRef("A" * 20))},
)
