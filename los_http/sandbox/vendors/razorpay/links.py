"""Payment links: an order with a page of its own, open until paid, cancelled or expired."""

from collections.abc import Mapping
from typing import Any

from los_http.sandbox.page import acting_page
from los_http.sandbox.shape import Field, boolean, fields, needed, optional, text, whole
from los_http.sandbox.vendor import Account, Answer, Desk, Request
from los_http.sandbox.vendors.razorpay.orders import new_order
from los_http.sandbox.vendors.razorpay.wire import NOTES, Refusal, body_of, notify, now, own, shown

LINK_LIFE_SECONDS = 180 * 24 * 3600
CUSTOMER = fields(name=optional(text(most=255)), email=optional(text(most=255)), contact=optional(text(most=20)))
LINK: Mapping[str, Field] = {
    "amount": needed(whole(least=100)),
    "currency": optional(text(one_of=("INR",))),
    "accept_partial": optional(boolean()),
    "first_min_partial_amount": optional(whole(least=100)),
    "upi_link": optional(boolean()),
    "reference_id": optional(text(most=40)),
    "description": optional(text(most=2048)),
    "customer": optional(CUSTOMER),
    "expire_by": optional(whole(least=0)),
    "notify": optional(fields(sms=optional(boolean()), email=optional(boolean()))),
    "reminder_enable": optional(boolean()),
    "notes": optional(NOTES),
    "callback_url": optional(text(most=2048, pattern=r"https?://.+")),
    "callback_method": optional(text(one_of=("get",))),
}
LINK_CHANGE: Mapping[str, Field] = {
    name: optional(LINK[name].check)
    for name in ("accept_partial", "reference_id", "expire_by", "reminder_enable", "notes")
}


def current(desk: Desk, account: Account, identity: str) -> dict[str, Any]:
    """The link as it stands now: it expires when somebody looks after its time."""
    link = own(desk, account, "payment_link", identity)
    if link["status"] in {"created", "partially_paid"} and now(desk) >= link["expire_by"]:
        link |= {"status": "expired", "expired_at": link["expire_by"], "updated_at": now(desk)}
        desk.put("payment_link", identity, link)
        notify(desk, account, "payment_link.expired", payment_link=shown(link))
    return link


def _claim(desk: Desk, account: Account, reference: str, link_id: str) -> None:
    """Let *reference*, unless it is empty, name this link. Raises Refusal if it names one."""
    key = f"{account.id} {reference}"
    if reference and desk.get("reference", key) is not None:
        raise Refusal(400, f"payment link with given reference_id ({reference}) already exists", field="reference_id")
    if reference:
        desk.put("reference", key, {"link": link_id})


def create_link(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, LINK)
    reference = body.get("reference_id", "")
    if ("callback_url" in body) != ("callback_method" in body):
        raise Refusal(400, "The callback method and the callback url are required together", field="callback_method")
    if body.get("upi_link") and body.get("accept_partial"):
        raise Refusal(400, "Partial payment is not supported on UPI links", field="accept_partial")
    at = now(desk)
    expire_by = body.get("expire_by") or at + LINK_LIFE_SECONDS
    if not at + 15 * 60 <= expire_by <= at + LINK_LIFE_SECONDS:
        raise Refusal(400, "expire_by should be at least 15 minutes and at most 6 months ahead", field="expire_by")
    identity = "plink_" + desk.token(14)
    _claim(desk, account, reference, identity)
    order = new_order(desk, account, {"amount": body["amount"], "notes": body.get("notes")})
    link = {
        "account": account.id,
        "accept_partial": body.get("accept_partial", False),
        "amount": body["amount"],
        "amount_paid": 0,
        "callback_method": body.get("callback_method", ""),
        "callback_url": body.get("callback_url", ""),
        "cancelled_at": 0,
        "created_at": at,
        "currency": "INR",
        "customer": body.get("customer", {}),
        "description": body.get("description", ""),
        "expire_by": expire_by,
        "expired_at": 0,
        "first_min_partial_amount": body.get("first_min_partial_amount", 0),
        "id": identity,
        "notes": body.get("notes") or [],
        "notify": body.get("notify", {}),
        "order_id": order["id"],
        "payments": [],
        "reference_id": reference,
        "reminder_enable": body.get("reminder_enable", False),
        "short_url": f"{request.base_url}/l/{identity}",
        "status": "created",
        "updated_at": at,
        "upi_link": body.get("upi_link", False),
    }
    desk.put("payment_link", identity, link)
    return shown(link)


def fetch_link(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    return shown(current(desk, account, request.parts["id"]))


def list_links(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    reference = request.query.get("reference_id")
    if reference is None:
        named = [link["id"] for link in desk.every("payment_link") if link["account"] == account.id]
    else:
        found = desk.get("reference", f"{account.id} {reference}")
        named = [found["link"]] if found else []
    return {"payment_links": [shown(current(desk, account, identity)) for identity in named]}


def cancel_link(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    link = current(desk, account, request.parts["id"])
    if link["status"] not in {"created", "partially_paid"}:
        raise Refusal(400, f"Payment Link cannot be cancelled, it is {link['status']}")
    link |= {"status": "cancelled", "cancelled_at": now(desk), "updated_at": now(desk)}
    desk.put("payment_link", link["id"], link)
    notify(desk, account, "payment_link.cancelled", payment_link=shown(link))
    return shown(link)


def change_link(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, LINK_CHANGE)
    link = current(desk, account, request.parts["id"])
    if link["status"] not in {"created", "partially_paid"}:
        raise Refusal(400, f"Payment Link cannot be updated, it is {link['status']}")
    reference = body.get("reference_id", link["reference_id"])
    if reference != link["reference_id"]:
        _claim(desk, account, reference, link["id"])
    link |= body | {"updated_at": now(desk)}
    desk.put("payment_link", link["id"], link)
    return shown(link)


def resend_link(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    if request.parts["medium"] not in {"sms", "email"}:
        raise Refusal(400, "The medium must be sms or email", field="medium")
    current(desk, account, request.parts["id"])
    return {"success": True}


def link_page(desk: Desk, request: Request) -> Answer:
    """What the borrower sees at the link's ``short_url``."""
    link = desk.get("payment_link", request.parts["id"])
    if link is None:
        return Answer(404, b"no such link", "text/plain")
    due = link["amount"] - link["amount_paid"]
    lines = [link["description"] or "Payment", f"To pay: INR {due // 100}.{due % 100:02d}", f"State: {link['status']}"]
    choices = {
        label: ({"paymentLinkId": link["id"], "outcome": outcome}, link["callback_url"])
        for label, outcome in (("Pay by UPI", "captured"), ("Pay, and fail", "failed"))
    }
    return acting_page("Pay", lines, "razorpay/pay", choices)
