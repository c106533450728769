"""Money out of the lender's account: accepted, credited once, left open, refused or sent back."""

from collections.abc import Mapping
from typing import Any

from los_http.sandbox.shape import Field, needed, optional, text
from los_http.sandbox.vendor import Account, ActRefused, Desk
from los_http.sandbox.vendors.idfc.accounts import (
    ACCOUNT,
    DAY,
    DIGITS,
    INDIA,
    NAME,
    balance_of,
    day_of,
    require_own,
    rupees,
)
from los_http.sandbox.vendors.idfc.wire import Refusal

SETTLE_SECONDS = 1.0
IMPS_MOST_PAISE = 5_00_000_00
RTGS_LEAST_PAISE = 2_00_000_00
RAILS = ("IMPS", "NEFT", "RTGS", "IFT")
TRANSFER: Mapping[str, Field] = {
    "tellerBranch": needed(text(most=10)),
    "tellerID": needed(text(most=10)),
    "transactionID": needed(text(least=1, most=20, pattern="[A-Za-z0-9]+")),
    "debitAccountNumber": needed(ACCOUNT),
    "creditAccountNumber": needed(ACCOUNT),
    "remitterName": needed(NAME),
    "amount": needed(text(pattern=r"(0|[1-9]\d{0,12})\.\d{2}")),
    "currency": needed(text(one_of=("INR",))),
    "transactionType": needed(text(one_of=RAILS)),
    "paymentDescription": needed(text(least=1, most=35, pattern=r"[\x20-\x7e]+")),
    "beneficiaryIFSC": needed(text(pattern="[A-Z]{4}0[A-Z0-9]{6}")),
    "beneficiaryName": needed(NAME),
    "beneficiaryAddress": optional(text(most=140)),
    "emailId": needed(text(most=100)),
    "mobileNo": needed(text(most=15)),
    "messageType": optional(text(one_of=("", "R41"))),
}
INQUIRY: Mapping[str, Field] = {
    "tellerBranch": needed(text(most=10)),
    "tellerID": needed(text(most=10)),
    "transactionType": needed(text(one_of=RAILS)),
    "transactionReferenceNumber": needed(text(most=30)),
    "paymentReferenceNumber": needed(text(most=30)),
    "transactionDate": needed(text(pattern=DAY)),
}


def _reference(desk: Desk, rail: str) -> str:
    """A retrieval reference for IMPS, the bank's own reference otherwise."""
    if rail == "IMPS":
        return desk.token(12, DIGITS)
    return {"NEFT": "IDFBN", "RTGS": "IDFBR5", "IFT": "IDFBI"}[rail] + desk.token(11, DIGITS)


