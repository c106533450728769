"""Every call of the API is in the trail: who, what, which brand, from where, when, and what came of it."""

import time
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.audit.ports import Access
from los_domain.shared.actor import Actor, PlatformScope
from los_http.shared.access import staff
from los_http.shared.trail import AccessTrail
from tests.audited import trail_of
from tests.borrowers import Speaker
from tests.services import SomeBrand


def calls(application: Application) -> list[tuple[Any, ...]]:
    return [
        (row.actor_kind, row.actor_id, row.brand_id, row.action, row.outcome)
        for row in trail_of(application, kind="access")
    ]


def test_a_call_its_refusal_and_its_answer(
    application: Application, brand: SomeBrand, officer: Speaker, http: TestClient[Any]
) -> None:
    path = f"/partner/brand/{brand.id}/settings/brand"
    http.get(f"/api/v1{path}")
    answer = officer.ask("GET", path)
    route = "GET /api/v1/partner/brand/{brandId}/settings/brand"
    assert calls(application) == [
        ("anonymous", None, brand.id, route, "401"),
        ("staff", officer.id, brand.id, route, str(answer.status_code)),
    ]
    (row,) = trail_of(application, kind="access", request_id=answer.headers["x-request-id"])
    assert row.address == "testclient"
    assert abs(row.at.timestamp() - time.time()) < 20


def test_the_object_asked_for_is_named(application: Application, brand: SomeBrand, officer: Speaker) -> None:
    customer = application.core.ids.new()
    officer.ask("GET", f"/partner/brand/{brand.id}/customers/{customer}/documents")
    (row,) = trail_of(application, kind="access")
    assert (row.object_kind, row.object_id) == ("user", customer)


def test_machines_leave_nothing(application: Application, http: TestClient[Any]) -> None:
    for path in ("/health", "/health/live", "/metrics", "/docs/openapi.json", "/nothing-here"):
        http.get(path)
    assert calls(application) == []


@pytest.mark.usefixtures("http")
def test_written_within_a_second(application: Application) -> None:
    at = application.core.wall.now()
    application.audit.accesses.add(Access(at, None, None, "GET /x", "", None, "r", "127.0.0.1", "200"))
    until = time.monotonic() + 1.0
    while not rows(application):
        assert time.monotonic() < until
        time.sleep(0.02)


def rows(application: Application) -> int:
    with application.core.postgres.begin(PlatformScope(Actor.system("test"))) as work:
        return int(
            work.context.connection.exec_driver_sql(
                "select count(*) from audit_rows where kind = 'access'"
            ).scalar_one()
        )


def test_what_is_sensitive_stands_written_before_the_answer_leaves(application: Application) -> None:
    seen: list[int] = []

    @get("/secret", sync_to_thread=False, **staff(None, sensitive=True))
    def secret() -> str:
        return "secret"

    trail = AccessTrail(Litestar([secret]), application)

    async def looking(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.append(rows(application))
            await send(message)

        await trail(scope, receive, sending)

    with TestClient(looking) as client:
        assert client.get("/secret").text == "secret"
    assert seen == [1]
    assert [row.action for row in trail_of(application, kind="access")] == ["GET /secret"]


def test_while_the_database_is_away_the_newest_calls_are_kept(application: Application) -> None:
    log = application.audit.accesses
    at = application.core.wall.now()
    for number in range(20_005):
        log.add(Access(at, None, None, f"GET /{number}", "", None, "r", "", "200"))
    assert log.lost == 5
    assert log.flush() == 20_000
    assert rows(application) == 20_000
