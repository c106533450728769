"""From an application to a decision and an offer, by events, over the database and the sandbox's bureau."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import TestClient

from los_domain.brands.config import BrandConfig
from los_domain.brands.legal import LegalFacts
from los_domain.decisioning import defaults
from los_domain.decisioning.model import Evaluation
from los_domain.loans.states import LoanStatus
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import LoanId
from tests.borrowers import Speaker, a_borrower, api_of, logged_in
from tests.connected import Connected
from tests.deliveries import dead_letters, deliver
from tests.loans.applying import CONSENT, a_saved_rule, is_employed, is_onboarded, owns_an_account
from tests.services import a_staff

PRIME = {"name": "Anaya Deshmukh", "pan": "ZZZPD0001A"}
WRITTEN_OFF = {
    "name": "Meena Rathore",
    "pan": "ZZZPR0004D",
    "address": "Plot 9 Demo Nagar Malviya",
    "pincode": "302017",
    "city": "Jaipur",
    "state": "Rajasthan",
}
LEGAL = LegalFacts(officer="R. Iyer", phone="02012345678", email="grievance@aarambh.example")


@pytest.fixture
def http(connected: Connected) -> Iterator[TestClient[Any]]:
    """The API, and a brand that may lend."""
    scope = connected.brand.scope()
    connected.application.settings.save(scope, BrandConfig(skip_user_onboarding_completed=True), version=0)
    connected.application.settings.save(scope, LEGAL, version=0)
    with api_of(connected.application) as client:
        yield client


@pytest.fixture
def officer(connected: Connected, http: TestClient[Any]) -> Speaker:
    return logged_in(
        connected.application, a_staff(connected.application, "CREDIT", brand=connected.brand), connected.brand, http
    )


def apply(
    connected: Connected,
    http: TestClient[Any],
    phone: str,
    who: dict[str, str],
    *,
    approve_from: int = 60,
    **rule: Any,
) -> tuple[Speaker, str]:
    """Let a persona apply, and the workers do what follows. Return her and the loan's id."""
    made = a_saved_rule(connected.application, connected.brand, **rule)
    lenient = Evaluation(
        defaults.EVALUATION.items, approve_from=approve_from, reject_below=40
    )  # she stated no bank statement
    connected.application.settings.save(connected.brand.scope(), lenient, version=0)
    her = a_borrower(connected.application, connected.brand, http, phone=Phone(phone))
    is_onboarded(connected.application, connected.brand, her.id, **who)  # type: ignore[arg-type]
    is_employed(connected.application, connected.brand, her.id)
    owns_an_account(connected.application, connected.brand, her.id)
    asked = {"loanRuleId": str(made.id), "amount": "50000.00", "tenureMonths": 12} | CONSENT
    loan = her.post("/web/loans", asked, status=201, key="apply-1")
    deliver(connected.application)
    assert dead_letters(connected.application) == []
    return her, loan["id"]


def test_a_prime_borrower_is_sanctioned_by_itself_and_accepts(
    connected: Connected, http: TestClient[Any], officer: Speaker
) -> None:
    her, loan_id = apply(connected, http, "9000000001", PRIME, due_days=(5, 10))
    loan = her.get(f"/web/loans/{loan_id}")
    assert (loan["status"], loan["sanctionedAmount"], loan["notices"]) == ("SANCTIONED", "50000.00", [])
    assert [option["dueDay"] for option in loan["offer"]["options"]] == [5, 10]
    why = officer.get(f"/partner/brand/{connected.brand.id}/loans/{loan_id}/decision")
    assert (why["outcome"], why["isReproduced"], why["ruleSetVersion"]) == ("APPROVE", True, 0)
    assert {verdict["result"] for verdict in why["rules"]} <= {"HELD", "NOT_APPLICABLE"}
    assert len(why["reportSha256"]) == 64

    facts = her.get(f"/web/loans/{loan_id}/key-facts", dueDay=10)
    stated = facts["keyFacts"]
    assert (stated["netDisbursed"], stated["sanctioned"]) == ("48820.00", "50000.00")  # 2 % and tax of 18 % on it
    assert (stated["lender"]["officer"], stated["coolingOff"]["days"]) == ("R. Iyer", 3)
    assert len(stated["schedule"]) == 12
    assert {each["dueOn"][-2:] for each in stated["schedule"]} == {"10"}
    assert [each["contingency"] for each in stated["contingentCharges"]] == ["penal", "foreclosure"]
    pdf = her.ask("GET", f"/web/loans/{loan_id}/key-facts/pdf", dueDay=10)
    assert pdf.content[:5] == b"%PDF-"

    wrong = {"digest": "0" * 64, "dueDay": 10}
    assert her.ask("POST", f"/web/loans/{loan_id}/accept-offer", wrong).status_code == 409
    assert her.ask("POST", f"/web/loans/{loan_id}/accept-offer", {"digest": facts["digest"]}).status_code == 400
    other_day = {"digest": facts["digest"], "dueDay": 5}
    assert her.ask("POST", f"/web/loans/{loan_id}/accept-offer", other_day).status_code == 409
    accepted = her.post(f"/web/loans/{loan_id}/accept-offer", {"digest": facts["digest"], "dueDay": 10})
    assert accepted["acceptedAt"]
    assert her.post(f"/web/loans/{loan_id}/accept-offer", {"digest": facts["digest"], "dueDay": 10}) == accepted
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        kept = work.loans.get(LoanId(UUID(loan_id)))
    assert (kept.digest, str(kept.net), kept.terms.schedule.due_day) == (facts["digest"], "48820.00", 10)  # type: ignore[union-attr]
    assert kept.pay_to is not None
    steps = officer.get(f"/partner/brand/{connected.brand.id}/loans/{loan_id}/timeline")["items"]
    assert [step["status"] for step in steps] == ["APPLIED", "UNDER_REVIEW", "SANCTIONED"]
    assert [step["actor"] for step in steps] == ["borrower", "loans.start-review", "loans.act-on-decision"]


