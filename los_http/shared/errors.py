"""
Errors on the wire (A-ERR): one table from kind to status, one shape, and nothing of our insides.

Body: ``{statusCode, message, error, timestamp, path}``; ``message`` is an array of ``{field, message, fix}`` for invalid fields, and
a text otherwise.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    SerializationException,
    TooManyRequestsException,
    ValidationException,
)

from los_domain.shared.errors import (
    Conflict,
    FieldProblem,
    Forbidden,
    InFlight,
    Invalid,
    LosError,
    NotFound,
    ProviderRefused,
    ProviderUnavailable,
    Rejected,
    TooMany,
    Unauthenticated,
    where,
)
from los_http.shared.fields import field_problems

_LOG = structlog.get_logger("los.http")

STATUS: tuple[tuple[type[LosError], int], ...] = (
    (Invalid, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (InFlight, 409),
    (Conflict, 409),
    (Rejected, 422),
    (TooMany, 429),
    (ProviderUnavailable, 503),
    (ProviderRefused, 502),
    (LosError, 422),
)
"""Kind to status; the first row that fits decides."""

WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


class FieldMessage(msgspec.Struct):
    """What is wrong with one field, and what would be right."""

    field: str
    message: str
    fix: str = ""


class ErrorBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """Every failure's body."""

    status_code: int
    message: str | list[FieldMessage]
    error: str
    timestamp: str
    path: str
    reasons: list[str] = []


def body_of(path: str, status: int, message: str | list[FieldProblem], *, reasons: tuple[str, ...] = ()) -> ErrorBody:
    """Return the body of a failure."""
    said = message if isinstance(message, str) else [FieldMessage(p.field, p.message, p.fix) for p in message]
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251 - when the answer was written, wall time
    return ErrorBody(status, said, WORDS.get(status, "Error"), at, path, list(reasons))


def _response(
    request: Request[Any, Any, Any],
    status: int,
    message: str | list[FieldProblem],
    *,
    headers: dict[str, str] | None = None,
    reasons: tuple[str, ...] = (),
) -> Response[bytes]:
    return Response(
        msgspec.json.encode(body_of(request.url.path, status, message, reasons=reasons)),
        status_code=status,
        media_type=MediaType.JSON,
        headers=headers or {},
    )


def on_los_error(request: Request[Any, Any, Any], error: LosError) -> Response[bytes]:
    """Answer what the caller can be told."""
    status = next(code for kind, code in STATUS if isinstance(error, kind))
    headers: dict[str, str] = {}
    if isinstance(error, TooMany | ProviderUnavailable):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, InFlight):
        headers["Retry-After"] = "1"
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Invalid) and error.problems:
        return _response(request, status, list(error.problems), headers=headers)
    reasons = error.reasons if isinstance(error, Rejected) else ()
    return _response(request, status, str(error), headers=headers, reasons=reasons)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what the framework refused before a route of ours ran."""
    if isinstance(error, ValidationException | SerializationException):
        return _response(request, 400, field_problems(request, error))
    status = error.status_code
    headers = dict(error.headers or {})
    if isinstance(error, TooManyRequestsException):
        headers.setdefault("Retry-After", "60")
    if isinstance(error, NotAuthorizedException):
        headers.setdefault("WWW-Authenticate", "Bearer")
    if status >= 500:
        return on_fault(request, error)
    said = {404: "no such route or object", 405: "this method is not offered here", 413: "the body is too large"}
    return _response(request, status, said.get(status, WORDS.get(status, "the request was refused")), headers=headers)


def on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a fault of ours: nothing but its request id, by which staff finds it in the log."""
    request_id = str(request.scope.get("state", {}).get("request_id", ""))
    _LOG.error("fault", request_id=request_id, kind=type(error).__name__, where=where(error))
    return _response(request, 500, f"something went wrong on our side; quote request {request_id}")
