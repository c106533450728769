"""Applying: who may, what is refused with which reasons, and that one key makes one loan."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.brands.config import BrandConfig
from los_domain.loans.application import Applicant, Refusal, Wish, age_on, applied, refusals
from los_domain.loans.states import Ending, LoanStatus
from los_domain.shared.errors import Invalid, Rejected
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money
from tests.borrowers import Speaker, a_borrower, borrower, brand, http  # noqa: F401 - fixtures
from tests.deliveries import dead_letters, deliver
from tests.loans.applying import CONSENT, a_rule, a_saved_rule, is_onboarded
from tests.loans.builders import a_loan
from tests.services import SomeBrand

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
CONFIG = BrandConfig(
    salary_threshold=Money.rupees(25_000), rejection_days=90, most_open_loans=1, skip_user_onboarding_completed=True
)
HER = Applicant(CustomerId(UUID(int=5)), True, (), date(1988, 3, 14), Money.rupees(30_000), None)
WISH = Wish(a_rule(), Money.rupees(50_000), 12)
declined = a_loan(status=LoanStatus.REJECTED, ending=Ending.DECLINED, closed_on=TODAY - timedelta(days=89))


@pytest.mark.parametrize(
    ("born", "years"),
    [("2005-11-23", 21), ("2005-11-24", 20), ("2004-02-29", 22), ("1966-11-24", 59)],
)
def test_age(born: str, years: int) -> None:
    assert age_on(TODAY, born_on=date.fromisoformat(born)) == years


@pytest.mark.parametrize(
    ("changed", "loans", "expected"),
    [
        ({}, [], []),
        ({"is_active": False}, [], ["INACTIVE"]),
        ({"missing": ("PAN",)}, [], ["INCOMPLETE"]),
        ({"date_of_birth": None}, [], ["INCOMPLETE"]),
        ({"date_of_birth": date(2005, 11, 24)}, [], ["TOO_YOUNG"]),
        ({"date_of_birth": date(2005, 11, 23)}, [], []),
        ({"date_of_birth": date(1965, 11, 24)}, [], []),
        ({"date_of_birth": date(1965, 11, 23)}, [], ["TOO_OLD"]),
        ({"monthly_salary": Money(24_999_99)}, [], ["SALARY"]),
        ({"monthly_salary": Money(25_000_00)}, [], []),
        ({"monthly_salary": None}, [], ["SALARY"]),
        ({}, [declined], ["RECENTLY_DECLINED"]),
        ({}, [attrs.evolve(declined, closed_on=TODAY - timedelta(days=90))], []),
        ({}, [attrs.evolve(declined, ending=Ending.WITHDRAWN)], []),
        ({}, [a_loan(status=LoanStatus.APPLIED)], ["OPEN_LOANS"]),
        ({}, [a_loan(status=LoanStatus.OVERDUE)], ["OPEN_LOANS"]),
        ({}, [a_loan(status=LoanStatus.COMPLETED)], []),
        ({}, [a_loan(status=LoanStatus.WRITTEN_OFF)], []),
        ({"is_active": False, "monthly_salary": None}, [declined], ["INACTIVE", "SALARY", "RECENTLY_DECLINED"]),
    ],
)
def test_who_may_apply(changed: dict[str, Any], loans: list[Any], expected: list[str]) -> None:
    found = refusals(attrs.evolve(HER, **changed), WISH, loans, config=CONFIG, today=TODAY)
    assert [each.name for each in found] == expected


def test_a_rule_that_is_off_takes_nothing() -> None:
    wish = attrs.evolve(WISH, rule=a_rule(is_active=False))
    assert refusals(HER, wish, [], config=CONFIG, today=TODAY) == (Refusal.RULE_INACTIVE,)


def test_no_threshold_asks_for_no_salary() -> None:
    assert refusals(attrs.evolve(HER, monthly_salary=None), WISH, [], config=BrandConfig(), today=TODAY) == ()


def test_missing_steps_are_named() -> None:
    her = attrs.evolve(HER, missing=("PAN", "EMPLOYMENT"))
    with pytest.raises(Rejected) as refused:
        applied(LoanId(UUID(int=1)), "L1", her, WISH, [], config=CONFIG, at=NOON)
    assert refused.value.reasons == ("ONBOARDING_INCOMPLETE", "ONBOARDING_PAN", "ONBOARDING_EMPLOYMENT")


def test_outside_the_rule_is_a_mistake_of_input() -> None:
    with pytest.raises(Invalid, match="amount"):
        applied(LoanId(UUID(int=1)), "L1", HER, attrs.evolve(WISH, amount=Money(1)), [], config=CONFIG, at=NOON)


@pytest.fixture
def config(application: Application, brand: SomeBrand) -> None:  # noqa: F811
    application.settings.save(brand.scope(), CONFIG, version=0)


def body(rule: Any, **changed: Any) -> dict[str, Any]:
    asked = {"loanRuleId": str(rule.id), "amount": "50000.00", "tenureMonths": 12, "purpose": "School fees"}
    return asked | CONSENT | changed


@pytest.mark.usefixtures("config")
def test_an_application_goes_into_review(application: Application, brand: SomeBrand, borrower: Speaker) -> None:  # noqa: F811
    rule = a_saved_rule(application, brand)
    is_onboarded(application, brand, borrower.id)
    answer = borrower.ask("POST", "/web/loans", body(rule), key="a-1")
    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["location"] == f"/api/v1/web/loans/{told['id']}"
    assert (told["number"], told["status"], told["amount"]) == ("L000001", "APPLIED", "50000.00")
    assert borrower.ask("POST", "/web/loans", body(rule), key="a-1").content == answer.content
    assert borrower.get("/web/consents")["items"][0]["purpose"] == "CREDIT_REPORT"
    deliver(application)
    with application.core.postgres.begin(brand.scope()) as work:
        (loan,) = work.loans.of_customer(CustomerId(borrower.id))
        steps = work.loans.history(loan.id)
    assert loan.status is LoanStatus.UNDER_REVIEW
    assert (loan.rule_id, loan.rule_version) == (rule.id, 1)
    assert [step.actor.kind.value for step in steps] == ["borrower", "system"]
    assert dead_letters(application) == []


def test_without_a_key_nothing_is_made(application: Application, brand: SomeBrand, borrower: Speaker) -> None:  # noqa: F811
    refused = borrower.ask("POST", "/web/loans", body(a_rule()))
    assert refused.status_code == 400
    assert refused.json()["message"][0]["field"] == "Idempotency-Key"


@pytest.mark.usefixtures("config")
def test_reasons_are_told(application: Application, brand: SomeBrand, http: TestClient[Any]) -> None:  # noqa: F811
    rule = a_saved_rule(application, brand)
    stranger = a_borrower(application, brand, http)
    refused = stranger.ask("POST", "/web/loans", body(rule), key="a-1")
    assert refused.status_code == 422
    assert refused.json()["reasons"] == [
        "ONBOARDING_INCOMPLETE",
        "SALARY_BELOW_THRESHOLD",
        "ONBOARDING_PAN",
    ]
    is_onboarded(application, brand, stranger.id)
    stranger.post("/web/loans", body(rule), status=201, key="a-2")
    again = stranger.ask("POST", "/web/loans", body(rule), key="a-3")
    assert (again.status_code, again.json()["reasons"]) == (422, ["TOO_MANY_OPEN_LOANS"])


@pytest.mark.usefixtures("config")
def test_fields_at_fault_are_all_named(application: Application, brand: SomeBrand, borrower: Speaker) -> None:  # noqa: F811
    rule = a_saved_rule(application, brand)
    is_onboarded(application, brand, borrower.id)
    refused = borrower.ask("POST", "/web/loans", body(rule, amount="5.00", tenureMonths=7), key="a-1")
    assert refused.status_code == 400
    assert {each["field"] for each in refused.json()["message"]} == {"amount", "tenureMonths"}
    unknown = borrower.ask("POST", "/web/loans", body(rule, loanRuleId=str(UUID(int=9))), key="a-2")
    assert unknown.status_code == 404
