"""SendGrid: literal answers and events, one for each row of its tables, the signature vector, silence, and what it is sent."""

import json
import time
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from los_adapters.messaging.sendgrid import (
    EVENTS,
    PROVIDER,
    SendGrid,
    SendGridConfig,
    receipt_from_wire,
    signature_holds,
)
from los_adapters.wire.config import SettingProblem
from los_adapters.wire.provider import secrets_of
from los_domain.messaging.ports import Attachment, EmailMessage, ForgedReceipt
from los_domain.messaging.receipts import DeliveryFault, DeliveryStatus
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import VendorRef
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

REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
NDC = EmailMessage(
    to=Email("asha@example.in"),
    subject="No-dues certificate",
    text="Attached.",
    html="<p>Attached.</p>",
    from_address=Email("no-reply@lender.example.in"),
    from_name="Lender",
    attachments=(Attachment("ndc.pdf", "application/pdf", b"%PDF-1.7"),),
)
PRIVATE = 0xD88FA4FEFCA4DEE9C755C688AE9E56330106F3608B78A6DB3FCDF8813A642D59
PUBLIC = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAER+6fRW9GrvkNqMw3R8W2gTSjG3R5K3pZJd0Rx2P547+bP65O7Y9weuydGriZnGjkmj08ndDBqJol7d62mwHeHA=="
BODY = (
    b'[{"email":"asha@example.test","event":"delivered","sg_event_id":"ev-0001",'
    b'"sg_message_id":"msg-abc.filter0001.1.1-0","timestamp":1699999999,"los_message_id":"ntf_01"}]\r\n'
)
SIGNATURE = "MEUCIDe+g4JosZWzkG40ytZhOwco7maVYnV5aOmRNx9lvm/KAiEAxshIXJZmgWOOz6D+b7pdyy/ffRgjHzYbonAld/kyO1A="
STAMP = "1700000000"


def config(url: str = "https://api.sendgrid.com", **changed: Any) -> SendGridConfig:
    return SendGridConfig(**{"api_key": "SG.key-01", "base_url": url, "event_public_keys": (PUBLIC,)} | changed)


