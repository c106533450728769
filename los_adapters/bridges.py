"""Ports of one capability bound to the use cases of another."""

from datetime import timedelta

import attrs

from los_adapters.messaging.store import SqlMessages
from los_adapters.shared.store import SqlOutbox
from los_domain.access.model import OtpPurpose
from los_domain.kyc.policy import match_names
from los_domain.messaging.events import MessageQueued
from los_domain.messaging.model import Channel, Message, Occasion
from los_domain.messaging.templates import rendered
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import Ids


@attrs.frozen
class QueuedCodes:
    """access.CodeSender by messaging: the code's SMS is a row of the caller's transaction."""

    messages: SqlMessages
    outbox: SqlOutbox
    ids: Ids
    clock: Clock
    wall: WallClock

    def send(self, phone: Phone, code: str, *, purpose: OtpPurpose, valid_minutes: int) -> None:
        """Queue the SMS; it is not sent after the code's life, and its text is wiped once sent."""
        text = rendered(Occasion.OTP, Channel.SMS, {"code": code, "minutes": str(valid_minutes)})
        message = Message(
            id=self.ids.new(),
            channel=Channel.SMS,
            occasion=Occasion.OTP,
            to=phone.value,
            subject="",
            body=text.body,
            created_at=self.wall.now(),
            not_before=self.clock.now(),
            expires_at=self.wall.now() + timedelta(minutes=valid_minutes),
            object_kind=purpose.value,
        )
        self.messages.add(message)
        self.outbox.add(MessageQueued(message.id, Channel.SMS.value))


def name_score(left: str, right: str) -> int:
    """customers.NameScore by the name match of kyc."""
    return match_names(left, right).score
