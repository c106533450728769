"""Stores of money from borrowers."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.payments import tables
from los_adapters.shared.store import Context
from los_domain.payments.model import (
    Collection,
    CollectionStatus,
    ManualMode,
    ManualPayment,
    ManualStatus,
    Purpose,
    Receipt,
    ReceiptStatus,
    Refund,
    RefundStatus,
)
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.ids import LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import Money


def collection_to_row(collection: Collection) -> dict[str, Any]:
    """Return the columns of *collection*."""
    return {
        "id": collection.id,
        "loan_id": collection.loan_id,
        "purpose": collection.purpose.value,
        "amount_paise": collection.amount.paise,
        "ref": collection.ref,
        "status": collection.status.value,
        "on": collection.on,
        "created_at": collection.created_at,
        "expires_at": collection.expires_at,
        "look_at": collection.look_at,
        "provider_id": collection.provider,
        "gateway": collection.gateway,
        "order_id": collection.order_id,
        "checkout": [list(pair) for pair in collection.checkout],
        "asked": collection.asked,
        "failure": collection.failure,
        "version": collection.version,
    }


def collection_from_row(row: Mapping[Any, Any]) -> Collection:
    """Return the collection that *row* holds."""
    return Collection(
        id=row["id"],
        loan_id=LoanId(row["loan_id"]),
        purpose=Purpose(row["purpose"]),
        amount=Money(row["amount_paise"]),
        ref=VendorRef(row["ref"]),
        status=CollectionStatus(row["status"]),
        on=row["on"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        look_at=row["look_at"],
        provider=None if row["provider_id"] is None else ProviderId(row["provider_id"]),
        gateway=row["gateway"],
        order_id=row["order_id"],
        checkout=tuple((name, value) for name, value in row["checkout"]),
        asked=row["asked"],
        failure=row["failure"],
        version=row["version"],
    )


def receipt_to_row(receipt: Receipt) -> dict[str, Any]:
    """Return the columns of *receipt*."""
    return {
        "id": receipt.id,
        "channel": receipt.channel,
        "reference": receipt.reference,
        "amount_paise": receipt.amount.paise,
        "value_on": receipt.value_on,
        "received_at": receipt.received_at,
        "status": receipt.status.value,
        "method": receipt.method,
        "bank_reference": receipt.bank_reference,
        "provider_id": receipt.provider,
        "loan_id": receipt.loan_id,
        "collection_id": receipt.collection_id,
        "transaction_id": receipt.transaction_id,
        "refunded_paise": receipt.refunded.paise,
        "reason": receipt.reason,
        "version": receipt.version,
    }


def receipt_from_row(row: Mapping[Any, Any]) -> Receipt:
    """Return the receipt that *row* holds."""
    return Receipt(
        id=row["id"],
        channel=row["channel"],
        reference=row["reference"],
        amount=Money(row["amount_paise"]),
        value_on=row["value_on"],
        received_at=row["received_at"],
        status=ReceiptStatus(row["status"]),
        method=row["method"],
        bank_reference=row["bank_reference"],
        provider=None if row["provider_id"] is None else ProviderId(row["provider_id"]),
        loan_id=None if row["loan_id"] is None else LoanId(row["loan_id"]),
        collection_id=row["collection_id"],
        transaction_id=row["transaction_id"],
        refunded=Money(row["refunded_paise"]),
        reason=row["reason"],
        version=row["version"],
    )


def refund_to_row(refund: Refund) -> dict[str, Any]:
    """Return the columns of *refund*."""
    return {
        "id": refund.id,
        "receipt_id": refund.receipt_id,
        "loan_id": refund.loan_id,
        "amount_paise": refund.amount.paise,
        "ref": refund.ref,
        "status": refund.status.value,
        "reason": refund.reason,
        "proposed_by": refund.proposed_by,
        "proposed_at": refund.proposed_at,
        "decided_by": refund.decided_by,
        "look_at": refund.look_at,
        "tries": refund.tries,
        "provider_reference": refund.provider_reference,
        "transaction_id": refund.transaction_id,
        "failure": refund.failure,
        "version": refund.version,
    }


def refund_from_row(row: Mapping[Any, Any]) -> Refund:
    """Return the refund that *row* holds."""
    return Refund(
        id=row["id"],
        receipt_id=row["receipt_id"],
        loan_id=None if row["loan_id"] is None else LoanId(row["loan_id"]),
        amount=Money(row["amount_paise"]),
        ref=VendorRef(row["ref"]),
        status=RefundStatus(row["status"]),
        reason=row["reason"],
        proposed_by=StaffId(row["proposed_by"]),
        proposed_at=row["proposed_at"],
        decided_by=None if row["decided_by"] is None else StaffId(row["decided_by"]),
        look_at=row["look_at"],
        tries=row["tries"],
        provider_reference=row["provider_reference"],
        transaction_id=row["transaction_id"],
        failure=row["failure"],
        version=row["version"],
    )


def manual_to_row(payment: ManualPayment) -> dict[str, Any]:
    """Return the columns of *payment*."""
    return {
        "id": payment.id,
        "loan_id": payment.loan_id,
        "purpose": payment.purpose.value,
        "mode": payment.mode.value,
        "reference": payment.reference,
        "amount_paise": payment.amount.paise,
        "paid_on": payment.paid_on,
        "status": payment.status.value,
        "made_by": payment.made_by,
        "made_at": payment.made_at,
        "decided_by": payment.decided_by,
        "decided_at": payment.decided_at,
        "reason": payment.reason,
        "receipt_id": payment.receipt_id,
        "version": payment.version,
    }


def manual_from_row(row: Mapping[Any, Any]) -> ManualPayment:
    """Return the payment that *row* holds."""
    return ManualPayment(
        id=row["id"],
        loan_id=LoanId(row["loan_id"]),
        purpose=Purpose(row["purpose"]),
        mode=ManualMode(row["mode"]),
        reference=row["reference"],
        amount=Money(row["amount_paise"]),
        paid_on=row["paid_on"],
        status=ManualStatus(row["status"]),
        made_by=StaffId(row["made_by"]),
        made_at=row["made_at"],
        decided_by=None if row["decided_by"] is None else StaffId(row["decided_by"]),
        decided_at=row["decided_at"],
        reason=row["reason"],
        receipt_id=row["receipt_id"],
        version=row["version"],
    )


def _one(context: Context, statement: sa.Select[Any], what: str) -> Mapping[Any, Any]:
    row = context.connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no such {what}")
    return row


def _by_id(context: Context, table: sa.Table, row_id: UUID, *, lock: bool) -> sa.Select[Any]:
    statement = sa.select(table).where(table.c.brand_id == context.brand, table.c.id == row_id)
    return statement.with_for_update() if lock else statement


def _write_over(context: Context, table: sa.Table, row: dict[str, Any], what: str) -> None:
    done = context.connection.execute(
        sa.update(table)
        .where(table.c.brand_id == context.brand, table.c.id == row["id"], table.c.version == row["version"])
        .values({**row, "version": row["version"] + 1})
    )
    if done.rowcount != 1:
        raise StaleWrite(f"the {what} was changed by somebody else: read again")


@attrs.frozen
class SqlCollections:
    """Requests for money of a brand."""

    context: Context

    def add(self, collection: Collection) -> None:
        """Store a new one."""
        row = collection_to_row(collection)
        self.context.connection.execute(sa.insert(tables.collections).values(brand_id=self.context.brand, **row))

    def get(self, collection_id: UUID, *, lock: bool = False) -> Collection:
        """Return it. Raises NotFound."""
        statement = _by_id(self.context, tables.collections, collection_id, lock=lock)
        return collection_from_row(_one(self.context, statement, "payment"))

    def find_by_order(self, gateway: str, order_id: str) -> Collection | None:
        """Return the one of a gateway's order, or None."""
        c = tables.collections.c
        statement = sa.select(tables.collections).where(
            c.brand_id == self.context.brand, c.gateway == gateway, c.order_id == order_id, c.order_id != ""
        )
        row = self.context.connection.execute(statement).mappings().one_or_none()
        return None if row is None else collection_from_row(row)

    def find_watched(self, loan_id: LoanId, purpose: Purpose, amount: Money, on: date) -> Collection | None:
        """Return an open one of the loan for the same purpose, amount and day, or None."""
        c = tables.collections.c
        statement = (
            sa.select(tables.collections)
            .where(
                c.brand_id == self.context.brand,
                c.loan_id == loan_id,
                c.purpose == purpose.value,
                c.amount_paise == amount.paise,
                c.on == on,
                c.status.in_([status.value for status in CollectionStatus if status.is_watched]),
            )
            .order_by(c.created_at)
            .limit(1)
        )
        row = self.context.connection.execute(statement).mappings().one_or_none()
        return None if row is None else collection_from_row(row)

    def save(self, collection: Collection) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        _write_over(self.context, tables.collections, collection_to_row(collection), "payment")


