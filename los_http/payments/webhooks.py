"""Notices of payment gateways (G-WH-01)."""

from litestar import post

from los_domain.shared.actor import Actor, PlatformScope
from los_http.shared.access import address_of, request_id_of, vendor
from los_http.shared.aside import aside
from los_http.shared.depends import App, Req


@post(
    "/webhook/razorpay",
    tags=["Webhooks"],
    status_code=200,
    **vendor("X-Razorpay-Signature over the raw body, under the secret of the brand whose order it speaks of"),
)
async def razorpay(request: Req, application: App) -> None:
    """A notice of Razorpay's. Kept once, however often it is sent; 401 where it is forged or about nothing we know (yet)."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    scope = PlatformScope(Actor.vendor("RAZORPAY"), request_id_of(request), address_of(request))
    await aside(request, application.payments.receive_notice, scope, "RAZORPAY", await request.body(), headers)


ROUTES = [razorpay]
