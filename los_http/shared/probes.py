"""What machines ask of the process: is it alive, is it ready, how is it doing."""

import time
from typing import Any

from litestar import MediaType, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from los_domain.shared.errors import NotFound
from los_http.shared.access import address_of, public
from los_http.shared.aside import aside
from los_http.shared.depends import App, Req
from los_http.shared.wire import Out


class Alive(Out):
    """The process runs its loop."""

    status: str = "ok"


class Ready(Out):
    """Each part that the process stands on: ``ok``, or what is wrong."""

    status: str
    parts: dict[str, str]


class Health(Ready):
    """The parts that requests go on without, too, and for how long the process has run."""

    uptime_seconds: int


@get("/health/live", tags=["Health"], **public("load balancers have no token; it says nothing"))
async def live() -> Alive:
    """Tell that the process runs. Restart it when this does not answer."""
    return Alive()


async def _ready(request: Req, application: Any) -> Response[Ready]:
    parts = dict(await aside(request, application.health))
    ok = all(said == "ok" for said in parts.values())
    body = Ready(status="ok" if ok else "unavailable", parts=parts)
    return Response(body, status_code=200 if ok else 503)


@get("/health/ready", tags=["Health"], **public("load balancers have no token; one word a part"))
async def ready(request: Req, application: App) -> Response[Ready]:
    """Tell whether requests should come here: 503 while something they need is down. Do not restart for it."""
    return await _ready(request, application)


@get("/health", tags=["Health"], **public("for people; one word a part"))
async def health(request: Req, application: App) -> Response[Health]:
    """Say the same as ``/health/ready``, and how cache and broker are, without which requests go on."""
    ready = await _ready(request, application)
    around = await aside(request, application.health.around)
    uptime = int(time.monotonic() - request.app.state.started_at)
    body = Health(status=ready.content.status, parts={**ready.content.parts, **around}, uptime_seconds=uptime)
    return Response(body, status_code=ready.status_code)


@get(
    "/metrics",
    tags=["Health"],
    media_type=MediaType.TEXT,
    **public(
        "Prometheus has no token: only addresses of LOS_ALLOW_METRICS_FROM are answered, for others it does not exist"
    ),
)
async def metrics(request: Req, application: App) -> Response[bytes]:
    """Give the counters of this process in Prometheus' form."""
    if address_of(request) not in application.core.settings.allow_metrics_from:
        raise NotFound("no such route or object")
    return Response(generate_latest(request.app.state.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = [live, ready, health, metrics]
