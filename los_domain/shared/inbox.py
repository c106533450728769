"""
Webhooks of outside systems: kept first, believed later.

A route verifies the signature, keeps the body and answers; a consumer works from the kept one. The same event of a vendor is kept
once, however often it is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

import attrs

from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.events import Event, PlatformOutbox
from los_domain.shared.ids import BrandId, ProviderId
from los_domain.shared.work import Begin, Work


@attrs.frozen
class WebhookReceived(Event):
    """A webhook lies in the inbox. A subscription names the vendor it is for."""

    topic: ClassVar[str] = "inbox.received"
    inbox_id: UUID
    vendor: str


@attrs.frozen
class Webhook:
    """
    One verified call of a vendor.

    *vendor_event_id* is the vendor's own id of the event, or a hash of the body where it gives none; *event* its name for it.
    *headers* are those that the reader of the body needs, names in lower case. *received_at*: of a kept one, when it came.
    """

    vendor: str
    vendor_event_id: str
    event: str
    brand: BrandId
    provider: ProviderId | None
    body: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    received_at: datetime | None = None


class Inbox(Protocol):
    """Where webhooks are kept. Platform scope."""

    def keep(self, webhook: Webhook) -> UUID | None:
        """Store *webhook* and return its id in the inbox; None if this event of this vendor was kept before."""
        ...

    def get(self, inbox_id: UUID) -> Webhook:
        """Return a kept webhook. Raises NotFound."""
        ...


class InboxMarks(Protocol):
    """The inbox as a consumer's transaction sees it: it may say that it is done, and nothing else. Brand scope."""

    def handled(self, inbox_id: UUID, result: str) -> None:
        """Stamp a webhook in the transaction of its effect. *result* is a code word. Stamping it again changes nothing."""
        ...


class ReceivingWork(Work, Protocol):
    """What receiving touches."""

    @property
    def outbox(self) -> PlatformOutbox:
        """Events, of any brand."""
        ...

    @property
    def inbox(self) -> Inbox:
        """The inbox."""
        ...


@attrs.frozen
class ReceiveWebhook:
    """Keep a verified webhook. Once this returns, the vendor may be told 2xx: nothing of it can be lost any more."""

    begin: Begin[PlatformScope, ReceivingWork]

    def __call__(self, scope: PlatformScope, webhook: Webhook) -> bool:
        """Return whether it is new; a repeated one is kept once and answered the same."""
        with self.begin(scope) as work:
            inbox_id = work.inbox.keep(webhook)
            if inbox_id is not None:
                work.outbox.add_for(webhook.brand, WebhookReceived(inbox_id, webhook.vendor))
            return inbox_id is not None


@attrs.frozen
class ReadWebhook:
    """Give a consumer the webhook that its event names."""

    begin: Begin[PlatformScope, ReceivingWork]

    def __call__(self, inbox_id: UUID) -> Webhook:
        """Return it, body opened. Raises NotFound."""
        with self.begin(PlatformScope(Actor.system("inbox"))) as work:
            return work.inbox.get(inbox_id)
