"""Borrowers and staff of a test who are logged in, and the API in this process that they speak to."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import attrs
import httpx
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.access.model import Audience
from los_domain.customers.model import Customer
from los_domain.shared.actor import Actor, ActorKind, BrandScope, PlatformScope
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import CustomerId
from los_http.app import build
from tests.audited import watched
from tests.services import TEST, SomeBrand, SomeStaff, a_lender_and_brand, a_staff


def a_phone() -> Phone:
    """Return a phone that nobody of a test has."""
    return Phone(f"9{secrets.randbelow(10**9):09d}")


@attrs.frozen
class Speaker:
    """Somebody who is logged in, and speaks to the API."""

    id: UUID
    brand: SomeBrand
    token: str
    http: TestClient[Any]
    actor: Actor

    @property
    def scope(self) -> BrandScope:
        """The scope in which her requests run."""
        return self.brand.scope(self.actor)

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", **query: Any) -> httpx.Response:
        """Send one request below ``/api/v1``."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        return self.http.request(method, f"/api/v1{path}", json=body, params=query or None, headers=headers)

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a GET that succeeds."""
        answer = self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, *, status: int = 200, key: str = "") -> Any:
        """Return the JSON of a POST that is answered with *status*."""
        answer = self.ask("POST", path, body, key=key)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@contextmanager
def api_of(application: Application) -> Iterator[TestClient[Any]]:
    """Yield a client of the API over *application*, which ends with it."""
    with watched(build(application), application) as app, TestClient(app, raise_server_exceptions=False) as client:
        yield client


def a_customer(application: Application, brand: SomeBrand, *, phone: Phone | None = None) -> Customer:
    """Add a customer whose phone was proved."""
    core = application.core
    customer = Customer(CustomerId(core.ids.new()), phone or a_phone(), core.wall.now())
    with core.postgres.begin(brand.scope()) as work:
        work.customers.add(customer)
    return customer


def a_borrower(
    application: Application, brand: SomeBrand, http: TestClient[Any], *, phone: Phone | None = None
) -> Speaker:
    """Add a customer who is logged in."""
    customer = a_customer(application, brand, phone=phone)
    with application.core.postgres.begin(brand.scope()) as work:
        _, tokens = application.access.open_session(
            work.sessions,
            audience=Audience.WEB,
            subject=customer.id,
            brand=brand.id,
            epoch=0,
            now=application.core.wall.now(),
            address="",
        )
    return Speaker(customer.id, brand, tokens.access, http, Actor(ActorKind.BORROWER, customer.id))


def logged_in(application: Application, staff: SomeStaff, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    """Return a member of staff who is logged in, working in *brand*."""
    tokens = application.access.log_in_staff(PlatformScope(TEST), Email(staff.email), staff.password, device="test")
    return Speaker(UUID(str(staff.id)), brand, tokens.access, http, Actor(ActorKind.STAFF, UUID(str(staff.id))))


@pytest.fixture
def brand(application: Application) -> SomeBrand:
    """A brand of this test's own."""
    return a_lender_and_brand(application)


@pytest.fixture
def http(application: Application) -> Iterator[TestClient[Any]]:
    """The API."""
    with api_of(application) as client:
        yield client


@pytest.fixture
def borrower(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    """A borrower who is logged in, and of whom nothing is known."""
    return a_borrower(application, brand, http)


@pytest.fixture
def officer(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:
    """A credit officer who is logged in."""
    return logged_in(application, a_staff(application, "CREDIT", brand=brand), brand, http)
