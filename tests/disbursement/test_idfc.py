"""IDFC FIRST Bank: its vectors, one literal answer per row of the wire table, tokens, and every kind of silence."""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import attrs
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from los_adapters.disbursement.idfc import PROVIDER, Idfc, IdfcConfig, decrypted, encrypted
from los_adapters.wire.provider import secrets_of
from los_domain.disbursement.model import Rail, Transfer, TransferOrder, TransferState
from los_domain.shared.identifiers import AccountNumber, Ifsc, Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
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
from tests.loopback import HANGS_UP, Answer, Asked, nobody, vendor, wire

VECTORS = {v["id"]: v for v in json.loads((Path(__file__).parents[1] / "vectors" / "payments.json").read_text())}
KEY = VECTORS["I1"]["key_hex"]
REF = VendorRef("LOSD00000042ABCDEFGH")
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
ORDER = TransferOrder(
    amount=Money(5_000_000),
    account=AccountNumber("000123456789"),
    ifsc=Ifsc("HDFC0000001"),
    beneficiary="ASHA RAO",
    phone=Phone("9000000001"),
    email="asha@example.in",
    narration="Loan LN‑42 disbursal ₹ and much more text",
    rail=Rail.IMPS,
)
ACCEPTED = json.loads(VECTORS["I2"]["body"])


def accepted(**changed: Any) -> dict[str, Any]:
    resource = {"status": "ACPT", "transactionID": REF, "transactionReferenceNo": "500012345678"} | changed
    meta = {"status": "SUCCESS", "message": "", "version": "v1", "time": "2025-01-01T10:00:00.000Z"}
    return {"initiateAuthGenericFundTransferAPIResp": {"metaData": meta, "resourceData": resource}}


def refused(message: str) -> dict[str, Any]:
    meta = {"status": "ERROR", "code": "E42", "message": message, "version": "v1"}
    return {"initiateAuthGenericFundTransferAPIResp": {"metaData": meta}}


def standing(word: str, **changed: Any) -> dict[str, Any]:
    resource = {"status": word, "transactionReferenceNumber": "500012345678", "paymentReferenceNumber": REF} | changed
    return {"paymentTransactionStatusResp": {"metaData": {"status": "SUCCESS"}, "resourceData": resource}}


def sealed(value: Any, status: int = 200) -> Answer:
    return Answer(status, encrypted(json.dumps(value).encode(), bytes.fromhex(KEY)))


def config(url: str, **changed: Any) -> IdfcConfig:
    return IdfcConfig(
        **{
            "client_id": "7f4c0000-0000-4000-8000-000000000001",
            "key_id": "kid-1",
            "source": "LOS",
            "debit_account": "10012345678",
            "remitter_name": "DEMO NBFC",
            "private_key": PEM,
            "encryption_key": KEY,
            "token_url": f"{url}/token",
            "base_url": url,
            "connect_seconds": 2.0,
            "read_seconds": 2.0,
        }
        | changed
    )


TOKEN = Answer.of({"access_token": "at-1", "token_type": "Bearer", "expires_in": 300})


def ask(
    answer: Answer | Callable[[Asked], Answer], call: Callable[[Idfc], Any], *, token: Answer = TOKEN, **changed: Any
) -> tuple[Any, list[Asked]]:
    """Return the outcome of *call*, and the business requests that the bank saw."""

    def respond(asked: Asked) -> Answer:
        if asked.path == "/token":
            return token
        return answer(asked) if callable(answer) else answer

    with vendor(respond) as bank, wire() as line:
        outcome = call(Idfc(config(bank.url, **changed), line))
        return outcome, [asked for asked in bank.asked if asked.path != "/token"]


def send(bank: Idfc) -> Any:
    return bank.transfer(ORDER, ref=REF)


def enquire(bank: Idfc) -> Any:
    return bank.status(REF, bank_reference="500012345678", rail=Rail.IMPS, sent_on=date(2025, 1, 1))