def test_a_written_off_borrower_is_declined_by_a_rule(
    connected: Connected, http: TestClient[Any], officer: Speaker
) -> None:
    her, loan_id = apply(connected, http, "9000000004", WRITTEN_OFF)
    loan = her.get(f"/web/loans/{loan_id}")
    assert (loan["status"], loan["ending"], loan["offer"]) == ("REJECTED", "DECLINED", None)
    assert "Your credit report shows a loan that a lender wrote off." in loan["notices"]
    why = officer.get(f"/partner/brand/{connected.brand.id}/loans/{loan_id}/decision")
    assert (why["outcome"], why["score"], why["items"]) == ("REJECT", None, [])
    assert "WRITTEN_OFF" in why["reasons"]
    shown = {verdict["code"]: verdict for verdict in why["rules"]}
    assert shown["WRITTEN_OFF"]["result"] == "FAILED"
    assert shown["WRITTEN_OFF"]["threshold"] == "0"
    (read,) = shown["WRITTEN_OFF"]["inputs"]
    assert (read["fact"], int(read["value"]) > 0) == ("bureau.accounts_written_off", True)
    assert len(shown) == 12  # every rule was looked at
    assert why["isReproduced"]
    again = {"loanRuleId": str(UUID(int=1)), "amount": "50000.00", "tenureMonths": 12} | CONSENT
    rule = her.get("/web/loan-rules")["items"][0]["id"]
    refused = her.ask("POST", "/web/loans", again | {"loanRuleId": rule}, key="apply-2")
    assert (refused.status_code, refused.json()["reasons"]) == (422, ["RECENTLY_DECLINED"])


def test_without_a_report_a_person_decides_and_may_let_it_pass(
    connected: Connected, http: TestClient[Any], officer: Speaker
) -> None:
    connected.sandbox.arm("equifax", "garbage", times=5)
    her, loan_id = apply(connected, http, "9000000001", PRIME)
    base = f"/partner/brand/{connected.brand.id}/loans/{loan_id}"
    assert her.get(f"/web/loans/{loan_id}")["status"] == "UNDER_REVIEW"
    why = officer.get(f"{base}/decision")
    assert (why["outcome"], {verdict["result"] for verdict in why["rules"]}) == ("REVIEW", {"MISSING"})
    assert officer.ask("POST", f"{base}/evaluate").status_code == 202
    deliver(connected.application)
    assert her.get(f"/web/loans/{loan_id}")["status"] == "UNDER_REVIEW"  # the lost answer is not repeated
    passed = officer.post(
        f"{base}/force-bypass-reports", {"reports": ["CREDIT_REPORT"], "reason": "Report seen on paper."}
    )
    assert passed["items"][0]["byId"] == str(officer.id)
    deliver(connected.application)
    why = officer.get(f"{base}/decision")
    assert [bypass["report"] for bypass in why["bypasses"]] == ["CREDIT_REPORT"]
    assert all(verdict["isBypassed"] for verdict in why["rules"])
    assert (why["outcome"], why["score"]) == ("APPROVE", 77)  # 35 of the 45 points that need no report
    assert her.get(f"/web/loans/{loan_id}")["status"] == "SANCTIONED"


