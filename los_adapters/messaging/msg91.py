"""
MSG91 flow SMS. Ports: SmsSender, ReceiptReader.  Docs: control.msg91.com/apidoc, msg91.com/help (webhooks, security), read 2026-04.

    POST {base_url}{flow_path}     JSON; header ``authkey``; calls are let in by address (418)

    provider_template_id   template_id            MSG91's own id; its panel maps it to the DLT ids, which are not sent
    to                     recipients[0].mobiles  91 + ten digits; one recipient a call, because the id is one per call
    variables              recipients[0].<name>   case counts; one that is missing is left blank in silence
    sender_header          sender                 used where the flow takes its sender from the call; setting ``sends_sender``
    text                   not sent               kept by us for the record, and for providers that take text
    ref                    CRQID                  *from memory*; setting ``reference_field``, empty leaves it out
    unicode                1                      where the text is not GSM 03.38
    Outcome                type                   "success" and nothing else; an error comes with HTTP 200 as well
      .provider_reference  message                the request id
      error                code                   table CODES, laid over by the setting ``codes``; words of the message for the rest
    DeliveryEvent          version 2: form field ``data`` with JSON; version 3: flat JSON; version 4 has no request id and is refused
      .status, .fault      status                 table STATUSES; another word is OTHER
      .occurred_at         date                   Indian time without a zone
    Nothing signs a receipt; setting ``receipt_header`` names a header that the panel adds, with its secret value.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs

import attrs

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import SettingProblem, address, between, filled, form, path
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import first, rows, text, word
from los_domain.brands.providers import ProviderKind
from los_domain.messaging.dlt import scrub_fault
from los_domain.messaging.ports import ForgedReceipt, SmsMessage
from los_domain.messaging.receipts import DeliveryEvent, DeliveryFault, DeliveryStatus
from los_domain.messaging.segments import is_gsm
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, Misconfigured, MisconfiguredIn, NotSent, Outcome, RateLimited, Unknown

CODES: Mapping[str, Means] = {
    "101": Means.OUR_TEMPLATE,  # no mobile
    "102": Means.OUR_TEMPLATE,  # no message
    "103": Means.OUR_TEMPLATE,  # no sender
    "105": Means.OUR_ACCOUNT,  # no password
    "106": Means.OUR_ACCOUNT,  # no authkey
    "107": Means.OUR_ACCOUNT,  # no route
    "201": Means.OUR_ACCOUNT,  # authkey or log-in
    "202": Means.RECIPIENT,  # mobile
    "203": Means.OUR_TEMPLATE,  # sender
    "207": Means.OUR_ACCOUNT,
    "208": Means.OUR_ACCOUNT,  # address not let in
    "301": Means.OUR_ACCOUNT,  # balance
    "302": Means.OUR_ACCOUNT,  # expired
    "303": Means.OUR_ACCOUNT,  # banned
    "306": Means.RATE_LIMITED,  # the promotional route is closed now
    "310": Means.INVALID_INPUT,  # too long
    "311": Means.DUPLICATE,  # the same request came within ten seconds: the first one was taken
    "418": Means.OUR_ACCOUNT,  # address not let in
}
STATUSES: Mapping[str, tuple[DeliveryStatus, DeliveryFault | None]] = {
    "1": (DeliveryStatus.DELIVERED, None),
    "2": (DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
    "9": (DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),  # do not disturb
    "16": (DeliveryStatus.FAILED, None),  # rejected: nobody says by whom
    "25": (DeliveryStatus.FAILED, None),
    "17": (DeliveryStatus.FAILED, DeliveryFault.RECIPIENT),  # blocked number
}
_INDIA = timezone(timedelta(hours=5, minutes=30))


@attrs.frozen
class Msg91Config:
    """One authkey. There is no sandbox at the vendor."""

    authkey: str = secret(validator=filled)
    base_url: str = attrs.field(default="https://control.msg91.com", validator=address)
    flow_path: str = attrs.field(default="/api/v5/flow/", validator=path)
    sends_sender: bool = True
    reference_field: str = attrs.field(
        default="", validator=form(r"\w*", "the name of a body field, or empty to send no reference")
    )
    codes: Mapping[str, Means] = attrs.field(factory=dict)
    """Codes of the account's own experience, laid over ``CODES``."""
    unlisted_code: Means = Means.UNKNOWN
    closed_route_seconds: int = attrs.field(default=3600, validator=between(1, 86400))
    """How long to wait when the promotional route is closed for the night."""
    receipt_header: str = attrs.field(default="", validator=form(r"[A-Za-z0-9-]*", "the name of a header, or empty"))
    receipt_secret: str = secret(default="")
    connect_seconds: float = attrs.field(default=3.0, validator=between(0.1, 60))
    read_seconds: float = attrs.field(default=10.0, validator=between(0.1, 120))

    def __attrs_post_init__(self) -> None:
        if bool(self.receipt_header) != bool(self.receipt_secret):
            raise SettingProblem("receipt_secret", "goes together with receipt_header", "set both or neither")