def enquire_blind(bank: Idfc) -> Any:
    return bank.status(REF, bank_reference="", rail=Rail.IMPS, sent_on=date(2025, 1, 1))


def opened(asked: Asked) -> Mapping[str, Any]:
    plain: Mapping[str, Any] = json.loads(decrypted(asked.body, bytes.fromhex(KEY)))
    return plain


class TestMessages:
    @pytest.mark.parametrize("identity", ["I1", "I2"])
    def test_vectors(self, identity: str) -> None:
        vector = VECTORS[identity]
        key, iv = bytes.fromhex(vector["key_hex"]), bytes.fromhex(vector["iv_hex"])
        assert encrypted(vector["body"].encode(), key, iv=iv).decode() == vector["expected"]
        assert decrypted(vector["expected"].encode(), key).decode() == vector["body"]

    def test_no_two_messages_are_alike(self) -> None:
        key = bytes.fromhex(KEY)
        assert len({encrypted(b"same", key) for _ in range(50)}) == 50

    @pytest.mark.parametrize(
        "body", [b"", b"not base64!", b64encode(b"short"), b64encode(bytes(33)), b64encode(bytes(32))]
    )
    def test_what_is_no_message_is_a_value_error(self, body: bytes) -> None:
        with pytest.raises(ValueError):
            decrypted(body, bytes.fromhex(KEY))


class TestToken:
    def test_is_asked_for_with_a_signed_assertion(self) -> None:
        with vendor(lambda a: TOKEN if a.path == "/token" else sealed(accepted())) as bank, wire() as line:
            send(Idfc(config(bank.url), line))
            asked = bank.asked[0]
        form = {name: value[0] for name, value in parse_qs(asked.body.decode()).items()}
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert jwt.get_unverified_header(form["client_assertion"]) == {"alg": "RS256", "typ": "JWT", "kid": "kid-1"}
        claims = jwt.decode(
            form["client_assertion"],
            PRIVATE.public_key(),
            algorithms=["RS256"],
            audience="https://app.my.idfcfirstbank.com/platform/oauth/oauth2/token",
        )
        assert claims["iss"] == claims["sub"] == form["client_id"]
        assert claims["exp"] - claims["iat"] == 300

    def test_is_fetched_once_for_many_threads(self) -> None:
        together = threading.Barrier(6)

        def respond(asked: Asked) -> Answer:
            if asked.path == "/token":
                time.sleep(0.1)
                return TOKEN
            return sealed(accepted())

        with vendor(respond) as bank, wire() as line:
            idfc = Idfc(config(bank.url), line)

            def one(_: int) -> Any:
                together.wait()
                return send(idfc)

            with ThreadPoolExecutor(6) as pool:
                assert all(isinstance(outcome, Done) for outcome in pool.map(one, range(6)))
            assert [asked.path for asked in bank.asked].count("/token") == 1

    def test_is_fetched_anew_half_a_minute_before_its_end(self) -> None:
        clock = [1_000_000.0]
        with vendor(lambda a: TOKEN if a.path == "/token" else sealed(accepted())) as bank, wire() as line:
            idfc = Idfc(config(bank.url), line, now=lambda: clock[0])
            for seconds in (0, 269, 2):
                clock[0] += seconds
                send(idfc)
            assert [asked.path for asked in bank.asked].count("/token") == 2

    def test_a_refused_one_is_replaced_once(self) -> None:
        tokens = iter(["stale", "fresh"])

        def respond(asked: Asked) -> Answer:
            if asked.path == "/token":
                return Answer.of({"access_token": next(tokens), "expires_in": 300})
            return sealed(accepted()) if asked.headers["authorization"] == "Bearer fresh" else Answer.of({}, 401)

        with vendor(respond) as bank, wire() as line:
            assert isinstance(send(Idfc(config(bank.url), line)), Done)

    def test_refused_twice_is_our_fault(self) -> None:
        outcome, asked = ask(Answer.of({"reason": "token"}, 401), send)
        assert isinstance(outcome, Misconfigured)
        assert len(asked) == 2

    @pytest.mark.parametrize(
        ("token", "expected"),
        [
            (Answer.of({"error": "invalid_client"}, 401), Misconfigured),
            (Answer.of({"error": "invalid_scope"}, 400), Misconfigured),
            (Answer.of({}, 429), RateLimited),
            (Answer.of({}, 503), NotSent),
            (Answer.of({"token": "misspelt"}), NotSent),
            (Answer(200, b"<html>"), NotSent),
            (HANGS_UP, NotSent),
        ],
    )
    def test_without_one_nothing_was_sent(self, token: Answer, expected: type) -> None:
        outcome, asked = ask(sealed(accepted()), send, token=token)
        assert isinstance(outcome, expected)
        assert asked == []

    def test_an_unusable_private_key_is_our_fault_and_is_not_shown(self) -> None:
        outcome, _ = ask(sealed(accepted()), send, private_key="-----BEGIN SECRET-----")
        assert isinstance(outcome, Misconfigured)
        assert "BEGIN SECRET" not in repr(outcome)


