"""Signzy: what is sent, one literal answer per row of its table, call-backs, the signed file, and silence."""

import hashlib
import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from los_adapters.agreements.signzy import PROVIDER, Signzy, SignzyConfig
from los_adapters.wire.provider import secrets_of
from los_domain.agreements.ports import Envelope, ForgedCallback, SigningRequest, SigningState, SigningStatus
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)
from tests.loopback import HANGS_UP, Answer, nobody, vendor, wire

REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
CONTRACT = "3c54deeb-b91d-4893-8ec9-46573e85f45b"
PDF = b"%PDF-1.7 agreement"
REQUEST = SigningRequest(
    title="Loan agreement LN-42",
    pdf=PDF,
    signer_name="ASHA RAO",
    signer_gender="female",
    signer_birth_year=1990,
    aadhaar_last_four="1234",
    callback_url="https://los.example/hooks/signzy",
    return_url="https://los.example/signed",
    expires_in_days=7,
)
MINTED = {
    "contractId": CONTRACT,
    "customerId": "c-1",
    "pdf": "https://files.example/i.pdf",
    "initialContractHash": hashlib.sha256(PDF).hexdigest().upper(),
    "contractTtl": 604800000,
    "signerdetail": [{"signerId": "0ee1", "signerName": "ASHA RAO", "esignUrl": "https://sign.example/0ee1"}],
    "fileTtl": "2 days",
}
SIGNED = {
    "contractId": CONTRACT,
    "contractStatus": "COMPLETED",
    "isCompleted": True,
    "initialSignerCount": 1,
    "signedSignerCount": 1,
    "contractCompletionTime": "2026-11-24T10:00:00.000Z",
    "finalSignedContract": "https://files.example/f.pdf",
    "finalSignedContractHash": "AB" * 32,
    "signerdetail": [
        {
            "signerId": "0ee1",
            "status": "SIGNED",
            "nameMatchResult": "0.97",
            "esignAttempts": [{"aadhaarStatus": "1", "signerDscData": {"name": "Asha Rao", "yob": "1990"}}],
        }
    ],
}


def config(url: str, **changed: Any) -> SignzyConfig:
    return SignzyConfig(
        **{
            "access_token": "token-1",
            "callback_secret": "cb-secret-1",
            "base_url": url,
            "executer": "DEMO NBFC",
            "read_seconds": 2.0,
        }
        | changed
    )


def ask(answer: Answer, call: Any, **changed: Any) -> tuple[Any, list[Any]]:
    with vendor(lambda _: answer) as there, wire() as line:
        return call(Signzy(config(there.url, **changed), line)), there.asked


def send(signzy: Signzy) -> Any:
    return signzy.send(REQUEST, ref=REF)


def status(signzy: Signzy) -> Any:
    return signzy.status(CONTRACT, ref=REF)


class TestSending:
    def test_is_one_contract_with_one_signer(self) -> None:
        outcome, (asked,) = ask(Answer.of(MINTED), send)
        envelope = Envelope(CONTRACT, "https://sign.example/0ee1", hashlib.sha256(PDF).hexdigest())
        assert outcome == Done(envelope, CONTRACT)
        assert (asked.path, asked.headers["authorization"]) == ("/api/v3/contract/initiate", "token-1")
        body = asked.json()
        assert b64decode(body.pop("pdf")) == PDF
        assert body == {
            "contractName": "Loan agreement LN-42",
            "contractExecuterName": "DEMO NBFC",
            "successRedirectUrl": "https://los.example/signed",
            "failureRedirectUrl": "https://los.example/signed",
            "contractTtl": 604800000,
            "eSignProvider": "eMudhra",
            "signerdetail": [
                {
                    "signerName": "ASHA RAO",
                    "signatureType": "AADHAARESIGN-OTP",
                    "signerGender": "female",
                    "uidLastFourDigits": "1234",
                    "signerYearOfBirth": "1990",
                    "signatures": [{"pageNo": ["All"], "signaturePosition": "BOTTOM-RIGHT"}],
                }
            ],
            "callbackUrl": "https://los.example/hooks/signzy",
            "callbackUrlAuthorizationHeader": "cb-secret-1",
        }

    def test_names_are_compared_by_all_three_fields_or_none(self) -> None:
        _, (asked,) = ask(Answer.of(MINTED), send, name_match_threshold="0.80")
        body = asked.json()
        assert (body["nameMatchThreshold"], body["allowSignerGenderMatch"], body["allowSignerYOBMatch"]) == (
            "0.80",
            True,
            True,
        )

    def test_some_accounts_name_themselves(self) -> None:
        _, (asked,) = ask(Answer.of(MINTED), send, client_id="ops@los.example", signature_page="3")
        assert asked.headers["x-client-unique-id"] == "ops@los.example"
        assert asked.json()["signerdetail"][0]["signatures"][0]["pageNo"] == [3]

    @pytest.mark.parametrize("changed", [{"callback_url": ""}, {"return_url": ""}])
    def test_without_an_address_nothing_is_minted(self, changed: dict[str, str]) -> None:
        outcome, asked = ask(Answer.of(MINTED), lambda s: s.send(attrs.evolve(REQUEST, **changed), ref=REF))
        assert isinstance(outcome, Refused)
        assert asked == []

    @pytest.mark.parametrize(
        "changed", [{"contractId": ""}, {"signerdetail": []}, {"signerdetail": [{"signerId": "1"}]}]
    )
    def test_a_half_answer_is_unknown(self, changed: dict[str, Any]) -> None:
        assert isinstance(ask(Answer.of(MINTED | changed), send)[0], Unknown)