@attrs.frozen
class SqlReceipts:
    """Money that came to a brand."""

    context: Context

    def add(self, receipt: Receipt) -> bool:
        """Store it; return False, and change nothing, where its channel and reference are known."""
        made = self.context.connection.execute(
            pg.insert(tables.receipts)
            .values(brand_id=self.context.brand, **receipt_to_row(receipt))
            .on_conflict_do_nothing(index_elements=["brand_id", "channel", "reference"])
        )
        return made.rowcount == 1

    def get(self, receipt_id: UUID, *, lock: bool = False) -> Receipt:
        """Return it. Raises NotFound."""
        statement = _by_id(self.context, tables.receipts, receipt_id, lock=lock)
        return receipt_from_row(_one(self.context, statement, "receipt"))

    def find(self, channel: str, reference: str) -> Receipt | None:
        """Return the one of a channel's reference, locked until the transaction ends, or None."""
        c = tables.receipts.c
        statement = (
            sa.select(tables.receipts)
            .where(c.brand_id == self.context.brand, c.channel == channel, c.reference == reference)
            .with_for_update()
        )
        row = self.context.connection.execute(statement).mappings().one_or_none()
        return None if row is None else receipt_from_row(row)

    def save(self, receipt: Receipt) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        _write_over(self.context, tables.receipts, receipt_to_row(receipt), "receipt")


