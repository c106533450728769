"""
IDFC FIRST Bank as the sandbox plays it, below ``/idfc`` with the bank's own paths.

Money leaves the lender's account once for each ``transactionID``: a second request with one is the bank's duplicate
error and moves nothing. A transfer is ACPT at once and COMPLETED a second of real time later (act ``settle-after``,
``{"seconds"}``); act ``return`` (``{"transactionId"}``) is the beneficiary's bank sending it back. One that a
``pending`` left open stays ACPT until act ``decide`` (``{"transactionId", "outcome": "completed" | "failed"}``). An
account the personas do not hold, or under another IFSC, does not exist. Amounts on the wire are rupees with two
decimals as text, dates DDMMYYYY in India. The statement's row fields are inferred.
"""

import re
import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from los_http.sandbox.shape import Field, needed, optional, text
from los_http.sandbox.vendor import Account, ActRefused, Answer, Desk, Route, Vendor
from los_http.sandbox.vendors.idfc.wire import Refusal, issue_token, read, service

INDIA = timezone(timedelta(hours=5, minutes=30))
AUDIENCE = "https://app.uat-opt.idfcfirstbank.com/platform/oauth/oauth2/token"
OPENING_PAISE = 1_000_000_000_00
SETTLE_SECONDS = 1.0
IMPS_MOST_PAISE = 5_00_000_00
RTGS_LEAST_PAISE = 2_00_000_00
DIGITS = "0123456789"
RAILS = ("IMPS", "NEFT", "RTGS", "IFT")
DAY = r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{4}"
NAME = text(least=1, most=100)
ACCOUNT = text(least=1, most=35, pattern="[A-Za-z0-9]+")

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


def _rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02d}"


def _mine(account: Account, number: str) -> None:
    if number != account.credentials["debitAccount"]:
        raise Refusal("ACC_001", "INVALID DEBIT ACCOUNT NUMBER")


def _transfers(desk: Desk, account: Account) -> list[dict[str, Any]]:
    return [transfer for transfer in desk.every("transfer") if transfer["account"] == account.id]


def _balance(desk: Desk, account: Account) -> int:
    kept = desk.get("balance", account.id)
    return int(kept["paise"]) if kept else OPENING_PAISE


def _reference(desk: Desk, rail: str) -> str:
    """A retrieval reference for IMPS, the bank's own reference otherwise."""
    if rail == "IMPS":
        return desk.token(12, DIGITS)
    return {"NEFT": "IDFBN", "RTGS": "IDFBR5", "IFT": "IDFBI"}[rail] + desk.token(11, DIGITS)


