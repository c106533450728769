"""Borrowers of a running installation whose vendor of identity is the sandbox's."""

from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.shared.identifiers import Phone
from tests.borrowers import Speaker, a_borrower, borrower, brand, http, officer  # noqa: F401 - fixtures
from tests.sandbox.running import Sandbox
from tests.services import SomeBrand
from tests.vendors import has_account, is_impatient, no_fault_is_left, sandbox  # noqa: F401 - fixtures


@pytest.fixture
def anaya(application: Application, brand: SomeBrand, http: TestClient[Any]) -> Speaker:  # noqa: F811
    """The sandbox's Anaya Deshmukh."""
    return a_borrower(application, brand, http, phone=Phone("9000000001"))


@pytest.fixture
def digitap(application: Application, brand: SomeBrand, sandbox: Sandbox) -> Sandbox:  # noqa: F811
    """The sandbox, with the brand as a client of its Digitap; requests wait one second."""
    has_account(application, brand, sandbox, "digitap")
    is_impatient(application)
    return sandbox
