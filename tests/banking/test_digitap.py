"""Digitap's penny drop: literal answers, one for each row of its table, silence, and what it is sent."""

import time
from typing import Any

import attrs
import pytest

from los_adapters.banking.digitap import PROVIDER, DigitapPennyDrop
from los_adapters.wire.config import SettingProblem
from los_adapters.wire.digitap import AuthStyle, DigitapConfig
from los_domain.banking.model import AccountState, PennyDropResult
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
ACCOUNT, IFSC = AccountNumber("001234567890"), Ifsc("HDFC0002854")
MODEL = {
    "status": "SUCCESS", "transactionId": "txn-1", "clientRefNum": REF, "beneficiaryName": "ANAYA DESHMUKH",
    "isNameMatch": True, "matchingScore": 100, "rrn": "512345678901", "paymentMode": "IMPS",
}  # fmt: skip


def told(changed: dict[str, Any] | None = None, *, code: Any = "200", msg: str = "ok", status: int = 200) -> Answer:
    return Answer.of({"code": code, "msg": msg, "model": MODEL | (changed or {})}, status)


def ask(answer: Any, call: Any, **changed: Any) -> tuple[Any, Any]:
    with vendor(answer if callable(answer) else lambda _: answer) as there, wire() as line:
        settings = {"client_id": "11223344", "client_secret": "sandbox-secret", "penny_drop_url": there.url} | changed
        return call(DigitapPennyDrop(DigitapConfig(**settings), line)), there.asked


def drop(verifier: DigitapPennyDrop) -> Any:
    return verifier.verify(ACCOUNT, IFSC, name="Anaya Deshmukh", ref=REF)


def again(verifier: DigitapPennyDrop) -> Any:
    return verifier.status("txn-1", ref=REF)


class TestAsking:
    def test_a_drop(self) -> None:
        _, (asked,) = ask(told(), drop)
        assert (asked.method, asked.path) == ("POST", "/penny-drop/v2/check-valid")
        assert asked.headers["ent_authorization"] == "MTEyMjMzNDQ6c2FuZGJveC1zZWNyZXQ="
        assert "authorization" not in asked.headers
        assert asked.json() == {
            "ifsc": "HDFC0002854",
            "accNo": "001234567890",
            "benificiaryName": "Anaya Deshmukh",
            "clientRefNum": REF,
        }

    def test_a_question_after_it(self) -> None:
        _, (asked,) = ask(told(), again)
        assert (asked.method, asked.path, asked.query) == (
            "GET",
            "/penny-drop/v2/check-status",
            {"transactionId": ["txn-1"]},
        )
        assert asked.body == b""

    def test_authentication_and_paths_are_settings(self) -> None:
        _, (asked,) = ask(told(), drop, penny_drop_auth=AuthStyle.BASIC, penny_drop_path="/penny-drop/v3/check")
        assert asked.headers["authorization"].startswith("Basic ")
        assert asked.path == "/penny-drop/v3/check"

    def test_a_holder_without_a_name_costs_no_rupee(self) -> None:
        outcome, asked = ask(told(), lambda v: v.verify(ACCOUNT, IFSC, name=" ", ref=REF))
        assert outcome.why is RefusedFor.INVALID_INPUT
        assert asked == []


@pytest.mark.parametrize("call", [drop, again])
class TestOutcomes:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (told(), Done(PennyDropResult(AccountState.VALID, "ANAYA DESHMUKH", "512345678901"), "txn-1")),
            (told(code=200), Done(PennyDropResult(AccountState.VALID, "ANAYA DESHMUKH", "512345678901"), "txn-1")),
            (told({"beneficiaryName": None}), Done(PennyDropResult(AccountState.VALID, "", "512345678901"), "txn-1")),
            (
                told({"status": "FAILED", "rrn": None}, msg="Invalid account"),
                Done(PennyDropResult(AccountState.INVALID), "txn-1"),
            ),
            (told({"status": "FAILED"}, msg="NPCI timeout"), Unknown("the bank did not answer")),
            (told({"status": "FAILED", "reason": "Bank down, try later"}), Unknown("the bank did not answer")),
            (told({"status": "PENDING"}), Pending("txn-1", "PENDING")),
            (told({"status": "DREAMING"}), Pending("txn-1", "DREAMING")),
            (told({"status": None}), Pending("txn-1", "")),
            (
                told({"transactionId": "txn-2", "clientRefNum": "ANOTHER"}),
                Unknown("the answer is about another request"),
            ),
            (told(code="400"), Refused(RefusedFor.INVALID_INPUT, "400", "Digitap answered HTTP 400")),
            (told(code="401"), Misconfigured(MisconfiguredIn.ACCOUNT, "401", "Digitap answered HTTP 401")),
            (told(code="503"), Unknown("Digitap answered HTTP 503")),
            (told(code="777"), Unknown("Digitap answered HTTP 777")),
            (told(code=""), Unknown("the answer has no code")),
            (Answer.of({"code": "200", "model": None}), Unknown("the answer says yes and holds nothing")),
            (told(status=400), Refused(RefusedFor.INVALID_INPUT, "400", "Digitap answered HTTP 400")),
            (told(status=412), Misconfigured(MisconfiguredIn.PRODUCT, "412", "Digitap answered HTTP 412")),
            (Answer.of({}, 429, Retry_After="1"), RateLimited(1)),
            (Answer(503), Unknown("Digitap answered HTTP 503")),
            (Answer(422), Unknown("Digitap answered HTTP 422")),
            (Answer(500, b"<html>"), Unknown("Digitap answered HTTP 500")),
            (Answer(200, b"<html>"), Unknown("the answer has no code")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    def test_each_answer(self, call: Any, answer: Answer, expected: Any) -> None:
        assert ask(answer, call)[0] == expected

    def test_the_words_of_silence_are_a_setting(self, call: Any) -> None:
        outcome, _ = ask(told({"status": "FAILED"}, msg="Server is asleep"), call, penny_drop_silence_words=("asleep",))
        assert isinstance(outcome, Unknown)

    def test_silence(self, call: Any) -> None:
        def slowly(_: Any) -> Answer:
            time.sleep(0.4)
            return told()

        assert ask(slowly, call, penny_drop_read_seconds=0.1)[0] == Unknown("ReadTimeout")
        assert isinstance(ask(told(), call, penny_drop_url=nobody())[0], NotSent)


def test_pending_without_anything_to_ask_by_is_unknown() -> None:
    assert isinstance(ask(told({"status": "PENDING", "transactionId": ""}), drop)[0], Unknown)
    assert ask(told({"status": "PENDING", "transactionId": ""}), again)[0] == Pending("txn-1", "PENDING")


def test_the_names_of_its_parts_are_a_setting_and_each_is_needed() -> None:
    fields = {"handle": "txnId", "ref": "clientRefNum", "name": "nameAtBank", "bank_reference": "utr"}
    outcome, _ = ask(told({"txnId": "t-9", "nameAtBank": "A D", "utr": "U-1"}), drop, penny_drop_fields=fields)
    assert outcome == Done(PennyDropResult(AccountState.VALID, "A D", "U-1"), "t-9")
    with pytest.raises(SettingProblem, match="penny_drop_fields"):
        DigitapConfig(client_id="1", client_secret="s", penny_drop_fields={"handle": "txnId"})


def test_every_setting_of_a_fact_exists() -> None:
    assert {fact.setting for fact in PROVIDER.facts} - {""} <= {f.name for f in attrs.fields(DigitapConfig)}
