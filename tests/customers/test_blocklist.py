"""Identifiers that a brand lends nothing to: added and lifted with a reason, and recognised on a customer."""

import re
from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.customers.model import BlockedBy
from los_domain.shared.identifiers import Phone
from tests.borrowers import Speaker, a_borrower, logged_in
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand, a_lender_and_brand, a_staff
from tests.vendors import has_account

CONSENT = {"consentVersion": "1"}


@pytest.fixture
def admin(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    return logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)


def path(brand: SomeBrand) -> str:
    return f"/partner/brand/{brand.id}/settings/blocklist"


def test_added_shown_masked_and_lifted_with_reasons(brand: SomeBrand, admin: Speaker) -> None:
    said = {"type": "PAN", "identifier": "zzzpd0001a", "reason": "Forged salary slips."}
    made = admin.post(path(brand), said, status=201)
    assert (made["identifier"], made["addedBy"]) == ("ZZXXX00XXA", str(admin.id))
    assert admin.ask("POST", path(brand), said).status_code == 409
    assert admin.get(path(brand))["items"] == [made]
    where = f"{path(brand)}/{made['id']}"
    assert admin.ask("DELETE", where).status_code == 400  # no reason
    assert admin.ask("DELETE", where, reason="It was her namesake.").status_code == 204
    assert admin.ask("DELETE", where, reason="It was her namesake.").status_code == 409
    assert admin.get(path(brand))["items"] == []
    admin.post(path(brand), said, status=201)  # and again


@pytest.mark.parametrize(
    ("type_", "identifier"), [("PAN", "ABCDE1234F"), ("AADHAAR", "999941057059"), ("PHONE", "1234567890")]
)
def test_what_is_no_identifier_is_refused(brand: SomeBrand, admin: Speaker, type_: str, identifier: str) -> None:
    said = {"type": type_, "identifier": identifier, "reason": "Fraud."}
    refused = admin.ask("POST", path(brand), said)
    assert (refused.status_code, refused.json()["message"][0]["field"]) == (400, "identifier")
    assert identifier not in refused.text


def test_a_customer_is_recognised_by_each_of_hers(
    application: Application, brand: SomeBrand, admin: Speaker, http: TestClient[Any], sandbox: Sandbox
) -> None:
    has_account(application, brand, sandbox, "digitap")
    anaya = a_borrower(application, brand, http, phone=Phone("9000000001"))

    def blocks() -> tuple[BlockedBy, ...]:
        return application.customers.lists.blocks_on(brand.scope(), anaya.id)

    for type_, identifier in (("PAN", "ZZZPD0001A"), ("AADHAAR", "9999 4105 7058"), ("PHONE", "9000000002")):
        admin.post(path(brand), {"type": type_, "identifier": identifier, "reason": "Fraud."}, status=201)
    assert blocks() == ()
    anaya.post("/web/kyc/verify-pan", {"panNumber": "ZZZPD0001A"} | CONSENT)
    assert blocks() == (BlockedBy.PAN,)
    anaya.post("/web/kyc/initiate-aadhaar-otp", {"aadhaarNumber": "999941057058"} | CONSENT)
    text = sandbox.record("sms", to="9000000001", header="AADHAR")[-1]["text"]
    anaya.post("/web/kyc/submit-aadhaar-otp", {"otp": re.findall(r"\d{6}", text)[0]})
    assert blocks() == (BlockedBy.PAN, BlockedBy.AADHAAR)
    made = admin.post(path(brand), {"type": "PHONE", "identifier": "9000000001", "reason": "Fraud."}, status=201)
    assert blocks() == (BlockedBy.PAN, BlockedBy.AADHAAR, BlockedBy.PHONE)
    admin.ask("DELETE", f"{path(brand)}/{made['id']}", reason="A mistake.")
    assert blocks() == (BlockedBy.PAN, BlockedBy.AADHAAR)


def test_one_brands_blocks_are_not_anothers(
    application: Application, brand: SomeBrand, admin: Speaker, http: TestClient[Any]
) -> None:
    other = a_lender_and_brand(application, name="Bhavani")
    there = a_borrower(application, other, http, phone=Phone("9000000001"))
    admin.post(path(brand), {"type": "PHONE", "identifier": "9000000001", "reason": "Fraud."}, status=201)
    assert application.customers.lists.blocks_on(other.scope(), there.id) == ()


def test_only_who_writes_settings_blocks(brand: SomeBrand, officer: Speaker) -> None:
    said = {"type": "PHONE", "identifier": "9000000001", "reason": "Fraud."}
    assert officer.ask("POST", path(brand), said).status_code == 403
