"""What the borrower and his bank do, outside of the lender's sight."""

from collections.abc import Mapping
from typing import Any

from los_http.sandbox.vendor import Account, ActRefused, Desk
from los_http.sandbox.vendors.razorpay.links import current
from los_http.sandbox.vendors.razorpay.orders import (
    ACQUIRER_FIELD,
    attempted,
    authorized,
    captured,
    failed,
    refund_ended,
)
from los_http.sandbox.vendors.razorpay.wire import account_of, own, signature


def _whom_to_pay(desk: Desk, body: Mapping[str, Any]) -> tuple[Account, dict[str, Any], dict[str, Any] | None]:
    kind, identity = (
        ("payment_link", body["paymentLinkId"]) if "paymentLinkId" in body else ("order", body.get("orderId"))
    )
    paper = desk.get(kind, str(identity))
    if paper is None:
        raise ActRefused(f"no {kind} {identity}")
    account = account_of(desk, paper)
    if kind == "order":
        return account, paper, None
    link = current(desk, account, paper["id"])
    if link["status"] not in {"created", "partially_paid"}:
        raise ActRefused(f"the link is {link['status']}")
    return account, desk.get("order", link["order_id"]) or {}, link


def pay(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The borrower pays an order at the checkout or a link on its page; returns what the browser would carry back."""
    account, order, link = _whom_to_pay(desk, body)
    method, outcome = body.get("method", "upi"), body.get("outcome", "captured")
    if method not in ACQUIRER_FIELD or outcome not in {"captured", "authorized", "failed"}:
        raise ActRefused("method is one of upi, netbanking, card, wallet; outcome of captured, authorized, failed")
    due = order["amount_due"] or order["amount"]  # a second payment on a paid order is possible, and goes back
    amount = body.get("amountPaise", due)
    may_be_less = link is not None and link["accept_partial"] and 0 < amount < due
    if amount != due and not may_be_less:
        raise ActRefused(f"{due} paise are due")
    if may_be_less and link and not link["payments"] and amount < link["first_min_partial_amount"]:
        raise ActRefused("less than the first partial amount")
    payment = attempted(desk, order, amount, method, linked=link["id"] if link else None)
    if outcome == "failed":
        failed(desk, account, payment)
    else:
        authorized(desk, account, payment)
        if outcome == "captured" and order["kept"]["captures"]:
            captured(desk, account, payment)
    return {"paymentId": payment["id"], "status": payment["status"], "redirect": _redirect(desk, account, payment)}


def late_success(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The bank says after all that a failed payment went through."""
    payment = desk.get("payment", str(body.get("paymentId")))
    if payment is None or payment["status"] != "failed":
        raise ActRefused("no failed payment of this id")
    account = account_of(desk, payment)
    authorized(desk, account, payment)
    captured(desk, account, payment)
    return {"paymentId": payment["id"], "status": payment["status"]}


def finish_refund(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The bank ends a refund that was left open."""
    refund, outcome = desk.get("refund", str(body.get("refundId"))), body.get("outcome", "processed")
    if refund is None or refund["status"] != "pending":
        raise ActRefused("no pending refund of this id")
    if outcome not in {"processed", "failed"}:
        raise ActRefused("outcome is one of processed, failed")
    refund_ended(desk, account_of(desk, refund), refund, outcome)
    return {"refundId": refund["id"], "status": outcome}


def _redirect(desk: Desk, account: Account, payment: Mapping[str, Any]) -> dict[str, str]:
    secret = account.credentials["keySecret"]
    if not payment["kept"]["link"]:
        message = f"{payment['order_id']}|{payment['id']}"
        parts = {"razorpay_payment_id": payment["id"], "razorpay_order_id": payment["order_id"]}
        return parts | {"razorpay_signature": signature(secret, message.encode())}
    link = own(desk, account, "payment_link", payment["kept"]["link"])
    message = f"{link['id']}|{link['reference_id']}|{link['status']}|{payment['id']}"
    return {
        "razorpay_payment_id": payment["id"],
        "razorpay_payment_link_id": link["id"],
        "razorpay_payment_link_reference_id": link["reference_id"],
        "razorpay_payment_link_status": link["status"],
        "razorpay_signature": signature(secret, message.encode()),
    }
