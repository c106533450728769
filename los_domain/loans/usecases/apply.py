"""Applying for a loan, and taking the application into review."""

from uuid import UUID

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.customers.model import Consent, Purpose
from los_domain.customers.usecases.profile import record_consent
from los_domain.loans.application import Wish, applied
from los_domain.loans.events import LoanApplied, ReviewStarted
from los_domain.loans.model import Loan
from los_domain.loans.policy import fire
from los_domain.loans.ports import ApplyWork, BlocksOn, LoanWork, MissingSteps
from los_domain.loans.states import LoanEvent, LoanStatus
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock, WallClock
from los_domain.shared.ids import CustomerId, Ids, LoanId
from los_domain.shared.money import Money
from los_domain.shared.work import Begin


@attrs.frozen
class Apply:
    """Take an application under a loan rule, with the consent to look at the credit report that it is judged by."""

    begin: Begin[BrandScope, ApplyWork]
    settings: SettingsReader
    missing: MissingSteps
    blocks: BlocksOn
    ids: Ids
    clock: Clock
    wall: WallClock

    def __call__(
        self,
        scope: BrandScope,
        customer_id: CustomerId,
        *,
        rule_id: UUID,
        amount: Money,
        tenure_months: int,
        purpose: str,
        consent_version: str,
        language: str,
    ) -> Loan:
        """Return the loan. Raises NotFound for no such rule, Invalid outside it, Rejected with the codes of all other reasons."""
        config, missing = self.settings.page(scope, BrandConfig), self.missing(scope, customer_id)
        is_blocked = self.blocks(scope, customer_id)
        with self.begin(scope) as work:
            loans = work.loans.of_customer(customer_id, hold=True)
            loan = applied(
                LoanId(self.ids.new()),
                work.loans.next_number(),
                attrs.evolve(work.applicants.get(customer_id, missing=missing), is_blocked=is_blocked),
                Wish(work.rules.newest(rule_id), amount, tenure_months, " ".join(purpose.split())),
                loans,
                config=config,
                at=self.clock.now(),
            )
            record_consent(
                work,
                Consent(
                    self.ids.new(),
                    customer_id,
                    Purpose.CREDIT_REPORT,
                    consent_version,
                    language,
                    self.wall.now(),
                    scope.address,
                ),
            )
            work.loans.add(loan)
            work.outbox.add(LoanApplied(loan.id, loan.version))
            after = {
                "number": loan.number,
                "status": loan.status.value,
                "amount": str(loan.amount),
                "tenureMonths": loan.tenure_months,
                "rule": f"{loan.rule_id} v{loan.rule_version}",
            }
            work.audit.add(AuditEvent("loans.apply", "loan", loan.id, after=after))
            return work.finish(loan)


@attrs.frozen
class StartReview:
    """Take an application into review: what it is judged by is fetched next."""

    begin: Begin[BrandScope, LoanWork]

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Loan:
        """Return the loan; one that is past its application stays as it is. Raises NotFound."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            if loan.status is not LoanStatus.APPLIED:
                return work.finish(loan)
            fired = fire(loan, LoanEvent.START_REVIEW, by=scope.actor)
            saved = work.loans.save(fired.loan)
            work.loans.record(fired, reason="")
            work.outbox.add(ReviewStarted(saved.id, saved.customer_id, saved.amount.paise))
            work.audit.add(
                AuditEvent(
                    "loans.start-review",
                    "loan",
                    loan.id,
                    {"status": loan.status.value},
                    {"status": saved.status.value},
                )
            )
            return work.finish(saved)
