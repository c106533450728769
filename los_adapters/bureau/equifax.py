"""
Equifax India consumer report. Port: CreditBureau.  No public document: public integrations and an aggregator's copy, read 2026-11.

    POST url, JSON, answered at once (5 to 40 s); credentials travel in the body, so the whole request is secret

    member credentials   RequestHeader.{CustomerId, UserId, Password, MemberNumber, SecurityCode, ProductCode[]}
    ref                  RequestHeader.CustRefField       echoed; no idempotency promised
    name                 RequestBody.{FirstName, MiddleName, LastName}
    date_of_birth        RequestBody.DOB                  YYYY-MM-DD
    amount               RequestBody.TransactionAmount    whole rupees as a string
    address              RequestBody.InquiryAddresses[]   {seq, AddressType ["H"], AddressLine1, City, State two letters, Postal}
    phone                RequestBody.InquiryPhones[]      {seq, Number ten digits, PhoneType ["M"]}
    pan                  RequestBody.IDDetails[]          {seq, IDType "T", IDValue, Source "Inquiry"}
    score                Score[]                          {Type "ERS", Version}
    Done                 CCRResponse.CIRReportDataLst[] holds CIRReportData, or Error "00" (consumer not found: an answer too)
    Refused              Error.ErrorCode in input_codes: HTTP is 200 for these
    Misconfigured        Error.ErrorCode in account_codes; HTTP 401, 403, 404
    Unknown              every other error or answer: it may have been billed
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import attrs

from los_adapters.bureau.equifax_report import NO_HIT_CODE, lowered, response_in
from los_adapters.wire.config import SettingProblem, address, between, filled
from los_adapters.wire.figures import told
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_domain.brands.providers import ProviderKind
from los_domain.bureau.model import BureauSubject
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NotSent,
    Outcome,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)

STATES = {
    "andaman and nicobar islands": "AN",
    "andhra pradesh": "AP",
    "arunachal pradesh": "AR",
    "assam": "AS",
    "bihar": "BR",
    "chandigarh": "CH",
    "chhattisgarh": "CG",
    "dadra and nagar haveli and daman and diu": "DN",
    "delhi": "DL",
    "goa": "GA",
    "gujarat": "GJ",
    "haryana": "HR",
    "himachal pradesh": "HP",
    "jammu and kashmir": "JK",
    "jharkhand": "JH",
    "karnataka": "KA",
    "kerala": "KL",
    "ladakh": "LA",
    "lakshadweep": "LD",
    "madhya pradesh": "MP",
    "maharashtra": "MH",
    "manipur": "MN",
    "meghalaya": "ML",
    "mizoram": "MZ",
    "nagaland": "NL",
    "odisha": "OR",
    "puducherry": "PY",
    "punjab": "PB",
    "rajasthan": "RJ",
    "sikkim": "SK",
    "tamil nadu": "TN",
    "telangana": "TS",
    "tripura": "TR",
    "uttar pradesh": "UP",
    "uttarakhand": "UK",
    "west bengal": "WB",
}


def _pattern(_config: Any, field: "attrs.Attribute[str]", value: str) -> None:
    try:
        re.compile(value)
    except re.error:
        raise SettingProblem(field.name, "is no regular expression") from None


@attrs.frozen
class EquifaxConfig:
    """One member's access. The password is said to expire about every 45 days."""

    customer_id: str = attrs.field(validator=filled)
    user_id: str = attrs.field(validator=filled)
    member_number: str = attrs.field(validator=filled)
    password: str = secret(validator=filled)
    security_code: str = secret(validator=filled)
    url: str = attrs.field(default="https://ists.equifax.co.in/cir360service/cir360report", validator=address)
    product_codes: tuple[str, ...] = ("CCR",)
    purpose: str = "05"
    score_type: str = "ERS"
    score_version: str = "4.0"
    lone_last_name: str = "."  # where a person has one name: the field is required
    state_codes: Mapping[str, str] = attrs.field(factory=lambda: dict(STATES))
    input_codes: str = attrs.field(default=r"E04(0[1-9]|1[0-9]|20)|GSWDOE\d+", validator=_pattern)
    account_codes: str = attrs.field(default=r"E0002|E0048", validator=_pattern)
    connect_seconds: float = attrs.field(default=5.0, validator=between(0.1, 30))
    read_seconds: float = attrs.field(default=45.0, validator=between(0.1, 120))


