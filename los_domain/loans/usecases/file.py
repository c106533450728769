"""A loan's file: its status changed by staff with reasons, what was asked for corrected, and comments."""

from collections.abc import Sequence
from uuid import UUID

import attrs

from los_domain.loans import reasons
from los_domain.loans.events import ReviewStarted
from los_domain.loans.model import Comment, Loan
from los_domain.loans.policy import corrected, event_for, fire
from los_domain.loans.ports import FileWork
from los_domain.loans.reasons import StatusReason, given
from los_domain.loans.states import Ending, LoanEvent, LoanStatus
from los_domain.loans.usecases.sanction import end_unpaid
from los_domain.settings.policy import fields_of
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, differing
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import StaleWrite
from los_domain.shared.ids import Ids, LoanId, StaffId
from los_domain.shared.money import Money
from los_domain.shared.work import Begin


@attrs.frozen
class ChangeStatus:
    """Let staff move a loan where staff may: into review, or to its end before it is paid out. Money moves by routes of its own."""

    begin: Begin[BrandScope, FileWork]
    clock: Clock

    def __call__(
        self,
        scope: BrandScope,
        loan_id: LoanId,
        status: LoanStatus,
        *,
        ending: Ending | None = None,
        codes: Sequence[str] = (),
        comment: str = "",
    ) -> Loan:
        """
        Return the loan. *ending* says how a loan ends that is REJECTED: DECLINED (by default) or WITHDRAWN.

        Raises Invalid where a reason is asked for or the status has a route of its own, NotFound, IllegalTransition.
        """
        event = event_for(status, ending)
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            reason = given(work.reasons.every(), status, codes, comment=comment)
            if event is not LoanEvent.START_REVIEW:
                return work.finish(end_unpaid(work, loan, event, scope=scope, on=self.clock.today(), reason=reason))
            fired = fire(loan, event, by=scope.actor)
            saved = work.loans.save(fired.loan)
            work.loans.record(fired, reason=reason)
            work.outbox.add(ReviewStarted(saved.id, saved.customer_id, saved.amount.paise))
            before, after = {"status": loan.status.value}, {"status": saved.status.value}
            work.audit.add(AuditEvent("loans.start-review", "loan", loan.id, before, after, reason))
            return work.finish(saved)


@attrs.frozen
class CorrectApplication:
    """Let staff correct what was asked for while it is reviewed. What was decided before is about another version of the loan."""

    begin: Begin[BrandScope, FileWork]

    def __call__(
        self,
        scope: BrandScope,
        loan_id: LoanId,
        *,
        amount: Money | None = None,
        tenure_months: int | None = None,
        purpose: str | None = None,
        codes: Sequence[str] = (),
        comment: str = "",
    ) -> Loan:
        """Raises NotFound, Conflict once it is decided, Invalid outside the rule or without a reason."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            rule = work.rules.get(loan.rule_id, loan.rule_version)
            reason = given(work.reasons.every(), loan.status, codes, comment=comment)
            changed = corrected(loan, rule, amount=amount, tenure_months=tenure_months, purpose=purpose)
            if changed == loan:
                return work.finish(loan)
            saved = work.loans.save(changed)
            before, after = differing(_asked(loan), _asked(saved))
            work.audit.add(AuditEvent("loans.correct", "loan", loan.id, before, after, reason))
            return work.finish(saved)


def _asked(loan: Loan) -> dict[str, str | int]:
    return {"amount": str(loan.amount), "tenureMonths": loan.tenure_months, "purpose": loan.purpose}


@attrs.frozen
class AddComment:
    """Keep what a member of staff writes about a loan."""

    begin: Begin[BrandScope, FileWork]
    ids: Ids
    clock: Clock

    def __call__(self, scope: BrandScope, loan_id: LoanId, text: str, *, by: StaffId) -> Comment:
        """Raises NotFound."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id)
            comment = Comment(self.ids.new(), loan.id, by, text.strip(), self.clock.now())
            work.comments.add(comment)
            after = {"comment": str(comment.id)}
            work.audit.add(AuditEvent("loans.comment", "loan", loan.id, after=after))
            return work.finish(comment)


@attrs.frozen
class ListComments:
    """Show what staff wrote about a loan."""

    begin: Begin[BrandScope, FileWork]

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Sequence[Comment]:
        """Return them, newest first. Raises NotFound."""
        with self.begin(scope) as work:
            work.loans.get(loan_id)
            return work.comments.of_loan(loan_id)


@attrs.frozen
class ReadLoan:
    """Show one loan."""

    begin: Begin[BrandScope, FileWork]

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Loan:
        """Raises NotFound."""
        with self.begin(scope) as work:
            return work.loans.get(loan_id)


# -- status reasons ----------------------------------------------------------------------------------------------------


@attrs.frozen
class ListReasons:
    """Show a brand's status reasons."""

    begin: Begin[BrandScope, FileWork]

    def __call__(self, scope: BrandScope) -> Sequence[StatusReason]:
        """Return them, by code."""
        with self.begin(scope) as work:
            return work.reasons.every()


@attrs.frozen
class SaveReason:
    """Add a status reason, or change one."""

    begin: Begin[BrandScope, FileWork]

    def __call__(self, scope: BrandScope, reason: StatusReason, *, is_new: bool) -> StatusReason:
        """Raises Invalid, Conflict for a code that is taken, NotFound, StaleWrite."""
        wanted = reasons.checked(reason)
        with self.begin(scope) as work:
            before = None if is_new else work.reasons.get(wanted.id)
            if before is not None and before.version != wanted.version:
                raise StaleWrite("this reason was changed meanwhile: read it again")
            if before is None:
                work.reasons.add(wanted)
            else:
                wanted = work.reasons.save(wanted)
            was, is_now = differing({} if before is None else fields_of(before), fields_of(wanted))
            work.audit.add(AuditEvent("loans.save-reason", "status-reason", wanted.id, was, is_now))
            return work.finish(wanted)


@attrs.frozen
class RemoveReason:
    """Remove a status reason; what it was given for keeps its words."""

    begin: Begin[BrandScope, FileWork]

    def __call__(self, scope: BrandScope, reason_id: UUID) -> None:
        """Raises NotFound."""
        with self.begin(scope) as work:
            before = work.reasons.get(reason_id)
            work.reasons.remove(reason_id)
            work.audit.add(AuditEvent("loans.remove-reason", "status-reason", reason_id, fields_of(before)))
            work.finish(None)
