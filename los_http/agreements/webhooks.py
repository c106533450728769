"""Calls of signing services (G-WH-03), which answer with and without ``/api/v1``."""

from litestar import post

from los_domain.shared.actor import Actor, PlatformScope
from los_http.shared.access import address_of, request_id_of, vendor
from los_http.shared.aside import aside
from los_http.shared.depends import App, Req


@post(
    "/webhook/esign",
    tags=["Webhooks"],
    status_code=200,
    **vendor(
        "the word that was agreed for each contract, in its header; what it says is asked for again from the service"
    ),
)
async def esign(request: Req, application: App) -> None:
    """A signing service says that somebody should look. 401 where it is forged, 404 where the contract is not known (yet)."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    scope = PlatformScope(Actor.vendor("ESIGN"), request_id_of(request), address_of(request))
    await aside(request, application.agreements.receive_callback, scope, await request.body(), headers)


ROUTES = [esign]
