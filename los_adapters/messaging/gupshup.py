"""
Gupshup enterprise SMS. Ports: SmsSender, ReceiptReader.  Docs: docs.gupshup.io (SMS API, error codes, delivery reports), read 2026-04.

    POST {base_url}     form, one endpoint for all; never GET: the password would lie in a URL

    account             userid, password, auth_scheme=plain, v=1.1, method=SendMessage, format=json
    to                  send_to                91 + ten digits, one number a call: a list hides errors of single numbers
    text                msg, msg_type          TEXT within GSM 03.38, else Unicode_text
    sender_header       mask                   six letters, registered on the account
    dlt ids             principalEntityId, dltTemplateId
    ref                 msg_id                 *inferred*; setting ``reference_field``, empty leaves it out
    Outcome             HTTP 200 both ways     {"response": {"id", "phone", "details", "status"}}; the text form
                                               ``success | phone | id`` is understood as well
      success           response.id            becomes provider_reference and comes back as externalId
      error             response.id            is then the code: table CODES, laid over by the setting ``codes``
    DeliveryEvent       POST array, form field ``response``, or the GET form's query; nothing is signed
      .status           eventType | status     table EVENTS; another word is OTHER
      .fault            errCode                table CAUSES, else the DLT scrubbing codes
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

import attrs

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import address, between, filled, form
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import first, section, text
from los_domain.brands.providers import ProviderKind
from los_domain.messaging.dlt import scrub_fault
from los_domain.messaging.ports import SmsMessage
from los_domain.messaging.receipts import DeliveryEvent, DeliveryFault, DeliveryStatus
from los_domain.messaging.segments import is_gsm
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Done, Misconfigured, MisconfiguredIn, NotSent, Outcome, RateLimited, Unknown

CODES: Mapping[str, Means] = {
    "100": Means.NOT_SENT,  # unknown error: an answer of status "error" took nothing
    "101": Means.OUR_TEMPLATE,  # a parameter is missing
    "102": Means.OUR_ACCOUNT,  # authentication failed
    "103": Means.OUR_ACCOUNT,  # no such user
    "104": Means.OUR_ACCOUNT,  # user disabled
    "105": Means.RECIPIENT,  # not a phone number
    "106": Means.OUR_ACCOUNT,  # method not enabled
    "107": Means.OUR_ACCOUNT,  # version
    "108": Means.OUR_TEMPLATE,  # mask
    "109": Means.OUR_TEMPLATE,  # do-not-disturb flag
    "175": Means.RECIPIENT,  # service disabled: foreign numbers
}
EVENTS: Mapping[str, DeliveryStatus] = {
    "DELIVERED": DeliveryStatus.DELIVERED,
    "SUCCESS": DeliveryStatus.DELIVERED,  # the GET form's word
    "FAILED": DeliveryStatus.FAILED,
    "FAIL": DeliveryStatus.FAILED,
}
CAUSES: Mapping[str, DeliveryFault] = {
    "001": DeliveryFault.TEMPORARY,  # absent subscriber
    "002": DeliveryFault.RECIPIENT,  # call barred
    "003": DeliveryFault.RECIPIENT,  # unknown subscriber
    "004": DeliveryFault.TEMPORARY,  # service down
    "005": DeliveryFault.TEMPORARY,  # system failure
    "006": DeliveryFault.PREFERENCE,  # do not disturb
    "007": DeliveryFault.RECIPIENT,  # blocked
    "008": DeliveryFault.TEMPORARY,  # do-not-disturb check timed out
    "009": DeliveryFault.TIMING,  # outside working hours: our schedule is wrong
}


class AnswerFormat(Enum):
    """The form that answers are asked for in; both are understood whatever comes."""

    JSON = "json"
    TEXT = "text"


@attrs.frozen
class GupshupConfig:
    """One account. There is no sandbox at the vendor."""

    userid: str = attrs.field(validator=form(r"\d{4,20}", "the account's number, digits only"))
    password: str = secret(validator=filled)
    base_url: str = attrs.field(default="https://enterprise.smsgupshup.com/GatewayAPI/rest", validator=address)
    version: str = "1.1"
    answer_format: AnswerFormat = AnswerFormat.JSON
    reference_field: str = attrs.field(
        default="msg_id", validator=form(r"\w*", "the name of a form field, or empty to send no reference")
    )
    codes: Mapping[str, Means] = attrs.field(factory=dict)
    """Codes of the account's own error list, laid over ``CODES``."""
    unlisted_code: Means = Means.OUR_TEMPLATE
    """What a code outside both tables comes to: this message is not sent, the next provider is asked, staff is told."""
    too_fast_words: tuple[str, ...] = ("throughput", "tps")
    """Words, in lower case, of an error's details that ask for patience."""
    connect_seconds: float = attrs.field(default=3.0, validator=between(0.1, 60))
    read_seconds: float = attrs.field(default=10.0, validator=between(0.1, 120))


def message_to_wire(message: SmsMessage, config: GupshupConfig, *, ref: VendorRef) -> dict[str, str]:
    """Return the form fields of one SMS."""
    fields = {
        "method": "SendMessage",
        "userid": config.userid,
        "password": config.password,
        "auth_scheme": "plain",
        "v": config.version,
        "format": config.answer_format.value,
        "send_to": f"91{message.to.value}",
        "msg": message.text,
        "msg_type": "TEXT" if is_gsm(message.text) else "Unicode_text",
        "mask": message.sender_header,
        "principalEntityId": message.dlt_entity_id,
        "dltTemplateId": message.dlt_template_id,
    }
    if config.reference_field:
        fields[config.reference_field] = str(ref)
    return {name: value for name, value in fields.items() if value}


