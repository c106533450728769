"""
Account-aggregator deposit data (ReBIT deposit schema as JSON, alone or inside a gateway's wrapping) to our words.

    account       Account {maskedAccNumber, linkedAccRef, Profile.Holders.Holder[], Summary{currentBalance, ifscCode, type}}
    period        Account.Transactions {startDate, endDate} YYYY-MM-DD
    transaction   Account.Transactions.Transaction[] {txnId, transactionTimestamp, valueDate, type CREDIT | DEBIT, amount,
                  currentBalance (may be missing), narration, mode}; the same line may come in two sessions and counts once
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from los_adapters.wire import figures
from los_adapters.wire.reading import section
from los_domain.banking.model import (
    Analyser,
    BankStatementReport,
    Sign,
    StatementAccount,
    Transaction,
    oldest_first,
)
from los_domain.shared.dates import IST, india_day

ISO = "%Y-%m-%d"
SIGNS = {"CREDIT": Sign.CREDIT, "DEBIT": Sign.DEBIT}


def accounts_in(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every deposit account in *tree*, however deeply it is wrapped."""
    if isinstance(tree, dict):
        account = tree.get("Account")
        if isinstance(account, dict) and "Transactions" in account:
            yield account
            return
        for value in tree.values():
            yield from accounts_in(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from accounts_in(item)


def aa_report(tree: Any) -> BankStatementReport:
    """Return the accounts in *tree* (parsed JSON). Raises ValueError where there is none, or a line or period cannot be read."""
    found = list(accounts_in(tree))
    if not found:
        raise ValueError("this holds no deposit account")
    reference = figures.text(found[0].get("linkedAccRef"))
    return BankStatementReport(Analyser.ACCOUNT_AGGREGATOR, reference, tuple(_account(account) for account in found))


def _account(raw: Mapping[str, Any]) -> StatementAccount:
    summary, moves = section(raw.get("Summary")), section(raw.get("Transactions"))
    told = moves.get("Transaction") or ()
    lines: dict[object, Transaction] = {}
    for place, fields in enumerate([told] if isinstance(told, dict) else told):  # one line may come bare
        line = _line(fields, place)
        identity = figures.text(fields.get("txnId"))
        lines.setdefault((identity, line.on, line.amount, line.sign, line.narration) if identity else place, line)
    ordered = oldest_first(tuple(lines.values()))
    from_on = figures.day(figures.text(moves.get("startDate"))[:10], ISO) or (ordered[0].on if ordered else None)
    to_on = figures.day(figures.text(moves.get("endDate"))[:10], ISO) or (ordered[-1].on if ordered else None)
    if from_on is None or to_on is None or to_on < from_on:
        raise ValueError("the deposit account names no period")
    holders = section(section(raw.get("Profile")).get("Holders")).get("Holder") or ()
    names = [
        figures.text(section(holder).get("name")) for holder in ([holders] if isinstance(holders, dict) else holders)
    ]
    return StatementAccount(
        holder=", ".join(names),
        bank=figures.text(summary.get("ifscCode"))[:4],
        number_masked=figures.masked(raw.get("maskedAccNumber")),
        ifsc=figures.text(summary.get("ifscCode")),
        kind=figures.text(summary.get("type")),
        from_on=from_on,
        to_on=to_on,
        transactions=ordered,
        closing_balance=figures.amount(summary.get("currentBalance")),
    )


def _line(raw: Any, place: int) -> Transaction:
    fields: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    on = _day(fields.get("transactionTimestamp")) or figures.day(figures.text(fields.get("valueDate"))[:10], ISO)
    amount, sign = figures.amount(fields.get("amount")), SIGNS.get(figures.text(fields.get("type")).upper())
    if on is None or amount is None or amount.paise < 0 or sign is None:
        raise ValueError(f"transaction {place} of the deposit account cannot be read")
    return Transaction(
        on=on,
        amount=amount,
        sign=sign,
        narration=figures.text(fields.get("narration")),
        balance=figures.amount(fields.get("currentBalance")),
        channel=figures.text(fields.get("mode")),
    )


def _day(value: Any) -> date | None:
    try:
        instant = datetime.fromisoformat(figures.text(value))
    except ValueError:
        return None
    return india_day(instant if instant.tzinfo else instant.replace(tzinfo=IST))
