"""
SMSGatewayHub SMS. Ports: SmsSender, ReceiptReader.  Docs: smsgatewayhub.com developer API v1, and public integrations, read 2026-04.

    POST {base_url}{send_path}    form; the same fields may go by GET, where the key would lie in a URL

    account             APIKey, route           route is the account's own number, from its panel
    to                  number                  91 + ten digits, one a call
    text                text, DCS               0 within GSM 03.38, else 8
    sender_header       senderid
    kind of traffic     channel                 2 service and transactional, OTP, 1 promotional; setting ``channel``
    dlt ids             EntityId, dlttemplateid
    ref                 -                       nothing carries it: a call whose answer was lost cannot be recognised
    Outcome             HTTP 200 both ways      {"ErrorCode", "ErrorMessage", "JobId", "MessageData": [{"Number", "MessageId"}]}
      success           ErrorCode 0             written "0", "000" or 0, and a MessageData row with a MessageId
      error             ErrorCode               table CODES, laid over by the setting ``codes``; 6 goes by the words of the message
    DeliveryEvent       query of a GET          *inferred*: setting ``receipt_fields``; nothing is signed
      .status           status                  table STATUSES; another word is OTHER
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs

import attrs

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import address, between, filled, form, names, path
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import first, rows, text
from los_domain.brands.providers import ProviderKind
from los_domain.messaging.dlt import scrub_fault
from los_domain.messaging.ports import SmsMessage
from los_domain.messaging.receipts import DeliveryEvent, DeliveryFault, DeliveryStatus
from los_domain.messaging.segments import is_gsm
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, Misconfigured, MisconfiguredIn, NotSent, Outcome, RateLimited, Unknown

CODES: Mapping[int, Means] = {
    **dict.fromkeys((1, 3, 4, 5, 20, 23, 25), Means.OUR_TEMPLATE),  # a field is missing
    7: Means.OUR_ACCOUNT,  # credentials
    8: Means.OUR_ACCOUNT,  # inactive
    9: Means.OUR_ACCOUNT,  # locked
    10: Means.OUR_ACCOUNT,  # this interface is closed to us
    11: Means.OUR_ACCOUNT,  # address not let in
    12: Means.INVALID_INPUT,  # length
    13: Means.RECIPIENT,  # number
    14: Means.OUR_ACCOUNT,  # spam lock
    15: Means.OUR_TEMPLATE,  # sender
    16: Means.OUR_ACCOUNT,  # transactional traffic not active
    **dict.fromkeys((17, 18, 19, 22, 26), Means.OUR_TEMPLATE),  # group, schedule, job, date
    21: Means.OUR_ACCOUNT,  # credits
    24: Means.OUR_TEMPLATE,  # template
    27: Means.RECIPIENT,  # opted out
    **dict.fromkeys((28, 29, 41, 42, 43), Means.REFUSED),  # a newer generation of the panel, as the rest
    **dict.fromkeys((33, 34, 36), Means.NOT_SENT),
    1025: Means.OUR_ACCOUNT,  # credits
    1026: Means.OUR_TEMPLATE,
    1029: Means.OUR_TEMPLATE,  # sender
    1044: Means.REFUSED,  # spam
    1047: Means.OUR_ACCOUNT,
    **dict.fromkeys((1081, 1082, 1083, 1084), Means.REFUSED),
}
INTERNAL = 6
STATUSES: Mapping[str, tuple[DeliveryStatus, DeliveryFault | None]] = {
    "SENT": (DeliveryStatus.SENT, None),
    "DELIVRD": (DeliveryStatus.DELIVERED, None),
    "DELIVERED": (DeliveryStatus.DELIVERED, None),
    "UNDELIV": (DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
    "UNDELIVERED": (DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
    "EXPIRED": (DeliveryStatus.FAILED, DeliveryFault.TEMPORARY),
    "FAILED": (DeliveryStatus.FAILED, None),
    "REJECTD": (DeliveryStatus.FAILED, None),
    "REJECTED": (DeliveryStatus.FAILED, None),
    "DND": (DeliveryStatus.FAILED, DeliveryFault.PREFERENCE),
}
RECEIPT_FIELDS: Mapping[str, str] = {
    "message": "messageid",
    "number": "number",
    "status": "status",
    "code": "errorcode",
    "at": "donetime",
}
_INDIA = timezone(timedelta(hours=5, minutes=30))


@attrs.frozen
class SmsGatewayHubConfig:
    """One account. There is no sandbox at the vendor; trial credits are used up by tests."""

    route: str = attrs.field(validator=form(r"\d{1,6}", "the route's number in the account's panel"))
    api_key: str = secret(validator=filled)
    base_url: str = attrs.field(default="https://www.smsgatewayhub.com", validator=address)
    send_path: str = attrs.field(default="/api/mt/SendSMS", validator=path)
    channel: str = attrs.field(default="2", validator=form(r"[A-Za-z0-9]{1,8}", "2, 1, OTP, or the panel's own word"))
    codes: Mapping[str, Means] = attrs.field(factory=dict)
    """Codes, without leading zeros, of the account's own experience, laid over ``CODES``."""
    unlisted_code: Means = Means.UNKNOWN
    receipt_fields: Mapping[str, str] = attrs.field(
        factory=lambda: dict(RECEIPT_FIELDS), validator=names(*RECEIPT_FIELDS)
    )
    connect_seconds: float = attrs.field(default=3.0, validator=between(0.1, 60))
    read_seconds: float = attrs.field(default=10.0, validator=between(0.1, 120))


