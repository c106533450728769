"""What jobs and deliveries need kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

import attrs

from los_domain.jobs.model import DeadLetter, JobRun, Then
from los_domain.jobs.policy import MOST_CRASHES
from los_domain.shared.events import Event
from los_domain.shared.ids import BrandId
from los_domain.shared.once import Delivery
from los_domain.shared.work import Work

E = TypeVar("E", bound=Event)

Hearing = Callable[[str, Mapping[str, Any]], Sequence[tuple[str, str]]]
"""Topic and body of an event to the (consumer, queue) pairs that hear it."""


@attrs.frozen
class Owed:
    """One event owed to one consumer, as a carrier takes it along: ids only."""

    event_id: UUID
    consumer: str
    queue: str

    @property
    def delivery(self) -> Delivery:
        """The mark that its effect leaves."""
        return Delivery(self.consumer, self.event_id)


@attrs.frozen
class Started:
    """A delivery that this worker has now, with the event as the outbox holds it."""

    delivery: Delivery
    brand: BrandId | None
    topic: str
    body: Mapping[str, Any]
    request_id: str
    tries: int
    crashes: int

    @property
    def kills(self) -> bool:
        """Whether it took its worker with it so often that it is not run once more."""
        return self.crashes >= MOST_CRASHES


class Deliveries(Protocol):
    """
    What is owed to consumers, and who has it.

    A delivery is claimed to be handed to a carrier, started by one worker at a time, kept while it runs, and gone when its effect is
    committed. Whatever a carrier or a killed worker lost falls due again by itself.
    """

    def fan_out(self, hearing: Hearing, *, limit: int = 200) -> int:
        """Turn events of the outbox into what is owed to each consumer; return how many events were taken."""
        ...

    def claim(self, queues: Iterable[str], *, limit: int = 200) -> Sequence[Owed]:
        """Return what is due in *queues*, oldest first; nobody else gets it until the lease ends."""
        ...

    def carried(self, owed: Sequence[Owed]) -> None:
        """Note that a carrier confirmed *owed*."""
        ...

    def put_back(self, owed: Sequence[Owed], *, seconds: int = 0) -> None:
        """Make *owed* due again, after *seconds*: it was claimed and not handed on."""
        ...

    def start(self, delivery: Delivery) -> Started | None:
        """Take *delivery*, or return None: it is done, or another worker has it."""
        ...

    def event(self, started: Started, kind: type[E]) -> E:
        """Return the event of class *kind* that *started* is about."""
        ...

    def handled(self, brand: BrandId, delivery: Delivery) -> bool:
        """Return whether the effect of *delivery* was committed; worth asking of one that was started before."""
        ...

    def keep(self, deliveries: Sequence[Delivery]) -> None:
        """Say that *deliveries* are still being worked on."""
        ...

    def got_further(self, delivery: Delivery) -> None:
        """Forgive the crashes of a delivery that goes on where it was: it is long, not deadly."""
        ...

    def again(self, delivery: Delivery, *, error: str, seconds: int) -> None:
        """Let *delivery* go, and make it due after *seconds*."""
        ...

    def done(self, delivery: Delivery) -> None:
        """Take *delivery* off: its effect is committed, or there was none to have."""
        ...

    def bury(self, delivery: Delivery, *, why: Then, error: str = "") -> None:
        """Turn *delivery* into a dead letter, for a person to look at."""
        ...

    def forget(self, *, days: int) -> int:
        """Delete events that were sent so many days ago and are owed to nobody; return how many."""
        ...


class JobRuns(Protocol):
    """The history of runs. Platform scope."""

    def claim(self, run: JobRun) -> bool:
        """Store *run* if its slot is free; return whether it was. Safe with any number of tickers."""
        ...

    def get(self, run_id: UUID) -> JobRun:
        """Return a run. Raises NotFound."""
        ...

    def save(self, run: JobRun) -> None:
        """Write *run* over what was known of it."""
        ...


class DeadLetters(Protocol):
    """Deliveries that failed for good. Platform scope."""

    def get(self, letter_id: UUID) -> DeadLetter:
        """Return a dead letter, locked. Raises NotFound."""
        ...

    def replay(self, letter: DeadLetter) -> None:
        """Note that *letter* was replayed, and owe its event to its consumer again, with all its patience."""
        ...


class JobWork(Work, Protocol):
    """What jobs touch."""

    @property
    def dead_letters(self) -> DeadLetters:
        """Dead letters."""
        ...

    @property
    def job_runs(self) -> JobRuns:
        """Runs."""
        ...