def sent_from_wire(reply: Reply, config: GupshupConfig) -> Outcome[None]:
    """Return what an answer means. Only the word ``success`` with a message id is success."""
    if reply.status == 429:
        return RateLimited(reply.retry_after_seconds)
    if reply.status == 503:
        return NotSent("HTTP 503")
    if reply.status in (401, 403):
        return Misconfigured(
            MisconfiguredIn.ACCOUNT, str(reply.status), "Gupshup does not let this account or address in"
        )
    if reply.status != 200:
        return Unknown(f"HTTP {reply.status}")
    status, identity, details = _said(reply)
    if status == "success" and identity:
        return Done(None, identity)
    if status != "error":
        return Unknown("the answer says neither success nor error")
    if any(asks in details.lower() for asks in config.too_fast_words):
        return RateLimited(1)
    means = {**CODES, **config.codes}.get(identity, config.unlisted_code)
    return outcome_of(means, identity, f"Gupshup answered error {identity or 'without a code'}")


def _said(reply: Reply) -> tuple[str, str, str]:
    """Return (status word, id or code, details) of the JSON or the text form."""
    body = reply.json()
    if isinstance(body, dict):
        answer = section(body.get("response"))
        return text(answer.get("status")).lower(), first(answer, "id"), text(answer.get("details"))
    parts = [part.strip() for part in reply.body.decode(errors="replace").split("|", 2)]
    if len(parts) != 3:
        return "", "", ""
    status = parts[0].lower()
    return (status, parts[2], "") if status == "success" else (status, parts[1], parts[2])


def receipt_from_wire(row: Mapping[str, Any]) -> DeliveryEvent | None:
    """Return one receipt of the POST or the GET form, or None if it names no message."""
    identity = first(row, "externalId")
    event = first(row, "eventType", "status").upper()
    stamp = first(row, "eventTs", "deliveredTS")
    if not identity or not event:
        return None
    code = first(row, "errCode")
    status = EVENTS.get(event, DeliveryStatus.OTHER)
    return DeliveryEvent(
        provider_message_id=identity,
        event_id=hashlib.sha256(f"{identity}|{event}|{stamp}".encode()).hexdigest(),
        status=status,
        word=f"{event} {code} {first(row, 'cause')}".strip(),
        occurred_at=_instant(stamp),
        fault=CAUSES.get(code) or scrub_fault(code) if status is DeliveryStatus.FAILED else None,
        recipient=first(row, "destAddr", "phoneNo"),
    )


def _instant(milliseconds: str) -> datetime | None:
    usable = milliseconds.isascii() and milliseconds.isdigit() and len(milliseconds) <= 14
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if usable else None


def _rows(body: bytes) -> list[Any]:
    """Return the rows of a receipt in any of its three forms. Raises ValueError where it is none of them."""
    try:
        written = body.decode()
        if not written.lstrip().startswith(("[", "{")):
            fields = {name: values[0] for name, values in parse_qs(written, strict_parsing=True).items()}
            if "response" not in fields:
                return [fields]
            written = fields["response"]
        parsed = json.loads(written)
    except ValueError:
        raise ValueError("the receipt is neither JSON nor a form") from None
    return parsed if isinstance(parsed, list) else [parsed]


@attrs.frozen
class Gupshup:
    """Gupshup's SMS gateway."""

    config: GupshupConfig
    wire: Wire

    def send(self, message: SmsMessage, *, ref: VendorRef) -> Outcome[None]:
        """Hand over one SMS."""
        reply = self.wire.exchange(
            "POST",
            self.config.base_url,
            form=message_to_wire(message, self.config, ref=ref),
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        return reply if isinstance(reply, NotSent | Unknown) else sent_from_wire(reply, self.config)

    def read_receipts(
        self, body: bytes, headers: Mapping[str, str], *, at: datetime | None = None
    ) -> tuple[DeliveryEvent, ...]:
        """Read a delivery report; no header of it means anything."""
        found = [receipt_from_wire(row) if isinstance(row, Mapping) else None for row in _rows(body)]
        if not found or None in found:
            raise ValueError("a receipt names no message or no event")
        return tuple(event for event in found if event is not None)


def _without_text(sender: Gupshup) -> Outcome[None]:
    """Ask for an SMS without a text, which nobody can get: error 101 shows that the account is let in, 102 that it is not."""
    return sender.send(SmsMessage(Phone("6000000000"), "", "", "", ""), ref=VendorRef("A" * 20))


PROVIDER = Provider(
    name="GUPSHUP",
    kinds=frozenset({ProviderKind.SMS}),
    config=GupshupConfig,
    build=Gupshup,
    facts=(
        Fact("send", "POST /GatewayAPI/rest, method=SendMessage", Evidence.PUBLIC, "base_url"),
        Fact("account", "userid, password, auth_scheme=plain", Evidence.PUBLIC, "password"),
        Fact("version", "v", Evidence.PUBLIC, "version"),
        Fact("DLT ids", "principalEntityId, dltTemplateId", Evidence.SEEN, note="in public integrations"),
        Fact("ref", "msg_id", Evidence.INFERRED, "reference_field", "from memory; empty leaves it out"),
        Fact(
            "answer",
            "response.{status,id,details} of format=json",
            Evidence.INFERRED,
            setting="answer_format",
            note="the text form was seen",
        ),
        Fact("codes 100 to 109, 175", "response.id", Evidence.PUBLIC, "codes"),
        Fact("further codes", "response.id", Evidence.INFERRED, "unlisted_code", "the vendor's list is longer"),
        Fact("too fast", "HTTP 429, or words of the details", Evidence.INFERRED, "too_fast_words"),
        Fact("receipts", "externalId, eventType, eventTs, errCode", Evidence.PUBLIC, note="nothing signs them"),
        Fact("waiting", "3 s to connect, 10 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"send_without_text": _without_text},
)
