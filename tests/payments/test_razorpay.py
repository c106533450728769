"""Razorpay: one literal payload per row of its wire table, the vectors, silence, and what it is sent."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from los_adapters.payments.razorpay import (
    PROVIDER,
    STATES,
    Razorpay,
    RazorpayConfig,
    order_to_wire,
    payment_from_wire,
    signature_holds,
)
from los_adapters.wire.provider import secrets_of
from los_domain.payments.model import PaymentState
from los_domain.payments.ports import BadSignature
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

VECTORS = {v["id"]: v for v in json.loads((Path(__file__).parents[1] / "vectors" / "payments.json").read_text())}
REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
AMOUNT = Money(1250050)
ORDER = {
    "id": "order_LOSdemo00001", "entity": "order", "amount": 1250050, "amount_paid": 0, "amount_due": 1250050,
    "currency": "INR", "receipt": "ABCDEFGHIJKLMNOPQ234", "offer_id": None, "status": "created", "attempts": 0,
    "notes": [], "created_at": 1735689600,
}  # fmt: skip
PAYMENT = {
    "id": "pay_LOSdemo0000001", "entity": "payment", "amount": 1250050, "currency": "INR", "status": "captured",
    "order_id": "order_LOSdemo00001", "method": "upi", "captured": True, "amount_refunded": 0, "refund_status": None,
    "acquirer_data": {"rrn": "512345678901"}, "notes": [], "error_code": None, "created_at": 1735689600,
}  # fmt: skip
REFUND = {"id": "rfnd_LOSdemo000001", "amount": 500, "payment_id": "pay_LOSdemo0000001", "status": "pending"}


def config(url: str = "https://api.razorpay.com/v1", **changed: Any) -> RazorpayConfig:
    return RazorpayConfig(
        **{"key_id": "rzp_test_LOS", "key_secret": "los-key-secret-01", "webhook_secrets": ("los-webhook-secret-01",)}
        | {"base_url": url, "read_seconds": 2.0}
        | changed
    )


def ask(respond: Any, call: Any, **changed: Any) -> tuple[Any, list[Any]]:
    """Return the outcome of *call* against a vendor that gives *respond* (an Answer, or a function), and what it was asked."""
    script = respond if callable(respond) else lambda _: respond
    with vendor(script) as there, wire() as line:
        return call(Razorpay(config(there.url, **changed), line)), there.asked


def create(gateway: Razorpay) -> Any:
    return gateway.create_order(AMOUNT, notes={"loan": "L-1"}, ref=REF)


def look(gateway: Razorpay) -> Any:
    return gateway.payment("pay_LOSdemo0000001", ref=REF)


def listed(gateway: Razorpay) -> Any:
    return gateway.payments_of("order_LOSdemo00001", ref=REF)


def refund(gateway: Razorpay) -> Any:
    return gateway.refund("pay_LOSdemo0000001", Money(500), ref=REF)


class TestOrders:
    def test_is_opened_in_paise_under_our_reference(self) -> None:
        outcome, (asked,) = ask(Answer.of(ORDER), create)
        assert outcome.provider_reference == "order_LOSdemo00001"
        assert outcome.value.amount == AMOUNT
        assert dict(outcome.value.checkout) == {
            "key": "rzp_test_LOS",
            "order_id": "order_LOSdemo00001",
            "amount": "1250050",
            "currency": "INR",
        }
        assert (asked.method, asked.path) == ("POST", "/orders")
        assert asked.headers["authorization"] == "Basic " + b64encode(b"rzp_test_LOS:los-key-secret-01").decode()
        assert asked.json() == {
            "amount": 1250050,
            "currency": "INR",
            "receipt": "ABCDEFGHIJKLMNOPQ234",
            "unique_receipt": True,
            "notes": {"loan": "L-1"},
        }

    @pytest.mark.parametrize(
        "changed", [{"amount": 1250000}, {"currency": "USD"}, {"receipt": "ANOTHER"}, {"id": ""}, {"amount": "1250050"}]
    )
    def test_an_answer_about_something_else_is_not_believed(self, changed: dict[str, Any]) -> None:
        outcome, _ = ask(Answer.of(ORDER | changed), create)
        assert isinstance(outcome, Unknown)

    def test_less_than_a_rupee_is_refused_without_asking(self) -> None:
        outcome, asked = ask(Answer.of(ORDER), lambda g: g.create_order(Money(99), notes={}, ref=REF))
        assert isinstance(outcome, Refused)
        assert asked == []

    def test_notes_are_cut_to_what_the_vendor_keeps(self) -> None:
        assert order_to_wire(AMOUNT, notes={"a": "x" * 300}, ref=REF)["notes"] == {"a": "x" * 256}
        with pytest.raises(ValueError, match="15 notes"):
            order_to_wire(AMOUNT, notes={str(n): "" for n in range(16)}, ref=REF)


class TestPayments:
    @pytest.mark.parametrize(
        ("word", "state"),
        [
            ("created", PaymentState.PENDING),
            ("authorized", PaymentState.PENDING_CAPTURE),
            ("captured", PaymentState.SUCCEEDED),
            ("refunded", PaymentState.REFUNDED),
            ("failed", PaymentState.FAILED_SOFT),
            ("settled_by_pigeon", PaymentState.PENDING),
            ("CAPTURED", PaymentState.PENDING),
        ],
    )
    def test_every_word_has_one_meaning_and_a_new_word_is_pending(self, word: str, state: PaymentState) -> None:
        payment = payment_from_wire(PAYMENT | {"status": word})
        assert payment is not None
        assert (payment.state, payment.word) == (state, word)

    def test_only_one_word_is_money(self) -> None:
        assert [word for word, state in STATES.items() if state is PaymentState.SUCCEEDED] == ["captured"]

    @pytest.mark.parametrize(
        ("acquirer", "reference"),
        [
            ({"rrn": "512345678901"}, "512345678901"),
            ({"bank_transaction_id": "B77"}, "B77"),
            ({}, ""),
            ([], ""),
            (None, ""),
        ],
    )
    def test_bank_reference_may_be_anywhere_or_nowhere(self, acquirer: Any, reference: str) -> None:
        payment = payment_from_wire(PAYMENT | {"acquirer_data": acquirer})
        assert payment is not None
        assert payment.bank_reference == reference

    def test_is_read_whole(self) -> None:
        outcome, (asked,) = ask(Answer.of(PAYMENT), look)
        assert (asked.method, asked.path, asked.body) == ("GET", "/payments/pay_LOSdemo0000001", b"")
        assert outcome.value.at == datetime(2025, 1, 1, tzinfo=UTC)
        assert outcome.value.order_id == "order_LOSdemo00001"
        assert outcome.value.amount == AMOUNT

    @pytest.mark.parametrize(
        "changed",
        [{"id": "pay_another"}, {"amount": "1250050"}, {"currency": "USD"}, {"status": None}, {"amount": True}],
    )
    def test_an_unreadable_or_foreign_payment_is_not_believed(self, changed: dict[str, Any]) -> None:
        outcome, _ = ask(Answer.of(PAYMENT | changed), look)
        assert isinstance(outcome, Unknown)

    def test_all_pages_of_an_order_are_read(self) -> None:
        every = [PAYMENT | {"id": f"pay_{n}", "status": "failed"} for n in range(5)]

        def page(asked: Any) -> Answer:
            skip, count = int(asked.query["skip"][0]), int(asked.query["count"][0])
            items = every[skip : skip + count]
            return Answer.of({"entity": "collection", "count": len(items), "items": items})

        outcome, asked = ask(page, listed, page_size=2)
        assert [payment.id for payment in outcome.value] == [f"pay_{n}" for n in range(5)]
        assert len(asked) == 3

    def test_a_list_with_a_payment_of_another_order_is_not_believed(self) -> None:
        outcome, _ = ask(Answer.of({"items": [PAYMENT | {"order_id": "order_other"}]}), listed)
        assert isinstance(outcome, Unknown)

    def test_none_yet(self) -> None:
        outcome, _ = ask(Answer.of({"entity": "collection", "count": 0, "items": []}), listed)
        assert outcome == Done(())


class TestRefunds:
    def test_carries_our_reference_as_key(self) -> None:
        outcome, (asked,) = ask(Answer.of(REFUND), refund)
        assert outcome == Done("rfnd_LOSdemo000001", "rfnd_LOSdemo000001")
        assert asked.path == "/payments/pay_LOSdemo0000001/refund"
        assert asked.headers["x-refund-idempotency"] == REF
        assert asked.json() == {"amount": 500, "speed": "normal", "receipt": REF}

    def test_processed_is_done_failed_is_refused_another_word_pending(self) -> None:
        assert isinstance(ask(Answer.of(REFUND | {"status": "processed"}), refund)[0], Done)
        assert isinstance(ask(Answer.of(REFUND | {"status": "failed"}), refund)[0], Refused)
        assert ask(Answer.of(REFUND | {"status": "parked"}), refund)[0] == Pending("rfnd_LOSdemo000001", "parked")

    def test_another_amount_is_not_believed(self) -> None:
        assert isinstance(ask(Answer.of(REFUND | {"amount": 501}), refund)[0], Unknown)

    def test_a_first_request_still_under_way(self) -> None:
        problem = {"error": {"code": "BAD_REQUEST_ERROR", "description": "in progress"}}
        assert isinstance(ask(Answer.of(problem, 409), refund)[0], Pending)


ERROR = {
    "error": {"code": "BAD_REQUEST_ERROR", "description": "The id is not valid", "reason": "input_validation_failed"}
}


class TestFailures:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (
                Answer.of(ERROR, 400),
                Refused(RefusedFor.INVALID_INPUT, "input_validation_failed", "The id is not valid"),
            ),
            (
                Answer.of(ERROR, 401),
                Misconfigured(MisconfiguredIn.ACCOUNT, "input_validation_failed", "Razorpay does not know this key"),
            ),
            (Answer.of({}, 429, Retry_After="7"), RateLimited(7)),
            (Answer.of({"error": {"code": "SERVER_ERROR"}}, 500), Unknown("HTTP 500")),
            (Answer.of({"error": {"code": "GATEWAY_ERROR"}}, 502), Unknown("HTTP 502")),
            (Answer(504, b"<html>"), Unknown("HTTP 504")),
            (Answer(302, b"", {"Location": "https://elsewhere.example"}), Unknown("HTTP 302")),
            (Answer(200, b"<html>hello</html>"), Unknown("the answer is no JSON object")),
            (Answer(200, b"[]"), Unknown("the answer is no JSON object")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    @pytest.mark.parametrize("call", [create, look, listed, refund])
    def test_each_has_one_outcome(self, answer: Answer, expected: Any, call: Any) -> None:
        assert ask(answer, call)[0] == expected

    def test_404_is_an_answer_to_a_question_and_a_fault_in_an_order(self) -> None:
        assert isinstance(ask(Answer.of(ERROR, 404), look)[0], NoRecord)
        assert ask(Answer.of(ERROR, 404), create)[0].scope is MisconfiguredIn.PRODUCT
        assert isinstance(ask(Answer.of({"message": "no Route matched with those values"}, 404), look)[0], Unknown)

    def test_nothing_connected_means_nothing_was_sent(self) -> None:
        with wire() as line:
            assert isinstance(create(Razorpay(config(nobody()), line)), NotSent)


class TestNotices:
    W1 = VECTORS["W1"]

    def gateway(self, *secrets: str) -> Razorpay:
        with wire() as line:
            return Razorpay(config(webhook_secrets=secrets), line)

    @pytest.mark.parametrize("identity", ["W2", "W3", "W4"])
    def test_vectors_of_signed_messages(self, identity: str) -> None:
        vector = VECTORS[identity]
        assert signature_holds(vector["message"].encode(), vector["expected"], (vector["secret"],))
        assert not signature_holds(vector["message"].encode() + b" ", vector["expected"], (vector["secret"],))

    def test_a_checkout_answer(self) -> None:
        gateway = self.gateway()
        assert gateway.checkout_holds("order_LOSdemo00001", "pay_LOSdemo0000001", VECTORS["W2"]["expected"])
        assert not gateway.checkout_holds("order_LOSdemo00001", "pay_LOSdemo0000002", VECTORS["W2"]["expected"])

    @pytest.mark.parametrize("secrets", [("los-webhook-secret-01",), ("newer", "los-webhook-secret-01")])
    def test_is_read_under_any_secret_of_the_list(self, secrets: tuple[str, ...]) -> None:
        headers = {"X-Razorpay-Signature": self.W1["expected"], "X-Razorpay-Event-Id": "evt_1"}
        notice = self.gateway(*secrets).read_notice(self.W1["body"].encode(), headers)
        assert (notice.event_id, notice.event) == ("evt_1", "payment_link.paid")
        (payment,) = notice.payments
        assert (payment.id, payment.order_id, payment.amount) == ("pay_LOSdemo0000001", "order_LOSdemo00001", AMOUNT)

    def test_a_failed_payment_says_why(self) -> None:
        vector = VECTORS["A1"]
        notice = self.gateway(vector["secret"]).read_notice(
            vector["body"].encode(), {"x-razorpay-signature": vector["expected"]}
        )
        (payment,) = notice.payments
        assert (payment.state, payment.failure) == (PaymentState.FAILED_SOFT, "insufficient_funds")
        assert notice.event_id.startswith("sha256:")

    @pytest.mark.parametrize(
        ("body", "signature", "secrets"),
        [
            (json.dumps(json.loads(W1["body"])), W1["expected"], ("los-webhook-secret-01",)),
            (W1["body"], W1["must_not_verify"], ("los-webhook-secret-01",)),
            (W1["body"], W1["expected"], ("another",)),
            (W1["body"], W1["expected"], ()),
            (W1["body"], W1["expected"].upper(), ("los-webhook-secret-01",)),
            (W1["body"], "", ("los-webhook-secret-01",)),
            (W1["body"], "fälschung", ("los-webhook-secret-01",)),
            ("", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", ("",)),  # HMAC of nothing, no key
        ],
    )
    def test_a_forged_or_rewritten_notice_is_refused(self, body: str, signature: str, secrets: tuple[str, ...]) -> None:
        with pytest.raises(BadSignature):
            self.gateway(*secrets).read_notice(body.encode(), {"x-razorpay-signature": signature})

    @pytest.mark.parametrize(
        "body", [b"hello", b"[]", b'{"event":1}', b'{"event":"payment.captured","payload":{"payment":{"entity":{}}}}']
    )
    def test_a_signed_but_unreadable_notice_is_a_value_error(self, body: bytes) -> None:
        signature = hmac.new(b"s", body, hashlib.sha256).hexdigest()
        with pytest.raises(ValueError):
            self.gateway("s").read_notice(body, {"x-razorpay-signature": signature})


def test_secrets_are_never_shown() -> None:
    assert secrets_of(RazorpayConfig) == {"key_secret", "webhook_secrets"}
    with wire() as line:
        assert "secret-01" not in repr(Razorpay(config(), line))
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in RazorpayConfig.__attrs_attrs__}
