"""Once and only once: a request's idempotency key travels with its scope, its answer commits with its effect."""

from collections.abc import Callable
from typing import Any

import attrs


@attrs.frozen
class Answer:
    """A finished answer of a driver, as it is stored and replayed, byte for byte."""

    status: int
    body: bytes = attrs.field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Once:
    """
    The idempotency key of one request.

    *fingerprint* hashes method, concrete path, query and canonical body: the same key with another fingerprint is refused.
    *remember* turns the use case's result into the driver's answer. *continuing* marks a later transaction of the same request
    (after a vendor was asked): it does not look the key up again, and replaces the stored answer.
    """

    principal: str
    key: str
    fingerprint: bytes
    remember: Callable[[Any], Answer]
    continuing: bool = False


class AnsweredBefore(Exception):
    """This key was answered before: nothing was done now, and *answer* is what was said then."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer
