"""Every route of the document, asked by those who may not: nobody, the other audience, another brand, too small a role."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid5

import attrs
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient
from litestar.types import ASGIApp

from los_adapters.bootstrap import Application
from los_adapters.shared.limits import Limits
from los_domain.access.model import ROLES, Audience, Permission
from los_domain.shared.actor import PlatformScope
from los_domain.shared.limits import Limit
from los_http.app import _assembled
from los_http.app import build as api_over
from los_http.shared.access import Access, Who
from tests.services import TEST, SomeBrand, a_lender_and_brand, a_staff

NOWHERE = uuid5(UUID(int=0), "nowhere")
API = TestClient[ASGIApp]


class Bottomless:
    """A purse that is never empty: who knocks at every door here is not a burglar."""

    def spend(self, key: str, limit: Limit) -> float:
        """Return no wait."""
        return 0

    def sweep(self) -> int:
        """Forget nothing."""
        return 0


@pytest.fixture
def api(application: Application) -> Iterator[API]:
    unlimited = Limits(Bottomless())
    core = attrs.evolve(application.core, limits=unlimited, limits_here=unlimited)
    with TestClient(api_over(attrs.evolve(application, core=core)), raise_server_exceptions=False) as client:
        yield client


def routes(app: Litestar) -> Iterator[tuple[str, str, Access]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and isinstance(access := handler.opt.get("access"), Access):
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield method, route.path, access


GUARDED = [
    (method, path, access)
    for method, path, access in routes(_assembled(lambda: None))
    if access.who in (Who.BORROWER, Who.STAFF)
]
OF_STAFF = [one for one in GUARDED if one[2].who is Who.STAFF]
IN_A_BRAND = [one for one in OF_STAFF if "{brandId" in one[1]]


def filled(path: str, brand: UUID = NOWHERE) -> str:
    """Return *path* with the brand's id and ids of nothing."""
    with_brand = re.sub(r"\{brandId[^}]*\}", str(brand), path)
    with_ids = re.sub(r"\{[^}]*:uuid\}", str(NOWHERE), with_brand)
    return re.sub(r"\{[^}]*\}", "x", with_ids)


def opened(application: Application, audience: Audience, subject: UUID, brand: SomeBrand | None) -> dict[str, str]:
    """Return the header of a fresh session."""
    with application.core.postgres.begin(PlatformScope(TEST)) as work:
        _, tokens = application.access.open_session(
            work.sessions,
            audience=audience,
            subject=subject,
            brand=brand.id if brand else None,
            epoch=1 if audience is Audience.PARTNER else 0,
            now=application.core.wall.now(),
            address="",
        )
    return {"Authorization": f"Bearer {tokens.access}"}


def test_the_map_is_not_empty() -> None:
    assert len(GUARDED) > 30
    assert len(IN_A_BRAND) > 5


def test_nobody_and_forgers(api: API) -> None:
    for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic YTpi"}):
        wrong = {
            f"{method} {path}": status
            for method, path, _ in GUARDED
            if (status := api.request(method, filled(path), headers=headers).status_code) != 401
        }
        assert not wrong, headers


def test_the_other_audience(api: API, application: Application) -> None:
    brand = a_lender_and_brand(application)
    staff = a_staff(application, "ADMIN", brand=brand, super_admin=True)
    of_staff = opened(application, Audience.PARTNER, staff.id, None)
    of_borrower = opened(application, Audience.WEB, application.core.ids.new(), brand)
    wrong = {
        f"{method} {path}": status
        for method, path, access in GUARDED
        if (
            status := api.request(
                method, filled(path, brand.id), headers=of_staff if access.who is Who.BORROWER else of_borrower
            ).status_code
        )
        != 401
    }
    assert not wrong


def test_staff_of_another_brand_do_not_learn_that_this_one_exists(api: API, application: Application) -> None:
    brand, other = a_lender_and_brand(application), a_lender_and_brand(application)
    hers = opened(application, Audience.PARTNER, a_staff(application, "ADMIN", brand=other).id, None)
    for method, path, _ in IN_A_BRAND:
        there = api.request(method, filled(path, brand.id), headers=hers)
        nowhere = api.request(method, filled(path, NOWHERE), headers=hers)
        assert there.status_code == nowhere.status_code == 404, f"{method} {path}"
        assert there.json()["message"] == nowhere.json()["message"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_opens_what_it_holds_and_nothing_else(api: API, application: Application, role: str) -> None:
    brand = a_lender_and_brand(application)
    hers = opened(application, Audience.PARTNER, a_staff(application, role, brand=brand).id, None)
    for method, path, access in IN_A_BRAND:
        refused = api.request(method, filled(path, brand.id), headers=hers).status_code == 403
        holds = access.permission is None or access.permission in ROLES[role]
        assert refused != holds, f"{role} at {method} {path}, which needs {access.permission}"


def test_only_super_admins_enter_the_platform(api: API, application: Application) -> None:
    hers = opened(application, Audience.PARTNER, a_staff(application, "ADMIN").id, None)
    for method, path, access in OF_STAFF:
        if access.permission is Permission.PLATFORM_ADMIN:
            assert api.request(method, filled(path), headers=hers).status_code == 403, f"{method} {path}"


def test_an_ended_session_opens_nothing(api: API, application: Application) -> None:
    brand = a_lender_and_brand(application)
    staff = a_staff(application, "ADMIN", brand=brand)
    hers = opened(application, Audience.PARTNER, staff.id, None)
    assert api.post("/api/v1/partner/auth/logout", headers=hers).status_code == 204
    for method, path, _ in IN_A_BRAND:
        assert api.request(method, filled(path, brand.id), headers=hers).status_code == 401
