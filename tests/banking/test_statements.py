"""Statements: every sample in every shape gives the metrics written down for it; windows, gaps, and what a narration says."""

import copy
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from los_adapters.banking.shapes import metrics_as_json, read_statement
from los_domain.banking.categories import Category, category_of
from los_domain.banking.metrics import IncomeType, metrics_of
from los_domain.banking.model import (
    Analyser,
    BankStatementReport,
    Sign,
    StatementAccount,
    Transaction,
    balances_disagree,
)
from los_domain.shared.money import ZERO, Money

VECTORS = Path(__file__).parents[1] / "vectors" / "bank-statement"
SAMPLES = sorted(path.name for path in VECTORS.glob("*.json") if "expected" not in path.name)


def sample(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_gives_its_metrics(name: str) -> None:
    person = name.split(".")[0]
    assert metrics_as_json((VECTORS / name).read_bytes()) == sample(f"{person}.expected-metrics.json")


def test_there_are_all_samples() -> None:
    assert len(SAMPLES) == 9


@pytest.mark.parametrize("person", ["emi-load-bounces", "gig-income", "stable-salary"])
def test_the_shapes_hold_the_same_lines(person: str) -> None:
    reports = [
        read_statement((VECTORS / f"{person}.{shape}.json").read_bytes())
        for shape in ("cart-report", "finbox-insights", "aa-deposit")
    ]
    assert [report.analyser for report in reports] == [Analyser.CART, Analyser.FINBOX, Analyser.ACCOUNT_AGGREGATOR]
    lines = [
        [(line.on, line.amount, line.sign, line.narration, line.balance) for line in report.accounts[0].transactions]
        for report in reports
    ]
    assert lines[0] == lines[1] == lines[2]
    assert len({report.accounts[0].number_masked[-4:] for report in reports}) == 1
    assert all(balances_disagree(report.accounts[0]) == 0 for report in reports)


def test_vendors_months_are_kept_as_reported() -> None:
    for shape in ("cart-report", "finbox-insights"):
        (account,) = read_statement((VECTORS / f"stable-salary.{shape}.json").read_bytes()).accounts
        assert [month.month for month in account.months] == [date(2025, number, 1) for number in range(1, 7)]
        assert account.months[-1].average_balance == Money(12893833)


def test_a_statement_newest_first_or_with_grouped_amounts_is_the_same() -> None:
    tree = sample("gig-income.cart-report.json")
    expected = metrics_as_json(json.dumps(tree).encode())
    account = tree["data"][0]
    account["transactions"].reverse()
    for line in account["transactions"]:
        line["amount"] = f"{line['amount']:,}.00"
    assert metrics_as_json(json.dumps(tree).encode()) == expected


def test_a_line_sent_twice_by_an_aggregator_counts_once() -> None:
    tree = sample("gig-income.aa-deposit.json")
    expected = metrics_as_json(json.dumps(tree).encode())
    moves = tree["Account"]["Transactions"]["Transaction"]
    moves.append(copy.deepcopy(moves[-1]))
    assert metrics_as_json(json.dumps(tree).encode()) == expected


def test_missing_balances_follow_from_the_closing_one() -> None:
    tree = sample("gig-income.aa-deposit.json")
    expected = metrics_as_json(json.dumps(tree).encode())
    for line in tree["Account"]["Transactions"]["Transaction"]:
        del line["currentBalance"]
    assert metrics_as_json(json.dumps(tree).encode()) == expected


def test_an_account_inside_a_gateways_wrapping_is_found() -> None:
    tree = {"data": [{"dataDetail": {"jsonData": sample("gig-income.aa-deposit.json")}}]}
    assert read_statement(json.dumps(tree).encode()).analyser is Analyser.ACCOUNT_AGGREGATOR


@pytest.mark.parametrize(
    ("field", "value"), [("amount", "1.234"), ("amount", None), ("date", "2025-13-01"), ("type", "Xr"), ("amount", -5)]
)
def test_an_unreadable_line_spoils_the_report(field: str, value: Any) -> None:
    tree = sample("gig-income.cart-report.json")
    tree["data"][0]["transactions"][3][field] = value
    with pytest.raises(ValueError, match="transaction 3 of the CART report") as error:
        read_statement(json.dumps(tree).encode())
    assert "KUJUR" not in str(error.value)


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"[]", b"{}", b'{"data": []}', b'{"session_id": "1", "accounts": []}', b"[" * 99_999]
)
def test_what_is_no_statement_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read_statement(raw)


