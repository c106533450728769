"""A PAN over HTTP: verified, refused, another's; and what follows from each bad day of its authority."""

import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.kyc.tables import identity_facts, pan_checks
from los_domain.brands.config import BrandConfig
from los_domain.kyc.model import PanFact
from los_domain.shared.identifiers import Pan
from tests.borrowers import Speaker, a_borrower
from tests.deliveries import dead_letters, deliver, let_waits_be_over
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand, a_lender_and_brand
from tests.vendors import SILENCES, has_account

VERIFY = "/web/kyc/verify-pan"
ANAYA, ROHIT = "ZZZPD0001A", "ZZZPK0002B"


def saying(pan: str) -> dict[str, str]:
    return {"panNumber": pan, "consentVersion": "2026-10"}


def test_verified_and_read_back(anaya: Speaker, digitap: Sandbox) -> None:
    told = anaya.post(VERIFY, saying(" zzzpd0001a"))
    assert told["isVerified"]
    assert told["pan"] | {"verifiedAt": ""} == {
        "pan": "ZZXXX00XXA",
        "name": "ANAYA DESHMUKH",
        "dateOfBirth": "1988-03-14",
        "type": "Individual",
        "status": "active",
        "aadhaarLinked": True,
        "source": "DIGITAP",
        "verifiedAt": "",
    }
    details = anaya.get("/web/personal-details")
    assert (details["firstName"], details["lastName"], details["pan"]) == ("Anaya", "Deshmukh", "ZZXXX00XXA")
    assert details["confirmed"] == ["dateOfBirth", "firstName", "gender", "lastName"]
    assert anaya.ask("POST", "/web/personal-details/update", {"firstName": "Maya"}).status_code == 400
    assert anaya.get("/web/consents")["items"][0]["purpose"] == "PAN_VERIFICATION"


def test_the_same_again_asks_nobody_and_another_is_refused(anaya: Speaker, digitap: Sandbox) -> None:
    first = anaya.post(VERIFY, saying(ANAYA))
    digitap.arm("digitap", "down", call="panDetailsPlus")
    assert anaya.post(VERIFY, saying(ANAYA))["pan"] == first["pan"]
    assert anaya.ask("POST", VERIFY, saying(ROHIT)).status_code == 409


def test_a_pan_is_one_customers_of_a_brand_and_one_person_of_a_lender(
    application: Application, brand: SomeBrand, anaya: Speaker, http: TestClient[Any], digitap: Sandbox
) -> None:
    anaya.post(VERIFY, saying(ANAYA))
    refused = a_borrower(application, brand, http).ask("POST", VERIFY, saying(ANAYA))
    assert (refused.status_code, "another customer" in refused.json()["message"]) == (409, True)
    sister = a_lender_and_brand(application, name="Bhavani", lender=lender_name(application, brand))
    has_account(application, sister, digitap, "digitap")
    there = a_borrower(application, sister, http)
    there.post(VERIFY, saying(ANAYA))
    with application.core.postgres.begin(brand.scope()) as here:
        hers = here.customers.get(anaya.id).person_id
    with application.core.postgres.begin(sister.scope()) as work:
        assert hers is not None
        assert work.customers.get(there.id).person_id == hers


def test_a_brand_that_dedups_takes_nobody_of_a_sister_brand(
    application: Application, brand: SomeBrand, anaya: Speaker, http: TestClient[Any], digitap: Sandbox
) -> None:
    anaya.post(VERIFY, saying(ANAYA))
    sister = a_lender_and_brand(application, name="Bhavani", lender=lender_name(application, brand))
    has_account(application, sister, digitap, "digitap")
    application.settings.save(sister.scope(), BrandConfig(enable_central_dedup=True), version=0)
    refused = a_borrower(application, sister, http).ask("POST", VERIFY, saying(ANAYA))
    assert (refused.status_code, "another brand" in refused.json()["message"]) == (409, True)
    a_borrower(application, sister, http).post(VERIFY, saying(ROHIT))


def lender_name(application: Application, brand: SomeBrand) -> str:
    with application.core.postgres.begin(brand.scope()) as work:
        found = work.context.connection.execute(
            sa.text("select name from lenders where id = :id"), {"id": brand.lender}
        )
        return str(found.scalar_one())


