"""
Who may call a route, declared on the route. A route that declares nothing is refused at start.

``**public("why")``, ``**borrower()``, ``**staff(Permission.X)``, ``**admin()``, ``**vendor("how it is verified")`` go into the route
decorator; one guard reads them. Order on a brand path: no valid token 401; brand unknown, inactive or not the caller's 404;
permission missing 403; object of another brand 404.
"""

from enum import Enum
from typing import Any
from uuid import UUID

import attrs
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from los_adapters.bootstrap import Application
from los_domain.access.model import Audience, Permission
from los_domain.shared.actor import Actor, ActorKind, BrandScope, PlatformScope
from los_domain.shared.errors import Forbidden, NotFound, Unauthenticated
from los_domain.shared.ids import BrandId, CustomerId, SessionId, StaffId
from los_domain.shared.limits import Limit
from los_http.shared.errors import ErrorBody
from los_http.shared.limits import BAD_TOKENS


class Who(Enum):
    """The kinds of caller a route can be for."""

    PUBLIC = "public"
    BORROWER = "borrower"
    STAFF = "staff"
    VENDOR = "vendor"


@attrs.frozen
class Access:
    """One route's declaration."""

    who: Who
    permission: Permission | None = None
    why: str = ""  # of a public route, and how a vendor's call is verified
    limit: Limit | None = None  # of one address, beside what the use case itself allows
    is_sensitive: bool = (
        False  # what it shows is sensitive: that it was shown stands in the audit trail before the answer leaves
    )


REFUSALS = {
    status: ResponseSpec(ErrorBody, generate_examples=False, description=why)
    for status, why in (
        (400, "The request cannot be understood; every field at fault is named."),
        (401, "No token, or one that has ended."),
        (403, "The caller may not do this."),
        (404, "It does not exist, or not for this caller."),
        (409, "The present state does not allow it, or the same request is being worked on."),
        (422, "A rule said no; `reasons` has its codes."),
        (429, "Too many requests; `Retry-After` says when again."),
        (503, "Something needed is down; `Retry-After` says when to try again."),
    )
}
"""What any route may answer instead of its own answer: one body for all."""


def _declare(access: Access, security: list[dict[str, list[str]]], later: type[Any] | None = None) -> dict[str, Any]:
    accepted = {202: ResponseSpec(later, generate_examples=False, description=_LATER)} if later else {}
    return {"opt": {"access": access}, "security": security, "responses": {**REFUSALS, **accepted}}


_LATER = "An outside system takes longer: the work goes on by itself, and `Location` says where it stands."


def public(why: str, *, limit: Limit | None = None) -> dict[str, Any]:
    """Declare a route open to anyone, say why it may be, and how often one address may call it."""
    return _declare(Access(Who.PUBLIC, why=why, limit=limit), [{}])


def borrower(*, later: type[Any] | None = None) -> dict[str, Any]:
    """Declare a route for a borrower's web token; the brand is the token's. *later*: the body of its 202, where it has one."""
    return _declare(Access(Who.BORROWER), [{"web": []}], later)


def staff(permission: Permission | None, *, sensitive: bool = False, later: type[Any] | None = None) -> dict[str, Any]:
    """Declare a route for staff with *permission* in the brand of the path; None: any member of staff. *later*: as for borrowers."""
    return _declare(Access(Who.STAFF, permission, is_sensitive=sensitive), [{"partner": []}], later)


def admin() -> dict[str, Any]:
    """Declare a route for super admins."""
    return _declare(Access(Who.STAFF, Permission.PLATFORM_ADMIN), [{"partner": []}])


def vendor(how: str) -> dict[str, Any]:
    """Declare a call-back of an outside system, and say how it is verified."""
    return _declare(Access(Who.VENDOR, why=how), [{}])


