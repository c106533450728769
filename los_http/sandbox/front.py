"""
The sandbox's door: what comes in below a vendor's name goes to that vendor, with the armed faults around it, and what
comes in below ``/_sandbox`` to the desk of whoever runs the sandbox.

A pure ASGI application, because two faults are none of HTTP: closing the connection without a word, and never
answering. Handlers run in a thread, one at a time.
"""

import asyncio
import hashlib
import json
import re
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import attrs
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from los_http.sandbox.desk import VendorDesk
from los_http.sandbox.faults import AROUND_CALLS, Fault, flat
from los_http.sandbox.ledger import Ledger
from los_http.sandbox.vendor import Answer, Request, Route, Vendor

LARGEST_BODY = 64 * 1024 * 1024
LONGEST_KEPT = 64 * 1024
SILENCE_SECONDS = 600.0
UNREADABLE = b"<html><head><title>Service</title></head><body><h1>We'll be right back\xff\xfe</h1></body></html>"


@attrs.frozen
class _Way:
    route: Route
    pattern: re.Pattern[str]


def _ways(vendor: Vendor) -> tuple[_Way, ...]:
    def pattern(path: str) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", path)
        return re.compile(
            "".join(f"(?P<{part}>[^/]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        )

    return tuple(_Way(route, pattern(route.path)) for route in vendor.routes)


def request_fields(request: Request) -> dict[str, str]:
    """Return what *request* says in its path, query and body (JSON or form), by name; deeper names are joined by dots."""
    fields = {**request.parts, **request.query}
    try:
        said = json.loads(request.body)
        fields.update(flat(said))
    except ValueError:
        with suppress(UnicodeDecodeError):
            fields.update(parse_qsl(request.body.decode(), keep_blank_values=True))
    return fields


def _kept(body: bytes) -> Any:
    if len(body) <= LONGEST_KEPT:
        with suppress(UnicodeDecodeError):
            return body.decode()
    return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


class Front:
    """The ASGI application. *behind* serves ``/_sandbox`` and the start and stop of the whole."""

    def __init__(self, vendors: Mapping[str, Vendor], ledger: Ledger, behind: ASGIApp) -> None:
        self._vendors = vendors
        self._ways = {name: _ways(vendor) for name, vendor in vendors.items()}
        self._ledger = ledger
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != ScopeType.HTTP or path == "/_sandbox" or path.startswith("/_sandbox/"):
            await self._behind(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            await _say(send, Answer.of({"error": "the body is too large for the sandbox"}, 413))
            return
        name, _, rest = path.removeprefix("/").partition("/")
        request = _request(scope, name, "/" + rest, body)
        vendor = self._vendors.get(name)
        found = self._find(name, request) if vendor else None
        if vendor is None or found is None:
            await _say(send, await asyncio.to_thread(self._nowhere, name, request))
            return
        route, request = found
        await self._call(vendor, route, request, receive, send)

    def _find(self, name: str, request: Request) -> tuple[Route, Request] | None:
        for way in self._ways[name]:
            match = way.pattern.fullmatch(request.path)
            if match and way.route.method == request.method:
                return way.route, attrs.evolve(request, parts=match.groupdict())
        return None

    def _nowhere(self, name: str, request: Request) -> Answer:
        known = [way for way in self._ways.get(name, ()) if way.pattern.fullmatch(request.path)]
        status, said = (405, "method not allowed") if known else (404, "not found")
        entry = {"call": "", "method": request.method, "path": request.path, "status": status, "outcome": said}
        self._ledger.write_down("calls", name, entry)
        return Answer.of({"error": said}, status)

    async def _call(self, vendor: Vendor, route: Route, request: Request, receive: Receive, send: Send) -> None:
        fields = await asyncio.to_thread(self._read, vendor, request)
        fault = await asyncio.to_thread(self._ledger.take_fault, vendor.name, route.call, fields, tuple(AROUND_CALLS))
        kind = fault.kind if fault else ""
        if fault and kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and kind not in ("slow", "success_then_timeout"):
            answer = _instead(vendor, route.call, fault)
            await asyncio.to_thread(self._note, vendor, route, request, fields, answer, kind)
            if answer is None:
                await _hang_up(receive, send)
                return
        else:
            answer = await asyncio.to_thread(self._serve, vendor, route, request, fields, kind)
        if kind == "success_then_timeout":
            await _until_gone(receive)
            return
        await _say(send, answer)

    def _read(self, vendor: Vendor, request: Request) -> dict[str, str]:
        if vendor.read is None:
            return request_fields(request)
        with self._ledger.work():
            return {**request_fields(request), **flat(vendor.read(VendorDesk(vendor, self._ledger), request))}

    def _serve(self, vendor: Vendor, route: Route, request: Request, fields: Mapping[str, str], fault: str) -> Answer:
        try:
            with self._ledger.work():
                answer = route.handle(VendorDesk(vendor, self._ledger, route.call, fields), request)
                self._note(vendor, route, request, fields, answer, fault)
                return answer
        except Exception:  # the sandbox has a mistake: say so where its runner looks, and stay up
            traceback.print_exc()
            answer = Answer.of({"error": "the sandbox failed"}, 500)
            self._note(vendor, route, request, fields, answer, "sandbox failed")
            return answer

    def _note(
        self,
        vendor: Vendor,
        route: Route,
        request: Request,
        fields: Mapping[str, str],
        answer: Answer | None,
        fault: str,
    ) -> None:
        entry = {
            "call": route.call,
            "method": request.method,
            "path": request.path,
            "reference": next((fields[name] for name in vendor.references if fields.get(name)), ""),
            "fault": fault,
            "status": answer.status if answer else 0,
            "outcome": fault or ("answered" if answer and answer.status < 400 else "refused"),
            "query": dict(request.query),
            "body": _kept(request.body),
            "answer": _kept(answer.body) if answer else None,
        }
        self._ledger.write_down("calls", vendor.name, entry)


def _instead(vendor: Vendor, call: str, fault: Fault) -> Answer | None:
    """Return what a fault answers in the vendor's place; None is to hang up."""
    if fault.kind == "down":
        return None
    if fault.kind == "rate_limited":
        seconds = max(1, round(fault.seconds))
        if vendor.limited:
            return vendor.limited(seconds)
        return attrs.evolve(Answer.of({"error": "too many requests"}, 429), headers={"retry-after": str(seconds)})
    if fault.kind == "server_error":
        return Answer(fault.status or 500, b"Internal Server Error", "text/plain")
    if fault.kind == "garbage":
        return Answer(fault.status or 200, UNREADABLE, "text/html")
    if fault.code and vendor.coded_refusal:
        return vendor.coded_refusal(call, fault.code)
    return vendor.refusal(call)


def _request(scope: Scope, vendor: str, path: str, body: bytes) -> Request:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
    base_url = f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}/{vendor}"
    return Request(str(scope.get("method", "")), path, body, headers, query, {}, base_url)


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, read to its end; None if it is too large."""
    body = bytearray()
    size = 0
    while True:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= LARGEST_BODY:
            body += chunk
        if not message.get("more_body"):
            return bytes(body) if size <= LARGEST_BODY else None


async def _say(send: Send, answer: Answer) -> None:
    headers = {"content-type": answer.media_type, **answer.headers, "content-length": str(len(answer.body))}
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


async def _until_gone(receive: Receive) -> None:
    """Wait until the caller gives up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SILENCE_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                pass


async def _hang_up(receive: Receive, send: Send) -> None:
    """Close the connection. ASGI has no word for it: `send` is a method of uvicorn's cycle, which holds the transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
    await _until_gone(receive)
