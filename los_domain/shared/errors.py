"""
What the system can tell a caller, by kind.

A kind decides the HTTP status, the retry of a worker and whether anyone is paged; each edge has one table for that. Every
message is safe to show: it holds no personal data, no secret and no internals. "Nothing to do" is a return value, never an error.
"""

from collections.abc import Sequence

import attrs


@attrs.frozen
class FieldProblem:
    """One thing wrong with one field: its wire path (``bank.ifscCode``), what is wrong, and what would be right."""

    field: str
    message: str
    fix: str = ""


class LosError(Exception):
    """Something the caller can be told."""


class Invalid(LosError):
    """Input that cannot be understood. Carries every field at fault, not the first one only."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems) or "the request cannot be understood")
        self.problems: Sequence[FieldProblem] = problems


class Unauthenticated(LosError):
    """Nobody is known to be asking: no credential, a stale one, or one that does not hold."""


class Forbidden(LosError):
    """The caller is known and may not do this."""


class NotFound(LosError):
    """It does not exist, or not for this caller: both look the same."""


class Conflict(LosError):
    """The present state does not allow it: wrong status, duplicate, or somebody else was first."""


class StaleWrite(Conflict):
    """Somebody wrote between the read and this write: read again."""


class InFlight(Conflict):
    """The same idempotency key is being worked on right now: ask again shortly."""


class Rejected(LosError):
    """A business rule said no. *reasons* are stable codes for programs; the message is for people."""

    def __init__(self, message: str, *, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class TooMany(LosError):
    """A limit is used up; it opens again after *retry_after_seconds*."""

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ProviderUnavailable(LosError):
    """An outside system cannot answer now. Nothing was lost; trying again may help."""

    def __init__(self, message: str, *, retry_after_seconds: int = 30) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ProviderRefused(LosError):
    """An outside system answered with a refusal that a person has to look at."""


def where(error: BaseException) -> list[str]:
    """Return file, line and function of the innermost frames of *error*: what a log may say of a fault."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-12:]
