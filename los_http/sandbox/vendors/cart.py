"""
CART, the bank statement analyser, as the sandbox plays it, below ``/cart``.

A PDF is taken or rejected at once; a taken one is Submitted, then In Progress, and Processed after two seconds of real
time (act ``process-after``, ``{"seconds"}``), Downloaded once it was. The analysis is of the period the PDF is of. Only
statements that the sandbox's bank wrote are understood. A callback asked for in the metadata is signed in the way our
own inbound convention says, since the vendor's is unknown.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from los_http.sandbox.pdf import NotAPdf, WrongPassword
from los_http.sandbox.shape import Field, Misfit, needed, optional, require, text
from los_http.sandbox.statement_data import analysis
from los_http.sandbox.statement_file import Altered, NotAStatement, Period, read_statement, rows_of
from los_http.sandbox.vendor import Account, ActRefused, Answer, Desk, Request, Route, Vendor

PROCESS_SECONDS = 2.0
NEVER = 1e12
MOST_BYTES = 20 * 1024 * 1024
HEX = "0123456789abcdef"
DAY = r"(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-\d{4}"

METADATA: Mapping[str, Field] = {
    "password": needed(text(most=100)),
    "bank": needed(text(least=1, most=60)),
    "referenceId": optional(text(most=45)),
    "callbackUrl": optional(text(most=2048, pattern=r"https?://.+")),
    "fromDate": optional(text(pattern=DAY)),
    "toDate": optional(text(pattern=DAY)),
    "accountType": optional(text(most=30)),
}


class Refusal(Exception):
    """What the gateway answers instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = Answer.of({"status": "Error", "message": message}, status)


class Rejected(Exception):
    """Why a file is not taken, in the words of the answer."""


Handle = Callable[[Desk, Request, Account], Answer]


def _guarded(handle: Handle) -> Callable[[Desk, Request], Answer]:
    def answer(desk: Desk, request: Request) -> Answer:
        given = request.headers.get("auth-token", "")
        for account in desk.accounts():
            if hmac.compare_digest(account.credentials["authToken"].encode(), given.encode()):
                try:
                    return handle(desk, request, account)
                except Refusal as refusal:
                    return refusal.answer
        return Refusal(401, "Invalid auth-Token").answer

    return answer


def parts_of(body: bytes, content_type: str) -> dict[str, tuple[str, bytes]]:
    """Return the parts of a multipart form by name, each with its own media type. Raises ValueError."""
    boundary = re.fullmatch(r"""multipart/form-data;.*boundary="?([^";]+)"?.*""", content_type, re.IGNORECASE)
    if boundary is None:
        raise ValueError("not a multipart form")
    mark = b"--" + boundary[1].encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise ValueError("the form has no end")
    parts: dict[str, tuple[str, bytes]] = {}
    for piece in pieces[1:-1]:
        head, gap, content = piece.partition(b"\r\n\r\n")
        name = re.search(rb'\bname="([^"]*)"', head)
        media = re.search(rb"content-type:\s*([^\r\n;]+)", head, re.IGNORECASE)
        if not gap or name is None or name[1].decode() in parts:
            raise ValueError("a part has no name, or one twice")
        parts[name[1].decode()] = (media[1].decode().strip() if media else "text/plain", content)
    return parts


def _metadata(raw: bytes) -> dict[str, Any]:
    try:
        return require(json.loads(raw), METADATA)
    except Misfit as misfit:
        raise Refusal(400, f"metadata: {misfit}") from None
    except ValueError:
        raise Refusal(400, "metadata is not JSON") from None


def _day(text_: str) -> date:
    day, month, year = text_.split("-")
    return date(int(year), int(month), int(day))


def _recognised(desk: Desk, document: bytes, metadata: Mapping[str, Any]) -> Period:
    try:
        period = read_statement(document, metadata["password"])
    except NotAPdf:
        raise Rejected("File format is not supported, upload a PDF") from None
    except WrongPassword:
        raise Rejected("Incorrect password for the PDF") from None
    except NotAStatement:
        raise Rejected("Bank statement format is not supported") from None
    except Altered:
        raise Rejected("Document is tampered") from None
    person = desk.person(pan=period.pan)
    if person is None:
        raise Rejected("Bank statement format is not supported")
    first = rows_of(person, until=period.until, months=period.months)[0].on.replace(day=1)
    asked_first, asked_last = metadata.get("fromDate"), metadata.get("toDate")
    if (asked_first and _day(asked_first) < first) or (asked_last and _day(asked_last) > period.until):
        raise Rejected("Statement does not cover the date range asked for")
    return period


