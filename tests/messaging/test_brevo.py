"""Brevo: literal answers and events, one for each row of its tables, silence, and what it is sent."""

import json
import time
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from los_adapters.messaging.brevo import (
    CODES,
    EVENTS,
    PROVIDER,
    STATUSES,
    Brevo,
    BrevoConfig,
    message_to_wire,
    plain_filename,
)
from los_adapters.wire.codes import Means
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
    attachments=(Attachment("NDC लोन 42.pdf", "application/pdf", b"%PDF-1.7"),),
)
TAKEN = {"messageId": "<202601051015.12345@smtp-relay.mailin.fr>"}


def config(url: str = "https://api.brevo.com/v3", **changed: Any) -> BrevoConfig:
    return BrevoConfig(**{"api_key": "xkeysib-01", "base_url": url} | changed)


def send(answer: Any, message: EmailMessage = NDC, *, call: str = "send", **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        return getattr(Brevo(config(there.url, **changed), line), call)(message, ref=REF), there.asked[0]


def no(code: str, message: str = "no", status: int = 400) -> Answer:
    return Answer.of({"code": code, "message": message}, status)


class TestSending:
    def test_is_one_mail_to_one_person_with_its_files(self) -> None:
        outcome, asked = send(Answer.of(TAKEN, 201))
        assert outcome == Done(None, "202601051015.12345@smtp-relay.mailin.fr")
        assert (asked.method, asked.path, asked.headers["api-key"]) == ("POST", "/smtp/email", "xkeysib-01")
        sent = asked.json()
        assert len(sent.pop("headers")["idempotencyKey"]) == 36
        assert sent == {
            "sender": {"email": "no-reply@lender.example.in", "name": "Lender"},
            "to": [{"email": "asha@example.in"}],
            "subject": "No-dues certificate",
            "tags": [f"los:{REF}"],
            "textContent": "Attached.",
            "htmlContent": "<p>Attached.</p>",
            "attachment": [{"name": "NDC_42.pdf", "content": b64encode(b"%PDF-1.7").decode()}],
        }

    def test_the_key_is_the_same_for_one_reference_and_another_for_another(self) -> None:
        keys = [
            message_to_wire(NDC, ref=VendorRef(ref))["headers"]["idempotencyKey"]
            for ref in ("A" * 20, "A" * 20, "B" * 20)
        ]
        assert keys[0] == keys[1] != keys[2]

    def test_can_be_looked_at_without_being_sent(self) -> None:
        _, asked = send(Answer.of(TAKEN, 201), call="check")
        assert asked.json()["headers"]["X-Sib-Sandbox"] == "drop"

    def test_file_names(self) -> None:
        assert plain_filename("a b.pdf") == "a_b.pdf"
        assert plain_filename("लोन") == "file"


def ours(scope: MisconfiguredIn, code: str) -> Misconfigured:
    return Misconfigured(scope, code, f"Brevo answered {code}")


def theirs(why: RefusedFor, code: str) -> Refused:
    return Refused(why, code, f"Brevo answered {code}")


class TestOutcomes:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (no("invalid_parameter", "subject is missing"), ours(MisconfiguredIn.TEMPLATE, "invalid_parameter")),
            (no("missing_parameter"), ours(MisconfiguredIn.TEMPLATE, "missing_parameter")),
            (no("out_of_range"), ours(MisconfiguredIn.TEMPLATE, "out_of_range")),
            (no("invalid_parameter", "email is not valid in to"), theirs(RefusedFor.RECIPIENT, "invalid_parameter")),
            (no("duplicate_parameter"), theirs(RefusedFor.DUPLICATE, "duplicate_parameter")),
            (no("duplicate_request"), theirs(RefusedFor.DUPLICATE, "duplicate_request")),
            (no("something_new"), Unknown("Brevo answered something_new")),
            (Answer(400, b"<html>"), Unknown("Brevo answered HTTP 400")),
            (no("unauthorized", status=401), ours(MisconfiguredIn.ACCOUNT, "unauthorized")),
            (no("not_enough_credits", status=402), ours(MisconfiguredIn.ACCOUNT, "not_enough_credits")),
            (no("permission_denied", status=403), ours(MisconfiguredIn.ACCOUNT, "permission_denied")),
            (no("document_not_found", status=404), ours(MisconfiguredIn.TEMPLATE, "document_not_found")),
            (Answer(405), Misconfigured(MisconfiguredIn.PRODUCT, "405", "Brevo answered HTTP 405")),
            (Answer(406), Misconfigured(MisconfiguredIn.PRODUCT, "406", "Brevo answered HTTP 406")),
            (Answer(413), Refused(RefusedFor.INVALID_INPUT, "413", "Brevo answered HTTP 413")),
            (Answer(429, b"", {"x-sib-ratelimit-reset": "12"}), RateLimited(12)),
            (Answer(429), RateLimited(1)),
            (Answer(503), NotSent("Brevo answered HTTP 503")),
            (Answer(500), Unknown("Brevo answered HTTP 500")),
            (Answer(504), Unknown("Brevo answered HTTP 504")),
            (Answer.of(TAKEN, 200), Unknown("Brevo answered HTTP 200")),
            (Answer.of(TAKEN, 202), Unknown("Brevo answered HTTP 202")),
            (Answer.of({"messageId": ""}, 201), Unknown("the answer names no message")),
            (Answer(201, b"<html>"), Unknown("the answer names no message")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )  # fmt: skip
    def test_each_answer(self, answer: Answer, expected: Any) -> None:
        assert send(answer)[0] == expected

    def test_the_tables_under_test_are_the_whole_list(self) -> None:
        assert (len(CODES), len(STATUSES)) == (5, 8)

    def test_codes_and_words_are_settings(self) -> None:
        assert isinstance(send(no("something_new"), codes={"something_new": Means.NOT_SENT})[0], NotSent)
        outcome, _ = send(no("invalid_parameter", "Mailbox unusable"), recipient_words=("mailbox",))
        assert outcome.why is RefusedFor.RECIPIENT

    def test_silence(self) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return Answer.of(TAKEN, 201)

        assert send(slowly, read_seconds=0.1)[0] == Unknown("ReadTimeout")
        with wire() as line:
            assert isinstance(Brevo(config(nobody()), line).send(NDC, ref=REF), NotSent)


EVENT: dict[str, Any] = {
    "event": "delivered", "email": "asha@example.test", "id": 26224, "date": "2026-01-05 10:15:03", "ts": 1767591903,
    "ts_event": 1767591903, "ts_epoch": 1767591903123, "message-id": "<202601051015.12345@smtp-relay.mailin.fr>",
    "tags": ["campaign", f"los:{REF}"],
}  # fmt: skip


def read(body: bytes, headers: dict[str, str] | None = None, **changed: Any) -> Any:
    with wire() as line:
        return Brevo(config(**changed), line).read_receipts(body, headers or {})


class TestReceipts:
    def test_is_read_whole(self) -> None:
        (event,) = read(json.dumps(EVENT).encode())
        assert (event.provider_message_id, event.ref) == ("202601051015.12345@smtp-relay.mailin.fr", REF)
        assert (event.status, event.recipient) == (DeliveryStatus.DELIVERED, "asha@example.test")
        assert event.occurred_at == datetime(2026, 1, 5, 5, 45, 3, 123000, tzinfo=UTC)
        (again,) = read(json.dumps(EVENT).encode())
        (other,) = read(json.dumps(EVENT | {"ts_epoch": 1767591903124}).encode())
        assert event.event_id == again.event_id != other.event_id

    @pytest.mark.parametrize(
        ("word", "status", "fault"),
        [
            ("request", DeliveryStatus.SENT, None),
            ("deferred", DeliveryStatus.DEFERRED, None),
            ("delivered", DeliveryStatus.DELIVERED, None),
            ("soft_bounce", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("softBounce", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("hard_bounce", DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ("invalid_email", DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ("blocked", DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
            ("error", DeliveryStatus.FAILED, None),
            ("spam", DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ("complaint", DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ("unsubscribed", DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ("unsubscribe", DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
            ("unique_opened", DeliveryStatus.OTHER, None),
            ("click", DeliveryStatus.OTHER, None),
            ("abducted", DeliveryStatus.OTHER, None),
        ],
    )
    def test_each_event(self, word: str, status: DeliveryStatus, fault: DeliveryFault | None) -> None:
        (event,) = read(json.dumps(EVENT | {"event": word}).encode())
        assert (event.status, event.fault) == (status, fault)

    def test_only_one_word_is_delivery(self) -> None:
        assert [word for word, (status, _) in EVENTS.items() if status is DeliveryStatus.DELIVERED] == ["delivered"]

    @pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"{}", b"null", b'{"event":"delivered"}'])
    def test_garbage(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            read(body)

    def test_the_agreed_header_is_demanded_where_one_is_set(self) -> None:
        agreed = {"receipt_header": "X-Los", "receipt_secret": "hook-secret-01"}
        assert read(json.dumps(EVENT).encode(), {"x-los": "hook-secret-01"}, **agreed)
        with pytest.raises(ForgedReceipt):
            read(json.dumps(EVENT).encode(), {"X-Los": "hook-secret-02"}, **agreed)
        with pytest.raises(SettingProblem, match="receipt_secret"):
            config(receipt_secret="x")


def test_secrets_and_personal_data_are_never_shown() -> None:
    assert secrets_of(BrevoConfig) == {"api_key", "receipt_secret"}
    with wire() as line:
        assert "xkeysib-01" not in repr(Brevo(config(), line))
    assert "asha" not in repr(read(json.dumps(EVENT).encode()))
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(BrevoConfig)}
