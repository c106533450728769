"""
Brevo mail. Ports: EmailSender, ReceiptReader.  Docs: developers.brevo.com (transactional mail, webhooks, limits), read 2026-04.

    POST {base_url}/smtp/email     header ``api-key``; JSON; one recipient a call

    to, from            to[0].email, sender.{email, name}      the sender is a verified one
    subject, text, html subject, textContent, htmlContent      an empty part is left out
    attachments         attachment[].{name, content}           base64; the type follows the name's ending, which is plain ASCII here
    ref                 tags ["los:<ref>"]                     comes back in events; the recipient does not see it
                        headers.idempotencyKey                 a UUID made of ref: the same mail is taken once within 15 minutes
    Outcome             201, messageId "<…>"                   brackets are dropped; other 2xx are Unknown
      400               code                                   table CODES; setting ``recipient_words`` *inferred* tells whose fault it is
      others            table STATUSES                         429 waits ``x-sib-ratelimit-reset`` seconds
    DeliveryEvent       one JSON object                        table EVENTS, written with or without separators; opens and clicks are OTHER
      .provider_message_id  message-id
      .occurred_at      ts_epoch                               milliseconds; the other times are in the account's zone
    Nothing signs an event; setting ``receipt_header`` names a header set on the webhook, with its secret value.
"""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import attrs

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import SettingProblem, address, between, filled, form
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import first, text
from los_domain.brands.providers import ProviderKind
from los_domain.messaging.ports import EmailMessage, ForgedReceipt
from los_domain.messaging.receipts import DeliveryEvent, DeliveryFault, DeliveryStatus
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, NotSent, Outcome, RateLimited, Unknown