@pytest.mark.parametrize(
    ("sign", "narration", "category"),
    [
        (Sign.CREDIT, "NEFT CR-HDFC0000001-SOME EMPLOYER LTD-SALARY JUN", Category.SALARY),
        (Sign.CREDIT, "SAL/JUNE/EMP 42", Category.SALARY),
        (Sign.CREDIT, "SALMA STORES UPI", Category.OTHER),
        (Sign.CREDIT, "NACH CR LOAN DISBURSEMENT", Category.LOAN_CREDIT),
        (Sign.CREDIT, "IMPS-LENDER-SALARY ADVANCE LOAN", Category.LOAN_CREDIT),
        (Sign.CREDIT, "ACH D RTN-LENDER-INSUFFICIENT FUNDS", Category.RETURNED),
        (Sign.CREDIT, "EMI RETURNED 000123", Category.RETURNED),
        (Sign.CREDIT, "UPI REFUND SHOP", Category.REFUND),
        (Sign.CREDIT, "BY CASH BRANCH", Category.CASH_DEPOSIT),
        (Sign.CREDIT, "CASHFREE SETTLEMENT", Category.OTHER),
        (Sign.CREDIT, "NEFT-APP PARTNER PAYOUT", Category.GIG),
        (Sign.DEBIT, "ACH D-LENDER", Category.EMI),
        (Sign.DEBIT, "NACH-10-DR-LENDER", Category.EMI),
        (Sign.DEBIT, "EMI 12/24 LENDER", Category.EMI),
        (Sign.DEBIT, "ACH D-FUND HOUSE SIP", Category.INVESTMENT),
        (Sign.DEBIT, "ECS LIFE INSURANCE PREMIUM", Category.INVESTMENT),
        (Sign.DEBIT, "ACH RETURN CHG INCL GST", Category.RETURN_CHARGE),
        (Sign.DEBIT, "CREDIT CARD PAYMENT", Category.CARD_BILL),
        (Sign.DEBIT, "ACH D-CITY ELECTRICITY", Category.OTHER),
        (Sign.DEBIT, "UPI-SHOP@BANK", Category.OTHER),
        (Sign.DEBIT, "CHQ 000123 SALARY TO DRIVER", Category.OTHER),
    ],
)
def test_what_a_narration_says(sign: Sign, narration: str, category: Category) -> None:
    assert category_of(a_line(sign=sign, narration=narration)) is category


def test_the_vendors_category_speaks_where_the_narration_is_silent() -> None:
    line = Transaction(date(2025, 1, 1), Money(100), Sign.CREDIT, "NEFT 1234", category="Salary")
    assert category_of(line) is Category.SALARY


def a_line(on: date = date(2025, 1, 1), paise: int = 100, sign: Sign = Sign.CREDIT, narration: str = "") -> Transaction:
    return Transaction(on, Money(paise), sign, narration)


def a_statement(*lines: Transaction, closing: int | None = 0, months: int = 6) -> BankStatementReport:
    account = StatementAccount(
        holder="A",
        bank="B",
        number_masked="…1",
        ifsc="",
        kind="",
        from_on=date(2025, 1, 1),
        to_on=date(2025, months, 28),
        transactions=lines,
        closing_balance=None if closing is None else Money(closing),
    )
    return BankStatementReport(Analyser.CART, "1", (account,))


def salaries(*paise: int) -> tuple[Transaction, ...]:
    return tuple(
        a_line(date(2025, month, 1), amount, narration="SALARY") for month, amount in enumerate(paise, 1) if amount
    )


