"""
Equifax India as the sandbox plays it: one call, ``/equifax/cir360service/cir360report``, with the member's credentials in its body.

A person is found by PAN, else by phone; whoever has no score in `bureau_data` is not found, which is an answer and not a
failure. Business errors are HTTP 200: wrong credentials and a wrong header at the top, wrong input as an E04xx in the
report list. Each pull is recorded.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from typing import Any

from los_http.sandbox.bureau_data import standing_of
from los_http.sandbox.bureau_report import credit_report
from los_http.sandbox.shape import Check, Field, Misfit, fields, needed, optional, require, several, text
from los_http.sandbox.vendor import Account, Answer, Desk, Person, Request, Route, Vendor

INDIA = timezone(timedelta(hours=5, minutes=30))
DIGITS = "0123456789"
CREDENTIALS = ("CustomerId", "UserId", "Password", "MemberNumber", "SecurityCode")
DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"


def anything(value: Any, at: str) -> None:
    """Free structure: the family details of a microfinance enquiry are not looked at."""


_SEQ = needed(text(pattern="[1-9][0-9]*"))
_NAME = text(most=100)
_ADDRESS = fields(
    seq=_SEQ,
    AddressType=needed(several(text(one_of=("H", "O", "X")), least=1)),
    AddressLine1=needed(text(least=1, most=200)),
    City=optional(text(most=50)),
    State=needed(text(pattern="[A-Z]{2}")),
    Postal=needed(text(pattern=r"[1-9]\d{5}")),
)
_PHONE = fields(
    seq=_SEQ,
    Number=needed(text(pattern=r"[6-9]\d{9}")),
    PhoneType=needed(several(text(one_of=("M", "H", "T")), least=1)),
)
_ID = fields(
    seq=_SEQ,
    IDType=needed(text(one_of=("T", "M", "V", "P", "D"))),
    IDValue=needed(text(least=1, most=30)),
    Source=needed(text(one_of=("Inquiry",))),
)
_SCORE = fields(Type=needed(text(one_of=("ERS",))), Version=needed(text(one_of=("3.1", "4.0"))))
_HEADER: Mapping[str, Field] = {
    **{name: needed(text(least=1, most=50)) for name in CREDENTIALS},
    "CustRefField": needed(text(least=1, most=45)),
    "ProductCode": needed(several(text(one_of=("CCR", "PCS", "IDCR")), least=1)),
}
_BODY: tuple[tuple[str, str, Field], ...] = (
    ("InquiryPurpose", "E0401", needed(text(pattern=r"\d{2}"))),
    ("TransactionAmount", "E0402", optional(text(pattern=r"\d{0,12}"))),
    ("FirstName", "E0403", needed(text(least=1, most=100))),
    ("MiddleName", "E0404", optional(_NAME)),
    ("LastName", "E0405", needed(text(least=1, most=100))),
    ("DOB", "E0406", needed(text(pattern=DAY))),
    ("InquiryAddresses", "E0407", needed(several(_ADDRESS, least=1))),
    ("InquiryPhones", "E0408", needed(several(_PHONE, least=1))),
    ("IDDetails", "E0409", needed(several(_ID, least=1))),
    ("MFIDetails", "E0410", optional(anything)),
)
_SHAPE: Mapping[str, Field] = {name: field for name, _, field in _BODY}
_CODES: Mapping[str, str] = {name: code for name, code, _ in _BODY}
_SCORES: Check = several(_SCORE, least=1)
OTHER_INPUT = "E0420"


def _top(code: str, description: str) -> Answer:
    return Answer.of({"Error": {"ErrorCode": code, "ErrorDesc": description}})


def _member(desk: Desk, header: Mapping[str, Any]) -> Account | None:
    for account in desk.accounts():
        known = [account.credentials[name[0].lower() + name[1:]] for name in CREDENTIALS]
        if all(
            hmac.compare_digest(theirs.encode(), header[name].encode())
            for theirs, name in zip(known, CREDENTIALS, strict=True)
        ):
            return account
    return None


def _subject(desk: Desk, body: Mapping[str, Any]) -> Person | None:
    for identity in body["IDDetails"]:
        if identity["IDType"] == "T":
            return desk.person(pan=identity["IDValue"])
    return desk.person(phone=body["InquiryPhones"][0]["Number"])


def pull(desk: Desk, request: Request) -> Answer:
    try:
        asked = json.loads(request.body)
    except ValueError:
        return Answer.of({"message": "the body is not JSON"}, 400)
    try:
        require(
            asked,
            {"RequestHeader": needed(fields(**_HEADER)), "RequestBody": needed(anything), "Score": needed(_SCORES)},
        )
    except Misfit as misfit:
        return _top("GSWDOE116", f"Validation failed : {misfit}")
    header, body = asked["RequestHeader"], asked["RequestBody"]
    member = _member(desk, header)
    if member is None:
        return _top("E0002", "Invalid credentials")
    try:
        require(body, _SHAPE)
    except Misfit as misfit:
        root = misfit.field.partition(".")[0].partition("[")[0]
        return _report(desk, member, asked, {"Error": _error(_CODES.get(root, OTHER_INPUT), str(misfit))}, hit=False)
    return _found(desk, member, asked, _subject(desk, body))


def _found(desk: Desk, member: Account, asked: Mapping[str, Any], subject: Person | None) -> Answer:
    standing = standing_of(subject.bureau, subject.seed) if subject else None
    if subject is None or standing is None or standing.score is None:
        return _report(desk, member, asked, {"Error": _error("00", "Consumer not found in bureau")}, hit=False)
    report = credit_report(subject, standing, on=desk.today(), score_version=asked["Score"][0]["Version"])
    return _report(desk, member, asked, {"Score": asked["Score"], "CIRReportData": report}, hit=True)


def _error(code: str, description: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorDesc": description}


def _report(desk: Desk, member: Account, asked: Mapping[str, Any], held: Mapping[str, Any], *, hit: bool) -> Answer:
    at = desk.now().astimezone(INDIA)
    header = {
        "CustomerCode": member.kept["customerCode"],
        "CustomerName": "SANDBOX LENDER",
        "CustRefField": asked["RequestHeader"]["CustRefField"],
        "ReportOrderNO": desk.token(10, DIGITS),
        "ProductCode": asked["RequestHeader"]["ProductCode"],
        "SuccessCode": "1",
        "Date": at.date().isoformat(),
        "Time": at.strftime("%H:%M:%S"),
        "HitCode": "10" if hit else "00",
    }
    echo = {"InquiryResponseHeader": header, "InquiryRequestInfo": asked["RequestBody"]}
    desk.record(
        "pulls",
        {
            "vendor": "equifax",
            "reference": header["CustRefField"],
            "order": header["ReportOrderNO"],
            "hit": hit,
            "error": held.get("Error", {}).get("ErrorCode", ""),
            "at": at.isoformat(),
        },
    )
    return Answer.of(
        {**echo, "Score": asked["Score"], "CCRResponse": {"Status": "1", "CIRReportDataLst": [{**echo, **held}]}}
    )


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return a member's credentials; they travel in the body of each request."""
    return Account(
        identity,
        "equifax",
        {
            "baseUrl": base_url,
            "url": f"{base_url}/cir360service/cir360report",
            "customerId": "".join(str(ord(letter) % 10) for letter in token(4)),
            "userId": "STS_" + token(8),
            "password": token(12),
            "memberNumber": "027FZ" + "".join(str(ord(letter) % 10) for letter in token(5)),
            "securityCode": token(3).upper(),
        },
        kept={"customerCode": "SBX1"},
    )


VENDOR = Vendor(
    name="equifax",
    routes=(Route("pull", "POST", "/cir360service/cir360report", pull),),
    new_account=new_account,
    refusal=lambda call: _top("GSWDOE116", "Validation failed : the request was refused"),
    references=("RequestHeader.CustRefField",),
)
