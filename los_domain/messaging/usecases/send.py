"""Sending one message, and hearing how far it got."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs

from los_domain.brands.model import Subject
from los_domain.brands.ports import NoProvider, Providers
from los_domain.brands.providers import ProviderKind
from los_domain.documents.ports import Files
from los_domain.messaging.config import MessageTemplates
from los_domain.messaging.model import Channel, Message, MessageStatus
from los_domain.messaging.policy import (
    ATTACHED,
    effect_of,
    expired,
    failed,
    is_over,
    needs_a_person,
    perhaps_sent,
    permitted_from,
    sent,
    settled,
    shown,
    taken,
    told,
)
from los_domain.messaging.ports import Attachment, BrandNames, EmailMessage, ReceiptWork, SendingWork, SmsMessage
from los_domain.messaging.receipts import DeliveryEvent
from los_domain.messaging.templates import html_of
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, differing
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.errors import NotFound, ProviderRefused, ProviderUnavailable
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.inbox import Webhook
from los_domain.shared.outcome import Outcome, RateLimited
from los_domain.shared.work import Begin

KINDS: Mapping[Channel, ProviderKind] = {
    Channel.SMS: ProviderKind.SMS,
    Channel.EMAIL: ProviderKind.EMAIL,
    Channel.WHATSAPP: ProviderKind.WHATSAPP,
}


@attrs.frozen
class SendMessage:
    """
    Hand one queued message to a provider. Given the same message twice, it is sent once.

    A message that a vendor may already have is not sent again, a one-time password excepted. One whose hour has passed waits for the
    next permitted one. Where no vendor can take it now, ProviderUnavailable lets the queue try again; where a setting is wrong,
    ProviderRefused parks it for a person, and it can be replayed.
    """

    begin: Begin[BrandScope, SendingWork]
    providers: Providers
    files: Files
    pages: SettingsReader
    names: BrandNames
    clock: Clock
    wall: WallClock

    def __call__(self, scope: BrandScope, message_id: UUID) -> MessageStatus:
        """Return how far the message got. Raises NotFound, ProviderUnavailable, ProviderRefused."""
        subject = Subject("message", message_id)
        with self.begin(scope) as work:
            message = work.messages.get(message_id)
            now = self.clock.now()
            if message.status is not MessageStatus.QUEUED:
                return work.finish(message.status)
            if is_over(message, self.wall.now()):
                return self._end(work, message, expired(message))
            before = work.attempts.about(subject)
            done = taken(before)
            if done is not None:
                return self._end(work, message, sent(message, done.provider, done.provider_reference))
            if perhaps_sent(message.occasion, before):
                return self._end(work, message, failed(message, "perhaps sent, not repeated"))
            opens = permitted_from(message.occasion, now)
            if opens > now:
                return self._end(work, message, attrs.evolve(message, not_before=opens, handed_over_at=None))
        by = self._hand_over(scope, message)
        try:
            asked = self.providers.ask(
                scope, KINDS[message.channel], "send", subject, by, effect=effect_of(message.occasion)
            )
        except NoProvider as missing:
            raise ProviderRefused(str(missing)) from None
        with self.begin(scope) as work:
            message = work.messages.get(message_id, lock=True)
            if message.status is not MessageStatus.QUEUED:
                return work.finish(message.status)
            after = settled(message, asked.outcome, asked.name)
            if after is not None:
                return self._end(work, message, after)
        if needs_a_person(asked.outcome):
            raise ProviderRefused(f"{asked.name} does not take our {message.channel.value}: look at its settings")
        wait = asked.outcome.after_seconds if isinstance(asked.outcome, RateLimited) else 5
        raise ProviderUnavailable(f"{asked.name} takes no {message.channel.value} now", retry_after_seconds=wait)

    def _end(self, work: SendingWork, message: Message, after: Message) -> MessageStatus:
        work.messages.save(after)
        work.audit.add(AuditEvent("messaging.send", "message", message.id, *differing(shown(message), shown(after))))
        return work.finish(after.status)

    def _hand_over(self, scope: BrandScope, message: Message) -> Any:
        """Return what is asked of a provider of the message's channel; files and settings are read before."""
        if message.channel is Channel.EMAIL:
            mail = self._mail(scope, message)
            return lambda sender, ref: _sent(sender, mail, ref)
        sms = SmsMessage(
            to=Phone(message.to),
            text=message.body,
            sender_header=message.registration.sender_header,
            dlt_entity_id=message.registration.dlt_entity_id,
            dlt_template_id=message.registration.dlt_template_id,
            provider_template_id=message.registration.provider_template_id,
            variables=message.variables,
        )
        return lambda sender, ref: _sent(sender, sms, ref)

    def _mail(self, scope: BrandScope, message: Message) -> EmailMessage:
        page = self.pages.page(scope, MessageTemplates)
        attached = []
        for key in message.attachments:
            stored = self.files.find(key)
            if stored is None:
                raise NotFound("a file that goes with this mail is not there")
            name = ATTACHED.get(message.occasion, "document.pdf")
            attached.append(Attachment(name, stored.media_type, self.files.get(key)))
        return EmailMessage(
            to=Email(message.to),
            subject=message.subject,
            text=message.body,
            html=html_of(message.body),
            from_address=Email(page.mail_from),
            from_name=page.mail_from_name or self.names.name(scope.brand),
            attachments=tuple(attached),
        )


def _sent(sender: Any, message: SmsMessage | EmailMessage, ref: VendorRef) -> Outcome[None]:
    outcome: Outcome[None] = sender.send(message, ref=ref)
    return outcome


@attrs.frozen
class RecordReceipts:
    """Note what a provider tells about messages it took. Receipts come twice, early and out of order: a message only moves forward."""

    begin: Begin[BrandScope, ReceiptWork]

    def __call__(self, scope: BrandScope, inbox_id: UUID, webhook: Webhook, receipts: tuple[DeliveryEvent, ...]) -> int:
        """Return how many messages moved. Raises NotFound for a receipt that is ahead of our own note of the sending."""
        with self.begin(scope) as work:
            moved = 0
            for receipt in receipts:
                message = work.messages.find_by_receipt(webhook.vendor, receipt.provider_message_id)
                if message is None and receipt.ref:
                    subject = work.attempts.subject_of(receipt.ref)
                    if subject is not None and subject.kind == "message":
                        message = work.messages.get(subject.id, lock=True)
                if message is None:
                    raise NotFound("no message of ours has this id at the provider")
                after = told(message, receipt)
                if after is not message:
                    work.messages.save(after)
                    changed = differing(shown(message), shown(after))
                    work.audit.add(AuditEvent("messaging.receipt", "message", message.id, *changed))
                    moved += 1
            work.inbox.handled(inbox_id, "receipts")
            return work.finish(moved)
