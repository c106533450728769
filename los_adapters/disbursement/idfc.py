"""
IDFC FIRST Bank fund transfer. Port: DisbursementGateway.  No public document: agreeing public integrations, read 2026-11.

    POST token_url, form: grant_type=client_credentials, scope, client_id, client_assertion_type, client_assertion = JWT RS256
      (kid in its header; iss = sub = client_id; aud is not the token URL; jti; exp = now + 300 s) -> access_token, expires_in
    POST base_url + path, whole body = base64(IV || AES-256-CBC-PKCS7(JSON)), fresh IV a message, the same back
      headers Authorization: Bearer, source, correlationId (unique, 12), Content-Type: application/octet-stream

    transfer  transfer_path   initiateAuthGenericFundTransferAPIReq: every value a string, amount in rupees "50000.00"
      ref                     transactionID                   cut to transaction_id_length, unique at the bank
      ACCEPTED                metaData.status SUCCESS and resourceData.status in accepted_words: taken, not credited
      .bank_reference         resourceData.transactionReferenceNo (RRN for IMPS)
      Refused                 metaData.status ERROR and a message that duplicate_texts, funds_texts or data_texts know
    status    status_path     paymentTransactionStatusReq: transactionReferenceNumber, paymentReferenceNumber (our id), DDMMYYYY
      .state                  resourceData.status             four tables of words; another word is Pending
      .on                     resourceData.transactionDate    DDMMYYYY in India; absent or unreadable: None
      NoRecord                metaData.status ERROR and no_record_texts; without a bank reference only if finds_by_our_reference
    balance   balance_path    prefetchAccountReq -> balance_field, rupees
    Outcome   HTTP            401 once more with a fresh token, then Misconfigured · 403 Misconfigured · 404, 405
                              Misconfigured(PRODUCT) · 429 RateLimited · any other answer that cannot be read: Unknown
"""

import json
import re
import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import attrs
import jwt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from los_adapters.wire.config import address, between, filled, form, path
from los_adapters.wire.figures import told
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_domain.brands.providers import ProviderKind
from los_domain.disbursement.model import Rail, Transfer, TransferOrder, TransferState
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
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

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HOST = "https://apiext.idfcfirstbank.com"
SCOPE = "paymenttxn-v1fundTransfer paymentenq-paymentTransactionStatus cbs-acctenq-accountBalance"


@attrs.frozen
class IdfcConfig:
    """One account of the lender at the bank. Words and texts are compared in upper case; texts match anywhere in the message."""

    client_id: str = attrs.field(validator=filled)
    key_id: str = attrs.field(validator=filled)  # ``kid`` as the bank gave it
    source: str = attrs.field(validator=filled)
    debit_account: str = attrs.field(repr=False, validator=filled)
    remitter_name: str = attrs.field(validator=filled)
    private_key: str = secret(validator=filled)  # RSA, PEM; the bank holds its certificate
    encryption_key: str = secret(validator=form(r"[0-9a-fA-F]{64}", "write 64 hexadecimal digits"))
    token_url: str = attrs.field(default=f"{HOST}/authorization/oauth2/token", validator=address)
    audience: str = "https://app.my.idfcfirstbank.com/platform/oauth/oauth2/token"
    scope: str = SCOPE
    base_url: str = attrs.field(default=HOST, validator=address)
    transfer_path: str = attrs.field(default="/paymenttxns/v1/fundTransfer", validator=path)
    status_path: str = attrs.field(default="/paymentenqs/v1/paymentTransactionStatus", validator=path)
    balance_path: str = attrs.field(default="/acctenq/v2/prefetchAccount", validator=path)
    teller_branch: str = ""
    teller_id: str = ""
    email_field: str = "emailId"
    mobile_prefix: str = ""  # written before the ten digits, such as ``+91-``
    rtgs_message_type: str = "R41"
    transaction_id_length: int = attrs.field(default=20, validator=between(10, 20))
    narration_length: int = attrs.field(default=35, validator=between(1, 35))
    imps_most_paise: int = 5_00_000_00
    rtgs_least_paise: int = 2_00_000_00
    accepted_words: tuple[str, ...] = ("ACPT", "SUCCESS")
    done_words: tuple[str, ...] = ("COMPLETED", "SUCCESS", "ACSC")
    open_words: tuple[str, ...] = ("ACPT", "PENDING", "INPROGRESS", "SUSPENSE")
    failed_words: tuple[str, ...] = ("FAILED", "RJCT", "REJECTED")
    reversed_words: tuple[str, ...] = ("RETURNED", "REVERSED")
    duplicate_texts: tuple[str, ...] = ("DUPLICATE",)
    funds_texts: tuple[str, ...] = ("CLEARED BAL/FUNDS/DP NOT AVAILABLE", "ACCT WILL BE OVERDRAWN", "INSUFFICIENT")
    data_texts: tuple[str, ...] = (
        "INVALID ACCOUNT",
        "INVALID IFSC",
        "INVALID BENE",
        "ACCOUNT CLOSED",
        "ACCOUNT FROZEN",
    )
    no_record_texts: tuple[str, ...] = ("NO RECORD", "NOT FOUND", "NO DATA", "DOES NOT EXIST")
    finds_by_our_reference: bool = False
    """Whether the bank was seen to find transfers by our own id. Until then its "not found" proves nothing without its reference."""
    balance_response: str = "prefetchAccountResp"
    balance_field: str = "availableBalance"
    assertion_seconds: int = 300
    token_seconds: int = 300  # where the bank names no life
    connect_seconds: float = attrs.field(default=10.0, validator=between(0.1, 30))
    read_seconds: float = attrs.field(default=60.0, validator=between(0.1, 300))


