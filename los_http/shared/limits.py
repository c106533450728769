"""
How often one address may knock. What a phone, an account or a session may do is the business of the use cases; these limits are against
one machine that tries many of them.

Refusals before a route (401, 404, 405) cost an address as much as answers, by the limit over everything; bad tokens, log-ins and codes have
narrower ones that all processes share. Mobile networks put thousands behind one address, so none is tight.
"""

from typing import Final

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from los_adapters.bootstrap import Application
from los_domain.shared.errors import TooMany
from los_domain.shared.limits import Limit
from los_http.shared.errors import body_of

CODES: Final = Limit("codes", 120, 600, "too many codes were asked for from this address: wait")
LOG_INS: Final = Limit("log-ins", 120, 600, "too many log-ins from this address: wait")
BAD_TOKENS: Final = Limit("bad-tokens", 120, 600, "too many bad tokens from this address: log in again later")
_NOT_COUNTED: Final = ("/health", "/metrics")


class Throttle:
    """The middleware: the limit over everything, counted in this process. Stands within the envelope, so that its refusals have it too."""

    def __init__(self, app: ASGIApp, application: Application) -> None:
        self.app = app
        self.limits = application.core.limits_here
        times = application.core.settings.requests_per_minute
        self.limit = Limit("everything", times, 60) if times else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and self.limit is not None and not scope["path"].startswith(_NOT_COUNTED):
            client = scope.get("client")
            try:
                self.limits.spend(self.limit, client[0] if client else "")
            except TooMany as refusal:
                await send(
                    {
                        "type": "http.response.start",
                        "status": 429,
                        "headers": [
                            (b"content-type", b"application/json"),
                            (b"retry-after", str(refusal.retry_after_seconds).encode()),
                        ],
                    }
                )
                body = msgspec.json.encode(body_of(scope["path"], 429, str(refusal)))
                await send({"type": "http.response.body", "body": body, "more_body": False})
                return
        await self.app(scope, receive, send)
