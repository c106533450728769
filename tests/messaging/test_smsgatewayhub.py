"""SMSGatewayHub: literal answers and receipts, one for each row of its tables, silence, and what it is sent."""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import attrs
import pytest

from los_adapters.messaging.smsgatewayhub import CODES, PROVIDER, STATUSES, SmsGatewayHub, SmsGatewayHubConfig
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
    text="482913 is your one-time password & stays + yours.",
    sender_header="LNDRCO",
    dlt_entity_id="1101000000000000001",
    dlt_template_id="1107000000000000001",
)
TAKEN = {
    "ErrorCode": "000", "ErrorMessage": "Done", "JobId": "26000001",
    "MessageData": [{"Number": "919800000001", "MessageId": "aB3dE5fG7hI9jK1lM3nO5p"}],
}  # fmt: skip


def config(url: str = "https://www.smsgatewayhub.com", **changed: Any) -> SmsGatewayHubConfig:
    return SmsGatewayHubConfig(**{"api_key": "hub-key-01", "route": "47", "base_url": url} | changed)


def send(answer: Any, message: SmsMessage = OTP, **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        outcome = SmsGatewayHub(config(there.url, **changed), line).send(message, ref=REF)
        return outcome, there.asked[0]


def error(code: Any, message: str = "no") -> Answer:
    return Answer.of({"ErrorCode": code, "ErrorMessage": message, "JobId": None, "MessageData": None})


class TestSending:
    def test_goes_as_a_form_and_never_in_the_address(self) -> None:
        outcome, asked = send(Answer.of(TAKEN))
        assert outcome == Done(None, "aB3dE5fG7hI9jK1lM3nO5p")
        assert (asked.method, asked.path, asked.query) == ("POST", "/api/mt/SendSMS", {})
        assert {name: value for name, (value,) in parse_qs(asked.body.decode()).items()} == {
            "APIKey": "hub-key-01",
            "senderid": "LNDRCO",
            "channel": "2",
            "DCS": "0",
            "flashsms": "0",
            "number": "919800000001",
            "text": "482913 is your one-time password & stays + yours.",
            "route": "47",
            "EntityId": "1101000000000000001",
            "dlttemplateid": "1107000000000000001",
        }

    def test_unicode_and_channel(self) -> None:
        _, asked = send(Answer.of(TAKEN), attrs.evolve(OTP, text="आपका कोड"), channel="OTP")
        sent = parse_qs(asked.body.decode())
        assert (sent["DCS"], sent["channel"]) == (["8"], ["OTP"])


A, T = MisconfiguredIn.ACCOUNT, MisconfiguredIn.TEMPLATE
R = RefusedFor


class TestOutcomes:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (1, T), (3, T), (4, T), (5, T), (7, A), (8, A), (9, A), (10, A), (11, A), (12, R.INVALID_INPUT), (13, R.RECIPIENT),
            (14, A), (15, T), (16, A), (17, T), (18, T), (19, T), (20, T), (21, A), (22, T), (23, T), (24, T), (25, T), (26, T),
            (27, R.RECIPIENT), (28, R.OTHER), (29, R.OTHER), (33, NotSent), (34, NotSent), (36, NotSent), (41, R.OTHER),
            (42, R.OTHER), (43, R.OTHER), (1025, A), (1026, T), (1029, T), (1044, R.OTHER), (1047, A), (1081, R.OTHER),
            (1082, R.OTHER), (1083, R.OTHER), (1084, R.OTHER),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("written", [str, lambda code: f"{code:03}", int])
    def test_each_error_code_however_it_is_written(self, code: int, expected: Any, written: Any) -> None:
        said = f"SMSGatewayHub answered error {code}"
        outcome, _ = send(error(written(code)))
        if isinstance(expected, MisconfiguredIn):
            assert outcome == Misconfigured(expected, str(code), said)
        elif isinstance(expected, RefusedFor):
            assert outcome == Refused(expected, str(code), said)
        else:
            assert outcome == NotSent(said)
        assert code in CODES

    def test_code_6_goes_by_its_words(self) -> None:
        assert send(error("006", "Template not matched"))[0].scope is T
        assert isinstance(send(error("006", "Internal error"))[0], NotSent)

    def test_codes_are_settings(self) -> None:
        assert isinstance(send(error("777"))[0], Unknown)
        assert send(error("777"), unlisted_code=Means.OUR_ACCOUNT)[0].scope is A
        assert isinstance(send(error("007"), codes={"7": Means.NOT_SENT})[0], NotSent)
        assert send(error("006"), codes={"6": Means.OUR_ACCOUNT})[0].scope is A

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer.of(TAKEN | {"ErrorCode": 0}), Done(None, "aB3dE5fG7hI9jK1lM3nO5p")),
            (Answer.of(TAKEN | {"MessageData": None}), Unknown("the answer says done and names no message")),
            (Answer.of(TAKEN | {"MessageData": []}), Unknown("the answer says done and names no message")),
            (Answer.of(TAKEN | {"ErrorCode": None}), Unknown("the answer has no code")),
            (Answer.of(TAKEN | {"ErrorCode": "Done"}), Unknown("the answer has no code")),
            (Answer(429, b"", {"Retry-After": "2"}), RateLimited(2)),
            (Answer(503), NotSent("HTTP 503")),
            (Answer(403), Misconfigured(A, "403", "SMSGatewayHub does not let this account in")),
            (Answer(500, b"<html>"), Unknown("HTTP 500")),
            (Answer(302, b"", {"Location": "https://elsewhere.example"}), Unknown("HTTP 302")),
            (Answer(200, b"<html>"), Unknown("the answer has no code")),
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
            assert isinstance(SmsGatewayHub(config(nobody()), line).send(OTP, ref=REF), NotSent)


