"""What every call of the simulated Razorpay shares: keys, refusals, entities and signed notices."""

import hashlib
import hmac
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from typing import Any

from los_http.sandbox.shape import Field, Misfit, mapping, require
from los_http.sandbox.vendor import Account, Answer, Desk, Request

NOTES = mapping(most=15, longest=256)
DIGITS = "0123456789"


class Refusal(Exception):
    """What the vendor answers instead."""

    def __init__(
        self, status: int, description: str, *, field: str | None = None, reason: str = "input_validation_failed"
    ):
        super().__init__(description)
        self.answer = error(status, description, field=field, reason=reason)


def error(status: int, description: str, *, field: str | None = None, reason: str = "NA") -> Answer:
    """Return the vendor's error body."""
    code = "SERVER_ERROR" if status >= 500 else "BAD_REQUEST_ERROR"
    body = {
        "code": code,
        "description": description,
        "source": "business",
        "step": "payment_initiation",
        "reason": reason,
    }
    return Answer.of({"error": {**body, **({"field": field} if field else {}), "metadata": {}}}, status)


def signature(secret: str, message: bytes) -> str:
    """Return the lower-case hex HMAC-SHA256 that signs notices and redirects."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def authenticated(desk: Desk, request: Request) -> Account:
    header = request.headers.get("authorization", "")
    if header.startswith("Basic "):
        try:
            key_id, _, key_secret = b64decode(header[6:], validate=True).decode().partition(":")
        except (NotBase64, UnicodeDecodeError):
            key_id = key_secret = ""
        for account in desk.accounts():
            known = account.credentials
            if known["keyId"] == key_id and hmac.compare_digest(known["keySecret"].encode(), key_secret.encode()):
                return account
    raise Refusal(401, "Authentication failed", reason="authentication_failed")


def body_of(request: Request, shape: Mapping[str, Field]) -> dict[str, Any]:
    try:
        parsed = json.loads(request.body or b"{}")
    except ValueError:
        raise Refusal(400, "The request body is not valid JSON") from None
    try:
        return require(parsed, shape)
    except Misfit as misfit:
        if misfit.kind == "unknown":
            raise Refusal(
                400, f"{misfit.field} is/are not required and should not be sent", field=misfit.field
            ) from None
        raise Refusal(400, f"The {misfit.field or 'body'} {misfit.problem}", field=misfit.field or None) from None


Handle = Callable[[Desk, Request, Account], Any]


def guarded(handle: Handle) -> Callable[[Desk, Request], Answer]:
    """Authenticate before *handle*, and turn what it refuses and returns into answers."""

    def answer(desk: Desk, request: Request) -> Answer:
        try:
            return Answer.of(handle(desk, request, authenticated(desk, request)))
        except Refusal as refusal:
            return refusal.answer

    return answer


def own(desk: Desk, account: Account, kind: str, identity: str) -> dict[str, Any]:
    paper = desk.get(kind, identity)
    if paper is None or paper["account"] != account.id:
        raise Refusal(404, "The id provided does not exist", reason="not_found")
    return paper


def shown(paper: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in paper.items() if name not in {"account", "kept"}}


def now(desk: Desk) -> int:
    return int(desk.now().timestamp())


def page(request: Request, papers: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        count, skip = int(request.query.get("count", "10")), int(request.query.get("skip", "0"))
    except ValueError:
        raise Refusal(400, "The count must be an integer", field="count") from None
    if not 1 <= count <= 100 or skip < 0:
        raise Refusal(400, "The count must be between 1 and 100", field="count")
    items = [shown(paper) for paper in reversed(papers)][skip : skip + count]
    return {"entity": "collection", "count": len(items), "items": items}


def notify(desk: Desk, account: Account, event: str, after: float = 0, **entities: Mapping[str, Any]) -> None:
    envelope = {
        "entity": "event",
        "account_id": account.credentials["accountId"],
        "event": event,
        "contains": list(entities),
        "payload": {name: {"entity": entity} for name, entity in entities.items()},
        "created_at": now(desk),
    }
    body = json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()
    identity = desk.token(14)
    headers = {
        "content-type": "application/json",
        "x-razorpay-signature": signature(account.credentials["webhookSecret"], body),
        "x-razorpay-event-id": identity,
    }
    desk.post(account.webhook_url, body, headers, event=identity, call=event, after=after)


def account_of(desk: Desk, paper: Mapping[str, Any]) -> Account:
    return next(account for account in desk.accounts() if account.id == paper["account"])
