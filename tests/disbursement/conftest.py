"""The sandbox, for paying out."""

from tests.sandbox.conftest import no_fault_is_left, posts, sandbox

__all__ = ["no_fault_is_left", "posts", "sandbox"]
