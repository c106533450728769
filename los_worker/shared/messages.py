"""What travels: the ids of one event and the name of one consumer, and nothing that anybody could read or need."""

from uuid import UUID

import dramatiq

from los_domain.jobs.ports import Owed


def actor_of(queue: str) -> str:
    """Return the name of the one actor that serves *queue*."""
    return f"deliver.{queue}"


def message_of(owed: Owed) -> "dramatiq.Message[None]":
    """Return the message about *owed*. It carries no delay: waits live in the database, where no carrier can lose or refuse them."""
    return dramatiq.Message(
        queue_name=owed.queue,
        actor_name=actor_of(owed.queue),
        args=(str(owed.event_id), owed.consumer),
        kwargs={},
        options={},
    )


def owed_of(message: "dramatiq.Message[None] | dramatiq.MessageProxy") -> Owed:
    """Return what *message* is about."""
    event_id, consumer = message.args
    return Owed(UUID(event_id), consumer, message.queue_name)