class TestTransfer:
    def test_is_sent_as_strings_under_our_reference(self) -> None:
        outcome, (asked,) = ask(sealed(accepted()), send)
        assert outcome == Done(Transfer(TransferState.ACCEPTED, "ACPT", "500012345678"), "500012345678")
        assert asked.path == "/paymenttxns/v1/fundTransfer"
        assert asked.headers["source"] == "LOS"
        assert asked.headers["authorization"] == "Bearer at-1"
        assert asked.headers["content-type"] == "application/octet-stream"
        assert len(asked.headers["correlationid"]) == 12
        assert opened(asked) == {
            "initiateAuthGenericFundTransferAPIReq": {
                "tellerBranch": "",
                "tellerID": "",
                "transactionID": REF,
                "debitAccountNumber": "10012345678",
                "creditAccountNumber": "000123456789",
                "remitterName": "DEMO NBFC",
                "amount": "50000.00",
                "currency": "INR",
                "transactionType": "IMPS",
                "paymentDescription": "Loan LN42 disbursal  and much more ",
                "beneficiaryIFSC": "HDFC0000001",
                "beneficiaryName": "ASHA RAO",
                "beneficiaryAddress": "",
                "emailId": "asha@example.in",
                "mobileNo": "9000000001",
            }
        }

    def test_rtgs_names_its_message_type(self) -> None:
        order = attrs.evolve(ORDER, rail=Rail.RTGS, amount=Money(20_000_000))
        _, (asked,) = ask(sealed(accepted()), lambda bank: bank.transfer(order, ref=REF))
        assert opened(asked)["initiateAuthGenericFundTransferAPIReq"]["messageType"] == "R41"

    @pytest.mark.parametrize(
        ("rail", "paise"), [(Rail.IMPS, 50_000_001), (Rail.RTGS, 19_999_999), (Rail.NEFT, 0), (Rail.IMPS, -1)]
    )
    def test_what_a_rail_cannot_carry_is_not_sent(self, rail: Rail, paise: int) -> None:
        order = attrs.evolve(ORDER, rail=rail, amount=Money(paise))
        outcome, asked = ask(sealed(accepted()), lambda bank: bank.transfer(order, ref=REF))
        assert isinstance(outcome, Refused)
        assert asked == []

    @pytest.mark.parametrize(
        ("message", "why"),
        [
            ("CLEARED BAL/FUNDS/DP NOT AVAILABLE", RefusedFor.INSUFFICIENT_FUNDS),
            ("Acct will be overdrawn", RefusedFor.INSUFFICIENT_FUNDS),
            ("Invalid account number", RefusedFor.ACCOUNT_INVALID),
            ("INVALID IFSC", RefusedFor.ACCOUNT_INVALID),
            ("Duplicate transactionID", RefusedFor.DUPLICATE),
        ],
    )
    def test_a_reason_that_excludes_a_credit_is_refused(self, message: str, why: RefusedFor) -> None:
        outcome, _ = ask(sealed(refused(message)), send)
        assert outcome == Refused(why, "E42", message)

    def test_a_message_loses_what_is_personal(self) -> None:
        outcome, _ = ask(sealed(refused("Invalid account 000123456789 of Asha, asha@example.in")), send)
        assert outcome.message == "Invalid account … of …, …"

    @pytest.mark.parametrize(
        "answer",
        [
            sealed(refused("Host did not respond")),  # an error that an enquiry may contradict
            sealed(refused("")),
            sealed(accepted(status="PARKED")),  # a word on no page
            sealed(accepted(status="")),
            sealed(accepted(transactionID="SOMEBODYELSES")),
            sealed({"initiateAuthGenericFundTransferAPIResp": {"metaData": {"status": "MAYBE"}}}),
            sealed({"unheardOf": {}}),
            sealed([1]),
            Answer.of({"metaData": {"status": "SUCCESS"}}),  # plain text where a message was due
            Answer(200, b"garbage"),
            Answer(200, b""),
            Answer.of({"reason": "bad", "service": "gateway", "details": ""}, 400),
            Answer.of({"reason": "down"}, 500),
            sealed(accepted(), 500),
            Answer(504, b"<html>"),
            Answer(302, b"", {"Location": "https://elsewhere.example"}),
            HANGS_UP,
        ],
    )
    def test_everything_else_is_unknown(self, answer: Answer) -> None:
        outcome, asked = ask(answer, send)
        assert isinstance(outcome, Unknown)
        assert len(asked) == 1

    def test_an_answer_encrypted_for_somebody_else_is_unknown(self) -> None:
        foreign = encrypted(json.dumps(accepted()).encode(), bytes(32))
        assert isinstance(ask(Answer(200, foreign), send)[0], Unknown)

    def test_a_time_out_after_sending_is_unknown(self) -> None:
        def slow(_: Asked) -> Answer:
            time.sleep(1.0)
            return sealed(accepted())

        assert isinstance(ask(slow, send, read_seconds=0.2)[0], Unknown)

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (403, Misconfigured(MisconfiguredIn.ACCOUNT, "403", "the bank's gateway does not let us in")),
            (404, Misconfigured(MisconfiguredIn.PRODUCT, "404", "the bank's gateway has no such call")),
            (429, RateLimited(1)),
        ],
    )
    def test_what_the_gateway_did_not_let_in(self, status: int, expected: Any) -> None:
        assert ask(Answer.of({"reason": "no"}, status), send)[0] == expected

    def test_nothing_connected(self) -> None:
        with wire() as line:
            assert isinstance(send(Idfc(config(nobody()), line)), NotSent)


