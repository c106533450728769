"""Loans as lists show them."""

from datetime import date, datetime

import attrs

from los_domain.loans.states import Ending, LoanStatus
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money


@attrs.frozen
class LoanFilter:
    """Which loans a list shows; what is empty or None does not narrow it. *applied_before* is the first instant left out."""

    statuses: tuple[LoanStatus, ...] = ()
    customer_id: CustomerId | None = None
    number: str = ""
    applied_from: datetime | None = None
    applied_before: datetime | None = None
    is_overdue: bool | None = None


@attrs.frozen
class LoanRow:
    """One line of a list."""

    id: LoanId
    number: str
    customer_id: CustomerId
    status: LoanStatus
    ending: Ending | None
    rule: str  # its name
    amount: Money
    tenure_months: int
    sanctioned: Money | None
    applied_at: datetime
    disbursed_on: date | None
    outstanding: Money
    overdue: Money
    next_due_on: date | None
