"""A phone proved by a code: the registered one, or another."""

from typing import Any

import pytest

from los_adapters.bootstrap import Application
from los_domain.kyc.model import MobileFact
from tests.borrowers import Speaker, a_phone
from tests.services import SomeBrand

PATH = "/web/kyc/verify-mobile"


@pytest.fixture
def codes(application: Application, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that were made, newest last: the SMS itself is messaging's business."""
    made: list[str] = []
    real = type(application.core.secrets).code

    def code(self: Any, digits: int) -> str:
        made.append(real(self, digits))
        return made[-1]

    monkeypatch.setattr(type(application.core.secrets), "code", code)
    return made


def test_an_alternate_phone_is_proved(
    application: Application, brand: SomeBrand, borrower: Speaker, codes: list[str]
) -> None:
    phone = a_phone().value
    sent = borrower.post(PATH, {"phoneNumber": phone}, status=202)
    assert (sent["isVerified"], sent["resendAfterSeconds"]) == (False, 30)
    assert borrower.ask("POST", PATH, {"phoneNumber": phone}).status_code == 429
    told = borrower.post(PATH, {"phoneNumber": phone, "otp": codes[-1]})
    assert (told["isVerified"], told["isRegistered"]) == (True, False)
    assert borrower.get("/web/personal-details")["alternatePhoneNumber"] == phone
    with application.core.postgres.begin(brand.scope()) as work:
        fact = work.identity.find(borrower.id, MobileFact)
    assert fact is not None
    assert (fact.phone.value, fact.is_registered) == (phone, False)
    assert borrower.ask("POST", PATH, {"phoneNumber": phone, "otp": codes[-1]}).status_code == 400  # used


def test_the_registered_phone_is_proved(borrower: Speaker, codes: list[str]) -> None:
    phone = borrower.get("/web/personal-details")["phoneNumber"]
    borrower.post(PATH, {"phoneNumber": phone}, status=202)
    assert borrower.post(PATH, {"phoneNumber": phone, "otp": codes[-1]})["isRegistered"]
    assert borrower.get("/web/personal-details")["alternatePhoneNumber"] == ""


def test_five_wrong_guesses_end_a_code(borrower: Speaker, codes: list[str]) -> None:
    phone = a_phone().value
    borrower.post(PATH, {"phoneNumber": phone}, status=202)
    wrong = f"{(int(codes[-1]) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert borrower.ask("POST", PATH, {"phoneNumber": phone, "otp": wrong}).status_code == 400
    assert borrower.ask("POST", PATH, {"phoneNumber": phone, "otp": codes[-1]}).status_code == 400


def test_a_code_for_one_phone_proves_no_other(borrower: Speaker, codes: list[str]) -> None:
    borrower.post(PATH, {"phoneNumber": a_phone().value}, status=202)
    assert borrower.ask("POST", PATH, {"phoneNumber": a_phone().value, "otp": codes[-1]}).status_code == 400
