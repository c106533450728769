"""Whose account is it: a contact, a fund account, and a rupee sent to it."""

from collections.abc import Mapping
from typing import Any

from los_http.sandbox.shape import Field, fields, needed, optional, text, whole
from los_http.sandbox.vendor import Account, Desk, Request
from los_http.sandbox.vendors.razorpay.wire import DIGITS, NOTES, Refusal, body_of, notify, now, own, shown

VALIDATION_SECONDS = 1.0
NEVER = 1e12
CONTACT: Mapping[str, Field] = {
    "name": needed(text(least=3, most=50)),
    "email": optional(text(most=255)),
    "contact": optional(text(most=20)),
    "type": optional(text(most=40)),
    "reference_id": optional(text(most=40)),
    "notes": optional(NOTES),
}
BANK_ACCOUNT = fields(
    name=needed(text(least=3, most=120)),
    ifsc=needed(text(pattern="[A-Z]{4}0[A-Z0-9]{6}")),
    account_number=needed(text(pattern="[A-Za-z0-9]{5,35}")),
)
FUND_ACCOUNT: Mapping[str, Field] = {
    "contact_id": needed(text(pattern="cont_[A-Za-z0-9]{14}")),
    "account_type": needed(text(one_of=("bank_account",))),
    "bank_account": needed(BANK_ACCOUNT),
}
VALIDATION: Mapping[str, Field] = {
    "account_number": needed(text(least=5, most=35)),
    "fund_account": needed(fields(id=needed(text(pattern="fa_[A-Za-z0-9]{14}")))),
    "amount": optional(whole(least=100)),
    "currency": optional(text(one_of=("INR",))),
    "notes": optional(NOTES),
}


def create_contact(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, CONTACT)
    contact = {
        "account": account.id,
        "id": "cont_" + desk.token(14),
        "entity": "contact",
        "name": body["name"],
        "contact": body.get("contact"),
        "email": body.get("email"),
        "type": body.get("type"),
        "reference_id": body.get("reference_id"),
        "batch_id": None,
        "active": True,
        "notes": body.get("notes") or [],
        "created_at": now(desk),
    }
    desk.put("contact", contact["id"], contact)
    return shown(contact)


def create_fund_account(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, FUND_ACCOUNT)
    own(desk, account, "contact", body["contact_id"])
    bank_account = body["bank_account"]
    same = " ".join((body["contact_id"], bank_account["ifsc"], bank_account["account_number"], bank_account["name"]))
    known = desk.get("same fund_account", same)
    if known is not None:
        return shown(own(desk, account, "fund_account", known["id"]))
    fund_account = {
        "account": account.id,
        "id": "fa_" + desk.token(14),
        "entity": "fund_account",
        "contact_id": body["contact_id"],
        "account_type": "bank_account",
        "bank_account": bank_account | {"bank_name": "Sandbox Bank", "notes": []},
        "batch_id": None,
        "active": True,
        "created_at": now(desk),
    }
    desk.put("fund_account", fund_account["id"], fund_account)
    desk.put("same fund_account", same, {"id": fund_account["id"]})
    return shown(fund_account)


def _validation(desk: Desk, validation: Mapping[str, Any], *, finished: bool | None = None) -> dict[str, Any]:
    """The validation as it stands: created until its time has come."""
    done = desk.wall().timestamp() >= validation["kept"]["ready"] if finished is None else finished
    answer = shown(validation)
    if done:
        answer |= {"status": "completed", "results": validation["kept"]["results"], "utr": validation["kept"]["utr"]}
    return answer


def create_validation(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = body_of(request, VALIDATION)
    if body["account_number"] != account.credentials["accountNumber"]:
        raise Refusal(400, "The RazorpayX account number is invalid", field="account_number")
    fund_account = own(desk, account, "fund_account", body["fund_account"]["id"])
    bank_account = fund_account["bank_account"]
    person = desk.person(account_number=bank_account["account_number"])
    active = person is not None and person.ifsc == bank_account["ifsc"]
    left_open = desk.leaves_open()
    results = {
        "account_status": "active" if active else "invalid",
        "registered_name": person.name.upper() if active and person else None,
        "details": None,
        "name_match_score": None,
    }
    validation = {
        "account": account.id,
        "kept": {
            "ready": NEVER if left_open else desk.wall().timestamp() + VALIDATION_SECONDS,
            "results": results,
            "utr": desk.token(12, DIGITS) if active else None,
        },
        "id": "fav_" + desk.token(14),
        "entity": "fund_account.validation",
        "fund_account": shown(fund_account),
        "status": "created",
        "amount": body.get("amount", 100),
        "currency": "INR",
        "notes": body.get("notes") or [],
        "results": {"account_status": None, "registered_name": None, "details": None, "name_match_score": None},
        "created_at": now(desk),
        "utr": None,
    }
    desk.put("validation", validation["id"], validation)
    if left_open:
        return shown(validation)
    finished = {"fund_account.validation": _validation(desk, validation, finished=True)}
    notify(desk, account, "fund_account.validation.completed", after=VALIDATION_SECONDS, **finished)
    return shown(validation)


def fetch_validation(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    return _validation(desk, own(desk, account, "validation", request.parts["id"]))