CODES: Mapping[str, Means] = {
    "invalid_parameter": Means.OUR_TEMPLATE,
    "missing_parameter": Means.OUR_TEMPLATE,
    "out_of_range": Means.OUR_TEMPLATE,
    "duplicate_parameter": Means.DUPLICATE,  # this idempotency key was used: the first mail was taken
    "duplicate_request": Means.DUPLICATE,
}
STATUSES: Mapping[int, Means] = {
    401: Means.OUR_ACCOUNT,
    402: Means.OUR_ACCOUNT,  # credits
    403: Means.OUR_ACCOUNT,
    404: Means.OUR_TEMPLATE,
    405: Means.OUR_PRODUCT,
    406: Means.OUR_PRODUCT,
    413: Means.INVALID_INPUT,
    503: Means.NOT_SENT,
}
EVENTS: Mapping[str, tuple[DeliveryStatus, DeliveryFault | None]] = {
    "request": (DeliveryStatus.SENT, None),
    "deferred": (DeliveryStatus.DEFERRED, None),
    "delivered": (DeliveryStatus.DELIVERED, None),
    "softbounce": (DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
    "hardbounce": (DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
    "invalidemail": (DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
    "blocked": (DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
    "error": (DeliveryStatus.FAILED, None),
    "spam": (DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
    "complaint": (DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
    "unsubscribed": (DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
    "unsubscribe": (DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
}
TAG = "los:"


@attrs.frozen
class BrevoConfig:
    """One API key."""

    api_key: str = secret(validator=filled)
    base_url: str = attrs.field(default="https://api.brevo.com/v3", validator=address)
    codes: Mapping[str, Means] = attrs.field(factory=dict)
    """Words of ``code`` in a 400, laid over ``CODES``."""
    recipient_words: tuple[str, ...] = ("recipient", " in to", "to email")
    """Words, in lower case, of a 400's message that blame the recipient's address."""
    receipt_header: str = attrs.field(default="", validator=form(r"[A-Za-z0-9-]*", "the name of a header, or empty"))
    receipt_secret: str = secret(default="")
    connect_seconds: float = attrs.field(default=3.0, validator=between(0.1, 60))
    read_seconds: float = attrs.field(default=20.0, validator=between(0.1, 120))

    def __attrs_post_init__(self) -> None:
        if bool(self.receipt_header) != bool(self.receipt_secret):
            raise SettingProblem("receipt_secret", "goes together with receipt_header", "set both or neither")


def message_to_wire(message: EmailMessage, *, ref: VendorRef) -> dict[str, Any]:
    """Return the JSON body of one mail."""
    body: dict[str, Any] = {
        "sender": {"email": message.from_address.value, "name": message.from_name},
        "to": [{"email": message.to.value}],
        "subject": message.subject,
        "tags": [f"{TAG}{ref}"],
        "headers": {"idempotencyKey": str(uuid5(NAMESPACE_URL, f"los:brevo:{ref}"))},
    }
    body |= {name: part for name, part in (("textContent", message.text), ("htmlContent", message.html)) if part}
    if message.attachments:
        body["attachment"] = [
            {"name": plain_filename(file.filename), "content": b64encode(file.content).decode()}
            for file in message.attachments
        ]
    return body


def plain_filename(name: str) -> str:
    """Return a file name of letters, digits, dot, dash and underscore: the vendor spoils others."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_") or "file"


def sent_from_wire(reply: Reply, config: BrevoConfig) -> Outcome[None]:
    """Return what an answer means."""
    body = reply.object()
    if reply.status == 201:
        identity = text(body.get("messageId")).strip("<>")
        return Done(None, identity) if identity else Unknown("the answer names no message")
    if reply.status == 429:
        wait = reply.headers.get("x-sib-ratelimit-reset", "")
        usable = wait.isascii() and wait.isdigit() and len(wait) < 6
        return RateLimited(min(max(1, int(wait)), 3600) if usable else reply.retry_after_seconds)
    code = text(body.get("code"))
    said = f"Brevo answered {code or f'HTTP {reply.status}'}"
    if reply.status == 400:
        means = {**CODES, **config.codes}.get(code, Means.UNKNOWN)
        blamed = text(body.get("message")).lower()
        if means is Means.OUR_TEMPLATE and any(word in blamed for word in config.recipient_words):
            means = Means.RECIPIENT
        return outcome_of(means, code or "400", said)
    return outcome_of(STATUSES.get(reply.status, Means.UNKNOWN), code or str(reply.status), said)


def receipt_from_wire(body: Mapping[str, Any]) -> DeliveryEvent:
    """Return one event. Raises ValueError if it names no message."""
    word, identity = text(body.get("event")), text(body.get("message-id")).strip("<>")
    if not word or not identity:
        raise ValueError("the receipt names no message or no event")
    status, fault = EVENTS.get(re.sub(r"[_\s-]", "", word).lower(), (DeliveryStatus.OTHER, None))
    stamp, recipient = first(body, "ts_epoch"), text(body.get("email"))
    tags = body.get("tags")
    marked = (
        (tag for tag in tags if isinstance(tag, str) and tag.startswith(TAG)) if isinstance(tags, list) else iter(())
    )
    return DeliveryEvent(
        provider_message_id=identity,
        event_id=hashlib.sha256(f"{identity}|{recipient}|{word}|{stamp}".encode()).hexdigest(),
        status=status,
        word=word,
        occurred_at=_instant(stamp),
        fault=fault,
        ref=next(marked, "").removeprefix(TAG),
        recipient=recipient,
    )


def _instant(milliseconds: str) -> datetime | None:
    usable = milliseconds.isascii() and milliseconds.isdigit() and len(milliseconds) <= 14
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if usable else None


@attrs.frozen
class Brevo:
    """Brevo's transactional mail."""

    config: BrevoConfig
    wire: Wire

    def send(self, message: EmailMessage, *, ref: VendorRef) -> Outcome[None]:
        """Hand over one mail; the same *ref* within a quarter of an hour sends no second one."""
        return self._post(message_to_wire(message, ref=ref))

    def check(self, message: EmailMessage, *, ref: VendorRef) -> Outcome[None]:
        """Have a mail looked at and not sent, by the vendor's sandbox header (from memory)."""
        body = message_to_wire(message, ref=ref)
        return self._post(body | {"headers": {**body["headers"], "X-Sib-Sandbox": "drop"}})

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """Read an event, after its secret header if one is set."""
        if self.config.receipt_header:
            named = {name.lower(): value for name, value in headers.items()}
            shown = named.get(self.config.receipt_header.lower(), "")
            if not hmac.compare_digest(shown.encode(), self.config.receipt_secret.encode()):
                raise ForgedReceipt("the receipt does not carry the header that was agreed")
        try:
            parsed = json.loads(body)
        except ValueError:
            raise ValueError("the receipt is no JSON") from None
        if not isinstance(parsed, dict):
            raise ValueError("the receipt is no JSON object")
        return (receipt_from_wire(parsed),)

    def _post(self, body: Mapping[str, Any]) -> Outcome[None]:
        reply = self.wire.exchange(
            "POST",
            f"{self.config.base_url}/smtp/email",
            headers={"api-key": self.config.api_key},
            json=body,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        return reply if isinstance(reply, NotSent | Unknown) else sent_from_wire(reply, self.config)


def _look_only(sender: Brevo) -> Outcome[None]:
    """Have a mail to nobody looked at."""
    nobody = Email("nobody@example.com")
    return sender.check(EmailMessage(nobody, "Test", "Test", "", nobody, "Test"), ref=VendorRef("A" * 20))


PROVIDER = Provider(
    name="BREVO",
    kinds=frozenset({ProviderKind.EMAIL}),
    config=BrevoConfig,
    build=Brevo,
    facts=(
        Fact("send", "POST /smtp/email, header api-key", Evidence.PUBLIC, "base_url"),
        Fact("ref", "headers.idempotencyKey, for 15 minutes", Evidence.PUBLIC),
        Fact("ref in events", "tags", Evidence.PUBLIC),
        Fact("codes of a 400", "code", Evidence.INFERRED, "codes", "from memory"),
        Fact("whose fault a 400 is", "words of message", Evidence.INFERRED, "recipient_words"),
        Fact("events", "event, message-id, ts_epoch", Evidence.PUBLIC, note="nothing signs them"),
        Fact("event header", "a header set on the webhook", Evidence.PUBLIC, "receipt_header"),
        Fact("waiting", "3 s to connect, 20 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"check": _look_only},
)
