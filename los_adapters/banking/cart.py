"""
CART statement analyser (Novel Patterns). Port: BankStatementAnalyser.  No public document: a public client, read 2026-11.

    header auth-Token: a static token per client, on every call

    submit      POST upload_path     multipart: file (pdf), metadata = JSON text {"password", "bank"}
      Done(job)            status "Submitted": docId           Refused(DOCUMENT)   status "Rejected" + message, or HTTP 413, 415
    fetch       POST download_path   text/plain, body = the bare docId
      Done(raw)            status in ready_words with data     Pending             any other status: not ready
      NoRecord             ready, and data is empty            Refused(DOCUMENT)   status in rejected_words
    Outcome     HTTP       401, 403 Misconfigured · 404 Misconfigured(PRODUCT) · 429 RateLimited · other, or unreadable: Unknown

The report itself is read by ``cart_report.py``.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import attrs

from los_adapters.wire import figures
from los_adapters.wire.config import address, between, filled, path
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, Provider, secret
from los_domain.banking.model import StatementFile
from los_domain.brands.providers import ProviderKind
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

REASONS = (
    ("PASSWORD", re.compile(r"password|encrypt|protected", re.IGNORECASE)),
    ("TAMPERED", re.compile(r"tamper|fraud|edited|modified", re.IGNORECASE)),
    ("RANGE", re.compile(r"range|period|months?|dates?", re.IGNORECASE)),
    ("FORMAT", re.compile(r"format|image|scan|unsupported|corrupt|unread|bank", re.IGNORECASE)),
)
"""Why a document is rejected, told from the message's words; the first that fits."""


@attrs.frozen
class CartConfig:
    """One client's access. Words are compared without case."""

    base_url: str = attrs.field(validator=address)
    token: str = secret(validator=filled)
    upload_path: str = attrs.field(default="/api/upload", validator=path)
    download_path: str = attrs.field(default="/api/downloadFile", validator=path)
    bank: str = "Other"
    reference_field: str = ""  # key in ``metadata`` for our reference; empty: not sent
    taken_words: tuple[str, ...] = ("submitted",)
    ready_words: tuple[str, ...] = ("processed", "downloaded")
    rejected_words: tuple[str, ...] = ("rejected",)
    connect_seconds: float = attrs.field(default=5.0, validator=between(0.1, 30))
    read_seconds: float = attrs.field(default=45.0, validator=between(0.1, 120))


def metadata_to_wire(statement: StatementFile, config: CartConfig, *, ref: VendorRef) -> str:
    """Return the ``metadata`` part of an upload."""
    fields = {"password": statement.password, "bank": config.bank}
    if config.reference_field:
        fields[config.reference_field] = str(ref)
    return json.dumps(fields)


def job_from_wire(body: Mapping[str, Any], config: CartConfig) -> Outcome[str]:
    """Return the job an upload became."""
    word, job = figures.text(body.get("status")), figures.text(body.get("docId"))
    if word.casefold() in config.rejected_words:
        return _rejected(body)
    if not job:
        return Unknown("the answer to an upload names no document")
    return Done(job, job) if word.casefold() in config.taken_words else Pending(job, word)


def report_from_wire(raw: bytes, body: Mapping[str, Any], config: CartConfig, *, job: str) -> Outcome[bytes]:
    """Return the raw report when it is ready."""
    word = figures.text(body.get("status"))
    if figures.text(body.get("docId")) not in ("", job):
        return Unknown("the report is about another document")
    if word.casefold() in config.rejected_words:
        return _rejected(body)
    if not word:
        return Unknown("the report has no status")
    if word.casefold() not in config.ready_words:
        return Pending(job, word)  # waiting, or a word on no page: either way not ready
    accounts = body.get("data")
    if not isinstance(accounts, list):
        return Unknown("the report holds no list of accounts")
    return Done(raw, job) if accounts else NoRecord("CART found no account in the document")


@attrs.frozen
class Cart:
    """CART's analysis of uploaded statements."""

    config: CartConfig
    wire: Wire

    def submit(self, statement: StatementFile, *, ref: VendorRef) -> Outcome[str]:
        """Upload one file. It is billed once processed: the caller remembers the file's hash and does not send it twice."""
        reply = self.wire.exchange(
            "POST",
            self.config.base_url + self.config.upload_path,
            headers={"auth-Token": self.config.token},
            form={"metadata": metadata_to_wire(statement, self.config, ref=ref)},
            files={
                "file": ("statement.pdf", statement.content, "application/pdf")
            },  # a borrower's file name is personal
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        answer = self._read(reply)
        return job_from_wire(answer, self.config) if isinstance(answer, dict) else answer

    def fetch(self, job: str, *, ref: VendorRef) -> Outcome[bytes]:
        """Ask for the report of a job. Free of effect."""
        reply = self.wire.exchange(
            "POST",
            self.config.base_url + self.config.download_path,
            headers={"auth-Token": self.config.token, "Content-Type": "text/plain"},
            content=job.encode(),
            connect_seconds=self.config.connect_seconds,
            read_seconds=self.config.read_seconds,
        )
        answer = self._read(reply)
        if not isinstance(answer, dict):
            return answer
        raw = reply.body if isinstance(reply, Reply) else b""
        return report_from_wire(raw, answer, self.config, job=job)

    def _read(self, reply: Reply | NotSent | Unknown) -> dict[str, Any] | Outcome[Any]:
        if not isinstance(reply, Reply):
            return reply
        if reply.status in (401, 403):
            return Misconfigured(MisconfiguredIn.ACCOUNT, str(reply.status), "CART does not let us in")
        if reply.status == 404:
            return Misconfigured(MisconfiguredIn.PRODUCT, "404", "there is no such service at CART")
        if reply.status in (413, 415):
            return Refused(RefusedFor.DOCUMENT, str(reply.status), "CART takes no file of this size or kind")
        if reply.status == 429:
            return RateLimited(reply.retry_after_seconds)
        if reply.status != 200:
            return Unknown(f"HTTP {reply.status}")
        parsed = reply.json()
        return parsed if isinstance(parsed, dict) else Unknown("the answer is no JSON object")


def _rejected(body: Mapping[str, Any]) -> Refused:
    message = figures.told(body.get("message"))
    code = next((name for name, said in REASONS if said.search(message)), "")
    return Refused(RefusedFor.DOCUMENT, code, message)


PROVIDER = Provider(
    name="CART",
    kinds=frozenset({ProviderKind.BSA}),
    config=CartConfig,
    build=Cart,
    facts=(
        Fact("submit", "POST /api/upload, multipart file + metadata", Evidence.SEEN, "upload_path"),
        Fact("submit.ref", "metadata.referenceId", Evidence.INFERRED, "reference_field", "not sent unless named"),
        Fact("Done(job)", "status Submitted, docId", Evidence.SEEN, "taken_words"),
        Fact("Refused(DOCUMENT)", "status Rejected, message", Evidence.SEEN, "rejected_words"),
        Fact("fetch", "POST /api/downloadFile, text/plain", Evidence.SEEN, "download_path"),
        Fact("Done(raw)", "status Processed or Downloaded", Evidence.SEEN, "ready_words"),
        Fact("Pending", "status Submitted or In Progress, and any other word", Evidence.SEEN),
        Fact("waiting", "45 s", Evidence.INFERRED, "read_seconds"),
    ),
)
