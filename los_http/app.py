"""The API: routes of every capability behind one guard, one error table and one envelope."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from los_adapters.bootstrap import Application
from los_domain.shared.errors import LosError
from los_http.access import partner as access_partner
from los_http.customers import web as customers_web
from los_http.documents import partner as documents_partner
from los_http.documents import web as documents_web
from los_http.shared import errors
from los_http.shared.access import guard
from los_http.shared.middleware import Envelope, Metrics

BODY_LIMIT = 50 * 1024 * 1024
"""Bytes of a body at most, everywhere."""

ROUTES: list[Any] = [
    *customers_web.ROUTES,
    *access_partner.ROUTES,
    *documents_web.ROUTES,
    *documents_partner.ROUTES,
]


def openapi_config() -> OpenAPIConfig:
    """Return the document's head; pages work without network."""
    return OpenAPIConfig(
        title="LOS",
        version="1",
        path="/docs",
        render_plugins=[SwaggerRenderPlugin()],
        components=Components(
            security_schemes={
                "web": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="A borrower's access token."
                ),
                "partner": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="A staff member's access token."
                ),
            }
        ),
    )


def build(application: Application) -> Litestar:
    """Return the ASGI application over *application*."""
    metrics = Metrics()

    def provide_application() -> Application:
        return application

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        executor = ThreadPoolExecutor(application.core.settings.threads, thread_name_prefix="request")
        asyncio.get_running_loop().set_default_executor(executor)
        try:
            yield
        finally:
            application.close()

    app = Litestar(
        route_handlers=[Router("/api/v1", route_handlers=ROUTES, guards=[guard])],
        dependencies={"application": Provide(provide_application, sync_to_thread=False)},
        middleware=[DefineMiddleware(Envelope, metrics=metrics, ids=application.core.ids)],
        exception_handlers={
            LosError: errors.on_los_error,
            HTTPException: errors.on_http_error,
            Exception: errors.on_fault,
        },
        openapi_config=openapi_config(),
        request_max_body_size=BODY_LIMIT,
        cors_config=CORSConfig(allow_origins=list(application.core.settings.cors_origins))
        if application.core.settings.cors_origins
        else None,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1024),
        lifespan=[running],
        debug=False,
        logging_config=None,
    )
    app.state.application = application
    app.state.metrics = metrics
    return app
