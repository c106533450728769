"""Somebody who may apply, and a rule to apply under."""

from datetime import date
from typing import Any
from uuid import UUID

import attrs

from los_adapters.bootstrap import Application
from los_domain.banking.model import AccountProof, BankAccount
from los_domain.customers.model import EmploymentVerdict
from los_domain.customers.policy import ProfileEdit
from los_domain.kyc.model import Found, PanFact, PanRecord, PanStatus
from los_domain.loans.rules import Fee, LoanRule, RiskCategory
from los_domain.shared.identifiers import AccountNumber, Ifsc, Pan
from los_domain.shared.ids import BankAccountId, CustomerId
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted
from tests.loans.builders import account_terms
from tests.services import SomeBrand

CONSENT = {"consentVersion": "2026-10"}


def a_rule(**changed: Any) -> LoanRule:
    """Return a rule of 10,000 to 100,000 rupees over 6 or 12 months at 24 %, fee 2 % and tax."""
    fields: dict[str, Any] = {
        "id": UUID(int=77),
        "version": 0,
        "name": "Salary loan",
        "risk": RiskCategory.MEDIUM,
        "is_active": True,
        "least": Money.rupees(10_000),
        "most": Money.rupees(100_000),
        "tenures_months": (6, 12),
        "fee": Fee(percent=Quoted(2)),
        "due_days": (),
        "cooling_off_days": 3,
        "example": account_terms(),
    }
    return LoanRule(**{**fields, **changed})


def a_saved_rule(application: Application, brand: SomeBrand, **changed: Any) -> LoanRule:
    """Save a rule of the brand's own."""
    return application.loans.save_rule(brand.scope(), a_rule(id=application.core.ids.new(), **changed))


def is_onboarded(
    application: Application,
    brand: SomeBrand,
    customer: UUID,
    *,
    name: str = "Anaya Deshmukh",
    pan: str = "ZZZPD0001A",
    born: date = date(1988, 3, 14),
    salary: str = "68500.00",
    pincode: str = "411045",
    address: str = "Flat 12 Sample Heights Baner Road",
    city: str = "Pune",
    state: str = "Maharashtra",
) -> None:
    """Let a customer have done the steps before an application."""
    her = CustomerId(customer)
    first, _, last = name.partition(" ")
    application.customers.change_details(
        brand.scope(),
        her,
        ProfileEdit(
            first_name=first,
            last_name=last,
            date_of_birth=born,
            address=address,
            pincode=pincode,
            city=city,
            state=state,
            gender="F",
        ),
    )
    application.customers.state_employment(
        brand.scope(),
        her,
        employer="Acme Infotech",
        monthly_salary=Money.parse(salary),
        official_email=None,
        uan=None,
    )
    with application.core.postgres.begin(brand.scope()) as work:
        work.identity.add(
            her,
            PanFact(
                Found("DIGITAP", application.core.clock.now()),
                PanRecord(Pan(pan), PanStatus.ACTIVE, name, born, is_individual=True),
            ),
        )


def is_employed(application: Application, brand: SomeBrand, customer: UUID) -> None:
    """Let a record bear out what a customer says about her work."""
    with application.core.postgres.begin(brand.scope()) as work:
        stated = work.occupations.find(CustomerId(customer))
        assert stated is not None
        work.occupations.save(attrs.evolve(stated, verdict=EmploymentVerdict.VERIFIED))


def owns_an_account(application: Application, brand: SomeBrand, customer: UUID) -> BankAccountId:
    """Let a customer have an account that a penny proved, and that she is paid to."""
    account = BankAccount(
        id=BankAccountId(application.core.ids.new()),
        customer_id=CustomerId(customer),
        number=AccountNumber("50100000001001"),
        ifsc=Ifsc("SBXB0000411"),
        bank="DEMO BANK",
        branch="",
        holder="Anaya Deshmukh",
        added_at=application.core.clock.now(),
        proof=AccountProof.VERIFIED,
        is_primary=True,
    )
    with application.core.postgres.begin(brand.scope()) as work:
        work.bank_accounts.add(account)
    return account.id
