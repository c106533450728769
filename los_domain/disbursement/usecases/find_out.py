"""A payout that the bank does not tell of, decided by two people who read the bank's statement."""

from datetime import date
from uuid import UUID

import attrs

from los_domain.disbursement.model import Finding, Payout, Verdict
from los_domain.disbursement.policy import confirmed, disputed, found_out
from los_domain.disbursement.usecases.work import PayoutWork, take_effect
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.ids import StaffId
from los_domain.shared.work import Begin


@attrs.frozen
class ReadPayout:
    """Show one payout."""

    begin: Begin[BrandScope, PayoutWork]

    def __call__(self, scope: BrandScope, payout_id: UUID) -> Payout:
        """Raises NotFound."""
        with self.begin(scope) as work:
            return work.payouts.get(payout_id)


@attrs.frozen
class ReportFinding:
    """Note what one person found out about a payout that the bank does not tell of."""

    begin: Begin[BrandScope, PayoutWork]
    clock: Clock

    def __call__(
        self,
        scope: BrandScope,
        payout_id: UUID,
        *,
        verdict: Verdict,
        bank_reference: str,
        paid_on: date | None,
        reason: str,
        by: StaffId,
    ) -> Payout:
        """Return the payout with its finding. Raises NotFound, Conflict, Invalid."""
        with self.begin(scope) as work:
            before = work.payouts.lock(payout_id)
            finding = Finding(verdict, bank_reference, paid_on, reason, by, self.clock.now())
            payout = found_out(before, finding)
            work.payouts.save(payout)
            after = {"verdict": verdict.value, "reference": bank_reference}
            work.audit.add(AuditEvent("disbursement.find-out", "payout", payout.id, after=after, reason=reason))
            return work.finish(payout)


@attrs.frozen
class DecideFinding:
    """Confirm or dispute, as the second person, what the first one found out; confirmed, it takes effect at once."""

    begin: Begin[BrandScope, PayoutWork]
    clock: Clock

    def __call__(self, scope: BrandScope, payout_id: UUID, *, agrees: bool, by: StaffId) -> Payout:
        """Return the payout. Raises NotFound, Conflict, and Forbidden for the person who found it out."""
        with self.begin(scope) as work:
            work.loans.get(work.payouts.get(payout_id).loan_id, lock=True)
            before, at = work.payouts.lock(payout_id), self.clock.now()
            if agrees:
                moved = confirmed(before, by=by, at=at)
                return work.finish(take_effect(work, before, moved, verb="confirm-finding", at=at))
            payout = disputed(before)
            work.payouts.save(payout)
            verdict = before.finding.verdict.value if before.finding else ""
            work.audit.add(AuditEvent("disbursement.dispute-finding", "payout", payout.id, before={"verdict": verdict}))
            return work.finish(payout)