def fund_transfer(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    require_own(account, body["debitAccountNumber"])
    key = f"{account.id} {body['transactionID']}"
    if desk.get("transfer", key) is not None:
        raise Refusal("TXN_409", "DUPLICATE TRANSACTION ID")
    paise, rail = int(body["amount"].replace(".", "")), body["transactionType"]
    if paise < 100:
        raise Refusal("TXN_002", "AMOUNT BELOW THE LEAST ALLOWED")
    if rail == "IMPS" and paise > IMPS_MOST_PAISE:
        raise Refusal("TXN_003", "AMOUNT ABOVE THE IMPS LIMIT")
    if rail == "RTGS" and (paise < RTGS_LEAST_PAISE or body.get("messageType") != "R41"):
        raise Refusal("TXN_004", "RTGS NEEDS AT LEAST 200000.00 AND MESSAGE TYPE R41")
    if rail in {"NEFT", "RTGS"} and "beneficiaryAddress" not in body:
        raise Refusal("EXT_VAL_400", "INVALID REQUEST: beneficiaryAddress is required")
    person = desk.person(account_number=body["creditAccountNumber"])
    if person is None:
        raise Refusal("BEN_001", "INVALID BENEFICIARY ACCOUNT NUMBER")
    if person.ifsc != body["beneficiaryIFSC"]:
        raise Refusal("BEN_002", "INVALID BENEFICIARY IFSC")
    left = balance_of(desk, account) - paise
    if left < 0:
        raise Refusal("BAL_001", "CLEARED BAL/FUNDS/DP NOT AVAILABLE")
    at = desk.now().astimezone(INDIA)
    transfer = {
        "account": account.id,
        "id": body["transactionID"],
        "bank": _reference(desk, rail),
        "rail": rail,
        "paise": paise,
        "to": body["creditAccountNumber"],
        "ifsc": body["beneficiaryIFSC"],
        "name": person.name.upper(),
        "narration": body["paymentDescription"],
        "at": at.isoformat(),
        "settles": desk.wall().timestamp() + _settle_seconds(desk),
        "open": desk.leaves_open(),
        "failed": False,
        "returned": "",
        "balance": left,
    }
    desk.put("transfer", key, transfer)
    desk.put("bank reference", f"{account.id} {transfer['bank']}", {"transfer": key})
    desk.put("named", transfer["id"], {"transfer": key})
    desk.put("balance", account.id, {"paise": left})
    if not transfer["open"]:
        _credit(desk, transfer)
    return {
        "status": "ACPT",
        "transactionID": transfer["id"],
        "transactionReferenceNo": transfer["bank"],
        "beneficiaryName": transfer["name"],
    }


def _credit(desk: Desk, transfer: Mapping[str, Any]) -> None:
    desk.record(
        "bank-credits",
        {
            "vendor": "idfc",
            "reference": transfer["id"],
            "account": transfer["to"],
            "ifsc": transfer["ifsc"],
            "name": transfer["name"],
            "amountPaise": transfer["paise"],
            "utr": transfer["bank"],
            "at": transfer["at"],
        },
    )


def _settle_seconds(desk: Desk) -> float:
    kept = desk.get("setting", "settle")
    return float(kept["seconds"]) if kept else SETTLE_SECONDS


def transaction_status(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    bank, ours = body["transactionReferenceNumber"], body["paymentReferenceNumber"]
    if not bank and not ours:
        raise Refusal("ENQ_400", "A TRANSACTION OR PAYMENT REFERENCE IS REQUIRED")
    by_bank = desk.get("bank reference", f"{account.id} {bank}") if bank else {"transfer": f"{account.id} {ours}"}
    transfer = desk.get("transfer", by_bank["transfer"]) if by_bank else None
    same = transfer is not None and ours in {"", transfer["id"]}
    if (
        transfer
        and same
        and (transfer["rail"], day_of(transfer["at"])) == (body["transactionType"], body["transactionDate"])
    ):
        return _status_of(desk, transfer)
    raise Refusal("ENQ_404", "NO RECORD FOUND FOR THE GIVEN REFERENCE")


def _status_of(desk: Desk, transfer: Mapping[str, Any]) -> dict[str, Any]:
    settled = not transfer["open"] and desk.wall().timestamp() >= transfer["settles"]
    status = "COMPLETED" if settled else "ACPT"
    if transfer["returned"]:
        status = "FAILED" if transfer["failed"] else "RETURNED"
    neft = transfer["rail"] == "NEFT"
    return {
        "status": status,
        "respCode": "00" if settled else "",
        "errorId": {"FAILED": "FLD01", "RETURNED": "RTN01"}.get(status, ""),
        "errorMessage": {"FAILED": "BENEFICIARY BANK DECLINED", "RETURNED": "RETURNED BY BENEFICIARY BANK"}.get(
            status, ""
        ),
        "transactionType": transfer["rail"],
        "paymentReferenceNumber": transfer["id"],
        "transactionReferenceNumber": transfer["bank"],
        "transactionDate": day_of(transfer["at"]),
        "transactionTime": transfer["at"][11:19],
        "amount": rupees(transfer["paise"]),
        "beneficiaryAccountNumber": transfer["to"],
        "beneficiaryName": transfer["name"],
        "n10Time": transfer["at"][11:19] if neft and settled else "",
        "suspenseReason": "",
        "inOutTime": transfer["at"][11:19],
        "camt59Time": transfer["returned"][11:19] if neft else "",
    }


def settle_after(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Set how many seconds of real time transfers of from now on take from ACPT to COMPLETED."""
    seconds = body.get("seconds")
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or seconds < 0:
        raise ActRefused("seconds is a number from 0")
    desk.put("setting", "settle", {"seconds": seconds})
    return {"seconds": seconds}


def _named(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    named = desk.get("named", str(body.get("transactionId")))
    transfer = desk.get("transfer", named["transfer"]) if named else None
    if transfer is None:
        raise ActRefused("no transfer of this id")
    return transfer


def decide(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The beneficiary's bank decides on a transfer that was left open: credited now, or refused and the money back."""
    transfer, outcome = _named(desk, body), body.get("outcome", "completed")
    if not transfer["open"]:
        raise ActRefused("the transfer is decided")
    if outcome not in {"completed", "failed"}:
        raise ActRefused("outcome is one of completed, failed")
    transfer |= {"open": False, "settles": desk.wall().timestamp(), "failed": outcome == "failed"}
    desk.put("transfer", f"{transfer['account']} {transfer['id']}", transfer)
    if outcome == "completed":
        _credit(desk, transfer)
    else:
        _give_back(desk, transfer)
    return {"transactionId": transfer["id"], "status": outcome.upper()}


def return_transfer(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The beneficiary's bank sends the money of one transfer back."""
    transfer = _named(desk, body)
    if transfer["open"] or transfer["returned"]:
        raise ActRefused("the transfer is still open, or went back before")
    at = _give_back(desk, transfer)
    entry = {"vendor": "idfc", "reference": transfer["id"], "amountPaise": transfer["paise"], "utr": transfer["bank"]}
    desk.record("bank-returns", entry | {"at": at})
    return {"transactionId": transfer["id"], "status": "RETURNED"}


def _give_back(desk: Desk, transfer: dict[str, Any]) -> str:
    """Put the money back on the lender's account, on the statement too; returns when."""
    at = desk.now().astimezone(INDIA).isoformat()
    account = next(a for a in desk.accounts() if a.id == transfer["account"])
    transfer["returned"] = at
    balance = balance_of(desk, account) + transfer["paise"]
    desk.put("transfer", f"{account.id} {transfer['id']}", transfer)
    desk.put("balance", account.id, {"paise": balance})
    back = {"bank": transfer["bank"], "paise": transfer["paise"], "at": at, "balance": balance}
    row = back | {"account": account.id, "side": "C", "narration": f"RTN/{transfer['id']}"}
    desk.put("movement", f"{account.id} RTN {transfer['id']}", row)
    return at
