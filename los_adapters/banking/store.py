"""Stores of bank accounts and statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.banking import tables
from los_adapters.shared.database import UniqueViolation, translated
from los_adapters.shared.store import Context, Seal
from los_domain.banking.model import AccountProof, BankAccount, StatementState, StatementUpload
from los_domain.shared.errors import Conflict, NotFound, StaleWrite
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import BankAccountId, CustomerId, DocumentId, ProviderId

_A = tables.bank_accounts.c
_S = tables.statements.c


def account_to_row(account: BankAccount, seal: Seal) -> dict[str, Any]:
    """Return the columns of *account*, but for the blind index."""
    facts = {
        "number": account.number.value,
        "holder": account.holder,
        "name_at_bank": account.name_at_bank,
        "accepted_name": account.accepted_name,
        "sent_at": [at.isoformat() for at in account.sent_at],
    }
    return {
        "id": account.id,
        "customer_id": account.customer_id,
        "facts": seal.json("facts", facts),
        "ifsc": account.ifsc.value,
        "bank": account.bank,
        "branch": account.branch,
        "proof": account.proof.value,
        "is_primary": account.is_primary,
        "name_score": account.name_score,
        "why": account.why,
        "added_at": account.added_at,
        "checked_at": account.checked_at,
        "provider_id": account.provider,
        "handle": account.handle,
        "version": account.version,
    }


def account_from_row(row: Mapping[Any, Any], seal: Seal) -> BankAccount:
    """Return the account that *row* holds."""
    facts = seal.open_json("facts", row["facts"])
    return BankAccount(
        id=BankAccountId(row["id"]),
        customer_id=CustomerId(row["customer_id"]),
        number=AccountNumber(facts["number"]),
        ifsc=Ifsc(row["ifsc"]),
        bank=row["bank"],
        branch=row["branch"],
        holder=facts["holder"],
        added_at=row["added_at"],
        proof=AccountProof(row["proof"]),
        is_primary=row["is_primary"],
        name_at_bank=facts["name_at_bank"],
        name_score=row["name_score"],
        why=row["why"],
        checked_at=row["checked_at"],
        sent_at=tuple(datetime.fromisoformat(at) for at in facts["sent_at"]),
        accepted_name=facts["accepted_name"],
        provider=None if row["provider_id"] is None else ProviderId(row["provider_id"]),
        handle=row["handle"],
        version=row["version"],
    )


def statement_to_row(statement: StatementUpload, seal: Seal) -> dict[str, Any]:
    """Return the columns of *statement*. An empty password or message is stored as none."""
    return {
        "id": statement.id,
        "customer_id": statement.customer_id,
        "document_id": statement.document_id,
        "sha256": statement.sha256,
        "state": statement.state.value,
        "uploaded_at": statement.uploaded_at,
        "password": seal.text("password", statement.password or None),
        "provider_id": statement.provider,
        "job": statement.job,
        "report": seal.raw("report", statement.report),
        "report_sha256": statement.report_sha256,
        "from_on": statement.from_on,
        "to_on": statement.to_on,
        "why": statement.why,
        "message": seal.text("message", statement.message or None),
        "version": statement.version,
    }


def statement_from_row(row: Mapping[Any, Any], seal: Seal) -> StatementUpload:
    """Return the statement that *row* holds."""
    return StatementUpload(
        id=row["id"],
        customer_id=CustomerId(row["customer_id"]),
        document_id=DocumentId(row["document_id"]),
        sha256=row["sha256"],
        uploaded_at=row["uploaded_at"],
        state=StatementState(row["state"]),
        password=seal.open_text("password", row["password"]) or "",
        provider=None if row["provider_id"] is None else ProviderId(row["provider_id"]),
        job=row["job"],
        report=seal.open_raw("report", row["report"]),
        report_sha256=row["report_sha256"],
        from_on=row["from_on"],
        to_on=row["to_on"],
        why=row["why"],
        message=seal.open_text("message", row["message"]) or "",
        version=row["version"],
    )


@attrs.frozen
class SqlBankAccounts:
    """Bank accounts of a brand's customers."""

    context: Context

    def _seal(self, account_id: UUID, customer_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.bank_accounts, account_id)

    def add(self, account: BankAccount) -> None:
        """Store a new one. Raises Conflict where she named this account before."""
        row = account_to_row(account, self._seal(account.id, account.customer_id))
        index = self.context.blind("bank_account", f"{account.ifsc.value}:{account.number.value}")
        try:
            self.context.connection.execute(
                sa.insert(tables.bank_accounts).values(brand_id=self.context.brand, number_index=index, **row)
            )
        except sa.exc.IntegrityError as error:
            if isinstance(translated(error.orig), UniqueViolation):
                raise Conflict("you named this account before") from None
            raise

    def get(self, account_id: BankAccountId) -> BankAccount:
        """Return the account, locked. Raises NotFound."""
        found = self._select(_A.id == account_id, lock=True)
        if not found:
            raise NotFound("no such bank account")
        return found[0]

    def of_customer(self, customer_id: CustomerId) -> Sequence[BankAccount]:
        """Return her accounts, oldest first."""
        return self._select(_A.customer_id == customer_id)

    def _select(self, condition: sa.ColumnElement[bool], *, lock: bool = False) -> list[BankAccount]:
        statement = (
            sa.select(tables.bank_accounts)
            .where(_A.brand_id == self.context.brand, condition)
            .order_by(_A.added_at, _A.id)
        )
        rows = self.context.connection.execute(statement.with_for_update() if lock else statement).mappings()
        return [account_from_row(row, self._seal(row["id"], row["customer_id"])) for row in rows]

    def save(self, account: BankAccount) -> BankAccount:
        """Write over the version it was read at, and return it at its new one. Raises StaleWrite."""
        saved = attrs.evolve(account, version=account.version + 1)
        done = self.context.connection.execute(
            sa.update(tables.bank_accounts)
            .where(_A.brand_id == self.context.brand, _A.id == account.id, _A.version == account.version)
            .values(account_to_row(saved, self._seal(account.id, account.customer_id)))
        )
        if done.rowcount != 1:
            raise StaleWrite("the bank account was changed by somebody else: read it again")
        return saved