class TestMetrics:
    @pytest.mark.parametrize(
        ("paid", "kind"),
        [
            ((100, 100, 100, 100, 100, 100), IncomeType.SALARIED_STABLE),
            ((100, 0, 100, 100, 100, 100), IncomeType.SALARIED_STABLE),
            ((100, 0, 0, 100, 100, 100), IncomeType.SALARIED_IRREGULAR),
            ((100, 300, 50, 900, 100, 100), IncomeType.SALARIED_IRREGULAR),
            ((100, 0, 0, 0, 0, 0), IncomeType.OTHER),
            ((), IncomeType.OTHER),
        ],
    )
    def test_income_type(self, paid: tuple[int, ...], kind: IncomeType) -> None:
        assert metrics_of(a_statement(*salaries(*paid))).income_type is kind

    def test_the_median_of_an_even_number_of_months_lies_between(self) -> None:
        found = metrics_of(a_statement(*salaries(100, 200, 301, 400, 0, 0)))
        assert (found.salary_median, found.salary_months) == (Money(251), 4)

    def test_two_salaries_of_one_month_are_one(self) -> None:
        found = metrics_of(a_statement(*salaries(100), a_line(date(2025, 1, 9), 50, narration="SALARY BONUS")))
        assert (found.salary_months, found.salary_median, found.salary_cv) == (1, Money(150), Decimal("0.000"))

    def test_bounces_leave_their_windows_at_the_month(self) -> None:
        lines = [a_line(date(2025, month, 28), narration="ACH D RTN") for month in (1, 2, 4)]
        found = metrics_of(a_statement(*lines, months=7))
        assert (found.inward_bounces_6m, found.inward_bounces_3m) == (2, 0)
        assert metrics_of(a_statement(*lines), as_of=date(2025, 4, 27)).inward_bounces_3m == 1

    def test_money_windows_are_six_months(self) -> None:
        lines = [
            a_line(date(2025, month, 1), 600, sign, narration)
            for month in (1, 2)
            for sign, narration in (
                (Sign.CREDIT, "SALARY"),
                (Sign.CREDIT, "LOAN DISB"),
                (Sign.DEBIT, "ACH RETURN CHARGES"),
            )
        ]
        found = metrics_of(a_statement(*lines, months=7))
        assert (found.salary_avg_6m, found.loan_credits_6m, found.bounce_charges_6m) == (
            Money(100),
            Money(600),
            Money(600),
        )
        assert metrics_of(a_statement(*lines, months=6)).loan_credits_6m == Money(1200)

    def test_balances_of_the_last_six_months_only(self) -> None:
        lines = (a_line(date(2025, 1, 31), 1000, Sign.DEBIT), a_line(date(2025, 2, 1), 2000))
        found = metrics_of(a_statement(*lines, closing=1500, months=7))  # 500, then -500 for a day, then 1500
        assert (found.min_eod_balance_6m, found.avg_eod_balance_6m, found.days_negative) == (
            Money(1500),
            Money(1500),
            1,
        )

    @pytest.mark.parametrize(("payouts", "kind"), [(12, IncomeType.GIG), (11, IncomeType.OTHER)])
    def test_gig_income_is_payouts_and_no_gifts(self, payouts: int, kind: IncomeType) -> None:
        lines = [a_line(date(2025, 1, 1 + number), 600, narration="PARTNER PAYOUT") for number in range(payouts)]
        found = metrics_of(a_statement(*lines, a_line(date(2025, 6, 1), 6000, narration="UPI-UNCLE")))
        assert found.income_type is kind
        assert found.income_monthly_avg == Money(payouts * 100 + (0 if kind is IncomeType.GIG else 1000))

    def test_borrowed_and_returned_money_is_no_income(self) -> None:
        lines = (a_line(narration="LOAN DISB"), a_line(narration="ACH D RTN"), a_line(narration="UPI REFUND"))
        assert metrics_of(a_statement(*lines)).income_monthly_avg == ZERO

    def test_two_months_of_salary_are_irregular(self) -> None:
        assert metrics_of(a_statement(*salaries(100, 100))).income_type is IncomeType.SALARIED_IRREGULAR

    def test_a_salary_may_vary_by_a_quarter(self) -> None:
        assert metrics_of(a_statement(*salaries(75, 125), months=2)).income_type is IncomeType.SALARIED_STABLE
        assert metrics_of(a_statement(*salaries(74, 126), months=2)).income_type is IncomeType.SALARIED_IRREGULAR

    def test_the_median_of_an_odd_number_of_months_is_the_middle_one(self) -> None:
        assert metrics_of(a_statement(*salaries(100, 900, 200))).salary_median == Money(200)

    def test_a_balance_of_nought_is_not_in_the_red(self) -> None:
        assert metrics_of(a_statement(closing=0)).days_negative == 0

    def test_a_statement_of_one_day(self) -> None:
        report = a_statement(a_line(paise=700), closing=700)
        found = metrics_of(report, as_of=date(2025, 1, 1))
        assert (found.months, found.avg_eod_balance_6m) == (1, Money(700))
        with pytest.raises(ValueError, match="begins after"):
            metrics_of(report, as_of=date(2024, 12, 31))

    def test_days_in_the_red(self) -> None:
        lines = (
            a_line(date(2025, 1, 10), 500, Sign.DEBIT),
            a_line(date(2025, 1, 12), 200),
            a_line(date(2025, 1, 12), 400),
        )
        found = metrics_of(a_statement(*lines, closing=200, months=1))
        assert (found.days_negative, found.min_eod_balance_6m) == (2, Money(-400))
        assert found.avg_eod_balance_6m == Money(round((9 * 100 - 2 * 400 + 17 * 200) / 28))

    def test_without_any_balance_there_is_none_to_average(self) -> None:
        found = metrics_of(a_statement(*salaries(100), closing=None))
        assert (found.avg_eod_balance_6m, found.min_eod_balance_6m, found.days_negative) == (None, None, 0)

    def test_without_income_there_is_no_ratio(self) -> None:
        found = metrics_of(a_statement(a_line(sign=Sign.DEBIT, narration="EMI")))
        assert (found.foir_pct, found.income_monthly_avg, found.salary_cv) == (None, ZERO, None)

    def test_cash_in_the_credits(self) -> None:
        found = metrics_of(a_statement(a_line(narration="CASH DEPOSIT"), a_line(paise=200)))
        assert found.cash_deposit_pct_of_credits == Decimal("33.3")

    def test_accounts_count_as_one_purse(self) -> None:
        one, other = a_statement(a_line(paise=100), closing=100), a_statement(a_line(paise=50), closing=50)
        both = BankStatementReport(Analyser.CART, "1", one.accounts + other.accounts)
        assert metrics_of(both).total_credits == Money(150)
        assert metrics_of(both).min_eod_balance_6m == Money(150)

    def test_a_doctored_balance_is_noticed(self) -> None:
        lines = [
            Transaction(date(2025, 1, day), Money(100), Sign.CREDIT, "", Money(balance))
            for day, balance in ((1, 100), (2, 200), (3, 999), (4, 400))
        ]
        assert balances_disagree(a_statement(*lines).accounts[0]) == 2
