"""A borrower's sign-up and log-in (W-01 to W-06)."""

from litestar import post
from litestar.params import JSONBody

from los_adapters.bootstrap import Application
from los_domain.access.model import Audience
from los_domain.shared.actor import Actor, ActorKind, BrandScope
from los_domain.shared.identifiers import Phone
from los_http.customers.schemas import CodeIn, CodeSentOut, PhoneIn, RefreshIn, TokensOut
from los_http.shared.access import address_of, borrower, platform_scope, principal_of, public, request_id_of
from los_http.shared.depends import App, Req
from los_http.shared.parsing import parsed


def _scope(request: Req, application: Application, subdomain: str) -> BrandScope:
    brand = application.brands.by_subdomain(subdomain)
    return BrandScope(brand.id, Actor(ActorKind.BORROWER), request_id_of(request), address_of(request))


def _send(request: Req, application: App, data: PhoneIn) -> CodeSentOut:
    scope = _scope(request, application, data.brand)
    return CodeSentOut.of(application.customers.send_code(scope, parsed("phoneNumber", Phone.parse, data.phone_number)))


@post(
    "/web/auth/register",
    tags=["Borrower: sign-up"],
    status_code=202,
    sync_to_thread=True,
    **public("sign-up begins here"),
)
def register(request: Req, application: App, data: JSONBody[PhoneIn]) -> CodeSentOut:
    """Ask for a one-time password by SMS to sign up; the answer is the same for a known phone."""
    return _send(request, application, data)


@post(
    "/web/auth/login", tags=["Borrower: sign-up"], status_code=202, sync_to_thread=True, **public("log-in begins here")
)
def login(request: Req, application: App, data: JSONBody[PhoneIn]) -> CodeSentOut:
    """Ask for a one-time password by SMS to log in."""
    return _send(request, application, data)


@post(
    "/web/auth/resend-otp", tags=["Borrower: sign-up"], status_code=202, sync_to_thread=True, **public("before log-in")
)
def resend_otp(request: Req, application: App, data: JSONBody[PhoneIn]) -> CodeSentOut:
    """Ask for another code; the one before stops opening. 429 within the cool-down and beyond the daily cap."""
    return _send(request, application, data)


@post(
    "/web/auth/verify-otp",
    tags=["Borrower: sign-up"],
    status_code=200,
    sync_to_thread=True,
    **public("proves the phone"),
)
def verify_otp(request: Req, application: App, data: JSONBody[CodeIn]) -> TokensOut:
    """Prove the phone by its code; answers the session's tokens."""
    scope = _scope(request, application, data.brand)
    phone = parsed("phoneNumber", Phone.parse, data.phone_number)
    return TokensOut.of(application.customers.verify_code(scope, phone, data.otp, device=data.device))


@post(
    "/web/auth/refresh-token",
    tags=["Borrower: sign-up"],
    status_code=200,
    sync_to_thread=True,
    **public("the token is the proof"),
)
def refresh_token(request: Req, application: App, data: JSONBody[RefreshIn]) -> TokensOut:
    """Rotate the tokens. A refresh token that was used before ends the session."""
    return TokensOut.of(application.access.refresh(platform_scope(request), data.refresh_token, audience=Audience.WEB))


@post("/web/auth/logout", tags=["Borrower: sign-up"], status_code=204, sync_to_thread=True, **borrower())
def logout(request: Req, application: App) -> None:
    """End this session: its tokens stop with the next request."""
    application.access.log_out(platform_scope(request), principal_of(request).session)


ROUTES = [register, login, resend_otp, verify_otp, refresh_token, logout]
