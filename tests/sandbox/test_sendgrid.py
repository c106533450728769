"""The simulated SendGrid against its provider page."""

import hashlib
import json
from base64 import b64decode, b64encode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from los_http.sandbox.vendors.sendgrid import public_key, signature

PDF = b"%PDF-1.7 a certificate"
MAIL = {
    "personalizations": [{"to": [{"email": "asha@example.test"}], "custom_args": {"los_message_id": "REF1"}}],
    "from": {"email": "no-reply@lender.test", "name": "Lender"},
    "subject": "Your loan is closed",
    "content": [{"type": "text/plain", "value": "Dear Asha"}, {"type": "text/html", "value": "<p>Dear Asha</p>"}],
    "attachments": [{"content": b64encode(PDF).decode(), "type": "application/pdf", "filename": "noc.pdf"}],
    "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
}
PRIVATE = "d88fa4fefca4dee9c755c688ae9e56330106f3608b78a6db3fcdf8813a642d59"
PUBLIC = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAER+6fRW9GrvkNqMw3R8W2gTSjG3R5K3pZJd0Rx2P547+bP65O7Y9weuydGriZnGjkmj08ndDBqJol7d62mwHeHA=="


@pytest.fixture
def account(sandbox, posts):
    return sandbox.account("sendgrid", webhookUrl=posts.url, options={"senders": "lender.test"})


def send(sandbox, account, key=None, **changes):
    body = {name: value for name, value in {**MAIL, **changes}.items() if value is not None}
    headers = {"authorization": f"Bearer {key or account['apiKey']}"}
    return sandbox.http.post("/sendgrid/v3/mail/send", json=body, headers=headers)


def to(address, **more):
    return [{"to": [{"email": address}], **more}]


def verifies(public, headers, body):
    stamp = headers["x-twilio-email-event-webhook-timestamp"]
    signed = b64decode(headers["x-twilio-email-event-webhook-signature"])
    try:
        load_der_public_key(b64decode(public)).verify(signed, stamp.encode() + body, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def test_a_mail_is_taken_and_shown_with_the_hash_of_what_is_attached(sandbox, account):
    answer = send(sandbox, account)
    assert (answer.status_code, answer.content) == (202, b"")
    [mail] = sandbox.http.get("/_sandbox/outbox/mail", params={"to": "asha@example.test", "last": "1"}).json()["items"]
    assert mail["messageId"] == answer.headers["x-message-id"]
    assert (mail["subject"], mail["text"], mail["reference"]) == ("Your loan is closed", "Dear Asha", "REF1")
    [file] = mail["attachments"]
    assert (file["filename"], file["sha256"]) == ("noc.pdf", hashlib.sha256(PDF).hexdigest())


def test_events_are_signed_over_timestamp_and_raw_body(sandbox, account, posts):
    answer = send(sandbox, account)
    events = []
    for _, headers, body in posts.wait(2):
        assert body.endswith(b"]\r\n")
        assert verifies(account["eventPublicKey"], headers, body)
        assert not verifies(account["eventPublicKey"], headers, body.rstrip())
        events += json.loads(body)
    assert [event["event"] for event in events] == ["processed", "delivered"]
    assert {event["los_message_id"] for event in events} == {"REF1"}
    assert {event["sg_message_id"].partition(".")[0] for event in events} == {answer.headers["x-message-id"]}
    assert len({event["sg_event_id"] for event in events}) == 2


def test_a_forged_event_does_not_verify(sandbox, account, posts):
    sandbox.arm("sendgrid", "forged_webhook", call="delivered")
    send(sandbox, account)
    posts.wait(3)
    delivered = [(headers, body) for _, headers, body in posts.posted if b'"delivered"' in body]
    assert sorted(verifies(account["eventPublicKey"], headers, body) for headers, body in delivered) == [False, True]


def test_the_published_key_and_body_verify():
    body = (
        b'[{"email":"asha@example.test","event":"delivered","sg_event_id":"ev-0001",'
        b'"sg_message_id":"msg-abc.filter0001.1.1-0","timestamp":1699999999,"los_message_id":"ntf_01"}]\r\n'
    )
    assert hashlib.sha256(body).hexdigest() == "c72dd9da67842da5d30f75798d7e9066ad106f05bdb335f037d51764900c1f83"
    assert public_key(PRIVATE) == PUBLIC
    headers = {
        "x-twilio-email-event-webhook-timestamp": "1700000000",
        "x-twilio-email-event-webhook-signature": signature(PRIVATE, "1700000000", body),
    }
    assert verifies(PUBLIC, headers, body)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"key": "SG.wrong"}, 401, None),
        ({"personalizations": None}, 400, "personalizations"),
        ({"personalizations": []}, 400, "personalizations"),
        ({"personalizations": [{"to": []}]}, 400, "personalizations.0.to"),
        ({"personalizations": to("nobody")}, 400, "personalizations.0.to.0.email"),
        ({"personalizations": to("a@b.test", custom_args={"n": 1})}, 400, "personalizations.0.custom_args.n"),
        ({"personalizations": to("a@b.test") + to("A@b.test")}, 400, "personalizations"),
        ({"from": None}, 400, "from"),
        ({"from": {"email": "x@stranger.test"}}, 403, "from"),
        ({"subject": None}, 400, "personalizations.0.subject"),
        ({"subject": ""}, 400, "subject"),
        ({"content": None}, 400, "content"),
        ({"content": list(reversed(MAIL["content"]))}, 400, "content"),
        ({"attachments": [{"content": "!", "filename": "a"}]}, 400, "attachments.0.content"),
        ({"attachments": [{"content": "aGk="}]}, 400, "attachments.0.filename"),
        ({"send_at": "soon"}, 400, "send_at"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_what_is_wrong_is_refused_and_named(sandbox, account, changes, status, field):
    before = len(sandbox.record("mail"))
    answer = send(sandbox, account, **changes)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert len(sandbox.record("mail")) == before


def test_a_body_that_is_no_json_is_told_apart(sandbox, account):
    headers = {"authorization": f"Bearer {account['apiKey']}", "content-type": "text/plain"}
    assert sandbox.http.post("/sendgrid/v3/mail/send", content=b"{}", headers=headers).status_code == 415
    headers["content-type"] = "application/json"
    assert sandbox.http.post("/sendgrid/v3/mail/send", content=b"{", headers=headers).status_code == 400


def test_the_vendors_own_dry_run_sends_nothing(sandbox, account):
    before = len(sandbox.record("mail"))
    assert send(sandbox, account, mail_settings={"sandbox_mode": {"enable": True}}).status_code == 200
    assert len(sandbox.record("mail")) == before


def test_a_mailbox_that_bounced_is_dropped_from_then_on(sandbox, account, posts):
    sandbox.act("sendgrid", "mailbox", email="gone@example.test", does="bounces")
    for _ in range(2):
        assert send(sandbox, account, personalizations=to("gone@example.test")).status_code == 202
    words = sorted(json.loads(body)[0]["event"] for _, _, body in posts.wait(3))
    assert words == ["bounce", "dropped", "processed"]


def test_too_many_calls_name_the_second_they_may_come_again(sandbox, account):
    sandbox.arm("sendgrid", "rate_limited")
    answer = send(sandbox, account)
    assert answer.status_code == 429
    assert int(answer.headers["x-ratelimit-reset"]) > 1_700_000_000
    assert "retry-after" not in answer.headers
