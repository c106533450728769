"""Gupshup: literal answers and receipts, one for each row of its tables, silence, and what it is sent."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import attrs
import pytest

from los_adapters.messaging.gupshup import CAUSES, CODES, PROVIDER, AnswerFormat, Gupshup, GupshupConfig
from los_adapters.wire.codes import Means
from los_adapters.wire.provider import secrets_of
from los_domain.messaging.ports import SmsMessage
from los_domain.messaging.receipts import DeliveryFault, DeliveryStatus
from los_domain.shared.identifiers import Phone
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
OTP = SmsMessage(
    to=Phone("9800000001"),
    text="482913 is your one-time password.",
    sender_header="LNDRCO",
    dlt_entity_id="1101000000000000001",
    dlt_template_id="1107000000000000001",
)
TAKEN = {"response": {"id": "4100-2000", "phone": "919800000001", "details": "", "status": "success"}}


def config(url: str = "https://enterprise.smsgupshup.com/GatewayAPI/rest", **changed: Any) -> GupshupConfig:
    return GupshupConfig(**{"userid": "2000111222", "password": "gupshup-pw-01", "base_url": url} | changed)


def send(answer: Any, message: SmsMessage = OTP, **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        outcome = Gupshup(config(there.url, **changed), line).send(message, ref=REF)
        return outcome, there.asked[0]


def error(code: str, details: str = "no") -> Answer:
    return Answer.of({"response": {"id": code, "phone": "", "details": details, "status": "error"}})


class TestSending:
    def test_goes_as_a_form_and_never_in_the_address(self) -> None:
        outcome, asked = send(Answer.of(TAKEN))
        assert outcome == Done(None, "4100-2000")
        assert (asked.method, asked.query) == ("POST", {})
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert {name: value for name, (value,) in parse_qs(asked.body.decode()).items()} == {
            "method": "SendMessage",
            "userid": "2000111222",
            "password": "gupshup-pw-01",
            "auth_scheme": "plain",
            "v": "1.1",
            "format": "json",
            "send_to": "919800000001",
            "msg": "482913 is your one-time password.",
            "msg_type": "TEXT",
            "mask": "LNDRCO",
            "principalEntityId": "1101000000000000001",
            "dltTemplateId": "1107000000000000001",
            "msg_id": "ABCDEFGHIJKLMNOPQ234",
        }

    @pytest.mark.parametrize("text", ["आपका कोड 482913 है", "Pay ₹500", "“quoted”"])
    def test_what_is_outside_gsm_is_marked_as_unicode(self, text: str) -> None:
        _, asked = send(Answer.of(TAKEN), attrs.evolve(OTP, text=text))
        sent = parse_qs(asked.body.decode())
        assert (sent["msg_type"], sent["msg"]) == (["Unicode_text"], [text])

    def test_the_form_of_answers_and_words_of_patience_are_settings(self) -> None:
        _, asked = send(Answer.of(TAKEN), answer_format=AnswerFormat.TEXT)
        assert parse_qs(asked.body.decode())["format"] == ["text"]
        assert send(error("110", "Slow down"), too_fast_words=("slow",))[0] == RateLimited(1)

    def test_the_reference_field_is_a_setting(self) -> None:
        _, asked = send(Answer.of(TAKEN), reference_field="")
        assert "msg_id" not in parse_qs(asked.body.decode())


class TestOutcomes:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("100", NotSent),
            ("101", Misconfigured(MisconfiguredIn.TEMPLATE, "101", "Gupshup answered error 101")),
            ("102", Misconfigured(MisconfiguredIn.ACCOUNT, "102", "Gupshup answered error 102")),
            ("103", Misconfigured(MisconfiguredIn.ACCOUNT, "103", "Gupshup answered error 103")),
            ("104", Misconfigured(MisconfiguredIn.ACCOUNT, "104", "Gupshup answered error 104")),
            ("105", Refused(RefusedFor.RECIPIENT, "105", "Gupshup answered error 105")),
            ("106", Misconfigured(MisconfiguredIn.ACCOUNT, "106", "Gupshup answered error 106")),
            ("107", Misconfigured(MisconfiguredIn.ACCOUNT, "107", "Gupshup answered error 107")),
            ("108", Misconfigured(MisconfiguredIn.TEMPLATE, "108", "Gupshup answered error 108")),
            ("109", Misconfigured(MisconfiguredIn.TEMPLATE, "109", "Gupshup answered error 109")),
            ("175", Refused(RefusedFor.RECIPIENT, "175", "Gupshup answered error 175")),
            ("331", Misconfigured(MisconfiguredIn.TEMPLATE, "331", "Gupshup answered error 331")),
        ],
    )
    @pytest.mark.parametrize("form", ["json", "text"])
    def test_each_error_code_in_both_forms(self, code: str, expected: Any, form: str) -> None:
        answer = error(code) if form == "json" else Answer(200, f"error | {code} | The number 9800 is bad".encode())
        outcome, _ = send(answer)
        assert isinstance(outcome, NotSent) if expected is NotSent else outcome == expected

    def test_the_table_under_test_is_the_whole_list(self) -> None:
        assert sorted(CODES) == ["100", "101", "102", "103", "104", "105", "106", "107", "108", "109", "175"]

    def test_a_code_of_the_account_s_own_list_is_a_setting(self) -> None:
        outcome, _ = send(error("331"), codes={"331": Means.OUR_ACCOUNT})
        assert outcome == Misconfigured(MisconfiguredIn.ACCOUNT, "331", "Gupshup answered error 331")

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer(200, b"success | 919800000001 | 4100-2000"), Done(None, "4100-2000")),
            (error("110", "Throughput exceeded"), RateLimited(1)),
            (error("110", "TPS limit"), RateLimited(1)),
            (Answer(429, b"", {"Retry-After": "3"}), RateLimited(3)),
            (Answer(503, b""), NotSent("HTTP 503")),
            (Answer(500, b"<html>"), Unknown("HTTP 500")),
            (Answer(502, b""), Unknown("HTTP 502")),
            (Answer(302, b"", {"Location": "https://elsewhere.example"}), Unknown("HTTP 302")),
            (
                Answer.of({"response": {"id": "1", "status": "enqueued"}}),
                Unknown("the answer says neither success nor error"),
            ),
            (
                Answer.of({"response": {"id": "", "status": "success"}}),
                Unknown("the answer says neither success nor error"),
            ),
            (Answer(200, b"fine | 1 | 2"), Unknown("the answer says neither success nor error")),
            (Answer(200, b"<html>ok</html>"), Unknown("the answer says neither success nor error")),
            (Answer(200, b"[]"), Unknown("the answer says neither success nor error")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_other_answer(self, answer: Answer, expected: Any) -> None:
        assert send(answer)[0] == expected

    def test_no_address_let_in_is_our_account(self) -> None:
        assert send(Answer(403, b""))[0].scope is MisconfiguredIn.ACCOUNT

    def test_nothing_connected_means_nothing_was_sent(self) -> None:
        with wire() as line:
            assert isinstance(Gupshup(config(nobody()), line).send(OTP, ref=REF), NotSent)

    def test_a_slow_answer_is_unknown(self) -> None:
        import time

        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return Answer.of(TAKEN)

        assert send(slowly, read_seconds=0.1)[0] == Unknown("ReadTimeout")


RECEIPT = {
    "externalId": "4100-2000", "eventType": "DELIVERED", "eventTs": 1767600000000, "destAddr": 919800000001,
    "srcAddr": "LNDRCO", "cause": "SUCCESS", "errCode": "000", "channel": "SMS", "noOfFrags": 1,
}  # fmt: skip


def read(body: bytes) -> Any:
    with wire() as line:
        return Gupshup(config(), line).read_receipts(body, {})


class TestReceipts:
    def test_the_posted_array(self) -> None:
        (event,) = read(json.dumps([RECEIPT]).encode())
        assert (event.provider_message_id, event.status) == ("4100-2000", DeliveryStatus.DELIVERED)
        assert event.occurred_at == datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
        assert (event.recipient, event.fault, event.word) == ("919800000001", None, "DELIVERED 000 SUCCESS")

    def test_the_same_event_has_the_same_identity_and_another_does_not(self) -> None:
        one, again = read(json.dumps([RECEIPT, RECEIPT]).encode())
        (other,) = read(json.dumps([RECEIPT | {"eventType": "FAILED"}]).encode())
        assert one.event_id == again.event_id != other.event_id

    def test_a_form_field_and_the_query_of_the_get_form(self) -> None:
        (posted,) = read(b"response=%5B%7B%22externalId%22%3A%224100%22%2C%22eventType%22%3A%22FAILED%22%7D%5D")
        assert (posted.provider_message_id, posted.status) == ("4100", DeliveryStatus.FAILED)
        (called,) = read(
            b"externalId=4100&deliveredTS=1767600000000&status=SUCCESS&cause=SUCCESS&phoneNo=919800000001&errCode=000"
        )
        assert (called.provider_message_id, called.status) == ("4100", DeliveryStatus.DELIVERED)
        assert called.occurred_at == datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("code", "fault"),
        [
            ("001", DeliveryFault.TEMPORARY),
            ("002", DeliveryFault.RECIPIENT),
            ("003", DeliveryFault.RECIPIENT),
            ("004", DeliveryFault.TEMPORARY),
            ("005", DeliveryFault.TEMPORARY),
            ("006", DeliveryFault.PREFERENCE),
            ("007", DeliveryFault.RECIPIENT),
            ("008", DeliveryFault.TEMPORARY),
            ("009", DeliveryFault.TIMING),
            ("633", DeliveryFault.TEMPLATE),
            ("612", DeliveryFault.ACCOUNT),
            ("777", None),
        ],
    )
    def test_each_cause_of_failure(self, code: str, fault: DeliveryFault | None) -> None:
        (event,) = read(json.dumps([RECEIPT | {"eventType": "FAILED", "errCode": code, "cause": "X"}]).encode())
        assert (event.status, event.fault) == (DeliveryStatus.FAILED, fault)

    def test_every_cause_of_the_table_is_tried(self) -> None:
        assert sorted(CAUSES) == [f"00{n}" for n in range(1, 10)]

    def test_a_new_word_is_neither_delivered_nor_failed(self) -> None:
        (event,) = read(json.dumps([RECEIPT | {"eventType": "TELEPORTED"}]).encode())
        assert event.status is DeliveryStatus.OTHER

    @pytest.mark.parametrize(
        "body", [b"", b"hello", b"{}", b"[]", b"[1]", b'[{"externalId":"1"}]', b"response=%5B", b"\xff"]
    )
    def test_garbage(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            read(body)


def test_secrets_and_personal_data_are_never_shown() -> None:
    assert secrets_of(GupshupConfig) == {"password"}
    with wire() as line:
        assert "gupshup-pw-01" not in repr(Gupshup(config(), line))
    (event,) = read(json.dumps([RECEIPT]).encode())
    assert "9800000001" not in repr(event) + repr(OTP)
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(GupshupConfig)}
