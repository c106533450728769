"""The sandbox, for taking money."""

from tests.borrowers import brand, http
from tests.sandbox.conftest import no_fault_is_left, posts, sandbox

__all__ = ["brand", "http", "no_fault_is_left", "posts", "sandbox"]
