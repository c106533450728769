"""Digitap's identity look-ups: literal answers, one for each row of its tables, silence, and what it is sent."""

import json
import time
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from los_adapters.kyc.digitap import PROVIDER, DigitapKyc, identity_from_wire, pan_from_wire
from los_adapters.wire.codes import Means
from los_adapters.wire.digitap import AuthStyle, DigitapConfig, auth_headers
from los_adapters.wire.provider import secrets_of
from los_domain.kyc.model import AadhaarSession, Address, PanStatus
from los_domain.shared.identifiers import Aadhaar, Pan
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "kyc.json").read_text())["digitap_basic_auth"]
REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
PAN = Pan("ZZZPD0001A")
NUMBER = Aadhaar("999941057058")
RESULT: dict[str, Any] = {
    "pan": "ZZZPD0001A", "pan_type": "Individual", "fullname": "ANAYA DESHMUKH", "first_name": "ANAYA",
    "middle_name": "", "last_name": "DESHMUKH", "gender": "female", "aadhaar_number": "XXXXXXXX7058",
    "aadhaar_linked": True, "dob": "14/03/1988", "mobile": "9000000001", "email": "a@example.test",
    "address": {"building_name": "12 Demo House", "locality": "Kothrud", "street_name": "Demo Road",
                "pincode": "411045", "city": "Pune", "state": "Maharashtra", "country": "INDIA"},
    "pan_status": "Active and operative", "pan_allotment_date": "01/02/2008", "is_salaried": "Y",
}  # fmt: skip


def envelope(code: Any = 101, result: Any = None, **changed: Any) -> dict[str, Any]:
    return {
        "http_response_code": 200,
        "client_ref_num": REF,
        "request_id": "req-1",
        "result_code": code,
        "result": RESULT if result is None and code == 101 else result,
    } | changed


def config(url: str = "http://127.0.0.1:1", **changed: Any) -> DigitapConfig:
    urls = dict.fromkeys(("kyc_url", "aadhaar_url", "employment_url", "penny_drop_url"), url)
    return DigitapConfig(**{"client_id": "11223344", "client_secret": "sandbox-secret", **urls} | changed)