class TestStatus:
    @pytest.mark.parametrize(
        ("told", "on"), [("05122026", date(2026, 12, 5)), ("31022026", None), ("2026-12-05", None), (None, None)]
    )
    def test_the_value_date_is_the_banks(self, told: Any, on: date | None) -> None:
        outcome, _ = ask(sealed(standing("COMPLETED", transactionDate=told)), enquire)
        assert outcome.value.on == on

    @pytest.mark.parametrize(
        ("word", "state"),
        [
            ("COMPLETED", TransferState.SUCCEEDED),
            ("SUCCESS", TransferState.SUCCEEDED),
            ("ACSC", TransferState.SUCCEEDED),
            ("ACPT", TransferState.PROCESSING),
            ("PENDING", TransferState.PROCESSING),
            ("INPROGRESS", TransferState.PROCESSING),
            ("SUSPENSE", TransferState.PROCESSING),
            ("FAILED", TransferState.FAILED),
            ("RJCT", TransferState.FAILED),
            ("REJECTED", TransferState.FAILED),
            ("RETURNED", TransferState.REVERSED),
            ("REVERSED", TransferState.REVERSED),
        ],
    )
    def test_words(self, word: str, state: TransferState) -> None:
        outcome, (asked,) = ask(sealed(standing(word)), enquire)
        assert outcome == Done(Transfer(state, word, "500012345678"), "500012345678")
        assert opened(asked)["paymentTransactionStatusReq"] == {
            "tellerBranch": "",
            "tellerID": "",
            "transactionType": "IMPS",
            "transactionReferenceNumber": "500012345678",
            "paymentReferenceNumber": REF,
            "transactionDate": "01012025",
        }

    def test_a_new_word_is_pending(self) -> None:
        assert ask(sealed(standing("WARPED")), enquire)[0] == Pending("500012345678", "WARPED")

    def test_found_by_our_reference_alone(self) -> None:
        outcome, (asked,) = ask(sealed(standing("COMPLETED")), enquire_blind)
        assert outcome.value.bank_reference == "500012345678"
        assert opened(asked)["paymentTransactionStatusReq"]["transactionReferenceNumber"] == ""

    def test_not_found_is_believed_only_where_the_bank_could_have_found_it(self) -> None:
        meta = {"status": "ERROR", "message": "No record found"}
        answer = sealed({"paymentTransactionStatusResp": {"metaData": meta}})
        assert isinstance(ask(answer, enquire)[0], NoRecord)
        assert isinstance(ask(answer, enquire_blind)[0], Unknown)
        assert isinstance(ask(answer, enquire_blind, finds_by_our_reference=True)[0], NoRecord)

    @pytest.mark.parametrize(
        "answer",
        [
            sealed(standing("COMPLETED", transactionReferenceNumber="999")),
            sealed(standing("COMPLETED", paymentReferenceNumber="SOMEBODYELSES")),
            sealed(standing("")),
            sealed({"paymentTransactionStatusResp": {"metaData": {"status": "ERROR", "message": "CBS down"}}}),
            sealed({"paymentTransactionStatusResp": "COMPLETED"}),
            Answer(500, b""),
            HANGS_UP,
        ],
    )
    def test_what_cannot_be_believed_is_unknown(self, answer: Answer) -> None:
        assert isinstance(ask(answer, enquire)[0], Unknown)


