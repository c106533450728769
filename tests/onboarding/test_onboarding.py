"""A borrower's way through her steps over HTTP: each step moves the pipeline."""

import re
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.brands.config import BrandConfig
from los_domain.onboarding.model import Step
from los_domain.shared.identifiers import Phone
from tests.borrowers import Speaker, a_borrower
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import has_account

CONSENT = {"consentVersion": "2026-10"}
PATH = "/web/onboarding"


@pytest.fixture
def anaya(application: Application, brand: SomeBrand, http: TestClient[Any], sandbox: Sandbox) -> Speaker:
    """The sandbox's Anaya Deshmukh, at a brand with Digitap."""
    has_account(application, brand, sandbox, "digitap")
    return a_borrower(application, brand, http, phone=Phone("9000000001"))


def upload_selfie(borrower: Speaker) -> str:
    asked = borrower.post("/web/kyc/upload-document", {"type": "SELFIE", "contentType": "image/jpeg"}, status=201)
    path = httpx.URL(asked["upload"]["url"]).raw_path.decode()
    borrower.http.put(path, content=b"\xff\xd8\xff\xe0 face", headers=asked["upload"]["headers"])
    borrower.post(f"/web/kyc/documents/{asked['documentId']}/complete")
    return str(asked["documentId"])


def test_each_step_moves_her_on(anaya: Speaker, officer: Speaker, sandbox: Sandbox) -> None:
    assert anaya.get(PATH)["onboardingStep"] == "PAN"
    anaya.post("/web/kyc/verify-pan", {"panNumber": "ZZZPD0001A"} | CONSENT)
    assert anaya.get(PATH)["onboardingStep"] == "AADHAAR"
    anaya.post("/web/kyc/initiate-aadhaar-otp", {"aadhaarNumber": "999941057058"} | CONSENT)
    text = sandbox.record("sms", to="9000000001", header="AADHAR")[-1]["text"]
    anaya.post("/web/kyc/submit-aadhaar-otp", {"otp": re.findall(r"\d{6}", text)[0]})
    assert anaya.get(PATH)["onboardingStep"] == "SELFIE"
    selfie = upload_selfie(anaya)
    assert anaya.get(PATH)["onboardingStep"] == "BANK"
    documents = f"/partner/brand/{anaya.brand.id}/customers/{anaya.id}/documents"
    officer.post(f"{documents}/{selfie}/reject", {"reason": "Too dark."})
    step = anaya.get(PATH)["steps"][3]
    assert (step["step"], step["state"], step["reason"]) == ("SELFIE", "TODO", "REJECTED")
    upload_selfie(anaya)
    work = {"employer": "Acme Infotech Pvt Ltd", "monthlySalary": "68500.00"}
    anaya.post("/web/employment/add", work, status=201)
    assert anaya.get(PATH)["steps"][5]["next"] == "POST /web/employment/verify-uan"
    anaya.post("/web/employment/verify-uan", CONSENT)
    assert {step["step"]: step["state"] for step in anaya.get(PATH)["steps"]}["EMPLOYMENT"] == "DONE"


def test_a_brand_chooses_its_steps(application: Application, brand: SomeBrand, anaya: Speaker) -> None:
    assert anaya.get(PATH)["missing"][0] == "PAN"
    anaya.post("/web/kyc/verify-pan", {"panNumber": "ZZZPD0001A"} | CONSENT)
    application.settings.save(brand.scope(), BrandConfig(skip_user_onboarding_completed=True), version=0)
    told = anaya.get(PATH)
    assert (told["mayApply"], told["missing"], told["onboardingStep"]) == (True, [], "EVALUATION")


def test_nobodys_pipeline_is_not_found(application: Application, brand: SomeBrand, borrower: Speaker) -> None:
    found = application.onboarding.read.of(brand.scope(), [borrower.id, brand.id])
    assert list(found) == [borrower.id]
    assert found[borrower.id].missing[0] is Step.PAN