@attrs.frozen
class SqlStatements:
    """Statements of a brand's customers."""

    context: Context

    def _seal(self, statement_id: UUID, customer_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.statements, statement_id)

    def add(self, statement: StatementUpload) -> None:
        """Store a new one."""
        row = statement_to_row(statement, self._seal(statement.id, statement.customer_id))
        self.context.connection.execute(sa.insert(tables.statements).values(brand_id=self.context.brand, **row))

    def get(self, statement_id: UUID) -> StatementUpload:
        """Return the statement, locked. Raises NotFound."""
        found = self._select(_S.id == statement_id, lock=True)
        if not found:
            raise NotFound("no such statement")
        return found[0]

    def of_customer(self, customer_id: CustomerId) -> Sequence[StatementUpload]:
        """Return her statements, newest first."""
        return self._select(_S.customer_id == customer_id)

    def _select(self, condition: sa.ColumnElement[bool], *, lock: bool = False) -> list[StatementUpload]:
        statement = (
            sa.select(tables.statements)
            .where(_S.brand_id == self.context.brand, condition)
            .order_by(_S.uploaded_at.desc(), _S.id.desc())
        )
        rows = self.context.connection.execute(statement.with_for_update() if lock else statement).mappings()
        return [statement_from_row(row, self._seal(row["id"], row["customer_id"])) for row in rows]

    def save(self, statement: StatementUpload) -> StatementUpload:
        """Write over the version it was read at, and return it at its new one. Raises StaleWrite."""
        saved = attrs.evolve(statement, version=statement.version + 1)
        done = self.context.connection.execute(
            sa.update(tables.statements)
            .where(_S.brand_id == self.context.brand, _S.id == statement.id, _S.version == statement.version)
            .values(statement_to_row(saved, self._seal(statement.id, statement.customer_id)))
        )
        if done.rowcount != 1:
            raise StaleWrite("the statement was changed meanwhile: read it again")
        return saved
