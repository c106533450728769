"""
Gupshup's enterprise SMS gateway as the sandbox plays it.

    GET | POST form  /GatewayAPI/rest     HTTP 200 always; format=json or text
      method       SendMessage, in any case of letters; another is 106
      userid, password, auth_scheme=plain   102;  v=1.1   107
      send_to      ten digits or 91 + ten, several joined by commas; 105
      msg, msg_type  TEXT | Unicode_text | flash; TEXT shows ? for what GSM 03.38 lacks
      mask         six letters, of the option ``masks`` if that is set; 108
      principalEntityId, dltTemplateId     checked by the operators after the answer
      msg_id, override_dnd, timestamp      optional
      missing field 101, unknown or malformed field 110 *inferred*
    receipts       JSON array to the webhook URL, unsigned, up to 20 events

Acts: ``handset {"phone", "errCode"}`` gives a phone a lasting trouble (``000`` none); ``dlt-template`` see `sms`.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import attrs

from los_http.sandbox import sms
from los_http.sandbox.vendor import Account, ActRefused, Answer, Desk, Request, Route, Vendor

NEEDED = ("userid", "password", "method", "send_to", "msg", "msg_type", "auth_scheme", "v", "format")
OPTIONAL = ("mask", "principalEntityId", "dltTemplateId", "timestamp", "override_dnd", "msg_id")
TYPES = ("text", "unicode_text", "flash")
CAUSES: Mapping[str, str] = {
    "000": "SUCCESS",
    "001": "ABSENT_SUBSCRIBER",
    "002": "CALL_BARRED",
    "003": "UNKNOWN_SUBSCRIBER",
    "004": "SERVICE_DOWN",
    "005": "SYSTEM_FAILURE",
    "006": "DND_FAIL",
    "007": "BLOCKED",
    "008": "DND_TIMEOUT",
    "009": "OUTSIDE_WORKING_HOURS",
}
RECEIPT_SECONDS = 0.3
MOST_EVENTS = 20
DIGITS = "0123456789"


class _Refused(Exception):
    def __init__(self, code: str, details: str) -> None:
        super().__init__(details)
        self.code = code


@attrs.frozen
class _Sent:
    phone: str
    id: str


def _said(
    form: str, status: str, identity: str, phone: str, details: str, messages: list[dict[str, str]] | None = None
) -> Answer:
    if form == "json":
        response = {"id": identity, "phone": phone, "details": details, "status": status}
        more = {"data": {"response_messages": messages}} if messages else {}
        return Answer.of({"response": response, **more})
    line = f"{status} | {phone} | {identity}" if status == "success" else f"{status} | {identity} | {details}"
    return Answer(200, line.encode(), "text/plain; charset=utf-8")


def _fields(request: Request) -> dict[str, str]:
    pairs = list(request.query.items())
    if request.method == "POST":
        try:
            pairs += parse_qsl(request.body.decode(), keep_blank_values=True)
        except UnicodeDecodeError:
            raise _Refused("110", "The parameters are not UTF-8") from None
    return dict(pairs)


def _account(desk: Desk, said: Mapping[str, str]) -> Account:
    for account in desk.accounts():
        if (account.credentials["userid"], account.credentials["password"]) == (said["userid"], said["password"]):
            return account
    raise _Refused("102", "Authentication failed due to invalid userid or password")


def _checked(desk: Desk, said: Mapping[str, str]) -> Account:
    """Return whose call it is. Raises `_Refused` for the first thing that is wrong with it."""
    for name in NEEDED:
        if not said.get(name):
            raise _Refused("101", f"The parameter {name} is required")
    account = _account(desk, said)
    if said["auth_scheme"].lower() != "plain":
        raise _Refused("102", "Authentication scheme not supported")
    if said["v"] != "1.1":
        raise _Refused("107", "The specified version is not valid")
    if said["method"].lower() != "sendmessage":
        raise _Refused("106", "The method is not enabled for this account")
    unknown = sorted(set(said) - {*NEEDED, *OPTIONAL})
    if unknown:
        raise _Refused("110", f"The parameter {unknown[0]} is not known")
    if said["msg_type"].lower() not in TYPES:
        raise _Refused("110", "The message type is not valid")
    if said["format"] not in ("text", "json"):
        raise _Refused("110", "The format is not valid")
    mask = said.get("mask", "")
    masks = [one for one in account.kept["masks"].split(",") if one]
    if mask and (not re.fullmatch("[A-Za-z]{6}", mask) or (masks and mask not in masks)):
        raise _Refused("108", f"The mask {mask} is not registered for this account")
    if said.get("override_dnd", "true") not in ("true", "false"):
        raise _Refused("109", "The override_dnd flag is not valid")
    if "timestamp" in said:
        try:
            datetime.strptime(said["timestamp"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  only its form counts
        except ValueError:
            raise _Refused("110", "The timestamp is not yyyy-MM-dd HH:mm:ss") from None
    return account


def send(desk: Desk, request: Request) -> Answer:
    """Take a text for one number or several."""
    said: dict[str, str] = {}
    try:
        said = _fields(request)
        account = _checked(desk, said)
        if "," not in said["send_to"]:
            sent = _sent(desk, said, said["send_to"])
            _receipts(desk, account, said, [sent])
            return _said(said["format"], "success", sent.id, "91" + sent.phone, "")
        return _several(desk, account, said)
    except _Refused as refused:
        return _said(said.get("format", "text"), "error", refused.code, "", str(refused))


def _several(desk: Desk, account: Account, said: Mapping[str, str]) -> Answer:
    messages, taken = [], []
    for number in said["send_to"].split(","):
        try:
            sent = _sent(desk, said, number.strip())
        except _Refused as refused:
            messages.append({"id": refused.code, "phone": number, "details": str(refused), "status": "error"})
        else:
            taken.append(sent)
            messages.append({"id": sent.id, "phone": "91" + sent.phone, "details": "", "status": "success"})
    _receipts(desk, account, said, taken)
    first = taken[0].id if taken else ""
    return _said(said["format"], "success" if taken else "error", first or "105", "", "", messages)


def _sent(desk: Desk, said: Mapping[str, str], number: str) -> _Sent:
    phone = sms.ten_digits(number)
    if not phone:
        raise _Refused("105", f"The phone number {number} is not valid")
    identity = f"4{desk.token(18, DIGITS)}-2{desk.token(18, DIGITS)}"
    text = said["msg"] if said["msg_type"].lower() == "unicode_text" else sms.as_text(said["msg"])
    desk.record(
        "sms",
        {
            "to": phone,
            "text": text,
            "header": said.get("mask", ""),
            "messageId": identity,
            "reference": said.get("msg_id", ""),
            "entityId": said.get("principalEntityId", ""),
            "templateId": said.get("dltTemplateId", ""),
            "parts": sms.parts(text),
            "result": _result(desk, said, phone),
        },
    )
    return _Sent(phone, identity)


def _result(desk: Desk, said: Mapping[str, str], phone: str) -> str:
    entity, template = said.get("principalEntityId", ""), said.get("dltTemplateId", "")
    code = sms.scrubbed(desk, entity=entity, template=template, header=said.get("mask", ""), text=said["msg"])
    handset = desk.get("handset", phone)
    return str(handset["errCode"]) if code == "000" and handset else code


def _receipts(desk: Desk, account: Account, said: Mapping[str, str], sent: list[_Sent]) -> None:
    instant = int(desk.now().timestamp() * 1000)
    events = []
    for one in sent:
        code = _result(desk, said, one.phone)
        events.append(
            {
                "externalId": one.id,
                "eventType": "DELIVERED" if code == "000" else "FAILED",
                "eventTs": instant,
                "destAddr": int("91" + one.phone),
                "srcAddr": said.get("mask", ""),
                "cause": CAUSES.get(code, "DLT_SCRUBBING_FAILED"),
                "errCode": code,
                "channel": "SMS",
                "noOfFrags": sms.parts(said["msg"]),
            }
        )
    for start in range(0, len(events), MOST_EVENTS):
        batch = events[start : start + MOST_EVENTS]
        kind = "DELIVERED" if all(event["eventType"] == "DELIVERED" for event in batch) else "FAILED"
        body = json.dumps(batch).encode()
        headers = {"content-type": "application/json"}
        desk.post(account.webhook_url, body, headers, event=sent[start].id, call=kind, after=RECEIPT_SECONDS)


def handset(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody switches a phone off or on again, bars or blocks it."""
    phone, code = sms.ten_digits(str(body.get("phone"))), str(body.get("errCode"))
    if not phone or code not in CAUSES:
        raise ActRefused("phone is an Indian mobile number, errCode one of " + ", ".join(CAUSES))
    desk.put("handset", phone, {"errCode": code})
    return {"phone": phone, "errCode": code}


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    number = "2000" + "".join(str(ord(letter) % 10) for letter in token(6))
    return Account(
        identity, "gupshup", {"baseUrl": f"{base_url}/GatewayAPI/rest", "userid": number, "password": token(12)}
    )


VENDOR = Vendor(
    name="gupshup",
    routes=(Route("send", "POST", "/GatewayAPI/rest", send), Route("send", "GET", "/GatewayAPI/rest", send)),
    new_account=new_account,
    refusal=lambda call: _said("json", "error", "105", "", "The phone number is not valid"),
    coded_refusal=lambda call, code: _said("json", "error", code, "", "The request was refused"),
    acts={"handset": handset, "dlt-template": sms.register},
    options={"masks": ""},
    references=("msg_id",),
)