def send(answer: Any, message: EmailMessage = NDC, *, call: str = "send", **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        sender = SendGrid(config(there.url, **changed), line, now=lambda: 1_700_000_000.5)
        return getattr(sender, call)(message, ref=REF), there.asked


def problem(field: str | None, status: int = 400) -> Answer:
    return Answer.of({"errors": [{"message": "no", "field": field, "help": None}]}, status)


class TestSending:
    def test_is_one_mail_to_one_person_with_its_files(self) -> None:
        outcome, (asked,) = send(Answer(202, b"", {"X-Message-Id": "msg-abc"}))
        assert outcome == Done(None, "msg-abc")
        assert (asked.method, asked.path) == ("POST", "/v3/mail/send")
        assert asked.headers["authorization"] == "Bearer SG.key-01"
        assert asked.headers["content-type"] == "application/json"
        assert asked.json() == {
            "personalizations": [{"to": [{"email": "asha@example.in"}], "custom_args": {"los_message_id": REF}}],
            "from": {"email": "no-reply@lender.example.in", "name": "Lender"},
            "subject": "No-dues certificate",
            "content": [
                {"type": "text/plain", "value": "Attached."},
                {"type": "text/html", "value": "<p>Attached.</p>"},
            ],
            "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
            "attachments": [
                {
                    "content": b64encode(b"%PDF-1.7").decode(),
                    "type": "application/pdf",
                    "filename": "ndc.pdf",
                    "disposition": "attachment",
                }
            ],
        }

    def test_an_empty_part_and_no_files_are_left_out(self) -> None:
        _, (asked,) = send(Answer(202), attrs.evolve(NDC, html="", attachments=()))
        assert asked.json()["content"] == [{"type": "text/plain", "value": "Attached."}]
        assert "attachments" not in asked.json()

    def test_what_is_too_large_is_refused_without_asking(self) -> None:
        outcome, asked = send(Answer(202), attrs.evolve(NDC, text="a" * 2000), largest_bytes=2000)
        assert outcome == Refused(RefusedFor.INVALID_INPUT, "413", "the mail with its files is too large: send a link")
        assert asked == []

    def test_can_be_looked_at_without_being_sent(self) -> None:
        outcome, (asked,) = send(Answer(200), call="check")
        assert outcome == Done(None)
        assert asked.json()["mail_settings"] == {"sandbox_mode": {"enable": True}}
        assert send(problem("from"), call="check")[0].scope is MisconfiguredIn.TEMPLATE


class TestOutcomes:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (
                problem("personalizations.0.to"),
                Refused(RefusedFor.RECIPIENT, "personalizations.0.to", "SendGrid does not take personalizations.0.to"),
            ),
            (problem("subject"), Misconfigured(MisconfiguredIn.TEMPLATE, "subject", "SendGrid does not take subject")),
            (problem(None), Misconfigured(MisconfiguredIn.TEMPLATE, "400", "SendGrid does not take 400")),
            (Answer(400, b"<html>"), Unknown("SendGrid answered HTTP 400")),
            (problem(None, 401), Misconfigured(MisconfiguredIn.ACCOUNT, "401", "SendGrid answered HTTP 401")),
            (problem("from", 403), Misconfigured(MisconfiguredIn.ACCOUNT, "403", "SendGrid answered HTTP 403")),
            (Answer(404), Misconfigured(MisconfiguredIn.PRODUCT, "404", "SendGrid answered HTTP 404")),
            (Answer(405), Misconfigured(MisconfiguredIn.PRODUCT, "405", "SendGrid answered HTTP 405")),
            (Answer(406), Misconfigured(MisconfiguredIn.PRODUCT, "406", "SendGrid answered HTTP 406")),
            (Answer(413), Refused(RefusedFor.INVALID_INPUT, "413", "SendGrid answered HTTP 413")),
            (Answer(415), Misconfigured(MisconfiguredIn.PRODUCT, "415", "SendGrid answered HTTP 415")),
            (Answer(429, b"", {"X-RateLimit-Reset": "1700000030"}), RateLimited(30)),
            (Answer(429, b"", {"X-RateLimit-Reset": "1600000000"}), RateLimited(1)),
            (Answer(429), RateLimited(1)),
            (Answer(500), Unknown("SendGrid answered HTTP 500")),
            (Answer(502), Unknown("SendGrid answered HTTP 502")),
            (Answer(503), NotSent("SendGrid answered HTTP 503")),
            (Answer(504), Unknown("SendGrid answered HTTP 504")),
            (Answer(200, b"{}"), Unknown("SendGrid answered HTTP 200")),
            (Answer(302, b"", {"Location": "https://elsewhere.example"}), Unknown("SendGrid answered HTTP 302")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_answer(self, answer: Answer, expected: Any) -> None:
        assert send(answer)[0] == expected

    def test_silence(self) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return Answer(202)

        assert send(slowly, read_seconds=0.1)[0] == Unknown("ReadTimeout")
        with wire() as line:
            assert isinstance(SendGrid(config(nobody()), line).send(NDC, ref=REF), NotSent)


def read(
    body: bytes, signature: str = SIGNATURE, stamp: str = STAMP, *, now: float = 1_700_000_000, **changed: Any
) -> Any:
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }
    with wire() as line:
        return SendGrid(config(**changed), line, now=lambda: now).read_receipts(body, headers)


def signed(body: bytes, stamp: str = STAMP) -> str:
    key = ec.derive_private_key(PRIVATE, ec.SECP256R1())
    return b64encode(key.sign(stamp.encode() + body, ec.ECDSA(SHA256()))).decode()


EVENT: dict[str, Any] = {
    "email": "asha@example.test", "event": "delivered", "sg_event_id": "ev-1", "sg_message_id": "msg-abc.filter",
    "timestamp": 1699999999, "los_message_id": REF,
}  # fmt: skip


class TestReceipts:
    def test_the_vector_is_read(self) -> None:
        (event,) = read(BODY)
        assert (event.provider_message_id, event.event_id, event.ref) == ("msg-abc", "ev-0001", "ntf_01")
        assert event.status is DeliveryStatus.DELIVERED
        assert event.occurred_at is not None
        assert event.occurred_at.timestamp() == 1699999999

    @pytest.mark.parametrize(
        ("body", "signature", "stamp", "now", "keys"),
        [
            (BODY.removesuffix(b"\r\n"), SIGNATURE, STAMP, 1_700_000_000, (PUBLIC,)),
            (BODY.replace(b"delivered", b"bounce"), SIGNATURE, STAMP, 1_700_000_000, (PUBLIC,)),
            (BODY, SIGNATURE, "1700000001", 1_700_000_000, (PUBLIC,)),
            (BODY, SIGNATURE, STAMP, 1_700_000_601, (PUBLIC,)),
            (BODY, SIGNATURE, STAMP, 1_699_999_399, (PUBLIC,)),
            (BODY, SIGNATURE, STAMP, 1_700_000_000, ()),
            (BODY, "", STAMP, 1_700_000_000, (PUBLIC,)),
            (BODY, "not base64", STAMP, 1_700_000_000, (PUBLIC,)),
            (BODY, b64encode(b64decode(SIGNATURE)[:-1]).decode(), STAMP, 1_700_000_000, (PUBLIC,)),
            (BODY, signed(BODY, "now"), "now", 1_700_000_000, (PUBLIC,)),
        ],
        ids=range(10),  # a signature differs at each run, and names of tests must not
    )
    def test_forged_rewritten_or_old(
        self, body: bytes, signature: str, stamp: str, now: float, keys: tuple[str, ...]
    ) -> None:
        with pytest.raises(ForgedReceipt):
            read(body, signature, stamp, now=now, event_public_keys=keys)

    def test_a_second_key_is_accepted_while_keys_change(self) -> None:
        other = ec.derive_private_key(7, ec.SECP256R1()).public_key()
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        newer = b64encode(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
        assert signature_holds(BODY, SIGNATURE, STAMP, (newer, PUBLIC))
        assert not signature_holds(BODY, SIGNATURE, STAMP, (newer,))

    @pytest.mark.parametrize(
        ("changed", "status", "fault"),
        [
            ({"event": "processed"}, DeliveryStatus.SENT, None),
            ({"event": "deferred", "response": "450 later"}, DeliveryStatus.DEFERRED, None),
            ({"event": "delivered"}, DeliveryStatus.DELIVERED, None),
            ({"event": "bounce", "type": "bounce"}, DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ({"event": "bounce", "type": "blocked"}, DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ({"event": "dropped", "reason": "Bounced Address"}, DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ({"event": "dropped", "reason": "Invalid"}, DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, DeliveryStatus.FAILED, None),
            ({"event": "dropped", "reason": "Unsubscribed Address"}, DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
            ({"event": "dropped", "reason": "Spam Reporting Address"}, DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
            ({"event": "dropped", "reason": "Recipient List over Package Quota"}, DeliveryStatus.FAILED, None),
            ({"event": "spamreport"}, DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ({"event": "unsubscribe"}, DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ({"event": "group_unsubscribe"}, DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ({"event": "open"}, DeliveryStatus.OTHER, None),
            ({"event": "click", "url": "https://x.in"}, DeliveryStatus.OTHER, None),
            ({"event": "abducted"}, DeliveryStatus.OTHER, None),
        ],
    )
    def test_each_event(self, changed: dict[str, Any], status: DeliveryStatus, fault: DeliveryFault | None) -> None:
        event = receipt_from_wire(EVENT | changed)
        assert event is not None
        assert (event.status, event.fault) == (status, fault)

    def test_only_one_word_is_delivery(self) -> None:
        assert [word for word, status in EVENTS.items() if status is DeliveryStatus.DELIVERED] == ["delivered"]

    def test_events_that_name_no_message_of_ours_do_not_spoil_the_others(self) -> None:
        body = json.dumps([EVENT, {"event": "open", "sg_event_id": "x"}, 7]).encode()
        assert [event.event_id for event in read(body, signed(body))] == ["ev-1"]

    @pytest.mark.parametrize("body", [b"", b"hello", b"{}", b"[]"])
    def test_signed_garbage(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            read(body, signed(body))


def test_a_receipt_that_waited_is_held_against_the_hour_it_came() -> None:
    """The inbox may be worked on long after: a queue that stood still forges nothing."""
    body = json.dumps([EVENT]).encode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signed(body),
        "X-Twilio-Email-Event-Webhook-Timestamp": STAMP,
    }
    came = datetime.fromtimestamp(int(STAMP) + 5, UTC)
    with wire() as line:
        late = SendGrid(config(), line, now=lambda: int(STAMP) + 86_400.0)
        with pytest.raises(ForgedReceipt):
            late.read_receipts(body, headers)
        assert len(late.read_receipts(body, headers, at=came)) == 1


def test_a_key_that_is_none_is_no_setting() -> None:
    for key in ("", "hello", b64encode(b"hello").decode()):
        with pytest.raises(SettingProblem, match="event_public_keys"):
            config(event_public_keys=(key,))


def test_secrets_and_personal_data_are_never_shown() -> None:
    assert secrets_of(SendGridConfig) == {"api_key"}
    with wire() as line:
        assert "SG.key-01" not in repr(SendGrid(config(), line))
    assert "asha" not in repr(NDC) + repr(read(BODY))
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(SendGridConfig)}
