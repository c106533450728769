"""Limits: as many at once as they say, earned back one by one, over the table, Redis and memory alike."""

import threading
import time
from typing import Any

import attrs
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application, build
from los_adapters.shared.limits import Limits, LocalPurse, PostgresPurse, Purse, RedisPurse
from los_adapters.shared.settings import Settings
from los_domain.shared.errors import TooMany
from los_domain.shared.limits import Limit
from los_http.app import build as api_over
from los_http.shared.limits import BAD_TOKENS, CODES, LOG_INS
from tests.services import SettableClock, a_lender_and_brand


@pytest.fixture(params=["postgres", "redis", "memory"])
def purse(request: pytest.FixtureRequest) -> Purse:
    match request.param:
        case "postgres":
            return PostgresPurse(request.getfixturevalue("application").core.database)
        case "redis":
            return RedisPurse.at(request.getfixturevalue("redis"))
    return LocalPurse()


def passes(limits: Limits, limit: Limit, who: str) -> bool:
    try:
        limits.spend(limit, who)
    except TooMany:
        return False
    return True


def test_so_many_at_once_and_each_key_for_itself(purse: Purse) -> None:
    limits, limit = Limits(purse), Limit("at-once", 5, 60)
    assert [passes(limits, limit, "a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert passes(limits, limit, "b")
    assert passes(limits, attrs.evolve(limit, name="other"), "a")


def test_earned_back_one_by_one(purse: Purse) -> None:
    limits, limit = Limits(purse), Limit("earned", 4, 2)
    assert [passes(limits, limit, "a") for _ in range(5)] == [True] * 4 + [False]
    with pytest.raises(TooMany, match="slow down") as refusal:
        limits.spend(limit, "a")
    assert refusal.value.retry_after_seconds == 1
    time.sleep(0.6)
    assert [passes(limits, limit, "a") for _ in range(2)] == [True, False]


def test_no_more_pass_however_many_ask_at_once(purse: Purse) -> None:
    limits, limit = Limits(purse), Limit("together", 20, 600)
    let: list[bool] = []

    def asks() -> None:
        let.extend(passes(limits, limit, "a") for _ in range(10))

    threads = [threading.Thread(target=asks) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let.count(True) == 20


def test_a_purse_that_is_away_stops_nobody() -> None:
    limits = Limits(RedisPurse.at("redis://127.0.0.1:1/0"))
    assert all(passes(limits, Limit("away", 1, 60), "a") for _ in range(3))


def test_memory_is_bounded() -> None:
    purse = LocalPurse(most=10)
    for number in range(100):
        purse.spend(str(number), Limit("many", 1, 60))
    assert len(purse._earned) == 10


def test_the_table_is_swept(application: Application) -> None:
    purse = PostgresPurse(application.core.database)
    purse.spend("a", Limit("short", 100, 1))
    purse.spend("b", Limit("long", 1, 600))
    time.sleep(0.1)
    assert purse.sweep() == 1


def statuses(http: TestClient[Any], times: int, method: str, path: str, **more: Any) -> list[int]:
    return [http.request(method, f"/api/v1{path}", **more).status_code for _ in range(times)]


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can reach."""
    for limit in (CODES, LOG_INS, BAD_TOKENS):
        monkeypatch.setattr(type(limit), "__setattr__", object.__setattr__)
        monkeypatch.setattr(limit, "times", 3)


@pytest.mark.usefixtures("tight")
class TestOverHttp:
    def test_codes_for_many_phones_from_one_address(self, application: Application, api: TestClient[Any]) -> None:
        brand = a_lender_and_brand(application)
        answers = [
            api.post("/api/v1/web/auth/register", json={"brand": brand.subdomain, "phoneNumber": f"987654321{digit}"})
            for digit in range(4)
        ]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
        assert answers[3].headers["retry-after"] == "200"
        assert "from this address" in answers[3].json()["message"]

    def test_log_ins_with_many_e_mails(self, api: TestClient[Any]) -> None:
        tried = [
            api.post(
                "/api/v1/partner/auth/login",
                json={"email": f"n{number}@example.com", "password": "a guess of mine", "device": "x"},
            ).status_code
            for number in range(5)
        ]
        assert tried == [401, 401, 401, 429, 429]

    def test_bad_tokens(self, api: TestClient[Any]) -> None:
        bad = {"Authorization": "Bearer nonsense"}
        assert statuses(api, 5, "GET", "/web/personal-details", headers=bad) == [401, 401, 401, 429, 429]
        assert statuses(api, 2, "GET", "/web/personal-details") == [429, 429]


def test_everything_from_one_address(settings: Settings, clock: SettableClock) -> None:
    application = build(attrs.evolve(settings, requests_per_minute=5), clock=clock)
    with TestClient(api_over(application)) as http:
        assert statuses(http, 7, "GET", "/nothing-here") == [404] * 5 + [429] * 2
        answer = http.get("/api/v1/nothing-here")
        assert answer.headers["retry-after"] == "12"
        assert answer.json()["statusCode"] == 429
        assert answer.headers["x-request-id"]
        assert http.get("/health/live").status_code == 200
