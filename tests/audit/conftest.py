"""Somebody who calls."""

from tests.borrowers import borrower, brand, http, officer  # noqa: F401 - fixtures
