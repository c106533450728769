"""
Every call of the API leaves a row in the audit trail: who, what, which brand, from where, when, and what came of it.

Most rows are written in the background, within a second. A route that shows what is sensitive declares ``sensitive=True``: its row
stands written before the first byte of the answer leaves. What a call changed is a row of its own, by the use case, in its transaction.
"""

import asyncio
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from los_adapters.bootstrap import Application
from los_domain.audit.ports import Access as Call
from los_domain.shared.ids import BrandId
from los_http.shared.access import Access, Principal

_BRAND: Final = "brandId"
_OF_MACHINES: Final = ("/health", "/metrics", "/docs")


class AccessTrail:
    """The middleware. Stands around the framework, so that refusals of its guards and of its own are seen as the client sees them."""

    def __init__(self, app: ASGIApp, application: Application) -> None:
        self.app = app
        self.accesses = application.audit.accesses
        self.wall = application.core.wall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        status = 500
        written = False

        async def sending(message: Message) -> None:
            nonlocal status, written
            if message["type"] == "http.response.start":
                status = message["status"]
                access = _access_of(scope)
                if access is not None and access.is_sensitive and status < 400:
                    loop = asyncio.get_running_loop()
                    await loop.run_in_executor(None, partial(self.accesses.add_now, self._call(scope, status)))
                    written = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            # What no route takes is counted by the metrics alone.
            asked = _access_of(scope) is not None and not scope["path"].startswith(_OF_MACHINES)
            if asked and not written:
                self.accesses.add(self._call(scope, status))

    def _call(self, scope: Scope, status: int) -> Call:
        state: dict[str, Any] = scope.get("state", {})
        principal: Principal | None = state.get("principal")
        path = {name: value for name, value in scope.get("path_params", {}).items() if _uuid(value) is not None}
        brand = principal.brand if principal and principal.brand else _uuid(path.get(_BRAND))
        kind, value = next(((name, path[name]) for name in reversed(path) if name != _BRAND), ("", None))
        client = scope.get("client")
        return Call(
            at=self.wall.now(),
            actor=principal.actor if principal else None,
            brand=None if brand is None else BrandId(brand),
            action=f"{scope.get('method', '')} {scope.get('path_template') or ''}",
            object_kind=kind.removesuffix("Id"),
            object_id=_uuid(value),
            request_id=str(state.get("request_id", "")),
            address=client[0] if client else "",
            outcome=str(status),
        )


def _access_of(scope: Scope) -> Access | None:
    handler = scope.get("route_handler")
    access: Access | None = getattr(handler, "opt", {}).get("access")
    return access


def _uuid(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        return None
