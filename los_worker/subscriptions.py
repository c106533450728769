"""Who acts on which event: the subscriptions of all capabilities in one table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from los_worker.agreements import actors as agreements
from los_worker.audit import actors as audit
from los_worker.banking import actors as banking
from los_worker.bureau import actors as bureau
from los_worker.customers import actors as customers
from los_worker.decisioning import actors as decisioning
from los_worker.disbursement import actors as disbursement
from los_worker.jobs import actors as jobs
from los_worker.kyc import actors as kyc
from los_worker.loans import actors as loans
from los_worker.messaging import actors as messaging
from los_worker.payments import actors as payments
from los_worker.shared.queues import QUEUES
from los_worker.shared.subscription import AnySubscription

ALL: tuple[AnySubscription, ...] = (
    *agreements.SUBSCRIPTIONS,
    *audit.SUBSCRIPTIONS,
    *bureau.SUBSCRIPTIONS,
    *banking.SUBSCRIPTIONS,
    *customers.SUBSCRIPTIONS,
    *disbursement.SUBSCRIPTIONS,
    *decisioning.SUBSCRIPTIONS,
    *jobs.SUBSCRIPTIONS,
    *kyc.SUBSCRIPTIONS,
    *loans.SUBSCRIPTIONS,
    *messaging.SUBSCRIPTIONS,
    *payments.SUBSCRIPTIONS,
)
"""A new capability's subscriptions are added here."""


@attrs.frozen
class Table:
    """Subscriptions by the topic that they hear, and by the consumer's name."""

    by_topic: Mapping[str, Sequence[AnySubscription]]
    by_consumer: Mapping[str, AnySubscription]

    @classmethod
    def of(cls, subscriptions: Iterable[AnySubscription]) -> "Table":
        """Join *subscriptions*. Raises ValueError for a name given twice, an unknown queue, or a topic of two event classes."""
        by_topic: dict[str, list[AnySubscription]] = {}
        by_consumer: dict[str, AnySubscription] = {}
        for subscription in subscriptions:
            if by_consumer.setdefault(subscription.consumer, subscription) is not subscription:
                raise ValueError(f"two consumers are called {subscription.consumer}")
            if subscription.queue not in QUEUES:
                raise ValueError(f"{subscription.consumer} waits in {subscription.queue}, which is no queue")
            others = by_topic.setdefault(subscription.event.topic, [])
            if others and others[0].event is not subscription.event:
                raise ValueError(f"two classes of events are published as {subscription.event.topic}")
            others.append(subscription)
        return cls(by_topic, by_consumer)

    def hearing(self, topic: str, body: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        """Return (consumer, queue) of each subscription to an event as the outbox holds it."""
        return [
            (subscription.consumer, subscription.queue)
            for subscription in self.by_topic.get(topic, ())
            if subscription.only.items() <= body.items()
        ]


TABLE = Table.of(ALL)
