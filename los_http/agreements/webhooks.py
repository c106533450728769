"""Calls of signing services (G-WH-03), which answer with and without ``/api/v1``."""

from typing import Final

from litestar import post

from los_adapters.bootstrap import Application
from los_domain.shared.actor import Actor, PlatformScope
from los_http.shared.access import address_of, request_id_of, vendor
from los_http.shared.aside import aside
from los_http.shared.depends import App, Req

_PATH: Final = "/webhook/esign"
_HOW: Final = "the word agreed for each contract, in a header; what the call says is asked for again from the service"


async def _heard(request: Req, application: Application) -> None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    scope = PlatformScope(Actor.vendor("ESIGN"), request_id_of(request), address_of(request))
    await aside(request, application.agreements.receive_callback, scope, await request.body(), headers)


@post(_PATH, tags=["Webhooks"], status_code=200, **vendor(_HOW))
async def esign(request: Req, application: App) -> None:
    """A signing service says that somebody should look. 401 where it is forged, 404 where the contract is not known (yet)."""
    await _heard(request, application)


@post(_PATH, tags=["Webhooks"], status_code=200, include_in_schema=False, **vendor(_HOW))
async def esign_bare(request: Req, application: App) -> None:
    """Hear the same from services that were told the address without the API's version."""
    await _heard(request, application)


ROUTES = [esign]
BARE = [esign_bare]