@attrs.frozen
class SqlRefunds:
    """Money that goes back from a brand."""

    context: Context

    def add(self, refund: Refund) -> None:
        """Store a new one."""
        row = refund_to_row(refund)
        self.context.connection.execute(sa.insert(tables.refunds).values(brand_id=self.context.brand, **row))

    def get(self, refund_id: UUID, *, lock: bool = False) -> Refund:
        """Return it. Raises NotFound."""
        return refund_from_row(_one(self.context, _by_id(self.context, tables.refunds, refund_id, lock=lock), "refund"))

    def under_way(self, *, loan_id: LoanId | None, receipt_id: UUID) -> Money:
        """Return what was promised and has not gone yet, of the loan's excess, or of the receipt where it has no loan."""
        c = tables.refunds.c
        # What was agreed to for a loan has left its excess already; what is only proposed has not.
        open_ones = (RefundStatus.PROPOSED,) if loan_id is not None else (RefundStatus.PROPOSED, RefundStatus.READY)
        statement = sa.select(sa.func.coalesce(sa.func.sum(c.amount_paise), 0)).where(
            c.brand_id == self.context.brand,
            c.loan_id == loan_id if loan_id is not None else c.receipt_id == receipt_id,
            c.status.in_([status.value for status in open_ones]),
        )
        return Money(int(self.context.connection.execute(statement).scalar_one()))

    def save(self, refund: Refund) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        _write_over(self.context, tables.refunds, refund_to_row(refund), "refund")


@attrs.frozen
class SqlManualPayments:
    """Payments entered by hand."""

    context: Context

    def add(self, payment: ManualPayment) -> None:
        """Store a new one. Raises Conflict for a mode and reference that were entered before and not rejected."""
        row = manual_to_row(payment)
        self.context.connection.execute(sa.insert(tables.manual_payments).values(brand_id=self.context.brand, **row))

    def get(self, payment_id: UUID, *, lock: bool = False) -> ManualPayment:
        """Return it. Raises NotFound."""
        statement = _by_id(self.context, tables.manual_payments, payment_id, lock=lock)
        return manual_from_row(_one(self.context, statement, "payment"))

    def save(self, payment: ManualPayment) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        _write_over(self.context, tables.manual_payments, manual_to_row(payment), "payment")
