"""Store of account transactions and journals: it adds and reads, nothing else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.ledger import tables
from los_adapters.shared.store import Context
from los_domain.ledger import Cause, Entry, Journal, LedgerAccount, Ref
from los_domain.repayment.transactions import Component, PrepaymentMode, Transaction, TransactionKind
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money
from los_domain.shared.rates import Per, Quoted, Rate


def transaction_to_row(transaction: Transaction) -> dict[str, Any]:
    """Return the columns of *transaction*."""
    rate = transaction.rate
    return {
        "id": transaction.id,
        "kind": transaction.kind.value,
        "value_on": transaction.value_on,
        "sequence": transaction.sequence,
        "amount_paise": transaction.amount.paise,
        "fee_paise": transaction.fee.paise,
        "gst_paise": transaction.gst.paise,
        "upfront_interest_paise": transaction.upfront_interest.paise,
        "component": transaction.component and transaction.component.value,
        "due_on": transaction.due_on,
        "to_on": transaction.to_on,
        "mode": transaction.mode and transaction.mode.value,
        "rate_units": rate and rate.quoted.units,
        "rate_scale": rate and rate.quoted.scale,
        "rate_per": rate and rate.per.value,
        "instalments": transaction.instalments,
        "instalment_paise": transaction.instalment and transaction.instalment.paise,
        "npa": transaction.npa,
        "reverses": transaction.reverses,
        "channel": transaction.channel,
        "reason": transaction.reason,
    }


def transaction_from_row(row: Mapping[Any, Any]) -> Transaction:
    """Return the transaction that *row* holds."""
    rated = row["rate_units"] is not None
    return Transaction(
        id=row["id"],
        kind=TransactionKind(row["kind"]),
        value_on=row["value_on"],
        sequence=row["sequence"],
        amount=Money(row["amount_paise"]),
        fee=Money(row["fee_paise"]),
        gst=Money(row["gst_paise"]),
        upfront_interest=Money(row["upfront_interest_paise"]),
        component=None if row["component"] is None else Component(row["component"]),
        due_on=row["due_on"],
        to_on=row["to_on"],
        mode=None if row["mode"] is None else PrepaymentMode(row["mode"]),
        rate=Rate(Quoted(row["rate_units"], row["rate_scale"]), Per(row["rate_per"])) if rated else None,
        instalments=row["instalments"],
        instalment=None if row["instalment_paise"] is None else Money(row["instalment_paise"]),
        npa=row["npa"],
        reverses=row["reverses"],
        channel=row["channel"],
        reason=row["reason"],
    )


def journal_to_rows(journal: Journal) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the columns of *journal*, and of each of its entries."""
    head = {
        "id": journal.id,
        "cause": journal.cause.value,
        "transaction_id": journal.transaction,
        "value_on": journal.value_on,
        "booked_on": journal.booked_on,
        "reverses": journal.reverses,
    }
    lines = [
        {
            "journal_id": journal.id,
            "line": line,
            "debit": entry.debit.account.value,
            "debit_channel": entry.debit.channel,
            "credit": entry.credit.account.value,
            "credit_channel": entry.credit.channel,
            "amount_paise": entry.amount.paise,
        }
        for line, entry in enumerate(journal.entries, 1)
    ]
    return head, lines


def journal_from_rows(head: Mapping[Any, Any], lines: Iterable[Mapping[Any, Any]]) -> Journal:
    """Return the journal that *head* and *lines*, in their order, hold."""
    return Journal(
        id=head["id"],
        cause=Cause(head["cause"]),
        transaction=head["transaction_id"],
        value_on=head["value_on"],
        booked_on=head["booked_on"],
        reverses=head["reverses"],
        entries=tuple(
            Entry(
                Ref(LedgerAccount(line["debit"]), line["debit_channel"]),
                Ref(LedgerAccount(line["credit"]), line["credit_channel"]),
                Money(line["amount_paise"]),
            )
            for line in lines
        ),
    )


