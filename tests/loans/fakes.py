"""A loan's books in memory: what servicing needs, without a database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from los_domain.ledger import Journal
from los_domain.loans.model import Loan
from los_domain.loans.policy import Fired
from los_domain.repayment import Transaction
from los_domain.shared.audit import AuditEvent
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.events import Event
from los_domain.shared.ids import LoanId


@attrs.define
class FakeIds:
    """Identities that count up."""

    last: int = 0

    def new(self) -> UUID:
        self.last += 1
        return UUID(int=self.last)


@attrs.define
class FakeWork:
    """Loans and books kept in dictionaries; the work protocol of servicing."""

    kept: dict[LoanId, Loan] = attrs.field(factory=dict)
    transactions: dict[LoanId, list[Transaction]] = attrs.field(factory=dict)
    entered: dict[LoanId, dict[UUID, datetime]] = attrs.field(factory=dict)
    booked: dict[LoanId | None, list[Journal]] = attrs.field(factory=dict)
    history: list[tuple[Fired, str, datetime | None]] = attrs.field(factory=list)
    events: list[Event] = attrs.field(factory=list)
    trail: list[AuditEvent] = attrs.field(factory=list)
    ids: FakeIds = attrs.field(factory=lambda: FakeIds(1_000_000))

    @contextmanager
    def begin(self, _scope: Any) -> Iterator["FakeWork"]:
        yield self

    @property
    def loans(self) -> "FakeWork":
        return self

    @property
    def books(self) -> "FakeBooks":
        return FakeBooks(self)

    @property
    def outbox(self) -> "FakeOutbox":
        return FakeOutbox(self)

    @property
    def audit(self) -> "FakeAudit":
        return FakeAudit(self)

    def finish(self, result: Any) -> Any:
        return result

    def get(self, loan_id: LoanId, *, lock: bool = False) -> Loan:
        if loan_id not in self.kept:
            raise NotFound("no such loan")
        return self.kept[loan_id]

    def save(self, loan: Loan) -> Loan:
        if self.kept[loan.id].version != loan.version:
            raise StaleWrite("read again")
        self.kept[loan.id] = attrs.evolve(loan, version=loan.version + 1)
        return self.kept[loan.id]

    def record(self, fired: Fired, *, reason: str, at: datetime | None = None) -> None:
        self.history.append((fired, reason, at))


@attrs.frozen
class FakeBooks:
    work: FakeWork

    def transactions_of(self, loan_id: LoanId) -> tuple[Transaction, ...]:
        return tuple(self.work.transactions.get(loan_id, ()))

    def entered_at(self, loan_id: LoanId) -> Mapping[UUID, datetime]:
        return self.work.entered.get(loan_id, {})

    def enter(self, loan_id: LoanId, transaction: Transaction, *, at: datetime) -> None:
        self.work.transactions.setdefault(loan_id, []).append(transaction)
        self.work.entered.setdefault(loan_id, {})[transaction.id] = at

    def journals_of(self, loan_id: LoanId) -> tuple[Journal, ...]:
        return tuple(self.work.booked.get(loan_id, ()))

    def write(self, loan_id: LoanId | None, journals: Sequence[Journal], *, at: datetime) -> tuple[Journal, ...]:
        named = tuple(attrs.evolve(each, id=self.work.ids.new()) for each in journals)
        self.work.booked.setdefault(loan_id, []).extend(named)
        return named


@attrs.frozen
class FakeOutbox:
    work: FakeWork

    def add(self, *events: Event) -> None:
        self.work.events.extend(events)


@attrs.frozen
class FakeAudit:
    work: FakeWork

    def add(self, event: AuditEvent) -> None:
        self.work.trail.append(event)
