"""The simulated Gupshup against its provider page."""

import json

import pytest

SENT = {
    "method": "SendMessage",
    "send_to": "919800000001",
    "msg": "Your code is 482913",
    "msg_type": "TEXT",
    "auth_scheme": "plain",
    "v": "1.1",
    "format": "json",
    "mask": "LNDRCO",
    "principalEntityId": "1101000000000000001",
    "dltTemplateId": "1107000000000000001",
    "msg_id": "REF1",
}


@pytest.fixture
def account(sandbox, posts):
    return sandbox.account("gupshup", webhookUrl=posts.url, options={"masks": "LNDRCO,OTHERS"})


def send(sandbox, account, how="post", **changes):
    fields = {**SENT, "userid": account["userid"], "password": account["password"], **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    if how == "get":
        return sandbox.http.get("/gupshup/GatewayAPI/rest", params=fields)
    return sandbox.http.post("/gupshup/GatewayAPI/rest", data=fields)


def said(answer):
    assert answer.status_code == 200
    return answer.json()["response"]


def test_a_text_is_taken_shown_in_the_outbox_and_receipted(sandbox, account, posts):
    response = said(send(sandbox, account))
    assert (response["status"], response["phone"]) == ("success", "919800000001")
    last = sandbox.http.get("/_sandbox/outbox/sms", params={"to": "9800000001", "last": "1"}).json()["items"]
    assert [(sms["text"], sms["header"], sms["reference"]) for sms in last] == [(SENT["msg"], "LNDRCO", "REF1")]
    [(_, headers, body)] = posts.wait(1)
    [event] = json.loads(body)
    assert headers["content-type"] == "application/json"
    assert event["externalId"] == response["id"]
    assert (event["eventType"], event["errCode"], event["destAddr"]) == ("DELIVERED", "000", 919800000001)


def test_text_answers_and_get_work_too(sandbox, account):
    answer = send(sandbox, account, "get", format="text", method="sendMessage")
    status, phone, identity = answer.text.split(" | ")
    assert (status, phone) == ("success", "919800000001")
    assert len(identity.split("-")) == 2
    assert send(sandbox, account, format="text", send_to="12345").text.startswith("error | 105 | ")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong"}, "102"),
        ({"userid": "2000999999"}, "102"),
        ({"auth_scheme": "basic"}, "102"),
        ({"msg": None}, "101"),
        ({"send_to": None}, "101"),
        ({"v": None}, "101"),
        ({"send_to": "+919800000001"}, "105"),
        ({"send_to": "5800000001"}, "105"),
        ({"send_to": "14155550100"}, "105"),
        ({"method": "xlsUpload"}, "106"),
        ({"v": "1.0"}, "107"),
        ({"mask": "NOBODY"}, "108"),
        ({"mask": "LND"}, "108"),
        ({"override_dnd": "maybe"}, "109"),
        ({"msg_type": "PLAIN"}, "110"),
        ({"timestamp": "tomorrow"}, "110"),
        ({"surprise": "1"}, "110"),
    ],
)
def test_what_is_wrong_is_refused_with_the_vendors_code_inside_a_200(sandbox, account, changes, code):
    before = len(sandbox.record("sms"))
    response = said(send(sandbox, account, **changes))
    assert (response["status"], response["id"]) == ("error", code)
    assert len(sandbox.record("sms")) == before


def test_several_numbers_are_answered_one_by_one(sandbox, account):
    answer = send(sandbox, account, send_to="9800000011,12,919800000012").json()
    assert [(one["status"], one["phone"]) for one in answer["data"]["response_messages"]] == [
        ("success", "919800000011"),
        ("error", "12"),
        ("success", "919800000012"),
    ]


def test_text_outside_the_alphabet_needs_unicode(sandbox, account):
    send(sandbox, account, msg="₹500 due", send_to="9800000021")
    send(sandbox, account, msg="₹500 due", msg_type="Unicode_text", send_to="9800000021")
    texts = [sms["text"] for sms in sandbox.record("sms", to="9800000021")]
    assert texts == ["?500 due", "₹500 due"]


def test_a_phone_in_trouble_fails_its_receipt(sandbox, account, posts):
    assert sandbox.act("gupshup", "handset", phone="9800000031", errCode="001").status_code == 200
    said(send(sandbox, account, send_to="9800000031"))
    [event] = json.loads(posts.wait(1)[0][2])
    assert (event["eventType"], event["errCode"], event["cause"]) == ("FAILED", "001", "ABSENT_SUBSCRIBER")
    assert sandbox.act("gupshup", "handset", phone="1", errCode="001").status_code == 409


def test_a_refusal_carries_the_code_it_was_armed_with(sandbox, account):
    sandbox.arm("gupshup", "refuse", match={"msg_id": "REF9"}, code="103")
    assert said(send(sandbox, account))["status"] == "success"
    assert said(send(sandbox, account, msg_id="REF9"))["id"] == "103"


def test_operators_scrub_against_the_register_once_there_is_one(sandbox, account, posts):
    template = {
        "templateId": SENT["dltTemplateId"],
        "entityId": SENT["principalEntityId"],
        "header": "LNDRCO",
        "text": "Your code is {#var#}",
    }
    assert sandbox.act("gupshup", "dlt-template", **template).status_code == 200
    wrong = [
        {},
        {"msg": "Your secret is 1"},
        {"msg": "Your code is " + "1" * 31},
        {"mask": "OTHERS"},
        {"dltTemplateId": "1107000000000000009"},
        {"principalEntityId": "1101000000000000009"},
        {"principalEntityId": "77"},
        {"dltTemplateId": ""},
    ]
    identities = [said(send(sandbox, account, **changes))["id"] for changes in wrong]
    codes = {json.loads(body)[0]["externalId"]: json.loads(body)[0]["errCode"] for _, _, body in posts.wait(len(wrong))}
    assert [codes[one] for one in identities] == ["000", "633", "635", "634", "630", "623", "604", "637"]