def test_a_pan_that_nobody_has(anaya: Speaker, digitap: Sandbox) -> None:
    refused = anaya.ask("POST", VERIFY, saying("ABCPD1234E"))
    assert (refused.status_code, refused.json()["reasons"]) == (422, ["PAN_NOT_FOUND"])
    assert anaya.post(VERIFY, saying(ANAYA))["isVerified"]


@pytest.mark.parametrize("pan", ["ABCDE1234F", "ABCPD12345", "1234567890"])
def test_what_is_no_pan_asks_nobody(anaya: Speaker, pan: str) -> None:
    refused = anaya.ask("POST", VERIFY, saying(pan))
    assert (refused.status_code, refused.json()["message"][0]["field"]) == (400, "panNumber")


def test_five_questions_a_day(anaya: Speaker, digitap: Sandbox) -> None:
    for last in "EFGHJ":
        assert anaya.ask("POST", VERIFY, saying(f"ABCPD1234{last}")).status_code == 422
    refused = anaya.ask("POST", VERIFY, saying(ANAYA))
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 23 * 3600


@pytest.mark.parametrize("fault", SILENCES)
def test_a_silent_authority_is_asked_again_by_a_worker(
    application: Application, anaya: Speaker, digitap: Sandbox, fault: str
) -> None:
    digitap.arm("digitap", fault, call="panDetailsPlus", **SILENCES[fault])
    answer = anaya.ask("POST", VERIFY, saying(ANAYA), key="k-1")
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    assert anaya.ask("POST", VERIFY, saying(ANAYA), key="k-1").content == answer.content
    where = answer.headers["location"].removeprefix("/api/v1")
    assert anaya.get(where)["state"] == "pending"
    assert anaya.post(VERIFY, saying(ANAYA), status=202)["checkId"] == answer.json()["checkId"]  # nobody asks twice
    for _ in range(5):
        deliver(application)
        if anaya.get(where)["state"] == "done":
            break
        time.sleep(0.5)
        let_waits_be_over(application)
    assert anaya.get(where)["pan"]["name"] == "ANAYA DESHMUKH"
    assert dead_letters(application) == []


def test_a_definite_no_says_so(anaya: Speaker, digitap: Sandbox) -> None:
    digitap.arm("digitap", "refuse", call="panDetailsPlus")
    refused = anaya.ask("POST", VERIFY, saying(ANAYA))
    assert (refused.status_code, refused.json()["reasons"]) == (422, ["PAN_INVALID"])


def test_workers_give_up_after_two_hours(
    application: Application, brand: SomeBrand, anaya: Speaker, digitap: Sandbox
) -> None:
    digitap.arm("digitap", "server_error", call="panDetailsPlus", times=9)
    answer = anaya.ask("POST", VERIFY, saying(ANAYA))
    with application.core.postgres.begin(brand.scope()) as work:
        long_ago = application.core.wall.now() - timedelta(hours=2)
        work.context.connection.execute(sa.update(pan_checks).values(asked_at=long_ago))
    deliver(application)
    told = anaya.get(answer.headers["location"].removeprefix("/api/v1"))
    assert (told["state"], told["reason"]) == ("given_up", "NO_ANSWER")


def test_a_check_of_somebody_else_is_not_there(
    application: Application, brand: SomeBrand, anaya: Speaker, http: TestClient[Any], digitap: Sandbox
) -> None:
    digitap.arm("digitap", "garbage", call="panDetailsPlus")
    where = anaya.ask("POST", VERIFY, saying(ANAYA)).headers["location"].removeprefix("/api/v1")
    assert a_borrower(application, brand, http).ask("GET", where).status_code == 404


def test_facts_lie_sealed_and_name_their_source(
    application: Application, brand: SomeBrand, anaya: Speaker, digitap: Sandbox
) -> None:
    anaya.post(VERIFY, saying(ANAYA))
    with application.core.postgres.begin(brand.scope()) as work:
        (row,) = work.context.connection.execute(identity_facts.select()).mappings()
        fact = work.identity.find(anaya.id, PanFact)
        attempts = work.context.connection.execute(sa.text("select id, call, outcome from attempts")).all()
    assert b"ANAYA" not in bytes(row["facts"])
    assert fact is not None
    assert fact.record.pan == Pan(ANAYA)
    assert attempts == [(fact.found.attempt, "verify_pan", "DONE")]
