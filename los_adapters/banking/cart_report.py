"""
CART's statement report to our words. Keys are those that a public integration reads; the rest of the page is inferred.

    account       data[] {accountName, accountNumber, bankName, ifscCode, accountType, periodStart, periodEnd DD-MM-YYYY}
    transaction   data[].transactions[] {date DD-MM-YYYY, description, type "Cr" | "Dr", amount, balance, paymentCategory, transactionType}
    month         data[].analysisData[] {month "Jan-2025", …}; the row "Grand Total" is no month
    flag          data[].fraudIndicators[] {code, severity, detail}
    amounts       numbers, or text such as "1,23,456.00"
"""

from collections.abc import Mapping
from typing import Any

from los_adapters.wire import figures
from los_domain.banking.model import (
    Analyser,
    BankStatementReport,
    MonthAsReported,
    Sign,
    StatementAccount,
    StatementFlag,
    Transaction,
    oldest_first,
)

DAY, MONTH = "%d-%m-%Y", "%d-%b-%Y"
SIGNS = {"cr": Sign.CREDIT, "credit": Sign.CREDIT, "dr": Sign.DEBIT, "debit": Sign.DEBIT}


def is_cart(tree: Any) -> bool:
    """Return whether *tree* has CART's shape."""
    accounts = tree.get("data") if isinstance(tree, dict) else None
    return isinstance(accounts, list) and any(
        isinstance(entry, dict) and "camAnalysisData" in entry for entry in accounts
    )


def cart_report(tree: Mapping[str, Any]) -> BankStatementReport:
    """Return the report in *tree* (parsed JSON). Raises ValueError where a line or the period cannot be read."""
    accounts = tuple(_account(entry) for entry in tree.get("data") or () if isinstance(entry, dict))
    if not accounts:
        raise ValueError("the CART report holds no account")
    return BankStatementReport(Analyser.CART, figures.text(tree.get("docId")), accounts)


def _account(raw: Mapping[str, Any]) -> StatementAccount:
    lines = oldest_first(tuple(_line(line, place) for place, line in enumerate(raw.get("transactions") or ())))
    from_on, to_on = figures.day(raw.get("periodStart"), DAY), figures.day(raw.get("periodEnd"), DAY)
    from_on = from_on or (lines[0].on if lines else None)
    to_on = to_on or (lines[-1].on if lines else None)
    if from_on is None or to_on is None or to_on < from_on:
        raise ValueError("the CART report names no period")
    months = [_month(month) for month in raw.get("analysisData") or () if isinstance(month, dict)]
    return StatementAccount(
        holder=figures.text(raw.get("accountName")),
        bank=figures.text(raw.get("bankName")),
        number_masked=figures.masked(raw.get("accountNumber")),
        ifsc=figures.text(raw.get("ifscCode")),
        kind=figures.text(raw.get("accountType")),
        from_on=from_on,
        to_on=to_on,
        transactions=lines,
        months=tuple(month for month in months if month is not None),
        flags=tuple(
            StatementFlag(
                figures.text(flag.get("code")), figures.text(flag.get("severity")), figures.text(flag.get("detail"))
            )
            for flag in raw.get("fraudIndicators") or ()
            if isinstance(flag, dict)
        ),
    )


def _line(raw: Any, place: int) -> Transaction:
    fields: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    on, amount = figures.day(fields.get("date"), DAY), figures.amount(fields.get("amount"))
    sign = SIGNS.get(figures.text(fields.get("type")).casefold())
    if on is None or amount is None or amount.paise < 0 or sign is None:
        raise ValueError(f"transaction {place} of the CART report cannot be read")
    return Transaction(
        on=on,
        amount=amount,
        sign=sign,
        narration=figures.text(fields.get("description")),
        balance=figures.amount(fields.get("balance")),
        channel=figures.text(fields.get("paymentCategory")),
        category=figures.text(fields.get("transactionType")),
    )


def _month(raw: Mapping[str, Any]) -> MonthAsReported | None:
    month = figures.day(f"01-{figures.text(raw.get('month'))}", MONTH)
    if month is None:
        return None  # "Grand Total"
    return MonthAsReported(
        month=month,
        credits=figures.amount(raw.get("totalCreditAmount")),
        debits=figures.amount(raw.get("totalDebitAmount")),
        salary=figures.amount(raw.get("salaryAmount")),
        emi=figures.amount(raw.get("emiAmount")),
        inward_bounces=figures.whole(raw.get("inwardReturnCount")),
        average_balance=figures.amount(raw.get("averageBalance")),
        least_balance=figures.amount(raw.get("minBalance")),
        closing_balance=figures.amount(raw.get("closingBalance")),
    )
