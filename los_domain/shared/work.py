"""The unit of work: one ``with``, one transaction, one scope."""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from los_domain.shared.audit import AuditLog
from los_domain.shared.events import Outbox

R = TypeVar("R")
S_contra = TypeVar("S_contra", contravariant=True)
W_co = TypeVar("W_co", covariant=True)


class Work(Protocol):
    """What every unit of work has: somewhere to leave events and audit rows of the same transaction."""

    @property
    def outbox(self) -> Outbox:
        """Events of this transaction."""
        ...

    @property
    def audit(self) -> AuditLog:
        """Audit rows of this transaction."""
        ...

    def finish(self, result: R, /) -> R:
        """
        Return *result*, after the request's answer is stored under its idempotency key, or the consumer's event marked handled.

        The last act of a use case inside its last ``with``, so that the effect and the mark that it happened commit together.
        Raises HandledBefore where another delivery of the same event was faster.
        """
        ...


class Begin(Protocol[S_contra, W_co]):
    """
    Opens a fresh unit of work in a scope: ``with begin(scope) as work``.

    Commits on a clean exit and rolls back on any exception. Not nested. No vendor is called inside: a wait of seconds would
    hold row locks.
    """

    def __call__(self, scope: S_contra, /) -> AbstractContextManager[W_co]:
        """Return the context manager; the transaction begins when it is entered."""
        ...
