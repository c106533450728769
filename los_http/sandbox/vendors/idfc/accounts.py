"""The lender's own account: its balance and statement, and whose another account is."""

import re
from collections.abc import Mapping
from datetime import timedelta, timezone
from typing import Any

from los_http.sandbox.shape import Field, needed, text
from los_http.sandbox.vendor import Account, Desk
from los_http.sandbox.vendors.idfc.wire import Refusal

INDIA = timezone(timedelta(hours=5, minutes=30))
OPENING_PAISE = 1_000_000_000_00
DIGITS = "0123456789"
DAY = r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{4}"
NAME = text(least=1, most=100)
ACCOUNT = text(least=1, most=35, pattern="[A-Za-z0-9]+")
BENEFICIARY: Mapping[str, Field] = {
    "remitterName": needed(NAME),
    "remitterMobileNumber": needed(text(pattern=r"\+91-[6-9]\d{9}")),
    "debtorAccountId": needed(ACCOUNT),
    "accountType": needed(text(one_of=("10",))),
    "creditorAccountId": needed(ACCOUNT),
    "ifscCode": needed(text(pattern="[A-Z]{4}0[A-Z0-9]{6}")),
    "paymentDescription": needed(text(most=35)),
    "transactionReferenceNumber": needed(text(least=1, most=30)),
    "merchantCode": needed(text(most=30)),
    "identifier": needed(text(one_of=("Auto",))),
}
BALANCE: Mapping[str, Field] = {
    "CBSTellerBranch": needed(text(most=10)),
    "CBSTellerID": needed(text(most=10)),
    "accountNumber": needed(ACCOUNT),
}
STATEMENT: Mapping[str, Field] = {
    **BALANCE,
    "fromDate": needed(text(pattern=DAY)),
    "toDate": needed(text(pattern=DAY)),
    "numberOfTransactions": needed(text(pattern=r"[1-9]\d{0,3}")),
    "prompt": needed(text(most=20, pattern=r"\d*")),
}


def rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02d}"


def day_of(at: str) -> str:
    """DDMMYYYY of an ISO instant."""
    return at[8:10] + at[5:7] + at[:4]


def require_own(account: Account, number: str) -> None:
    if number != account.credentials["debitAccount"]:
        raise Refusal("ACC_001", "INVALID DEBIT ACCOUNT NUMBER")


def balance_of(desk: Desk, account: Account) -> int:
    kept = desk.get("balance", account.id)
    return int(kept["paise"]) if kept else OPENING_PAISE


def transfers_of(desk: Desk, account: Account) -> list[dict[str, Any]]:
    return [transfer for transfer in desk.every("transfer") if transfer["account"] == account.id]


def beneficiary_validation(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    require_own(account, body["debtorAccountId"])
    person = desk.person(account_number=body["creditorAccountId"])
    if person is None:
        raise Refusal("M1", "INVALID BENEFICIARY ACCOUNT NUMBER")
    if person.ifsc != body["ifscCode"]:
        raise Refusal("M2", "INVALID BENEFICIARY IFSC")
    return {
        "creditorAccountId": body["creditorAccountId"],
        "creditorName": f"{person.name.upper()[:40]:<40}",
        "transactionReferenceNumber": body["transactionReferenceNumber"],
        "transactionId": desk.token(12, DIGITS),
        "responseCode": "A",
        "transactionTime": desk.now().astimezone(INDIA).strftime("%Y-%m-%dT%H:%M:%S"),
        "identifier": "IMPS2.0",
    }


def prefetch_account(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    require_own(account, body["accountNumber"])
    balance = rupees(balance_of(desk, account))
    return {
        "accountNumber": body["accountNumber"],
        "currency": "INR",
        "availableBalance": balance,
        "ledgerBalance": balance,
    }


def account_statement(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    require_own(account, body["accountNumber"])
    first, last = (re.sub(r"(..)(..)(....)", r"\3-\2-\1", body[name]) for name in ("fromDate", "toDate"))
    rows = [row for row in desk.every("movement") if row["account"] == account.id]
    rows += [_row(transfer) for transfer in transfers_of(desk, account)]
    rows = sorted((row for row in rows if first <= row["at"][:10] <= last), key=lambda row: row["at"])
    start, size = int(body["prompt"] or "0"), int(body["numberOfTransactions"])
    return {
        "accountNumber": body["accountNumber"],
        "transactions": [
            {
                "transactionDate": day_of(row["at"]),
                "transactionReferenceNumber": row["bank"],
                "narration": row["narration"],
                "amount": rupees(row["paise"]),
                "debitCreditFlag": row["side"],
                "runningBalance": rupees(row["balance"]),
            }
            for row in rows[start : start + size]
        ],
        "prompt": str(start + size) if start + size < len(rows) else "",
    }


def _row(transfer: Mapping[str, Any]) -> dict[str, Any]:
    narration = f"{transfer['rail']}/{transfer['id']}/{transfer['narration']}"
    return {name: transfer[name] for name in ("account", "bank", "paise", "at", "balance")} | {
        "narration": narration,
        "side": "D",
    }
