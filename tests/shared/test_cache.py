"""Kept answers: the same over both shelves, ended by changes, sealed at rest, and no worse than none when the shelf is away."""

import threading
import time
from collections.abc import Iterator
from uuid import UUID

import attrs
import pytest
import redis as redis_client
import sqlalchemy as sa

from los_adapters.bootstrap import Application, build
from los_adapters.shared.cache import Cache, PostgresShelf, RedisShelf
from los_adapters.shared.settings import Settings
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.audit import AuditEvent
from tests.borrowers import a_borrower, api_of, logged_in
from tests.services import SettableClock, SomeBrand, a_lender_and_brand, a_staff

QUESTION = ("GET", "/loans", "page=1", "loans.read", "")


@pytest.fixture(params=["postgres", "redis"])
def kept(request: pytest.FixtureRequest, settings: Settings, clock: SettableClock) -> Iterator[Application]:
    """The system over each shelf."""
    if request.param == "redis":
        url = request.getfixturevalue("redis")
        redis_client.Redis.from_url(url).flushall()
        settings = attrs.evolve(settings, cache="redis", redis_url=url)
    application = build(settings, clock=clock)
    yield application
    application.close()


@pytest.fixture
def brand(kept: Application) -> SomeBrand:
    return a_lender_and_brand(kept)


@attrs.define
class Asked:
    """A question that tells how often it had to be worked out."""

    cache: Cache
    brand: UUID
    times: int = 0

    def __call__(self, *question: str, tags: tuple[str, ...] = ("loans",), seconds: int = 60) -> bytes:
        def make() -> bytes:
            self.times += 1
            return f"answer {self.times}".encode()

        return self.cache.answer(self.brand, question or QUESTION, tags=tags, seconds=seconds, make=make)


@pytest.fixture
def ask(kept: Application, brand: SomeBrand) -> Asked:
    return Asked(kept.core.cache, brand.id)


def change(application: Application, brand: SomeBrand, action: str) -> None:
    with application.core.postgres.begin(brand.scope()) as work:
        work.audit.add(AuditEvent(action, "loan", None))


def test_kept_for_its_time(ask: Asked) -> None:
    assert [ask(seconds=1), ask(seconds=1)] == [b"answer 1", b"answer 1"]
    time.sleep(1.1)
    assert ask(seconds=1) == b"answer 2"


def test_nobody_gets_what_another_may_see(ask: Asked, kept: Application) -> None:
    ask()
    for other in (
        ("GET", "/loans", "page=2", "loans.read", ""),
        ("GET", "/loans", "page=1", "loans.read,loans.pii", ""),
        ("GET", "/loans", "page=1", "loans.read", "staff 7"),
        ("GET", "/loans/page=1", "", "loans.read", ""),
    ):
        before = ask.times
        ask(*other)
        assert ask.times == before + 1
    elsewhere = Asked(kept.core.cache, a_lender_and_brand(kept).id, times=100)
    assert elsewhere() == b"answer 101"


def test_a_change_ends_the_answers_made_from_it_and_no_others(ask: Asked, kept: Application, brand: SomeBrand) -> None:
    ask()
    change(kept, a_lender_and_brand(kept), "loans.sanction")
    change(kept, brand, "customers.change-details")
    assert ask() == b"answer 1"
    change(kept, brand, "loans.sanction")
    assert ask() == b"answer 2"
    assert ask(tags=("loans", "payments")) == b"answer 3"
    change(kept, brand, "payments.record")
    assert ask() == b"answer 2"
    assert ask(tags=("loans", "payments")) == b"answer 4"


def test_a_change_outside_every_brand_ends_those_of_all(ask: Asked, kept: Application) -> None:
    ask(tags=("brands",))
    with kept.core.postgres.begin(PlatformScope(Actor.system("test"))) as work:
        work.audit.add(AuditEvent("brands.close", "brand", None))
    assert ask(tags=("brands",)) == b"answer 2"


def test_what_rolls_back_ends_nothing(ask: Asked, kept: Application, brand: SomeBrand) -> None:
    ask()

    def fails() -> None:
        with kept.core.postgres.begin(brand.scope()) as work:
            work.audit.add(AuditEvent("loans.sanction", "loan", None))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert ask() == b"answer 1"


