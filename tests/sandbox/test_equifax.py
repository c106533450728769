"""Equifax in the sandbox: hit, no hit, and each way a request is refused."""

import json
from typing import Any

import pytest

from los_http.sandbox.vendor import Account
from los_http.sandbox.vendors.equifax import VENDOR
from tests.sandbox.desk import MemoryDesk

PATH = "/cir360service/cir360report"


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk()


def request(account: Account, pan: str = "ZZZPD0001A") -> dict[str, Any]:
    known = account.credentials
    return {
        "RequestHeader": {
            "CustomerId": known["customerId"],
            "UserId": known["userId"],
            "Password": known["password"],
            "MemberNumber": known["memberNumber"],
            "SecurityCode": known["securityCode"],
            "CustRefField": "LOS-1",
            "ProductCode": ["CCR"],
        },
        "RequestBody": {
            "InquiryPurpose": "05",
            "TransactionAmount": "50000",
            "FirstName": "ANAYA",
            "MiddleName": "",
            "LastName": "DESHMUKH",
            "DOB": "1988-03-14",
            "InquiryAddresses": [
                {
                    "seq": "1",
                    "AddressType": ["H"],
                    "AddressLine1": "FLAT 12",
                    "City": "PUNE",
                    "State": "MH",
                    "Postal": "411045",
                }
            ],
            "InquiryPhones": [{"seq": "1", "PhoneType": ["M"], "Number": "9000000001"}],
            "IDDetails": [{"seq": "1", "IDType": "T", "IDValue": pan, "Source": "Inquiry"}],
        },
        "Score": [{"Type": "ERS", "Version": "4.0"}],
    }


def pulled(desk: MemoryDesk, body: Any) -> Any:
    answer = desk.ask(VENDOR, "POST", PATH, body)
    assert answer.status == 200
    return json.loads(answer.body)


def test_a_known_person_is_a_hit_dated_by_the_clock(desk):
    answer = pulled(desk, request(desk.open(VENDOR)))
    header = answer["InquiryResponseHeader"]
    assert (header["CustRefField"], header["SuccessCode"], header["HitCode"], header["Date"], header["Time"]) == (
        "LOS-1",
        "1",
        "10",
        "2026-11-24",
        "12:00:00",
    )
    (held,) = answer["CCRResponse"]["CIRReportDataLst"]
    assert held["InquiryResponseHeader"] == header
    assert held["InquiryRequestInfo"] == answer["InquiryRequestInfo"]
    report = held["CIRReportData"]
    assert report["ScoreDetails"][0]["Value"] == "792"
    assert report["RetailAccountDetails"][0]["History48Months"][0]["key"] == "10-26"
    assert [(p["reference"], p["hit"]) for p in desk.recorded["pulls"]] == [("LOS-1", True)]


@pytest.mark.parametrize("pan", ["ZZZPK0002B", "ABCPE1234F"])
def test_who_has_no_history_or_does_not_exist_is_not_found(desk, pan):
    answer = pulled(desk, request(desk.open(VENDOR), pan))
    assert answer["InquiryResponseHeader"]["HitCode"] == "00"
    (held,) = answer["CCRResponse"]["CIRReportDataLst"]
    assert held["Error"] == {"ErrorCode": "00", "ErrorDesc": "Consumer not found in bureau"}
    assert "CIRReportData" not in held
    assert desk.recorded["pulls"][0]["hit"] is False


def test_without_a_pan_the_phone_decides(desk):
    body = request(desk.open(VENDOR))
    body["RequestBody"]["IDDetails"] = [{"seq": "1", "IDType": "V", "IDValue": "V1", "Source": "Inquiry"}]
    assert pulled(desk, body)["InquiryResponseHeader"]["HitCode"] == "10"


@pytest.mark.parametrize("name", ["CustomerId", "UserId", "Password", "MemberNumber", "SecurityCode"])
def test_each_credential_must_be_right(desk, name):
    body = request(desk.open(VENDOR))
    body["RequestHeader"][name] = "wrong"
    assert pulled(desk, body) == {"Error": {"ErrorCode": "E0002", "ErrorDesc": "Invalid credentials"}}
    assert desk.recorded == {}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("InquiryPurpose", 5, "E0401"),
        ("TransactionAmount", "5,000", "E0402"),
        ("FirstName", "", "E0403"),
        ("LastName", None, "E0405"),
        ("DOB", "14-03-1988", "E0406"),
        ("InquiryAddresses", [], "E0407"),
        ("InquiryPhones", [{"seq": "1", "PhoneType": ["M"], "Number": "+919000000001"}], "E0408"),
        ("IDDetails", [{"seq": "1", "IDType": "PAN", "IDValue": "X", "Source": "Inquiry"}], "E0409"),
        ("Surname", "X", "E0420"),
    ],
)
def test_wrong_input_is_an_error_in_the_list(desk, field, value, code):
    body = request(desk.open(VENDOR))
    body["RequestBody"][field] = value
    (held,) = pulled(desk, body)["CCRResponse"]["CIRReportDataLst"]
    assert held["Error"]["ErrorCode"] == code


@pytest.mark.parametrize("missing", ["InquiryPurpose", "FirstName", "LastName", "DOB", "InquiryPhones", "IDDetails"])
def test_what_is_required_is_required(desk, missing):
    body = request(desk.open(VENDOR))
    del body["RequestBody"][missing]
    (held,) = pulled(desk, body)["CCRResponse"]["CIRReportDataLst"]
    assert held["Error"]["ErrorDesc"] == f"{missing}: is required"


def test_a_header_of_another_shape_is_refused_at_the_top(desk):
    body = request(desk.open(VENDOR))
    body["RequestHeader"]["ProductCode"] = "CCR"
    assert pulled(desk, body)["Error"]["ErrorCode"] == "GSWDOE116"
    assert desk.ask(VENDOR, "POST", PATH, b"<xml/>").status == 400
