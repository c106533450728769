"""Ports of one capability bound to the use cases of another."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import attrs

from los_adapters.banking.shapes import read_statement
from los_adapters.banking.store import SqlBankAccounts, SqlStatements
from los_adapters.brands.queries import BrandQueries
from los_adapters.bureau.shapes import read_report
from los_adapters.bureau.store import SqlPulls
from los_adapters.customers.queries import CustomerQueries
from los_adapters.customers.store import SqlCustomers, SqlOccupations, SqlProfiles
from los_adapters.decisioning.store import SqlDecisions
from los_adapters.kyc.store import SqlIdentity
from los_adapters.loans.rules import SqlRules
from los_adapters.loans.store import SqlLoans
from los_adapters.messaging.store import SqlMessages
from los_adapters.settings.store import SqlPages
from los_adapters.shared.store import SqlOutbox
from los_domain.access.model import OtpPurpose
from los_domain.banking.metrics import StatementMetrics, metrics_of
from los_domain.banking.model import BankAccount, StatementState
from los_domain.banking.usecases.accounts import ProveAccount, own
from los_domain.brands.config import BrandConfig
from los_domain.bureau.model import BureauSubject
from los_domain.bureau.pulls import is_young
from los_domain.decisioning.facts import Case, ReportAtHand
from los_domain.decisioning.model import Outcome
from los_domain.disbursement.ports import Payee
from los_domain.kyc.model import PanFact
from los_domain.kyc.policy import match_names
from los_domain.loans.application import Applicant
from los_domain.loans.certificate import CertificateFacts
from los_domain.loans.model import Loan
from los_domain.loans.ports import Ruling
from los_domain.messaging.model import Channel, Occasion
from los_domain.messaging.usecases.queue import QueueMessage
from los_domain.onboarding.usecases import ReadOnboarding
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import BankAccountId, BrandId, CustomerId, LenderId, LoanId


class PayeeWork(Protocol):
    """What finding a payee touches."""

    @property
    def bank_accounts(self) -> SqlBankAccounts:
        """Bank accounts."""
        ...

    @property
    def customers(self) -> SqlCustomers:
        """Customers."""
        ...


@attrs.frozen
class QueuedCodes:
    """access.CodeSender by messaging: the code's SMS is a row of the caller's transaction."""

    messages: SqlMessages
    pages: SqlPages
    outbox: SqlOutbox
    queue: QueueMessage
    wall: WallClock

    def send(self, phone: Phone, code: str, *, purpose: OtpPurpose, valid_minutes: int) -> None:
        """Queue the SMS; it is not sent after the code's life, and its text is wiped once sent."""
        self.queue(
            self.messages,
            self.pages,
            self.outbox,
            occasion=Occasion.OTP,
            channel=Channel.SMS,
            to=phone.value,
            values={"code": code, "minutes": str(valid_minutes)},
            object_kind=purpose.value,
            expires_at=self.wall.now() + timedelta(minutes=valid_minutes),
        )


def name_score(left: str, right: str) -> int:
    """customers.NameScore by the name match of kyc."""
    return match_names(left, right).score


@attrs.frozen
class Lenders:
    """kyc.Lenders by the brands."""

    brands: BrandQueries

    def __call__(self, brand: BrandId) -> LenderId:
        """Return the lender of a brand. Raises NotFound."""
        return self.brands.by_id(brand).lender_id


@attrs.frozen
class KnownApplicants:
    """loans.Applicants by what customers say and authorities confirm."""

    customers: SqlCustomers
    profiles: SqlProfiles
    occupations: SqlOccupations
    accounts: SqlBankAccounts

    def get(self, customer_id: CustomerId, *, missing: tuple[str, ...]) -> Applicant:
        """Return what is known now. Raises NotFound."""
        customer, profile = self.customers.get(customer_id), self.profiles.get(customer_id)
        work = self.occupations.find(customer_id)
        return Applicant(
            customer_id=customer_id,
            is_active=customer.is_active,
            missing=missing,
            date_of_birth=profile.date_of_birth,
            monthly_salary=None if work is None else work.monthly_salary,
            pay_to=next((each.id for each in self.accounts.of_customer(customer_id) if each.is_primary), None),
        )


@attrs.frozen
class ProvedPayees:
    """disbursement.Payees by banking: the account that a penny proved, and once more before money leaves."""

    begin: Callable[[BrandScope], AbstractContextManager[PayeeWork]]
    prove: ProveAccount

    def proved(self, scope: BrandScope, customer: CustomerId, account: BankAccountId) -> Payee:
        """Return the account after a penny was dropped on it once more. Raises Rejected, ProviderUnavailable, NotFound."""
        return self._payee(scope, self.prove.once_more(scope, customer, account))

    def known(self, scope: BrandScope, customer: CustomerId, account: BankAccountId) -> Payee:
        """Return the account as it was proved. Raises NotFound."""
        with self.begin(scope.undelivered) as work:
            found = own(work.bank_accounts.get(account), customer)
        return self._payee(scope, found)

    def _payee(self, scope: BrandScope, account: BankAccount) -> Payee:
        with self.begin(scope.undelivered) as work:
            customer = work.customers.get(account.customer_id)
        email = customer.email.value if customer.email else ""
        name = account.name_at_bank or account.holder
        return Payee(account.id, account.number, account.ifsc, name, customer.phone, email)


