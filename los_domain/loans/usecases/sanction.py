"""From a decision to an accepted offer: sanction by itself or by staff, rejection, acceptance, withdrawal, and the lapse of an offer."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import attrs

from los_domain.brands.legal import LegalFacts, lender_facts
from los_domain.loans.events import OfferAccepted
from los_domain.loans.model import Loan
from los_domain.loans.offer import accepted, agreed, chosen, ended, missing_from, offered
from los_domain.loans.policy import fire
from los_domain.loans.ports import LenderOf, LoanWork, OfferWork, RulingWork
from los_domain.loans.states import LoanEvent, LoanStatus
from los_domain.repayment.key_facts import LenderFacts
from los_domain.settings.ports import SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, NotFound, Rejected
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money
from los_domain.shared.work import Begin


@attrs.frozen
class Disclosure:
    """Knows what a key facts statement says about the lender."""

    lender: LenderOf
    settings: SettingsReader

    def __call__(self, scope: BrandScope) -> LenderFacts:
        """Return it. Raises Rejected with the code of everything that the brand has to state first."""
        facts = lender_facts(self.lender(scope.brand), self.settings.page(scope, LegalFacts))
        missing = missing_from(facts)
        if missing:
            raise Rejected(
                "the brand's legal facts are incomplete: no key facts statement can be made", reasons=missing
            )
        return facts


def sanction(
    work: OfferWork,
    loan: Loan,
    *,
    amount: Money,
    tenure_months: int,
    lender: LenderFacts,
    scope: BrandScope,
    clock: Clock,
    reason: str,
) -> Loan:
    """Sanction *loan*, which the caller has locked, and store the offer that the borrower is to read. Return it as saved."""
    fired = fire(loan, LoanEvent.SANCTION, by=scope.actor)
    rule = work.rules.get(loan.rule_id, loan.rule_version)
    offer = offered(loan, rule, number=1, amount=amount, tenure_months=tenure_months, on=clock.today(), lender=lender)
    saved = work.loans.save(agreed(fired.loan, offer.first, at=clock.now()))
    work.loans.record(fired, reason=reason)
    work.offers.add(offer, at=clock.now())
    work.outbox.add(*fired.events)
    after = {
        "status": saved.status.value,
        "sanctioned": str(saved.sanctioned),
        "tenureMonths": tenure_months,
        "apr": str(offer.first.content["apr"]),
        "digest": offer.first.digest,
        "validUntil": str(offer.valid_until),
    }
    before = {"status": loan.status.value}
    work.audit.add(AuditEvent("loans.sanction", "loan", loan.id, before, after, reason))
    return saved


def end_unpaid(work: LoanWork, loan: Loan, event: LoanEvent, *, scope: BrandScope, on: date, reason: str) -> Loan:
    """Reject, withdraw or let lapse *loan*, which the caller has locked. Return it as saved."""
    fired = fire(loan, event, by=scope.actor)
    saved = work.loans.save(ended(fired.loan, on=on))
    work.loans.record(fired, reason=reason)
    work.outbox.add(*fired.events)
    after = {"status": saved.status.value, "ending": saved.ending.value if saved.ending else None}
    before = {"status": loan.status.value}
    work.audit.add(AuditEvent(f"loans.{event.value.lower()}", "loan", loan.id, before, after, reason))
    return saved


@attrs.frozen
class ActOnDecision:
    """Do what a decision says: sanction what was asked for, reject, or leave the loan for a person."""

    begin: Begin[BrandScope, RulingWork]
    disclosure: Disclosure
    clock: Clock

    def __call__(self, scope: BrandScope, decision_id: UUID) -> Loan:
        """
        Return the loan as it stands.

        A decision about another version of the loan, or one that somebody decided meanwhile, changes nothing; neither does an approval
        while the brand's legal facts are incomplete: the loan stays under review, and staff sanctions it once they are there.
        """
        with self.begin(scope.undelivered) as work:
            ruling = work.rulings.get(decision_id)
        lender = self._lender(scope) if ruling.is_approval else None
        with self.begin(scope) as work:
            loan = work.loans.get(ruling.loan_id, lock=True)
            if loan.status is not LoanStatus.UNDER_REVIEW or loan.version != ruling.loan_version:
                return work.finish(loan)
            if ruling.is_rejection:
                reason = ", ".join(ruling.reasons) or "SCORE"
                return work.finish(
                    end_unpaid(
                        work, loan, LoanEvent.REJECT, scope=scope, on=self.clock.today(), reason=f"declined: {reason}"
                    )
                )
            if lender is None:
                return work.finish(loan)
            return work.finish(
                sanction(
                    work,
                    loan,
                    amount=loan.amount,
                    tenure_months=loan.tenure_months,
                    lender=lender,
                    scope=scope,
                    clock=self.clock,
                    reason="approved by rules and evaluation",
                )
            )

    def _lender(self, scope: BrandScope) -> LenderFacts | None:
        try:
            return self.disclosure(scope)
        except Rejected:
            return None


@attrs.frozen
class Sanction:
    """Let staff sanction a loan under review, as asked for or with another amount and tenure within its rule."""

    begin: Begin[BrandScope, OfferWork]
    disclosure: Disclosure
    clock: Clock

    def __call__(
        self,
        scope: BrandScope,
        loan_id: LoanId,
        *,
        amount: Money | None = None,
        tenure_months: int | None = None,
        reason: str = "",
    ) -> Loan:
        """Raises NotFound, IllegalTransition, Invalid outside the rule, Rejected while the brand's legal facts are incomplete."""
        lender = self.disclosure(scope)
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            return work.finish(
                sanction(
                    work,
                    loan,
                    amount=amount or loan.amount,
                    tenure_months=tenure_months or loan.tenure_months,
                    lender=lender,
                    scope=scope,
                    clock=self.clock,
                    reason=reason,
                )
            )


