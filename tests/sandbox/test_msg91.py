"""The simulated MSG91 against its provider page."""

import json
from urllib.parse import parse_qs

import pytest

TEMPLATE = "64f0aa11bb22cc33dd44ee55"


@pytest.fixture
def account(sandbox, posts):
    return sandbox.account("msg91", webhookUrl=posts.url)


def send(sandbox, account, to="919800000001", path="/msg91/api/v5/flow/", key=None, variables=None, **changes):
    body = {"template_id": TEMPLATE, "short_url": "0", "recipients": [{"mobiles": to, **(variables or {})}], **changes}
    body = {name: value for name, value in body.items() if value is not None}
    return sandbox.http.post(path, json=body, headers={"authkey": account["authkey"] if key is None else key})


def test_variables_are_taken_shown_in_the_outbox_and_receipted(sandbox, account, posts):
    answer = send(sandbox, account, variables={"otp": "482913"}, sender="LNDRCO", CRQID="REF1")
    assert answer.status_code == 200
    assert answer.json()["type"] == "success"
    [sms] = sandbox.http.get("/_sandbox/outbox/sms", params={"to": "9800000001", "last": "1"}).json()["items"]
    assert (sms["text"], sms["reference"], sms["vendor"]) == ("otp: 482913", "REF1", "msg91")
    [(_, headers, body)] = posts.wait(1)
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    [whole] = json.loads(parse_qs(body.decode())["data"][0])
    assert whole["requestId"] == answer.json()["message"]
    [report] = whole["report"]
    assert (report["number"], report["status"], report["CRQID"]) == ("919800000001", "1", "REF1")


def test_version_3_receipts_are_flat_and_may_carry_a_header(sandbox, posts):
    options = {"receiptVersion": "3", "receiptHeader": "X-Panel", "receiptHeaderValue": "shh"}
    account = sandbox.account("msg91", webhookUrl=posts.url, options=options)
    sandbox.act("msg91", "handset", phone="9800000002", status="17")
    identity = send(sandbox, account, to="919800000002").json()["message"]
    [(_, headers, body)] = posts.wait(1)
    said = json.loads(body)
    assert headers["x-panel"] == "shh"
    assert (said["requestId"], said["status"], said["number"]) == (identity, "17", "919800000002")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "wrong"}, "201"),
        ({"recipients": [{"otp": "1"}]}, "101"),
        ({"recipients": None}, "101"),
        ({"to": "9800000001"}, "202"),
        ({"to": "911800000001"}, "202"),
        ({"sender": "LND"}, "203"),
        ({"surprise": "1"}, "400"),
        ({"short_url": 0}, "400"),
        ({"variables": {"amount": 5000}}, "400"),
        ({"recipients": []}, "400"),
    ],
)
def test_what_is_wrong_is_refused_with_a_code_inside_a_200(sandbox, account, changes, code):
    before = len(sandbox.record("sms"))
    answer = send(sandbox, account, **changes)
    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (200, "error", code)
    assert len(sandbox.record("sms")) == before


def test_the_same_request_within_ten_seconds_is_a_duplicate(sandbox, account):
    assert send(sandbox, account, variables={"n": "same"}).json()["type"] == "success"
    assert send(sandbox, account, variables={"n": "same"}).json()["code"] == "311"
    assert send(sandbox, account, variables={"n": "other"}, path="/msg91/api/v5/flow").json()["type"] == "success"


def test_the_panels_flow_makes_the_text_and_blanks_what_is_missing(sandbox, account):
    made = sandbox.act("msg91", "flow", templateId=TEMPLATE, text="Dear ##name##, ##amount## is due.")
    assert made.status_code == 200
    send(sandbox, account, to="919800000041", variables={"name": "Asha", "Amount": "5000"})
    assert [sms["text"] for sms in sandbox.record("sms", to="9800000041")] == ["Dear Asha,  is due."]
    other = send(sandbox, account, template_id="0" * 24).json()
    assert other == {"message": "template not found", "type": "error"}
    assert "template" in send(sandbox, account, template_id=None).json()["message"]


def test_a_refusal_carries_the_code_it_was_armed_with(sandbox, account):
    sandbox.arm("msg91", "refuse", code="418")
    assert send(sandbox, account).json()["code"] == "418"
