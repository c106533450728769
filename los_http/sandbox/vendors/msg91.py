"""
MSG91's flow SMS as the sandbox plays it.

    POST  /api/v5/flow[/]     header ``authkey``; JSON; HTTP 200 with {"type", "message", "code"?} for yes and no
      template_id (or flow_id)   24 hexadecimal digits; one of the panel's flows once there is any
      recipients[]        mobiles: 91 + ten digits, several joined by commas; every other name is a variable, a string
      sender, short_url, route, unicode, schtime, realTimeResponse, CRQID      strings, optional
      codes               201 authkey · 101 no mobiles · 202 mobile · 203 sender · 311 the same request within ten seconds;
                          words on the template carry no code; 400 a field too many or of another type *inferred*
    receipts              to the webhook URL; option ``receiptVersion`` 2 (form field ``data``) or 3 (flat JSON), unsigned;
                          options ``receiptHeader`` and ``receiptHeaderValue`` name a header the panel adds

Acts: ``flow {"templateId", "text"}`` makes a flow in the panel, ``##name##`` for each variable; ``handset {"phone",
"status"}`` gives a phone a lasting trouble (``1`` none).
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from los_http.sandbox import sms
from los_http.sandbox.shape import Field, Misfit, optional, require, text
from los_http.sandbox.vendor import Account, ActRefused, Answer, Desk, Request, Route, Vendor

INDIA = timezone(timedelta(hours=5, minutes=30))
SAME_SECONDS = 10
RECEIPT_SECONDS = 0.3
LOWER_HEX = "0123456789abcdef"
STATUSES: Mapping[str, str] = {
    "1": "DELIVERED",
    "2": "FAILED",
    "9": "NDNC",
    "16": "REJECTED",
    "25": "REJECTED",
    "17": "BLOCKED NUMBER",
}
TEMPLATE_ID = text(pattern="[0-9a-f]{24}")


def _anything(value: Any, at: str) -> None:
    """Leave a list to be looked at afterwards."""
    if not isinstance(value, list) or not value:
        raise Misfit(at, "must be an array with an item", "type")


FLOW: Mapping[str, Field] = {
    "template_id": optional(text()),
    "flow_id": optional(text()),
    "recipients": optional(_anything),
    "sender": optional(text()),
    "short_url": optional(text(one_of=("0", "1"))),
    "route": optional(text(one_of=("1", "4"))),
    "unicode": optional(text(one_of=("0", "1"))),
    "schtime": optional(text(most=40)),
    "realTimeResponse": optional(text(one_of=("0", "1"))),
    "CRQID": optional(text(most=80)),
}


class _Refused(Exception):
    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.answer = _error(message, code)


def _error(message: str, code: str = "") -> Answer:
    return Answer.of({"message": message, "type": "error", **({"code": code} if code else {})})


def _account(desk: Desk, request: Request) -> Account:
    for account in desk.accounts():
        if account.credentials["authkey"] == request.headers.get("authkey"):
            return account
    raise _Refused("Invalid authkey", "201")


def _body(request: Request) -> dict[str, Any]:
    try:
        said = require(json.loads(request.body), FLOW)
    except Misfit as misfit:
        raise _Refused(str(misfit), "400") from None
    except ValueError:
        raise _Refused("the body is not JSON", "400") from None
    return said


def _flow(desk: Desk, said: Mapping[str, Any]) -> tuple[str, str]:
    """Return the id of the flow and its text; empty where the panel holds none at all."""
    template = said.get("template_id") or said.get("flow_id") or ""
    try:
        TEMPLATE_ID(template, "template_id")
    except Misfit:
        raise _Refused("template id missing or invalid") from None
    flow = desk.get("flow", template)
    if flow is None and desk.every("flow"):
        raise _Refused("template not found")
    return template, flow["text"] if flow else ""


def _recipient(place: int, value: Any) -> tuple[list[str], dict[str, str]]:
    if not isinstance(value, dict) or not all(isinstance(held, str) for held in value.values()):
        raise _Refused(f"recipients.{place} must hold strings", "400")
    if not value.get("mobiles"):
        raise _Refused("Please provide mobile number", "101")
    phones = [sms.ten_digits(number) if len(number) == 12 else "" for number in value["mobiles"].split(",")]
    if not all(phones):
        raise _Refused("Invalid mobile number", "202")
    return phones, {name: held for name, held in value.items() if name != "mobiles"}


def send(desk: Desk, request: Request) -> Answer:
    """Take a flow's variables for one recipient or several."""
    try:
        account = _account(desk, request)
        said = _body(request)
        template, pattern = _flow(desk, said)
        sender = said.get("sender", "")
        if sender and not re.fullmatch("[A-Za-z]{6}", sender):
            raise _Refused("Invalid sender id", "203")
        if "recipients" not in said:
            raise _Refused("Please provide mobile number", "101")
        recipients = [_recipient(place, value) for place, value in enumerate(said["recipients"])]
        _not_again(desk, account, said)
    except _Refused as refused:
        return refused.answer
    request_id = desk.token(24, LOWER_HEX)
    reports = []
    for phones, variables in recipients:
        for phone in phones:
            written = _written(pattern, variables)
            status = (desk.get("handset", phone) or {"status": "1"})["status"]
            desk.record(
                "sms",
                {
                    "to": phone,
                    "text": written,
                    "header": sender,
                    "messageId": request_id,
                    "reference": said.get("CRQID", ""),
                    "templateId": template,
                    "variables": variables,
                    "parts": sms.parts(written),
                    "result": status,
                },
            )
            reports.append((phone, status))
    _receipts(desk, account, said, request_id, reports)
    return Answer.of({"message": request_id, "type": "success"})