def message_to_wire(message: SmsMessage, config: Msg91Config, *, ref: VendorRef) -> dict[str, Any]:
    """Return the JSON body of one flow SMS."""
    body: dict[str, Any] = {
        "template_id": message.provider_template_id,
        "short_url": "0",  # a shortened link is not the registered one
        "recipients": [{**dict(message.variables), "mobiles": f"91{message.to.value}"}],
    }
    if config.sends_sender and message.sender_header:
        body["sender"] = message.sender_header
    if not is_gsm(message.text):
        body["unicode"] = "1"
    if config.reference_field:
        body[config.reference_field] = str(ref)
    return body


def sent_from_wire(reply: Reply, config: Msg91Config) -> Outcome[None]:
    """Return what an answer means. HTTP 200 alone means nothing."""
    if reply.status == 401:
        return Misconfigured(MisconfiguredIn.ACCOUNT, "401", "MSG91 does not know this authkey")
    if reply.status == 429:
        return RateLimited(reply.retry_after_seconds)
    if reply.status == 503:
        return NotSent("HTTP 503")
    if reply.status >= 500 or 300 <= reply.status < 400:
        return Unknown(f"HTTP {reply.status}")
    body = reply.object()
    kind, message, code = text(body.get("type")).lower(), text(body.get("message")), word(body.get("code"))
    if kind == "success" and message and reply.status == 200:
        return Done(None, message)
    if kind != "error":
        return Unknown("the answer says neither success nor error")
    told = {**CODES, **config.codes}
    if code in told:
        means = told[code]
    elif "template" in message.lower() or "flow" in message.lower():
        means = Means.OUR_TEMPLATE
    else:
        means = config.unlisted_code
    said = f"MSG91 answered error {code or 'without a code'}"
    return outcome_of(means, code, said, after_seconds=config.closed_route_seconds)


def receipt_from_wire(row: Mapping[str, Any], request_id: str) -> DeliveryEvent | None:
    """Return one receipt, or None if it names no message."""
    status, number = first(row, "status"), first(row, "number")
    if not request_id or not status:
        return None
    stamp = first(row, "date")
    reached, fault = STATUSES.get(status, (DeliveryStatus.OTHER, None))
    reason = first(row, "failedReason", "desc")
    client = first(row, "CRQID", "clientid")
    return DeliveryEvent(
        provider_message_id=request_id,
        event_id=hashlib.sha256(f"{request_id}|{number}|{status}|{stamp}".encode()).hexdigest(),
        status=reached,
        word=f"{status} {reason}".strip(),
        occurred_at=_instant(stamp),
        fault=(scrub_fault(reason) or fault) if reached is DeliveryStatus.FAILED else None,
        ref="" if client == "0" else client,
        recipient=number,
    )