class TestBalance:
    @pytest.mark.parametrize(
        ("told", "paise"), [("150000.50", 15000050), ("1,50,000.5", 15000050), ("150000", 15000000), ("-10.00", -1000)]
    )
    def test_is_read_in_rupees(self, told: str, paise: int) -> None:
        body = {"prefetchAccountResp": {"metaData": {"status": "SUCCESS"}, "resourceData": {"availableBalance": told}}}
        outcome, (asked,) = ask(sealed(body), Idfc.balance)
        assert outcome == Done(Money(paise))
        assert opened(asked)["prefetchAccountReq"]["accountNumber"] == "10012345678"

    @pytest.mark.parametrize("told", ["", "many", None, "10.005", True])
    def test_an_unreadable_one_is_unknown(self, told: Any) -> None:
        body = {"prefetchAccountResp": {"metaData": {"status": "SUCCESS"}, "resourceData": {"availableBalance": told}}}
        assert isinstance(ask(sealed(body), Idfc.balance)[0], Unknown)


class TestConfig:
    def test_secrets_are_never_shown(self) -> None:
        assert secrets_of(IdfcConfig) == {"private_key", "encryption_key"}
        with wire() as line:
            shown = repr(Idfc(config("http://127.0.0.1:1"), line))
        assert not any(word in shown for word in (KEY, "PRIVATE KEY", "10012345678"))

    def test_a_key_of_the_wrong_length_is_refused_without_repeating_it(self) -> None:
        with pytest.raises(ValueError, match="does not have the right form") as error:
            config("http://127.0.0.1:1", encryption_key="abcd")
        assert "abcd" not in str(error.value)

    def test_every_inferred_fact_names_its_setting(self) -> None:
        named = {fact.setting for fact in PROVIDER.facts}
        assert named - {""} <= {field.name for field in attrs.fields(IdfcConfig)}
        assert all(fact.setting for fact in PROVIDER.facts if fact.evidence.name == "INFERRED")
