"""What messaging needs of outside systems, and of its unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import attrs

from los_domain.brands.ports import AttemptsOf
from los_domain.messaging.model import Message, Occasion
from los_domain.messaging.receipts import DeliveryEvent
from los_domain.settings.ports import Pages
from los_domain.shared.actor import BrandScope
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import BrandId, CustomerId, VendorRef
from los_domain.shared.inbox import InboxMarks
from los_domain.shared.outcome import Outcome
from los_domain.shared.work import Work


@attrs.frozen
class SmsMessage:
    """One SMS under India's DLT rules: text as registered, with the sender header and the ids of entity and template."""

    to: Phone
    text: str = attrs.field(repr=False)  # may hold a one-time password
    sender_header: str  # six letters
    dlt_entity_id: str
    dlt_template_id: str
    provider_template_id: str = ""  # where the vendor keeps templates of its own
    variables: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Attachment:
    """A file that goes with a mail."""

    filename: str
    media_type: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class EmailMessage:
    """One mail to one person, in text and HTML."""

    to: Email
    subject: str
    text: str = attrs.field(repr=False)
    html: str = attrs.field(repr=False)
    from_address: Email
    from_name: str
    attachments: tuple[Attachment, ...] = ()


class SmsSender(Protocol):
    """Hands an SMS to an operator."""

    def send(self, message: SmsMessage, *, ref: VendorRef) -> Outcome[None]:
        """
        Done: taken for delivery; ``provider_reference`` is the id that receipts carry.
        Refused(RECIPIENT): this number takes no message. Misconfigured(TEMPLATE): sender or DLT ids do not fit.
        Unknown: perhaps sent; only a one-time password is worth a possible double.
        """
        ...


class EmailSender(Protocol):
    """Hands a mail to a mail service."""

    def send(self, message: EmailMessage, *, ref: VendorRef) -> Outcome[None]:
        """Done: taken for delivery. Other outcomes as for SMS."""
        ...


class ForgedReceipt(Exception):
    """A delivery receipt that its provider did not sign. Answered 401, kept nowhere."""


class ReceiptReader(Protocol):
    """Reads what a provider posts about messages it took. Pure but for the clock that a signature's age is held against."""

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """
        Return the receipts in *body*, exactly as it came (a receipt called by GET: its query string). Header names in any case.

        *at*: when it came, where it is read again later; None: it has just come.

        Raises:
            ForgedReceipt: the provider signs and this is not signed by it, or long ago. A provider that signs nothing is known by the
                secret path of its address alone; what it says is a hint.
            ValueError: unreadable.
        """
        ...


class BrandNames(Protocol):
    """How brands are called."""

    def name(self, brand: BrandId) -> str:
        """Return the brand's name. Raises NotFound."""
        ...


@attrs.frozen
class Notice:
    """
    What there is to tell about one thing to one customer, or to staff alone: then there is no customer, and *copies* says to whom.

    values: for the placeholders of the occasion. copies: who else gets the mail. attachments: keys of private files, for the mail.
    """

    customer_id: CustomerId | None
    phone: Phone | None
    email: Email | None
    values: Mapping[str, str] = attrs.field(repr=False)
    object_kind: str
    object_id: UUID
    copies: tuple[Email, ...] = ()
    attachments: tuple[str, ...] = ()


class NoticeFacts(Protocol):
    """What messages say, read at the moment of saying it; bound to the capabilities that know."""

    def notice(self, scope: BrandScope, occasion: Occasion, object_id: UUID) -> Notice | None:
        """Return what to tell about an object (which one, hangs on the occasion), or None if it is out of date. Raises NotFound."""
        ...


class MessageStore(Protocol):
    """Messages of a brand."""

    def add(self, message: Message) -> bool:
        """Store a new one; False if one with the same *once* is there."""
        ...

    def get(self, message_id: UUID, *, lock: bool = False) -> Message:
        """Return the message, locked if asked. Raises NotFound."""
        ...

    def save(self, message: Message) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...

    def due(self, now: datetime, *, limit: int) -> Sequence[Message]:
        """Return waiting messages whose time has come, oldest first, locked; those that another transaction has are left out."""
        ...

    def expired(self, wall_now: datetime, *, limit: int) -> Sequence[Message]:
        """Return messages that were not sent in their life, locked; those that another transaction has are left out."""
        ...

    def find_by_receipt(self, provider: str, provider_message_id: str) -> Message | None:
        """Return the message that a provider's id names, locked, or None."""
        ...


class QueueingWork(Work, Protocol):
    """What queueing a message touches: part of the caller's transaction."""

    @property
    def messages(self) -> MessageStore:
        """Messages."""
        ...

    @property
    def pages(self) -> Pages:
        """Settings pages."""
        ...


class SendingWork(Work, Protocol):
    """What sending one touches."""

    @property
    def messages(self) -> MessageStore:
        """Messages."""
        ...

    @property
    def attempts(self) -> AttemptsOf:
        """Calls made to vendors."""
        ...


class ReceiptWork(Work, Protocol):
    """What a receipt touches."""

    @property
    def messages(self) -> MessageStore:
        """Messages."""
        ...

    @property
    def attempts(self) -> AttemptsOf:
        """Calls made to vendors."""
        ...

    @property
    def inbox(self) -> InboxMarks:
        """The inbox."""
        ...
