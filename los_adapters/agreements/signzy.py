"""
Signzy contract e-sign, version 3. Port: ESigner.  Transcribed vendor pages corrected against live use, read 2026-11.

    Authorization: the raw access token, no "Bearer"; all POST JSON

    send        POST initiate_path   every call mints a legal, billed contract: never repeated
      pdf, title, callback_url      pdf (base64), contractName, callbackUrl: an empty one is refused by the vendor
      expires_in_days               contractTtl, milliseconds
      signer                        signerdetail[0] {signerName, signatureType, signerGender, uidLastFourDigits, signerYearOfBirth,
                                    signatures[{pageNo, signaturePosition}]}
      name match                    nameMatchThreshold with allowSignerGenderMatch, allowSignerYOBMatch: all three or none
      Envelope                      contractId, signerdetail[0].esignUrl, initialContractHash
    status      POST pull_path {contractId}
      SIGNED                        isCompleted, every signer signed, finalSignedContract there
      REJECTED                      isCompleted and not all signed; or a word in rejected_words
      EXPIRED, FAILED, SENT         contractStatus, then signerdetail[].status, in expired_, failed_, open_words; another: Pending
      download_handle, hash         finalSignedContract (URL, short lived), finalSignedContractHash (SHA-256 hex)
      NoRecord                      HTTP 404: unknown or expired
    read_callback  header Authorization equals callback_secret, compared in constant time; body {contractId, …} is only a hint
    Outcome        400 Refused · 401 Misconfigured · 402, "credits" Misconfigured · 403 Misconfigured(PRODUCT) · 429 RateLimited
                   · 409, 5xx, anything unreadable: Unknown
"""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import attrs

from los_adapters.wire import figures
from los_adapters.wire.config import address, between, filled, path
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_adapters.wire.reading import rows
from los_domain.agreements.ports import Envelope, ForgedCallback, SigningRequest, SigningState, SigningStatus
from los_domain.brands.providers import ProviderKind
from los_domain.shared.dates import IST
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Outcome,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)

DAY_MILLISECONDS = 86_400_000


@attrs.frozen
class SignzyConfig:
    """One account. Words are compared in upper case."""

    access_token: str = secret(validator=filled)
    callback_secret: str = secret(
        validator=filled
    )  # sent with every contract, echoed by every call-back; without it none is believed
    base_url: str = attrs.field(default="https://api.signzy.app", validator=address)
    initiate_path: str = attrs.field(default="/api/v3/contract/initiate", validator=path)
    pull_path: str = attrs.field(default="/api/v3/contract/pullData", validator=path)
    client_id: str = ""  # header x-client-unique-id, which some accounts need
    executer: str = ""
    provider: str = "eMudhra"
    signature_type: str = "AADHAARESIGN-OTP"
    signature_page: str = "All"
    signature_position: str = "BOTTOM-RIGHT"  # spelling differs from account to account
    name_match_threshold: str = ""  # "0.01" to "1.00"; empty: the vendor does not compare names
    expired_words: tuple[str, ...] = ("EXPIRED",)
    rejected_words: tuple[str, ...] = ("REJECTED", "CANCELLED", "DELETED")
    failed_words: tuple[str, ...] = ("FAILED",)
    open_words: tuple[str, ...] = ("DRAFT", "PENDING", "SENT", "SIGNED", "COMPLETED")
    file_hosts: tuple[str, ...] = ()  # hosts that signed files may come from; empty: any, over TLS
    connect_seconds: float = attrs.field(default=5.0, validator=between(0.1, 30))
    read_seconds: float = attrs.field(default=45.0, validator=between(0.1, 120))


def contract_to_wire(request: SigningRequest, config: SignzyConfig) -> dict[str, Any]:
    """Return the body of an initiate call."""
    page: list[Any] = [int(config.signature_page)] if config.signature_page.isdigit() else [config.signature_page]
    signer = {
        "signerName": request.signer_name,
        "signatureType": config.signature_type,
        "signerGender": request.signer_gender,
        "uidLastFourDigits": request.aadhaar_last_four,
        "signerYearOfBirth": str(request.signer_birth_year),
        "signatures": [{"pageNo": page, "signaturePosition": config.signature_position}],
    }
    body = {
        "pdf": b64encode(request.pdf).decode(),
        "contractName": request.title,
        "contractExecuterName": config.executer,
        "successRedirectUrl": request.return_url,
        "failureRedirectUrl": request.return_url,
        "contractTtl": request.expires_in_days * DAY_MILLISECONDS,
        "eSignProvider": config.provider,
        "signerdetail": [signer],
        "callbackUrl": request.callback_url,
        "callbackUrlAuthorizationHeader": config.callback_secret,
    }
    if config.name_match_threshold:
        body["nameMatchThreshold"] = config.name_match_threshold
        body["allowSignerGenderMatch"] = body["allowSignerYOBMatch"] = True
    return {name: value for name, value in body.items() if value != ""}


