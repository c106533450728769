"""A brand whose providers are all at a running sandbox, and the API at an address that the sandbox can post to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import attrs
import pytest
import uvicorn

from los_adapters.bootstrap import Application, build
from los_adapters.sandbox import connect
from los_adapters.shared.settings import Settings
from los_http.app import build as api_over
from tests.audited import watched
from tests.sandbox.running import Sandbox, start
from tests.services import SettableClock, SomeBrand, a_lender_and_brand, free_port

T = TypeVar("T")


@pytest.fixture(scope="session")
def all_vendors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for every test that only needs accounts of its own."""
    running = start(tmp_path_factory.mktemp("vendors"), "--seed", "7")
    yield running
    assert running.stop() == 0


@attrs.frozen
class Connected:
    """A brand with every vendor of the sandbox as its provider."""

    application: Application
    brand: SomeBrand
    sandbox: Sandbox
    url: str
    clock: SettableClock

    def texts(self, phone: str) -> list[dict[str, Any]]:
        """Return the SMS that the sandbox delivered to *phone*, oldest first."""
        return list(self.sandbox.http.get("/_sandbox/outbox/sms", params={"to": phone}).json()["items"])

    def mails(self, address: str) -> list[dict[str, Any]]:
        """Return the mails that the sandbox took for *address*, oldest first."""
        items = self.sandbox.http.get("/_sandbox/outbox/mail").json()["items"]
        return [one for one in items if address in str(one)]


@contextmanager
def served(application: Application, port: int) -> Iterator[None]:
    """Serve the API on *port* while the block runs."""
    with watched(api_over(application), application) as app:
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until(lambda: server.started)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def until(said: Callable[[], T], *, seconds: float = 10.0) -> T:
    """Return what *said* says once it is true; fails when it does not become so."""
    end = time.monotonic() + seconds
    while True:
        found = said()
        if found:
            return found
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def connected(settings: Settings, clock: SettableClock, all_vendors: Sandbox) -> Iterator[Connected]:
    """The whole system, its API served, and a brand whose vendors are the sandbox's. Armed faults go with the test."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    application = build(attrs.evolve(settings, public_url=url, sandbox_url=all_vendors.url), clock=clock)
    try:
        with served(application, port):
            brand = a_lender_and_brand(application)
            connect(application, brand.scope(), sandbox_url=all_vendors.url, public_url=url)
            yield Connected(application, brand, all_vendors, url, clock)
    finally:
        all_vendors.http.delete("/_sandbox/faults")
        application.close()