def ask(answer: Any, call: Any, **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        outcome = call(DigitapKyc(config(there.url, **changed), line))
        return outcome, there.asked[0]


def pan(kyc: DigitapKyc) -> Any:
    return kyc.verify(PAN, ref=REF)


def start(kyc: DigitapKyc) -> Any:
    return kyc.send_otp(NUMBER, ref=REF)


SESSION = AadhaarSession((("transactionId", "txn-7f1"), ("fwdp", "f-1"), ("codeVerifier", "v-1")))


def submit(kyc: DigitapKyc) -> Any:
    return kyc.submit_otp(SESSION, "123456", ref=REF)


class TestAuthentication:
    @pytest.mark.parametrize(
        ("style", "headers"),
        [
            (AuthStyle.BASIC, {"Authorization": VECTOR["Authorization"]}),
            (AuthStyle.RAW_B64, {"Authorization": VECTOR["Authorization"].removeprefix("Basic ")}),
            (AuthStyle.ENT_HEADER, {"ent_authorization": VECTOR["Authorization"].removeprefix("Basic ")}),
        ],
    )
    def test_each_style(self, style: AuthStyle, headers: dict[str, str]) -> None:
        assert auth_headers(style, VECTOR["client_id"], VECTOR["client_secret"]) == headers


class TestPan:
    def test_is_asked_and_read_whole(self) -> None:
        outcome, asked = ask(Answer.of(envelope()), pan)
        assert (asked.method, asked.path) == ("POST", "/validation/kyc/v1/pan_details_plus")
        assert asked.headers["authorization"] == VECTOR["Authorization"]
        assert asked.json() == {"client_ref_num": REF, "pan": "ZZZPD0001A"}
        assert outcome.provider_reference == "req-1"
        record = outcome.value
        assert (record.pan, record.status, record.name) == (PAN, PanStatus.ACTIVE, "ANAYA DESHMUKH")
        assert (record.date_of_birth, record.is_individual, record.gender) == (date(1988, 3, 14), True, "female")
        assert (record.aadhaar_linked, record.masked_aadhaar) == (True, "XXXXXXXX7058")
        assert record.address == Address("12 Demo House, Demo Road, Kothrud", "Pune", "Maharashtra", "411045")

    @pytest.mark.parametrize(
        ("changed", "field", "value"),
        [
            ({"fullname": ""}, "name", "ANAYA DESHMUKH"),
            ({"aadhaar_linked": "Y"}, "aadhaar_linked", True),
            ({"aadhaar_linked": "N"}, "aadhaar_linked", False),
            ({"aadhaar_linked": None}, "aadhaar_linked", None),
            ({"aadhaar_number": "999941057058"}, "masked_aadhaar", "XXXXXXXX7058"),
            ({"aadhaar_number": None}, "masked_aadhaar", ""),
            ({"dob": "1988-03-14"}, "date_of_birth", None),
            ({"dob": "31/02/1988"}, "date_of_birth", None),
            ({"dob": ""}, "date_of_birth", None),
            ({"gender": "transgender"}, "gender", "other"),
            ({"gender": "?"}, "gender", ""),
            ({"pan_type": "Company"}, "is_individual", False),
            ({"pan_type": ""}, "is_individual", True),
            ({"pan_status": "Active but Inoperative"}, "status", PanStatus.INACTIVE),
            ({"pan_status": "Inactive"}, "status", PanStatus.INACTIVE),
            ({"pan_status": "Fake"}, "status", PanStatus.INACTIVE),
            ({"pan_status": "Existing and Valid"}, "status", PanStatus.ACTIVE),
            ({"pan_status": "Sleeping"}, "status", PanStatus.UNKNOWN),
            ({"pan_status": None}, "status", PanStatus.UNKNOWN),
            ({"address": None}, "address", Address()),
            ({"address": []}, "address", Address()),
        ],
    )
    def test_each_way_of_writing(self, changed: dict[str, Any], field: str, value: Any) -> None:
        outcome = pan_from_wire(RESULT | changed, PAN, config().pan_words)
        assert isinstance(outcome, Done)
        assert getattr(outcome.value, field) == value

    def test_the_status_words_are_a_setting(self) -> None:
        outcome, _ = ask(
            Answer.of(envelope(result=RESULT | {"pan_status": "Sleeping"})),
            pan,
            pan_words={"sleeping": PanStatus.INACTIVE},
        )
        assert outcome.value.status is PanStatus.INACTIVE

    @pytest.mark.parametrize(
        "changed", [{"pan": "ZZZPK0002B"}, {"pan": None}, {"fullname": "", "first_name": "", "last_name": ""}]
    )
    def test_an_answer_about_somebody_else_or_nobody_is_not_believed(self, changed: dict[str, Any]) -> None:
        assert isinstance(pan_from_wire(RESULT | changed, PAN, {}), Unknown)

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (102, Refused(RefusedFor.INVALID_INPUT, "102", "Digitap answered result code 102")),
            (103, NoRecord("Digitap answered result code 103")),
            ("103", NoRecord("Digitap answered result code 103")),
            (104, NoRecord("Digitap answered result code 104")),
            (105, Refused(RefusedFor.WRONG_OTP, "105", "Digitap answered result code 105")),
            (106, Refused(RefusedFor.CONSENT_EXPIRED, "106", "Digitap answered result code 106")),
            (107, RateLimited(86400)),
            (109, NoRecord("Digitap answered result code 109")),
            (110, Unknown("Digitap answered result code 110")),
            (None, Unknown("Digitap answered result code none")),
            (True, Unknown("Digitap answered result code none")),
        ],
    )
    def test_each_result_code(self, code: Any, expected: Any) -> None:
        assert ask(Answer.of(envelope(code, RESULT)), pan)[0] == expected

    def test_codes_are_settings(self) -> None:
        assert ask(Answer.of(envelope(110, {})), pan, result_codes={"110": Means.NO_RECORD})[0] == NoRecord(
            "Digitap answered result code 110"
        )
        assert ask(Answer.of({}, 418), pan, http_codes={"418": Means.NOT_SENT})[0] == NotSent(
            "Digitap answered HTTP 418"
        )

    @pytest.mark.parametrize(
        ("status", "said", "expected"),
        [
            (400, {"message": "pan is missing"}, Refused(RefusedFor.INVALID_INPUT, "400", "Digitap answered HTTP 400")),
            (
                401,
                {"message": "Unauthorized"},
                Misconfigured(MisconfiguredIn.ACCOUNT, "401", "Digitap answered HTTP 401"),
            ),
            (
                401,
                {"message": "Look-up is not permitted"},
                Misconfigured(MisconfiguredIn.PRODUCT, "401", "Digitap answered HTTP 401"),
            ),
            (402, {}, Misconfigured(MisconfiguredIn.ACCOUNT, "402", "Digitap answered HTTP 402")),
            (
                403,
                {"error": "IP not allowed"},
                Misconfigured(MisconfiguredIn.ACCOUNT, "403", "Digitap answered HTTP 403"),
            ),
            (
                403,
                {"error": "Option is off"},
                Misconfigured(MisconfiguredIn.PRODUCT, "403", "Digitap answered HTTP 403"),
            ),
            (404, {}, Misconfigured(MisconfiguredIn.PRODUCT, "404", "Digitap answered HTTP 404")),
            (412, {}, Misconfigured(MisconfiguredIn.PRODUCT, "412", "Digitap answered HTTP 412")),
            (422, {}, NotSent("Digitap answered HTTP 422")),
            (451, {}, Misconfigured(MisconfiguredIn.ACCOUNT, "451", "Digitap answered HTTP 451")),
            (500, {}, Unknown("Digitap answered HTTP 500")),
            (503, {}, NotSent("Digitap answered HTTP 503")),
            (504, {}, Unknown("Digitap answered HTTP 504")),
            (505, {}, NotSent("Digitap answered HTTP 505")),
            (506, {}, NoRecord("Digitap answered HTTP 506")),
            (302, {}, Unknown("Digitap answered HTTP 302")),
        ],
    )
    def test_each_http_status_outside_and_inside_the_envelope(
        self, status: int, said: dict[str, str], expected: Any
    ) -> None:
        assert ask(Answer.of(said, status), pan)[0] == expected
        assert ask(Answer.of(envelope(http_response_code=status, **said)), pan)[0] == expected

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer.of({}, 429, Retry_After="1"), RateLimited(1)),
            (Answer(500, b"<html>oh</html>"), Unknown("Digitap answered HTTP 500")),
            (Answer(200, b"<html>oh</html>"), Unknown("the answer is no JSON object")),
            (Answer(200, b"[]"), Unknown("the answer is no JSON object")),
            (Answer.of(envelope(client_ref_num="ANOTHER")), Unknown("the answer is about another request")),
            (Answer.of(envelope(101, [])), Unknown("the answer says found and holds no result")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_other_answer(self, answer: Answer, expected: Any) -> None:
        assert ask(answer, pan)[0] == expected


MODEL: dict[str, Any] = {
    "uniqueId": "los-kyc-01", "referenceId": "705820250101", "adharNumber": "999941057058",
    "maskedAdharNumber": "xxxxxxxx7058", "name": "Anaya Deshmukh", "gender": "F", "dob": "14-03-1988",
    "careOf": "C/O Vijay Deshmukh", "passCode": "1234", "link": "https://example.test/a.zip", "isXmlValid": True,
    "image": b64encode(b"\xff\xd8\xff photo").decode(),
    "address": {"house": "12", "street": "Demo Road", "landmark": "", "loc": "Kothrud", "po": "Kothrud",
                "dist": "Pune", "subdist": "Haveli", "vtc": "Pune City", "pc": "411045", "state": "Maharashtra", "country": "India"},
}  # fmt: skip
OPENED = {"code": "200", "msg": "ok", "model": {"transactionId": "txn-7f1", "fwdp": "f-1", "codeVerifier": "v-1"}}


class TestAadhaar:
    def test_begins_with_the_number_and_the_bare_credentials(self) -> None:
        outcome, asked = ask(Answer.of(OPENED), start)
        assert outcome == Done(SESSION, "txn-7f1")
        assert asked.path == "/ent/v3/kyc/intiate-kyc-auto"
        assert asked.headers["authorization"] == VECTOR["Authorization"].removeprefix("Basic ")
        assert asked.json() == {"uniqueId": REF, "uid": "999941057058"}

    def test_authentication_and_paths_are_settings(self) -> None:
        _, asked = ask(
            Answer.of(OPENED), start, aadhaar_auth=AuthStyle.BASIC, aadhaar_start_path="/ent/v3/kyc/initiate-kyc-auto"
        )
        assert asked.headers["authorization"] == VECTOR["Authorization"]
        assert asked.path == "/ent/v3/kyc/initiate-kyc-auto"

    def test_ends_with_the_password_and_the_state(self) -> None:
        outcome, asked = ask(Answer.of({"code": "200", "msg": "ok", "model": MODEL}), submit)
        assert asked.path == "/ent/v3/kyc/submit-otp"
        assert asked.json() == {
            "transactionId": "txn-7f1", "fwdp": "f-1", "codeVerifier": "v-1", "otp": "123456", "shareCode": "1234",
            "validateXml": True,
        }  # fmt: skip
        record = outcome.value
        assert (record.name, record.date_of_birth, record.gender) == ("Anaya Deshmukh", date(1988, 3, 14), "female")
        assert (record.masked_number, record.care_of) == ("XXXXXXXX7058", "C/O Vijay Deshmukh")
        assert record.address == Address("12, Demo Road, Kothrud", "Pune City", "Maharashtra", "411045")
        assert (record.photo, record.signature_valid) == (b"\xff\xd8\xff photo", True)

    @pytest.mark.parametrize(
        ("changed", "field", "value"),
        [
            ({"maskedAdharNumber": ""}, "masked_number", "XXXXXXXX7058"),
            ({"image": "not base64!"}, "photo", None),
            ({"image": None}, "photo", None),
            ({"isXmlValid": "false"}, "signature_valid", False),
            ({"isXmlValid": None}, "signature_valid", None),
            ({"gender": "M"}, "gender", "male"),
            ({"gender": "T"}, "gender", "other"),
        ],
    )
    def test_each_way_of_writing(self, changed: dict[str, Any], field: str, value: Any) -> None:
        outcome = identity_from_wire(MODEL | changed)
        assert isinstance(outcome, Done)
        assert getattr(outcome.value, field) == value

    @pytest.mark.parametrize(
        "changed", [{"name": ""}, {"dob": "1988"}, {"dob": None}, {"maskedAdharNumber": "", "adharNumber": ""}]
    )
    def test_an_identity_without_its_parts_is_none(self, changed: dict[str, Any]) -> None:
        assert isinstance(identity_from_wire(MODEL | changed), Unknown)

    @pytest.mark.parametrize("missing", ["transactionId", "fwdp", "codeVerifier"])
    def test_a_request_that_cannot_be_continued_was_not_opened(self, missing: str) -> None:
        model = {name: value for name, value in OPENED["model"].items() if name != missing}  # type: ignore[attr-defined]
        assert isinstance(ask(Answer.of(OPENED | {"model": model}), start)[0], Unknown)

    @pytest.mark.parametrize(
        ("code", "begun", "ended"),
        [
            ("400", Refused(RefusedFor.INVALID_INPUT, "400", "Digitap answered code 400"), RefusedFor.WRONG_OTP),
            ("404", NoRecord("Digitap answered code 404"), NoRecord),
            (
                "409",
                Refused(RefusedFor.CONSENT_EXPIRED, "409", "Digitap answered code 409"),
                RefusedFor.CONSENT_EXPIRED,
            ),
            (
                "422",
                Refused(RefusedFor.CHALLENGE_REQUIRED, "422", "Digitap answered code 422"),
                RefusedFor.CHALLENGE_REQUIRED,
            ),
            ("401", Misconfigured(MisconfiguredIn.ACCOUNT, "401", "Digitap answered HTTP 401"), Misconfigured),
            ("412", Misconfigured(MisconfiguredIn.PRODUCT, "412", "Digitap answered HTTP 412"), Misconfigured),
            ("429", RateLimited(1), RateLimited),
            ("503", NotSent("Digitap answered HTTP 503"), Unknown),
            ("777", Unknown("Digitap answered HTTP 777"), Unknown),
            ("", Unknown("the answer has no code"), Unknown),
        ],
    )
    def test_each_code_inside_http_200(self, code: str, begun: Any, ended: Any) -> None:
        answer = Answer.of({"code": code, "msg": "no", "model": None})
        assert ask(answer, start)[0] == begun
        outcome = ask(answer, submit)[0]
        assert outcome.why is ended if isinstance(ended, RefusedFor) else isinstance(outcome, ended)

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer.of({"code": "400"}, 400), Refused(RefusedFor.WRONG_OTP, "400", "the one-time password is wrong")),
            (Answer(400), Refused(RefusedFor.INVALID_INPUT, "400", "Digitap answered HTTP 400")),
            (Answer(404), Misconfigured(MisconfiguredIn.PRODUCT, "404", "Digitap answered HTTP 404")),
            (
                Answer.of({"message": "IP not allowed"}, 403),
                Misconfigured(MisconfiguredIn.ACCOUNT, "403", "Digitap answered HTTP 403"),
            ),
            (Answer.of({"code": "200"}, 500), Unknown("Digitap answered HTTP 500")),
            (Answer(504, b"<html>"), Unknown("Digitap answered HTTP 504")),
            (Answer(200, b"<html>"), Unknown("the answer has no code")),
            (Answer.of({"code": "200", "model": []}), Unknown("the answer says yes and holds nothing")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_other_answer(self, answer: Answer, expected: Any) -> None:
        assert ask(answer, submit)[0] == expected


@pytest.mark.parametrize("call", [pan, start, submit])
def test_nothing_connected_means_nothing_was_sent(call: Any) -> None:
    with wire() as line:
        assert isinstance(call(DigitapKyc(config(nobody()), line)), NotSent)


def test_a_slow_answer_is_unknown() -> None:
    def slowly(_: Any) -> Answer:
        time.sleep(0.4)
        return Answer.of(envelope())

    assert ask(slowly, pan, kyc_read_seconds=0.1)[0] == Unknown("ReadTimeout")


def test_secrets_and_personal_data_are_never_shown() -> None:
    assert secrets_of(DigitapConfig) == {"client_secret"}
    with wire() as line:
        assert "sandbox-secret" not in repr(DigitapKyc(config(), line))
    assert "txn-7f1" not in repr(SESSION)
    assert "99994105" not in repr(identity_from_wire(MODEL)) + repr(NUMBER)
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(DigitapConfig)}
