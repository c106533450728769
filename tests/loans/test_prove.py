"""The checker finds nothing where all is well, and whatever was tampered with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_adapters.ledger.tables import journal_entries, journals
from los_adapters.loans.tables import loans
from los_domain.shared.actor import PlatformScope
from tests.loans.stored import a_disbursed_loan
from tests.services import TEST, SettableClock, SomeBrand, a_lender_and_brand
from tests.told import told


@pytest.fixture
def brand(application: Application, clock: SettableClock) -> SomeBrand:
    """A brand with three loans, forty days old, their nights run."""
    brand = a_lender_and_brand(application)
    for number in (1, 2, 3):
        lent = clock.today() - timedelta(days=38 + number)
        a_disbursed_loan(application.core.postgres.begin, brand, lent, number=number)
    application.close_day(PlatformScope(TEST), clock.today() - timedelta(days=1))
    return brand


def test_all_is_well(application: Application, brand: SomeBrand) -> None:
    assert application.prove_books(brand.scope()) == (3, [])
    assert "loans.books-differ" not in told(application)


@pytest.mark.parametrize("column", ["outstanding_paise", "overdue_paise", "excess_paise"])
def test_a_balance_that_does_not_follow_is_found(application: Application, brand: SomeBrand, column: str) -> None:
    with application.core.postgres.begin(brand.scope()) as work:
        changed = sa.update(loans).where(loans.c.id == UUID(int=1002)).values({column: loans.c[column] + 1})
        work.context.connection.execute(changed)
    proved, (found,) = application.prove_books(brand.scope())
    assert (proved, found.number, found.what) == (3, "L000002", column.partition("_")[0])
    assert told(application).count("loans.books-differ") == 1


def test_an_entry_too_many_is_found(application: Application, brand: SomeBrand, clock: SettableClock) -> None:
    with application.core.postgres.begin(brand.scope()) as work:
        head: dict[str, Any] = {"cause": "month_end", "value_on": clock.today(), "booked_on": clock.today()}
        work.context.connection.execute(
            sa.insert(journals).values(
                brand_id=brand.id, id=UUID(int=7), loan_id=UUID(int=1003), written_at=clock.now(), **head
            )
        )
        work.context.connection.execute(
            sa.insert(journal_entries).values(
                brand_id=brand.id, journal_id=UUID(int=7), line=1, debit="principal", debit_channel="", credit="bank",
                credit_channel="X", amount_paise=1,
            )
        )  # fmt: skip
    _, found = application.prove_books(brand.scope())
    assert {each.what for each in found} == {"ledger bank:X", "ledger principal", "principal"}