class TestStatus:
    def test_signed(self) -> None:
        outcome, (asked,) = ask(Answer.of(SIGNED), status)
        assert asked.path == "/api/v3/contract/pullData"
        assert asked.json() == {"contractId": CONTRACT}
        assert outcome.value == SigningStatus(
            state=SigningState.SIGNED,
            word="COMPLETED",
            signed_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
            signed_sha256="ab" * 32,
            download_handle="https://files.example/f.pdf",
            signer_name="Asha Rao",
        )

    @pytest.mark.parametrize(
        ("changed", "state"),
        [
            ({"signedSignerCount": 0, "finalSignedContract": None}, SigningState.REJECTED),
            (
                {"isCompleted": False, "contractStatus": "PENDING", "signerdetail": [{"status": "DRAFT"}]},
                SigningState.SENT,
            ),
            (
                {"isCompleted": False, "contractStatus": None, "signerdetail": [{"status": "PENDING"}]},
                SigningState.SENT,
            ),
            (
                {"isCompleted": False, "contractStatus": None, "signerdetail": [{"status": "FAILED"}]},
                SigningState.FAILED,
            ),
            ({"isCompleted": False, "contractStatus": "EXPIRED"}, SigningState.EXPIRED),
            ({"isCompleted": False, "contractStatus": "Cancelled"}, SigningState.REJECTED),
        ],
    )
    def test_other_states(self, changed: dict[str, Any], state: SigningState) -> None:
        assert ask(Answer.of(SIGNED | changed), status)[0].value.state is state

    @pytest.mark.parametrize(
        "changed",
        [
            {"isCompleted": False, "contractStatus": "MELTED"},
            {"isCompleted": False, "contractStatus": None, "signerdetail": []},
            {"signedSignerCount": None},
            {"finalSignedContract": ""},
            {"initialSignerCount": 2, "signedSignerCount": 1},
        ],
    )
    def test_what_is_not_clear_is_pending(self, changed: dict[str, Any]) -> None:
        outcome = ask(Answer.of(SIGNED | changed), status)[0]
        assert isinstance(outcome, Pending)
        assert outcome.handle == CONTRACT

    def test_another_contract_is_unknown(self) -> None:
        assert isinstance(ask(Answer.of(SIGNED | {"contractId": "other"}), status)[0], Unknown)


class TestDownload:
    def fetch(self, answer: Answer, body: bytes = PDF, **changed: Any) -> tuple[Any, list[Any]]:
        with vendor(lambda _: answer) as there, wire() as line:
            known = SigningStatus(
                SigningState.SIGNED,
                "SIGNED",
                signed_sha256=hashlib.sha256(body).hexdigest(),
                download_handle=f"{there.url}/f.pdf",
            )
            known = attrs.evolve(known, **changed.pop("status", {}))
            return Signzy(config(there.url, **changed), line).download(known, ref=REF), there.asked

    def test_is_the_file_that_was_signed_and_no_token_goes_there(self) -> None:
        outcome, (asked,) = self.fetch(Answer(200, PDF))
        assert outcome == Done(PDF)
        assert "authorization" not in asked.headers

    def test_another_hash_or_none_is_unknown(self) -> None:
        assert isinstance(self.fetch(Answer(200, b"%PDF other"))[0], Unknown)
        assert isinstance(self.fetch(Answer(200, PDF), status={"signed_sha256": ""})[0], Unknown)

    def test_an_address_that_has_run_out_is_unknown(self) -> None:
        assert isinstance(self.fetch(Answer(403, b""))[0], Unknown)
        assert isinstance(self.fetch(Answer(302, b"", {"Location": "https://elsewhere.example"}))[0], Unknown)

    @pytest.mark.parametrize(
        "changed",
        [
            {"file_hosts": ("files.example",)},
            {"status": {"download_handle": "file:///etc/passwd"}},
            {"base_url": "https://api.example"},
        ],
    )
    def test_no_file_from_anywhere_else(self, changed: dict[str, Any]) -> None:
        with vendor(lambda _: Answer(200, PDF)) as there, wire() as line:
            known = SigningStatus(SigningState.SIGNED, "", None, hashlib.sha256(PDF).hexdigest(), f"{there.url}/f.pdf")
            known = attrs.evolve(known, **changed.pop("status", {}))
            outcome = Signzy(attrs.evolve(config(there.url), **changed), line).download(known, ref=REF)
        assert isinstance(outcome, Unknown)
        assert there.asked == []


