"""Settings and providers of a brand over HTTP: who may, what is shown, what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.wire.config import MASK
from los_domain.brands.legal import LegalFacts, PolicyPaths, lender_facts
from tests.borrowers import Speaker, api_of, logged_in
from tests.services import SomeBrand, a_lender_and_brand, a_staff

GUPSHUP = {"userid": "2000123456", "password": "letmein"}


@pytest.fixture
def http(application: Application) -> Iterator[TestClient[Any]]:
    with api_of(application) as client:
        yield client


@pytest.fixture
def brand(application: Application) -> SomeBrand:
    return a_lender_and_brand(application)


@pytest.fixture
def admin(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    return logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)


def path(brand: SomeBrand, rest: str) -> str:
    return f"/partner/brand/{brand.id}/settings/{rest}"


def test_flags_are_read_written_and_guarded_by_their_version(admin: Speaker, brand: SomeBrand) -> None:
    where = path(brand, "brand")
    read = admin.get(where)
    assert (read["version"], read["esignExpiryDayCount"], read["changedBy"]) == (0, 7, None)
    wish = {
        "version": 0,
        "esignExpiryDayCount": 3,
        "loanAgreementHeader": "Aarambh",
        "esignFinalCopyRecipients": ["a@b.in"],
    }
    assert admin.ask("PUT", where, wish).json()["version"] == 1
    read = admin.get(where)
    assert (read["esignExpiryDayCount"], read["esignFinalCopyRecipients"]) == (3, ["a@b.in"])
    assert read["changedBy"] == str(admin.id)
    assert admin.ask("PUT", where, wish).status_code == 409
    refused = admin.ask("PUT", where, {"version": 1, "esignExpiryDayCount": 31, "esignFinalCopyRecipients": ["nobody"]})
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["message"]] == ["esignExpiryDayCount", "esignFinalCopyRecipients"]


def test_legal_facts_and_policies_are_kept_and_told(application: Application, admin: Speaker, brand: SomeBrand) -> None:
    legal = {
        "version": 0,
        "grievanceOfficer": "Meera Iyer",
        "grievancePhone": "022 4000 1234",
        "grievanceEmail": "grievance@aarambh.example",
        "recoveryAgents": ["Samadhan Services"],
    }
    assert admin.ask("PUT", path(brand, "legal"), legal).json()["version"] == 1
    assert admin.get(path(brand, "legal")) == legal | {"version": 1, "mayTransfer": False}
    links = {"version": 0, "privacy": "https://aarambh.example/privacy"}
    assert admin.ask("PUT", path(brand, "brand-paths"), links).json()["terms"] == ""
    assert application.pages.page(brand.scope(), PolicyPaths).links() == (("Privacy policy", links["privacy"]),)
    told = lender_facts(application.brands.lender_of(brand.id), application.pages.page(brand.scope(), LegalFacts))
    assert (told.officer, told.recovery_agents) == ("Meera Iyer", ("Samadhan Services",))
    assert told.name.startswith("Aarambh Finance")
    assert admin.ask("PUT", path(brand, "brand-paths"), {"version": 1, "terms": "http://plain"}).status_code == 400


def test_a_provider_is_added_shown_masked_changed_and_removed(admin: Speaker, brand: SomeBrand) -> None:
    where = path(brand, "brand-providers")
    made = admin.post(where, {"type": "SMS", "providerName": "GUPSHUP", "config": GUPSHUP}, status=201)
    assert (made["isPrimary"], made["config"]["password"]) == (True, MASK)
    (shown,) = admin.get(where)["items"]
    assert shown == made
    changed = admin.ask(
        "PUT",
        f"{where}/{made['id']}",
        {"type": "SMS", "providerName": "GUPSHUP", "config": shown["config"], "isActive": False, "version": 1},
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["isActive"], changed.json()["version"]) == (False, 2)
    stale = {"type": "SMS", "providerName": "GUPSHUP", "config": GUPSHUP, "version": 1}
    assert admin.ask("PUT", f"{where}/{made['id']}", stale).status_code == 409
    assert admin.ask("DELETE", f"{where}/{made['id']}").status_code == 204
    assert admin.get(where)["items"] == []
    assert admin.ask("DELETE", f"{where}/{made['id']}").status_code == 404


def test_every_wrong_setting_is_named(admin: Speaker, brand: SomeBrand) -> None:
    wish = {"type": "SMS", "providerName": "GUPSHUP", "config": {"userid": 7, "pasword": "x"}}
    refused = admin.ask("POST", path(brand, "brand-providers"), wish)
    assert refused.status_code == 400
    named = sorted(one["field"] for one in refused.json()["message"])
    assert named == ["config.password", "config.pasword", "config.userid"]
    assert "letmein" not in refused.text


@pytest.mark.parametrize(("role", "reads", "writes"), [("ADMIN", 200, 201), ("CREDIT", 403, 403), ("VIEWER", 403, 403)])
def test_who_may(
    application: Application, brand: SomeBrand, http: TestClient[Any], role: str, reads: int, writes: int
) -> None:
    speaker = logged_in(application, a_staff(application, role, brand=brand), brand, http)
    where = path(brand, "brand-providers")
    assert speaker.ask("GET", where).status_code == reads
    wish = {"type": "SMS", "providerName": "GUPSHUP", "config": GUPSHUP}
    assert speaker.ask("POST", where, wish).status_code == writes


def test_anothers_brand_is_not_there(application: Application, admin: Speaker) -> None:
    other = a_lender_and_brand(application)
    assert admin.ask("GET", path(other, "brand")).status_code == 404
