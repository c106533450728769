"""Loan rules: what they refuse, what they make of a loan, and how they are kept and set."""

from datetime import date
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_adapters.bootstrap import Application
from los_adapters.loans.rules import rule_from_row, rule_to_row
from los_domain.loans.rules import Fee, LoanRule, RiskCategory, checked, instalments_of
from los_domain.repayment import ImpossibleTerms, Terms, schedule
from los_domain.repayment.conventions import DAILY, FORTNIGHTLY, MONTHLY, WEEKLY, Every, Unit
from los_domain.shared.errors import Invalid, StaleWrite
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted
from los_http.loans.schemas import ConventionsIn
from tests.borrowers import Speaker, borrower, brand, http, logged_in, officer  # noqa: F401 - fixtures
from tests.loans.applying import a_rule, a_saved_rule
from tests.loans.builders import account_terms
from tests.loans.test_store import some_terms
from tests.services import SomeBrand, a_staff

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("fee", "principal", "expected"),
    [
        (Fee(percent=Quoted(2)), 50_000, ("1000.00", "180.00")),
        (Fee(percent=Quoted(25, 1)), 33_333, ("833.33", "150.00")),  # 833.325, halves up; 149.9994
        (Fee(amount=Money.rupees(500)), 50_000, ("500.00", "90.00")),
        (Fee(amount=Money.rupees(500), gst_percent=Quoted(0)), 50_000, ("500.00", "0.00")),
        (Fee(), 50_000, ("0.00", "0.00")),
    ],
)
def test_the_fee_and_its_tax(fee: Fee, principal: int, expected: tuple[str, str]) -> None:
    assert tuple(map(str, fee.of(Money.rupees(principal)))) == expected


@pytest.mark.parametrize(
    ("every", "tenure", "expected"),
    [(MONTHLY, 12, 12), (Every(3, Unit.MONTH), 12, 4), (WEEKLY, 3, 13), (FORTNIGHTLY, 3, 6), (DAILY, 1, 30)],
)
def test_how_many_instalments_a_tenure_holds(every: Every, tenure: int, expected: int) -> None:
    assert instalments_of(every, tenure, on=ON) == expected  # 23 November to 23 February is 92 days


