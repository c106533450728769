"""Around every route: health, pages, metrics, headers, errors of one shape, limits of size."""

import re
import threading
from collections.abc import Iterator

import attrs
import pytest
from litestar.testing import TestClient
from litestar.types import ASGIApp

from los_adapters.bootstrap import Application, build
from los_adapters.shared.settings import Settings
from los_http.app import build as api_over

Api = TestClient[ASGIApp]


def test_alive_and_ready(api: Api) -> None:
    assert api.get("/health/live").json() == {"status": "ok"}
    assert api.get("/health/ready").json() == {"status": "ok", "parts": {"database": "ok"}}
    health = api.get("/health")
    assert health.status_code == 200
    assert health.json()["parts"] == {"database": "ok", "cache": "ok", "broker": "ok"}
    assert health.json()["uptimeSeconds"] >= 0


def test_without_cache_and_broker_requests_go_on(settings: Settings) -> None:
    away = "redis://127.0.0.1:1/0"
    with TestClient(api_over(build(attrs.evolve(settings, cache="redis", queue="redis", redis_url=away)))) as api:
        answer = api.get("/health")
        assert answer.status_code == 200
        assert answer.json()["parts"] == {"database": "ok", "cache": "unreachable", "broker": "unreachable"}


def test_alive_but_not_ready_without_a_database(api: Api, application: Application) -> None:
    application.core.aside.database.close()
    answer = api.get("/health/ready")
    assert (answer.status_code, answer.json()["parts"]) == (503, {"database": "unreachable"})
    assert api.get("/health/live").status_code == 200


def test_health_answers_while_every_request_thread_is_held(api: Api, application: Application) -> None:
    """Six vendor calls that hang, or sixty, take threads and connections of requests, never those of health."""
    held, let_go = threading.Semaphore(0), threading.Event()

    def hang() -> None:
        with application.core.database.engines[next(iter(application.core.database.engines))].connect():
            held.release()
            let_go.wait(30)

    threads = [threading.Thread(target=hang) for _ in range(application.core.settings.database_connections)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert held.acquire(timeout=20)
    try:
        assert api.get("/health/ready").status_code == 200
    finally:
        let_go.set()
        for thread in threads:
            thread.join()


def test_pages_load_nothing_from_elsewhere(api: Api) -> None:
    page = api.get("/docs/swagger")
    assert page.status_code == 200
    assert not re.findall(r'(?:src|href)=["\']?https?://', page.text)
    loaded = re.findall(r'(?:src|href)=["\'](/docs/files/[^"\']+)', page.text)
    assert len(loaded) >= 3
    for path in loaded:
        file = api.get(path)
        assert file.status_code == 200
        assert len(file.content) > 500
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert api.get("/docs/files/../../los_http/app.py").status_code == 404
    assert api.get("/docs/files/index.html").status_code == 404
    assert api.get("/docs/openapi.json").json()["info"]["title"] == "LOS"


def test_metrics_are_for_known_addresses(settings: Settings) -> None:
    for allowed, status in ((("testclient",), 200), (("10.0.0.1",), 404)):
        application = build(attrs.evolve(settings, allow_metrics_from=allowed))
        with TestClient(api_over(application)) as api:
            api.get("/nothing-here")
            answer = api.get("/metrics")
            assert answer.status_code == status
            assert ("los_http_requests_total" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/web/auth/register", 405),
        ("POST", "/api/v1/web/auth/register", 400),
        ("POST", "/api/v1/web/auth/logout", 401),
    ],
)
def test_every_failure_has_one_shape_and_the_same_envelope(api: Api, method: str, path: str, status: int) -> None:
    answer = api.request(method, path, headers={"X-Request-Id": "asked-by-a-test"})
    body = answer.json()
    assert answer.status_code == status
    assert set(body) >= {"statusCode", "message", "error", "timestamp", "path"}
    assert (body["statusCode"], body["path"]) == (status, path)
    assert answer.headers["x-request-id"] == "asked-by-a-test"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_an_odd_request_id_is_replaced(api: Api) -> None:
    given = api.get("/health/live", headers={"X-Request-Id": "x\tforged=1"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", given)


def test_every_field_at_fault_is_named(api: Api) -> None:
    answer = api.post("/api/v1/web/auth/register", json={"brand": 7, "phoneNumber": "x", "extra": True})
    assert {problem["field"] for problem in answer.json()["message"]} == {"brand", "phoneNumber", "extra"}


def test_a_body_beyond_the_limit_is_refused(api: Api) -> None:
    answer = api.post(
        "/api/v1/web/auth/register", content=b"x" * (10 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


@pytest.fixture
def from_a_page(settings: Settings) -> Iterator[Api]:
    application = build(attrs.evolve(settings, cors_origins=("https://app.example.com",)))
    with TestClient(api_over(application)) as api:
        yield api


def test_pages_of_named_origins_only_may_call(from_a_page: Api) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"}
    path = "/api/v1/web/auth/register"
    allowed = from_a_page.options(path, headers={"Origin": "https://app.example.com", **asked})
    assert allowed.headers["access-control-allow-origin"] == "https://app.example.com"
    foreign = from_a_page.options(path, headers={"Origin": "https://evil.example.com", **asked})
    assert foreign.headers.get("access-control-allow-origin") in (None, "https://app.example.com")


def test_long_answers_are_compressed(api: Api) -> None:
    assert api.get("/docs/openapi.json", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