def test_an_answer_made_from_old_data_is_not_kept_over_the_change(kept: Application, brand: SomeBrand) -> None:
    """It was asked for before the change, and is made after it from what was read before."""
    cache = kept.core.cache
    read, changed = threading.Event(), threading.Event()

    def slow() -> bytes:
        read.set()
        assert changed.wait(10)
        return b"old"

    def asks() -> None:
        cache.answer(brand.id, QUESTION, tags=("loans",), seconds=60, make=slow)

    thread = threading.Thread(target=asks)
    thread.start()
    assert read.wait(10)
    change(kept, brand, "loans.sanction")
    changed.set()
    thread.join()
    assert cache.answer(brand.id, QUESTION, tags=("loans",), seconds=60, make=lambda: b"new") == b"new"


def test_values_are_sealed_and_bound_to_their_key(ask: Asked, kept: Application, brand: SomeBrand) -> None:
    kept.core.cache.answer(brand.id, QUESTION, tags=("loans",), seconds=60, make=lambda: b"Asha, 9876543210")
    shelf = kept.core.cache.shelf
    values = _all(kept)
    assert values
    assert not [key for key, value in values.items() if b"9876543210" in value or "loans.read" in key]
    (name,) = [key for key in values if not key.startswith("generation")]
    for forged in (b"garbage", values[name][:-1] + bytes([values[name][-1] ^ 1])):
        shelf.put(name, forged, seconds=60)
        assert ask() == f"answer {ask.times}".encode()


def _all(application: Application) -> dict[str, bytes]:
    shelf = application.core.cache.shelf
    if isinstance(shelf, RedisShelf):
        keys = [key.decode() for key in shelf.client.keys(f"{shelf.prefix}*")]
        return {key.removeprefix(shelf.prefix): shelf.client.get(key) for key in keys}
    assert isinstance(shelf, PostgresShelf)
    with shelf.database.begin(PlatformScope(Actor.system("test"))) as connection:
        return {row.key: bytes(row.value) for row in connection.execute(sa.text("select key, value from cache"))}


def test_flushed_it_only_works_again(ask: Asked, kept: Application, brand: SomeBrand) -> None:
    ask()
    shelf = kept.core.cache.shelf
    if isinstance(shelf, RedisShelf):
        shelf.client.flushall()
    else:
        assert isinstance(shelf, PostgresShelf)
        with shelf.database.begin(PlatformScope(Actor.system("test"))) as connection:
            connection.execute(sa.text("delete from cache"))
    assert ask() == b"answer 2"
    assert ask() == b"answer 2"


def test_the_table_is_swept(application: Application) -> None:
    brand = a_lender_and_brand(application)
    ask = Asked(application.core.cache, brand.id)
    ask(seconds=1)
    assert application.core.cache.shelf.sweep() == 0
    time.sleep(1.1)
    assert application.core.cache.shelf.sweep() == 1


def test_a_cache_that_is_away_is_no_cache(settings: Settings, clock: SettableClock) -> None:
    away = attrs.evolve(settings, cache="redis", redis_url="redis://127.0.0.1:1/0")
    application = build(away, clock=clock)
    brand = a_lender_and_brand(application)  # a change that cannot be told is made all the same
    ask = Asked(application.core.cache, brand.id)
    assert [ask(), ask()] == [b"answer 1", b"answer 2"]
    application.close()


def test_over_http_a_kept_answer_ends_with_the_change(application: Application) -> None:
    brand = a_lender_and_brand(application)
    path = f"/partner/brand/{brand.id}/settings/brand"
    with api_of(application) as http:
        admin = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
        before = admin.get(path)
        assert admin.get(path) == before
        assert len(_all(application)) == 3  # the answer, and the generations of its tag: the brand's and everybody's
        answer = admin.ask("PUT", path, {"version": before["version"], "isAlternateNumber": True})
        assert answer.status_code == 200, answer.text
        assert admin.get(path) == answer.json() != before


def test_a_borrowers_answer_is_never_kept(application: Application) -> None:
    brand = a_lender_and_brand(application)
    with api_of(application) as http:
        borrower = a_borrower(application, brand, http)
        borrower.get("/web/personal-details")
    assert _all(application) == {}
