"""Vendors of the running sandbox as providers of a test's brand."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from los_adapters.bootstrap import Application
from los_adapters.brands.router import Patience
from los_domain.brands.model import BrandProvider
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from tests.sandbox.running import Sandbox, start
from tests.services import SomeBrand

K = ProviderKind


def _digitap(known: Mapping[str, Any]) -> dict[str, Any]:
    urls = {f"{product}_url": known["baseUrl"] for product in ("kyc", "aadhaar", "employment", "penny_drop")}
    return {"client_id": known["clientId"], "client_secret": known["clientSecret"], **urls}


def _cart(known: Mapping[str, Any]) -> dict[str, Any]:
    return {"base_url": known["baseUrl"], "token": known["authToken"], "reference_field": "referenceId"}


CONFIGS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"digitap": _digitap, "cart": _cart}
"""How a brand's config for each vendor is made of an account at the sandbox."""

SERVES: Mapping[str, tuple[ProviderKind, ...]] = {
    "digitap": (K.KYC, K.EMPLOYMENT, K.PENNY_DROP),
    "cart": (K.BSA,),
}


def has_account(application: Application, brand: SomeBrand, sandbox: Sandbox, vendor: str) -> list[BrandProvider]:
    """Open an account at *vendor*, and make it the brand's provider of all that it serves."""
    config = CONFIGS[vendor](sandbox.account(vendor))
    return [
        application.brand.save_provider(brand.scope(), ProviderWish(kind, vendor.upper(), config))
        for kind in SERVES[vendor]
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