def enquiry_to_wire(
    subject: BureauSubject, config: EquifaxConfig, *, amount: Money, ref: VendorRef
) -> dict[str, Any] | None:
    """Return the request; None where the subject's state is on no list."""
    state = config.state_codes.get(" ".join(subject.state.casefold().replace("&", "and").split()))
    if state is None:
        return None
    first, middle, last = _names(subject.name, config.lone_last_name)
    return {
        "RequestHeader": {
            "CustomerId": config.customer_id,
            "UserId": config.user_id,
            "Password": config.password,
            "MemberNumber": config.member_number,
            "SecurityCode": config.security_code,
            "CustRefField": str(ref),
            "ProductCode": list(config.product_codes),
        },
        "RequestBody": {
            "InquiryPurpose": config.purpose,
            "TransactionAmount": str(amount.paise // 100),
            "FirstName": first,
            "MiddleName": middle,
            "LastName": last,
            "DOB": subject.date_of_birth.isoformat(),
            "InquiryAddresses": [
                {
                    "seq": "1",
                    "AddressType": ["H"],
                    "AddressLine1": subject.address_line,
                    "City": subject.city,
                    "State": state,
                    "Postal": subject.pincode,
                }
            ],
            "InquiryPhones": [{"seq": "1", "Number": subject.phone.value, "PhoneType": ["M"]}],
            "IDDetails": [{"seq": "1", "IDType": "T", "IDValue": subject.pan.value, "Source": "Inquiry"}],
        },
        "Score": [{"Type": config.score_type, "Version": config.score_version}],
    }


def outcome_from_wire(
    body: bytes, config: EquifaxConfig, *, ref: VendorRef, hidden: tuple[str, ...] = ()
) -> Outcome[bytes]:
    """Return Done with the raw report, or with a definite "not found". Words of *hidden* are kept out of messages."""
    try:
        tree = lowered(json.loads(body))
    except ValueError:
        return Unknown("the answer is no JSON")
    response = response_in(tree)
    if response is None:
        top = tree.get("error") if isinstance(tree, dict) else None
        return _error(top, config, hidden) if isinstance(top, dict) else Unknown("the answer holds no report")
    entries = response["ccrresponse"].get("cirreportdatalst")
    entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    headers = [response.get("inquiryresponseheader"), *(entry.get("inquiryresponseheader") for entry in entries)]
    header: dict[str, Any] = next((found for found in headers if isinstance(found, dict)), {})
    if header.get("custreffield", str(ref)) != str(ref):
        return Unknown("the answer is about another enquiry")
    order = str(header.get("reportorderno") or "")
    if any(isinstance(entry.get("cirreportdata"), dict) for entry in entries):
        return Done(body, order)
    errors = [entry["error"] for entry in entries if isinstance(entry.get("error"), dict)]
    if errors and all(_code(error) == NO_HIT_CODE for error in errors):
        return Done(body, order)
    fault = next((error for error in errors if _code(error) != NO_HIT_CODE), response.get("error") or tree.get("error"))
    return (
        _error(fault, config, hidden)
        if isinstance(fault, dict)
        else Unknown("the answer holds neither report nor error")
    )


@attrs.frozen
class Equifax:
    """Equifax's consumer report."""

    config: EquifaxConfig
    wire: Wire

    def pull(self, subject: BureauSubject, *, amount: Money, ref: VendorRef) -> Outcome[bytes]:
        """Ask once. It is billed and seen by other lenders, so nothing is tried again here."""
        question = enquiry_to_wire(subject, self.config, amount=amount, ref=ref)
        if question is None:
            return Refused(RefusedFor.INVALID_INPUT, "State", "the state of the address is not one that Equifax knows")
        reply = self.wire.exchange(
            "POST",
            self.config.url,
            json=question,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        if not isinstance(reply, Reply):
            return reply if isinstance(reply, NotSent) else Unknown(reply.reason)
        if reply.status in (401, 403):
            return Misconfigured(MisconfiguredIn.ACCOUNT, str(reply.status), "Equifax does not let us in")
        if reply.status == 404:
            return Misconfigured(MisconfiguredIn.PRODUCT, "404", "there is no such service at Equifax")
        if reply.status == 429:
            return RateLimited(reply.retry_after_seconds)
        if reply.status != 200:
            return Unknown(f"HTTP {reply.status}")
        hidden = (subject.name, subject.address_line)
        return outcome_from_wire(reply.body, self.config, ref=ref, hidden=hidden)


def _names(name: str, lone: str) -> tuple[str, str, str]:
    parts = name.split()
    if len(parts) < 2:
        return name.strip(), "", lone
    return parts[0], " ".join(parts[1:-1]), parts[-1]


def _code(error: Mapping[str, Any]) -> str:
    return str(error.get("errorcode") or "").strip()


def _error(error: Mapping[str, Any], config: EquifaxConfig, hidden: tuple[str, ...]) -> Outcome[Any]:
    code = _code(error)
    message = told(error.get("errordesc"), *hidden)
    if re.fullmatch(config.account_codes, code):
        return Misconfigured(MisconfiguredIn.ACCOUNT, code, message)
    if re.fullmatch(config.input_codes, code):
        return Refused(RefusedFor.INVALID_INPUT, code, message)
    return Unknown(f"Equifax error {code}: {message}")


PROVIDER = Provider(
    name="EQUIFAX",
    kinds=frozenset({ProviderKind.CREDIT_BUREAU}),
    config=EquifaxConfig,
    build=Equifax,
    facts=(
        Fact("pull", "POST …/cir360service/cir360report", Evidence.SEEN, "url"),
        Fact("request fields", "RequestHeader, RequestBody, Score", Evidence.SEEN),
        Fact("product", "ProductCode CCR", Evidence.SEEN, "product_codes"),
        Fact("purpose", "InquiryPurpose 05", Evidence.INFERRED, "purpose", "the code table is private"),
        Fact("score", "ERS 4.0", Evidence.SEEN, "score_version", "3.1 is seen too"),
        Fact("one name only", "LastName", Evidence.INFERRED, "lone_last_name"),
        Fact("state", "two letters", Evidence.INFERRED, "state_codes", "the list is from memory"),
        Fact("Done, no hit", "Error 00", Evidence.SEEN),
        Fact("Refused", "E0401 to E0420, GSWDOE…", Evidence.SEEN, "input_codes"),
        Fact("Misconfigured", "E0002, E0048", Evidence.INFERRED, "account_codes"),
        Fact("waiting", "45 s", Evidence.INFERRED, "read_seconds"),
    ),
)