def _not_again(desk: Desk, account: Account, said: Mapping[str, Any]) -> None:
    """Refuse what came a moment ago already: the gateway took the first one."""
    key = account.id + hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    now, before = desk.wall().timestamp(), desk.get("request", key)
    if before and now - before["at"] < SAME_SECONDS:
        raise _Refused("Identical request received within 10 seconds", "311")
    desk.put("request", key, {"at": now})


def _written(pattern: str, variables: Mapping[str, str]) -> str:
    """Return the text of the SMS: a variable that was not sent is blank; without a flow in the panel the variables stand alone."""
    if not pattern:
        return ", ".join(f"{name}: {value}" for name, value in variables.items())
    return re.sub(r"##(\w+)##", lambda found: variables.get(found.group(1), ""), pattern)


def _receipts(desk: Desk, account: Account, said: Mapping[str, Any], request_id: str, reports: list[tuple[str, str]]) -> None:  # fmt: skip
    date = desk.now().astimezone(INDIA).strftime("%Y-%m-%d %H:%M:%S")
    headers = {}
    if account.kept["receiptHeader"]:
        headers[account.kept["receiptHeader"].lower()] = account.kept["receiptHeaderValue"]
    rows = [
        {
            "date": date,
            "number": "91" + phone,
            "status": status,
            "desc": STATUSES[status],
            "failedReason": "" if status == "1" else STATUSES[status],
            "credit": "1",
            "clientid": "",
            "CRQID": said.get("CRQID", "0"),
        }
        for phone, status in reports
    ]
    whole = {"senderId": said.get("sender", ""), "requestId": request_id}
    if account.kept["receiptVersion"] == "3":
        for row in rows:
            body = json.dumps({**whole, **row}).encode()
            said_headers = {**headers, "content-type": "application/json"}
            desk.post(
                account.webhook_url, body, said_headers, event=f"{request_id} {row['number']}", call=row["desc"], after=RECEIPT_SECONDS
            )  # fmt: skip
        return
    written = json.dumps([{**whole, "report": rows, "userId": account.credentials["userId"], "campaignName": "API"}])
    form = urlencode({"data": written}).encode()
    headers["content-type"] = "application/x-www-form-urlencoded"
    desk.post(account.webhook_url, form, headers, event=request_id, call=rows[0]["desc"], after=RECEIPT_SECONDS)


def flow(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody makes or changes a flow in the panel."""
    template, written = body.get("templateId"), body.get("text")
    try:
        TEMPLATE_ID(template, "templateId")
        text(least=1)(written, "text")
    except Misfit as misfit:
        raise ActRefused(str(misfit)) from None
    desk.put("flow", str(template), {"text": written})
    return {"templateId": template}


def handset(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody switches a phone off or on again, or blocks it."""
    phone, status = sms.ten_digits(str(body.get("phone"))), str(body.get("status"))
    if not phone or status not in STATUSES:
        raise ActRefused("phone is an Indian mobile number, status one of " + ", ".join(STATUSES))
    desk.put("handset", phone, {"status": status})
    return {"phone": phone, "status": status}


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    number = "".join(str(ord(letter) % 10) for letter in token(6))
    return Account(identity, "msg91", {"baseUrl": base_url, "authkey": number + "A" + token(22), "userId": number})


VENDOR = Vendor(
    name="msg91",
    routes=(Route("flow", "POST", "/api/v5/flow/", send), Route("flow", "POST", "/api/v5/flow", send)),
    new_account=new_account,
    refusal=lambda call: _error("Invalid mobile number", "202"),
    coded_refusal=lambda call, code: _error("The request was refused", code),
    acts={"flow": flow, "handset": handset},
    options={"receiptVersion": "2", "receiptHeader": "", "receiptHeaderValue": ""},
    references=("CRQID",),
)