def receipts_from_wire(body: bytes) -> tuple[DeliveryEvent, ...]:
    """Return the receipts of version 2 or 3. Raises ValueError for anything else, version 4 included: it names no message."""
    try:
        written = body.decode()
        if not written.lstrip().startswith(("[", "{")):
            written = parse_qs(written, strict_parsing=True)["data"][0]
        parsed = json.loads(written)
    except (ValueError, KeyError):
        raise ValueError("the receipt is neither JSON nor a form with data") from None
    found: list[DeliveryEvent | None] = []
    for group in rows(parsed if isinstance(parsed, list) else [parsed]):
        request = first(group, "requestId")
        singles = rows(group["report"]) if "report" in group else (group,)
        found += [receipt_from_wire(row, request) for row in singles]
    if not found or None in found:
        raise ValueError("a receipt names no message")
    return tuple(event for event in found if event is not None)


def _instant(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_INDIA).astimezone(UTC)
    except ValueError:
        return None


@attrs.frozen
class Msg91:
    """MSG91's flow SMS."""

    config: Msg91Config
    wire: Wire

    def send(self, message: SmsMessage, *, ref: VendorRef) -> Outcome[None]:
        """Hand over one SMS by its template and variables."""
        if not message.provider_template_id:
            return Misconfigured(MisconfiguredIn.TEMPLATE, "template_id", "this message has no MSG91 template id")
        if any(name in ("mobiles", "") for name, _ in message.variables):
            return Misconfigured(
                MisconfiguredIn.TEMPLATE, "variables", "a variable has a name that MSG91 keeps for itself"
            )
        reply = self.wire.exchange(
            "POST",
            self.config.base_url + self.config.flow_path,
            headers={"authkey": self.config.authkey},
            json=message_to_wire(message, self.config, ref=ref),
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        return reply if isinstance(reply, NotSent | Unknown) else sent_from_wire(reply, self.config)

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """Read a delivery report, after its secret header if one is set."""
        if self.config.receipt_header:
            named = {name.lower(): value for name, value in headers.items()}
            shown = named.get(self.config.receipt_header.lower(), "")
            if not hmac.compare_digest(shown.encode(), self.config.receipt_secret.encode()):
                raise ForgedReceipt("the receipt does not carry the header that was agreed")
        return receipts_from_wire(body)


def _without_template(sender: Msg91) -> Outcome[None]:
    """Ask for a flow that does not exist: with the right authkey the answer speaks of the template."""
    return sender.send(SmsMessage(Phone("6000000000"), "", "", "", "", "0" * 24), ref=VendorRef("A" * 20))


PROVIDER = Provider(
    name="MSG91",
    kinds=frozenset({ProviderKind.SMS}),
    config=Msg91Config,
    build=Msg91,
    facts=(
        Fact("send", "POST /api/v5/flow/, header authkey", Evidence.PUBLIC, "flow_path", "api.msg91.com serves it too"),
        Fact("host", "control.msg91.com", Evidence.PUBLIC, "base_url"),
        Fact("sender_header", "sender", Evidence.PUBLIC, "sends_sender", "needed where the flow says FromAPI"),
        Fact("ref", "CRQID", Evidence.INFERRED, "reference_field", "from memory, left out by default"),
        Fact("codes", "code", Evidence.SEEN, "codes", "most from a reseller of the same engine"),
        Fact("further codes", "code", Evidence.INFERRED, "unlisted_code"),
        Fact("closed route", "code 306", Evidence.INFERRED, "closed_route_seconds", "nobody says when it opens"),
        Fact("receipts", "versions 2 and 3", Evidence.PUBLIC, note="nothing signs them"),
        Fact("receipt header", "a header set in the panel", Evidence.PUBLIC, "receipt_header"),
        Fact("waiting", "3 s to connect, 10 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"send_without_template": _without_template},
)