@attrs.frozen
class Principal:
    """Who is calling, after the door."""

    audience: Audience
    session: SessionId
    subject: UUID
    brand: BrandId | None
    permissions: frozenset[Permission] = frozenset()

    @property
    def customer(self) -> CustomerId:
        """The borrower's id. Raises Forbidden for staff."""
        if self.audience is not Audience.WEB:
            raise Forbidden("this is for borrowers")
        return CustomerId(self.subject)

    @property
    def staff_id(self) -> StaffId:
        """The member of staff's id. Raises Forbidden for a borrower."""
        if self.audience is not Audience.PARTNER:
            raise Forbidden("this is for staff")
        return StaffId(self.subject)

    @property
    def actor(self) -> Actor:
        """The actor of scopes and audit rows."""
        return Actor(ActorKind.BORROWER if self.audience is Audience.WEB else ActorKind.STAFF, self.subject)


Connection = ASGIConnection[Any, Any, Any, Any]


def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let the request pass as its route declares, and leave the principal in its state."""
    access: Access | None = handler.opt.get("access")
    if access is None:
        raise RuntimeError(f"{handler} declares no access")
    application: Application = connection.app.state.application
    if access.limit is not None:
        application.core.limits.spend(access.limit, address_of(connection))
    if access.who in (Who.PUBLIC, Who.VENDOR):
        return
    try:
        _enter(connection, access, application)
    except Unauthenticated:
        application.core.limits.spend(BAD_TOKENS, address_of(connection))
        raise


def _enter(connection: Connection, access: Access, application: Application) -> None:
    audience = Audience.WEB if access.who is Who.BORROWER else Audience.PARTNER
    claims = application.core.secrets.read_access_token(_bearer(connection), audience=audience)
    if audience is Audience.WEB:
        application.door.enter(claims, claims.brand)
        connection.state.principal = Principal(
            audience, SessionId(claims.session), claims.subject, None if claims.brand is None else BrandId(claims.brand)
        )
        return
    brand = _path_brand(connection)
    application.door.enter(claims, brand)
    permissions = application.door.permissions(claims.subject, brand)
    connection.state.principal = Principal(
        audience, SessionId(claims.session), claims.subject, None if brand is None else BrandId(brand), permissions
    )
    # Routes outside the brand path check the permission once the resource has told its brand.
    needs_brand_first = (
        brand is None and access.permission is not None and access.permission is not Permission.PLATFORM_ADMIN
    )
    if access.permission is not None and not needs_brand_first and access.permission not in permissions:
        raise Forbidden(f"this needs the permission {access.permission.value}")


def _bearer(connection: Connection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("send the access token as Authorization: Bearer …")
    return token.strip()


def _path_brand(connection: Connection) -> UUID | None:
    value = connection.path_params.get("brandId")
    if value is None:
        return None
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound("no such brand") from None


def principal_of(connection: Connection) -> Principal:
    """Return who is calling. Raises Unauthenticated on a route that lets anyone in."""
    found: Principal | None = getattr(connection.state, "principal", None)
    if found is None:
        raise Unauthenticated("log in first")
    return found


def address_of(connection: Connection) -> str:
    """Return the caller's address as the server saw it; a proxy's header is honoured by the server's own setting."""
    return connection.client.host if connection.client else ""


def request_id_of(connection: Connection) -> str:
    """Return this request's id."""
    return str(connection.scope.get("state", {}).get("request_id", ""))


def brand_scope(connection: Connection) -> BrandScope:
    """Return the scope of the caller's brand."""
    principal = principal_of(connection)
    if principal.brand is None:
        raise NotFound("no such brand")
    return BrandScope(principal.brand, principal.actor, request_id_of(connection), address_of(connection))


def platform_scope(connection: Connection) -> PlatformScope:
    """Return a platform scope for the caller, or for nobody yet."""
    found: Principal | None = getattr(connection.state, "principal", None)
    actor = found.actor if found else Actor.system("log-in")
    return PlatformScope(actor, request_id_of(connection), address_of(connection))
