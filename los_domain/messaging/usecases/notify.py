"""Telling a customer, or staff, what happened to a loan."""

from uuid import UUID

import attrs

from los_domain.messaging.config import MessageTemplates
from los_domain.messaging.model import Channel, Occasion
from los_domain.messaging.ports import Notice, NoticeFacts, QueueingWork
from los_domain.messaging.usecases.queue import QueueMessage
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.work import Begin


@attrs.frozen
class Notify:
    """
    Queue what is to be said on an occasion, on each channel that the brand has a text for and the customer or member of staff an address.

    What is said is read now, not when it happened: what is out of date by then is not said. *once* tells a repetition where no event does.
    """

    begin: Begin[BrandScope, QueueingWork]
    facts: NoticeFacts
    queue: QueueMessage

    def __call__(self, scope: BrandScope, occasion: Occasion, object_id: UUID, *, once: str = "") -> int:
        """Return how many messages were queued. Raises NotFound."""
        notice = self.facts.notice(scope, occasion, object_id)
        with self.begin(scope) as work:
            if notice is None:
                return work.finish(0)
            page = work.pages.newest(MessageTemplates).body
            told = 0
            for place, (channel, to) in enumerate(_recipients(notice)):
                if not page.speaks(occasion, channel):
                    continue
                self.queue(
                    work.messages,
                    work.pages,
                    work.outbox,
                    occasion=occasion,
                    channel=channel,
                    to=to,
                    values=notice.values,
                    customer_id=notice.customer_id,
                    object_kind=notice.object_kind,
                    object_id=notice.object_id,
                    attachments=notice.attachments if channel is Channel.EMAIL else (),
                    once=once and f"{once}:{place}",
                )
                told += 1
            if told:
                after = {"occasion": occasion.value, "messages": told}
                work.audit.add(AuditEvent("messaging.notify", notice.object_kind, notice.object_id, after=after))
            return work.finish(told)


def _recipients(notice: Notice) -> list[tuple[Channel, str]]:
    texts = [(Channel.SMS, notice.phone.value)] if notice.phone else []
    mails = (*((notice.email,) if notice.email else ()), *notice.copies)
    return [*texts, *((Channel.EMAIL, mail.value) for mail in mails)]
