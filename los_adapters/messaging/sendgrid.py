"""
SendGrid mail. Ports: EmailSender, ReceiptReader.  Docs: twilio.com/docs/sendgrid (mail send, errors, event webhook), read 2026-04.

    POST {base_url}/v3/mail/send     Authorization: Bearer key; JSON; one recipient a call

    to                  personalizations[0].to[0].email
    ref                 personalizations[0].custom_args.los_message_id    comes back at the top of every event; no personal data
    from_address, name  from.{email, name}                                a verified sender, else 403
    subject             subject
    text, html          content[]                                         text/plain before text/html; an empty one is left out
    attachments         attachments[].{content, type, filename, disposition}    base64; the whole request <= 30 MB *from memory*
    (always)            tracking_settings.click_tracking off              a rewritten link spoils legal mail
    Outcome             202, empty body                                   header X-Message-Id; 2xx of another kind is Unknown
      400               errors[].field                                    of the recipient: Refused, else ours (TEMPLATE)
      others            table STATUSES                                    429 waits until X-RateLimit-Reset (Unix seconds)
    DeliveryEvent       JSON array                                        table EVENTS; opens and clicks are OTHER
      .provider_message_id  sg_message_id up to its first dot
      .event_id         sg_event_id
    Signature           X-Twilio-Email-Event-Webhook-{Signature, Timestamp}    ECDSA P-256, SHA-256 over timestamp + raw body
"""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import SettingProblem, address, between, filled
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import first, rows, text
from los_domain.brands.providers import ProviderKind
from los_domain.messaging.ports import EmailMessage, ForgedReceipt
from los_domain.messaging.receipts import DeliveryEvent, DeliveryFault, DeliveryStatus
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, NotSent, Outcome, RateLimited, Refused, RefusedFor, Unknown

REF = "los_message_id"

STATUSES: Mapping[int, Means] = {
    401: Means.OUR_ACCOUNT,  # also when credits are used up
    403: Means.OUR_ACCOUNT,  # sender not verified, scope, or blocked for a while
    404: Means.OUR_PRODUCT,
    405: Means.OUR_PRODUCT,
    406: Means.OUR_PRODUCT,
    413: Means.INVALID_INPUT,  # too large: a link has to do
    415: Means.OUR_PRODUCT,
    503: Means.NOT_SENT,
}
EVENTS: Mapping[str, DeliveryStatus] = {
    "processed": DeliveryStatus.SENT,
    "deferred": DeliveryStatus.DEFERRED,
    "delivered": DeliveryStatus.DELIVERED,
    "bounce": DeliveryStatus.FAILED,
    "dropped": DeliveryStatus.FAILED,
    "spamreport": DeliveryStatus.OTHER,  # delivered, and not wanted: the fault says so
    "unsubscribe": DeliveryStatus.OTHER,
    "group_unsubscribe": DeliveryStatus.OTHER,
}
DROPPED: Mapping[str, DeliveryFault] = {
    "bounced address": DeliveryFault.RECIPIENT,
    "invalid": DeliveryFault.RECIPIENT,
    "unsubscribed address": DeliveryFault.PREFERENCE,
    "spam reporting address": DeliveryFault.PREFERENCE,
}
UNWANTED = frozenset({"spamreport", "unsubscribe", "group_unsubscribe"})


@attrs.frozen
class SendGridConfig:
    """One API key, with the right to send and nothing else."""

    api_key: str = secret(validator=filled)
    base_url: str = attrs.field(default="https://api.sendgrid.com", validator=address)
    event_public_keys: tuple[str, ...] = ()
    """Verification keys of the event webhook, base64 DER as its settings page shows them. Without one every receipt is refused."""
    event_age_seconds: int = attrs.field(default=600, validator=between(1, 86400))
    """How far a signature's time may be from ours."""
    largest_bytes: int = attrs.field(default=30_000_000, validator=between(1000, 30_000_000))
    click_tracking: bool = False
    connect_seconds: float = attrs.field(default=3.0, validator=between(0.1, 60))
    read_seconds: float = attrs.field(default=20.0, validator=between(0.1, 120))

    def __attrs_post_init__(self) -> None:
        if not all(_public_key(key) for key in self.event_public_keys):
            fix = "copy the verification key from the event webhook's settings page"
            raise SettingProblem("event_public_keys", "holds something that is no P-256 public key", fix)


