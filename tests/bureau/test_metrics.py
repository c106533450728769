"""Derived facts: window edges, unknown months, whose debt it is, repetitions, and obligations that nobody reported."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from los_domain.bureau.metrics import Anchor, MetricRules, estimated_emi, late_by_guarantee, metrics_of, unrepeated
from los_domain.bureau.model import (
    Account,
    AccountStatus,
    AccountType,
    Bureau,
    CreditReport,
    DpdMonth,
    Enquiry,
    Hit,
    Ownership,
    ScoreState,
    score_of,
)
from los_domain.shared.dates import add_months
from los_domain.shared.money import ZERO, Money
from los_domain.shared.rates import Quoted

DAY = date(2025, 6, 15)


def an_account(**changed: Any) -> Account:
    base = Account(
        id_masked="…0001",
        lender="DEMO BANK",
        type=AccountType.PL,
        secured=False,
        ownership=Ownership.INDIVIDUAL,
        status=AccountStatus.ACTIVE,
        opened=date(2024, 6, 15),
    )
    return attrs.evolve(base, **changed)


def a_report(*accounts: Account, enquiries: tuple[Enquiry, ...] = (), score: str = "700") -> CreditReport:
    return CreditReport(
        bureau=Bureau.CRIF,
        product="",
        control_number="1",
        reported_on=DAY,
        hit=Hit.HIT,
        score=score_of("S", score, has_accounts=bool(accounts)),
        accounts=accounts,
        enquiries=enquiries,
    )


def late(*dpds: int | None, newest: date = date(2025, 6, 1)) -> tuple[DpdMonth, ...]:
    return tuple(DpdMonth(add_months(newest, -place), dpd) for place, dpd in enumerate(dpds))


class TestWindows:
    def test_a_month_leaves_a_window_at_its_edge(self) -> None:
        inside = metrics_of(a_report(an_account(history=late(0, 0, 45))))
        outside = metrics_of(a_report(an_account(history=late(0, 0, 0, 45))))
        assert (inside.max_dpd_3m, outside.max_dpd_3m, outside.max_dpd_6m) == (45, 0, 45)

    @pytest.mark.parametrize(
        ("name", "window", "dpd", "found"),
        [
            ("max_dpd_3m", 3, 45, 45),
            ("max_dpd_6m", 6, 45, 45),
            ("max_dpd_12m", 12, 45, 45),
            ("max_dpd_24m", 24, 45, 45),
            ("months_30plus_12m", 12, 30, 1),
            ("months_60plus_12m", 12, 60, 1),
            ("months_90plus_24m", 24, 90, 1),
        ],
    )
    def test_each_window_has_its_length_and_its_least(self, name: str, window: int, dpd: int, found: int) -> None:
        def at(index: int, days: int) -> Any:
            return getattr(metrics_of(a_report(an_account(history=late(*[0] * index, days)))), name)

        assert (at(window - 1, dpd), at(window, dpd)) == (found, 0)
        if name.startswith("months"):
            assert at(0, dpd - 1) == 0

    def test_unknown_months_are_neither_late_nor_counted(self) -> None:
        found = metrics_of(a_report(an_account(history=late(None, None, 30, None))))
        assert (found.max_dpd_12m, found.months_30plus_12m, found.months_60plus_12m) == (30, 1, 0)

    def test_months_after_the_day_are_not_looked_at(self) -> None:
        assert metrics_of(a_report(an_account(history=late(90, 0, 0))), as_of=date(2025, 5, 31)).max_dpd_24m == 0

    def test_the_anchor_may_be_the_latest_reported_month(self) -> None:
        lagging = a_report(an_account(history=late(0, 0, 45, newest=date(2025, 4, 1))))
        assert metrics_of(lagging).max_dpd_3m == 0
        assert metrics_of(lagging, rules=MetricRules(anchor=Anchor.LATEST_REPORTED)).max_dpd_3m == 45

    @pytest.mark.parametrize(
        ("days", "counts"),
        [
            (0, (1, 1, 1)),
            (30, (1, 1, 1)),
            (31, (0, 1, 1)),
            (90, (0, 1, 1)),
            (91, (0, 0, 1)),
            (180, (0, 0, 1)),
            (181, (0, 0, 0)),
            (-1, (0, 0, 0)),
        ],
    )
    def test_enquiries_are_counted_in_days(self, days: int, counts: tuple[int, int, int]) -> None:
        looked = Enquiry(date.fromordinal(DAY.toordinal() - days), "A", AccountType.PL, ZERO, secured=False)
        found = metrics_of(a_report(enquiries=(looked,)))
        assert (found.enquiries_30d, found.enquiries_90d, found.enquiries_180d) == counts
        assert found.enquiries_total == 1

    def test_our_own_and_repeated_enquiries_may_be_left_out(self) -> None:
        looked = [Enquiry(DAY, lender, AccountType.PL, ZERO, secured=False) for lender in ("US", "A", "a", "B")]
        report = a_report(enquiries=tuple(looked))
        assert metrics_of(report).enquiries_30d == 4
        assert metrics_of(report, rules=MetricRules(ignored_lenders=frozenset({"us"}))).enquiries_30d == 3
        assert metrics_of(report, rules=MetricRules(count_same_day_same_lender_once=True)).enquiries_30d == 3

    @pytest.mark.parametrize(
        ("opened", "months"), [(date(2024, 6, 15), 12), (date(2024, 6, 16), 11), (date(2025, 6, 15), 0)]
    )
    def test_age_is_in_whole_months(self, opened: date, months: int) -> None:
        assert metrics_of(a_report(an_account(opened=opened))).oldest_account_months == months


class TestWhoseDebt:
    @pytest.mark.parametrize("ownership", [Ownership.GUARANTOR, Ownership.AUTH_USER])
    def test_what_others_owe_is_no_obligation(self, ownership: Ownership) -> None:
        account = an_account(
            ownership=ownership, balance=Money(100), overdue=Money(50), emi=Money(10), history=late(61)
        )
        found = metrics_of(a_report(account))
        assert (found.outstanding_total, found.overdue_total, found.emi_total_active) == (ZERO, ZERO, ZERO)
        assert (found.max_dpd_3m, found.active_unsecured_loans) == (0, 0)
        assert found.accounts_active == 1
        assert late_by_guarantee(a_report(account)) == 61

    def test_a_joint_debt_is_ones_own(self) -> None:
        assert metrics_of(
            a_report(an_account(ownership=Ownership.JOINT, balance=Money(100)))
        ).outstanding_total == Money(100)


class TestStanding:
    @pytest.mark.parametrize(
        ("status", "closed", "counts"),
        [
            (AccountStatus.ACTIVE, None, (1, 0, 0, 0)),
            (AccountStatus.RESTRUCTURED, None, (1, 0, 0, 0)),
            (AccountStatus.ACTIVE, DAY, (0, 1, 0, 0)),
            (AccountStatus.CLOSED, None, (0, 1, 0, 0)),
            (AccountStatus.SOLD, None, (0, 1, 0, 0)),
            (AccountStatus.SETTLED, None, (0, 1, 0, 1)),
            (AccountStatus.WRITTEN_OFF, None, (0, 0, 1, 0)),
            (AccountStatus.WO_SETTLED, DAY, (0, 0, 1, 1)),
        ],
    )
    def test_each_account_is_counted_once(
        self, status: AccountStatus, closed: date | None, counts: tuple[int, ...]
    ) -> None:
        found = metrics_of(a_report(an_account(status=status, closed=closed)))
        assert (
            found.accounts_active,
            found.accounts_closed,
            found.accounts_written_off,
            found.accounts_settled,
        ) == counts

    @pytest.mark.parametrize(
        ("when", "recent"),
        [(date(2022, 7, 1), True), (date(2022, 6, 30), False), (date(2025, 6, 1), True), (None, True)],
    )
    def test_a_write_off_stays_for_36_months(self, when: date | None, recent: bool) -> None:
        account = an_account(status=AccountStatus.WRITTEN_OFF, written_off_on=when)
        assert metrics_of(a_report(account)).written_off_last_36m is recent

    def test_an_account_reported_twice_is_counted_once_by_its_latest_report(self) -> None:
        old = an_account(reported=date(2025, 4, 30), balance=Money(200))
        new = attrs.evolve(old, reported=date(2025, 5, 31), balance=Money(100), lender="Demo Bank")
        assert unrepeated((new, old)) == unrepeated((old, new)) == (new,)
        other = attrs.evolve(old, id_masked="…0002")
        assert len(unrepeated((old, other))) == 2

    def test_accounts_without_a_number_or_a_date_are_not_taken_for_one(self) -> None:
        nameless = an_account(id_masked="")
        undated = an_account(opened=None)
        assert len(unrepeated((nameless, nameless, undated, undated))) == 4

    def test_short_term_loans(self) -> None:
        accounts = (
            an_account(id_masked="1111", type=AccountType.STPL),
            an_account(id_masked="2222", sanctioned=Money.rupees(50_000), tenure_months=12),
            an_account(id_masked="3333", sanctioned=Money.rupees(50_001), tenure_months=12),
            an_account(id_masked="4444", sanctioned=Money.rupees(50_000), tenure_months=13),
            an_account(id_masked="5555", sanctioned=Money.rupees(10_000), tenure_months=None),
        )
        assert metrics_of(a_report(*accounts)).active_short_term_pl == 2

    def test_use_of_cards(self) -> None:
        card = an_account(type=AccountType.CC, credit_limit=Money.rupees(300), balance=Money.rupees(100))
        assert metrics_of(a_report(card)).card_utilisation_pct == Decimal("33.3")
        assert metrics_of(a_report(attrs.evolve(card, credit_limit=None))).card_utilisation_pct is None
        assert (
            metrics_of(a_report(attrs.evolve(card, credit_limit=Money(1), balance=Money(1)))).card_utilisation_pct
            == 100
        )
        given_up = attrs.evolve(card, status=AccountStatus.WRITTEN_OFF)
        assert metrics_of(a_report(given_up)).card_limit_total == ZERO


class TestScores:
    @pytest.mark.parametrize("raw", ["-1", "000-1", "0", "00001", "5", "NA", "NH", "", "299", "901"])
    def test_sentinels_are_no_numbers(self, raw: str) -> None:
        assert score_of("S", raw, has_accounts=False).value is None
        found = metrics_of(a_report(score=raw))
        assert (found.score, found.score_available, found.ntc) == (None, False, True)

    @pytest.mark.parametrize(("raw", "value"), [("00790", 790), ("300", 300), ("900", 900)])
    def test_scores(self, raw: str, value: int) -> None:
        assert score_of("S", raw, has_accounts=True).value == value

    @pytest.mark.parametrize(
        ("raw", "codes", "state"),
        [("-1", (), ScoreState.INSUFFICIENT), ("-1", ("18",), ScoreState.EXCLUDED), ("", (), ScoreState.MISSING)],
    )
    def test_why_an_account_holder_has_none(self, raw: str, codes: tuple[str, ...], state: ScoreState) -> None:
        assert score_of("S", raw, has_accounts=True, exclusion_codes=codes).state is state


class TestEstimates:
    def test_what_is_reported_goes_before(self) -> None:
        assert estimated_emi(an_account(emi=Money(777)), as_of=DAY) == Money(777)

    def test_a_term_loan_without_instalment(self) -> None:
        loan = an_account(balance=Money.rupees(100_000), tenure_months=24, rate=Quoted.parse("12"))
        assert estimated_emi(loan, as_of=DAY) == Money.rupees(8885)  # 1,00,000 over the 12 months left at 1 % a month

    def test_a_loan_past_its_tenure_owes_all_next_month(self) -> None:
        loan = an_account(balance=Money.rupees(1_000), tenure_months=6, rate=Quoted.parse("12"))
        assert estimated_emi(loan, as_of=DAY) == Money.rupees(1_010)

    def test_no_instalment_reported_or_nought_is_estimated_over_a_year(self) -> None:
        loan = an_account(balance=Money.rupees(120_000), opened=None, rate=Quoted.parse("0"), emi=ZERO)
        assert estimated_emi(loan, as_of=DAY) == Money.rupees(10_000)
        young = attrs.evolve(loan, opened=DAY, tenure_months=24)
        assert estimated_emi(young, as_of=DAY) == Money.rupees(5_000)

    def test_a_card_owes_a_share(self) -> None:
        assert estimated_emi(an_account(type=AccountType.CC, balance=Money.rupees(1_000)), as_of=DAY) == Money.rupees(
            50
        )

    def test_what_has_ended_owes_nothing(self) -> None:
        assert estimated_emi(an_account(closed=DAY, emi=Money(5)), as_of=DAY) == ZERO
