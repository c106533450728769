"""Statements handed in and analysed, against the sandbox's analyser on good days and bad ones."""

from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.banking.metrics import IncomeType
from los_domain.shared.ids import CustomerId
from tests.borrowers import Speaker, a_borrower
from tests.deliveries import deliver, let_waits_be_over
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import has_account

UPLOAD, LIST = "/web/bank/upload-statement", "/web/bank/statements"


def statement_of(bank: Sandbox, phone: str, *, password: str = "secret1") -> bytes:
    return bank.http.get(f"/_sandbox/personas/{phone}/statement.pdf", params={"password": password}).content


def handed_in(http: TestClient[Any], speaker: Speaker, content: bytes, *, kind: str = "BANK_STATEMENT") -> str:
    media = "application/pdf" if kind == "BANK_STATEMENT" else "image/jpeg"
    asked = speaker.post("/web/kyc/upload-document", {"type": kind, "contentType": media}, status=201)
    upload = asked["upload"]
    put = http.request(upload["method"], upload["url"], content=content, headers=upload["headers"])
    assert put.status_code == 204, put.text
    speaker.post(f"/web/kyc/documents/{asked['documentId']}/complete")
    return str(asked["documentId"])


def work_is_done(application: Application) -> None:
    for _ in range(6):
        deliver(application)
        let_waits_be_over(application)


@pytest.fixture
def document(http: TestClient[Any], holder: Speaker, bank: Sandbox, persona: Any) -> str:
    bank.act("cart", "process-after", seconds=0)
    return handed_in(http, holder, statement_of(bank, persona["phone"]))


def test_a_statement_becomes_facts(
    application: Application, brand: SomeBrand, holder: Speaker, document: str, persona: Any
) -> None:
    asked = holder.ask("POST", UPLOAD, {"documentId": document, "password": "secret1"})
    assert asked.status_code == 202
    assert asked.json()["status"] == "QUEUED"
    work_is_done(application)
    told = holder.get(f"{LIST}/{asked.json()['id']}")
    assert (told["status"], told["reasonCode"]) == ("READY", "")
    assert asked.headers["location"].endswith(told["id"])
    facts = application.banking.statements.facts(brand.scope(), CustomerId(holder.id))
    assert facts is not None
    assert facts.metrics.income_type is IncomeType.SALARIED_STABLE
    assert holder.post(UPLOAD, {"documentId": document, "password": "secret1"})["id"] == told["id"]
    steps = {step["step"]: step["state"] for step in holder.get("/web/onboarding")["steps"]}
    assert steps["STATEMENT"] == "DONE"


def test_a_wrong_password_fails_with_the_analysers_reason_and_may_be_handed_in_again(
    application: Application, holder: Speaker, document: str
) -> None:
    first = holder.post(UPLOAD, {"documentId": document, "password": "wrong"}, status=202)
    work_is_done(application)
    told = holder.get(f"{LIST}/{first['id']}")
    assert (told["status"], told["reasonCode"]) == ("FAILED", "PASSWORD")
    again = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    assert again["id"] != first["id"]
    work_is_done(application)
    assert holder.get(f"{LIST}/{again['id']}")["status"] == "READY"


def test_what_is_no_statement_of_hers_is_refused(
    application: Application, brand: SomeBrand, http: TestClient[Any], holder: Speaker, document: str
) -> None:
    assert a_borrower(application, brand, http).ask("POST", UPLOAD, {"documentId": document}).status_code == 404
    selfie = handed_in(http, holder, b"\xff\xd8\xff\xe0" + bytes(200), kind="SELFIE")
    assert holder.ask("POST", UPLOAD, {"documentId": selfie}).status_code == 400
    asked = holder.post(
        "/web/kyc/upload-document", {"type": "BANK_STATEMENT", "contentType": "application/pdf"}, status=201
    )
    assert holder.ask("POST", UPLOAD, {"documentId": asked["documentId"]}).status_code == 409


@pytest.mark.parametrize("fault", ["down", "rate_limited"])
def test_an_analyser_that_takes_nothing_now_is_asked_again(
    application: Application, holder: Speaker, bank: Sandbox, document: str, fault: str
) -> None:
    bank.arm("cart", fault, call="upload", **({"seconds": 1} if fault == "rate_limited" else {}))
    queued = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    deliver(application)
    state = holder.get(f"{LIST}/{queued['id']}")["status"]
    assert state in ("QUEUED", "FAILED")  # a connection that broke after the first byte is no definite no


def test_an_answer_that_was_lost_is_not_bought_twice(
    application: Application, holder: Speaker, bank: Sandbox, document: str
) -> None:
    before = len(bank.record("statements"))
    bank.arm("cart", "success_then_timeout", call="upload")
    queued = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    work_is_done(application)
    told = holder.get(f"{LIST}/{queued['id']}")
    assert (told["status"], told["reasonCode"]) == ("FAILED", "NO_ANSWER")
    assert len(bank.record("statements")) == before + 1


def test_a_worker_killed_while_sending_does_not_send_again(
    application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, document: str
) -> None:
    before = len(bank.record("statements"))
    queued = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    with application.core.postgres.begin(brand.scope()) as work:
        work.context.connection.exec_driver_sql("update statements set state = 'SENDING'")
    work_is_done(application)
    assert holder.get(f"{LIST}/{queued['id']}")["reasonCode"] == "NO_ANSWER"
    assert len(bank.record("statements")) == before


def test_the_password_is_gone_once_it_was_sent(
    application: Application, brand: SomeBrand, holder: Speaker, document: str
) -> None:
    holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    work_is_done(application)
    with application.core.postgres.begin(brand.scope()) as work:
        (password,) = work.context.connection.exec_driver_sql("select password from statements").one()
    assert password is None


def test_without_an_analyser_a_statement_waits_for_one(
    application: Application, brand: SomeBrand, http: TestClient[Any], sandbox: Sandbox, holder: Speaker, persona: Any
) -> None:
    document = handed_in(http, holder, statement_of(sandbox, persona["phone"]))
    queued = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    deliver(application)
    assert holder.get(f"{LIST}/{queued['id']}")["status"] == "QUEUED"
    has_account(application, brand, sandbox, "cart")
    sandbox.act("cart", "process-after", seconds=0)
    work_is_done(application)
    assert holder.get(f"{LIST}/{queued['id']}")["status"] == "READY"


@pytest.mark.parametrize("call", ["upload", "downloadFile"])
def test_an_analysis_is_given_up_after_two_hours_and_the_file_may_be_handed_in_again(
    application: Application, brand: SomeBrand, holder: Speaker, bank: Sandbox, document: str, call: str
) -> None:
    bank.arm("cart", "rate_limited", call=call, times=50, seconds=0)
    queued = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    work_is_done(application)
    assert holder.get(f"{LIST}/{queued['id']}")["status"] in ("QUEUED", "ANALYSING")
    with application.core.postgres.begin(brand.scope()) as work:
        work.context.connection.exec_driver_sql("update statements set uploaded_at = uploaded_at - interval '2 hours'")
    work_is_done(application)
    told = holder.get(f"{LIST}/{queued['id']}")
    assert (told["status"], told["reasonCode"]) == ("FAILED", "NO_ANSWER")
    again = holder.post(UPLOAD, {"documentId": document, "password": "secret1"}, status=202)
    assert again["id"] != queued["id"]
