"""MSG91: literal answers and receipts, one for each row of its tables, silence, and what it is sent."""

import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from los_adapters.messaging.msg91 import CODES, PROVIDER, STATUSES, Msg91, Msg91Config
from los_adapters.wire.codes import Means
from los_adapters.wire.config import SettingProblem
from los_adapters.wire.provider import secrets_of
from los_domain.messaging.ports import ForgedReceipt, SmsMessage
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
    provider_template_id="64f0aa11bb22cc33dd44ee55",
    variables=(("code", "482913"), ("minutes", "5")),
)
TAKEN = {"message": "3465aabbccddeeff00112233", "type": "success"}


def config(url: str = "https://control.msg91.com", **changed: Any) -> Msg91Config:
    return Msg91Config(**{"authkey": "msg91-key-01", "base_url": url} | changed)


def send(answer: Any, message: SmsMessage = OTP, **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        return Msg91(config(there.url, **changed), line).send(message, ref=REF), there.asked


def error(code: Any, message: str = "no", status: int = 200) -> Answer:
    return Answer.of({"type": "error", "message": message, "code": code}, status)


class TestSending:
    def test_goes_by_template_and_variables_without_dlt_ids(self) -> None:
        outcome, (asked,) = send(Answer.of(TAKEN))
        assert outcome == Done(None, "3465aabbccddeeff00112233")
        assert (asked.method, asked.path, asked.query) == ("POST", "/api/v5/flow/", {})
        assert asked.headers["authkey"] == "msg91-key-01"
        assert asked.json() == {
            "template_id": "64f0aa11bb22cc33dd44ee55",
            "short_url": "0",
            "sender": "LNDRCO",
            "recipients": [{"mobiles": "919800000001", "code": "482913", "minutes": "5"}],
        }

    def test_sender_reference_and_path_are_settings(self) -> None:
        _, (asked,) = send(Answer.of(TAKEN), sends_sender=False, reference_field="CRQID", flow_path="/api/v5/flow")
        assert "sender" not in asked.json()
        assert (asked.json()["CRQID"], asked.path) == (REF, "/api/v5/flow")

    def test_what_is_outside_gsm_is_marked_as_unicode(self) -> None:
        _, (asked,) = send(Answer.of(TAKEN), attrs.evolve(OTP, text="आपका कोड"))
        assert asked.json()["unicode"] == "1"

    def test_a_message_without_a_template_is_not_even_asked_for(self) -> None:
        outcome, asked = send(Answer.of(TAKEN), attrs.evolve(OTP, provider_template_id=""))
        assert outcome.scope is MisconfiguredIn.TEMPLATE
        assert asked == []

    def test_a_variable_cannot_take_the_recipient_s_place(self) -> None:
        outcome, asked = send(Answer.of(TAKEN), attrs.evolve(OTP, variables=(("mobiles", "919999999999"),)))
        assert outcome.scope is MisconfiguredIn.TEMPLATE
        assert asked == []


def ours(scope: MisconfiguredIn, code: str) -> Misconfigured:
    return Misconfigured(scope, code, f"MSG91 answered error {code}")


def theirs(why: RefusedFor, code: str) -> Refused:
    return Refused(why, code, f"MSG91 answered error {code}")


class TestOutcomes:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("101", ours(MisconfiguredIn.TEMPLATE, "101")),
            ("102", ours(MisconfiguredIn.TEMPLATE, "102")),
            ("103", ours(MisconfiguredIn.TEMPLATE, "103")),
            ("105", ours(MisconfiguredIn.ACCOUNT, "105")),
            ("106", ours(MisconfiguredIn.ACCOUNT, "106")),
            ("107", ours(MisconfiguredIn.ACCOUNT, "107")),
            ("201", ours(MisconfiguredIn.ACCOUNT, "201")),
            ("202", theirs(RefusedFor.RECIPIENT, "202")),
            ("203", ours(MisconfiguredIn.TEMPLATE, "203")),
            ("207", ours(MisconfiguredIn.ACCOUNT, "207")),
            ("208", ours(MisconfiguredIn.ACCOUNT, "208")),
            ("301", ours(MisconfiguredIn.ACCOUNT, "301")),
            ("302", ours(MisconfiguredIn.ACCOUNT, "302")),
            ("303", ours(MisconfiguredIn.ACCOUNT, "303")),
            ("306", RateLimited(3600)),
            ("310", theirs(RefusedFor.INVALID_INPUT, "310")),
            ("311", theirs(RefusedFor.DUPLICATE, "311")),
            ("418", ours(MisconfiguredIn.ACCOUNT, "418")),
            ("999", Unknown("MSG91 answered error 999")),
        ],
    )
    def test_each_error_code_though_the_status_is_200(self, code: str, expected: Any) -> None:
        assert send(error(code))[0] == expected
        assert send(error(int(code)))[0] == expected
        assert send(error(code, status=400))[0] == expected

    def test_the_table_under_test_is_the_whole_list(self) -> None:
        listed = "101 102 103 105 106 107 201 202 203 207 208 301 302 303 306 310 311 418"
        assert sorted(CODES) == listed.split()

    def test_codes_are_a_setting(self) -> None:
        assert send(error("999"), codes={"999": Means.RECIPIENT})[0] == theirs(RefusedFor.RECIPIENT, "999")
        assert send(error("999"), unlisted_code=Means.NOT_SENT)[0] == NotSent("MSG91 answered error 999")

    @pytest.mark.parametrize("message", ["Template not found", "Invalid flow id", "template is not DLT mapped"])
    def test_words_about_the_template(self, message: str) -> None:
        assert send(error("", message))[0].scope is MisconfiguredIn.TEMPLATE

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer(401, b""), Misconfigured(MisconfiguredIn.ACCOUNT, "401", "MSG91 does not know this authkey")),
            (Answer(429, b"", {"Retry-After": "2"}), RateLimited(2)),
            (Answer(503, b""), NotSent("HTTP 503")),
            (Answer(500, b"<html>"), Unknown("HTTP 500")),
            (Answer(502, b""), Unknown("HTTP 502")),
            (Answer(302, b"", {"Location": "https://elsewhere.example"}), Unknown("HTTP 302")),
            (Answer.of({"type": "queued", "message": "1"}), Unknown("the answer says neither success nor error")),
            (Answer.of({"type": "success"}), Unknown("the answer says neither success nor error")),
            (Answer.of(TAKEN, 201), Unknown("the answer says neither success nor error")),
            (Answer(200, b"<html>"), Unknown("the answer says neither success nor error")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_other_answer(self, answer: Answer, expected: Any) -> None:
        assert send(answer)[0] == expected

    def test_silence(self) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return Answer.of(TAKEN)

        assert send(slowly, read_seconds=0.1)[0] == Unknown("ReadTimeout")
        with wire() as line:
            assert isinstance(Msg91(config(nobody()), line).send(OTP, ref=REF), NotSent)


ROW = {
    "date": "2026-01-05 10:15:02", "number": "919800000001", "status": "1", "desc": "DELIVERED", "failedReason": "",
    "credit": "1", "clientid": "", "CRQID": "0",
}  # fmt: skip


def v2(*changes: dict[str, Any]) -> bytes:
    report = [ROW | change for change in changes]
    group = {"senderId": "LNDRCO", "requestId": "3465aa", "report": report, "userId": "27", "campaignName": "API"}
    return urlencode({"data": json.dumps([group])}).encode()


def read(body: bytes, headers: dict[str, str] | None = None, **changed: Any) -> Any:
    with wire() as line:
        return Msg91(config(**changed), line).read_receipts(body, headers or {})


class TestReceipts:
    def test_version_2_is_a_form_that_holds_json(self) -> None:
        (event,) = read(v2({}))
        assert (event.provider_message_id, event.status, event.fault) == ("3465aa", DeliveryStatus.DELIVERED, None)
        assert event.occurred_at == datetime(2026, 1, 5, 4, 45, 2, tzinfo=UTC)
        assert (event.recipient, event.ref, event.word) == ("919800000001", "", "1 DELIVERED")

    def test_version_3_is_flat(self) -> None:
        (event,) = read(json.dumps(ROW | {"requestId": "3465aa", "senderId": "LNDRCO", "CRQID": REF}).encode())
        assert (event.provider_message_id, event.status, event.ref) == ("3465aa", DeliveryStatus.DELIVERED, REF)

    @pytest.mark.parametrize(
        ("status", "reached", "fault"),
        [
            ("1", DeliveryStatus.DELIVERED, None),
            ("2", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("9", DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
            ("16", DeliveryStatus.FAILED, None),
            ("25", DeliveryStatus.FAILED, None),
            ("17", DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
            ("3", DeliveryStatus.OTHER, None),
        ],
    )
    def test_each_status(self, status: str, reached: DeliveryStatus, fault: DeliveryFault | None) -> None:
        (event,) = read(v2({"status": status}))
        assert (event.status, event.fault) == (reached, fault)

    def test_every_status_of_the_table_is_tried(self) -> None:
        assert sorted(STATUSES, key=int) == ["1", "2", "9", "16", "17", "25"]

    def test_a_scrubbing_code_outranks_the_status(self) -> None:
        (event,) = read(v2({"status": "2", "failedReason": "633"}))
        assert event.fault is DeliveryFault.TEMPLATE

    def test_two_receipts_of_one_message_differ_and_a_copy_does_not(self) -> None:
        sent, failed, again = read(v2({}, {"status": "2"}, {}))
        assert sent.event_id == again.event_id != failed.event_id

    def test_version_4_names_no_message(self) -> None:
        with pytest.raises(ValueError, match="no message"):
            read(
                b'[{"data":[{"meta":"0","INMSID":"0","description":"DELIVERED","ts":1767600000}],"event":"delivered"}]'
            )

    @pytest.mark.parametrize(
        "body", [b"", b"hello", b"{}", b"[]", b"[1]", b"data=%5B", b"other=1", b"\xff", b'{"requestId":"1"}']
    )
    def test_garbage(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            read(body)

    def test_the_agreed_header_is_demanded_where_one_is_set(self) -> None:
        agreed = {"receipt_header": "X-Los", "receipt_secret": "hook-secret-01"}
        assert read(v2({}), {"x-los": "hook-secret-01"}, **agreed)
        for headers in ({}, {"X-Los": ""}, {"X-Los": "hook-secret-02"}, {"X-Los": "fälschung"}):
            with pytest.raises(ForgedReceipt):
                read(v2({}), headers, **agreed)

    def test_a_header_without_a_secret_is_no_setting(self) -> None:
        with pytest.raises(SettingProblem, match="receipt_secret"):
            config(receipt_header="X-Los")


def test_secrets_and_personal_data_are_never_shown() -> None:
    assert secrets_of(Msg91Config) == {"authkey", "receipt_secret"}
    with wire() as line:
        assert "msg91-key-01" not in repr(Msg91(config(), line))
    assert "482913" not in repr(OTP)
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(Msg91Config)}