def encrypted(plain: bytes, key: bytes, *, iv: bytes | None = None) -> bytes:
    """Return base64(IV || AES-256-CBC-PKCS7(*plain*)); the IV is random unless a test vector names one."""
    start = iv or secrets.token_bytes(16)
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return b64encode(start + encryptor.update(padded) + encryptor.finalize())


def decrypted(body: bytes, key: bytes) -> bytes:
    """Return the plain text of a message. Raises ValueError where it is none of ours."""
    raw = b64decode(body.strip(), validate=True)
    if len(raw) < 32 or len(raw) % 16:
        raise ValueError("the message has no whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(raw[:16])).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(raw[16:]) + decryptor.finalize()) + unpadder.finalize()


def our_id(ref: VendorRef, config: IdfcConfig) -> str:
    """Return *ref* as the bank gets it."""
    return str(ref)[: config.transaction_id_length]


def transfer_to_wire(order: TransferOrder, config: IdfcConfig, *, ref: VendorRef) -> dict[str, Any]:
    """Return the plain body of a fund transfer: strings only."""
    narration = order.narration.encode("ascii", "ignore").decode()[: config.narration_length]
    fields = {
        "tellerBranch": config.teller_branch,
        "tellerID": config.teller_id,
        "transactionID": our_id(ref, config),
        "debitAccountNumber": config.debit_account,
        "creditAccountNumber": order.account.value,
        "remitterName": config.remitter_name,
        "amount": str(order.amount),
        "currency": "INR",
        "transactionType": order.rail.value,
        "paymentDescription": narration,
        "beneficiaryIFSC": order.ifsc.value,
        "beneficiaryName": order.beneficiary,
        "beneficiaryAddress": "",
        config.email_field: order.email,
        "mobileNo": config.mobile_prefix + order.phone.value,
    }
    if order.rail is Rail.RTGS:
        fields["messageType"] = config.rtgs_message_type
    return {"initiateAuthGenericFundTransferAPIReq": fields}


def transfer_from_wire(
    body: Mapping[str, Any], config: IdfcConfig, *, ref: VendorRef, hidden: tuple[str, ...] = ()
) -> Outcome[Transfer]:
    """
    Return Done only for a transfer of ours that the bank took, Refused only for a reason with which it cannot have taken it.

    Words of *hidden* are kept out of messages: the bank repeats what it was sent.
    """
    meta, resource = _parts(body, "initiateAuthGenericFundTransferAPIResp")
    verdict, word = _text(meta, "status").upper(), _text(resource, "status")
    if verdict == "ERROR":
        return _refusal(meta, config, hidden)
    if verdict != "SUCCESS" or word.upper() not in config.accepted_words:
        return Unknown(f"the bank's word is {verdict or 'missing'} {word}".rstrip())
    if _text(resource, "transactionID") not in ("", our_id(ref, config)):
        return Unknown("the answer is about another transfer")
    reference = _text(resource, "transactionReferenceNo")
    return Done(Transfer(TransferState.ACCEPTED, word, reference), reference)


def status_to_wire(
    config: IdfcConfig, *, ref: VendorRef, bank_reference: str, rail: Rail, sent_on: date
) -> dict[str, Any]:
    """Return the plain body of a status enquiry for a transfer sent on that day in India."""
    return {
        "paymentTransactionStatusReq": {
            "tellerBranch": config.teller_branch,
            "tellerID": config.teller_id,
            "transactionType": rail.value,
            "transactionReferenceNumber": bank_reference,
            "paymentReferenceNumber": our_id(ref, config),
            "transactionDate": f"{sent_on:%d%m%Y}",
        }
    }


def status_from_wire(
    body: Mapping[str, Any], config: IdfcConfig, *, ref: VendorRef, bank_reference: str
) -> Outcome[Transfer]:
    """Return where the transfer stands; an answer about another one is Unknown."""
    meta, resource = _parts(body, "paymentTransactionStatusResp")
    verdict, message = _text(meta, "status").upper(), _text(meta, "message")
    if verdict == "ERROR" and _knows(config.no_record_texts, message):
        if bank_reference or config.finds_by_our_reference:
            return NoRecord("the bank knows no such transfer")
        return Unknown("not found, but the bank is not known to search by our reference")
    word = _text(resource, "status")
    if verdict != "SUCCESS" or not word:
        return Unknown(f"the enquiry was answered {verdict or 'without a status'}: {told(message)}")
    theirs, ours = _text(resource, "transactionReferenceNumber"), _text(resource, "paymentReferenceNumber")
    if (bank_reference and theirs and theirs != bank_reference) or (ours and ours != our_id(ref, config)):
        return Unknown("the answer is about another transfer")
    state = _state(word, config)
    if state is None:
        return Pending(theirs or bank_reference or str(ref), word)
    reference = theirs or bank_reference
    reason = told(_text(resource, "errorMessage") or _text(resource, "suspenseReason"))
    return Done(Transfer(state, word, reference, reason, _day(resource.get("transactionDate"))), reference)


def balance_from_wire(body: Mapping[str, Any], config: IdfcConfig) -> Outcome[Money]:
    """Return the spendable balance."""
    meta, resource = _parts(body, config.balance_response)
    amount = _rupees(resource.get(config.balance_field))
    if _text(meta, "status").upper() != "SUCCESS" or amount is None:
        return Unknown(f"no balance in the answer: {told(_text(meta, 'message'))}")
    return Done(amount)


def assertion(config: IdfcConfig, *, now: int) -> str:
    """Return the signed JWT that proves who we are. Raises jwt.PyJWTError or ValueError for an unusable private key."""
    claims = {
        "iss": config.client_id,
        "sub": config.client_id,
        "aud": config.audience,
        "jti": secrets.token_hex(16),
        "iat": now,
        "exp": now + config.assertion_seconds,
    }
    return jwt.encode(claims, config.private_key, algorithm="RS256", headers={"kid": config.key_id})


@attrs.define(repr=False)
class _Tokens:
    """The access token, got once for all threads that want it."""

    lock: threading.Lock = attrs.field(factory=threading.Lock)
    token: str = ""
    good_until: float = 0.0


@attrs.frozen
class Idfc:
    """IDFC FIRST Bank's corporate account. Keep one instance a config: it holds the access token."""

    config: IdfcConfig
    wire: Wire
    now: Callable[[], float] = attrs.field(default=time.time, repr=False)
    tokens: _Tokens = attrs.field(factory=_Tokens, init=False, repr=False, eq=False)

    def transfer(self, order: TransferOrder, *, ref: VendorRef) -> Outcome[Transfer]:
        """Send money. Every answer that is not definite is Unknown."""
        paise, rail = order.amount.paise, order.rail
        if paise <= 0:
            return Refused(RefusedFor.INVALID_INPUT, "amount", "nothing to send")
        if rail is Rail.IMPS and paise > self.config.imps_most_paise:
            return Refused(RefusedFor.INVALID_INPUT, "amount", "too much for IMPS")
        if rail is Rail.RTGS and paise < self.config.rtgs_least_paise:
            return Refused(RefusedFor.INVALID_INPUT, "amount", "too little for RTGS")
        answer = self._ask(self.config.transfer_path, transfer_to_wire(order, self.config, ref=ref))
        if not isinstance(answer, dict):
            return answer
        return transfer_from_wire(answer, self.config, ref=ref, hidden=(order.beneficiary, order.email))

    def status(self, ref: VendorRef, *, bank_reference: str, rail: Rail, sent_on: date) -> Outcome[Transfer]:
        """Ask where a transfer stands, by the bank's reference and ours."""
        question = status_to_wire(self.config, ref=ref, bank_reference=bank_reference, rail=rail, sent_on=sent_on)
        answer = self._ask(self.config.status_path, question)
        if not isinstance(answer, dict):
            return answer
        return status_from_wire(answer, self.config, ref=ref, bank_reference=bank_reference)

    def balance(self) -> Outcome[Money]:
        """Ask what may be spent from the debit account."""
        fields = {
            "CBSTellerBranch": self.config.teller_branch,
            "CBSTellerID": self.config.teller_id,
            "accountNumber": self.config.debit_account,
        }
        answer = self._ask(self.config.balance_path, {"prefetchAccountReq": fields})
        return balance_from_wire(answer, self.config) if isinstance(answer, dict) else answer

    def _ask(self, path: str, plain: Mapping[str, Any]) -> dict[str, Any] | Outcome[Any]:
        reply: Reply | NotSent | Unknown = NotSent("no token")
        stale = ""
        for _ in range(2):  # a token may be revoked before its time: one fresh one, then it is our fault
            token = self._token(stale)
            if not isinstance(token, str):
                return token
            reply = self._post(path, plain, token)
            if not isinstance(reply, Reply):
                return reply
            if reply.status != 401:
                break
            stale = token
        return self._read(reply)

    def _post(self, path: str, plain: Mapping[str, Any], token: str) -> Reply | NotSent | Unknown:
        headers = {
            "Authorization": f"Bearer {token}",
            "source": self.config.source,
            "correlationId": secrets.token_hex(6),
            "Content-Type": "application/octet-stream",
        }
        message = json.dumps(plain, separators=(",", ":")).encode()
        return self.wire.exchange(
            "POST",
            self.config.base_url + path,
            headers=headers,
            content=encrypted(message, self._key()),
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )

    def _read(self, reply: Reply | NotSent | Unknown) -> dict[str, Any] | Outcome[Any]:
        if not isinstance(reply, Reply):
            return reply
        if reply.status < 500:
            try:
                parsed = json.loads(decrypted(reply.body, self._key()))
            except ValueError:
                parsed = None
            if isinstance(parsed, dict):
                return parsed
        if reply.status in (401, 403):
            return Misconfigured(MisconfiguredIn.ACCOUNT, str(reply.status), "the bank's gateway does not let us in")
        if reply.status in (404, 405):
            return Misconfigured(MisconfiguredIn.PRODUCT, str(reply.status), "the bank's gateway has no such call")
        if reply.status == 429:
            return RateLimited(reply.retry_after_seconds)
        return Unknown(f"HTTP {reply.status}, and the answer cannot be decrypted")

    def _token(self, stale: str) -> str | Outcome[Any]:
        """Return the access token. *stale* was just refused: it is not given again. Without one, nothing was sent."""
        with self.tokens.lock:
            if self.tokens.token and self.tokens.token != stale and self.now() < self.tokens.good_until:
                return self.tokens.token
            asked_at = self.now()
            try:
                proof = assertion(self.config, now=int(asked_at))
            except (jwt.PyJWTError, ValueError, TypeError):
                return Misconfigured(MisconfiguredIn.ACCOUNT, "private_key", "the private key cannot sign")
            reply = self.wire.exchange(
                "POST",
                self.config.token_url,
                form={
                    "grant_type": "client_credentials",
                    "scope": self.config.scope,
                    "client_id": self.config.client_id,
                    "client_assertion_type": ASSERTION,
                    "client_assertion": proof,
                },
                connect_seconds=self.config.connect_seconds,
                read_seconds=self.config.connect_seconds,
            )
            if not isinstance(reply, Reply):
                return NotSent("no access token: " + reply.reason)
            if reply.status in (400, 401, 403, 404):
                return Misconfigured(MisconfiguredIn.ACCOUNT, _text(reply.object(), "error"), "no access token for us")
            if reply.status == 429:
                return RateLimited(reply.retry_after_seconds)
            token, life = _text(reply.object(), "access_token"), str(reply.object().get("expires_in"))
            if reply.status != 200 or not token:
                return NotSent(f"no access token: HTTP {reply.status}")
            seconds = int(life) if life.isdigit() else self.config.token_seconds
            self.tokens.token, self.tokens.good_until = token, asked_at + max(0, seconds - 30)
            return token

    def _key(self) -> bytes:
        return bytes.fromhex(self.config.encryption_key)


def _parts(body: Mapping[str, Any], root: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    inner = body.get(root)
    if not isinstance(inner, Mapping):
        return {}, {}
    meta, resource = inner.get("metaData"), inner.get("resourceData")
    return (meta if isinstance(meta, Mapping) else {}), (resource if isinstance(resource, Mapping) else {})


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value.strip() if isinstance(value, str) else ""


def _knows(texts: tuple[str, ...], message: str) -> bool:
    return any(text.upper() in message.upper() for text in texts)


def _refusal(meta: Mapping[str, Any], config: IdfcConfig, hidden: tuple[str, ...]) -> Outcome[Any]:
    message, code = _text(meta, "message"), _text(meta, "code")
    for texts, why in (
        (config.duplicate_texts, RefusedFor.DUPLICATE),
        (config.funds_texts, RefusedFor.INSUFFICIENT_FUNDS),
        (config.data_texts, RefusedFor.ACCOUNT_INVALID),
    ):
        if _knows(texts, message):
            return Refused(why, code, told(message, *hidden))
    return Unknown(f"the bank says ERROR {code}: {told(message, *hidden)}")  # an enquiry may well say otherwise


def _state(word: str, config: IdfcConfig) -> TransferState | None:
    for words, state in (
        (config.done_words, TransferState.SUCCEEDED),
        (config.open_words, TransferState.PROCESSING),
        (config.failed_words, TransferState.FAILED),
        (config.reversed_words, TransferState.REVERSED),
    ):
        if word.upper() in words:
            return state
    return None


def _day(value: Any) -> date | None:
    found = re.fullmatch(r"(\d{2})(\d{2})(\d{4})", value.strip()) if isinstance(value, str) else None
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _rupees(value: Any) -> Money | None:
    text = str(value).replace(",", "").strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = re.fullmatch(r"(-?\d{1,14})(?:\.(\d{1,2}))?", text)
    return Money.parse(f"{found[1]}.{(found[2] or '').ljust(2, '0')}") if found else None


PROVIDER = Provider(
    name="IDFC",
    kinds=frozenset({ProviderKind.DISBURSEMENT}),
    config=IdfcConfig,
    build=Idfc,
    facts=(
        Fact("token", "POST token_url, RS256 client assertion", Evidence.SEEN, "token_url"),
        Fact("token audience", "aud, not the token URL", Evidence.SEEN, "audience"),
        Fact("token scope", "scope", Evidence.SEEN, "scope"),
        Fact("token life", "expires_in", Evidence.INFERRED, "token_seconds", "where it is absent"),
        Fact("message", "base64(IV || AES-256-CBC-PKCS7)", Evidence.SEEN, "encryption_key"),
        Fact("transfer", "POST /paymenttxns/v1/fundTransfer", Evidence.SEEN, "transfer_path"),
        Fact("transfer.email", "emailId", Evidence.SEEN, "email_field", "one integration writes emailID"),
        Fact("transfer.phone", "mobileNo, ten digits", Evidence.INFERRED, "mobile_prefix"),
        Fact("transfer.ref", "transactionID <= 20", Evidence.INFERRED, "transaction_id_length", "12 are in use"),
        Fact("transfer.narration", "paymentDescription <= 35", Evidence.INFERRED, "narration_length"),
        Fact("transfer limits", "IMPS <= 5,00,000; RTGS >= 2,00,000", Evidence.INFERRED, "imps_most_paise"),
        Fact("ACCEPTED", "resourceData.status ACPT", Evidence.SEEN, "accepted_words", "some code takes SUCCESS too"),
        Fact("Refused(DUPLICATE)", "metaData.message", Evidence.INFERRED, "duplicate_texts"),
        Fact("Refused(INSUFFICIENT_FUNDS)", "metaData.message", Evidence.SEEN, "funds_texts"),
        Fact("Refused(ACCOUNT_INVALID)", "metaData.message", Evidence.INFERRED, "data_texts"),
        Fact("status", "POST /paymentenqs/v1/paymentTransactionStatus", Evidence.SEEN, "status_path"),
        Fact("status by ours", "paymentReferenceNumber", Evidence.INFERRED, "finds_by_our_reference"),
        Fact("SUCCEEDED", "resourceData.status", Evidence.INFERRED, "done_words"),
        Fact("PROCESSING", "resourceData.status", Evidence.INFERRED, "open_words"),
        Fact("FAILED", "resourceData.status", Evidence.INFERRED, "failed_words"),
        Fact("REVERSED", "resourceData.status", Evidence.INFERRED, "reversed_words"),
        Fact("NoRecord", "metaData.message", Evidence.INFERRED, "no_record_texts"),
        Fact("balance", "POST /acctenq/v2/prefetchAccount", Evidence.SEEN, "balance_path"),
        Fact("balance answer", "prefetchAccountResp.resourceData", Evidence.INFERRED, "balance_response"),
        Fact("balance amount", "availableBalance", Evidence.INFERRED, "balance_field"),
        Fact("waiting", "10 s to connect, 60 s to answer", Evidence.INFERRED, "read_seconds"),
    ),
    try_calls={"balance": lambda bank: bank.balance()},
)
