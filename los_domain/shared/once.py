"""
Once and only once: what tells a repetition travels with the scope, and commits with the effect.

A request carries its idempotency key (``Once``), a consumer the event it was given (``Delivery``).
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

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


@attrs.frozen
class Delivery:
    """One event as one consumer was given it. *consumer* is stored, so its name never changes."""

    consumer: str
    event_id: UUID


class HandledBefore(Exception):
    """This consumer finished with this event before: nothing was done now."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(f"{delivery.consumer} has handled {delivery.event_id}")
        self.delivery = delivery
