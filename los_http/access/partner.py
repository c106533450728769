"""Staff log-in (P-AUTH)."""

from litestar import post
from litestar.params import JSONBody

from los_domain.access.model import Audience
from los_domain.shared.identifiers import Email
from los_http.access.schemas import LogInIn
from los_http.customers.schemas import RefreshIn, TokensOut
from los_http.shared.access import platform_scope, principal_of, public, staff
from los_http.shared.depends import App, Req
from los_http.shared.limits import LOG_INS
from los_http.shared.parsing import parsed


@post(
    "/partner/auth/login",
    tags=["Staff: log-in"],
    status_code=200,
    sync_to_thread=True,
    **public("log-in begins here", limit=LOG_INS),
)
def login(request: Req, application: App, data: JSONBody[LogInIn]) -> TokensOut:
    """Log in by e-mail and password. The same refusal for an unknown e-mail and a wrong password."""
    email = parsed("email", Email, data.email)
    return TokensOut.of(
        application.access.log_in_staff(platform_scope(request), email, data.password, device=data.device)
    )


@post(
    "/partner/auth/refresh-token",
    tags=["Staff: log-in"],
    status_code=200,
    sync_to_thread=True,
    **public("the token is the proof"),
)
def refresh_token(request: Req, application: App, data: JSONBody[RefreshIn]) -> TokensOut:
    """Rotate the tokens. A refresh token that was used before ends the session."""
    return TokensOut.of(
        application.access.refresh(platform_scope(request), data.refresh_token, audience=Audience.PARTNER)
    )


@post("/partner/auth/logout", tags=["Staff: log-in"], status_code=204, sync_to_thread=True, **staff(None))
def logout(request: Req, application: App) -> None:
    """End this session."""
    application.access.log_out(platform_scope(request), principal_of(request).session)


ROUTES = [login, refresh_token, logout]
