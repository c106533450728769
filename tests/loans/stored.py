"""Loans of tests that lie in the database."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from los_domain.customers.model import Customer
from los_domain.loans.model import Loan
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import CustomerId, LoanId
from tests.loans.builders import a_loan
from tests.services import SomeBrand

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def a_stored_loan(begin: Any, brand: SomeBrand, *, number: int = 1, **changed: Any) -> Loan:
    """Add a customer and her loan, whose agreement is signed."""
    customer = CustomerId(UUID(int=2_000 + number))
    loan = a_loan(id=LoanId(UUID(int=1_000 + number)), number=f"L{number:06d}", customer_id=customer, **changed)
    with begin(brand.scope()) as work:
        work.customers.add(Customer(customer, Phone(f"98{number:08d}"), NOW))
        work.loans.add(loan)
    return loan
