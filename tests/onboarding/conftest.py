"""Borrowers of a running installation whose vendors are the sandbox's."""

from tests.borrowers import borrower, brand, http, officer  # noqa: F401 - fixtures
from tests.vendors import no_fault_is_left, sandbox  # noqa: F401 - fixtures
