"""
Carriers: the brokers that bring deliveries to workers, and which queues each of them carries.

``LOS_QUEUE`` says what carries most (postgres, rabbitmq or redis); ``LOS_DURABLE_QUEUE=sqs`` gives the durable queues to SQS. Urgent
queues have threads of their own. Any carrier may lose, double or shuffle messages: what is owed stands in the database.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs
import dramatiq

from los_adapters.bootstrap import Application
from los_domain.jobs.ports import Owed
from los_worker.shared.messages import actor_of, message_of
from los_worker.shared.postgres_broker import PostgresBroker
from los_worker.shared.queues import QUEUES, Queue

Deliver = Callable[[str, str], None]
"""Event id and consumer: what an actor does."""

SQS_INVISIBLE_SECONDS: Final = 900
"""How long SQS hides a message that was taken; its own default of 12 hours would hide one of a killed worker as long."""

_THREADS_OF_URGENT: Final = 4
_STOP_MILLISECONDS: Final = 20_000


@attrs.frozen
class Carrier:
    """One broker, the queues that it carries, and how many threads of this process serve them."""

    broker: dramatiq.Broker
    queues: frozenset[str]
    threads: int

    @classmethod
    def of(cls, broker: dramatiq.Broker, queues: Iterable[Queue], threads: int) -> "Carrier":
        """Return a carrier that can send to all of *queues*, whichever of them this process serves."""
        names = frozenset(queue.name for queue in queues)
        for name in sorted(names):
            broker.declare_queue(name)
        return cls(broker, names, threads)

    def send(self, owed: Owed) -> None:
        """Hand *owed* over. Returns when the broker has confirmed it; raises whatever the broker raises."""
        self.broker.enqueue(message_of(owed))

    def serve(self, deliver: Deliver, names: Iterable[str]) -> dramatiq.Worker | None:
        """Start threads that run *deliver* for the queues of *names* that it carries; None if there are none."""
        served = self.queues.intersection(names)
        if not served:
            return None
        for name in sorted(self.queues):
            dramatiq.actor(actor_name=actor_of(name), queue_name=name, broker=self.broker)(deliver)
        worker = dramatiq.Worker(self.broker, queues=set(served), worker_timeout=500, worker_threads=self.threads)
        worker.start()
        return worker


def carriers(application: Application) -> Sequence[Carrier]:
    """Return the carriers that the settings ask for. Raises ValueError for settings that do not add up."""
    settings = application.core.settings
    if settings.durable_queue not in ("", "sqs"):
        raise ValueError("LOS_DURABLE_QUEUE: should be sqs, or empty")
    by_sqs = [queue for queue in QUEUES.values() if queue.is_durable and settings.durable_queue == "sqs"]
    rest = [queue for queue in QUEUES.values() if queue not in by_sqs]
    groups = (
        ([queue for queue in rest if queue.is_urgent], _THREADS_OF_URGENT),
        ([queue for queue in rest if not queue.is_urgent], settings.worker_threads),
    )
    found = [Carrier.of(_broker(application), group, threads) for group, threads in groups]
    if by_sqs:
        found.append(Carrier.of(_sqs(application), by_sqs, 2))
    return found


def _broker(application: Application) -> dramatiq.Broker:
    """Return a broker of the main kind. No middleware: retries, limits and dead letters are the table's."""
    settings = application.core.settings
    match settings.queue:
        case "postgres":
            return PostgresBroker(application.deliveries)
        case "rabbitmq":
            from dramatiq.brokers.rabbitmq import RabbitmqBroker

            if not settings.rabbitmq_url:
                raise ValueError("LOS_RABBITMQ_URL is missing, and LOS_QUEUE=rabbitmq needs it")
            return RabbitmqBroker(url=settings.rabbitmq_url, confirm_delivery=True, middleware=[])
        case "redis":
            from dramatiq.brokers.redis import RedisBroker

            if not settings.redis_url:
                raise ValueError("LOS_REDIS_URL is missing, and LOS_QUEUE=redis needs it")
            return RedisBroker(url=settings.redis_url, namespace="los", middleware=[])  # type: ignore[no-untyped-call]
        case other:
            raise ValueError(f"LOS_QUEUE: should be postgres, rabbitmq or redis, not {other}")


def _sqs(application: Application) -> dramatiq.Broker:
    from dramatiq_sqs import SQSBroker  # brings boto3, which takes half a second to import

    settings = application.core.settings
    broker: dramatiq.Broker = SQSBroker(
        namespace=settings.sqs_namespace,
        middleware=[],
        visibility_timeout=SQS_INVISIBLE_SECONDS,
        endpoint_url=settings.aws_endpoint_url or None,
    )
    return broker


def stop(workers: Iterable[dramatiq.Worker]) -> None:
    """Let the running deliveries end, 20 s at most, and give back the rest. What runs longer is left to its lease, as after a crash."""
    stopping = [threading.Thread(target=worker.stop, args=(_STOP_MILLISECONDS,)) for worker in workers]
    for thread in stopping:
        thread.start()
    for thread in stopping:
        thread.join()