def fund_transfer(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    _mine(account, body["debitAccountNumber"])
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
    left = _balance(desk, account) - paise
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


def _day_of(at: str) -> str:
    """DDMMYYYY of an ISO instant."""
    return at[8:10] + at[5:7] + at[:4]


def transaction_status(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    bank, ours = body["transactionReferenceNumber"], body["paymentReferenceNumber"]
    if not bank and not ours:
        raise Refusal("ENQ_400", "A TRANSACTION OR PAYMENT REFERENCE IS REQUIRED")
    for transfer in _transfers(desk, account):
        if bank not in {"", transfer["bank"]} or ours not in {"", transfer["id"]}:
            continue
        if transfer["rail"] == body["transactionType"] and _day_of(transfer["at"]) == body["transactionDate"]:
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
        "transactionDate": _day_of(transfer["at"]),
        "transactionTime": transfer["at"][11:19],
        "amount": _rupees(transfer["paise"]),
        "beneficiaryAccountNumber": transfer["to"],
        "beneficiaryName": transfer["name"],
        "n10Time": transfer["at"][11:19] if neft and settled else "",
        "suspenseReason": "",
        "inOutTime": transfer["at"][11:19],
        "camt59Time": transfer["returned"][11:19] if neft else "",
    }


def beneficiary_validation(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    _mine(account, body["debtorAccountId"])
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
    _mine(account, body["accountNumber"])
    balance = _rupees(_balance(desk, account))
    return {
        "accountNumber": body["accountNumber"],
        "currency": "INR",
        "availableBalance": balance,
        "ledgerBalance": balance,
    }


def account_statement(desk: Desk, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    _mine(account, body["accountNumber"])
    first, last = (re.sub(r"(..)(..)(....)", r"\3-\2-\1", body[name]) for name in ("fromDate", "toDate"))
    rows = [row for row in desk.every("movement") if row["account"] == account.id]
    rows += [_row(transfer) for transfer in _transfers(desk, account)]
    rows = sorted((row for row in rows if first <= row["at"][:10] <= last), key=lambda row: row["at"])
    start, size = int(body["prompt"] or "0"), int(body["numberOfTransactions"])
    return {
        "accountNumber": body["accountNumber"],
        "transactions": [
            {
                "transactionDate": _day_of(row["at"]),
                "transactionReferenceNumber": row["bank"],
                "narration": row["narration"],
                "amount": _rupees(row["paise"]),
                "debitCreditFlag": row["side"],
                "runningBalance": _rupees(row["balance"]),
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


def settle_after(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Set how many seconds of real time transfers of from now on take from ACPT to COMPLETED."""
    seconds = body.get("seconds")
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or seconds < 0:
        raise ActRefused("seconds is a number from 0")
    desk.put("setting", "settle", {"seconds": seconds})
    return {"seconds": seconds}


def _named(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    transfer = next((t for t in desk.every("transfer") if t["id"] == body.get("transactionId")), None)
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
    balance = _balance(desk, account) + transfer["paise"]
    desk.put("transfer", f"{account.id} {transfer['id']}", transfer)
    desk.put("balance", account.id, {"paise": balance})
    back = {"bank": transfer["bank"], "paise": transfer["paise"], "at": at, "balance": balance}
    row = back | {"account": account.id, "side": "C", "narration": f"RTN/{transfer['id']}"}
    desk.put("movement", f"{account.id} RTN {transfer['id']}", row)
    return at


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return an account with the lender's private key, of which the bank keeps the public half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Account(
        identity,
        "idfc",
        {
            "baseUrl": base_url,
            "tokenUrl": f"{base_url}/authorization/oauth2/token",
            "audience": AUDIENCE,
            "clientId": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
            "kid": token(24),
            "source": "LOS",
            "aesKeyHex": secrets.token_hex(32),
            "debitAccount": "10" + "".join(str(ord(letter) % 10) for letter in token(9)),
            "privateKeyPem": private.decode(),
        },
        kept={"publicKeyPem": public.decode()},
    )


def refusal(call: str) -> Answer:
    """The gateway's definite no: the bank never saw the request."""
    if call == "token":
        return Answer.of({"error": "invalid_client", "error_description": "refused"}, 401)
    return Answer.of({"reason": "Bad Request", "service": "sandbox-gateway", "details": "refused"}, 400)


VENDOR = Vendor(
    name="idfc",
    routes=(
        Route("token", "POST", "/authorization/oauth2/token", issue_token),
        Route(
            "fundTransfer",
            "POST",
            "/paymenttxns/v1/fundTransfer",
            service(
                "initiateAuthGenericFundTransferAPIResp",
                "initiateAuthGenericFundTransferAPIReq",
                TRANSFER,
                "paymenttxn-v1fundTransfer",
                fund_transfer,
            ),
        ),
        Route(
            "paymentTransactionStatus",
            "POST",
            "/paymentenqs/v1/paymentTransactionStatus",
            service(
                "paymentTransactionStatusResp",
                "paymentTransactionStatusReq",
                INQUIRY,
                "paymentenq-paymentTransactionStatus",
                transaction_status,
            ),
        ),
        Route(
            "beneValidation",
            "POST",
            "/paymentenqs/v1/beneValidation",
            service("beneValidationResp", "beneValidationReq", BENEFICIARY, "", beneficiary_validation),
        ),
        Route(
            "prefetchAccount",
            "POST",
            "/acctenq/v2/prefetchAccount",
            service(
                "prefetchAccountResp", "prefetchAccountReq", BALANCE, "cbs-acctenq-accountBalance", prefetch_account
            ),
        ),
        Route(
            "getAccountStatement",
            "POST",
            "/acctenq/v3/getAccountStatement",
            service(
                "getAccountStatementResp",
                "getAccountStatementReq",
                STATEMENT,
                "cbs-acctenq-accountStatement",
                account_statement,
            ),
        ),
    ),
    new_account=new_account,
    refusal=refusal,
    acts={"settle-after": settle_after, "return": return_transfer, "decide": decide},
    open_calls=frozenset({"fundTransfer"}),
    references=("transactionID", "paymentReferenceNumber", "transactionReferenceNumber"),
    read=read,
)