def test_staff_sanction_what_rules_leave_to_them(connected: Connected, http: TestClient[Any], officer: Speaker) -> None:
    her, loan_id = apply(connected, http, "9000000001", PRIME, approve_from=100)
    base = f"/partner/brand/{connected.brand.id}/loans/{loan_id}"
    assert officer.get(f"{base}/decision")["outcome"] == "REVIEW"
    assert officer.ask("POST", f"{base}/sanction", {}).status_code == 400  # no key
    outside = officer.ask("POST", f"{base}/sanction", {"amount": "5.00"}, key="s-1")
    assert (outside.status_code, outside.json()["message"][0]["field"]) == (400, "amount")
    sanctioned = officer.post(f"{base}/sanction", {"amount": "40000.00", "tenureMonths": 6}, key="s-2")
    assert (sanctioned["status"], sanctioned["sanctionedAmount"], sanctioned["netAmount"]) == (
        "SANCTIONED",
        "40000.00",
        "39056.00",
    )
    assert her.get(f"/web/loans/{loan_id}")["offer"]["instalments"] == 6
    assert officer.ask("POST", f"{base}/sanction", {}, key="s-3").status_code == 409
    assert officer.ask("POST", f"{base}/evaluate").status_code == 409


def test_a_decision_about_an_older_version_changes_nothing(
    connected: Connected, http: TestClient[Any], officer: Speaker
) -> None:
    connected.sandbox.arm("equifax", "garbage", times=5)
    _, loan_id = apply(connected, http, "9000000001", PRIME)
    base = f"/partner/brand/{connected.brand.id}/loans/{loan_id}"
    officer.post(f"{base}/force-bypass-reports", {"reports": ["CREDIT_REPORT"], "reason": "Report seen on paper."})
    application, scope = connected.application, connected.brand.scope()
    decided = application.decisioning.decide(scope, LoanId(UUID(loan_id)))
    assert decided is not None
    officer.post(f"{base}/update-with-reasons", {"amount": "45000.00", "comment": "She asked for less."})
    assert application.loans.act_on_decision(scope, decided.id).status is LoanStatus.UNDER_REVIEW


def test_without_legal_facts_nothing_is_offered(connected: Connected, http: TestClient[Any], officer: Speaker) -> None:
    connected.application.settings.save(connected.brand.scope(), LegalFacts(), version=1)
    her, loan_id = apply(connected, http, "9000000001", PRIME)
    assert her.get(f"/web/loans/{loan_id}")["status"] == "UNDER_REVIEW"
    path = f"/partner/brand/{connected.brand.id}/loans/{loan_id}/sanction"
    refused = officer.ask("POST", path, {}, key="s-1")
    assert (refused.status_code, refused.json()["reasons"]) == (422, ["GRIEVANCE_PHONE"])


def test_an_offer_lapses_by_the_business_clock(connected: Connected, http: TestClient[Any]) -> None:
    her, loan_id = apply(connected, http, "9000000001", PRIME)
    facts = her.get(f"/web/loans/{loan_id}/key-facts")
    application, scope = connected.application, connected.brand.scope()
    assert application.loans.lapse_offers(scope) == 0
    connected.clock.advance(days=4)
    late = her.ask("POST", f"/web/loans/{loan_id}/accept-offer", {"digest": facts["digest"]})
    assert (late.status_code, late.json()["reasons"]) == (422, ["OFFER_EXPIRED"])
    assert application.loans.lapse_offers(scope) == 1
    assert application.loans.lapse_offers(scope) == 0
    loan = her.get(f"/web/loans/{loan_id}")
    assert (loan["status"], loan["ending"]) == ("REJECTED", "LAPSED")


def test_a_borrower_may_leave_before_she_is_paid(connected: Connected, http: TestClient[Any]) -> None:
    her, loan_id = apply(connected, http, "9000000001", PRIME)
    left = her.post(f"/web/loans/{loan_id}/cancel", {"reason": "not needed"})
    assert (left["status"], left["ending"]) == ("REJECTED", "WITHDRAWN")
    assert her.ask("POST", f"/web/loans/{loan_id}/cancel", {}).status_code == 409
    stranger = a_borrower(connected.application, connected.brand, http)
    assert stranger.ask("GET", f"/web/loans/{loan_id}").status_code == 404
    assert stranger.ask("POST", f"/web/loans/{loan_id}/cancel", {}).status_code == 404
    assert stranger.ask("GET", f"/web/loans/{loan_id}/key-facts").status_code == 404


def test_events_that_come_again_change_nothing(connected: Connected, http: TestClient[Any]) -> None:
    _, loan_id = apply(connected, http, "9000000001", PRIME)
    application, scope, loan = connected.application, connected.brand.scope(), LoanId(UUID(loan_id))
    with application.core.postgres.begin(scope) as work:
        before, decision = work.loans.get(loan), work.decisions.newest(loan)
    assert decision is not None
    application.loans.act_on_decision(scope, decision.id)
    assert application.decisioning.decide(scope, loan) is None
    application.bureau.pull(scope, loan, before.customer_id, amount=before.amount)
    application.loans.start_review(scope, loan)
    deliver(application)
    with application.core.postgres.begin(scope) as work:
        assert work.loans.get(loan) == before
        assert work.decisions.newest(loan) == decision
        asked = work.context.connection.exec_driver_sql("select count(*) from attempts where call = 'pull_report'")
        assert asked.scalar_one() == 1
