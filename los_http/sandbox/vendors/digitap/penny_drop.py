"""
The rupee that proves an account. It reaches every account of a persona; to another account, or with another IFSC, it
FAILS with the bank's reason. One that a ``pending`` left open is decided when its status is asked for. Each call is a
drop of its own: the client's reference makes nothing happen once.
"""

from collections.abc import Mapping
from typing import Any

from los_http.sandbox.shape import Field, needed, optional, text
from los_http.sandbox.vendor import Answer, Desk, Request
from los_http.sandbox.vendors.digitap import wire

CHECK: Mapping[str, Field] = {
    "ifsc": needed(text(pattern="[A-Z]{4}0[A-Z0-9]{6}")),
    "accNo": needed(text(pattern="[A-Za-z0-9]{9,18}")),
    "benificiaryName": needed(text(least=1, most=120)),
    "address": optional(text(most=500)),
    "clientRefNum": needed(wire.CLIENT_REF),
}
PASSING_SCORE = 70


def check(desk: Desk, request: Request) -> Answer:
    """Drop a rupee."""
    said = wire.body_of(request, CHECK)
    drop: dict[str, Any] = {**said, "transactionId": desk.token(20, wire.DIGITS), "status": "PENDING"}
    if not desk.leaves_open():
        _decide(desk, drop)
    desk.put("drop", drop["transactionId"], drop)
    return _told(drop)


def status(desk: Desk, request: Request) -> Answer:
    """Say how a drop ended."""
    if set(request.query) != {"transactionId"}:
        raise wire.Refusal(400, "transactionId is required, and nothing else")
    drop = desk.get("drop", request.query["transactionId"])
    if drop is None:
        raise wire.Refusal(404, "No such transaction")
    if drop["status"] == "PENDING" and not desk.leaves_open():
        _decide(desk, drop)
        desk.put("drop", drop["transactionId"], drop)
    return _told(drop)


def _decide(desk: Desk, drop: dict[str, Any]) -> None:
    person = desk.person(account_number=drop["accNo"])
    if person is None or person.ifsc != drop["ifsc"]:
        drop |= {"status": "FAILED", "reason": "Invalid account number or IFSC"}
        return
    score = wire.name_score(drop["benificiaryName"], person.name)
    drop |= {
        "status": "SUCCESS",
        "beneficiaryName": person.name.upper(),
        "matchingScore": score,
        "isNameMatch": score >= PASSING_SCORE,
        "rrn": desk.token(12, wire.DIGITS),
    }
    desk.record(
        "penny-drops",
        {
            "accountNumber": drop["accNo"],
            "ifsc": drop["ifsc"],
            "amountPaise": 100,
            "rrn": drop["rrn"],
            "reference": drop["clientRefNum"],
        },
    )


def _told(drop: Mapping[str, Any]) -> Answer:
    shown = ("status", "transactionId", "clientRefNum", "beneficiaryName", "isNameMatch", "matchingScore", "rrn")
    value = {name: drop[name] for name in shown if name in drop} | {"paymentMode": "IMPS"}
    return wire.model(value, drop.get("reason", "success"))
