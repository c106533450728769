"""Loans as tests need them: only what matters is said."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from los_domain.loans.model import Loan
from los_domain.loans.states import LoanStatus
from los_domain.repayment import AccountTerms, indian
from los_domain.repayment.servicing import EarlyEnd, PenalPolicy
from los_domain.shared.ids import BankAccountId, CustomerId, LoanId
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate

SIGNED_ON = date(2026, 11, 23)


def account_terms(**changed: Any) -> AccountTerms:
    """Return a year of equal instalments at 24 %, with a penal charge and a foreclosure charge."""
    fields: dict[str, Any] = {
        "schedule": indian(Money.rupees(50_000), Rate.yearly("24"), 12, SIGNED_ON),
        "penal": PenalPolicy(percent=Quoted(24)),
        "foreclosure": EarlyEnd(charge_percent=Quoted(4), gst_percent=Quoted(18), free_days=3),
    }
    return AccountTerms(**{**fields, **changed})


def a_loan(**changed: Any) -> Loan:
    """Return a loan whose agreement is signed."""
    fields: dict[str, Any] = {
        "id": LoanId(UUID(int=101)),
        "number": "ASHA-000001",
        "customer_id": CustomerId(UUID(int=201)),
        "status": LoanStatus.AGREEMENT_SIGNED,
        "amount": Money.rupees(50_000),
        "tenure_months": 12,
        "rule_id": UUID(int=301),
        "rule_version": 1,
        "applied_at": datetime(2026, 11, 20, 5, tzinfo=UTC),
        "terms": account_terms(),
        "sanctioned": Money.rupees(50_000),
        "sanctioned_at": datetime(2026, 11, 21, 5, tzinfo=UTC),
        "fee": Money.rupees(1_000),
        "gst": Money.rupees(180),
        "pay_to": BankAccountId(UUID(int=401)),
        "digest": "d" * 64,
        "accepted_at": datetime(2026, 11, 22, 5, tzinfo=UTC),
    }
    return Loan(**{**fields, **changed})
