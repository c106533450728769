"""A loan's file over HTTP: lists, status with reasons, corrections, comments and the timeline."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.loans.file import reason_from_row, reason_to_row
from los_domain.brands.config import BrandConfig
from los_domain.loans.policy import event_for
from los_domain.loans.reasons import StatusReason
from los_domain.loans.reasons import given as words_for
from los_domain.loans.states import Ending, LoanEvent, LoanStatus
from los_domain.shared.errors import Invalid
from los_domain.shared.money import Money
from tests.borrowers import Speaker, a_borrower, borrower, brand, http, logged_in, officer  # noqa: F401 - fixtures
from tests.loans.applying import CONSENT, a_saved_rule, is_onboarded
from tests.loans.stored import a_stored_loan
from tests.services import SomeBrand, a_staff

REASONS = (
    StatusReason(UUID(int=1), "INCOME", "Income too low", frozenset({LoanStatus.REJECTED})),
    StatusReason(UUID(int=2), "OLD", "Not used any more", frozenset({LoanStatus.REJECTED}), is_active=False),
)


@pytest.mark.parametrize(
    ("status", "codes", "comment", "expected"),
    [
        (LoanStatus.REJECTED, ["INCOME"], "", "INCOME: Income too low"),
        (LoanStatus.REJECTED, ["INCOME"], " see file ", "INCOME: Income too low; see file"),
        (LoanStatus.UNDER_REVIEW, [], "", ""),
        (LoanStatus.UNDER_REVIEW, ["ANY"], "because", "ANY; because"),
        (LoanStatus.REJECTED, [], "because", None),
        (LoanStatus.REJECTED, ["OLD"], "", None),
        (LoanStatus.REJECTED, ["INCOME", "X"], "", None),
    ],
)
def test_where_a_reason_is_asked_for(status: LoanStatus, codes: list[str], comment: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Invalid, match="reasons"):
            words_for(REASONS, status, codes, comment=comment)
    else:
        assert words_for(REASONS, status, codes, comment=comment) == expected


@pytest.mark.parametrize(
    ("status", "ending", "expected"),
    [
        ("UNDER_REVIEW", None, "START_REVIEW"),
        ("REJECTED", None, "REJECT"),
        ("REJECTED", "DECLINED", "REJECT"),
        ("REJECTED", "WITHDRAWN", "WITHDRAW"),
        ("REJECTED", "LAPSED", None),
        ("UNDER_REVIEW", "DECLINED", None),
        ("SANCTIONED", None, None),
        ("DISBURSED", None, None),
        ("COMPLETED", None, None),
        ("WRITTEN_OFF", None, None),
    ],
)
def test_what_staff_may_do_to_a_status(status: str, ending: str | None, expected: str | None) -> None:
    how = None if ending is None else Ending(ending)
    if expected is None:
        with pytest.raises(Invalid, match="route of its own"):
            event_for(LoanStatus(status), how)
    else:
        assert event_for(LoanStatus(status), how) is LoanEvent(expected)


@given(
    st.builds(
        StatusReason,
        id=st.uuids(),
        code=st.text(max_size=20),
        label=st.text(max_size=20),
        statuses=st.frozensets(st.sampled_from(LoanStatus)),
        is_active=st.booleans(),
        version=st.integers(1, 99),
    )
)
def test_a_row_keeps_every_field(reason: StatusReason) -> None:
    assert reason_from_row(reason_to_row(reason)) == reason


@pytest.fixture
def base(brand: SomeBrand) -> str:  # noqa: F811
    return f"/partner/brand/{brand.id}/loans"


@pytest.fixture
def applied(application: Application, brand: SomeBrand, borrower: Speaker) -> str:  # noqa: F811
    """The id of an application."""
    application.settings.save(brand.scope(), BrandConfig(skip_user_onboarding_completed=True), version=0)
    rule = a_saved_rule(application, brand)
    is_onboarded(application, brand, borrower.id)
    asked = {"loanRuleId": str(rule.id), "amount": "50000.00", "tenureMonths": 12} | CONSENT
    made = borrower.post("/web/loans", asked, status=201, key="a-1")
    return str(made["id"])


def test_staff_move_a_loan_with_reasons(
    application: Application,
    brand: SomeBrand,  # noqa: F811
    http: TestClient[Any],  # noqa: F811
    officer: Speaker,  # noqa: F811
    base: str,
    applied: str,
) -> None:
    admin = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
    reasons = f"/partner/brand/{brand.id}/settings/brand-status-reasons"
    made = admin.post(reasons, {"code": "INCOME", "label": "Income too low", "statuses": ["REJECTED"]}, status=201)
    taken = admin.ask("POST", reasons, {"code": "INCOME", "label": "Again", "statuses": ["REJECTED"]})
    assert taken.status_code == 409
    changed = admin.ask("PUT", f"{reasons}/{made['id']}", made | {"label": "Income is too low"} | {"id": None})
    assert changed.status_code == 400  # the id is the path's
    body = {name: made[name] for name in ("code", "statuses", "isActive", "version")} | {"label": "Income is too low"}
    assert admin.ask("PUT", f"{reasons}/{made['id']}", body).json()["version"] == 2
    assert admin.ask("PUT", f"{reasons}/{made['id']}", body).status_code == 409

    reviewed = officer.post(f"{base}/{applied}/status", {"status": "UNDER_REVIEW"})
    assert reviewed["status"] == "UNDER_REVIEW"
    assert officer.ask("POST", f"{base}/{applied}/status", {"status": "UNDER_REVIEW"}).status_code == 409
    assert officer.ask("POST", f"{base}/{applied}/status", {"status": "DISBURSED"}).status_code == 400
    unsaid = officer.ask("POST", f"{base}/{applied}/status", {"status": "REJECTED"})
    assert unsaid.json()["message"][0]["field"] == "reasons"
    rejected = officer.post(
        f"{base}/{applied}/status", {"status": "REJECTED", "reasons": ["INCOME"], "comment": "Payslip of March."}
    )
    assert (rejected["status"], rejected["ending"], rejected["closedOn"]) == ("REJECTED", "DECLINED", "2026-11-23")
    steps = officer.get(f"{base}/{applied}/timeline")["items"]
    assert steps[-1]["reason"] == "INCOME: Income is too low; Payslip of March."
    assert steps[-1]["actor"] == "staff"
    assert admin.ask("DELETE", f"{reasons}/{made['id']}").status_code == 204
    assert admin.get(reasons)["items"] == []


def test_what_was_asked_for_is_corrected(officer: Speaker, base: str, applied: str) -> None:  # noqa: F811
    path = f"{base}/{applied}/update-with-reasons"
    corrected = officer.post(path, {"amount": "45000.00", "tenureMonths": 6, "comment": "She asked for less."})
    assert (corrected["amount"], corrected["tenureMonths"], corrected["version"]) == ("45000.00", 6, 2)
    outside = officer.ask("POST", path, {"amount": "1.00", "tenureMonths": 7})
    assert {each["field"] for each in outside.json()["message"]} == {"amount", "tenureMonths"}
    assert officer.post(path, {"purpose": ""})["version"] == 2  # as it was: nothing is written
    officer.post(f"{base}/{applied}/status", {"status": "REJECTED", "ending": "WITHDRAWN"})
    assert officer.ask("POST", path, {"purpose": "Another"}).status_code == 409


def test_comments_are_kept_sealed_and_stand_in_the_timeline(
    application: Application,
    brand: SomeBrand,  # noqa: F811
    officer: Speaker,  # noqa: F811
    base: str,
    applied: str,
) -> None:
    said = officer.post(f"{base}/{applied}/comments", {"comment": "Called her, pays rent of 9,000."}, status=201)
    assert said["partnerUserId"] == str(officer.id)
    assert officer.get(f"{base}/{applied}/comments")["items"] == [said]
    moments = officer.get(f"{base}/{applied}/timeline")["items"]
    assert [moment["of"] for moment in moments] == ["STATUS", "COMMENT"]
    assert moments[1]["reason"] == "Called her, pays rent of 9,000."
    with application.core.postgres.begin(brand.scope()) as work:
        sealed = work.context.connection.exec_driver_sql("select comment from loan_comments").scalar_one()
    assert b"rent" not in bytes(sealed)


def test_lists_are_narrowed_and_sorted(
    application: Application,
    brand: SomeBrand,  # noqa: F811
    officer: Speaker,  # noqa: F811
    base: str,
) -> None:
    rule = a_saved_rule(application, brand)
    under = {"rule_id": rule.id, "rule_version": 1}
    begin = application.core.postgres.begin
    first = a_stored_loan(begin, brand, number=1, amount=Money.rupees(30_000), **under)
    second = a_stored_loan(begin, brand, number=2, amount=Money.rupees(20_000), status=LoanStatus.REJECTED, **under)

    def numbers(**query: Any) -> list[str]:
        return [row["number"] for row in officer.get(base, **query)["items"]]

    assert numbers(sort="number", order="asc") == ["L000001", "L000002"]
    assert numbers(sort="amount", order="asc") == ["L000002", "L000001"]
    assert numbers(status="REJECTED") == ["L000002"]
    assert numbers(status=["REJECTED", "AGREEMENT_SIGNED"], sort="number") == ["L000002", "L000001"]
    assert numbers(userId=str(first.customer_id)) == ["L000001"]
    assert numbers(number="L000002") == ["L000002"]
    assert numbers(isOverdue="true") == []
    assert numbers(fromDate="2090-01-01") == []
    page = officer.get(base, limit=1, sort="number", order="asc")
    assert (page["total"], page["items"][0]["loanRule"]) == (2, "Salary loan")
    shown = officer.get(f"{base}/{second.id}")
    assert (shown["number"], shown["userId"]) == ("L000002", str(second.customer_id))
    assert officer.ask("GET", f"{base}/{UUID(int=99)}").status_code == 404


def test_another_brand_has_none_of_it(
    application: Application,
    http: TestClient[Any],  # noqa: F811
    officer: Speaker,  # noqa: F811
    base: str,
    applied: str,
) -> None:
    stranger = logged_in(application, a_staff(application, "CREDIT"), officer.brand, http)
    for path in (f"{base}/{applied}", f"{base}/{applied}/timeline", base):
        assert stranger.ask("GET", path).status_code == 404


def test_a_borrower_sees_her_own_loans_only(
    application: Application,
    brand: SomeBrand,  # noqa: F811
    http: TestClient[Any],  # noqa: F811
    borrower: Speaker,  # noqa: F811
    applied: str,
) -> None:
    assert [loan["id"] for loan in borrower.get("/web/loans")["items"]] == [applied]
    assert borrower.get(f"/web/loans/{applied}")["offer"] is None
    assert borrower.ask("GET", f"/web/loans/{applied}/key-facts").status_code == 404
    stranger = a_borrower(application, brand, http)
    assert stranger.get("/web/loans")["items"] == []
    assert stranger.ask("GET", f"/web/loans/{applied}").status_code == 404