class BorrowerWork(Protocol):
    """What naming a borrower touches."""

    @property
    def profiles(self) -> SqlProfiles:
        """Profiles."""
        ...


@attrs.frozen
class PartiesOf:
    """loans.CertificateParties by brands and customers."""

    begin: Callable[[BrandScope], AbstractContextManager[BorrowerWork]]
    brands: BrandQueries
    pages: SettingsReader

    def __call__(self, scope: BrandScope, loan: Loan) -> CertificateFacts:
        """Return who lends under which name, and who borrowed. Raises NotFound."""
        with self.begin(scope.undelivered) as work:
            borrower = work.profiles.get(loan.customer_id).name
        lender, config = self.brands.lender_of(scope.brand), self.pages.page(scope, BrandConfig)
        return CertificateFacts(
            brand_name=self.brands.name(scope.brand),
            lender_name=lender.name,
            registration_number=lender.registration_number,
            borrower=borrower,
            header=config.agreement_header,
            footer=config.agreement_footer,
        )


@attrs.frozen
class StepsMissing:
    """loans.MissingSteps by onboarding."""

    read: ReadOnboarding

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> tuple[str, ...]:
        """Return what stands between her and an application. Raises NotFound."""
        return tuple(step.value for step in self.read(scope, customer_id).missing)


@attrs.frozen
class ProvedSubjects:
    """bureau.Subjects by what authorities confirmed of customers."""

    customers: SqlCustomers
    profiles: SqlProfiles
    identity: SqlIdentity

    def of(self, customer_id: CustomerId) -> BureauSubject | None:
        """Return who a customer proved to be, or None. The PAN's own name and birthday go before what she says."""
        customer, profile = self.customers.get(customer_id), self.profiles.get(customer_id)
        proof = self.identity.find(customer_id, PanFact)
        born = None if proof is None else proof.record.date_of_birth or profile.date_of_birth
        if proof is None or born is None or not profile.pincode:
            return None
        return BureauSubject(
            name=proof.record.name or profile.name,
            date_of_birth=born,
            pan=proof.record.pan,
            phone=customer.phone,
            address_line=profile.address,
            city=profile.city,
            state=profile.state,
            pincode=profile.pincode,
            gender=profile.gender,
        )


@attrs.frozen
class CasesAtHand:
    """decisioning.Cases by the stores of one transaction."""

    loans: SqlLoans
    rules: SqlRules
    applicants: KnownApplicants
    occupations: SqlOccupations
    pulls: SqlPulls
    subjects: ProvedSubjects
    statements: SqlStatements
    pages: SqlPages
    clock: Clock

    def get(self, loan_id: LoanId, *, missing: tuple[str, ...]) -> Case:
        """Return the case as it is now. Raises NotFound."""
        loan = self.loans.get(loan_id)
        customer = loan.customer_id
        occupation = self.occupations.find(customer)
        return Case(
            loan=loan,
            rule=self.rules.get(loan.rule_id, loan.rule_version),
            applicant=self.applicants.get(customer, missing=missing),
            others=[other for other in self.loans.of_customer(customer) if other.id != loan.id],
            employment=None if occupation is None else occupation.verdict,
            report=self._report(customer),
            subject=self.subjects.of(customer),
            statement=self._statement(customer),
        )

    def _statement(self, customer_id: CustomerId) -> StatementMetrics | None:
        """Return the facts of her newest analysed statement, if there is one."""
        of_hers = self.statements.of_customer(customer_id)
        report = next((each.report for each in of_hers if each.state is StatementState.READY), None)
        return None if report is None else metrics_of(read_statement(report))

    def _report(self, customer_id: CustomerId) -> ReportAtHand | None:
        """Return her newest report, if it is young enough to be judged by."""
        pull, days = self.pulls.newest(customer_id), self.pages.newest(BrandConfig).body.bureau_fresh_days
        if pull is None or pull.raw is None or pull.pulled_on is None:
            return None
        if not is_young(pull, today=self.clock.today(), days=days):
            return None
        return ReportAtHand(pull.id, pull.sha256, pull.pulled_on, read_report(pull.raw))


@attrs.frozen
class KeptRulings:
    """loans.Rulings by decisioning."""

    decisions: SqlDecisions

    def get(self, decision_id: UUID) -> Ruling:
        """Return what a decision says. Raises NotFound."""
        decision = self.decisions.get(decision_id)
        outcome = decision.judgement.outcome
        return Ruling(
            loan_id=decision.loan_id,
            loan_version=decision.loan_version,
            is_approval=outcome is Outcome.APPROVE,
            is_rejection=outcome is Outcome.REJECT,
            reasons=decision.judgement.reasons,
        )


@attrs.frozen
class Blocks:
    """loans.BlocksOn by the blocklist of customers."""

    queries: CustomerQueries

    def __call__(self, scope: BrandScope, customer_id: CustomerId) -> bool:
        """Return whether the list names something of hers."""
        return bool(self.queries.blocks_on(scope, customer_id))
