"""Answers that commit with their effect: the Idempotency-Key of a request, and the bytes that are stored and replayed for it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from litestar import MediaType, Request, Response

from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import FieldProblem, Invalid
from los_domain.shared.once import Answer, AnsweredBefore, Once
from los_http.shared.wire import encode

R = TypeVar("R")
V = TypeVar("V")

MAX_KEY: Final = 128


def fingerprint(request: Request[Any, Any, Any], body: bytes) -> bytes:
    """Return the hash of method, concrete path, query and canonical body."""
    try:
        canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode() if body else b""
    except (ValueError, UnicodeDecodeError):
        canonical = body
    head = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    return hashlib.sha256(head + canonical).digest()


def answered(
    request: Request[Any, Any, Any],
    scope: BrandScope,
    call: Callable[[BrandScope], R],
    present: Callable[[R], V],
    *,
    status: int | Callable[[R], int] = 201,
    location: Callable[[R], str] | None = None,
    key_required: bool = False,
) -> Response[V]:
    """
    Run *call* in *scope* and answer its result.

    With an ``Idempotency-Key`` the answer is stored in the transaction of the effect and the same bytes are given again to the same
    key. Raises Invalid if *key_required* and there is none. *status* may depend on the result; an empty *location* is not sent.
    """
    key = request.headers.get("idempotency-key", "")
    if not key and key_required:
        raise Invalid(
            FieldProblem(
                "Idempotency-Key", "this header is missing", "send a fresh random key for each payment or application"
            )
        )
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(FieldProblem("Idempotency-Key", f"should be up to {MAX_KEY} printable characters"))

    def remember(result: R) -> Answer:
        where = location(result) if location else ""
        headers = (("Location", where),) if where else ()
        return Answer(status if isinstance(status, int) else status(result), encode(present(result)), headers)

    if not key:
        return _response(remember(call(scope)))
    body = request.scope.get("state", {}).get("raw_body", b"")
    principal = f"{scope.actor.kind.value}:{scope.actor.id}"
    once = Once(principal, key, fingerprint(request, body), remember)
    said: list[Answer] = []

    def remembering(result: Any) -> Answer:
        said.append(remember(result))
        return said[-1]

    try:
        result = call(_with(scope, Once(once.principal, once.key, once.fingerprint, remembering)))
    except AnsweredBefore as before:
        return _response(before.answer, replayed=True)
    return _response(said[-1] if said else remember(result))


def _with(scope: BrandScope, once: Once) -> BrandScope:
    return BrandScope(scope.brand, scope.actor, scope.request_id, scope.address, once)


def _response(answer: Answer, *, replayed: bool = False) -> Response[Any]:
    headers = dict(answer.headers)
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, status_code=answer.status, media_type=MediaType.JSON, headers=headers)