def upload(desk: Desk, request: Request, account: Account) -> Answer:
    if len(request.body) > MOST_BYTES:
        raise Refusal(413, "File is too large")
    try:
        parts = parts_of(request.body, request.headers.get("content-type", ""))
    except ValueError:
        raise Refusal(415, "multipart/form-data is expected") from None
    for name in ("file", "metadata"):
        if name not in parts:
            raise Refusal(400, f"{name} is required")
    if extra := parts.keys() - {"file", "metadata"}:
        raise Refusal(400, f"{min(extra)} is not expected")
    metadata = _metadata(parts["metadata"][1])
    reference = metadata.get("referenceId", "")
    entry = {"vendor": "cart", "reference": reference, "at": desk.now().isoformat()}
    try:
        period = _recognised(desk, parts["file"][1], metadata)
    except Rejected as rejected:
        desk.record("statements", entry | {"docId": "", "status": "Rejected", "message": str(rejected)})
        return Answer.of({"status": "Rejected", "docId": "", "message": str(rejected)})
    raw = desk.token(32, HEX)
    identity = "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))
    seconds, left_open = _process_seconds(desk), desk.leaves_open()
    paper = {
        "account": account.id,
        "pan": period.pan,
        "until": period.until.isoformat(),
        "months": period.months,
        "submitted": desk.wall().timestamp(),
        "ready": NEVER if left_open else desk.wall().timestamp() + seconds,
        "fetched": False,
    }
    desk.put("document", identity, paper)
    desk.record("statements", entry | {"docId": identity, "status": "Submitted", "message": ""})
    if (url := metadata.get("callbackUrl")) and not left_open:
        _call_back(desk, account, url, {"docId": identity, "status": "Processed", "referenceId": reference}, seconds)
    return Answer.of({"status": "Submitted", "docId": identity, "message": "File submitted successfully"})


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return our inbound convention's signature of *body* at *timestamp*."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _call_back(desk: Desk, account: Account, url: str, notice: Mapping[str, str], seconds: float) -> None:
    body = json.dumps(notice, separators=(",", ":")).encode()
    timestamp = str(int(desk.wall().timestamp()))
    headers = {
        "content-type": "application/json",
        "x-los-timestamp": timestamp,
        "x-los-signature": signature(account.credentials["webhookSecret"], timestamp, body),
    }
    desk.post(url, body, headers, event=notice["docId"], call="statement.processed", after=seconds)


def _process_seconds(desk: Desk) -> float:
    kept = desk.get("setting", "process")
    return float(kept["seconds"]) if kept else PROCESS_SECONDS


def _document(desk: Desk, account: Account, identity: str) -> dict[str, Any]:
    paper = desk.get("document", identity)
    if paper is None or paper["account"] != account.id:
        raise Refusal(404, "docId is not found")
    return paper


def _status(desk: Desk, paper: Mapping[str, Any]) -> str:
    at = desk.wall().timestamp()
    if at >= paper["ready"]:
        return "Downloaded" if paper["fetched"] else "Processed"
    return "In Progress" if at >= (paper["submitted"] + paper["ready"]) / 2 else "Submitted"


def download(desk: Desk, request: Request, account: Account) -> Answer:
    if not request.headers.get("content-type", "").startswith("text/plain"):
        raise Refusal(415, "text/plain is expected")
    identity = request.body.decode("latin-1")
    paper = _document(desk, account, identity)
    status = _status(desk, paper)
    answer: dict[str, Any] = {"docId": identity, "status": status, "message": None}
    if status in {"Processed", "Downloaded"}:
        person = desk.person(pan=paper["pan"])
        if person is None:
            raise Refusal(500, "the account holder cannot be found any more")
        until = date.fromisoformat(paper["until"])
        answer["data"] = [analysis(person, rows_of(person, until=until, months=paper["months"]), until=until)]
        desk.put("document", identity, paper | {"fetched": True})
    return Answer.of(answer)


def status(desk: Desk, request: Request, account: Account) -> Answer:
    identity = request.parts["docId"]
    return Answer.of({"docId": identity, "status": _status(desk, _document(desk, account, identity)), "message": None})


def read(desk: Desk, request: Request) -> Mapping[str, Any]:
    """Return the metadata of an upload but its password, and the id of a download, for faults armed for one of them."""
    try:
        metadata = json.loads(parts_of(request.body, request.headers.get("content-type", ""))["metadata"][1])
    except (ValueError, KeyError):
        return {"docId": request.body.decode("latin-1")} if len(request.body) <= 40 else {}
    return {name: value for name, value in metadata.items() if name != "password"} if isinstance(metadata, dict) else {}


def process_after(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Set how many seconds of real time statements of from now on take to be analysed."""
    seconds = body.get("seconds")
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or seconds < 0:
        raise ActRefused("seconds is a number from 0")
    desk.put("setting", "process", {"seconds": seconds})
    return {"seconds": seconds}


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return a client's token; *webhookSecret* signs the callbacks that uploads ask for."""
    credentials = {"baseUrl": base_url, "authToken": token(40), "webhookSecret": token(24)}
    return Account(identity, "cart", credentials)


def forge(body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """Sign as somebody who guesses the secret."""
    return {**headers, "x-los-signature": signature("guessed", headers["x-los-timestamp"], body)}


VENDOR = Vendor(
    name="cart",
    routes=(
        Route("upload", "POST", "/api/upload", _guarded(upload)),
        Route("downloadFile", "POST", "/api/downloadFile", _guarded(download)),
        Route("status", "GET", "/api/status/{docId}", _guarded(status)),
    ),
    new_account=new_account,
    refusal=lambda call: (
        Answer.of({"status": "Rejected", "docId": "", "message": "Bank statement format is not supported"})
        if call == "upload"
        else Refusal(400, "the request was refused").answer
    ),
    acts={"process-after": process_after},
    forge=forge,
    open_calls=frozenset({"upload"}),
    references=("referenceId", "docId"),
    read=read,
)
