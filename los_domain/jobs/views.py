"""How much waits behind the API, and when that is an alarm."""

from collections.abc import Mapping
from datetime import timedelta

import attrs

RELAY_LATE = timedelta(minutes=1)
SEALER_LATE = timedelta(minutes=5)
WEBHOOK_LATE = timedelta(minutes=15)
QUEUE_LATE = timedelta(hours=3)
"""Longer than any wait between two tries: what is owed for so long has no worker."""


@attrs.frozen
class QueueLength:
    """What is owed in one queue, how long the oldest has been, and how many run now."""

    owed: int
    oldest: timedelta
    running: int


@attrs.frozen
class Waiting:
    """How much waits, and for how long the oldest has: what alarms, the health page and the doctor look at."""

    outbox: int
    outbox_oldest: timedelta
    dead_letters: int
    inbox: int
    inbox_oldest: timedelta
    unsealed: int
    unsealed_oldest: timedelta
    queues: Mapping[str, QueueLength]

    def alarms(self) -> tuple[str, ...]:
        """Return what is wrong and what to do about it, a sentence each."""
        found = []
        if self.outbox_oldest > RELAY_LATE:
            found.append(f"{self.outbox} events wait to be relayed: is a worker running?")
        if self.unsealed_oldest > SEALER_LATE:
            found.append(
                f"the audit trail is not being sealed, {self.unsealed} rows wait: is a worker running, or a transaction open for hours?"
            )
        if self.inbox_oldest > WEBHOOK_LATE:
            found.append(f"{self.inbox} webhooks were not worked on: see `los dead list`")
        if self.dead_letters:
            found.append(f"{self.dead_letters} dead letters wait for a person: see `los dead list`")
        for name, queue in sorted(self.queues.items()):
            if queue.oldest > QUEUE_LATE:
                found.append(f"work in the queue {name} waits since {queue.oldest}: does a worker serve it?")
        return tuple(found)