def message_to_wire(message: SmsMessage, config: SmsGatewayHubConfig) -> dict[str, str]:
    """Return the form fields of one SMS."""
    fields = {
        "APIKey": config.api_key,
        "senderid": message.sender_header,
        "channel": config.channel,
        "DCS": "0" if is_gsm(message.text) else "8",
        "flashsms": "0",
        "number": f"91{message.to.value}",
        "text": message.text,
        "route": config.route,
        "EntityId": message.dlt_entity_id,
        "dlttemplateid": message.dlt_template_id,
    }
    return {name: value for name, value in fields.items() if value}


def sent_from_wire(reply: Reply, config: SmsGatewayHubConfig) -> Outcome[None]:
    """Return what an answer means. Only code 0 together with a message id is success."""
    if reply.status == 429:
        return RateLimited(reply.retry_after_seconds)
    if reply.status == 503:
        return NotSent("HTTP 503")
    if reply.status in (401, 403):
        return Misconfigured(MisconfiguredIn.ACCOUNT, str(reply.status), "SMSGatewayHub does not let this account in")
    if reply.status != 200:
        return Unknown(f"HTTP {reply.status}")
    body = reply.object()
    written = first(body, "ErrorCode")
    if not written.isascii() or not written.isdigit():
        return Unknown("the answer has no code")
    code = str(int(written[:9]))
    if code == "0":
        sent = [identity for row in rows(body.get("MessageData")) if (identity := first(row, "MessageId"))]
        return Done(None, sent[0]) if sent else Unknown("the answer says done and names no message")
    told = {str(number): means for number, means in CODES.items()} | dict(config.codes)
    if code == str(INTERNAL) and code not in config.codes:
        means = Means.OUR_TEMPLATE if "template" in text(body.get("ErrorMessage")).lower() else Means.NOT_SENT
    else:
        means = told.get(code, config.unlisted_code)
    return outcome_of(means, code, f"SMSGatewayHub answered error {code}")


def receipt_from_wire(query: Mapping[str, str], config: SmsGatewayHubConfig) -> DeliveryEvent:
    """Return the receipt that a call-back's query holds. Raises ValueError if it names no message."""
    said = {ours: text(query.get(theirs)) for ours, theirs in config.receipt_fields.items()}
    if not said["message"] or not said["status"]:
        raise ValueError("the receipt names no message or no status")
    status, fault = STATUSES.get(said["status"].upper(), (DeliveryStatus.OTHER, None))
    return DeliveryEvent(
        provider_message_id=said["message"],
        event_id=hashlib.sha256(f"{said['message']}|{said['status']}|{said['at']}".encode()).hexdigest(),
        status=status,
        word=f"{said['status']} {said['code']}".strip(),
        occurred_at=_instant(said["at"]),
        fault=(scrub_fault(said["code"]) or fault) if status is DeliveryStatus.FAILED else None,
        recipient=said["number"],
    )


def _instant(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_INDIA).astimezone(UTC)
    except ValueError:
        return None


@attrs.frozen
class SmsGatewayHub:
    """SMSGatewayHub's SMS."""

    config: SmsGatewayHubConfig
    wire: Wire

    def send(self, message: SmsMessage, *, ref: VendorRef) -> Outcome[None]:
        """Hand over one SMS. The vendor takes no reference: what is Unknown stays so."""
        reply = self.wire.exchange(
            "POST",
            self.config.base_url + self.config.send_path,
            form=message_to_wire(message, self.config),
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        return reply if isinstance(reply, NotSent | Unknown) else sent_from_wire(reply, self.config)

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """Read a call-back's query; no header of it means anything."""
        try:
            fields = parse_qs(body.decode(), strict_parsing=True)
        except ValueError:
            raise ValueError("the receipt is no query") from None
        return (receipt_from_wire({name: values[0] for name, values in fields.items()}, self.config),)


def _without_text(sender: SmsGatewayHub) -> Outcome[None]:
    """Ask for an SMS without a text, which nobody can get: a missing field shows that the key is known."""
    return sender.send(SmsMessage(Phone("6000000000"), "", "", "", ""), ref=VendorRef("A" * 20))


PROVIDER = Provider(
    name="SMSGATEWAYHUB",
    kinds=frozenset({ProviderKind.SMS}),
    config=SmsGatewayHubConfig,
    build=SmsGatewayHub,
    facts=(
        Fact("send", "POST /api/mt/SendSMS as a form", Evidence.PUBLIC, "send_path"),
        Fact("kind of traffic", "channel", Evidence.PUBLIC, "channel", "older panels write Trans and Promo"),
        Fact("dlt ids", "EntityId, dlttemplateid", Evidence.SEEN),
        Fact("answer", "ErrorCode, MessageData[].MessageId", Evidence.SEEN),
        Fact("codes", "ErrorCode", Evidence.SEEN, "codes", "one list in many integrations"),
        Fact("further codes", "ErrorCode", Evidence.INFERRED, "unlisted_code"),
        Fact("receipts", "GET with messageid, status, errorcode, donetime", Evidence.INFERRED, "receipt_fields"),
        Fact("waiting", "3 s to connect, 10 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"send_without_text": _without_text},
)
