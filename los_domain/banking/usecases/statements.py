"""A customer's bank statement: uploaded, analysed by an outside service, and read into facts of our own."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import attrs

from los_domain.banking.events import StatementQueued, StatementSent, StatementSettled
from los_domain.banking.metrics import StatementMetrics, metrics_of
from los_domain.banking.model import BankStatementReport, StatementFile, StatementState, StatementUpload
from los_domain.banking.policy import GIVES_UP_AFTER
from los_domain.banking.ports import BankingWork, BankStatementAnalyser, StatementReader
from los_domain.brands.ports import Asked, Effect, NoProvider, Providers, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.documents.model import Document, DocumentKind, DocumentStatus
from los_domain.documents.ports import Files
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, NotFound, ProviderUnavailable
from los_domain.shared.ids import CustomerId, DocumentId, Ids, VendorRef
from los_domain.shared.outcome import Done, NoRecord, Outcome, Pending, Refused, Unknown
from los_domain.shared.work import Begin


@attrs.frozen
class QueueStatement:
    """Hand an uploaded statement to analysis. The same file again is the same analysis, unless that failed."""

    begin: Begin[BrandScope, BankingWork]
    ids: Ids
    wall: WallClock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, document_id: DocumentId, *, password: str
    ) -> StatementUpload:
        """Raises NotFound for another's document, Invalid for one of another kind, Conflict while its file has not come."""
        with self.begin(scope) as work:
            document = _statement_of(work.documents.get(document_id), customer_id)
            known = (each for each in work.statements.of_customer(customer_id) if each.sha256 == document.sha256)
            for statement in known:
                if statement.state is not StatementState.FAILED:
                    return work.finish(statement)
            statement = StatementUpload(
                self.ids.new(), customer_id, document_id, document.sha256, self.wall.now(), password=password
            )
            work.statements.add(statement)
            work.outbox.add(StatementQueued(statement.id))
            after = {"document": str(document_id)}
            work.audit.add(AuditEvent("banking.queue-statement", "statement", statement.id, after=after))
            return work.finish(statement)


def _statement_of(document: Document, customer_id: CustomerId) -> Document:
    if document.customer_id != customer_id:
        raise NotFound("no such document")
    if document.kind is not DocumentKind.BANK_STATEMENT:
        raise Invalid(FieldProblem("documentId", "is no bank statement", "upload one of type BANK_STATEMENT"))
    if document.status is DocumentStatus.AWAITING_UPLOAD:
        raise Conflict("the file has not arrived: put it to the upload link first, then complete the document")
    if document.status is DocumentStatus.REJECTED:
        raise Conflict("this document was rejected: upload another")
    return document


@attrs.frozen
class SendStatement:
    """
    Send a queued statement to the analyser, on a worker.

    It is billed once taken, so it is SENDING before it leaves and is not sent a second time by itself: an answer that was lost ends the
    analysis, and the customer may hand the file in again.
    """

    begin: Begin[BrandScope, BankingWork]
    providers: Providers
    files: Files
    wall: WallClock

    def __call__(self, scope: BrandScope, statement_id: UUID) -> StatementUpload:
        """Raises ProviderUnavailable while nobody takes it, until two hours are over."""
        with self.begin(scope.undelivered) as work:
            before = work.statements.get(statement_id)
            key = work.documents.get(before.document_id).file_key
        content = self.files.get(key) if before.state is StatementState.QUEUED else b""
        with self.begin(scope.undelivered) as work:
            before = work.statements.get(statement_id)
            if before.state is StatementState.QUEUED:
                sending = work.statements.save(attrs.evolve(before, state=StatementState.SENDING))
        if before.state is not StatementState.QUEUED:
            with self.begin(scope) as work:
                found = work.statements.get(statement_id)
                if found.state is StatementState.SENDING:  # cut short before: nobody knows whether it was taken
                    found = settle(work, found, _failed(found, "NO_ANSWER"))
                return work.finish(found)
        file = StatementFile("statement.pdf", content, sending.password)

        def submit(analyser: BankStatementAnalyser, ref: VendorRef) -> Outcome[str]:
            return analyser.submit(file, ref=ref)

        subject = Subject("statement", statement_id)
        asked: Asked[str] | None
        try:
            asked = self.providers.ask(scope, ProviderKind.BSA, "submit_statement", subject, submit, effect=Effect.ONCE)
        except NoProvider:
            asked = None
        match asked.outcome if asked else None:
            case Done(value=job) | Pending(handle=job) if asked:
                return self._sent(scope, sending, asked, job)
            case Refused(code=code, message=message):
                return self._ended(scope, sending, _failed(sending, code or "REFUSED", message))
            case Unknown():
                return self._ended(scope, sending, _failed(sending, "NO_ANSWER"))
            case _ if is_given_up(sending, now=self.wall.now()):
                return self._ended(scope, sending, _failed(sending, "NO_ANSWER"))
            case _:
                with self.begin(scope.undelivered) as work:
                    work.statements.save(attrs.evolve(sending, state=StatementState.QUEUED))
                raise ProviderUnavailable("the analyser takes no statement now")

    def _sent(self, scope: BrandScope, before: StatementUpload, asked: Asked[str], job: str) -> StatementUpload:
        with self.begin(scope) as work:
            saved = work.statements.save(
                attrs.evolve(before, state=StatementState.ANALYSING, provider=asked.provider, job=job, password="")
            )
            work.outbox.add(StatementSent(saved.id))
            return work.finish(saved)

    def _ended(self, scope: BrandScope, before: StatementUpload, after: StatementUpload) -> StatementUpload:
        with self.begin(scope) as work:
            return work.finish(settle(work, before, after))


