"""
FinBox BankConnect insights to our words (vendor's public documentation of the session flow).

    account       accounts[].data.account_details {name, account_number, bank, ifsc, account_category, months[], missing_data[]}
    period        session_date_range {from_date, to_date} DD/MM/YYYY
    transaction   accounts[].data.transactions[] {date "YYYY-MM-DD HH:MM:SS", transaction_note, transaction_type credit | debit,
                  amount, balance, transaction_channel, category}
    month         accounts[].data.monthly_analysis {metric: {"Jan-2025": number}}
    flag          accounts[].data.fraud[] {fraud_type, fraud_category}
"""

from collections.abc import Mapping
from typing import Any

from los_adapters.wire import figures
from los_adapters.wire.reading import section
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
from los_domain.shared.money import Money

SIGNS = {"credit": Sign.CREDIT, "debit": Sign.DEBIT}


def is_finbox(tree: Any) -> bool:
    """Return whether *tree* has FinBox's shape."""
    return isinstance(tree, dict) and "session_id" in tree and isinstance(tree.get("accounts"), list)


def finbox_report(tree: Mapping[str, Any]) -> BankStatementReport:
    """Return the report in *tree* (parsed JSON). Raises ValueError where a line or the period cannot be read."""
    span = section(tree.get("session_date_range"))
    accounts = tuple(
        _account(section(entry.get("data")), span) for entry in tree["accounts"] if isinstance(entry, dict)
    )
    if not accounts:
        raise ValueError("the FinBox report holds no account")
    return BankStatementReport(Analyser.FINBOX, figures.text(tree.get("session_id")), accounts)


def _account(raw: Mapping[str, Any], span: Mapping[str, Any]) -> StatementAccount:
    details = section(raw.get("account_details"))
    lines = oldest_first(tuple(_line(line, place) for place, line in enumerate(raw.get("transactions") or ())))
    from_on, to_on = (figures.day(span.get(name), "%d/%m/%Y") for name in ("from_date", "to_date"))
    from_on = from_on or (lines[0].on if lines else None)
    to_on = to_on or (lines[-1].on if lines else None)
    if from_on is None or to_on is None or to_on < from_on:
        raise ValueError("the FinBox report names no period")
    return StatementAccount(
        holder=figures.text(details.get("name")),
        bank=figures.text(details.get("bank")),
        number_masked=figures.masked(details.get("account_number")),
        ifsc=figures.text(details.get("ifsc")),
        kind=figures.text(details.get("account_category")),
        from_on=from_on,
        to_on=to_on,
        transactions=lines,
        months=_months(section(raw.get("monthly_analysis"))),
        flags=tuple(
            StatementFlag(figures.text(flag.get("fraud_type")), figures.text(flag.get("fraud_category")))
            for flag in raw.get("fraud") or ()
            if isinstance(flag, dict)
        ),
        missing_months=tuple(figures.text(month) for month in details.get("missing_data") or ()),
    )


def _line(raw: Any, place: int) -> Transaction:
    fields: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    on = figures.day(figures.text(fields.get("date"))[:10], "%Y-%m-%d")
    amount = figures.amount(fields.get("amount"))
    sign = SIGNS.get(figures.text(fields.get("transaction_type")).casefold())
    if on is None or amount is None or amount.paise < 0 or sign is None:
        raise ValueError(f"transaction {place} of the FinBox report cannot be read")
    return Transaction(
        on=on,
        amount=amount,
        sign=sign,
        narration=figures.text(fields.get("transaction_note")),
        balance=figures.amount(fields.get("balance")),
        channel=figures.text(fields.get("transaction_channel")),
        category=figures.text(fields.get("category")),
    )


def _months(analysis: Mapping[str, Any]) -> tuple[MonthAsReported, ...]:
    names = {name for metric in analysis.values() if isinstance(metric, dict) for name in metric}
    dated = {month: name for name in names if (month := figures.day(f"01-{name}", "%d-%b-%Y")) is not None}

    def money(metric: str, name: str) -> Money | None:
        return figures.amount(section(analysis.get(metric)).get(name))

    return tuple(
        MonthAsReported(
            month=month,
            credits=money("amt_credit", name),
            debits=money("amt_debit", name),
            salary=money("total_amount_of_salary", name),
            emi=money("amt_emi_debit", name),
            inward_bounces=figures.whole(section(analysis.get("cnt_auto_debit_payment_bounce_credit")).get(name)),
            average_balance=money("avg_bal", name),
            least_balance=money("min_eod_balance", name),
            closing_balance=money("closing_balance", name),
        )
        for month, name in sorted(dated.items())
    )
