"""Aadhaar e-KYC over HTTP: the password that UIDAI texts, right and wrong; and each bad day."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_adapters.kyc.tables import aadhaar_requests, identity_facts
from tests.borrowers import Speaker
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import SILENCES

PAN, START, SUBMIT = "/web/kyc/verify-pan", "/web/kyc/initiate-aadhaar-otp", "/web/kyc/submit-aadhaar-otp"
ANAYA, ROHIT = "9999 4105 7058", "9999-7165-8847"


def saying(number: str) -> dict[str, str]:
    return {"aadhaarNumber": number, "consentVersion": "2026-10"}


@pytest.fixture
def known(anaya: Speaker, digitap: Sandbox) -> Speaker:
    """Anaya, after her PAN."""
    anaya.post(PAN, {"panNumber": "ZZZPD0001A", "consentVersion": "2026-10"})
    return anaya


def texted(sandbox: Sandbox, phone: str = "9000000001") -> str:
    """Return the newest password that UIDAI texted to *phone*."""
    return re.findall(r"is (\d{6}),", sandbox.record("sms", to=phone, header="AADHAR")[-1]["text"])[0]


def wrong(otp: str) -> dict[str, str]:
    return {"otp": f"{(int(otp) + 1) % 1_000_000:06d}"}


def test_completed_by_the_password(known: Speaker, digitap: Sandbox) -> None:
    assert known.post(START, saying(ANAYA)) == {"aadhaar": "XXXX XXXX 7058", "expiresInSeconds": 600, "tries": 3}
    told = known.post(SUBMIT, {"otp": texted(digitap)})
    assert (told["aadhaar"], told["name"], told["city"], told["pincode"]) == (
        "XXXX XXXX 7058",
        "Anaya Deshmukh",
        "Pune",
        "411045",
    )
    assert (told["names"]["score"], told["names"]["verdict"]) == (100, "match")
    assert told["names"]["explanation"] == ["DESHMUKH – DESHMUKH: the same", "ANAYA – ANAYA: the same"]
    assert (told["birthAgrees"], told["numberAgrees"], told["hasPhoto"]) == (True, True, True)
    details = known.get("/web/personal-details")
    assert (details["address"], details["state"], details["aadhaar"]) == (
        "Flat, 12 Sample Heights Baner Road, Pune",
        "Maharashtra",
        "XXXX XXXX 7058",
    )
    assert "address" in details["confirmed"]
    (photo,) = known.get("/web/kyc/documents")["items"]
    assert (photo["type"], photo["status"], photo["source"]) == ("AADHAAR_PHOTO", "VERIFIED", "DIGITAP")
    assert known.post(SUBMIT, {"otp": "000000"}) == told  # complete is complete
    assert known.ask("POST", START, saying(ANAYA)).status_code == 409


def test_somebody_elses_aadhaar_does_not_match(known: Speaker, digitap: Sandbox) -> None:
    known.post(START, saying(ROHIT))
    told = known.post(SUBMIT, {"otp": texted(digitap, "9000000002")})
    assert told["names"]["verdict"] == "mismatch"
    assert (told["birthAgrees"], told["numberAgrees"]) == (False, False)


def test_staff_take_two_names_for_one_persons(known: Speaker, officer: Speaker, digitap: Sandbox) -> None:
    path = f"/partner/brand/{known.brand.id}/customers/{known.id}/kyc/accept-names"
    reason = {"reason": "Married; seen the certificate."}
    assert officer.ask("POST", path, reason).status_code == 404
    known.post(START, saying(ROHIT))
    known.post(SUBMIT, {"otp": texted(digitap, "9000000002")})
    told = officer.post(path, reason)
    assert (told["names"]["verdict"], told["source"]) == ("match", "STAFF")
    assert told["names"]["score"] < 65  # what the names say stays
    assert officer.ask("POST", path, reason).status_code == 409


def test_the_pan_comes_first(anaya: Speaker, digitap: Sandbox) -> None:
    assert anaya.ask("POST", START, saying(ANAYA)).status_code == 409
    assert anaya.ask("POST", SUBMIT, {"otp": "123456"}).status_code == 400  # nothing was asked for


@pytest.mark.parametrize("number", ["9999 4105 7059", "123456789012", "333333333333"])
def test_a_mistyped_number_asks_nobody(known: Speaker, number: str) -> None:
    refused = known.ask("POST", START, saying(number))
    assert (refused.status_code, refused.json()["message"][0]["field"]) == (400, "aadhaarNumber")
    assert number not in refused.text


def test_a_number_that_nobody_has(known: Speaker, digitap: Sandbox) -> None:
    refused = known.ask("POST", START, saying("234567890124"))
    assert (refused.status_code, refused.json().get("reasons")) == (422, ["AADHAAR_NOT_FOUND"])


def test_three_wrong_passwords_end_it(known: Speaker, digitap: Sandbox) -> None:
    known.post(START, saying(ANAYA))
    otp = texted(digitap)
    for left in ("2 tries are left", "1 tries are left", "ask for a new Aadhaar OTP"):
        refused = known.ask("POST", SUBMIT, wrong(otp))
        assert (refused.status_code, refused.json()["message"][0]["fix"]) == (400, left)
    assert known.ask("POST", SUBMIT, {"otp": otp}).status_code == 400
    known.post(START, saying(ANAYA))
    assert known.post(SUBMIT, {"otp": texted(digitap)})["names"]["score"] == 100


def test_a_password_holds_ten_minutes(
    application: Application, brand: SomeBrand, known: Speaker, digitap: Sandbox
) -> None:
    known.post(START, saying(ANAYA))
    with application.core.postgres.begin(brand.scope()) as work:
        before = application.core.wall.now() - timedelta(minutes=10)
        work.context.connection.execute(sa.update(aadhaar_requests).values(opened_at=before))
    refused = known.ask("POST", SUBMIT, {"otp": texted(digitap)})
    assert (refused.status_code, refused.json()["message"][0]["fix"]) == (400, "ask for a new Aadhaar OTP")


def test_a_new_password_ends_the_one_before(known: Speaker, digitap: Sandbox) -> None:
    known.post(START, saying(ANAYA))
    old = texted(digitap)
    known.post(START, saying(ANAYA))
    new = texted(digitap)
    if old != new:
        assert known.ask("POST", SUBMIT, {"otp": old}).status_code == 400
    assert known.post(SUBMIT, {"otp": new})["hasPhoto"]


def test_five_passwords_a_day(known: Speaker, digitap: Sandbox) -> None:
    for _ in range(5):
        known.post(START, saying(ANAYA))
    assert known.ask("POST", START, saying(ANAYA)).status_code == 429


@pytest.mark.parametrize("fault", SILENCES)
def test_a_silent_uidai_says_what_to_do(known: Speaker, digitap: Sandbox, fault: str) -> None:
    digitap.arm("digitap", fault, call="aadhaarStart", **SILENCES[fault])
    answer = known.ask("POST", START, saying(ANAYA), key="k-1")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert "again" in answer.json()["message"] or "wait" in answer.json()["message"]


OUTCOMES: dict[str, tuple[dict[str, Any], bool]] = {
    # fault: armed with, may the same password still open afterwards
    "down": ({}, True),
    "slow": ({"seconds": 3}, False),  # it was used up late
    "server_error": ({"status": 503}, True),
    "garbage": ({}, True),
    "success_then_timeout": ({}, False),  # used up, and nobody told us
}


@pytest.mark.parametrize("fault", OUTCOMES)
def test_an_answer_that_is_lost_can_be_asked_for_again(known: Speaker, digitap: Sandbox, fault: str) -> None:
    armed, opens_again = OUTCOMES[fault]
    known.post(START, saying(ANAYA))
    otp = texted(digitap)
    digitap.arm("digitap", fault, call="aadhaarSubmit", **armed)
    answer = known.ask("POST", SUBMIT, {"otp": otp})
    assert (answer.status_code, "OTP" in answer.json()["message"]) == (503, True)
    if opens_again:
        assert known.post(SUBMIT, {"otp": otp})["hasPhoto"]
    else:
        known.post(START, saying(ANAYA))
        assert known.post(SUBMIT, {"otp": texted(digitap)})["hasPhoto"]


def test_a_vendor_that_asks_for_patience_takes_no_try(known: Speaker, digitap: Sandbox) -> None:
    known.post(START, saying(ANAYA))
    digitap.arm("digitap", "rate_limited", call="aadhaarSubmit", seconds=1)
    answer = known.ask("POST", SUBMIT, {"otp": texted(digitap)})
    assert (answer.status_code, answer.json()["message"]) == (
        503,
        "UIDAI does not answer just now: submit the same OTP again",
    )


def test_no_aadhaar_number_is_kept(
    application: Application, brand: SomeBrand, known: Speaker, digitap: Sandbox
) -> None:
    known.post(START, saying(ANAYA))
    with application.core.postgres.begin(brand.scope()) as work:
        (request,) = work.aadhaar_requests.since(known.id, application.core.wall.now() - timedelta(hours=1))
        assert request.session is not None
    known.post(SUBMIT, {"otp": texted(digitap)})
    with application.core.postgres.begin(brand.scope()) as work:
        (row,) = work.context.connection.execute(aadhaar_requests.select()).mappings()
        assert row["session"] is None  # nothing is left to be sent to the vendor
        facts = work.context.connection.execute(identity_facts.select().order_by(identity_facts.c.at)).mappings().all()
        assert [(fact["kind"], fact["name_score"], fact["name_verdict"]) for fact in facts] == [
            ("pan", None, None),
            ("aadhaar", 100, "match"),
        ]
