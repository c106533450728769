"""Equifax: what is sent, one literal answer per row of its table, and silence."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from los_adapters.bureau.equifax import PROVIDER, Equifax, EquifaxConfig
from los_adapters.bureau.shapes import read_report
from los_adapters.wire.provider import secrets_of
from los_domain.bureau.model import BureauSubject, Hit
from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NotSent,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

VECTORS = Path(__file__).parents[1] / "vectors" / "bureau"
PRIME = json.loads((VECTORS / "prime.equifax-ccr.json").read_text())
THIN = json.loads((VECTORS / "thin-file-ntc.equifax-ccr.json").read_text())
REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
SUBJECT = BureauSubject(
    name="ANAYA S DESHMUKH",
    date_of_birth=date(1988, 3, 14),
    pan=Pan("ZZZPD0001A"),
    phone=Phone("9000000001"),
    address_line="FLAT 12 SAMPLE HEIGHTS",
    city="PUNE",
    state="Maharashtra",
    pincode="411045",
)


def config(url: str) -> EquifaxConfig:
    return EquifaxConfig(
        customer_id="1",
        user_id="u",
        member_number="007",
        password="pass-word-1",
        security_code="sec-code-1",
        url=f"{url}/cir360report",
        read_seconds=2.0,
    )


def echoed(tree: Any, ref: str = REF) -> Any:
    """Return the sample as the bureau would answer *ref*."""
    return json.loads(json.dumps(tree).replace(tree["InquiryResponseHeader"]["CustRefField"], ref))


def pull(answer: Answer, subject: BureauSubject = SUBJECT) -> tuple[Any, list[Any]]:
    with vendor(lambda _: answer) as bureau, wire() as line:
        outcome = Equifax(config(bureau.url), line).pull(subject, amount=Money.rupees(50_000), ref=REF)
        return outcome, bureau.asked


def error(code: str, text: str = "x") -> dict[str, Any]:
    tree = echoed(THIN)
    tree["CCRResponse"]["CIRReportDataLst"][0]["Error"] = {"ErrorCode": code, "ErrorDesc": text}
    return dict(tree)


def test_is_asked_with_credentials_in_the_body() -> None:
    _, (asked,) = pull(Answer.of(echoed(PRIME)))
    assert asked.method == "POST"
    assert asked.json() == {
        "RequestHeader": {
            "CustomerId": "1",
            "UserId": "u",
            "Password": "pass-word-1",
            "MemberNumber": "007",
            "SecurityCode": "sec-code-1",
            "CustRefField": REF,
            "ProductCode": ["CCR"],
        },
        "RequestBody": {
            "InquiryPurpose": "05",
            "TransactionAmount": "50000",
            "FirstName": "ANAYA",
            "MiddleName": "S",
            "LastName": "DESHMUKH",
            "DOB": "1988-03-14",
            "InquiryAddresses": [
                {
                    "seq": "1",
                    "AddressType": ["H"],
                    "AddressLine1": "FLAT 12 SAMPLE HEIGHTS",
                    "City": "PUNE",
                    "State": "MH",
                    "Postal": "411045",
                }
            ],
            "InquiryPhones": [{"seq": "1", "Number": "9000000001", "PhoneType": ["M"]}],
            "IDDetails": [{"seq": "1", "IDType": "T", "IDValue": "ZZZPD0001A", "Source": "Inquiry"}],
        },
        "Score": [{"Type": "ERS", "Version": "4.0"}],
    }


def test_one_name_fills_both_fields() -> None:
    _, (asked,) = pull(Answer.of(echoed(PRIME)), attrs.evolve(SUBJECT, name="Anaya"))
    body = asked.json()["RequestBody"]
    assert (body["FirstName"], body["MiddleName"], body["LastName"]) == ("Anaya", "", ".")


def test_a_state_on_no_list_is_not_asked_about() -> None:
    outcome, asked = pull(Answer.of(echoed(PRIME)), attrs.evolve(SUBJECT, state="Atlantis"))
    assert isinstance(outcome, Refused)
    assert asked == []


def test_a_report_is_handed_on_raw() -> None:
    outcome, _ = pull(Answer.of(echoed(PRIME)))
    assert outcome == Done(json.dumps(echoed(PRIME)).encode(), "9000000541")
    assert read_report(outcome.value).hit is Hit.HIT


def test_nobody_found_is_an_answer_too() -> None:
    outcome, _ = pull(Answer.of(echoed(THIN)))
    assert read_report(outcome.value).hit is Hit.NO_HIT


@pytest.mark.parametrize("code", ["E0401", "E0409", "E0410", "E0419", "E0420", "GSWDOE116"])
def test_wrong_input_is_refused(code: str) -> None:
    outcome, _ = pull(Answer.of(error(code, "DOB 14031988 of ZZZPD0001A is invalid")))
    assert outcome == Refused(RefusedFor.INVALID_INPUT, code, "DOB … of … is invalid")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            Answer.of({"Error": {"ErrorCode": "E0002", "ErrorDesc": "Invalid credentials"}}),
            Misconfigured(MisconfiguredIn.ACCOUNT, "E0002", "Invalid credentials"),
        ),
        (Answer.of(error("E0048")), Misconfigured(MisconfiguredIn.ACCOUNT, "E0048", "x")),
        (Answer.of({}, 403), Misconfigured(MisconfiguredIn.ACCOUNT, "403", "Equifax does not let us in")),
        (Answer.of({}, 404), Misconfigured(MisconfiguredIn.PRODUCT, "404", "there is no such service at Equifax")),
        (Answer.of({}, 429, Retry_After="3"), RateLimited(3)),
    ],
)
def test_faults_of_ours(answer: Answer, expected: Any) -> None:
    assert pull(answer)[0] == expected


@pytest.mark.parametrize(
    "answer",
    [
        Answer.of(error("E9999")),
        Answer.of(error("E0421")),
        Answer.of(echoed(PRIME, "SOMEBODYELSES")),
        Answer.of({"InquiryResponseHeader": {"SuccessCode": "0"}}),
        Answer.of({"CCRResponse": {"CIRReportDataLst": []}}),
        Answer.of({"CCRResponse": {"CIRReportDataLst": "none"}}),
        Answer.of([]),
        Answer(200, b"<html>maintenance</html>"),
        Answer(200, b""),
        Answer.of({}, 500),
        Answer.of({}, 400),
        HANGS_UP,
    ],
)
def test_everything_else_may_have_been_billed(answer: Answer) -> None:
    assert isinstance(pull(answer)[0], Unknown)


def test_retail_not_found_but_microfinance_known_is_a_report() -> None:
    tree = echoed(THIN)
    tree["CCRResponse"]["CIRReportDataLst"].append({"CIRReportData": {"MicrofinanceAccountDetails": [{"seq": "1"}]}})
    outcome, _ = pull(Answer.of(tree))
    report = read_report(outcome.value)
    assert report.hit is Hit.NO_HIT
    assert report.unread == ("microfinance accounts are present",)


def test_nothing_connected() -> None:
    with wire() as line:
        outcome = Equifax(config(nobody()), line).pull(SUBJECT, amount=Money.rupees(1), ref=REF)
    assert isinstance(outcome, NotSent)


def test_secrets_are_never_shown() -> None:
    assert secrets_of(EquifaxConfig) == {"password", "security_code"}
    assert "pass-word-1" not in repr(config("http://x"))
    assert all(fact.setting for fact in PROVIDER.facts if fact.evidence.name == "INFERRED")
