"""Messages to people outside: what is said, on which channel, and how far it got."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.ids import CustomerId


class Channel(Enum):
    """How a message travels."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    WHATSAPP = "WHATSAPP"


class Occasion(Enum):
    """Why a message is sent; templates, quiet hours and audiences hang on it."""

    OTP = "OTP"
    DISBURSED = "DISBURSED"
    RECEIPT = "RECEIPT"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    FOLLOW_UP = "FOLLOW_UP"
    STATUS = "STATUS"
    DOCUMENT_REQUEST = "DOCUMENT_REQUEST"
    SIGN_AGREEMENT = "SIGN_AGREEMENT"
    AGREEMENT_COPY = "AGREEMENT_COPY"
    RELOAN = "RELOAN"
    NDC = "NDC"
    STAFF = "STAFF"


class MessageStatus(Enum):
    """How far a message got. SENT: a provider took it; DELIVERED: its receipt came."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Lane(Enum):
    """Where a message waits for its turn: codes must not stand behind reminders, certificates must not be lost with a broker."""

    CODE = "code"
    USUAL = "usual"
    CERTIFICATE = "certificate"


@attrs.frozen
class Registration:
    """What an SMS is registered under: sender header, DLT ids, and the id of a vendor that keeps templates of its own."""

    sender_header: str = ""
    dlt_entity_id: str = ""
    dlt_template_id: str = ""
    provider_template_id: str = ""


@attrs.frozen(repr=False)
class Message:
    """
    One message to one recipient, as rendered. ``to``, ``body`` and ``variables`` lie sealed; those of a one-time password are wiped
    when it is sent or has expired.

    *not_before* is business time: quiet hours and reminders wait in the table, never in a queue. *handed_over_at*: when it was given to
    the queue, None while it waits. *once*: what it is about, where no event tells a repetition; a second one like it is not stored.
    *registration* is the one that the wording was rendered under. *attachments* are keys of private
    files.
    """

    id: UUID
    channel: Channel
    occasion: Occasion
    to: str
    subject: str
    body: str
    created_at: datetime
    not_before: datetime
    expires_at: datetime | None = None  # wall time; a one-time password is not sent late
    customer_id: CustomerId | None = None
    object_kind: str = ""
    object_id: UUID | None = None
    attachments: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    registration: Registration = Registration()
    handed_over_at: datetime | None = None
    once: str = ""
    status: MessageStatus = MessageStatus.QUEUED
    provider: str = ""
    provider_message_id: str = ""
    failure: str = ""
    version: int = 1
