"""What happens to every delivery, whichever carrier brought it: started, run in the scope of its event, and done, tried again or buried."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import attrs
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from los_adapters.bootstrap import Application
from los_domain.jobs.model import Then
from los_domain.jobs.policy import after_failure
from los_domain.jobs.ports import Started
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.errors import LosError, NotFound, where
from los_domain.shared.once import Delivery, HandledBefore
from los_worker.shared.subscription import AnySubscription, Subscription
from los_worker.subscriptions import Table

_LOG: Final = structlog.get_logger("los.worker")


class Metrics:
    """Counters of one worker process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.ended = Counter(
            "los_worker_deliveries",
            "Deliveries by consumer and how they ended",
            ["consumer", "end"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "los_worker_delivery_seconds",
            "Seconds by consumer",
            ["consumer"],
            registry=self.registry,
            buckets=(0.01, 0.05, 0.2, 1, 5, 20, 60, 300, 1800),
        )


@attrs.define
class Running:
    """The deliveries that this process works on now, so that their leases can be kept."""

    _held: set[Delivery] = attrs.field(factory=set)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    @contextmanager
    def holding(self, delivery: Delivery) -> Iterator[None]:
        """Hold *delivery* while the block runs."""
        with self._lock:
            self._held.add(delivery)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(delivery)

    def held(self) -> list[Delivery]:
        """Return what is held now."""
        with self._lock:
            return list(self._held)


@attrs.frozen
class Handler:
    """Runs deliveries. One per process, called from many threads."""

    application: Application
    table: Table
    metrics: Metrics = attrs.field(factory=Metrics)
    running: Running = attrs.field(factory=Running)

    def __call__(self, event_id: str, consumer: str) -> None:
        """Run one delivery, if it is still owed and nobody else has it."""
        delivery = Delivery(consumer, UUID(event_id))
        started = self.application.deliveries.start(delivery)
        if started is None:
            self._ended(consumer, "not owed")
            return
        subscription = self.table.by_consumer.get(consumer)
        if subscription is None:
            # While a new version is rolled out, old workers meet consumers that only new ones know: these may have it next.
            self._failed(started, NotFound(f"no consumer is called {consumer}"))
        elif started.kills:
            self._bury(started, Then.KILLS)
        else:
            self._run(subscription, started)

    def _run(self, subscription: AnySubscription, started: Started) -> None:
        delivery, deliveries = started.delivery, self.application.deliveries
        began = time.perf_counter()
        with (
            self.running.holding(delivery),
            structlog.contextvars.bound_contextvars(
                request_id=started.request_id, consumer=delivery.consumer, event_id=str(delivery.event_id)
            ),
        ):
            try:
                # Work of several transactions checks for itself only in the last; one that was begun before is asked about first.
                if started.tries > 1 and started.brand and deliveries.handled(started.brand, delivery):
                    raise HandledBefore(delivery)
                self._act(subscription, started)
            except HandledBefore:
                deliveries.done(delivery)
                self._ended(delivery.consumer, "handled before")
            except Exception as error:
                self._failed(started, error)
            else:
                deliveries.done(delivery)
                self._ended(delivery.consumer, "done")
            finally:
                self.metrics.seconds.labels(delivery.consumer).observe(time.perf_counter() - began)

    def _act(self, subscription: AnySubscription, started: Started) -> None:
        event = self.application.deliveries.event(started, subscription.event)
        actor = Actor.system(started.delivery.consumer)
        if isinstance(subscription, Subscription):
            if started.brand is None:
                raise TypeError(f"{started.topic} of no brand came to {subscription.consumer}, which works inside one")
            scope = BrandScope(started.brand, actor, started.request_id, delivery=started.delivery)
            subscription.run(self.application, scope, event)
        else:
            platform = PlatformScope(actor, started.request_id, delivery=started.delivery)
            subscription.run(self.application, platform, event)

    def _failed(self, started: Started, error: Exception) -> None:
        verdict = after_failure(error, tries=started.tries, jitter_percent=random.randrange(101))
        if verdict.then is not Then.AGAIN:
            self._bury(started, verdict.then, error)
            return
        self.application.deliveries.again(started.delivery, error=said(error), seconds=verdict.after_seconds)
        self._ended(started.delivery.consumer, "again")
        _LOG.warning(
            "again", kind=type(error).__name__, tries=started.tries, after=verdict.after_seconds, where=where(error)
        )

    def _bury(self, started: Started, why: Then, error: Exception | None = None) -> None:
        self.application.deliveries.bury(started.delivery, why=why, error=said(error) if error else "")
        self._ended(started.delivery.consumer, "dead")
        _LOG.error(
            "dead letter",
            consumer=started.delivery.consumer,
            event_id=str(started.delivery.event_id),
            why=why.value,
            kind=type(error).__name__ if error else "",
            tries=started.tries,
            where=where(error) if error else [],
        )

    def _ended(self, consumer: str, end: str) -> None:
        self.metrics.ended.labels(consumer, end).inc()


def said(error: Exception) -> str:
    """Return what may be kept of *error*: its kind, and its words only where they are ours and therefore safe to show."""
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, LosError) else kind
