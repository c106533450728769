"""A borrower of a running installation whose bank is the sandbox's."""

from collections.abc import Mapping
from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.customers.policy import confirmed, named
from los_domain.shared.identifiers import Phone
from tests.borrowers import Speaker, a_borrower, brand, http, officer  # noqa: F401 - fixtures
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import has_account, is_impatient, no_fault_is_left, sandbox  # noqa: F401 - fixtures


@pytest.fixture
def persona(sandbox: Sandbox) -> Mapping[str, Any]:  # noqa: F811
    """Somebody whom the sandbox's bank knows, with an account at a branch that exists."""
    return dict(sandbox.http.get("/_sandbox/personas", params={"seed": 7, "class": "prime"}).json())


@pytest.fixture
def holder(application: Application, brand: SomeBrand, http: TestClient[Any], persona: Mapping[str, Any]) -> Speaker:  # noqa: F811
    """That person as a borrower, her name confirmed as a PAN confirms it."""
    speaker = a_borrower(application, brand, http, phone=Phone(persona["phone"]))
    with application.core.postgres.begin(brand.scope()) as work:
        profile = confirmed(work.profiles.get(speaker.id), **named(persona["name"]))
        work.profiles.save(speaker.id, profile)
    return speaker


@pytest.fixture
def bank(application: Application, brand: SomeBrand, sandbox: Sandbox) -> Sandbox:  # noqa: F811
    """The sandbox, with the brand as a client of its penny drop and its statement analyser; requests wait one second."""
    has_account(application, brand, sandbox, "digitap")
    has_account(application, brand, sandbox, "cart")
    is_impatient(application)
    return sandbox
