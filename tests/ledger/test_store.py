"""The books in the database: every field comes back, and nothing that was written is changed, by anybody."""

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from los_adapters.bootstrap import Application
from los_adapters.ledger.store import (
    journal_from_rows,
    journal_to_rows,
    transaction_from_row,
    transaction_to_row,
)
from los_adapters.shared.schema import Role
from los_domain.ledger import Cause, Entry, Journal, LedgerAccount, Ref
from los_domain.repayment.transactions import Component, PrepaymentMode, Transaction, TransactionKind
from los_domain.shared.errors import Conflict
from los_domain.shared.money import Money
from los_domain.shared.rates import Per, Quoted, Rate
from tests.loans.stored import NOW, a_stored_loan
from tests.services import DatabaseUrls, SomeBrand, a_lender_and_brand

days = st.dates(date(2020, 1, 1), date(2060, 1, 1))
money = st.integers(1, 10**14).map(Money)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
rates = st.builds(Rate, st.builds(Quoted, st.integers(0, 10**9), st.integers(0, 12)), st.sampled_from(Per))
NEEDS_NOTHING = [k for k in TransactionKind if k not in (TransactionKind.DISBURSEMENT, TransactionKind.CHARGE)]


@given(
    st.builds(
        Transaction,
        id=st.uuids(),
        kind=st.sampled_from(NEEDS_NOTHING),
        value_on=days,
        sequence=st.integers(1, 10**6),
        amount=money,
        component=st.sampled_from(Component),
        due_on=days,
        to_on=days,
        mode=st.none() | st.sampled_from(PrepaymentMode),
        rate=rates,
        instalments=st.none() | st.integers(1, 600),
        instalment=st.none() | money,
        npa=st.booleans(),
        reverses=st.uuids(),
        channel=texts,
        reason=texts,
    )
)
def test_a_row_keeps_every_field_of_a_transaction(transaction: Transaction) -> None:
    assert transaction_from_row(transaction_to_row(transaction)) == transaction


def test_a_disbursement_keeps_what_is_withheld() -> None:
    paid = Transaction(
        id=UUID(int=1), kind=TransactionKind.DISBURSEMENT, value_on=date(2026, 11, 23), sequence=1, amount=Money(500),
        fee=Money(1), gst=Money(2), upfront_interest=Money(3),
    )  # fmt: skip
    assert transaction_from_row(transaction_to_row(paid)) == paid


refs = st.builds(Ref, st.sampled_from(LedgerAccount), st.sampled_from(["", "IDFC", "RAZORPAY"]))
entries = st.tuples(refs, refs, money).filter(lambda e: e[0] != e[1]).map(lambda e: Entry(*e))


@given(
    st.builds(
        Journal,
        id=st.uuids(),
        cause=st.sampled_from(Cause),
        value_on=days,
        booked_on=days,
        transaction=st.none() | st.uuids(),
        reverses=st.none() | st.uuids(),
        entries=st.lists(entries, min_size=1, max_size=5).map(tuple),
    )
)
def test_rows_keep_every_field_of_a_journal(journal: Journal) -> None:
    assert journal_from_rows(*journal_to_rows(journal)) == journal


def a_transaction(number: int = 1, **changed: Any) -> Transaction:
    fields: dict[str, Any] = {
        "id": UUID(int=number),
        "kind": TransactionKind.PAYMENT,
        "value_on": date(2026, 12, 23),
        "sequence": number,
        "amount": Money(472_800),
    }
    return Transaction(**{**fields, **changed})


def a_journal(**changed: Any) -> Journal:
    entry = Entry(Ref(LedgerAccount.BANK, "RAZORPAY"), Ref(LedgerAccount.PRINCIPAL), Money(472_800))
    fields: dict[str, Any] = {
        "cause": Cause.TRANSACTION,
        "value_on": date(2026, 12, 23),
        "booked_on": date(2026, 12, 24),
        "entries": (entry,),
    }
    return Journal(**{**fields, **changed})


@pytest.fixture
def brand(application: Any) -> SomeBrand:
    return a_lender_and_brand(application)


class TestBooks:
    def test_what_is_entered_is_read_back_in_its_order(self, begin: Any, brand: SomeBrand) -> None:
        loan = a_stored_loan(begin, brand)
        with begin(brand.scope()) as work:
            for number in (1, 2, 3):
                work.books.enter(loan.id, a_transaction(number), at=NOW)
            written = work.books.write(loan.id, [a_journal(), a_journal(cause=Cause.MONTH_END)], at=NOW)
        with begin(brand.scope()) as work:
            assert work.books.transactions_of(loan.id) == tuple(a_transaction(number) for number in (1, 2, 3))
            assert work.books.journals_of(loan.id) == written
            assert all(journal.id is not None for journal in written)

    def test_a_place_is_taken_once_and_nothing_is_undone_twice(self, begin: Any, brand: SomeBrand) -> None:
        loan = a_stored_loan(begin, brand)
        undoing = {"kind": TransactionKind.REVERSAL, "amount": Money(0), "reverses": UUID(int=1)}
        with begin(brand.scope()) as work:
            work.books.enter(loan.id, a_transaction(1), at=NOW)
            work.books.enter(loan.id, a_transaction(2, **undoing), at=NOW)
        for again in (a_transaction(1), a_transaction(9, sequence=2), a_transaction(3, **undoing)):
            with pytest.raises(Conflict), begin(brand.scope()) as work:
                work.books.enter(loan.id, again, at=NOW)

    def test_the_database_refuses_to_change_or_forget(
        self, application: Application, begin: Any, brand: SomeBrand, database_urls: DatabaseUrls
    ) -> None:
        loan = a_stored_loan(begin, brand)
        with begin(brand.scope()) as work:
            work.books.enter(loan.id, a_transaction(), at=NOW)
            work.books.write(loan.id, [a_journal()], at=NOW)
        tables = ("account_transactions", "journals", "journal_entries")
        attempts = [
            statement
            for table in tables
            for statement in (
                f"UPDATE {table} SET brand_id = brand_id",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
            )
        ]
        brands = application.core.database.engines[Role.BRAND]
        for statement in attempts:
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), brands.begin() as connection:
                connection.exec_driver_sql(statement)
            for url in (database_urls.owner, database_urls.superuser):  # no grant holds those: a trigger does
                with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
                    connection.execute(statement)

    def test_an_entry_that_does_not_balance_cannot_be_written_down(
        self, begin: Any, brand: SomeBrand, database_urls: DatabaseUrls
    ) -> None:
        loan = a_stored_loan(begin, brand)
        with begin(brand.scope()) as work:
            (journal,) = work.books.write(loan.id, [a_journal()], at=NOW)
        for debit, credit, paise in (
            ("principal", "principal", 5),
            ("bank", "principal", 0),
            ("bank", "principal", -5),
        ):
            with psycopg.connect(database_urls.owner) as connection, pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(
                    "INSERT INTO journal_entries VALUES (%s, %s, 9, %s, '', %s, '', %s)",
                    (brand.id, journal.id, debit, credit, paise),
                )

    def test_a_brand_sees_its_own(self, application: Any, begin: Any, brand: SomeBrand) -> None:
        loan = a_stored_loan(begin, brand)
        other = a_lender_and_brand(application, name="Bharosa")
        with begin(brand.scope()) as work:
            work.books.enter(loan.id, a_transaction(), at=NOW)
            work.books.write(loan.id, [a_journal()], at=NOW)
        with begin(other.scope()) as work:
            assert work.books.transactions_of(loan.id) == ()
            assert work.books.journals_of(loan.id) == ()
