"""Orders, the payments on them, and refunds of those."""

from collections.abc import Mapping
from typing import Any

from los_http.sandbox.shape import Field, boolean, needed, optional, text, whole
from los_http.sandbox.vendor import Account, Desk, Request
from los_http.sandbox.vendors.razorpay.wire import DIGITS, NOTES, Refusal, body_of, notify, now, own, page, shown

ACQUIRER_FIELD = {"upi": "rrn", "netbanking": "bank_transaction_id", "card": "auth_code", "wallet": "transaction_id"}
ORDER: Mapping[str, Field] = {
    "amount": needed(whole(least=100)),
    "currency": needed(text(one_of=("INR",))),
    "receipt": optional(text(most=40)),
    "notes": optional(NOTES),
    "payment_capture": optional(boolean()),
    "unique_receipt": optional(boolean()),
}
CAPTURE: Mapping[str, Field] = {
    "amount": needed(whole(least=100)),
    "currency": needed(text(one_of=("INR",))),
}
REFUND: Mapping[str, Field] = {
    "amount": optional(whole(least=100)),
    "speed": optional(text(one_of=("normal", "optimum"))),
    "notes": optional(NOTES),
    "receipt": optional(text(most=40)),
}


def new_order(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    order = {
        "account": account.id,
        "kept": {"captures": body.get("payment_capture", True), "payments": []},
        "id": "order_" + desk.token(14),
        "entity": "order",
        "amount": body["amount"],
        "amount_paid": 0,
        "amount_due": body["amount"],
        "currency": "INR",
        "receipt": body.get("receipt"),
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": body.get("notes") or [],
        "created_at": now(desk),
    }
    desk.put("order", order["id"], order)
    return order


def create_order(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, ORDER)
    receipt = body.get("receipt")
    earlier = desk.get("receipt", f"{account.id} {receipt}") if receipt else None
    if earlier is not None:
        if body.get("unique_receipt"):
            return shown(own(desk, account, "order", earlier["order"]))
        raise Refusal(400, "Receipt must be unique", field="receipt")
    order = new_order(desk, account, body)
    if receipt:
        desk.put("receipt", f"{account.id} {receipt}", {"order": order["id"]})
    return shown(order)


def fetch_order(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    return shown(own(desk, account, "order", request.parts["id"]))


def order_payments(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    order = own(desk, account, "order", request.parts["id"])
    return page(request, [own(desk, account, "payment", identity) for identity in order["kept"]["payments"]])


def fetch_payment(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    return shown(own(desk, account, "payment", request.parts["id"]))


def capture_payment(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, CAPTURE)
    payment = own(desk, account, "payment", request.parts["id"])
    if payment["status"] != "authorized":
        raise Refusal(400, f"Only payments which have been authorized can be captured; this one is {payment['status']}")
    if body["amount"] != payment["amount"]:
        raise Refusal(400, "Capture amount must be equal to the amount authorized", field="amount")
    return shown(captured(desk, account, payment))


def _record(desk: Desk, payment: Mapping[str, Any]) -> None:
    desk.record(
        "payments",
        {
            "vendor": "razorpay",
            "id": payment["id"],
            "orderId": payment["order_id"],
            "amountPaise": payment["amount"],
            "method": payment["method"],
            "status": payment["status"],
            "reference": next(iter(payment["acquirer_data"].values()), ""),
            "at": payment["created_at"],
        },
    )


def attempted(desk: Desk, order: dict[str, Any], amount: int, method: str, *, linked: str | None) -> dict[str, Any]:
    """A payment tried on *order* and neither taken nor refused yet."""
    identity = "pay_" + desk.token(14)
    order["attempts"] += 1
    order["kept"]["payments"].append(identity)
    if order["status"] == "created":
        order["status"] = "attempted"
    desk.put("order", order["id"], order)
    payment = {
        "account": order["account"],
        "kept": {"link": linked, "refunds": []},
        "id": identity,
        "entity": "payment",
        "amount": amount,
        "currency": "INR",
        "status": "created",
        "order_id": order["id"],
        "invoice_id": None,
        "method": method,
        "captured": False,
        "amount_refunded": 0,
        "refund_status": None,
        "fee": None,
        "tax": None,
        "email": "borrower@example.com",
        "contact": "+919000000000",
        "customer_id": None,
        "token_id": None,
        "notes": order["notes"],
        "vpa": "borrower@oksbx" if method == "upi" else None,
        "bank": "SBXB" if method == "netbanking" else None,
        "acquirer_data": {},
        "error_code": None,
        "error_description": None,
        "error_source": None,
        "error_step": None,
        "error_reason": None,
        "created_at": now(desk),
    }
    desk.put("payment", payment["id"], payment)
    return payment


def authorized(desk: Desk, account: Account, payment: dict[str, Any]) -> dict[str, Any]:
    payment["status"] = "authorized"
    payment["acquirer_data"] = {ACQUIRER_FIELD[payment["method"]]: desk.token(12, DIGITS)}
    for name in ("code", "description", "source", "step", "reason"):
        payment[f"error_{name}"] = None
    desk.put("payment", payment["id"], payment)
    _record(desk, payment)
    notify(desk, account, "payment.authorized", payment=shown(payment))
    return payment


def captured(desk: Desk, account: Account, payment: dict[str, Any]) -> dict[str, Any]:
    order = desk.get("order", payment["order_id"]) or {}
    already_paid = order["status"] == "paid"
    fee = payment["amount"] * 2 // 100
    payment |= {"status": "captured", "captured": True, "fee": fee * 118 // 100, "tax": fee * 118 // 100 - fee}
    desk.put("payment", payment["id"], payment)
    _record(desk, payment)
    notify(desk, account, "payment.captured", payment=shown(payment))
    if already_paid:
        _refunded(desk, account, payment, payment["amount"], {"notes": {"reason": "order already paid"}})
        return payment
    order["amount_paid"] += payment["amount"]
    order["amount_due"] -= payment["amount"]
    if order["amount_due"] <= 0:
        order["status"] = "paid"
    desk.put("order", order["id"], order)
    if order["status"] == "paid":
        notify(desk, account, "order.paid", payment=shown(payment), order=shown(order))
    if payment["kept"]["link"]:
        _link_paid(desk, account, payment, order)
    return payment


def failed(desk: Desk, account: Account, payment: dict[str, Any]) -> None:
    payment |= {
        "status": "failed",
        "error_code": "BAD_REQUEST_ERROR",
        "error_description": "Your payment could not be completed due to insufficient account balance.",
        "error_source": "customer",
        "error_step": "payment_authorization",
        "error_reason": "insufficient_funds",
    }
    desk.put("payment", payment["id"], payment)
    _record(desk, payment)
    notify(desk, account, "payment.failed", payment=shown(payment))


def _refunded(
    desk: Desk,
    account: Account,
    payment: dict[str, Any],
    amount: int,
    body: Mapping[str, Any],
    *,
    left_open: bool = False,
) -> dict[str, Any]:
    refund = {
        "account": account.id,
        "id": "rfnd_" + desk.token(14),
        "entity": "refund",
        "amount": amount,
        "currency": "INR",
        "payment_id": payment["id"],
        "notes": body.get("notes") or [],
        "receipt": body.get("receipt"),
        "acquirer_data": {"arn": None},
        "created_at": now(desk),
        "status": "pending" if left_open else "processed",
        "speed_requested": body.get("speed", "normal"),
        "speed_processed": "normal",
    }
    desk.put("refund", refund["id"], refund)
    payment["kept"]["refunds"].append(refund["id"])
    payment["amount_refunded"] += amount
    whole_amount = payment["amount_refunded"] == payment["amount"]
    payment["refund_status"] = "full" if whole_amount else "partial"
    if whole_amount:
        payment["status"] = "refunded"
    desk.put("payment", payment["id"], payment)
    entry = {"vendor": "razorpay", "id": refund["id"], "paymentId": payment["id"], "amountPaise": amount}
    desk.record("refunds", entry | {"at": refund["created_at"]})
    for event in ("refund.created",) if left_open else ("refund.created", "refund.processed"):
        notify(desk, account, event, refund=shown(refund), payment=shown(payment))
    return refund


def refund_ended(desk: Desk, account: Account, refund: dict[str, Any], outcome: str) -> None:
    """End a refund that was left open: *outcome* is processed, or failed and the money is the payment's again."""
    refund["status"] = outcome
    desk.put("refund", refund["id"], refund)
    payment = own(desk, account, "payment", refund["payment_id"])
    if outcome == "failed":
        payment["amount_refunded"] -= refund["amount"]
        payment |= {"status": "captured", "refund_status": "partial" if payment["amount_refunded"] else None}
        desk.put("payment", payment["id"], payment)
    notify(desk, account, f"refund.{outcome}", refund=shown(refund), payment=shown(payment))


def create_refund(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, REFUND)
    payment = own(desk, account, "payment", request.parts["id"])
    key = request.headers.get("x-refund-idempotency")
    if key is not None:
        if len(key) < 10 or not all(letter.isalnum() or letter in "-_" for letter in key):
            raise Refusal(400, "The idempotency key must have at least 10 letters, digits, hyphens or underscores")
        earlier = desk.get("refund key", f"{account.id} {key}")
        asked = {"payment": payment["id"], "body": body}
        if earlier is not None:
            if earlier["asked"] != asked:
                raise Refusal(400, "Different request body sent with the same idempotency key")
            return shown(own(desk, account, "refund", earlier["refund"]))
    if payment["status"] != "captured":
        raise Refusal(400, "The payment has been fully refunded already or was never captured")
    left = payment["amount"] - payment["amount_refunded"]
    amount = body.get("amount", left)
    if amount > left:
        raise Refusal(400, "The total refund amount is greater than the refund payment amount", field="amount")
    refund = _refunded(desk, account, payment, amount, body, left_open=desk.leaves_open())
    if key is not None:
        desk.put("refund key", f"{account.id} {key}", {"asked": asked, "refund": refund["id"]})
    return shown(refund)


def fetch_refund(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    return shown(own(desk, account, "refund", request.parts["id"]))


def payment_refunds(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    payment = own(desk, account, "payment", request.parts["id"])
    return page(request, [own(desk, account, "refund", identity) for identity in payment["kept"]["refunds"]])


def _link_paid(desk: Desk, account: Account, payment: Mapping[str, Any], order: Mapping[str, Any]) -> None:
    link = own(desk, account, "payment_link", payment["kept"]["link"])
    link["amount_paid"] += payment["amount"]
    link["status"] = "paid" if link["amount_paid"] >= link["amount"] else "partially_paid"
    link["updated_at"] = now(desk)
    link["payments"] = [
        *link["payments"],
        {
            "amount": payment["amount"],
            "created_at": payment["created_at"],
            "method": payment["method"],
            "payment_id": payment["id"],
            "status": "captured",
        },
    ]
    desk.put("payment_link", link["id"], link)
    bare = shown(order) | {"id": order["id"].removeprefix("order_")}  # as the vendor's own link events do
    notify(
        desk, account, f"payment_link.{link['status']}", payment_link=shown(link), order=bare, payment=shown(payment)
    )
