"""Every route says who may call it, and the document says the same as the routes."""

from functools import cache
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from los_http.app import _assembled, openapi
from los_http.shared.access import Access, Who
from los_http.shared.wire import In

FRAMEWORKS = ("/docs",)
"""Pages of the document, which Litestar serves; they are public by nature."""


@cache
def app() -> Litestar:
    return _assembled(lambda: None)


def handlers() -> list[tuple[str, HTTPRouteHandler]]:
    return [
        (route.path, handler)
        for route in app().routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}
    ]


def test_every_route_declares_who_may_call_it() -> None:
    silent = [
        f"{sorted(handler.http_methods)} {path}"
        for path, handler in handlers()
        if not isinstance(handler.opt.get("access"), Access) and not path.startswith(FRAMEWORKS)
    ]
    assert not silent, (
        f"put **public(why), **borrower(), **staff(Permission.X), **admin() or **vendor(how) on the route: {silent}"
    )


def test_every_route_is_guarded_by_what_it_declares() -> None:
    from los_http.shared.access import guard

    open_doors = [
        path
        for path, handler in handlers()
        if "access" in handler.opt and guard not in [getattr(one, "func", one) for one in handler.resolve_guards()]
    ]
    assert not open_doors, f"the router of these has no guard: {open_doors}"


def test_a_public_route_says_why_and_a_vendors_how_it_is_verified() -> None:
    mute = [
        path
        for path, handler in handlers()
        if isinstance(access := handler.opt.get("access"), Access)
        and access.who in (Who.PUBLIC, Who.VENDOR)
        and len(access.why) < 10
    ]
    assert not mute, mute


def test_paths_tell_who_calls() -> None:
    by_prefix = {
        "/api/v1/web": {Who.BORROWER, Who.PUBLIC},
        "/api/v1/partner": {Who.STAFF, Who.PUBLIC},
        "/api/v1/admin": {Who.STAFF},
    }
    wrong = [
        f"{path} is for {access.who.value}"
        for path, handler in handlers()
        for prefix, allowed in by_prefix.items()
        if path.startswith(prefix + "/")
        and isinstance(access := handler.opt.get("access"), Access)
        and access.who not in allowed
    ]
    assert not wrong, wrong


MAY_BE_ASYNC = ("/docs", "/health", "/metrics", "/api/v1/files", "/api/v1/webhook", "/webhook")
"""Probes, pages, streams of files, and webhooks, which run what they call on threads kept aside."""


def test_handlers_block_no_loop() -> None:
    blocking = [
        path for path, handler in handlers() if not handler.sync_to_thread and not path.startswith(MAY_BE_ASYNC)
    ]
    assert not blocking, f"sync_to_thread=True: a database read would hold up every other request: {blocking}"


def document() -> dict[str, Any]:
    return dict(openapi())


def test_request_bodies_are_closed_in_the_document_as_in_the_decoder() -> None:
    schemas = document()["components"]["schemas"]
    closed = {kind.__name__ for kind in _bodies(In)}
    assert closed
    open_ones = [name for name in closed if name in schemas and schemas[name].get("additionalProperties") is not False]
    assert not open_ones, open_ones


def _bodies(kind: type) -> set[type]:
    found: set[type] = set()
    for below in kind.__subclasses__():
        found |= {below} | _bodies(below)
    return found


def test_every_operation_is_described() -> None:
    bare = [
        f"{method} {path}"
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and not (operation.get("description") and operation.get("tags"))
    ]
    assert not bare, f"a docstring and a tag: {bare}"


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [
        operation["operationId"]
        for item in document()["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    assert len(names) == len(set(names))
