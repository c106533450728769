"""
What is owed to consumers, and who has it: the queue behind every queue.

An event is *fanned out* into one row a consumer, in the transaction that takes it off the outbox. The row is *claimed* to be handed to a
carrier (RabbitMQ, Redis, SQS, or a worker that asks this very table), *started* by one worker at a time, *kept* while it runs, and gone
when its effect is committed. ``due_at`` says when it is to be handed out (again), so whatever a carrier or a killed worker lost comes
back by itself, and no wait lives in a carrier. All instants are the database's: it is the one clock that all processes share.

Nothing here waits for the disk: a row that is lost in a crash of the server is found again in the state before, and done again, and a
consumer notices. Only a dead letter does.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import attrs
import sqlalchemy as sa

from los_adapters.shared.database import Database, Read
from los_adapters.shared.store import event_from_body
from los_domain.jobs.model import Then
from los_domain.jobs.ports import Hearing, Owed, Started
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.events import Event
from los_domain.shared.ids import BrandId, Ids
from los_domain.shared.once import Delivery

E = TypeVar("E", bound=Event)

_SCOPE: Final = PlatformScope(Actor.system("relay"))
_LAZY: Final = sa.text("select set_config('synchronous_commit', 'off', true)")

_UNSENT: Final = sa.text(
    "select id, brand_id, topic, body from outbox where sent_at is null order by seq limit :limit for update skip locked"
)
_OWE: Final = sa.text(
    "insert into deliveries (event_id, consumer, queue, brand_id) values (:event_id, :consumer, :queue, :brand_id) on conflict do nothing"
)
_MARK_SENT: Final = sa.text("update outbox set sent_at = now() where id = any(:ids)")
_CLAIM: Final = Read(
    "with due as materialized (select event_id, consumer from deliveries "
    "where queue = any(%(queues)s) and due_at <= now() and (running_until is null or running_until < now()) "
    "order by due_at limit %(limit)s for update skip locked) "
    "update deliveries d set due_at = now() + make_interval(secs => %(seconds)s) from due "
    "where d.event_id = due.event_id and d.consumer = due.consumer returning d.event_id, d.consumer, d.queue",
    {},
)
_LATER: Final = Read(
    "update deliveries d set due_at = now() + make_interval(secs => %(seconds)s) "
    "from unnest(cast(%(events)s as uuid[]), cast(%(consumers)s as text[])) as k(event_id, consumer) "
    "where d.event_id = k.event_id and d.consumer = k.consumer and d.running_until is null returning 1",
    {},
)
_START: Final = Read(
    "update deliveries d set tries = tries + 1, crashes = crashes + (running_until is not null)::int, "
    "running_until = now() + make_interval(secs => %(seconds)s), due_at = now() + make_interval(secs => %(seconds)s) "
    "from outbox o where o.id = d.event_id and d.event_id = %(event)s and d.consumer = %(consumer)s "
    "and (d.running_until is null or d.running_until < now()) "
    "returning d.brand_id, d.tries, d.crashes, o.topic, o.body, o.request_id",
    {},
)
_KEEP: Final = Read(
    "update deliveries d set running_until = now() + make_interval(secs => %(seconds)s), "
    "due_at = now() + make_interval(secs => %(seconds)s) "
    "from unnest(cast(%(events)s as uuid[]), cast(%(consumers)s as text[])) as k(event_id, consumer) "
    "where d.event_id = k.event_id and d.consumer = k.consumer and d.running_until is not null returning 1",
    {},
)
_GOT_FURTHER: Final = Read(
    "update deliveries set tries = tries - crashes, crashes = 0 "
    "where event_id = %(event)s and consumer = %(consumer)s and crashes > 0 returning 1",
    {},
)
_AGAIN: Final = Read(
    "update deliveries set running_until = null, crashes = 0, error = %(error)s, due_at = now() + make_interval(secs => %(seconds)s) "
    "where event_id = %(event)s and consumer = %(consumer)s returning 1",
    {},
)
_DONE: Final = Read(
    "delete from deliveries where event_id = %(event)s and consumer = %(consumer)s returning 1",
    {},
)
_BURY: Final = sa.text(
    "with given_up as (delete from deliveries where event_id = :event and consumer = :consumer returning *) "
    "insert into dead_letters (id, queue, consumer, event_id, brand_id, topic, why, error, tries) "
    "select :letter, g.queue, g.consumer, g.event_id, g.brand_id, o.topic, :why, coalesce(nullif(:error, ''), g.error), g.tries "
    "from given_up g join outbox o on o.id = g.event_id"
)
# Rows that nobody owes any more and that no dead letter waits to replay.
_FORGET: Final = sa.text(
    "delete from outbox where id in (select o.id from outbox o where o.sent_at < now() - make_interval(days => :days) "
    "and not exists (select 1 from deliveries d where d.event_id = o.id) "
    "and not exists (select 1 from dead_letters l where l.event_id = o.id and l.replayed_at is null) limit 5000)"
)
_HANDLED: Final = Read(
    "select 1 from handled where brand_id = %(brand)s and consumer = %(consumer)s and event_id = %(event)s",
    {},
)


@attrs.frozen
class SqlDeliveries:
    """
    Hands out what is owed. *lease_seconds*: how long a worker may go without saying that it still runs a delivery. *carried_seconds*: how
    long a carrier may have a delivery before another message about it is sent; a second message is harmless, and found so.
    """

    database: Database
    ids: Ids
    lease_seconds: float = 30.0
    carried_seconds: float = 600.0

    @contextmanager
    def _lazily(self) -> Iterator[sa.Connection]:
        with self.database.begin(_SCOPE) as connection:
            connection.execute(_LAZY)
            yield connection

    # -- the relay -------------------------------------------------------------------------------------------------

    def fan_out(self, hearing: Hearing, *, limit: int = 200) -> int:
        """Turn events of the outbox into what is owed to each consumer; return how many events were taken."""
        with self._lazily() as connection:
            rows = connection.execute(_UNSENT, {"limit": limit}).all()
            if not rows:
                return 0
            owed = [
                {"event_id": row.id, "consumer": consumer, "queue": queue, "brand_id": row.brand_id}
                for row in rows
                for consumer, queue in hearing(row.topic, row.body)
            ]
            if owed:
                connection.execute(_OWE, owed)
            connection.execute(_MARK_SENT, {"ids": [row.id for row in rows]})
            return len(rows)

    def claim(self, queues: Iterable[str], *, limit: int = 200) -> Sequence[Owed]:
        """Return what is due in *queues*, oldest first; nobody else gets it until the lease ends."""
        values = {"queues": list(queues), "limit": limit, "seconds": self.lease_seconds}
        return [Owed(*row) for row in self.database.lazily(_SCOPE, _CLAIM, values)]

    def carried(self, owed: Sequence[Owed]) -> None:
        """Note that a carrier confirmed *owed*."""
        self._put_off(owed, self.carried_seconds)

    def put_back(self, owed: Sequence[Owed], *, seconds: int = 0) -> None:
        """Make *owed* due again, after *seconds*: it was claimed and not handed on."""
        self._put_off(owed, seconds)

    def _put_off(self, owed: Sequence[Owed], seconds: float) -> None:
        if owed:
            self.database.lazily(_SCOPE, _LATER, {"seconds": seconds, **_keys([one.delivery for one in owed])})

    # -- the worker ------------------------------------------------------------------------------------------------

    def start(self, delivery: Delivery) -> Started | None:
        """Take *delivery*, or return None: it is done, or another worker has it."""
        values = {**_values(delivery), "seconds": self.lease_seconds}
        for brand, tries, crashes, topic, body, request_id in self.database.lazily(_SCOPE, _START, values):
            owner = None if brand is None else BrandId(brand)
            return Started(delivery, owner, topic, body, request_id, tries, crashes)
        return None

    def event(self, started: Started, kind: type[E]) -> E:
        """Return the event of class *kind* that *started* is about."""
        return event_from_body(kind, started.body)

    def handled(self, brand: BrandId, delivery: Delivery) -> bool:
        """Return whether the effect of *delivery* was committed; worth asking of one that was started before."""
        values = {"brand": brand, "consumer": delivery.consumer, "event": delivery.event_id}
        return bool(self.database.read(_SCOPE, _HANDLED, values))

    def keep(self, deliveries: Sequence[Delivery]) -> None:
        """Say that *deliveries* are still being worked on."""
        if deliveries:
            self.database.lazily(_SCOPE, _KEEP, {"seconds": self.lease_seconds, **_keys(deliveries)})

    def got_further(self, delivery: Delivery) -> None:
        """Forgive the crashes of a delivery that goes on where it was: it is long, not deadly."""
        self.database.lazily(_SCOPE, _GOT_FURTHER, _values(delivery))

    def again(self, delivery: Delivery, *, error: str, seconds: int) -> None:
        """Let *delivery* go, and make it due after *seconds*."""
        self.database.lazily(_SCOPE, _AGAIN, {**_values(delivery), "error": error, "seconds": seconds})

    def done(self, delivery: Delivery) -> None:
        """Take *delivery* off: its effect is committed, or there was none to have."""
        self.database.lazily(_SCOPE, _DONE, _values(delivery))

    def bury(self, delivery: Delivery, *, why: Then, error: str = "") -> None:
        """Turn *delivery* into a dead letter, for a person to look at."""
        with self.database.begin(_SCOPE) as connection:
            connection.execute(_BURY, {**_values(delivery), "letter": self.ids.new(), "why": why.value, "error": error})

    def forget(self, *, days: int) -> int:
        """Delete events that were sent so many days ago and are owed to nobody; return how many."""
        forgotten = 0
        while True:
            with self._lazily() as connection:
                some = connection.execute(_FORGET, {"days": days}).rowcount
            forgotten += some
            if not some:
                return forgotten


def _values(delivery: Delivery) -> dict[str, Any]:
    return {"event": delivery.event_id, "consumer": delivery.consumer}


def _keys(deliveries: Sequence[Delivery]) -> dict[str, Any]:
    return {"events": [one.event_id for one in deliveries], "consumers": [one.consumer for one in deliveries]}