_T, _J, _L = tables.account_transactions.c, tables.journals.c, tables.journal_entries.c
_BRAND = sa.bindparam("brand", type_=_T.brand_id.type)
_LOAN = sa.bindparam("loan", type_=_T.loan_id.type)
_TRANSACTIONS = (
    sa.select(tables.account_transactions).where(_T.brand_id == _BRAND, _T.loan_id == _LOAN).order_by(_T.sequence)
)
_TRANSACTIONS_OF_MANY = (
    sa.select(tables.account_transactions)
    .where(_T.brand_id == _BRAND, _T.loan_id == sa.any_(sa.bindparam("loans", type_=pg.ARRAY(_T.loan_id.type))))
    .order_by(_T.loan_id, _T.sequence)
)
_JOURNALS = (
    sa.select(
        tables.journals,
        *(column for column in tables.journal_entries.columns if column.name not in ("brand_id", "journal_id")),
    )
    .join(tables.journal_entries, sa.and_(_L.brand_id == _J.brand_id, _L.journal_id == _J.id))
    .where(_J.brand_id == _BRAND, _J.loan_id == _LOAN)
    .order_by(_J.place, _L.line)
)
_JOURNALS_OF_MANY = (
    sa.select(
        tables.journals,
        *(column for column in tables.journal_entries.columns if column.name not in ("brand_id", "journal_id")),
    )
    .join(tables.journal_entries, sa.and_(_L.brand_id == _J.brand_id, _L.journal_id == _J.id))
    .where(_J.brand_id == _BRAND, _J.loan_id == sa.any_(sa.bindparam("loans", type_=pg.ARRAY(_J.loan_id.type))))
    .order_by(_J.loan_id, _J.place, _L.line)
)


@attrs.frozen
class SqlBooks:
    """Transactions and journals of a brand."""

    context: Context

    def transactions_of(self, loan_id: LoanId) -> tuple[Transaction, ...]:
        """Return what happened to the loan's account, in the order it was entered."""
        rows = self.context.connection.execute(_TRANSACTIONS, {"brand": self.context.brand, "loan": loan_id})
        return tuple(transaction_from_row(row) for row in rows.mappings())

    def transactions_of_many(self, loan_ids: Sequence[LoanId]) -> Mapping[LoanId, tuple[Transaction, ...]]:
        """Return the same of many loans at once."""
        values = {"brand": self.context.brand, "loans": list(loan_ids)}
        rows = self.context.connection.execute(_TRANSACTIONS_OF_MANY, values).mappings()
        return {
            LoanId(loan_id): tuple(transaction_from_row(row) for row in group)
            for loan_id, group in groupby(rows, key=lambda row: row["loan_id"])
        }

    def entered_at(self, loan_id: LoanId) -> Mapping[UUID, datetime]:
        """Return when each transaction of the loan was entered."""
        rows = self.context.connection.execute(_TRANSACTIONS, {"brand": self.context.brand, "loan": loan_id})
        return {row["id"]: row["entered_at"] for row in rows.mappings()}

    def enter(self, loan_id: LoanId, transaction: Transaction, *, at: datetime) -> None:
        """Add a transaction. Raises Conflict for a sequence or an identity that is taken."""
        row = transaction_to_row(transaction)
        self.context.connection.execute(
            sa.insert(tables.account_transactions).values(
                brand_id=self.context.brand, loan_id=loan_id, entered_at=at, **row
            )
        )

    def journals_of(self, loan_id: LoanId) -> tuple[Journal, ...]:
        """Return the loan's journals in the order they were written."""
        rows = self.context.connection.execute(_JOURNALS, {"brand": self.context.brand, "loan": loan_id})
        return tuple(_journals(rows.mappings()))

    def journals_of_many(self, loan_ids: Sequence[LoanId]) -> Mapping[LoanId, tuple[Journal, ...]]:
        """Return the journals of many loans in the order they were written."""
        values = {"brand": self.context.brand, "loans": list(loan_ids)}
        rows = self.context.connection.execute(_JOURNALS_OF_MANY, values).mappings()
        return {
            LoanId(loan_id): tuple(_journals(group)) for loan_id, group in groupby(rows, key=lambda row: row["loan_id"])
        }

    def write(self, loan_id: LoanId | None, journals: Sequence[Journal], *, at: datetime) -> tuple[Journal, ...]:
        """Add *journals* and return them with their identities."""
        named = tuple(attrs.evolve(each, id=each.id or self.context.ids.new()) for each in journals)
        self._write([(loan_id, each) for each in named], at)
        return named

    def write_many(self, journals: Sequence[tuple[LoanId, Journal]], *, at: datetime) -> None:
        """Add the journals of many loans at once."""
        self._write([(loan_id, attrs.evolve(each, id=self.context.ids.new())) for loan_id, each in journals], at)

    def _write(self, journals: Sequence[tuple[LoanId | None, Journal]], at: datetime) -> None:
        if not journals:
            return
        brand, heads, lines = self.context.brand, [], []
        for loan_id, journal in journals:
            head, entries = journal_to_rows(journal)
            heads.append({"brand_id": brand, "loan_id": loan_id, "written_at": at, **head})
            lines += [{"brand_id": brand, **line} for line in entries]
        self.context.connection.execute(sa.insert(tables.journals), heads)
        self.context.connection.execute(sa.insert(tables.journal_entries), lines)


def _journals(rows: Iterable[Mapping[Any, Any]]) -> Iterator[Journal]:
    for _, group in groupby(rows, key=lambda row: row["id"]):
        lines = list(group)
        yield journal_from_rows(lines[0], lines)
