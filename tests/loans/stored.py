"""Loans of tests that lie in the database."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from los_domain.customers.model import Customer
from los_domain.loans.model import Loan
from los_domain.loans.servicing import pay_out
from los_domain.repayment import AccountTerms, indian
from los_domain.shared.actor import Actor
from los_domain.shared.dates import IST
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money
from los_domain.shared.rates import Rate
from tests.loans.builders import a_loan, account_terms
from tests.services import SomeBrand

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def a_stored_loan(
    begin: Any, brand: SomeBrand, *, number: int = 1, customer: CustomerId | None = None, **changed: Any
) -> Loan:
    """Add a customer, unless one is named, and her loan, whose agreement is signed."""
    whose = customer or CustomerId(UUID(int=2_000 + number))
    loan = a_loan(id=LoanId(UUID(int=1_000 + number)), number=f"L{number:06d}", customer_id=whose, **changed)
    with begin(brand.scope()) as work:
        if customer is None:
            work.customers.add(Customer(whose, Phone(f"98{number:08d}"), NOW))
        work.loans.add(loan)
    return loan


def terms_from(day: date, rupees: int = 50_000) -> AccountTerms:
    """Return terms whose instalments count from *day*."""
    return account_terms(schedule=indian(Money.rupees(rupees), Rate.yearly("24"), 12, day))


def a_disbursed_loan(begin: Any, brand: SomeBrand, on: date, **changed: Any) -> Loan:
    """Add a loan that was paid out on *on*."""
    loan = a_stored_loan(begin, brand, **{"terms": terms_from(on), **changed})
    at = datetime.combine(on, time(12), IST)
    with begin(brand.scope()) as work:
        pay_out(
            work,
            work.loans.get(loan.id, lock=True),
            payout=UUID(int=loan.id.int + 10**6),
            net=loan.net,
            on=on,
            channel="IDFC",
            by=Actor.vendor("IDFC"),
            at=at,
        )
    with begin(brand.scope()) as work:
        found: Loan = work.loans.get(loan.id)
    return found
