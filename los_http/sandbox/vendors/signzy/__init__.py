"""
Signzy's contract e-sign as the sandbox plays it, below ``/signzy/api/v3/contract``.

The signer acts: ``sign`` (``{"contractId" | "signerId", "outcome": "signed" | "rejected" | "failed", "aadhaarName"?}``)
appends a mark to the PDF, so that the signed file holds every byte of the sent one and has another digest, and posts
the contract to its callback with the header that was supplied. A failed attempt may be repeated; a rejection completes
the contract with nobody signed. A contract dies seven days of the sandbox's clock after it was made, whatever life was
asked for; file addresses die after two.
"""

import hashlib
import json
import uuid
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

import httpx

from los_http.sandbox.page import acting_page
from los_http.sandbox.pdf import NotAPdf, countersigned, text_document
from los_http.sandbox.vendor import Account, ActRefused, Answer, Desk, Request, Route, Vendor
from los_http.sandbox.vendors.signzy.wire import CONTRACT, Refusal, body_of, error, guarded, initiate_of

CONTRACT_LIFE = timedelta(days=7)
FILE_LIFE = timedelta(days=2)
DEFAULT_TTL_MS = 14 * 24 * 3600 * 1000
FETCH_SECONDS = 10.0
HEX = "0123456789abcdef"
OPEN = ("PENDING", "FAILED")


def _uuid(desk: Desk) -> str:
    return str(uuid.UUID(hex=desk.token(32, HEX)))