def _public_key(written: str) -> EllipticCurvePublicKey | None:
    try:
        key = load_der_public_key(b64decode(written, validate=True))
    except ValueError:
        return None
    return key if isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1" else None


def message_to_wire(message: EmailMessage, config: SendGridConfig, *, ref: VendorRef) -> dict[str, Any]:
    """Return the JSON body of one mail."""
    parts = (("text/plain", message.text), ("text/html", message.html))
    body: dict[str, Any] = {
        "personalizations": [{"to": [{"email": message.to.value}], "custom_args": {REF: str(ref)}}],
        "from": {"email": message.from_address.value, "name": message.from_name},
        "subject": message.subject,
        "content": [{"type": kind, "value": value} for kind, value in parts if value],
        "tracking_settings": {
            "click_tracking": {"enable": config.click_tracking, "enable_text": config.click_tracking}
        },
    }
    if message.attachments:
        body["attachments"] = [
            {
                "content": b64encode(file.content).decode(),
                "type": file.media_type,
                "filename": file.filename,
                "disposition": "attachment",
            }
            for file in message.attachments
        ]
    return body


def sent_from_wire(reply: Reply, *, now: float) -> Outcome[None]:
    """Return what an answer means. *now* is in Unix seconds."""
    if reply.status == 202:
        return Done(None, reply.headers.get("x-message-id", ""))
    if reply.status == 429:
        opens = reply.headers.get("x-ratelimit-reset", "")
        wait = (
            int(opens) - int(now)
            if opens.isascii() and opens.isdigit() and len(opens) < 12
            else reply.retry_after_seconds
        )
        return RateLimited(min(max(1, wait), 3600))
    fields = [text(problem.get("field")) for problem in rows(reply.object().get("errors"))]
    if reply.status == 400 and fields:
        to_them = any(field.startswith("personalizations") and ".to" in field for field in fields)
        means = Means.RECIPIENT if to_them else Means.OUR_TEMPLATE
        named = next((field for field in fields if field), "400")[:80]
        return outcome_of(means, named, f"SendGrid does not take {named}")
    means = STATUSES.get(reply.status, Means.UNKNOWN)
    return outcome_of(means, str(reply.status), f"SendGrid answered HTTP {reply.status}")


def receipt_from_wire(row: Mapping[str, Any]) -> DeliveryEvent | None:
    """Return one event, or None if it names no message."""
    word, identity, event_id = first(row, "event"), first(row, "sg_message_id"), first(row, "sg_event_id")
    if not word or not event_id or not (identity or first(row, REF)):
        return None
    status = EVENTS.get(word, DeliveryStatus.OTHER)
    reason = first(row, "reason", "response")
    return DeliveryEvent(
        provider_message_id=identity.partition(".")[0],
        event_id=event_id,
        status=status,
        word=f"{word} {first(row, 'type', 'status')}".strip(),
        occurred_at=_instant(row.get("timestamp")),
        fault=_fault(word, first(row, "type"), reason.lower()),
        ref=first(row, REF),
        recipient=first(row, "email"),
    )


def _fault(word: str, kind: str, reason: str) -> DeliveryFault | None:
    if word == "bounce":
        return DeliveryFault.RECIPIENT if kind == "bounce" else DeliveryFault.TEMPORARY  # "blocked" may pass next time
    if word == "dropped":
        return DROPPED.get(reason)
    return DeliveryFault.PREFERENCE if word in UNWANTED else None


def _instant(seconds: Any) -> datetime | None:
    usable = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 1 << 33
    return datetime.fromtimestamp(seconds, UTC) if usable else None


def signature_holds(body: bytes, signature: str, timestamp: str, keys: tuple[str, ...]) -> bool:
    """Return whether *signature* is that of *timestamp* and *body*, the raw bytes with their last line end, under any of *keys*."""
    try:
        signed = b64decode(signature, validate=True)
    except ValueError:
        return False
    for written in keys:
        key = _public_key(written)
        if key is None:
            continue
        try:
            key.verify(signed, timestamp.encode() + body, ECDSA(SHA256()))
        except InvalidSignature:
            continue
        return True
    return False


