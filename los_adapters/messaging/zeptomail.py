"""
ZeptoMail by Zoho. Ports: EmailSender, ReceiptReader.  Docs: zoho.com/zeptomail/help (API, error codes, webhooks), read 2026-04.

    POST {base_url}/email     Authorization: Zoho-enczapikey <send mail token>; JSON; one recipient a call

    to, from            to[0].email_address.address, from.{address, name}       only ``to`` nests
    subject, text, html subject, textbody, htmlbody
    attachments         attachments[].{content, mime_type, name}                base64; at most 60, 15 MB in all
    ref                 client_reference                                         comes back in events
    (always)            track_clicks, track_opens false                          a rewritten link spoils legal mail
    Outcome             200 or 201 with request_id
      error             error.details[0].code, else error.code                   table CODES; setting ``codes`` lies over it
                        target "to" of an address fault                          the recipient's; of another field ours
    DeliveryEvent       JSON, or a form that holds it                            event_message[].{request_id, email_info, event_data}
      .status           event_name[0]                                            table EVENTS; opens and clicks are OTHER
    Signature           producer-signature: ts=…;s=…;s-algorithm=HmacSHA256      base64 HMAC-SHA256 of ts and body *inferred*: setting
                                                                                 ``signed_content``
"""

import hashlib
import hmac
import json
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, unquote

import attrs

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import address, between, filled
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import first, rows, section, text
from los_domain.brands.providers import ProviderKind
from los_domain.messaging.ports import EmailMessage, ForgedReceipt
from los_domain.messaging.receipts import DeliveryEvent, DeliveryFault, DeliveryStatus
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, NotSent, Outcome, RateLimited, Refused, RefusedFor, Unknown