def read(query: str, **changed: Any) -> Any:
    with wire() as line:
        return SmsGatewayHub(config(**changed), line).read_receipts(query.encode(), {})


QUERY = "jobid=26000001&messageid=aB3d&number=919800000001&status={}&errorcode={}&donetime=2026-01-05%2010:15:02"


class TestReceipts:
    @pytest.mark.parametrize(
        ("word", "status", "fault"),
        [
            ("SENT", DeliveryStatus.SENT, None),
            ("DELIVRD", DeliveryStatus.DELIVERED, None),
            ("Delivered", DeliveryStatus.DELIVERED, None),
            ("UNDELIV", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("Undelivered", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("EXPIRED", DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
            ("FAILED", DeliveryStatus.FAILED, None),
            ("REJECTD", DeliveryStatus.FAILED, None),
            ("REJECTED", DeliveryStatus.FAILED, None),
            ("DND", DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
            ("TELEPORTED", DeliveryStatus.OTHER, None),
        ],
    )
    def test_each_status(self, word: str, status: DeliveryStatus, fault: DeliveryFault | None) -> None:
        (event,) = read(QUERY.format(word, "000"))
        assert (event.provider_message_id, event.status, event.fault) == ("aB3d", status, fault)
        assert event.occurred_at == datetime(2026, 1, 5, 4, 45, 2, tzinfo=UTC)

    def test_every_status_of_the_table_is_tried(self) -> None:
        assert len(STATUSES) == 10

    def test_a_scrubbing_code_outranks_the_word(self) -> None:
        (event,) = read(QUERY.format("REJECTD", "633"))
        assert event.fault is DeliveryFault.TEMPLATE

    def test_the_names_of_its_fields_are_a_setting(self) -> None:
        fields = {"message": "mid", "number": "msisdn", "status": "dlr", "code": "err", "at": "time"}
        (event,) = read("mid=1&dlr=DELIVRD", receipt_fields=fields)
        assert (event.provider_message_id, event.status, event.occurred_at) == ("1", DeliveryStatus.DELIVERED, None)

    @pytest.mark.parametrize("query", ["", "hello", "messageid=1", "status=DELIVRD", "a=b"])
    def test_garbage(self, query: str) -> None:
        with pytest.raises(ValueError):
            read(query)


def test_secrets_are_never_shown() -> None:
    assert secrets_of(SmsGatewayHubConfig) == {"api_key"}
    with wire() as line:
        assert "hub-key-01" not in repr(SmsGatewayHub(config(), line))
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(SmsGatewayHubConfig)}