def _sha256(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def _document(value: str) -> bytes:
    """The PDF that was sent, or is to be fetched."""
    if value.startswith(("http://", "https://")):
        try:
            fetched = httpx.get(value, timeout=FETCH_SECONDS, follow_redirects=True)
        except httpx.HTTPError:
            raise Refusal(400, '"pdf" cannot be downloaded', "VALIDATION_ERROR") from None
        if fetched.status_code != 200:
            raise Refusal(400, '"pdf" cannot be downloaded', "VALIDATION_ERROR")
        return fetched.content
    try:
        return b64decode(value, validate=True)
    except NotBase64:
        raise Refusal(400, '"pdf" must be a URL or base64', "VALIDATION_ERROR") from None


def _keep(desk: Desk, key: str, document: bytes) -> None:
    desk.put("document", key, {"base64": b64encode(document).decode()})


def _kept(desk: Desk, key: str) -> bytes:
    paper = desk.get("document", key)
    return b64decode(paper["base64"]) if paper else b""


def _address(desk: Desk, contract: Mapping[str, Any], key: str) -> str:
    """A new address of a document, good for two days."""
    name = desk.token(40)
    desk.put("address", name, {"document": key, "until": (desk.now() + FILE_LIFE).isoformat()})
    return f"{contract['base']}/files/{name}.pdf"


def initiate(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    body = initiate_of(request)
    document = _document(body["pdf"])
    try:
        countersigned(document, "")
    except NotAPdf as broken:
        raise Refusal(400, f'"pdf": {broken}', "VALIDATION_ERROR") from None
    identity = _uuid(desk)
    signers = [
        {
            "signerId": _uuid(desk),
            "signerName": signer["signerName"],
            "signatureType": signer["signatureType"],
            "uidLastFourDigits": signer.get("uidLastFourDigits", ""),
            "signerGender": signer.get("signerGender", ""),
            "signerYearOfBirth": signer.get("signerYearOfBirth", ""),
            "status": "PENDING",
            "errorMessage": "",
            "nameMatchResult": "",
            "attempts": [],
            "hash": "",
        }
        for signer in body["signerdetail"]
    ]
    contract = {
        "account": account.id,
        "base": request.base_url,
        "id": identity,
        "name": body.get("contractName", ""),
        "ttl": body.get("contractTtl", DEFAULT_TTL_MS),
        "threshold": body.get("nameMatchThreshold", ""),
        "success": body["successRedirectUrl"],
        "failure": body["failureRedirectUrl"],
        "callback": body["callbackUrl"],
        "callback_header": body.get("callbackUrlAuthorizationHeader", ""),
        "signer_callback": body.get("signerCallbackUrl", ""),
        "signer_callback_header": body.get("signerCallbackAuthorizationHeader", ""),
        "expires": (desk.now() + CONTRACT_LIFE).isoformat(),
        "cancelled": False,
        "completed": "",
        "initial_hash": _sha256(document),
        "final_hash": "",
        "audit_hash": "",
        "signers": signers,
    }
    _keep(desk, f"{identity} initial", document)
    _keep(desk, f"{identity} current", document)
    desk.put("contract", identity, contract)
    for signer in signers:
        desk.put("signer", str(signer["signerId"]), {"contract": identity})
    _record(desk, contract, "initiated")
    return {
        "contractId": identity,
        "customerId": account.credentials["customerId"],
        "pdf": _address(desk, contract, f"{identity} initial"),
        "initialContractHash": contract["initial_hash"],
        "contractTtl": contract["ttl"],
        "signerdetail": [
            {
                "signerId": signer["signerId"],
                "signerName": signer["signerName"],
                "signatureType": signer["signatureType"],
                "esignUrl": f"{request.base_url}/esign/{signer['signerId']}",
            }
            for signer in signers
        ],
        "callbackUrl": contract["callback"],
        "fileTtl": "2 days",
    }


def _record(desk: Desk, contract: Mapping[str, Any], event: str, signer: str = "") -> None:
    entry = {"vendor": "signzy", "contractId": contract["id"], "event": event, "signerId": signer}
    desk.record("contracts", entry | {"at": desk.now().isoformat()})


def _own(desk: Desk, account: Account, identity: str) -> dict[str, Any]:
    contract = desk.get("contract", identity)
    if contract is None or contract["account"] != account.id or _expired(desk, contract):
        raise Refusal(404, "Contract not found or expired", "NOT_FOUND")
    return contract


def _expired(desk: Desk, contract: Mapping[str, Any]) -> bool:
    return not contract["completed"] and desk.now() >= datetime.fromisoformat(contract["expires"])


def _signer_data(desk: Desk, contract: Mapping[str, Any], signer: Mapping[str, Any]) -> dict[str, Any]:
    signed = signer["status"] == "SIGNED"
    key = f"{contract['id']} {signer['signerId']}"
    return {
        "signerId": signer["signerId"],
        "signerName": signer["signerName"],
        "status": signer["status"],
        "errorMessage": signer["errorMessage"],
        "aadhaarStatus": "1" if signed else "0",
        "aadhaarErrorMessage": signer["errorMessage"],
        "nameMatchResult": signer["nameMatchResult"],
        "noOfSuccessfulAttempts": 1 if signed else 0,
        "signerSignedContract": _address(desk, contract, key) if signed else "",
        "signerSignedContractHash": signer["hash"],
        "signerIP": "203.0.113.7" if signer["attempts"] else "",
        "esignAttempts": signer["attempts"],
    }


def _contract_status(contract: Mapping[str, Any]) -> str:
    if contract["cancelled"]:
        return "CANCELLED"
    if contract["completed"]:
        return "COMPLETED"
    return "PENDING"


def _contract_data(desk: Desk, contract: Mapping[str, Any]) -> dict[str, Any]:
    identity, signers = contract["id"], contract["signers"]
    final, audit = contract["final_hash"], contract["audit_hash"]
    return {
        "contractId": identity,
        "contractName": contract["name"],
        "contractStatus": _contract_status(contract),
        "initialSignerCount": len(signers),
        "signedSignerCount": sum(1 for signer in signers if signer["status"] == "SIGNED"),
        "deletedSignerCount": 0,
        "cancelledSignerCount": len(signers) if contract["cancelled"] else 0,
        "isCompleted": bool(contract["completed"]),
        "contractCompletionTime": contract["completed"],
        "contractExpiresOn": contract["expires"],
        "initialContract": _address(desk, contract, f"{identity} initial"),
        "initialContractHash": contract["initial_hash"],
        "finalSignedContract": _address(desk, contract, f"{identity} current") if final else "",
        "finalSignedContractHash": final,
        "auditCertificateUrl": _address(desk, contract, f"{identity} audit") if audit else "",
        "auditCertificateHash": audit,
        "signerdetail": [_signer_data(desk, contract, signer) for signer in signers],
    }


def pull_data(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    return _contract_data(desk, _own(desk, account, body_of(request, CONTRACT)["contractId"]))


def cancel(desk: Desk, request: Request, account: Account) -> dict[str, Any]:
    contract = _own(desk, account, body_of(request, CONTRACT)["contractId"])
    if contract["completed"]:
        raise Refusal(400, "Contract is completed already", "VALIDATION_ERROR")
    if not contract["cancelled"]:
        contract["cancelled"] = True
        desk.put("contract", contract["id"], contract)
        _record(desk, contract, "cancelled")
    return {"contractId": contract["id"], "contractStatus": "CANCELLED"}


def serve_file(desk: Desk, request: Request) -> Answer:
    address = desk.get("address", request.parts["name"].removesuffix(".pdf"))
    if address is None:
        return error(404, "File not found", "NOT_FOUND")
    if desk.now() >= datetime.fromisoformat(address["until"]):
        return error(403, "The link has expired", "EXPIRED")
    return Answer(200, _kept(desk, address["document"]), "application/pdf")


def _by_signer(desk: Desk, signer_id: str) -> dict[str, Any] | None:
    known = desk.get("signer", signer_id)
    return desk.get("contract", known["contract"]) if known else None


def sign_page(desk: Desk, request: Request) -> Answer:
    """What the signer sees at her ``esignUrl``."""
    signer_id = request.parts["signerId"]
    contract = _by_signer(desk, signer_id)
    if contract is None:
        return error(404, "Signer not found", "NOT_FOUND")
    lines = [f"Document: {contract['name'] or 'contract'}", f"State: {_contract_status(contract)}"]
    choices = {
        label: ({"signerId": signer_id, "outcome": outcome}, contract[then])
        for label, outcome, then in (
            ("Sign with Aadhaar OTP", "signed", "success"),
            ("Reject", "rejected", "failure"),
            ("Give a wrong OTP", "failed", "failure"),
        )
    }
    return acting_page("Sign", lines, "signzy/sign", choices)


# What the signer does -------------------------------------------------------------------------------------------------


def sign(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The next signer of a contract, or the one named, signs, rejects, or fails to prove himself."""
    outcome = body.get("outcome", "signed")
    if outcome not in {"signed", "rejected", "failed"}:
        raise ActRefused("outcome is one of signed, rejected, failed")
    signer_id = body.get("signerId", "")
    contract = _by_signer(desk, signer_id) if signer_id else desk.get("contract", str(body.get("contractId")))
    if contract is None:
        raise ActRefused("no such contract or signer")
    if contract["cancelled"] or contract["completed"] or _expired(desk, contract):
        raise ActRefused(f"the contract is {_contract_status(contract) if not _expired(desk, contract) else 'expired'}")
    waiting = [s for s in contract["signers"] if s["status"] in OPEN and signer_id in {"", s["signerId"]}]
    if not waiting:
        raise ActRefused("the signer signed before")
    _attempt(desk, contract, waiting[0], outcome, str(body.get("aadhaarName", waiting[0]["signerName"])))
    desk.put("contract", contract["id"], contract)
    _record(desk, contract, waiting[0]["status"].lower(), waiting[0]["signerId"])
    _call_back(desk, contract, waiting[0])
    return {"contractId": contract["id"], "signerId": waiting[0]["signerId"], "status": waiting[0]["status"]}


def _attempt(desk: Desk, contract: dict[str, Any], signer: dict[str, Any], outcome: str, aadhaar_name: str) -> None:
    """Let *signer* try, and change both papers in place."""
    if outcome == "rejected":
        signer |= {"status": "REJECTED", "errorMessage": "Signer rejected the contract"}
        contract["completed"] = desk.now().isoformat()
        return
    likeness = SequenceMatcher(None, signer["signerName"].casefold(), aadhaar_name.casefold()).ratio()
    matches = not contract["threshold"] or likeness >= float(contract["threshold"])
    signer["nameMatchResult"] = f"{likeness:.2f}"
    proven = {
        "name": aadhaar_name,
        "yob": signer["signerYearOfBirth"],
        "gender": signer["signerGender"],
        "state": "",
        "pincode": "",
        "uidLastFourDigits": signer["uidLastFourDigits"],
        "aadhaarType": "AADHAAR",
    }
    if outcome == "failed" or not matches:
        why = "Name on Aadhaar does not match" if outcome == "signed" else "Aadhaar OTP verification failed"
        signer |= {"status": "FAILED", "errorMessage": why}
        signer["attempts"].append({"aadhaarStatus": "0", "signerDscData": proven if not matches else {}})
        return
    signer["attempts"].append({"aadhaarStatus": "1", "signerDscData": proven})
    mark = f"Signed by {aadhaar_name} through Aadhaar on {desk.now().isoformat()} ({signer['signerId']})"
    document = countersigned(_kept(desk, f"{contract['id']} current"), mark)
    _keep(desk, f"{contract['id']} current", document)
    _keep(desk, f"{contract['id']} {signer['signerId']}", document)
    signer |= {"status": "SIGNED", "errorMessage": "", "hash": _sha256(document)}
    if all(other["status"] == "SIGNED" for other in contract["signers"]):
        _complete(desk, contract, document)


def _complete(desk: Desk, contract: dict[str, Any], document: bytes) -> None:
    contract |= {"completed": desk.now().isoformat(), "final_hash": _sha256(document)}
    lines = [f"Audit certificate of contract {contract['id']}", f"SHA-256 {contract['final_hash']}"]
    lines += [f"Signed by {signer['signerName']} ({signer['signerId']})" for signer in contract["signers"]]
    audit = text_document(lines, title="Audit certificate", keywords="")
    _keep(desk, f"{contract['id']} audit", audit)
    contract["audit_hash"] = _sha256(audit)


def _call_back(desk: Desk, contract: Mapping[str, Any], signer: Mapping[str, Any]) -> None:
    whole = _contract_data(desk, contract)
    one = {"contractId": contract["id"], "signerdetail": [_signer_data(desk, contract, signer)]}
    for call, url, header, said in (
        ("contract", contract["callback"], contract["callback_header"], whole),
        ("signer", contract["signer_callback"], contract["signer_callback_header"], one),
    ):
        headers = {"content-type": "application/json"} | ({"authorization": header} if header else {})
        raw = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
        desk.post(url, raw, headers, event=desk.token(20), call=call)


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return an access token; callbacks carry the header that each contract supplies."""
    credentials = {"baseUrl": base_url, "accessToken": token(32), "customerId": token(24)}
    return Account(identity, "signzy", credentials)


VENDOR = Vendor(
    name="signzy",
    routes=(
        Route("initiate", "POST", "/api/v3/contract/initiate", guarded(initiate)),
        Route("pullData", "POST", "/api/v3/contract/pullData", guarded(pull_data)),
        Route("cancel", "POST", "/api/v3/contract/cancel", guarded(cancel)),
        Route("file", "GET", "/files/{name}", serve_file),
        Route("esign", "GET", "/esign/{signerId}", sign_page),
    ),
    new_account=new_account,
    refusal=lambda call: error(400, "The request was refused", "VALIDATION_ERROR"),
    acts={"sign": sign},
    forge=lambda body, headers: {**headers, "authorization": "guessed"},
    references=("contractId", "contractName"),
)