def envelope_from_wire(body: Mapping[str, Any]) -> Outcome[Envelope]:
    """Return the envelope; without an id or a place to sign, nobody knows what was minted."""
    identity = figures.text(body.get("contractId"))
    signers = rows(body.get("signerdetail"))
    url = figures.text(signers[0].get("esignUrl")) if signers else ""
    if not identity or not url:
        return Unknown("the contract in the answer has no id or no address to sign at")
    return Done(Envelope(identity, url, figures.text(body.get("initialContractHash")).lower()), identity)


def status_from_wire(body: Mapping[str, Any], config: SignzyConfig, *, envelope_id: str) -> Outcome[SigningStatus]:
    """Return where a contract stands. Completed is not signed: a refusal completes it too."""
    if figures.text(body.get("contractId")) not in ("", envelope_id):
        return Unknown("the answer is about another contract")
    signers = rows(body.get("signerdetail"))
    words = [figures.text(body.get("contractStatus")), *(figures.text(signer.get("status")) for signer in signers)]
    word = next((said for said in words if said), "")
    completed = str(body.get("isCompleted")).casefold() == "true"
    signed, wanted = figures.whole(body.get("signedSignerCount")), figures.whole(body.get("initialSignerCount"))
    url = figures.text(body.get("finalSignedContract"))
    if completed and url and signed is not None and signed >= max(1, wanted or len(signers)):
        return Done(
            SigningStatus(
                state=SigningState.SIGNED,
                word=word,
                signed_at=_instant(body.get("contractCompletionTime")),
                signed_sha256=figures.text(body.get("finalSignedContractHash")).lower(),
                download_handle=url,
                signer_name=_name_on_certificate(signers),
            ),
            envelope_id,
        )
    if completed and not url and signed is not None and signed < max(1, wanted or len(signers)):
        return Done(SigningStatus(SigningState.REJECTED, word), envelope_id)
    for table, state in (
        (config.expired_words, SigningState.EXPIRED),
        (config.rejected_words, SigningState.REJECTED),
        (config.failed_words, SigningState.FAILED),
    ):
        found = next((said for said in words if said.upper() in table), "")
        if found:
            return Done(SigningStatus(state, found), envelope_id)
    known = [said.upper() in config.open_words for said in words if said]
    if completed or not known or not all(known):
        return Pending(envelope_id, word)
    return Done(SigningStatus(SigningState.SENT, word), envelope_id)


def failure_from_wire(reply: Reply, *, look_up: bool, hidden: str = "") -> Outcome[Any]:
    """Return what an answer other than 200 means. *look_up*: a 404 is an answer; *hidden*: personal words that were sent."""
    body = reply.object()
    inner = body.get("error")
    problem: Mapping[str, Any] = inner if isinstance(inner, dict) else body
    code, message = figures.text(problem.get("reason")), figures.told(problem.get("message"), hidden)
    if reply.status == 402 or re.search(r"remaining .*credits", message, re.IGNORECASE):
        return Misconfigured(MisconfiguredIn.ACCOUNT, "credits", "Signzy has no credit of ours left")
    if reply.status == 400 and problem:
        return Refused(RefusedFor.INVALID_INPUT, code, message)
    if reply.status == 401:
        return Misconfigured(MisconfiguredIn.ACCOUNT, code or "401", "Signzy does not know this token")
    if reply.status == 403:
        return Misconfigured(MisconfiguredIn.PRODUCT, code or "403", message)
    if reply.status == 404:
        known = NoRecord("Signzy knows no such contract, or it has expired")
        return known if look_up else Misconfigured(MisconfiguredIn.PRODUCT, "404", message)
    if reply.status == 429:
        return RateLimited(reply.retry_after_seconds)
    return Unknown(f"HTTP {reply.status}")


def contract_in(body: bytes) -> str:
    """Return the id of the contract that a call-back names. Raises ValueError."""
    try:
        parsed = json.loads(body)
    except ValueError:
        raise ValueError("the call-back is no JSON") from None
    identity = figures.text(parsed.get("contractId")) if isinstance(parsed, dict) else ""
    if not identity:
        raise ValueError("the call-back names no contract")
    return identity