@attrs.frozen
class SendGrid:
    """SendGrid's mail service."""

    config: SendGridConfig
    wire: Wire
    now: Callable[[], float] = time.time

    def send(self, message: EmailMessage, *, ref: VendorRef) -> Outcome[None]:
        """Hand over one mail. 202 is no delivery: an address on SendGrid's own list is dropped afterwards."""
        return self._post(message_to_wire(message, self.config, ref=ref))

    def check(self, message: EmailMessage, *, ref: VendorRef) -> Outcome[None]:
        """Have a mail looked at and not sent: Refused and Misconfigured as for ``send``, Done where it would be taken."""
        body = message_to_wire(message, self.config, ref=ref) | {"mail_settings": {"sandbox_mode": {"enable": True}}}
        return self._post(body, looks_only=True)

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """Verify the signature over the bytes as they came, then read the events."""
        named = {name.lower(): value for name, value in headers.items()}
        signature = named.get("x-twilio-email-event-webhook-signature", "")
        timestamp = named.get("x-twilio-email-event-webhook-timestamp", "")
        if not signature_holds(body, signature, timestamp, self.config.event_public_keys):
            raise ForgedReceipt("the receipt is not signed with a key of ours")
        if (
            not timestamp.isdigit()
            or abs((at.timestamp() if at else self.now()) - int(timestamp)) > self.config.event_age_seconds
        ):
            raise ForgedReceipt("the receipt was signed long ago or is ahead of time")
        try:
            parsed = json.loads(body)
        except ValueError:
            raise ValueError("the receipt is no JSON") from None
        if not isinstance(parsed, list) or not parsed:
            raise ValueError("the receipt holds no event")
        found = (
            receipt_from_wire(row) for row in rows(parsed)
        )  # engagement of mails that are not ours may lie among them
        return tuple(event for event in found if event is not None)

    def _post(self, body: Mapping[str, Any], *, looks_only: bool = False) -> Outcome[None]:
        content = json.dumps(body).encode()
        if len(content) > self.config.largest_bytes:
            return Refused(RefusedFor.INVALID_INPUT, "413", "the mail with its files is too large: send a link")
        reply = self.wire.exchange(
            "POST",
            f"{self.config.base_url}/v3/mail/send",
            headers={"Authorization": f"Bearer {self.config.api_key}", "Content-Type": "application/json"},
            content=content,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        if isinstance(reply, NotSent | Unknown):
            return reply
        return Done(None) if looks_only and reply.status == 200 else sent_from_wire(reply, now=self.now())


def _look_only(sender: SendGrid) -> Outcome[None]:
    """Have a mail to nobody looked at in the vendor's own sandbox mode."""
    nobody = Email("nobody@example.com")
    mail = EmailMessage(nobody, "Test", "Test", "", nobody, "Test")
    return sender.check(mail, ref=VendorRef("A" * 20))


PROVIDER = Provider(
    name="SENDGRID",
    kinds=frozenset({ProviderKind.EMAIL}),
    config=SendGridConfig,
    build=SendGrid,
    facts=(
        Fact("send", "POST /v3/mail/send, Bearer key", Evidence.PUBLIC, "base_url", "api.eu.sendgrid.com in Europe"),
        Fact("Done", "202 with X-Message-Id", Evidence.PUBLIC),
        Fact("ref", "custom_args.los_message_id", Evidence.PUBLIC),
        Fact("largest request", "30 MB", Evidence.INFERRED, "largest_bytes", "from memory"),
        Fact("click tracking", "tracking_settings.click_tracking", Evidence.PUBLIC, "click_tracking"),
        Fact("our account", "401, 403", Evidence.PUBLIC, note="401 also, from memory, when credits are used up"),
        Fact("receipts", "event webhook, ECDSA over timestamp and raw body", Evidence.PUBLIC, "event_public_keys"),
        Fact("age of a receipt", "timestamp header", Evidence.INFERRED, "event_age_seconds", "a rule of ours"),
        Fact("waiting", "3 s to connect, 20 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"check": _look_only},
)
