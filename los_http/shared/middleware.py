"""
Around every request: an id, the raw bytes of a JSON body, security headers, one log line, and metrics.

One ASGI middleware, innermost errors included: what it counts is what the client got. Neither bodies nor query strings are logged.
"""

import re
import time
from typing import Any, Final

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from los_domain.shared.ids import Ids

_LOG = structlog.get_logger("los.http")
_ID: Final = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_KEPT_BODY: Final = 1_048_576

HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_POLICY: Final = b"default-src 'none'; frame-ancestors 'none'"
_PAGES_POLICY: Final = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)


class Metrics:
    """Counters of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "los_http_requests", "Answers by route and status", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "los_http_request_seconds", "Seconds by route", ["method", "route"], registry=self.registry
        )
        self.running = Gauge("los_http_requests_running", "Requests being worked on", registry=self.registry)


class Envelope:
    """The middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics, ids: Ids) -> None:
        self.app = app
        self.metrics = metrics
        self.ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        method = str(scope["method"])
        headers = {k: v for k, v in scope["headers"] if k in (b"x-request-id", b"content-type")}
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _ID.fullmatch(given) else str(self.ids.new())
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        body = bytearray()
        keep = b"json" in headers.get(b"content-type", b"")
        status = 500
        began = time.perf_counter()
        path = scope["path"]
        pages = path.startswith("/docs")

        async def receiving() -> Any:
            message = await receive()
            if keep and message["type"] == "http.request" and len(body) <= _KEPT_BODY:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    state["raw_body"] = bytes(body)
            return message

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                sent = {name.lower() for name, _ in message["headers"]}
                extra = [pair for pair in HEADERS if pair[0] not in sent]
                extra.append((b"content-security-policy", _PAGES_POLICY if pages else _POLICY))
                extra.append((b"x-request-id", request_id.encode()))
                if b"cache-control" not in sent and not pages:
                    extra.append((b"cache-control", b"no-store"))
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        self.metrics.running.inc()
        try:
            await self.app(scope, receiving, sending)
        finally:
            seconds = time.perf_counter() - began
            handler = scope.get("route_handler")
            route = str(
                scope.get("path_template") or (next(iter(getattr(handler, "paths", ()) or ()), None)) or "unrouted"
            )
            self.metrics.running.dec()
            self.metrics.requests.labels(method, route, str(status)).inc()
            self.metrics.seconds.labels(method, route).observe(seconds)
            _LOG.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=request_id,
            )
