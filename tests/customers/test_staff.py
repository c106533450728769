"""Staff look at customers: in a list, and one whole; what they may see depends on what they may do."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.customers.tables import customers
from los_adapters.shared.tables import data_keys
from los_domain.customers.policy import ProfileEdit
from los_domain.customers.views import masked_email, masked_name, masked_phone
from los_domain.shared.identifiers import Phone
from tests.borrowers import Speaker, a_borrower, a_customer, logged_in
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand, a_lender_and_brand, a_staff
from tests.vendors import has_account


@pytest.fixture
def viewer(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    """Somebody who may not see personal data."""
    return logged_in(application, a_staff(application, "VIEWER", brand=brand), brand, http)


@pytest.fixture
def anaya(application: Application, brand: SomeBrand, http: TestClient[Any], sandbox: Sandbox) -> Speaker:
    """Anaya Deshmukh after her PAN."""
    has_account(application, brand, sandbox, "digitap")
    speaker = a_borrower(application, brand, http, phone=Phone("9000000001"))
    speaker.post("/web/kyc/verify-pan", {"panNumber": "ZZZPD0001A", "consentVersion": "1"})
    return speaker


def path(brand: SomeBrand) -> str:
    return f"/partner/brand/{brand.id}/customers"


def test_a_list_by_page(application: Application, brand: SomeBrand, officer: Speaker) -> None:
    for _ in range(5):
        a_customer(application, brand)
    first = officer.get(path(brand), limit=2)
    assert (len(first["items"]), first["page"], first["limit"], first["total"]) == (2, 1, 2, 5)
    last = officer.get(path(brand), limit=2, page=3)
    assert len(last["items"]) == 1
    oldest = officer.get(path(brand), limit=5, order="asc")["items"]
    assert [each["id"] for each in oldest] == [each["id"] for each in officer.get(path(brand))["items"]][::-1]
    assert officer.ask("GET", path(brand), limit=500).status_code == 400


def test_a_list_by_phone_pan_and_state(
    application: Application, brand: SomeBrand, officer: Speaker, anaya: Speaker
) -> None:
    other = a_customer(application, brand)

    def found(**query: Any) -> set[str]:
        return {each["id"] for each in officer.get(path(brand), **query)["items"]}

    assert found(phoneNumber="+91 90000 00001") == {str(anaya.id)}
    assert found(phoneNumber="9000000001", page=2) == set()
    assert found(phoneNumber="9111111111") == set()
    assert found(pan="zzzpd0001a") == {str(anaya.id)}
    assert found(isIdentified=True) == {str(anaya.id)}
    assert found(isIdentified=False) == {str(other.id)}
    assert found(isActive=False) == set()
    today = application.core.wall.now().date()
    assert found(fromDate=today - timedelta(days=1), toDate=today + timedelta(days=1)) == {str(anaya.id), str(other.id)}
    assert found(toDate=today - timedelta(days=2)) == set()
    assert officer.ask("GET", path(brand), pan="nonsense").status_code == 400


def test_who_may_not_see_personal_data_sees_it_masked(
    brand: SomeBrand, officer: Speaker, viewer: Speaker, anaya: Speaker
) -> None:
    (whole,) = officer.get(path(brand))["items"]
    assert (whole["phoneNumber"], whole["name"], whole["onboardingStep"]) == ("9000000001", "Anaya Deshmukh", "AADHAAR")
    (masked,) = viewer.get(path(brand))["items"]
    assert (masked["phoneNumber"], masked["name"]) == ("XXXXXX0001", "A… D…")


def test_one_customer_whole_and_masked(
    application: Application, brand: SomeBrand, officer: Speaker, viewer: Speaker, anaya: Speaker
) -> None:
    edit = ProfileEdit(address="Flat 12 Sample Heights", pincode="411045")
    application.customers.change_details(brand.scope(), anaya.id, edit)
    anaya.post("/web/employment/add", {"employer": "Acme", "monthlySalary": "68500.00"}, status=201)
    account = {"accountNumber": "50100000001001", "ifscCode": "HDFC0000060", "beneficiaryName": "Anaya Deshmukh"}
    anaya.post("/web/bank/add-account", account, status=201)
    whole = officer.get(f"{path(brand)}/{anaya.id}")
    assert (whole["isMasked"], whole["details"]["address"]) == (False, "Flat 12 Sample Heights")
    assert whole["kyc"]["pan"]["name"] == "ANAYA DESHMUKH"
    assert whole["employment"]["employer"] == "Acme"
    assert whole["bankAccounts"][0]["beneficiaryName"] == "Anaya Deshmukh"
    assert whole["statements"] == []
    assert whole["onboarding"]["onboardingStep"] == "AADHAAR"
    answer = viewer.ask("GET", f"{path(brand)}/{anaya.id}")
    masked = answer.json()
    assert (masked["isMasked"], masked["details"]["address"], masked["details"]["city"]) == (True, "", "Pune")
    assert masked["details"]["dateOfBirth"] is None
    assert masked["bankAccounts"][0]["accountNumber"] == "…1001"
    for secret in ("ANAYA", "Anaya", "Deshmukh", "9000000001", "Sample", "1988", "50100000001001"):
        assert secret not in answer.text


def test_a_customer_of_another_brand_is_not_there(application: Application, brand: SomeBrand, officer: Speaker) -> None:
    elsewhere = a_customer(application, a_lender_and_brand(application, name="Bhavani"))
    assert officer.ask("GET", f"{path(brand)}/{elsewhere.id}").status_code == 404
    assert officer.get(path(brand))["items"] == []


def test_a_customer_is_closed_for_applications_and_opened_again(
    brand: SomeBrand, officer: Speaker, viewer: Speaker, borrower: Speaker
) -> None:
    where, why = f"{path(brand)}/{borrower.id}/status", "Works for us now."
    assert officer.ask("POST", where, {"isActive": False}).status_code == 400
    assert viewer.ask("POST", where, {"isActive": False, "reason": why}).status_code == 403
    assert officer.post(where, {"isActive": False, "reason": why})["isActive"] is False
    assert officer.post(where, {"isActive": False, "reason": why})["isActive"] is False
    assert [each["id"] for each in officer.get(path(brand), isActive=False)["items"]] == [str(borrower.id)]
    assert borrower.get("/web/personal-details")["id"] == str(borrower.id)  # she still sees what is hers
    assert officer.post(where, {"isActive": True, "reason": "Left."})["isActive"] is True


def test_borrowers_are_no_staff(brand: SomeBrand, borrower: Speaker) -> None:
    assert borrower.ask("GET", path(brand)).status_code == 401


def test_an_erased_customer_is_a_line_without_a_person(
    application: Application, brand: SomeBrand, officer: Speaker
) -> None:
    customer = a_customer(application, brand)
    with application.core.postgres.begin(brand.scope()) as work:
        work.context.connection.execute(
            sa.update(data_keys).where(data_keys.c.owner_id == customer.id).values(wrapped=None)
        )
        assert work.context.connection.execute(sa.select(sa.func.count()).select_from(customers)).scalar_one() == 1
    (row,) = officer.get(path(brand))["items"]
    assert (row["id"], row["phoneNumber"], row["isErased"]) == (str(customer.id), "", True)
    assert officer.ask("GET", f"{path(brand)}/{customer.id}").status_code == 404


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masked_phone, "9876543210", "XXXXXX3210"),
        (masked_phone, "", ""),
        (masked_name, "Anaya P Deshmukh", "A… P… D…"),
        (masked_name, "", ""),
        (masked_email, "anaya@mail.example", "a…@mail.example"),
        (masked_email, "", ""),
    ],
)
def test_masks(mask: Any, value: str, shown: str) -> None:
    assert mask(value) == shown
