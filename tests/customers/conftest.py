"""Customers of a running installation, and vendors that know the sandbox's people."""

from tests.borrowers import borrower, brand, http, officer  # noqa: F401 - fixtures
from tests.vendors import no_fault_is_left, sandbox  # noqa: F401 - fixtures
