"""
Dramatiq over PostgreSQL: a broker whose queue is the table of what is owed.

Nothing is sent: an event that was fanned out lies in the table already, and a consumer takes it from there. Why, and why not a table
of messages beside it: docs/decisions/0006-deliveries-are-the-queue.md.
"""

import threading
from collections import deque
from collections.abc import Iterable
from typing import Final

import dramatiq
from dramatiq.errors import BrokerConnectionError

from los_domain.jobs.ports import Deliveries, Owed
from los_domain.shared.errors import LosError
from los_worker.shared.messages import message_of, owed_of

POLL_SECONDS: Final = 1.0
"""How long a consumer without work waits before it asks again. In the process that fans out it is woken instead."""


class PostgresBroker(dramatiq.Broker):
    """The broker."""

    def __init__(self, deliveries: Deliveries) -> None:
        super().__init__(middleware=[])
        self.deliveries = deliveries
        self.consumers: list[PostgresConsumer] = []

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue; there is nothing to make."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: "dramatiq.Message[None]", *, delay: int | None = None) -> "dramatiq.Message[None]":
        """Make what *message* speaks of due, after *delay* milliseconds."""
        self.deliveries.put_back([owed_of(message)], seconds=(delay or 0) // 1000)
        self.wake()
        return message

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30_000) -> "PostgresConsumer":
        """Return a consumer of one queue."""
        consumer = PostgresConsumer(self, queue_name, prefetch, timeout / 1000)
        self.consumers.append(consumer)
        return consumer

    def wake(self) -> None:
        """Let waiting consumers of this process ask at once."""
        for consumer in self.consumers:
            consumer.woken.set()


class PostgresConsumer(dramatiq.Consumer):
    """Takes what is due in one queue, at most *prefetch* at a time."""

    def __init__(self, broker: PostgresBroker, queue: str, prefetch: int, timeout_seconds: float) -> None:
        self.broker = broker
        self.queue = queue
        self.prefetch = prefetch
        self.pause_seconds = min(timeout_seconds, POLL_SECONDS)
        self.taken: deque[Owed] = deque()
        self.out = 0
        self.woken = threading.Event()
        self._lock = threading.Lock()

    def __next__(self) -> "dramatiq.MessageProxy | None":
        """Return the next message, or None after a pause without one."""
        if not self.taken:
            room = self.prefetch - self.out
            self.woken.clear()
            if room > 0:
                try:
                    self.taken.extend(self.broker.deliveries.claim([self.queue], limit=room))
                except LosError as error:
                    raise BrokerConnectionError(type(error).__name__) from None  # type: ignore[no-untyped-call]
            if not self.taken:
                self.woken.wait(self.pause_seconds)
                return None
        with self._lock:
            self.out += 1
        return dramatiq.MessageProxy(message_of(self.taken.popleft()))

    def ack(self, message: "dramatiq.MessageProxy") -> None:
        """Make room for another; whether it is done, the handler has said in the table."""
        with self._lock:
            self.out -= 1
        self.woken.set()

    nack = ack

    def requeue(self, messages: Iterable["dramatiq.MessageProxy"]) -> None:
        """Give back what was taken and not begun: the worker stops."""
        self.broker.deliveries.put_back([owed_of(message) for message in messages])

    def close(self) -> None:
        """Give back what was not even handed out."""
        self.broker.deliveries.put_back(list(self.taken))
        self.taken.clear()
        if self in self.broker.consumers:
            self.broker.consumers.remove(self)
