"""Razorpay in the sandbox: the page's vectors, each call taken and refused, and what a payment sets off."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import attrs
import pytest

from los_http.sandbox.vendor import Account, ActRefused
from los_http.sandbox.vendors.razorpay import VENDOR, forge
from los_http.sandbox.vendors.razorpay.wire import signature
from tests.sandbox.desk import ANAYA, MemoryDesk

VECTORS = {
    vector["id"]: vector for vector in json.loads((Path(__file__).parent.parent / "vectors/payments.json").read_text())
}


@attrs.frozen
class Shop:
    desk: MemoryDesk
    account: Account

    def headers(self, scheme: str = "Basic") -> dict[str, str]:
        pair = f"{self.account.credentials['keyId']}:{self.account.credentials['keySecret']}"
        return {"authorization": f"{scheme} {b64encode(pair.encode()).decode()}", "content-type": "application/json"}

    def ask(self, method: str, path: str, body: Any = b"", status: int = 200, **extra: Any) -> Any:
        query = extra.pop("query", None)
        answer = self.desk.ask(VENDOR, method, f"/v1{path}", body, self.headers() | extra, query)
        assert answer.status == status, answer.body
        return json.loads(answer.body)

    def order(self, amount: int = 1_250_050, **fields: Any) -> Any:
        return self.ask("POST", "/orders", {"amount": amount, "currency": "INR", **fields})

    def pay(self, **body: Any) -> Any:
        return VENDOR.acts["pay"](self.desk, body)

    def events(self) -> list[str]:
        return [posted.call for posted in self.desk.posted]


@pytest.fixture
def shop() -> Shop:
    desk = MemoryDesk()
    return Shop(desk, desk.open(VENDOR))


def test_notices_are_signed_as_the_vendor_signs_them():
    vector = VECTORS["W1"]
    assert signature(vector["secret"], vector["body"].encode()) == vector["expected"]
    spaced = json.dumps(json.loads(vector["body"]))
    assert signature(vector["secret"], spaced.encode()) == vector["must_not_verify"]


@pytest.mark.parametrize("name", ["W2", "W3", "W4"])
def test_redirects_are_signed_as_the_vendor_signs_them(name):
    vector = VECTORS[name]
    assert signature(vector["secret"], vector["message"].encode()) == vector["expected"]


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "Bearer"])
def test_the_scheme_word_is_exactly_basic(shop, scheme):
    assert shop.desk.ask(VENDOR, "GET", "/v1/orders/order_x", headers=shop.headers(scheme)).status == 401


def test_a_wrong_secret_is_refused(shop):
    other = Shop(shop.desk, attrs.evolve(shop.account, credentials={**shop.account.credentials, "keySecret": "no"}))
    other.ask("POST", "/orders", {"amount": 100, "currency": "INR"}, 401)


def test_an_order_comes_back_as_the_page_shows_it(shop):
    order = shop.order(receipt="R1")
    assert order["id"].startswith("order_")
    assert len(order["id"]) == 20
    assert order | {"id": "", "created_at": 0} == {
        "id": "",
        "entity": "order",
        "amount": 1250050,
        "amount_paid": 0,
        "amount_due": 1250050,
        "currency": "INR",
        "receipt": "R1",
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": [],
        "created_at": 0,
    }
    assert shop.ask("GET", f"/orders/{order['id']}") == order


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "100"}, "amount"),
        ({"amount": 100.0}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": 99}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"receipt": "r" * 41}, "receipt"),
        ({"notes": {str(n): "v" for n in range(16)}}, "notes"),
        ({"loan_id": "1"}, "loan_id"),
        ({"unique_receipt": "true"}, "unique_receipt"),
    ],
)
def test_an_order_of_another_shape_is_refused(shop, change, field):
    error = shop.ask("POST", "/orders", {"amount": 100, "currency": "INR"} | change, 400)["error"]
    assert (error["code"], error["field"]) == ("BAD_REQUEST_ERROR", field)


@pytest.mark.parametrize("missing", ["amount", "currency"])
def test_what_is_required_is_required(shop, missing):
    body = {"amount": 100, "currency": "INR"}
    del body[missing]
    assert shop.ask("POST", "/orders", body, 400)["error"]["field"] == missing


def test_the_same_receipt_is_the_same_order_only_if_asked_for(shop):
    order = shop.order(receipt="R1", unique_receipt=True)
    assert shop.order(receipt="R1", unique_receipt=True) == order
    shop.ask("POST", "/orders", {"amount": 500, "currency": "INR", "receipt": "R1"}, 400)
    assert len(shop.desk.every("order")) == 1


def test_another_lenders_order_does_not_exist(shop):
    order = shop.order()
    other = Shop(shop.desk, shop.desk.open(VENDOR))
    other.ask("GET", f"/orders/{order['id']}", status=404)


def test_a_payment_is_captured_and_told_in_signed_notices(shop):
    order = shop.order(notes={"loan_id": "L1"})
    paid = shop.pay(orderId=order["id"])
    assert shop.events() == ["payment.authorized", "payment.captured", "order.paid"]
    for posted in shop.desk.posted:
        assert posted.url == "http://lender/hook"
        secret = shop.account.credentials["webhookSecret"]
        assert posted.headers["x-razorpay-signature"] == signature(secret, posted.body)
        assert forge(posted.body, posted.headers)["x-razorpay-signature"] != signature(secret, posted.body)
    assert len({posted.headers["x-razorpay-event-id"] for posted in shop.desk.posted}) == 3
    told = shop.desk.posted[1].json
    assert (told["entity"], told["contains"], told["account_id"]) == (
        "event",
        ["payment"],
        shop.account.credentials["accountId"],
    )
    payment = told["payload"]["payment"]["entity"]
    assert payment == shop.ask("GET", f"/payments/{paid['paymentId']}")
    assert (payment["status"], payment["captured"], payment["amount"], payment["order_id"]) == (
        "captured",
        True,
        1250050,
        order["id"],
    )
    assert payment["notes"] == {"loan_id": "L1"}
    assert len(payment["acquirer_data"]["rrn"]) == 12
    listed = shop.ask("GET", f"/orders/{order['id']}/payments")
    assert (listed["entity"], listed["count"], listed["items"]) == ("collection", 1, [payment])
    assert shop.ask("GET", f"/orders/{order['id']}")["status"] == "paid"
    captured = [entry for entry in shop.desk.recorded["payments"] if entry["status"] == "captured"]
    assert [(entry["id"], entry["amountPaise"]) for entry in captured] == [(paid["paymentId"], 1250050)]


def test_a_failed_payment_may_come_through_late(shop):
    order = shop.order()
    failed = shop.pay(orderId=order["id"], outcome="failed")
    assert shop.ask("GET", f"/payments/{failed['paymentId']}")["error_reason"] == "insufficient_funds"
    assert shop.ask("GET", f"/orders/{order['id']}")["status"] == "attempted"
    VENDOR.acts["late-success"](shop.desk, {"paymentId": failed["paymentId"]})
    assert shop.events() == ["payment.failed", "payment.authorized", "payment.captured", "order.paid"]
    with pytest.raises(ActRefused):
        VENDOR.acts["late-success"](shop.desk, {"paymentId": failed["paymentId"]})


def test_an_authorized_payment_is_captured_once_for_its_whole_amount(shop):
    order = shop.order()
    path = f"/payments/{shop.pay(orderId=order['id'], outcome='authorized')['paymentId']}/capture"
    shop.ask("POST", path, {"amount": 1, "currency": "INR"}, 400)
    shop.ask("POST", path, {"amount": 1250049, "currency": "INR"}, 400)
    assert shop.ask("POST", path, {"amount": 1250050, "currency": "INR"})["status"] == "captured"
    shop.ask("POST", path, {"amount": 1250050, "currency": "INR"}, 400)
    assert shop.events().count("payment.captured") == 1


def test_a_second_payment_of_an_order_goes_back_by_itself(shop):
    order = shop.order()
    shop.pay(orderId=order["id"])
    second = shop.pay(orderId=order["id"])
    payment = shop.ask("GET", f"/payments/{second['paymentId']}")
    assert (payment["status"], payment["refund_status"]) == ("refunded", "full")
    assert shop.ask("GET", f"/orders/{order['id']}")["amount_paid"] == 1250050


def test_nobody_pays_another_amount_than_is_due(shop):
    with pytest.raises(ActRefused, match="1250050"):
        shop.pay(orderId=shop.order()["id"], amountPaise=1)


def test_a_refund_happens_once_for_a_key(shop):
    payment = shop.pay(orderId=shop.order()["id"])["paymentId"]
    path, key = f"/payments/{payment}/refund", {"x-refund-idempotency": "refund-0001"}
    refund = shop.ask("POST", path, {"amount": 50_000}, **key)
    assert shop.ask("POST", path, {"amount": 50_000}, **key) == refund
    shop.ask("POST", path, {"amount": 50_001}, 400, **key)
    shop.ask("POST", path, {"amount": 50_000}, 400, **{"x-refund-idempotency": "short"})
    assert (refund["amount"], refund["status"], refund["payment_id"]) == (50_000, "processed", payment)
    assert shop.ask("GET", f"/refunds/{refund['id']}") == refund
    assert shop.ask("GET", f"/payments/{payment}/refunds")["items"] == [refund]
    assert shop.ask("GET", f"/payments/{payment}")["refund_status"] == "partial"
    assert len(shop.desk.recorded["refunds"]) == 1


def test_no_more_is_refunded_than_was_paid(shop):
    payment = shop.pay(orderId=shop.order()["id"])["paymentId"]
    shop.ask("POST", f"/payments/{payment}/refund", {"amount": 1250051}, 400)
    shop.ask("POST", f"/payments/{payment}/refund")
    assert shop.ask("GET", f"/payments/{payment}")["status"] == "refunded"
    shop.ask("POST", f"/payments/{payment}/refund", status=400)


def link(shop: Shop, **fields: Any) -> Any:
    return shop.ask("POST", "/payment_links/", {"amount": 100_000, "currency": "INR", **fields})


def test_a_link_is_paid_in_parts_and_its_notice_drops_the_order_prefix(shop):
    made = link(shop, reference_id="C1", accept_partial=True, first_min_partial_amount=20_000)
    with pytest.raises(ActRefused):
        shop.pay(paymentLinkId=made["id"], amountPaise=10_000)
    shop.pay(paymentLinkId=made["id"], amountPaise=40_000)
    assert shop.ask("GET", f"/payment_links/{made['id']}")["status"] == "partially_paid"
    paid = shop.pay(paymentLinkId=made["id"])
    now = shop.ask("GET", f"/payment_links/{made['id']}")
    assert (now["status"], now["amount_paid"], len(now["payments"])) == ("paid", 100_000, 2)
    told = shop.desk.posted[-1].json
    assert told["event"] == "payment_link.paid"
    order_id = told["payload"]["payment"]["entity"]["order_id"]
    assert order_id == "order_" + told["payload"]["order"]["entity"]["id"]
    message = f"{made['id']}|C1|paid|{paid['paymentId']}".encode()
    assert paid["redirect"]["razorpay_signature"] == signature(shop.account.credentials["keySecret"], message)
    with pytest.raises(ActRefused, match="paid"):
        shop.pay(paymentLinkId=made["id"])


def test_a_reference_names_one_link(shop):
    made = link(shop, reference_id="C1")
    shop.ask("POST", "/payment_links", {"amount": 100_000, "reference_id": "C1"}, 400)
    assert shop.ask("GET", "/payment_links", query={"reference_id": "C1"})["payment_links"] == [made]
    other = link(shop, reference_id="C2")
    shop.ask("PATCH", f"/payment_links/{other['id']}", {"reference_id": "C1"}, 400)
    changed = shop.ask("PATCH", f"/payment_links/{other['id']}", {"reference_id": "C3", "accept_partial": True})
    assert shop.ask("GET", "/payment_links", query={"reference_id": "C3"})["payment_links"] == [changed]
    assert len(shop.ask("GET", "/payment_links")["payment_links"]) == 2


def test_a_link_expires_by_the_sandbox_clock(shop):
    made = link(shop, expire_by=int(shop.desk.now().timestamp()) + 3600)
    shop.desk.later(days=1)
    assert shop.ask("GET", f"/payment_links/{made['id']}")["status"] == "expired"
    assert shop.events() == ["payment_link.expired"]
    with pytest.raises(ActRefused, match="expired"):
        shop.pay(paymentLinkId=made["id"])


def test_a_cancelled_link_is_closed(shop):
    made = link(shop)
    assert shop.ask("POST", f"/payment_links/{made['id']}/cancel")["status"] == "cancelled"
    shop.ask("POST", f"/payment_links/{made['id']}/cancel", status=400)
    shop.ask("PATCH", f"/payment_links/{made['id']}", {"reference_id": "X"}, 400)


@pytest.mark.parametrize(
    "change", [{"expire_by": 5}, {"callback_url": "https://x"}, {"upi_link": True, "accept_partial": True}, {"sms": 1}]
)
def test_a_link_of_another_shape_is_refused(shop, change):
    shop.ask("POST", "/payment_links", {"amount": 100_000} | change, 400)


def validated(shop: Shop, number: str, ifsc: str) -> Any:
    contact = shop.ask("POST", "/contacts", {"name": "Anaya Deshmukh"})
    bank_account = {"name": "Anaya Deshmukh", "ifsc": ifsc, "account_number": number}
    body = {"contact_id": contact["id"], "account_type": "bank_account", "bank_account": bank_account}
    fund_account = shop.ask("POST", "/fund_accounts", body)
    assert shop.ask("POST", "/fund_accounts", body) == fund_account
    asked = shop.ask(
        "POST",
        "/fund_accounts/validations",
        {
            "account_number": shop.account.credentials["accountNumber"],
            "fund_account": {"id": fund_account["id"]},
            "amount": 100,
            "currency": "INR",
        },
    )
    assert (asked["status"], asked["results"]["account_status"]) == ("created", None)
    path = f"/fund_accounts/validations/{asked['id']}"
    assert shop.ask("GET", path) == asked
    shop.desk.later(seconds=1)
    return shop.ask("GET", path)


def test_a_validation_names_the_holder_after_a_moment(shop):
    done = validated(shop, ANAYA.account_number, ANAYA.ifsc)
    assert done["status"] == "completed"
    assert (done["results"]["account_status"], done["results"]["registered_name"]) == ("active", "ANAYA DESHMUKH")
    assert shop.desk.posted[-1].json["event"] == "fund_account.validation.completed"
    assert shop.desk.posted[-1].json["payload"]["fund_account.validation"]["entity"] == done


@pytest.mark.parametrize(("number", "ifsc"), [("99999999999", ANAYA.ifsc), (ANAYA.account_number, "SBXB0000999")])
def test_an_account_nobody_holds_is_invalid(shop, number, ifsc):
    assert validated(shop, number, ifsc)["results"] == {
        "account_status": "invalid",
        "registered_name": None,
        "details": None,
        "name_match_score": None,
    }


def test_a_validation_is_paid_from_the_lenders_own_account(shop):
    body = {"account_number": ANAYA.account_number, "fund_account": {"id": "fa_" + "x" * 14}}
    error = shop.ask("POST", "/fund_accounts/validations", body, 400)["error"]
    assert error["field"] == "account_number"


def test_a_validation_left_open_is_never_answered(shop):
    shop.desk.next_is_left_open = True
    shop.desk.later(seconds=1)
    done = validated(shop, ANAYA.account_number, ANAYA.ifsc)
    assert (done["status"], done["results"]["account_status"]) == ("created", None)
    assert shop.desk.posted == []


def test_a_links_page_offers_to_pay(shop):
    made = link(shop, description="EMI <4>")
    answer = shop.desk.ask(VENDOR, "GET", made["short_url"].removeprefix("http://sandbox/razorpay"))
    assert b"EMI &lt;4&gt;" in answer.body
    assert b"INR 1000.00" in answer.body
    assert answer.body.count(b"/_sandbox/act/razorpay/pay") == 2
    assert shop.desk.ask(VENDOR, "GET", "/l/plink_none").status == 404
