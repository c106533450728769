"""How much waits, as gauges: read from the database when Prometheus asks, so that any worker tells of all."""

from collections.abc import Iterator
from datetime import timedelta

import attrs
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from los_adapters.bootstrap import Application


@attrs.frozen(eq=False)  # a registry keeps its collectors in a dictionary
class Backlog(Collector):
    """The gauges."""

    application: Application

    def collect(self) -> Iterator[Metric]:
        """Yield what waits now. Raises DatabaseUnavailable, and the scrape fails with it: silence would read as nothing waiting."""
        waiting = self.application.jobs.queries.waiting()
        yield _gauge("los_outbox_waiting", "Events that wait to be fanned out", waiting.outbox)
        yield _gauge("los_outbox_oldest_seconds", "Age of the oldest of them", waiting.outbox_oldest)
        yield _gauge("los_inbox_unhandled", "Webhooks that wait to be worked on", waiting.inbox)
        yield _gauge("los_inbox_oldest_seconds", "Age of the oldest of them", waiting.inbox_oldest)
        yield _gauge("los_audit_unsealed", "Rows of the audit trail that wait to be sealed", waiting.unsealed)
        yield _gauge("los_audit_oldest_seconds", "Age of the oldest of them", waiting.unsealed_oldest)
        yield _gauge("los_dead_letters", "Dead letters that wait for a person", waiting.dead_letters)
        yield _gauge("los_alarms", "What waits for longer than it may", len(waiting.alarms()))
        owed = GaugeMetricFamily("los_queue_owed", "Deliveries that are owed", labels=["queue"])
        running = GaugeMetricFamily("los_queue_running", "Deliveries that run now", labels=["queue"])
        oldest = GaugeMetricFamily("los_queue_oldest_seconds", "Age of the oldest delivery", labels=["queue"])
        for name, queue in waiting.queues.items():
            owed.add_metric([name], queue.owed)
            running.add_metric([name], queue.running)
            oldest.add_metric([name], queue.oldest.total_seconds())
        yield from (owed, running, oldest)


def _gauge(name: str, what: str, value: float | timedelta) -> Metric:
    return GaugeMetricFamily(name, what, value=value.total_seconds() if isinstance(value, timedelta) else value)
