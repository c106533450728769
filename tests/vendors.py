"""Vendors of the running sandbox as providers of a test's brand."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from los_adapters.bootstrap import Application
from los_adapters.brands.router import Patience
from los_adapters.sandbox import SEATS
from los_domain.brands.model import BrandProvider
from los_domain.brands.usecases.providers import ProviderWish
from tests.sandbox.running import Sandbox, start
from tests.services import SomeBrand


def has_account(application: Application, brand: SomeBrand, sandbox: Sandbox, vendor: str) -> list[BrandProvider]:
    """Open an account at *vendor*, and make it the brand's provider of all that it serves."""
    seat = next(one for one in SEATS if one.vendor == vendor)
    config = seat.config(sandbox.account(vendor))
    return [
        application.brand.save_provider(brand.scope(), ProviderWish(kind, seat.name, config)) for kind in seat.kinds
    ]


SILENCES: Mapping[str, Mapping[str, Any]] = {
    "down": {},
    "slow": {"seconds": 3},
    "rate_limited": {"seconds": 1},
    "server_error": {"status": 503},
    "garbage": {},
    "success_then_timeout": {},
}
"""The faults after which nobody knows an answer, with what they are armed with."""


def is_impatient(application: Application) -> None:
    """Let requests wait for vendors one second instead of eight."""
    application.providers.patience = lambda _: Patience(call_seconds=1.0, line_seconds=0.5)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The session's sandbox; its faults are disarmed after each test by ``no_fault_is_left``."""
    running = start(tmp_path_factory.mktemp("vendors"))
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def no_fault_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Disarm what a test armed."""
    yield
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox").http.delete("/_sandbox/faults")
