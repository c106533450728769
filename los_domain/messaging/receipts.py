"""What a provider later tells about a message it took: how far it got, and whose fault it was if it did not arrive."""

from datetime import datetime
from enum import Enum

import attrs

from los_domain.messaging.model import MessageStatus


class DeliveryStatus(Enum):
    """How far a receipt says the message got. OTHER: a word that nobody listed, or one that is not about delivery."""

    SENT = "sent"
    DEFERRED = "deferred"  # the provider goes on trying
    DELIVERED = "delivered"
    FAILED = "failed"
    OTHER = "other"


class DeliveryFault(Enum):
    """Why it did not arrive, as far as that decides what to do next."""

    RECIPIENT = "recipient"  # nothing reaches this address: send nothing there again
    PREFERENCE = "preference"  # this person wants no such message
    TEMPORARY = "temporary"  # worth sending again
    TEMPLATE = "template"  # ours: wording, header or template id; every further one is billed and lost
    ACCOUNT = "account"  # ours: entity or telemarketer registration
    CONTENT = "content"  # ours: this message, say a variable that is too long
    TIMING = "timing"  # ours: sent outside permitted hours


@attrs.frozen
class DeliveryEvent:
    """
    One receipt. It may come twice, early, late and out of order; *event_id* is the same each time.

    *ref* is our own reference where the provider echoes it, *recipient* the address as the provider writes it (digits with country
    code, or a mail address), *word* the provider's word and code for staff.
    """

    provider_message_id: str
    event_id: str
    status: DeliveryStatus
    word: str
    occurred_at: datetime | None
    fault: DeliveryFault | None = None
    ref: str = ""
    recipient: str = attrs.field(default="", repr=False)


def status_after(status: MessageStatus, receipt: DeliveryStatus) -> MessageStatus:
    """
    Return how far a message got, given how far it was known to be and one receipt, in whatever order receipts come.

    It only moves forward. A failure is final unless a delivery is told, before or after it: the phone did ring.
    """
    if status is MessageStatus.CANCELLED or receipt is DeliveryStatus.OTHER:
        return status
    if receipt is DeliveryStatus.DELIVERED or status is MessageStatus.DELIVERED:
        return MessageStatus.DELIVERED
    if receipt is DeliveryStatus.FAILED or status is MessageStatus.FAILED:
        return MessageStatus.FAILED
    return MessageStatus.SENT
