"""Delivery receipts of SMS and mail providers, each at an address of its own."""

import hashlib

from litestar import Response, get, post
from litestar.params import FromPath

from los_adapters.bootstrap import Application
from los_domain.messaging.ports import ForgedReceipt
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.errors import FieldProblem, Invalid, Unauthenticated
from los_domain.shared.inbox import Webhook
from los_http.shared.access import request_id_of, vendor
from los_http.shared.aside import aside
from los_http.shared.depends import App, Req

_HOW = "the address is secret, and the provider's signature is checked where it signs"


def keep(application: Application, request_id: str, path: str, body: bytes, headers: dict[str, str]) -> None:
    """Keep a receipt that its provider can have posted. Raises NotFound, Unauthenticated, Invalid."""
    provider = application.brands.provider_at(path)
    scope = BrandScope(provider.brand, Actor.vendor(provider.name), request_id)
    reader = application.providers.reader(scope, provider.id)
    try:
        reader.read_receipts(body, headers)
    except ForgedReceipt:
        raise Unauthenticated("this is not signed by the provider") from None
    except ValueError:
        raise Invalid(FieldProblem("body", "this is no receipt of the provider's")) from None
    webhook = Webhook(
        vendor=provider.name,
        vendor_event_id=hashlib.sha256(path.encode() + b"\n" + body).hexdigest(),
        event="receipts",
        brand=provider.brand,
        provider=provider.id,
        body=body,
        headers=headers,
    )
    application.receive_webhook(PlatformScope(scope.actor, request_id), webhook)


@post("/webhook/messages/{path:str}", tags=["Webhooks"], status_code=200, **vendor(_HOW))
async def receipts(request: Req, application: App, path: FromPath[str]) -> None:
    """Delivery receipts, in the provider's own form."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    await aside(request, keep, application, request_id_of(request), path, await request.body(), headers)


@get("/webhook/messages/{path:str}", tags=["Webhooks"], status_code=200, **vendor(_HOW))
async def receipts_by_query(request: Req, application: App, path: FromPath[str]) -> Response[str]:
    """Delivery receipts of providers that call by GET: the query is the receipt."""
    query = request.url.query.encode()
    await aside(request, keep, application, request_id_of(request), path, query, {})
    return Response("", media_type="text/plain")


ROUTES = [receipts, receipts_by_query]
