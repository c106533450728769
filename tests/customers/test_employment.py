"""A borrower's work over HTTP, and the provident-fund office of the sandbox, on good days and bad ones."""

import time
from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.customers.policy import confirmed, named
from los_domain.shared.identifiers import Phone
from tests.borrowers import Speaker, a_borrower
from tests.deliveries import dead_letters, deliver, let_waits_be_over
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import SILENCES, has_account, is_impatient

ADD, VERIFY, READ = "/web/employment/add", "/web/employment/verify-uan", "/web/employment"
CONSENT = {"consentVersion": "2026-10"}
WORK = {"employer": "Acme Infotech Private Limited", "monthlySalary": "68500.00", "officialEmail": "a@acme.example"}


@pytest.fixture
def anaya(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    """The sandbox's Anaya Deshmukh, who works for ACME INFOTECH PVT LTD."""
    speaker = a_borrower(application, brand, http, phone=Phone("9000000001"))
    is_named(application, speaker, "ANAYA DESHMUKH")
    return speaker


def is_named(application: Application, speaker: Speaker, name: str) -> None:
    """Confirm her name as a PAN confirms it."""
    with application.core.postgres.begin(speaker.brand.scope()) as work:
        work.profiles.save(speaker.id, confirmed(work.profiles.get(speaker.id), **named(name)))


@pytest.fixture
def digitap(application: Application, brand: SomeBrand, sandbox: Sandbox) -> Sandbox:
    has_account(application, brand, sandbox, "digitap")
    is_impatient(application)
    return sandbox


def test_work_is_stated_and_restated(anaya: Speaker) -> None:
    assert anaya.ask("GET", READ).status_code == 404
    assert anaya.post(ADD, WORK, status=201)["verdict"] == "stated"
    anaya.post(ADD, WORK | {"employer": "Harbour Traders"}, status=201)
    assert anaya.get(READ)["employer"] == "Harbour Traders"
    refused = anaya.ask("POST", ADD, {"employer": "A", "monthlySalary": "lots", "uan": "1"})
    assert {problem["field"] for problem in refused.json()["message"]} == {"employer", "monthlySalary", "uan"}


def test_found_by_phone_and_verified(anaya: Speaker, digitap: Sandbox) -> None:
    assert anaya.ask("POST", VERIFY, CONSENT).status_code == 409
    anaya.post(ADD, WORK, status=201)
    told = anaya.post(VERIFY, CONSENT)
    assert (told["verdict"], told["isVerified"], told["uan"]) == ("verified", True, "…0001")
    assert (told["evidence"]["nameScore"], told["evidence"]["employerScore"]) == (100, 100)
    assert told["evidence"]["history"][0]["employer"] == "ACME INFOTECH PVT LTD"
    assert anaya.get("/web/consents")["items"][0]["purpose"] == "EMPLOYMENT_VERIFICATION"
    assert anaya.get(READ) == told
    assert anaya.post(VERIFY, CONSENT) == told  # a verdict that stands is not bought again


def test_what_she_says_of_herself_is_compared_with_nothing(
    application: Application, brand: SomeBrand, http: Any, digitap: Sandbox
) -> None:
    liar = a_borrower(application, brand, http)
    liar.post("/web/personal-details/update", {"firstName": "Anaya", "lastName": "Deshmukh"})
    liar.post(ADD, WORK, status=201)
    assert liar.ask("POST", VERIFY, CONSENT | {"uan": "100000000001"}).status_code == 409


def test_found_by_uan(anaya: Speaker, digitap: Sandbox) -> None:
    anaya.post(ADD, WORK, status=201)
    assert anaya.post(VERIFY, CONSENT | {"uan": "100000000001"})["isVerified"]


def test_a_record_that_says_something_else_does_not_verify(anaya: Speaker, digitap: Sandbox) -> None:
    anaya.post(ADD, WORK | {"employer": "Harbour Traders"}, status=201)
    told = anaya.post(VERIFY, CONSENT)
    assert (told["verdict"], told["evidence"]["reasons"]) == ("not_confirmed", ["EMPLOYER_DIFFERS"])
    anaya.post(ADD, WORK, status=201)
    told = anaya.post(VERIFY, CONSENT | {"uan": "100000000003"})  # of somebody else
    assert told["verdict"] == "not_confirmed"
    assert "NAME_DIFFERS" in told["evidence"]["reasons"]


def test_nobody_is_known_there(application: Application, brand: SomeBrand, http: Any, digitap: Sandbox) -> None:
    rohit = a_borrower(application, brand, http, phone=Phone("9000000002"))
    is_named(application, rohit, "ROHIT KUJUR")
    rohit.post(ADD, WORK, status=201)
    assert rohit.post(VERIFY, CONSENT)["verdict"] == "no_record"


@pytest.mark.parametrize("fault", SILENCES)
def test_a_silent_office_is_asked_again_by_a_worker(
    application: Application, anaya: Speaker, digitap: Sandbox, fault: str
) -> None:
    anaya.post(ADD, WORK, status=201)
    digitap.arm("digitap", fault, call="uanBasic", **SILENCES[fault])
    answer = anaya.ask("POST", VERIFY, CONSENT, key="k-1")
    assert (answer.status_code, answer.headers["location"]) == (202, "/api/v1/web/employment")
    assert answer.json()["verdict"] == "checking"
    assert anaya.ask("POST", VERIFY, CONSENT, key="k-1").content == answer.content
    for _ in range(5):
        deliver(application)
        if anaya.get(READ)["verdict"] == "verified":
            break
        time.sleep(0.5)
        let_waits_be_over(application)
    assert anaya.get(READ)["verdict"] == "verified"
    assert dead_letters(application) == []


def test_a_definite_no_is_no_record(anaya: Speaker, digitap: Sandbox) -> None:
    anaya.post(ADD, WORK, status=201)
    digitap.arm("digitap", "refuse", call="uanBasic")
    assert anaya.post(VERIFY, CONSENT)["verdict"] == "no_record"


def test_without_a_provider_the_check_waits_for_one(
    application: Application, brand: SomeBrand, anaya: Speaker, sandbox: Sandbox
) -> None:
    anaya.post(ADD, WORK, status=201)
    anaya.post(VERIFY, CONSENT, status=202)
    deliver(application)
    has_account(application, brand, sandbox, "digitap")
    let_waits_be_over(application)
    deliver(application)
    assert anaya.get(READ)["isVerified"]