@attrs.frozen
class FetchStatement:
    """Fetch the analyser's report once it is ready, on a worker, and keep it sealed with its hash."""

    begin: Begin[BrandScope, BankingWork]
    providers: Providers
    read: StatementReader
    wall: WallClock

    def __call__(self, scope: BrandScope, statement_id: UUID) -> StatementUpload:
        """Raises ProviderUnavailable while it is not ready, until two hours are over."""
        with self.begin(scope.undelivered) as work:
            statement = work.statements.get(statement_id)
        if statement.state is not StatementState.ANALYSING or statement.provider is None:
            with self.begin(scope) as work:
                return work.finish(statement)
        job = statement.job

        def fetch(analyser: BankStatementAnalyser, ref: VendorRef) -> Outcome[bytes]:
            return analyser.fetch(job, ref=ref)

        subject = Subject("statement", statement_id)
        asked = self.providers.ask_again(scope, statement.provider, "fetch_statement", subject, fetch)
        match asked.outcome:
            case Done(value=raw):
                after = self._ready(statement, raw)
            case Refused(code=code, message=message):
                after = _failed(statement, code or "REFUSED", message)
            case NoRecord(message=message):
                after = _failed(statement, "NO_ACCOUNT", message)
            case _ if is_given_up(statement, now=self.wall.now()):
                after = _failed(statement, "NO_ANSWER")
            case _:
                raise ProviderUnavailable("the report is not ready", retry_after_seconds=5)
        with self.begin(scope) as work:
            return work.finish(settle(work, statement, after))

    def _ready(self, statement: StatementUpload, raw: bytes) -> StatementUpload:
        try:
            report = self.read(raw)
            metrics = metrics_of(report)
        except ValueError:
            return _failed(statement, "UNREADABLE")
        return attrs.evolve(
            statement,
            state=StatementState.READY,
            report=raw,
            report_sha256=sha256(raw).hexdigest(),
            from_on=metrics.from_date,
            to_on=metrics.to_date,
        )


def settle(work: BankingWork, before: StatementUpload, after: StatementUpload) -> StatementUpload:
    """Store the end of an analysis and tell others."""
    saved = work.statements.save(after)
    work.outbox.add(StatementSettled(saved.customer_id, saved.id, saved.state.value))
    work.audit.add(
        AuditEvent(
            "banking.settle-statement",
            "statement",
            saved.id,
            {"state": before.state.value},
            {"state": saved.state.value, "why": saved.why, "report": saved.report_sha256},
        )
    )
    return saved


def is_given_up(statement: StatementUpload, *, now: datetime) -> bool:
    """Return whether the analyser had time enough."""
    return statement.uploaded_at + GIVES_UP_AFTER <= now


def _failed(statement: StatementUpload, why: str, message: str = "") -> StatementUpload:
    return attrs.evolve(statement, state=StatementState.FAILED, why=why, message=message, password="")


@attrs.frozen(repr=False)
class StatementFacts:
    """A customer's newest analysed statement: what deciding reads."""

    statement_id: UUID
    sha256: str  # of the raw report
    report: BankStatementReport
    metrics: StatementMetrics


@attrs.frozen
class ReadStatements:
    """Show a customer's statements, and the facts of the newest one."""

    begin: Begin[BrandScope, BankingWork]
    read: StatementReader

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> tuple[StatementUpload, ...]:
        """Return them, newest first."""
        with self.begin(scope) as work:
            return tuple(work.statements.of_customer(customer_id))

    def one(self, scope: BrandScope, customer_id: CustomerId, statement_id: UUID) -> StatementUpload:
        """Return one. Raises NotFound, also for another's."""
        with self.begin(scope) as work:
            statement = work.statements.get(statement_id)
        if statement.customer_id != customer_id:
            raise NotFound("no such statement")
        return statement

    def facts(self, scope: BrandScope, customer_id: CustomerId) -> StatementFacts | None:
        """Return the facts of her newest analysed statement, or None."""
        ready = next((each for each in self(scope, customer_id) if each.state is StatementState.READY), None)
        if ready is None or ready.report is None:
            return None
        report = self.read(ready.report)
        return StatementFacts(ready.id, ready.report_sha256, report, metrics_of(report))
