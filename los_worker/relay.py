"""From the outbox to the carriers: nothing is lost between a commit and a send, wherever this is killed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import attrs
import structlog

from los_domain.jobs.ports import Deliveries, Owed
from los_worker.shared.carriers import Carrier
from los_worker.shared.postgres_broker import PostgresBroker
from los_worker.subscriptions import Table

_LOG: Final = structlog.get_logger("los.worker")
_AWAY_SECONDS: Final = 5


@attrs.frozen
class Relay:
    """
    Fans events out to their consumers, then sends what is due to the carriers that want it sent.

    Any number may run. Killed before the send: the row falls due again. Killed after it: it is sent twice, and its consumer notices.
    """

    deliveries: Deliveries
    table: Table
    carriers: Sequence[Carrier]

    def step(self) -> int:
        """Do what is to be done now; return how many events and messages that was."""
        taken = self.deliveries.fan_out(self.table.hearing)
        sent = 0
        for carrier in self.carriers:
            if isinstance(carrier.broker, PostgresBroker):
                if taken:
                    carrier.broker.wake()
            else:
                sent += self._send(carrier)
        return taken + sent

    def _send(self, carrier: Carrier) -> int:
        ends: dict[bool, list[Owed]] = defaultdict(list)
        for owed in self.deliveries.claim(carrier.queues):
            if not ends[False]:
                try:
                    carrier.send(owed)
                except Exception as error:  # each broker has its own ways to be away
                    _LOG.warning("carrier is away", queue=owed.queue, kind=type(error).__name__)
                    ends[False].append(owed)
                else:
                    ends[True].append(owed)
            else:
                ends[False].append(owed)
        self.deliveries.carried(ends[True])
        self.deliveries.put_back(ends[False], seconds=_AWAY_SECONDS)
        return len(ends[True])
