"""What the workers would do, done at once and in this thread."""

from los_adapters.bootstrap import Application
from los_domain.shared.actor import Actor, PlatformScope
from los_worker.shared.handler import Handler
from los_worker.shared.queues import QUEUES
from los_worker.subscriptions import TABLE


def deliver(application: Application) -> int:
    """
    Hand every event to its consumers, and the events that follow from it, until nothing is owed now; return how many were run.

    What failed and waits for another try stays owed: ``let_waits_be_over`` makes it due.
    """
    handler, count = Handler(application, TABLE), 0
    while True:
        while application.deliveries.fan_out(TABLE.hearing):
            pass
        claimed = application.deliveries.claim(QUEUES)
        if not claimed:
            return count
        for owed in claimed:
            handler(str(owed.event_id), owed.consumer)
            count += 1


def let_waits_be_over(application: Application) -> None:
    """Make everything due that waits for another try."""
    with application.core.postgres.begin(PlatformScope(Actor.system("test"))) as work:
        work.context.connection.exec_driver_sql("update deliveries set due_at = now() - interval '1 s'")


def dead_letters(application: Application) -> list[tuple[str, str]]:
    """Return (consumer, error) of every delivery that was given up."""
    with application.core.postgres.begin(PlatformScope(Actor.system("test"))) as work:
        rows = work.context.connection.exec_driver_sql("select consumer, error from dead_letters order by at")
        return [(row[0], row[1]) for row in rows]