class TestCallbacks:
    BODY = json.dumps({"contractId": CONTRACT, "isCompleted": True, "signedSignerCount": 1}).encode()

    def read(self, body: bytes, headers: dict[str, str], **changed: Any) -> str:
        with wire() as line:
            return Signzy(config("https://api.example", **changed), line).read_callback(body, headers)

    def test_names_the_contract_to_look_at(self) -> None:
        assert self.read(self.BODY, {"Authorization": "cb-secret-1"}) == CONTRACT

    @pytest.mark.parametrize(
        ("headers", "secret"),
        [
            ({}, "cb-secret-1"),
            ({"Authorization": ""}, "cb-secret-1"),
            ({"Authorization": "cb-secret-2"}, "cb-secret-1"),
            ({"Authorization": "Bearer cb-secret-1"}, "cb-secret-1"),
            ({"Authorization": "ü"}, "cb-secret-1"),
        ],
    )
    def test_without_our_word_it_is_forged(self, headers: dict[str, str], secret: str) -> None:
        with pytest.raises(ForgedCallback):
            self.read(self.BODY, headers, callback_secret=secret)

    @pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b'{"contractId": null}'])
    def test_an_unreadable_one_is_a_value_error(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            self.read(body, {"authorization": "cb-secret-1"})


class TestFailures:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (
                Answer.of({"name": "error", "message": "callbackUrl is empty", "reason": "VALIDATION_ERROR"}, 400),
                Refused(RefusedFor.INVALID_INPUT, "VALIDATION_ERROR", "callbackUrl is empty"),
            ),
            (
                Answer.of({"error": {"message": "bad 9000000001", "reason": "VALIDATION_ERROR"}}, 400),
                Refused(RefusedFor.INVALID_INPUT, "VALIDATION_ERROR", "bad …"),
            ),
            (Answer.of({}, 401), Misconfigured(MisconfiguredIn.ACCOUNT, "401", "Signzy does not know this token")),
            (
                Answer.of({"message": "You cannot consume this service"}, 403),
                Misconfigured(MisconfiguredIn.PRODUCT, "403", "You cannot consume this service"),
            ),
            (
                Answer.of({"message": "No remaining API credits"}, 400),
                Misconfigured(MisconfiguredIn.ACCOUNT, "credits", "Signzy has no credit of ours left"),
            ),
            (
                Answer.of({}, 402),
                Misconfigured(MisconfiguredIn.ACCOUNT, "credits", "Signzy has no credit of ours left"),
            ),
            (Answer.of({}, 429, Retry_After="4"), RateLimited(4)),
            (Answer.of({"message": "Upstream Down"}, 409), Unknown("HTTP 409")),
            (Answer.of({}, 500), Unknown("HTTP 500")),
            (Answer(503, b"<html>"), Unknown("HTTP 503")),
            (Answer(200, b"<html>"), Unknown("the answer is no JSON object")),
            (HANGS_UP, Unknown("RemoteProtocolError")),
        ],
    )
    @pytest.mark.parametrize("call", [send, status])
    def test_each_has_one_outcome(self, answer: Answer, expected: Any, call: Any) -> None:
        assert ask(answer, call)[0] == expected

    def test_404_is_an_answer_only_to_a_question(self) -> None:
        assert isinstance(ask(Answer.of({}, 404), status)[0], NoRecord)
        assert isinstance(ask(Answer.of({}, 404), send)[0], Misconfigured)

    def test_nothing_connected(self) -> None:
        with wire() as line:
            assert isinstance(send(Signzy(config(nobody()), line)), NotSent)


def test_secrets_are_never_shown() -> None:
    assert secrets_of(SignzyConfig) == {"access_token", "callback_secret"}
    shown = repr(config("https://api.example")) + repr(REQUEST)
    assert not any(word in shown for word in ("token-1", "cb-secret-1", "ASHA"))
    assert all(fact.setting for fact in PROVIDER.facts if fact.evidence.name == "INFERRED")
