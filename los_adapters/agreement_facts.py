"""agreements.AgreementFacts by loans, customers, bank accounts and brands."""

from collections.abc import Mapping
from typing import Any

import attrs

from los_adapters.brands.queries import BrandQueries
from los_adapters.settings.queries import SettingsQueries
from los_adapters.work import Postgres, SqlWork
from los_domain.agreements.model import Contents, Party
from los_domain.brands.legal import PolicyPaths
from los_domain.kyc.model import AadhaarFact, PanFact
from los_domain.loans.model import Loan
from los_domain.shared.actor import BrandScope
from los_domain.shared.dates import india_day
from los_domain.shared.errors import NotFound, Rejected
from los_domain.shared.ids import LoanId


@attrs.frozen
class AgreementFactsOf:
    """Reads what an agreement says, each part from whoever knows it."""

    postgres: Postgres
    brands: BrandQueries
    pages: SettingsQueries

    def party(self, scope: BrandScope, loan_id: LoanId) -> Party:
        """Return the borrower. Raises Rejected naming what is not known of her yet."""
        with self.postgres.begin(_bare(scope)) as work:
            loan = work.loans.get(loan_id)
            customer, profile = work.customers.get(loan.customer_id), work.profiles.get(loan.customer_id)
            pan = work.identity.find(loan.customer_id, PanFact)
            aadhaar = work.identity.find(loan.customer_id, AadhaarFact)
        born = profile.date_of_birth
        missing = [code for code, value in (("NAME", profile.name), ("DATE_OF_BIRTH", born), ("PAN", pan)) if not value]
        if born is None or pan is None or missing:
            raise Rejected("the borrower cannot sign yet: steps of onboarding are missing", reasons=missing)
        place = ", ".join(part for part in (profile.address, profile.city, profile.state) if part)
        return Party(
            customer_id=customer.id,
            name=profile.name,
            gender=profile.gender.capitalize(),
            birth_date=born,
            address=f"{place} {profile.pincode}".strip(),
            pan_masked=str(pan.record.pan),
            # Where a brand does without e-KYC there is none: the signing service then goes by name and year of birth.
            aadhaar_last_four="" if aadhaar is None else aadhaar.record.masked_number[-4:],
            phone=customer.phone,
            email=customer.email,
        )

    def contents(self, scope: BrandScope, loan_id: LoanId) -> Contents:
        """Return what the paper says. Raises NotFound until the key facts are accepted."""
        with self.postgres.begin(_bare(scope)) as work:
            loan = work.loans.get(loan_id)
            facts = _accepted(work, loan)
            account = None if loan.pay_to is None else work.bank_accounts.get(loan.pay_to)
        if facts is None or loan.accepted_at is None or loan.sanctioned is None:
            raise NotFound("the key facts of this loan were not accepted yet")
        if account is None:
            raise Rejected("the loan names no bank account to be paid to", reasons=("NO_ACCOUNT_TO_PAY",))
        lender = self.brands.lender_of(scope.brand)
        return Contents(
            loan_number=loan.number,
            amount_in_words=loan.sanctioned.in_words(),
            facts=facts,
            digest=loan.digest,
            accepted_on=india_day(loan.accepted_at),
            pay_to=f"{account.number}, {account.ifsc}",
            brand_name=self.brands.name(scope.brand),
            lender_name=lender.name,
            registration_number=lender.registration_number,
            policy_links=self.pages.page(scope, PolicyPaths).links(),
        )


def _accepted(work: SqlWork, loan: Loan) -> Mapping[str, Any] | None:
    """Return the content of the key facts that the borrower accepted, which her acceptance names by their digest."""
    offer = work.offers.newest(loan.id)
    return next((option.content for option in offer.options if option.digest == loan.digest), None) if offer else None


def _bare(scope: BrandScope) -> BrandScope:
    """The scope of a read beside the use case's own transactions."""
    return attrs.evolve(scope, once=None, delivery=None)