@attrs.frozen
class Signzy:
    """Signzy's Aadhaar e-signature on a PDF."""

    config: SignzyConfig
    wire: Wire

    def send(self, request: SigningRequest, *, ref: VendorRef) -> Outcome[Envelope]:
        """Mint one contract. There is no field for *ref*: the caller keeps the pair before anyone is redirected."""
        if not request.callback_url or not request.return_url:
            return Refused(RefusedFor.INVALID_INPUT, "callbackUrl", "Signzy wants addresses to call back and return to")
        body = contract_to_wire(request, self.config)
        answer = self._call(self.config.initiate_path, body, look_up=False, hidden=request.signer_name)
        return envelope_from_wire(answer) if isinstance(answer, dict) else answer

    def status(self, envelope_id: str, *, ref: VendorRef) -> Outcome[SigningStatus]:
        """Ask where a contract stands."""
        answer = self._call(self.config.pull_path, {"contractId": envelope_id}, look_up=True)
        return status_from_wire(answer, self.config, envelope_id=envelope_id) if isinstance(answer, dict) else answer

    def download(self, status: SigningStatus, *, ref: VendorRef) -> Outcome[bytes]:
        """Fetch the signed file from its short-lived address and compare its hash. No credential of ours goes there."""
        target = urlsplit(status.download_handle)
        as_api = urlsplit(self.config.base_url)
        if target.scheme != "https" and target.scheme != as_api.scheme:
            return Unknown("the signed file is not offered over TLS")
        if self.config.file_hosts and target.hostname not in self.config.file_hosts:
            return Unknown("the signed file is offered from a host that is not on the list")
        reply = self.wire.exchange(
            "GET",
            status.download_handle,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status != 200:
            return Unknown(f"the signed file answered HTTP {reply.status}: its address may have run out")
        if not status.signed_sha256 or hashlib.sha256(reply.body).hexdigest() != status.signed_sha256:
            return Unknown("the file is not the one that was signed: its hash differs or none is known")
        return Done(reply.body)

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Return the contract's id, after the header that we gave the vendor held."""
        told = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        secret_word = self.config.callback_secret
        if not secret_word or not hmac.compare_digest(told.encode(), secret_word.encode()):
            raise ForgedCallback("the call-back does not carry our word")
        return contract_in(body)

    def _call(
        self, path: str, body: Mapping[str, Any], *, look_up: bool, hidden: str = ""
    ) -> dict[str, Any] | Outcome[Any]:
        headers = {"Authorization": self.config.access_token}
        if self.config.client_id:
            headers["x-client-unique-id"] = self.config.client_id
        reply = self.wire.exchange(
            "POST",
            self.config.base_url + path,
            headers=headers,
            json=body,
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        if isinstance(reply, NotSent | Unknown):
            return reply
        if reply.status != 200:
            return failure_from_wire(reply, look_up=look_up, hidden=hidden)
        parsed = reply.json()
        return parsed if isinstance(parsed, dict) else Unknown("the answer is no JSON object")


def _name_on_certificate(signers: tuple[Mapping[str, Any], ...]) -> str:
    attempts = [attempt for signer in signers for attempt in rows(signer.get("esignAttempts"))]
    certificates = [attempt["signerDscData"] for attempt in attempts if isinstance(attempt.get("signerDscData"), dict)]
    return figures.text(certificates[-1].get("name")) if certificates else ""


def _instant(value: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(figures.text(value))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=IST)


PROVIDER = Provider(
    name="SIGNZY",
    kinds=frozenset({ProviderKind.ESIGN}),
    config=SignzyConfig,
    build=Signzy,
    facts=(
        Fact("send", "POST /api/v3/contract/initiate", Evidence.SEEN, "initiate_path"),
        Fact("send.expires_in_days", "contractTtl", Evidence.SEEN, note="about 7 days were observed whatever was sent"),
        Fact("send.signer", "signerdetail[].signatures[].signaturePosition", Evidence.SEEN, "signature_position"),
        Fact("send.signer birth", "signerYearOfBirth as text", Evidence.SEEN),
        Fact("send.name match", "nameMatchThreshold", Evidence.SEEN, "name_match_threshold"),
        Fact("status", "POST /api/v3/contract/pullData", Evidence.SEEN, "pull_path"),
        Fact("SIGNED", "isCompleted, signedSignerCount, finalSignedContract", Evidence.SEEN),
        Fact("REJECTED", "isCompleted with signedSignerCount 0", Evidence.SEEN),
        Fact("REJECTED by word", "contractStatus", Evidence.INFERRED, "rejected_words"),
        Fact("EXPIRED by word", "contractStatus", Evidence.INFERRED, "expired_words"),
        Fact("FAILED", "signerdetail[].status", Evidence.SEEN, "failed_words"),
        Fact(
            "SENT", "signerdetail[].status DRAFT, PENDING", Evidence.INFERRED, "open_words", "contractStatus is private"
        ),
        Fact("call-back", "header Authorization, as we gave it", Evidence.SEEN, "callback_secret"),
        Fact(
            "call-back body", "contractId at the top", Evidence.INFERRED, "callback_secret", "by analogy with pullData"
        ),
        Fact("waiting", "45 s", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"status": lambda signer: signer.status("00000000-0000-4000-8000-000000000000", ref=VendorRef("A" * 20))},
)