MOST_FILES = 60
LONGEST_SUBJECT = 500
CODES: Mapping[str, Means] = {
    "GE_102": Means.OUR_TEMPLATE,  # a field is missing or empty
    "SM_101": Means.OUR_TEMPLATE,
    "SM_120": Means.OUR_TEMPLATE,
    "UE_106": Means.OUR_TEMPLATE,
    "MTR_101": Means.OUR_TEMPLATE,
    "LE_101": Means.OUR_ACCOUNT,  # credits ran out of time
    "LE_102": Means.OUR_ACCOUNT,  # credits are used up
    "SERR_156": Means.OUR_ACCOUNT,  # address not let in
    "SERR_157": Means.OUR_ACCOUNT,  # token
    "SM_133": Means.OUR_ACCOUNT,  # limit of a trial
    "AE_101": Means.OUR_ACCOUNT,  # blocked
    "SMI_115": Means.RATE_LIMITED,  # limit of the day
    "SM_111": Means.OUR_ACCOUNT,  # domain not verified
    "SM_128": Means.OUR_ACCOUNT,  # account not reviewed
    "SM_113": Means.OUR_TEMPLATE,  # an address: the recipient's where the target says so
    "SM_127": Means.INVALID_INPUT,  # too many files
    "SM_129": Means.INVALID_INPUT,  # too long
}
ADDRESS_FAULT = "SM_113"
EVENTS: Mapping[str, tuple[DeliveryStatus, DeliveryFault | None]] = {
    "delivered": (DeliveryStatus.DELIVERED, None),
    "softbounce": (DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
    "hardbounce": (DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),
    "feedbackloop": (DeliveryStatus.OTHER, DeliveryFault.PREFERENCE),
}


class SignedContent(Enum):
    """What a webhook's signature is over, after the timestamp."""

    RAW_BODY = "raw_body"
    FORM_DECODED = "form_decoded"


@attrs.frozen
class ZeptoMailConfig:
    """One agent in one data centre; a token is refused by the others."""

    token: str = secret(validator=filled)
    base_url: str = attrs.field(default="https://api.zeptomail.in/v1.1", validator=address)
    codes: Mapping[str, Means] = attrs.field(factory=dict)
    """Detail codes, laid over ``CODES``."""
    unlisted_code: Means = Means.UNKNOWN
    largest_bytes: int = attrs.field(default=15_000_000, validator=between(1000, 15_000_000))
    receipt_keys: tuple[str, ...] = secret(factory=tuple)
    """Authentication keys of the webhook, newest first. Without one every receipt is refused."""
    signed_content: SignedContent = SignedContent.RAW_BODY
    receipt_age_seconds: int = attrs.field(default=300, validator=between(1, 86400))
    connect_seconds: float = attrs.field(default=3.0, validator=between(0.1, 60))
    read_seconds: float = attrs.field(default=20.0, validator=between(0.1, 120))


def message_to_wire(message: EmailMessage, *, ref: VendorRef) -> dict[str, Any]:
    """Return the JSON body of one mail."""
    body: dict[str, Any] = {
        "from": {"address": message.from_address.value, "name": message.from_name},
        "to": [{"email_address": {"address": message.to.value}}],
        "subject": message.subject[:LONGEST_SUBJECT],
        "client_reference": str(ref),
        "track_clicks": False,
        "track_opens": False,
    }
    body |= {name: part for name, part in (("textbody", message.text), ("htmlbody", message.html)) if part}
    if message.attachments:
        body["attachments"] = [
            {"content": b64encode(file.content).decode(), "mime_type": file.media_type, "name": file.filename}
            for file in message.attachments
        ]
    return body


def sent_from_wire(reply: Reply, config: ZeptoMailConfig) -> Outcome[None]:
    """Return what an answer means: the detail's code decides, not the HTTP status alone."""
    body = reply.object()
    problem = section(body.get("error"))
    if reply.status in (200, 201) and not problem:
        identity = text(body.get("request_id"))
        return Done(None, identity) if identity else Unknown("the answer names no message")
    detail = next(iter(rows(problem.get("details"))), problem)
    code = text(detail.get("code")) or text(problem.get("code"))
    means = {**CODES, **config.codes}.get(code)
    if means is None and reply.status == 429:
        return RateLimited(max(60, reply.retry_after_seconds))
    if means is None:
        by_status = {401: Means.OUR_ACCOUNT, 403: Means.OUR_ACCOUNT, 413: Means.INVALID_INPUT, 503: Means.NOT_SENT}
        means = by_status.get(reply.status, config.unlisted_code if code else Means.UNKNOWN)
    if code == ADDRESS_FAULT and text(detail.get("target")).lower() in ("to", "cc", "bcc"):
        means = Means.RECIPIENT
    said = code or f"HTTP {reply.status}"
    return outcome_of(means, code or str(reply.status), f"ZeptoMail answered {said}", after_seconds=3600)


def receipts_from_wire(body: Mapping[str, Any]) -> tuple[DeliveryEvent, ...]:
    """Return the events of one webhook. Raises ValueError if it names no message."""
    spoken = body.get("event_name")
    word = text(spoken[0] if isinstance(spoken, list) and spoken else spoken)
    status, fault = EVENTS.get(re.sub(r"[_\s]|email|link", "", word.lower()), (DeliveryStatus.OTHER, None))
    found: list[DeliveryEvent] = []
    for message in rows(body.get("event_message")):
        mail = section(message.get("email_info"))
        identity, mine = text(message.get("request_id")), text(mail.get("client_reference"))
        if not word or not (identity or mine):
            continue
        happened = [detail for told in rows(message.get("event_data")) for detail in rows(told.get("details"))]
        stamp = next((at for detail in happened if (at := text(detail.get("time")))), "")
        to = next((section(one.get("email_address")) for one in rows(mail.get("to"))), section(None))
        marked = first(body, "webhook_request_id")
        found.append(
            DeliveryEvent(
                provider_message_id=identity,
                event_id=hashlib.sha256(f"{marked}|{identity or mine}|{word}|{stamp}".encode()).hexdigest(),
                status=status,
                word=word,
                occurred_at=_instant(stamp),
                fault=fault,
                ref=mine,
                recipient=text(to.get("address")),
            )
        )
    if not found:
        raise ValueError("the receipt names no message")
    return tuple(found)


def _instant(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def signature_holds(header: str, content: bytes, keys: tuple[str, ...], *, now: float, age_seconds: int) -> bool:
    """Return whether a ``producer-signature`` header is that of *content* under any of *keys*, and its time within *age_seconds*."""
    parts = {name.strip(): value for name, _, value in (part.partition("=") for part in header.split(";"))}
    stamp, signature = parts.get("ts", ""), unquote(parts.get("s", ""))
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 14 or parts.get("s-algorithm") != "HmacSHA256":
        return False
    held = False
    for key in keys:
        expected = b64encode(hmac.new(key.encode(), stamp.encode() + content, hashlib.sha256).digest())
        held |= bool(key) and hmac.compare_digest(expected, signature.encode())
    return held and abs(now - int(stamp) / 1000) <= age_seconds


@attrs.frozen
class ZeptoMail:
    """ZeptoMail's transactional mail."""

    config: ZeptoMailConfig
    wire: Wire
    now: Callable[[], float] = time.time

    def send(self, message: EmailMessage, *, ref: VendorRef) -> Outcome[None]:
        """Hand over one mail."""
        if len(message.attachments) > MOST_FILES:
            return Refused(RefusedFor.INVALID_INPUT, "SM_127", f"ZeptoMail takes {MOST_FILES} files")
        content = json.dumps(message_to_wire(message, ref=ref)).encode()
        if len(content) > self.config.largest_bytes:
            return Refused(RefusedFor.INVALID_INPUT, "413", "the mail with its files is too large: send a link")
        reply = self.wire.exchange(
            "POST",
            f"{self.config.base_url}/email",
            headers={"Authorization": f"Zoho-enczapikey {self.config.token}", "Content-Type": "application/json"},
            content=content,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        return reply if isinstance(reply, NotSent | Unknown) else sent_from_wire(reply, self.config)

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """Verify the signature, then read the events."""
        named = {name.lower(): value for name, value in headers.items()}
        decoded = _json_of(body)
        content = decoded if self.config.signed_content is SignedContent.FORM_DECODED else body
        if not signature_holds(
            named.get("producer-signature", ""),
            content,
            self.config.receipt_keys,
            now=at.timestamp() if at else self.now(),
            age_seconds=self.config.receipt_age_seconds,
        ):
            raise ForgedReceipt("the receipt is not signed with a key of ours, or long ago")
        try:
            parsed = json.loads(decoded)
        except ValueError:
            raise ValueError("the receipt is neither JSON nor a form with JSON") from None
        if not isinstance(parsed, dict):
            raise ValueError("the receipt is no JSON object")
        return receipts_from_wire(parsed)


def _json_of(body: bytes) -> bytes:
    """Return the JSON of a body that is JSON, or a form whose one field holds it."""
    if body.lstrip()[:1] in (b"{", b"["):
        return body
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True)
    except ValueError:
        return body
    return next((values[0].encode() for values in fields.values() if values[0].lstrip()[:1] == "{"), body)


def _without_subject(sender: ZeptoMail) -> Outcome[None]:
    """Ask for a mail without subject and text, which nobody can get: a missing field shows that the token is known."""
    nobody = Email("nobody@example.com")
    return sender.send(EmailMessage(nobody, "", "", "", nobody, ""), ref=VendorRef("A" * 20))


PROVIDER = Provider(
    name="ZEPTOMAIL",
    kinds=frozenset({ProviderKind.EMAIL}),
    config=ZeptoMailConfig,
    build=ZeptoMail,
    facts=(
        Fact("send", "POST /v1.1/email, Zoho-enczapikey", Evidence.PUBLIC, "base_url", "one host a data centre"),
        Fact("answer", "request_id", Evidence.SEEN),
        Fact("codes", "error.details[].code", Evidence.PUBLIC, "codes"),
        Fact("further codes", "error.details[].code", Evidence.INFERRED, "unlisted_code"),
        Fact("events", "event_name, event_message[]", Evidence.PUBLIC, note="some accounts have no delivered event"),
        Fact(
            "signature",
            "base64 HMAC-SHA256 of ts and body",
            Evidence.INFERRED,
            "signed_content",
            "seen twice, not alike",
        ),
        Fact("age of a receipt", "ts", Evidence.INFERRED, "receipt_age_seconds", "a rule of ours"),
        Fact("waiting", "3 s to connect, 20 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"send_without_subject": _without_subject},
)
