"""Putting a message into the caller's transaction, and handing it over when its time has come."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import attrs

from los_domain.messaging.config import MessageTemplates
from los_domain.messaging.events import MessageQueued
from los_domain.messaging.model import Channel, Message, Occasion
from los_domain.messaging.policy import expired, lane_of, permitted_from
from los_domain.messaging.ports import MessageStore, QueueingWork
from los_domain.messaging.templates import rendered
from los_domain.settings.ports import Pages
from los_domain.shared.actor import BrandScope
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.events import Outbox
from los_domain.shared.ids import CustomerId, Ids
from los_domain.shared.work import Begin


@attrs.frozen
class QueueMessage:
    """Render a message and store it, inside the transaction of whatever it tells of. A reminder outside permitted hours waits."""

    ids: Ids
    clock: Clock
    wall: WallClock

    def __call__(
        self,
        messages: MessageStore,
        pages: Pages,
        outbox: Outbox,
        *,
        occasion: Occasion,
        channel: Channel,
        to: str,
        values: Mapping[str, str],
        customer_id: CustomerId | None = None,
        object_kind: str = "",
        object_id: UUID | None = None,
        attachments: tuple[str, ...] = (),
        expires_at: datetime | None = None,
        once: str = "",
    ) -> Message:
        """Return the message, stored unless one with the same *once* was. Raises Invalid if there is no text for the channel."""
        page = pages.newest(MessageTemplates).body
        text = rendered(occasion, channel, values, own=page.wording(occasion, channel))
        now = self.clock.now()
        not_before = permitted_from(occasion, now)
        message = Message(
            id=self.ids.new(),
            channel=channel,
            occasion=occasion,
            to=to,
            subject=text.subject,
            body=text.body,
            created_at=self.wall.now(),
            not_before=not_before,
            expires_at=expires_at,
            customer_id=customer_id,
            object_kind=object_kind,
            object_id=object_id,
            attachments=attachments,
            variables=tuple(values.items()),
            registration=page.registration(occasion, channel),
            handed_over_at=self.wall.now() if not_before <= now else None,
            once=once,
        )
        if messages.add(message) and message.handed_over_at is not None:
            outbox.add(queued(message))
        return message


def queued(message: Message) -> MessageQueued:
    """Return the event that hands *message* over."""
    return MessageQueued(message.id, message.channel.value, lane_of(message.occasion).value)


@attrs.frozen
class HandOverDue:
    """Hand over the messages of a brand whose time has come, and end those that have outlived themselves. Safe to run twice."""

    begin: Begin[BrandScope, QueueingWork]
    clock: Clock
    wall: WallClock
    at_once: int = 200

    def __call__(self, scope: BrandScope) -> int:
        """Return how many were handed over."""
        return sum(iter(lambda: self._some(scope), 0))

    def _some(self, scope: BrandScope) -> int:
        now, wall_now = self.clock.now(), self.wall.now()
        with self.begin(scope) as work:
            for message in work.messages.expired(wall_now, limit=self.at_once):
                work.messages.save(expired(message))
            due = work.messages.due(now, limit=self.at_once)
            for message in due:
                work.messages.save(attrs.evolve(message, handed_over_at=wall_now))
                work.outbox.add(queued(message))
            return len(due)
