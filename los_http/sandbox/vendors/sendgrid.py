"""
SendGrid as the sandbox plays it.

    POST  /v3/mail/send     Authorization: Bearer <apiKey>; JSON; 202 without a body and with X-Message-Id
      personalizations[].to[] {email, name}, cc, bcc, subject, headers, custom_args, dynamic_template_data, send_at
      from {email, name}    of the option ``senders`` (addresses or domains, joined by commas) if that is set; 403
      subject, content[]    needed without template_id; text/plain before text/html
      attachments[]         content in base64, filename, type, disposition, content_id; 30 MB in all, else 413
      errors                {"errors": [{"message", "field", "help"}]}: 400, 401, 403, 413, 415; 429 with X-RateLimit-Reset
      mail_settings.sandbox_mode.enable   200, nothing is sent
    events                  processed, then delivered | bounce | dropped: a JSON array with CRLF, signed with ECDSA P-256
                            over timestamp + body; the public key is among the credentials

Act: ``mailbox {"email", "does"}`` with ``accepts``, ``bounces`` (and is dropped from then on), ``blocks`` or
``complains``.
"""

import hashlib
import json
import re
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from los_http.sandbox.shape import (
    Check,
    Field,
    Misfit,
    boolean,
    fields,
    needed,
    optional,
    require,
    several,
    text,
    whole,
)
from los_http.sandbox.vendor import Account, ActRefused, Answer, Desk, Request, Route, Vendor

MOST_BYTES = 30 * 1024 * 1024
MOST_RECIPIENTS = 1000
EVENT_SECONDS = 0.3
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
MAILBOXES = ("accepts", "bounces", "blocks", "complains")


def _base64(value: Any, at: str) -> None:
    text(least=1, most=2 * MOST_BYTES)(value, at)
    try:
        b64decode(value, validate=True)
    except (NotBase64, ValueError):
        raise Misfit(at, "must be base64", "value") from None


def _free(value: Any, at: str) -> None:
    if not isinstance(value, dict):
        raise Misfit(at, "must be an object", "type")


def _strings(value: Any, at: str) -> None:
    _free(value, at)
    for name, held in value.items():
        text()(held, f"{at}.{name}")


