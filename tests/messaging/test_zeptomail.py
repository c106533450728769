"""ZeptoMail: literal answers and events, one for each row of its tables, the signature vector, silence, and what it is sent."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import attrs
import pytest

from los_adapters.messaging.zeptomail import CODES, PROVIDER, SignedContent, ZeptoMail, ZeptoMailConfig, signature_holds
from los_adapters.wire.codes import Means
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
KEY = "zepto-webhook-secret-123"
STAMP = "1700000000000"
VECTOR_BODY = b'{"event_name":["hardbounce"],"webhook_request_id":"wh-1"}'
VECTOR = "ts=1700000000000;s=GPlwnNbgjjOQyiZtEhWwreX9gisgSmCVe6kANH4kXnY%3D;s-algorithm=HmacSHA256"
NDC = EmailMessage(
    to=Email("asha@example.in"),
    subject="No-dues certificate",
    text="Attached.",
    html="<p>Attached.</p>",
    from_address=Email("no-reply@lender.example.in"),
    from_name="Lender",
    attachments=(Attachment("ndc.pdf", "application/pdf", b"%PDF-1.7"),),
)
TAKEN = {
    "data": [{"code": "EM_104", "additional_info": [], "message": "Email request received"}],
    "message": "OK", "object": "email", "request_id": "2d6f.aaa.m1.bbb.ccc",
}  # fmt: skip


def config(url: str = "https://api.zeptomail.in/v1.1", **changed: Any) -> ZeptoMailConfig:
    return ZeptoMailConfig(**{"token": "token-01", "base_url": url, "receipt_keys": (KEY,)} | changed)


def send(answer: Any, message: EmailMessage = NDC, **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        return ZeptoMail(config(there.url, **changed), line).send(message, ref=REF), there.asked


def no(code: str, target: str = "from", status: int = 400, outer: str = "TM_4001") -> Answer:
    details = [{"code": code, "message": "no", "target": target, "target_value": "x@y.test"}] if code else []
    return Answer.of({"error": {"code": outer, "message": "no", "request_id": "1", "details": details}}, status)


class TestSending:
    def test_is_one_mail_to_one_person_with_its_files(self) -> None:
        outcome, (asked,) = send(Answer.of(TAKEN, 201))
        assert outcome == Done(None, "2d6f.aaa.m1.bbb.ccc")
        assert (asked.method, asked.path) == ("POST", "/email")
        assert asked.headers["authorization"] == "Zoho-enczapikey token-01"
        assert asked.json() == {
            "from": {"address": "no-reply@lender.example.in", "name": "Lender"},
            "to": [{"email_address": {"address": "asha@example.in"}}],
            "subject": "No-dues certificate",
            "textbody": "Attached.",
            "htmlbody": "<p>Attached.</p>",
            "client_reference": REF,
            "track_clicks": False,
            "track_opens": False,
            "attachments": [
                {"content": b64encode(b"%PDF-1.7").decode(), "mime_type": "application/pdf", "name": "ndc.pdf"}
            ],
        }

    def test_what_is_too_much_is_refused_without_asking(self) -> None:
        many = attrs.evolve(NDC, attachments=NDC.attachments * 61)
        for message, changed in ((many, {}), (attrs.evolve(NDC, text="a" * 2000), {"largest_bytes": 2000})):
            outcome, asked = send(Answer.of(TAKEN, 201), message, **changed)
            assert outcome.why is RefusedFor.INVALID_INPUT
            assert asked == []


A, T = MisconfiguredIn.ACCOUNT, MisconfiguredIn.TEMPLATE


class TestOutcomes:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("GE_102", T), ("SM_101", T), ("SM_120", T), ("UE_106", T), ("MTR_101", T), ("LE_101", A), ("LE_102", A),
            ("SERR_156", A), ("SERR_157", A), ("SM_133", A), ("AE_101", A), ("SM_111", A), ("SM_128", A), ("SM_113", T),
            ("SM_127", RefusedFor.INVALID_INPUT), ("SM_129", RefusedFor.INVALID_INPUT),
        ],
    )  # fmt: skip
    def test_each_detail_code(self, code: str, expected: Any) -> None:
        said = f"ZeptoMail answered {code}"
        whose = Misconfigured if isinstance(expected, MisconfiguredIn) else Refused
        assert send(no(code))[0] == whose(expected, code, said)
        assert code in CODES

    def test_the_table_under_test_is_the_whole_list(self) -> None:
        assert len(CODES) == 17

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer.of(TAKEN, 200), Done(None, "2d6f.aaa.m1.bbb.ccc")),
            (no("SM_113", "to"), Refused(RefusedFor.RECIPIENT, "SM_113", "ZeptoMail answered SM_113")),
            (no("SMI_115"), RateLimited(3600)),
            (no("NEW_1"), Unknown("ZeptoMail answered NEW_1")),
            (no("", outer="TM_9"), Unknown("ZeptoMail answered TM_9")),
            (no("", outer="TM_9", status=401), Misconfigured(A, "TM_9", "ZeptoMail answered TM_9")),
            (no("SM_111", status=200), Misconfigured(A, "SM_111", "ZeptoMail answered SM_111")),
            (Answer(429), RateLimited(60)),
            (Answer(401), Misconfigured(A, "401", "ZeptoMail answered HTTP 401")),
            (Answer(413), Refused(RefusedFor.INVALID_INPUT, "413", "ZeptoMail answered HTTP 413")),
            (Answer(503), NotSent("ZeptoMail answered HTTP 503")),
            (Answer(500), Unknown("ZeptoMail answered HTTP 500")),
            (Answer(200, b"<html>"), Unknown("the answer names no message")),
            (Answer.of({"message": "OK"}), Unknown("the answer names no message")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_other_answer(self, answer: Answer, expected: Any) -> None:
        assert send(answer)[0] == expected

    def test_codes_are_settings(self) -> None:
        assert isinstance(send(no("NEW_1"), codes={"NEW_1": Means.NOT_SENT})[0], NotSent)
        assert send(no("NEW_1"), unlisted_code=Means.OUR_ACCOUNT)[0].scope is A

    def test_silence(self) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return Answer.of(TAKEN)

        assert send(slowly, read_seconds=0.1)[0] == Unknown("ReadTimeout")
        with wire() as line:
            assert isinstance(ZeptoMail(config(nobody()), line).send(NDC, ref=REF), NotSent)


def signed(content: bytes, stamp: str = STAMP, key: str = KEY) -> str:
    mac = b64encode(hmac.new(key.encode(), stamp.encode() + content, hashlib.sha256).digest()).decode()
    return f"ts={stamp};s={quote(mac, safe='')};s-algorithm=HmacSHA256"


def read(body: bytes, header: str | None = None, *, now: float = 1_700_000_000.0, **changed: Any) -> Any:
    with wire() as line:
        reader = ZeptoMail(config(**changed), line, now=lambda: now)
        return reader.read_receipts(body, {"Producer-Signature": signed(body) if header is None else header})


EVENT: dict[str, Any] = {
    "event_name": ["hardbounce"], "mailagent_key": "ag1", "webhook_request_id": "wh-1",
    "event_message": [{
        "request_id": "2d6f.aaa.m1.bbb.ccc",
        "email_info": {"client_reference": REF, "to": [{"email_address": {"address": "asha@example.test", "name": "Asha"}}]},
        "event_data": [{"object": "hardbounce", "details": [{"reason": "user-unknown", "time": "2026-01-05T10:15:04+05:30"}]}],
    }],
}  # fmt: skip


class TestReceipts:
    def test_the_vector(self) -> None:
        assert signature_holds(VECTOR, VECTOR_BODY, (KEY,), now=1_700_000_000, age_seconds=300)
        assert signature_holds(
            VECTOR.replace("%3D", "="), VECTOR_BODY, ("new", KEY), now=1_700_000_000, age_seconds=300
        )
        assert signed(VECTOR_BODY) == VECTOR

    @pytest.mark.parametrize(
        ("header", "body", "keys", "now"),
        [
            (VECTOR, VECTOR_BODY + b" ", (KEY,), 1_700_000_000),
            (VECTOR.replace("ts=17", "ts=18"), VECTOR_BODY, (KEY,), 1_700_000_000),
            (VECTOR, VECTOR_BODY, (), 1_700_000_000),
            (VECTOR, VECTOR_BODY, ("other",), 1_700_000_000),
            (VECTOR, VECTOR_BODY, (KEY,), 1_700_000_301),
            (VECTOR.replace("HmacSHA256", "none"), VECTOR_BODY, (KEY,), 1_700_000_000),
            (signed(VECTOR_BODY, key=""), VECTOR_BODY, ("",), 1_700_000_000),
            ("", VECTOR_BODY, (KEY,), 1_700_000_000),
            ("hello", VECTOR_BODY, (KEY,), 1_700_000_000),
        ],
    )
    def test_forged_rewritten_or_old(self, header: str, body: bytes, keys: tuple[str, ...], now: float) -> None:
        with pytest.raises(ForgedReceipt):
            read(body, header, now=now, receipt_keys=keys)

    def test_is_read_whole(self) -> None:
        (event,) = read(json.dumps(EVENT).encode())
        assert (event.provider_message_id, event.ref, event.recipient) == (
            "2d6f.aaa.m1.bbb.ccc",
            REF,
            "asha@example.test",
        )
        assert (event.status, event.fault) == (DeliveryStatus.FAILED, DeliveryFault.RECIPIENT)
        assert event.occurred_at == datetime(2026, 1, 5, 4, 45, 4, tzinfo=UTC)

    def test_a_form_is_signed_raw_or_decoded(self) -> None:
        body = urlencode({"payload": json.dumps(EVENT)}).encode()
        (raw,) = read(body)
        (decoded,) = read(body, signed(json.dumps(EVENT).encode()), signed_content=SignedContent.FORM_DECODED)
        assert raw == decoded
        with pytest.raises(ForgedReceipt):
            read(body, signed(json.dumps(EVENT).encode()))

    @pytest.mark.parametrize(
        ("word", "status", "fault"),
        [
            ("delivered", DeliveryStatus.DELIVERED, None),
            ("softbounce", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("hardbounce", DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ("feedback loop", DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ("email_open", DeliveryStatus.OTHER, None),
            ("email_link_click", DeliveryStatus.OTHER, None),
            ("abducted", DeliveryStatus.OTHER, None),
        ],
    )
    def test_each_event(self, word: str, status: DeliveryStatus, fault: DeliveryFault | None) -> None:
        (event,) = read(json.dumps(EVENT | {"event_name": [word]}).encode())
        assert (event.status, event.fault) == (status, fault)

    @pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"{}", b"\xff", VECTOR_BODY, b"payload=%7B"])
    def test_signed_garbage(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            read(body)


def test_secrets_and_personal_data_are_never_shown() -> None:
    assert secrets_of(ZeptoMailConfig) == {"token", "receipt_keys"}
    with wire() as line:
        assert "token-01" not in repr(ZeptoMail(config(), line)) + repr(config())
    assert "asha" not in repr(read(json.dumps(EVENT).encode()))
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(ZeptoMailConfig)}
