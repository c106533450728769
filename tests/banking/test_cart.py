"""CART: what is uploaded, one literal answer per row of its table, and silence."""

import json
from pathlib import Path
from typing import Any

import pytest

from los_adapters.banking.cart import PROVIDER, Cart, CartConfig
from los_adapters.wire.provider import secrets_of
from los_domain.banking.model import StatementFile
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

RAW = (Path(__file__).parents[1] / "vectors" / "bank-statement" / "gig-income.cart-report.json").read_bytes()
JOB = json.loads(RAW)["docId"]
REF = VendorRef("ABCDEFGHIJKLMNOPQ234")
FILE = StatementFile("Rohit Kujur June.pdf", b"%PDF-1.7 statement", "pass-1")


def ask(answer: Answer, call: Any, **changed: Any) -> tuple[Any, list[Any]]:
    with vendor(lambda _: answer) as there, wire() as line:
        config = CartConfig(**{"base_url": there.url, "token": "tok-1", "read_seconds": 2.0} | changed)
        return call(Cart(config, line)), there.asked


def submit(cart: Cart) -> Any:
    return cart.submit(FILE, ref=REF)


def fetch(cart: Cart) -> Any:
    return cart.fetch(JOB, ref=REF)


def test_upload_is_a_form_with_the_file_and_its_metadata() -> None:
    outcome, (asked,) = ask(Answer.of({"status": "Submitted", "docId": JOB, "message": None}), submit)
    assert outcome == Done(JOB, JOB)
    assert (asked.method, asked.path, asked.headers["auth-token"]) == ("POST", "/api/upload", "tok-1")
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="metadata"\r\n\r\n{"password": "pass-1", "bank": "Other"}\r\n' in asked.body
    assert (
        b'name="file"; filename="statement.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7 statement'
        in asked.body
    )
    assert b"Kujur" not in asked.body


def test_our_reference_goes_along_where_the_vendor_takes_it() -> None:
    _, (asked,) = ask(Answer.of({"status": "Submitted", "docId": JOB}), submit, reference_field="referenceId")
    assert b'"referenceId": "ABCDEFGHIJKLMNOPQ234"' in asked.body


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Incorrect password", "PASSWORD"),
        ("PDF is an image", "FORMAT"),
        ("Unsupported bank", "FORMAT"),
        ("Document was tampered with", "TAMPERED"),
        ("Less than 3 months", "RANGE"),
        ("No", ""),
    ],
)
@pytest.mark.parametrize("call", [submit, fetch])
def test_a_rejected_document(message: str, code: str, call: Any) -> None:
    outcome, _ = ask(Answer.of({"status": "Rejected", "docId": JOB, "message": message}), call)
    assert outcome == Refused(RefusedFor.DOCUMENT, code, message)


def test_an_upload_with_a_new_word_is_pending() -> None:
    assert ask(Answer.of({"status": "Queued", "docId": JOB}), submit)[0] == Pending(JOB, "Queued")


@pytest.mark.parametrize("word", ["Processed", "Downloaded", "PROCESSED"])
def test_a_ready_report_is_handed_on_raw(word: str) -> None:
    body = json.dumps(json.loads(RAW) | {"status": word}).encode()
    outcome, (asked,) = ask(Answer(200, body), fetch)
    assert outcome == Done(body, JOB)
    assert (asked.path, asked.headers["content-type"], asked.body) == ("/api/downloadFile", "text/plain", JOB.encode())


@pytest.mark.parametrize("word", ["Submitted", "In Progress", "Simmering"])
def test_a_report_that_is_not_ready(word: str) -> None:
    assert ask(Answer.of({"status": word, "docId": JOB}), fetch)[0] == Pending(JOB, word)


def test_an_empty_report_is_no_record() -> None:
    assert isinstance(ask(Answer.of({"status": "Processed", "docId": JOB, "data": []}), fetch)[0], NoRecord)


@pytest.mark.parametrize(
    "answer",
    [
        Answer.of({"status": "Processed", "docId": "another", "data": [{}]}),
        Answer.of({"status": "Processed", "docId": JOB}),
        Answer.of({"docId": JOB}),
    ],
)
def test_a_report_that_cannot_be_believed(answer: Answer) -> None:
    assert isinstance(ask(answer, fetch)[0], Unknown)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.of({}, 401), Misconfigured(MisconfiguredIn.ACCOUNT, "401", "CART does not let us in")),
        (Answer.of({}, 403), Misconfigured(MisconfiguredIn.ACCOUNT, "403", "CART does not let us in")),
        (Answer.of({}, 404), Misconfigured(MisconfiguredIn.PRODUCT, "404", "there is no such service at CART")),
        (Answer.of({}, 413), Refused(RefusedFor.DOCUMENT, "413", "CART takes no file of this size or kind")),
        (Answer.of({}, 415), Refused(RefusedFor.DOCUMENT, "415", "CART takes no file of this size or kind")),
        (Answer.of({}, 429, Retry_After="9"), RateLimited(9)),
        (Answer.of({}, 503), Unknown("HTTP 503")),
        (Answer(200, b"<html>"), Unknown("the answer is no JSON object")),
        (HANGS_UP, Unknown("RemoteProtocolError")),
    ],
)
@pytest.mark.parametrize("call", [submit, fetch])
def test_failures(answer: Answer, expected: Any, call: Any) -> None:
    assert ask(answer, call)[0] == expected


def test_an_upload_without_a_document_id_is_unknown() -> None:
    assert isinstance(ask(Answer.of({"status": "Submitted"}), submit)[0], Unknown)


def test_nothing_connected() -> None:
    with wire() as line:
        assert isinstance(submit(Cart(CartConfig(base_url=nobody(), token="tok-1"), line)), NotSent)


def test_secrets_are_never_shown() -> None:
    assert secrets_of(CartConfig) == {"token"}
    assert "tok-1" not in repr(CartConfig(base_url="http://x", token="tok-1"))
    assert "pass-1" not in repr(FILE)
    assert all(fact.setting for fact in PROVIDER.facts if fact.evidence.name == "INFERRED")