EMAIL = fields(email=needed(text(pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+")), name=optional(text(most=255)))
LINE: Check = text(least=1, most=998, pattern=r"[^\r\n]+")
TRACKING = fields(
    click_tracking=optional(fields(enable=optional(boolean()), enable_text=optional(boolean()))),
    open_tracking=optional(fields(enable=optional(boolean()), substitution_tag=optional(text()))),
    subscription_tracking=optional(fields(enable=optional(boolean()))),
    ganalytics=optional(fields(enable=optional(boolean()))),
)
SETTINGS = fields(
    sandbox_mode=optional(fields(enable=optional(boolean()))),
    bypass_list_management=optional(fields(enable=optional(boolean()))),
    footer=optional(fields(enable=optional(boolean()), text=optional(text()), html=optional(text()))),
)
PERSONALIZATION = fields(
    to=needed(several(EMAIL, least=1)),
    cc=optional(several(EMAIL)),
    bcc=optional(several(EMAIL)),
    subject=optional(LINE),
    headers=optional(_strings),
    custom_args=optional(_strings),
    dynamic_template_data=optional(_free),
    send_at=optional(whole(least=0)),
)
MAIL: Mapping[str, Field] = {
    "personalizations": needed(several(PERSONALIZATION, least=1)),
    "from": needed(EMAIL),
    "reply_to": optional(EMAIL),
    "subject": optional(LINE),
    "content": optional(
        several(fields(type=needed(text(one_of=("text/plain", "text/html"))), value=needed(text(least=1, most=MOST_BYTES))), least=1)
    ),
    "attachments": optional(
        several(
            fields(
                content=needed(_base64),
                filename=needed(text(least=1, most=255)),
                type=optional(text(least=1, most=255)),
                disposition=optional(text(one_of=("inline", "attachment"))),
                content_id=optional(text(most=255)),
            ),
            least=1,
        )
    ),
    "template_id": optional(text(least=1)),
    "categories": optional(several(text(least=1, most=255))),
    "custom_args": optional(_strings),
    "send_at": optional(whole(least=0)),
    "headers": optional(_strings),
    "asm": optional(_free),
    "ip_pool_name": optional(text(least=2, most=64)),
    "tracking_settings": optional(TRACKING),
    "mail_settings": optional(SETTINGS),
}  # fmt: skip


class _Refused(Exception):
    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.answer = _error(status, message, field)


def _error(status: int, message: str, field: str | None = None) -> Answer:
    return Answer.of({"errors": [{"message": message, "field": field, "help": None}]}, status)


def _account(desk: Desk, request: Request) -> Account:
    for account in desk.accounts():
        if request.headers.get("authorization") == f"Bearer {account.credentials['apiKey']}":
            return account
    raise _Refused(401, "The provided authorization grant is invalid, expired, or revoked")


def _mail(account: Account, request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _Refused(415, "Content-Type should be application/json.")
    if len(request.body) > MOST_BYTES:
        raise _Refused(413, "The request is larger than 30 MB")
    try:
        mail = require(json.loads(request.body), MAIL)
    except Misfit as misfit:
        raise _Refused(400, misfit.problem, re.sub(r"\[(\d+)\]", r".\1", misfit.field) or None) from None
    except ValueError:
        raise _Refused(400, "Bad Request") from None
    _whole(mail)
    address = mail["from"]["email"].lower()
    senders = [one.strip().lower() for one in account.kept["senders"].split(",") if one.strip()]
    if senders and address not in senders and address.partition("@")[2] not in senders:
        raise _Refused(403, "The from address does not match a verified Sender Identity", "from")
    return mail


def _whole(mail: Mapping[str, Any]) -> None:
    """Check what concerns several fields at once."""
    if "template_id" not in mail:
        if "content" not in mail:
            raise _Refused(400, "The content is required unless a template_id is given", "content")
        for place, one in enumerate(mail["personalizations"]):
            if "subject" not in mail and "subject" not in one:
                raise _Refused(400, "The subject is required", f"personalizations.{place}.subject")
    kinds = [part["type"] for part in mail.get("content", ())]
    if kinds != sorted(kinds, reverse=True):
        raise _Refused(400, "text/plain must be first, followed by text/html", "content")
    boxes = [box for each in mail["personalizations"] for kind in ("to", "cc", "bcc") for box in each.get(kind, ())]
    addresses = [box["email"].lower() for box in boxes]
    if len(addresses) > MOST_RECIPIENTS or len(set(addresses)) != len(addresses):
        raise _Refused(400, "Each email address should be unique, and 1000 at most", "personalizations")
    if len(mail.get("categories", ())) > 10:
        raise _Refused(400, "There may be 10 categories at most", "categories")
    given = [mail.get("custom_args", {}), *(each.get("custom_args", {}) for each in mail["personalizations"])]
    if any(len(json.dumps(each)) > 10_000 for each in given):
        raise _Refused(400, "custom_args may have 10000 bytes at most", "custom_args")


def send(desk: Desk, request: Request) -> Answer:
    """Take a mail."""
    try:
        account = _account(desk, request)
        mail = _mail(account, request)
    except _Refused as refused:
        return refused.answer
    identity = desk.token(22)
    headers = {"x-message-id": identity}
    if mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
        return Answer(200, b"", "text/plain", headers)
    for place, each in enumerate(mail["personalizations"]):
        arguments = {**mail.get("custom_args", {}), **each.get("custom_args", {})}
        for kind in ("to", "cc", "bcc"):
            for one in each.get(kind, ()):
                fate = _fate(desk, one["email"])
                _record(desk, mail, each, one["email"], identity, arguments, fate)
                _events(desk, account, one["email"], f"{identity}.filter0001.{place}.1-0", arguments, fate)
    return Answer(202, b"", "text/plain", headers)


def _fate(desk: Desk, address: str) -> str:
    paper = desk.get("mailbox", address.lower()) or {"does": "accepts"}
    if paper.get("suppressed"):
        return "dropped"
    if paper["does"] == "bounces":
        desk.put("mailbox", address.lower(), {**paper, "suppressed": True})
    return {"bounces": "bounce", "blocks": "blocked", "complains": "spamreport"}.get(paper["does"], "delivered")


def _record(
    desk: Desk,
    mail: Mapping[str, Any],
    each: Mapping[str, Any],
    to: str,
    identity: str,
    arguments: Mapping[str, str],
    fate: str,
) -> None:
    files = []
    for file in mail.get("attachments", ()):
        content = b64decode(file["content"])
        digest = hashlib.sha256(content).hexdigest()
        files.append(
            {"filename": file["filename"], "type": file.get("type", ""), "bytes": len(content), "sha256": digest}
        )
    bodies = {part["type"]: part["value"] for part in mail.get("content", ())}
    desk.record(
        "mail",
        {
            "to": to,
            "from": mail["from"]["email"],
            "subject": each.get("subject", mail.get("subject", "")),
            "text": bodies.get("text/plain", ""),
            "html": bodies.get("text/html", ""),
            "attachments": files,
            "messageId": identity,
            "reference": arguments.get("los_message_id", ""),
            "customArgs": arguments,
            "result": fate,
        },
    )


def _events(desk: Desk, account: Account, to: str, message: str, arguments: Mapping[str, str], fate: str) -> None:
    words: list[dict[str, Any]] = [{"event": "processed"}]
    if fate == "dropped":
        words = [{"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}]
    elif fate == "bounce":
        words.append({"event": "bounce", "type": "bounce", "reason": "550 5.1.1 no such user", "status": "5.1.1"})
    elif fate == "blocked":
        words.append({"event": "bounce", "type": "blocked", "reason": "421 4.7.0 try again", "status": "4.7.0"})
    else:
        words.append({"event": "delivered", "response": "250 2.0.0 OK"})
        if fate == "spamreport":
            words.append({"event": "spamreport"})
    for place, word in enumerate(words):
        identity = desk.token(22)
        stamp = int(desk.now().timestamp()) + place
        event = {
            **arguments,
            **word,
            "email": to,
            "sg_event_id": identity,
            "sg_message_id": message,
            "timestamp": stamp,
        }
        body = (json.dumps([event], separators=(",", ":")) + "\r\n").encode()
        timestamp = str(int(desk.wall().timestamp()))
        headers = {
            "content-type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(account.kept["eventPrivateKey"], timestamp, body),
        }
        desk.post(
            account.webhook_url, body, headers, event=identity, call=word["event"], after=EVENT_SECONDS * (place + 1)
        )


def _key(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(private, 16), ec.SECP256R1())


def signature(private: str, timestamp: str, body: bytes) -> str:
    """Return the base64 DER signature of *timestamp* and *body* by the key of this hexadecimal scalar."""
    return b64encode(_key(private).sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()


def public_key(private: str) -> str:
    """Return the base64 DER public key, as the settings page shows it."""
    found = _key(private).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(found).decode()


def mailbox(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody's mailbox takes mail, or no longer does."""
    email, does = str(body.get("email", "")).lower(), body.get("does")
    if "@" not in email or does not in MAILBOXES:
        raise ActRefused("email is an address, does one of " + ", ".join(MAILBOXES))
    desk.put("mailbox", email, {"does": does})
    return {"email": email, "does": does}


def forge(body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """Sign with a key of one's own."""
    return {**headers, SIGNATURE: signature("1", headers[TIMESTAMP], body)}


def _limited(seconds: int) -> Answer:
    headers = {
        "x-ratelimit-limit": "600",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(time.time()) + seconds),
    }
    answer = _error(429, "too many requests")
    return Answer(answer.status, answer.body, answer.media_type, headers)


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return a key that may send, and the public key that its events are signed for."""
    private = f"{int.from_bytes(hashlib.sha256(token(40).encode()).digest()) % (ORDER_P256 - 1) + 1:064x}"
    credentials = {"baseUrl": base_url, "apiKey": f"SG.{token(22)}.{token(43)}", "eventPublicKey": public_key(private)}
    return Account(identity, "sendgrid", credentials, kept={"eventPrivateKey": private})


VENDOR = Vendor(
    name="sendgrid",
    routes=(Route("send", "POST", "/v3/mail/send", send),),
    new_account=new_account,
    refusal=lambda call: _error(400, "Does not contain a valid address.", "personalizations.0.to.0.email"),
    acts={"mailbox": mailbox},
    forge=forge,
    options={"senders": ""},
    limited=_limited,
    references=("personalizations.0.custom_args.los_message_id", "custom_args.los_message_id"),
)
