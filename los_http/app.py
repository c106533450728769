"""The API: routes of every capability behind one guard, one error table and one envelope."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from los_adapters.bootstrap import Application
from los_domain.shared.errors import LosError
from los_http.access import partner as access_partner
from los_http.agreements import partner as agreements_partner
from los_http.agreements import web as agreements_web
from los_http.agreements import webhooks as agreements_webhooks
from los_http.banking import partner as banking_partner
from los_http.banking import web as banking_web
from los_http.brands import partner as brands_partner
from los_http.customers import partner as customers_partner
from los_http.customers import web as customers_web
from los_http.decisioning import partner as decisioning_partner
from los_http.disbursement import partner as disbursement_partner
from los_http.documents import partner as documents_partner
from los_http.documents import web as documents_web
from los_http.kyc import partner as kyc_partner
from los_http.kyc import web as kyc_web
from los_http.ledger import partner as ledger_partner
from los_http.ledger import web as ledger_web
from los_http.loans import partner as loans_partner
from los_http.loans import web as loans_web
from los_http.messaging import partner as messaging_partner
from los_http.messaging import webhooks as messaging_webhooks
from los_http.onboarding import web as onboarding_web
from los_http.payments import partner as payments_partner
from los_http.payments import web as payments_web
from los_http.payments import webhooks as payments_webhooks
from los_http.shared import document, errors, probes
from los_http.shared.access import guard
from los_http.shared.aside import executor
from los_http.shared.limits import Throttle
from los_http.shared.middleware import Envelope, Metrics
from los_http.shared.trail import AccessTrail

BODY_LIMIT = 10 * 1024 * 1024
"""Bytes of a body at most. A route that takes a file says its own ``request_max_body_size``."""

ROUTES: list[Any] = [
    *customers_web.ROUTES,
    *customers_partner.ROUTES,
    *banking_web.ROUTES,
    *banking_partner.ROUTES,
    *access_partner.ROUTES,
    *documents_web.ROUTES,
    *kyc_web.ROUTES,
    *kyc_partner.ROUTES,
    *onboarding_web.ROUTES,
    *documents_partner.ROUTES,
    *loans_web.ROUTES,
    *loans_partner.ROUTES,
    *messaging_partner.ROUTES,
    *decisioning_partner.ROUTES,
    *messaging_webhooks.ROUTES,
    *brands_partner.ROUTES,
    *payments_web.ROUTES,
    *payments_partner.ROUTES,
    *ledger_web.ROUTES,
    *ledger_partner.ROUTES,
    *disbursement_partner.ROUTES,
    *payments_webhooks.ROUTES,
    *agreements_web.ROUTES,
    *agreements_partner.ROUTES,
    *agreements_webhooks.ROUTES,
]


def _assembled(provide: Callable[[], Any], **more: Any) -> Litestar:
    return Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=ROUTES, guards=[guard]),
            Router("/", route_handlers=[*probes.ROUTES, *document.ROUTES, *agreements_webhooks.BARE], guards=[guard]),
        ],
        dependencies={"application": Provide(provide, sync_to_thread=False)},
        exception_handlers={
            LosError: errors.on_los_error,
            HTTPException: errors.on_http_error,
            Exception: errors.on_fault,
        },
        openapi_config=document.config(),
        plugins=[document.StrictBodies()],
        request_max_body_size=BODY_LIMIT,
        debug=False,
        logging_config=None,
        **more,
    )


def openapi() -> Mapping[str, Any]:
    """Return the OpenAPI document. Opens nothing: no database, no settings."""
    return _assembled(lambda: None).openapi_schema.to_schema()


def build(application: Application) -> ASGIApp:
    """
    Return the ASGI application over *application*.

    The envelope is outermost, around the framework: what is refused before any route is found (404, 405) has it too.
    """
    metrics = Metrics()
    settings = application.core.settings

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        app.state.aside = executor()
        app.state.started_at = time.monotonic()
        requests = ThreadPoolExecutor(settings.threads, thread_name_prefix="request")
        asyncio.get_running_loop().set_default_executor(requests)
        application.audit.accesses.start()
        try:
            yield
        finally:
            application.audit.accesses.stop()
            app.state.aside.shutdown()
            application.close()

    app = _assembled(
        lambda: application,
        cors_config=CORSConfig(
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
            expose_headers=["Location", "Retry-After", "X-Request-Id", "Idempotent-Replayed"],
            max_age=600,
        )
        if settings.cors_origins
        else None,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1024),
        lifespan=[running],
    )
    app.state.application = application
    app.state.metrics = metrics
    return Envelope(Throttle(AccessTrail(app, application), application), metrics, application.core.ids)