def owned(loan: Loan, customer_id: CustomerId | None) -> Loan:
    """Return *loan*. Raises NotFound, as for one that does not exist, where it is another customer's."""
    if customer_id is not None and loan.customer_id != customer_id:
        raise NotFound("no such loan")
    return loan


@attrs.frozen
class AcceptOffer:
    """Let a borrower accept the key facts that she read, named by their digest. Accepting the same again changes nothing."""

    begin: Begin[BrandScope, OfferWork]
    clock: Clock

    def __call__(
        self, scope: BrandScope, customer_id: CustomerId, loan_id: LoanId, *, digest: str, due_day: int | None = None
    ) -> Loan:
        """Raises NotFound, Conflict for other key facts or another status, Rejected for an offer that ran out or without an account."""
        with self.begin(scope) as work:
            loan = owned(work.loans.get(loan_id, lock=True), customer_id)
            if loan.accepted_at is not None and loan.digest == digest:
                return work.finish(loan)
            offer = work.offers.newest(loan_id)
            if offer is None:
                raise Conflict("nothing was offered for this loan yet")
            option = chosen(offer, digest=digest, due_day=due_day, today=self.clock.today())
            pay_to = work.applicants.get(customer_id, missing=()).pay_to
            saved = work.loans.save(accepted(loan, option, at=self.clock.now(), pay_to=pay_to))
            work.outbox.add(OfferAccepted(saved.id, saved.version))
            after: Mapping[str, Any] = {"digest": saved.digest, "dueDay": option.due_day, "payTo": str(saved.pay_to)}
            work.audit.add(AuditEvent("loans.accept-offer", "loan", loan.id, after=after))
            return work.finish(saved)


@attrs.frozen
class Withdraw:
    """Let a borrower, or staff for her, leave before the loan is paid out."""

    begin: Begin[BrandScope, LoanWork]
    clock: Clock

    def __call__(self, scope: BrandScope, loan_id: LoanId, *, of: CustomerId | None = None, reason: str = "") -> Loan:
        """Raises NotFound, IllegalTransition once it was paid out or ended."""
        with self.begin(scope) as work:
            loan = owned(work.loans.get(loan_id, lock=True), of)
            return work.finish(
                end_unpaid(work, loan, LoanEvent.WITHDRAW, scope=scope, on=self.clock.today(), reason=reason)
            )


@attrs.frozen
class LapseOffers:
    """Let offers lapse that nobody accepted in time, by the business clock."""

    begin: Begin[BrandScope, OfferWork]
    clock: Clock

    def __call__(self, scope: BrandScope, *, limit: int = 200) -> int:
        """Return how many lapsed. One that was accepted meanwhile stays."""
        today = self.clock.today()
        with self.begin(scope) as work:
            found = work.offers.run_out(today, limit=limit)
        return sum(self._lapse(scope, loan_id, today) for loan_id in found)

    def _lapse(self, scope: BrandScope, loan_id: LoanId, today: date) -> bool:
        with self.begin(scope) as work:
            loan, offer = work.loans.get(loan_id, lock=True), work.offers.newest(loan_id)
            if loan.status is not LoanStatus.SANCTIONED or loan.accepted_at is not None:
                return False
            if offer is None or offer.valid_until >= today:
                return False
            end_unpaid(
                work, loan, LoanEvent.LAPSE, scope=scope, on=today, reason=f"the offer ran out on {offer.valid_until}"
            )
            return True