def test_a_tenure_of_broken_quarters_is_impossible() -> None:
    with pytest.raises(ImpossibleTerms, match="tenureMonths"):
        instalments_of(Every(3, Unit.MONTH), 7, on=ON)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"least": Money(0)}, "leastAmount"),
        ({"least": Money.rupees(200_000)}, "mostAmount"),
        ({"tenures_months": ()}, "tenuresMonths"),
        ({"tenures_months": (6, 6)}, "tenuresMonths"),
        ({"tenures_months": (601,)}, "tenuresMonths"),
        ({"due_days": (0,)}, "dueDays"),
        ({"cooling_off_days": 0}, "coolingOffDays"),
        ({"fee": Fee(percent=Quoted(2), amount=Money(1))}, "fee"),
        ({"fee": Fee(amount=Money.rupees(10_000))}, "fee"),
        ({"fee": Fee(gst_percent=Quoted(101))}, "fee.gstPercent"),
    ],
)
def test_what_a_rule_cannot_be(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(a_rule(**changed))
    assert field in [problem.field for problem in refused.value.problems]


def test_conventions_are_tried_on_every_corner_of_the_rule() -> None:
    quarterly = account_terms(schedule=attrs.evolve(account_terms().schedule, every=Every(3, Unit.MONTH)))
    with pytest.raises(ImpossibleTerms, match="tenureMonths"):
        checked(a_rule(tenures_months=(6, 7), example=quarterly))
    with_balloon = account_terms(schedule=attrs.evolve(account_terms().schedule, balloon=Money.rupees(20_000)))
    with pytest.raises(ImpossibleTerms):
        checked(a_rule(example=with_balloon))  # more than the least amount


def test_a_loan_under_a_rule() -> None:
    rule = checked(a_rule(due_days=(5, 10)))
    terms = rule.terms(Money.rupees(60_000), 12, on=ON, due_day=5)
    rows = schedule(terms.schedule)
    assert (len(rows), str(rows.total_principal), rows.first_due_on) == (12, "60000.00", date(2027, 1, 5))
    assert terms.foreclosure.free_days == rule.cooling_off_days
    assert terms.penal == rule.example.penal


@pytest.mark.parametrize(
    ("amount", "tenure", "day", "field"),
    [(9_999, 12, None, "amount"), (60_000, 7, None, "tenureMonths"), (60_000, 12, 31, "dueDay")],
)
def test_outside_a_rule(amount: int, tenure: int, day: int | None, field: str) -> None:
    with pytest.raises(Invalid, match=field):
        a_rule(due_days=(5,)).terms(Money.rupees(amount), tenure, on=ON, due_day=day)


PER_LOAN = {
    "disbursements": "each loan's own",
    "rate": "ratePercent of the rule",
    "instalments": "follow from the tenure",
    "counted_from": "each loan's own",
    "first_due_on": "each loan's own",
    "due_dates": "each loan's own",
    "last_due_on": "each loan's own",
    "due_date_shifts": "happen to a loan",
    "holidays": "the brand's non-repayment dates",
    "instalment": "each loan's own",
    "pauses": "happen to a loan",
    "rate_changes": "happen to a loan",
}


def test_every_convention_of_the_mathematics_can_be_set_on_a_product() -> None:
    conventions = {field.name for field in attrs.fields(Terms)} - set(PER_LOAN)
    assert conventions == set(ConventionsIn.__struct_fields__)


money = st.integers(0, 10**12).map(Money)


@given(
    st.builds(
        LoanRule,
        id=st.uuids(),
        version=st.integers(1, 999),
        name=st.text(max_size=20),
        risk=st.sampled_from(RiskCategory),
        is_active=st.booleans(),
        least=money,
        most=money,
        tenures_months=st.lists(st.integers(1, 600), max_size=4).map(tuple),
        fee=st.builds(
            Fee,
            percent=st.none() | st.builds(Quoted, st.integers(0, 9999), st.integers(0, 4)),
            amount=money,
            gst_percent=st.just(Quoted(18)),
            kept_on_exit=st.booleans(),
        ),
        due_days=st.lists(st.integers(1, 31), max_size=4).map(tuple),
        cooling_off_days=st.integers(1, 30),
        example=some_terms(),
    )
)
def test_a_row_keeps_every_field(rule: LoanRule) -> None:
    assert rule_from_row(rule_to_row(rule)) == rule


def test_versions_stay(application: Application, brand: SomeBrand) -> None:  # noqa: F811
    first = a_saved_rule(application, brand)
    second = application.loans.save_rule(brand.scope(), attrs.evolve(first, name="Bigger loan"))
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(StaleWrite):
        application.loans.save_rule(brand.scope(), attrs.evolve(first, name="Smaller loan"))
    with application.core.postgres.begin(brand.scope()) as work:
        assert work.rules.get(first.id, 1) == first
        assert work.rules.every() == [second]


BODY = {
    "name": "Salary loan",
    "leastAmount": "10000.00",
    "mostAmount": "100000.00",
    "tenuresMonths": [12, 6],
    "ratePercent": "24",
    "fee": {"percent": "2"},
    "dueDays": [5, 10],
}


def test_rules_over_http(application: Application, brand: SomeBrand, borrower: Speaker, http: Any) -> None:  # noqa: F811
    admin = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
    path = f"/partner/brand/{brand.id}/settings/loan-rules"
    made = admin.post(path, BODY, status=201)
    assert (made["version"], made["tenuresMonths"], made["conventions"]["method"]) == (1, [6, 12], "annuity")
    assert made["servicing"]["waterfall"]["due"] == ["penalty", "fee", "interest", "principal"]
    flat = made | {"conventions": made["conventions"] | {"method": "flat"}, "isActive": False}
    assert admin.post(path, flat, status=201)["version"] == 2
    assert admin.ask("POST", path, flat).status_code == 409
    assert admin.get(path)["items"][0]["conventions"]["method"] == "flat"
    assert borrower.get("/web/loan-rules")["items"] == []  # no longer offered
    admin.post(path, BODY | {"name": "Another"}, status=201)
    assert [one["name"] for one in borrower.get("/web/loan-rules")["items"]] == ["Another"]


def test_impossible_conventions_are_named(application: Application, brand: SomeBrand, http: Any) -> None:  # noqa: F811
    admin = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
    path = f"/partner/brand/{brand.id}/settings/loan-rules"
    refused = admin.ask("POST", path, BODY | {"conventions": {"method": "flat", "rests": "daily"}})
    assert refused.status_code == 400
    assert "rests" in refused.text
    unknown = admin.ask("POST", path, BODY | {"id": str(UUID(int=4)), "version": 3})
    assert unknown.status_code == 404


def test_who_may_set_rules(brand: SomeBrand, officer: Speaker) -> None:  # noqa: F811
    assert officer.ask("POST", f"/partner/brand/{brand.id}/settings/loan-rules", BODY).status_code == 403
