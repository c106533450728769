"""Payments outside of a gateway: entered by one member of staff, booked when a second one has seen the money."""

from datetime import date
from uuid import UUID

import attrs

from los_domain.payments.model import ManualMode, ManualPayment, Purpose, Receipt
from los_domain.payments.policy import approved, by_hand, rejected, seen
from los_domain.payments.usecases.work import PaymentWork, give_back, take
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import Ids, LoanId, StaffId
from los_domain.shared.money import Money
from los_domain.shared.work import Begin


@attrs.frozen
class EnterPayment:
    """Enter a payment that reached the lender outside of a gateway. Nothing is booked before a second person has seen it."""

    begin: Begin[BrandScope, PaymentWork]
    clock: Clock
    ids: Ids

    def __call__(
        self,
        scope: BrandScope,
        loan_id: LoanId,
        *,
        purpose: Purpose,
        mode: ManualMode,
        reference: str,
        amount: Money,
        paid_on: date,
        by: StaffId,
    ) -> ManualPayment:
        """Return the payment. Raises NotFound, Invalid, Conflict for a reference that was entered before."""
        with self.begin(scope) as work:
            work.loans.get(loan_id)
            payment = by_hand(
                self.ids.new(),
                loan_id,
                purpose,
                mode,
                reference,
                amount,
                paid_on=paid_on,
                today=self.clock.today(),
                by=by,
                at=self.clock.now(),
            )
            work.manual_payments.add(payment)
            after = {"loan": str(loan_id), "mode": mode.value, "amount": str(amount), "paid_on": str(paid_on)}
            work.audit.add(AuditEvent("payments.enter", "manual-payment", payment.id, after=after))
            return work.finish(payment)


@attrs.frozen
class DecidePayment:
    """Approve a payment that somebody else entered, which books it, or reject it."""

    begin: Begin[BrandScope, PaymentWork]
    clock: Clock
    ids: Ids

    def __call__(
        self, scope: BrandScope, payment_id: UUID, *, approves: bool, by: StaffId, reason: str = ""
    ) -> ManualPayment:
        """Return the payment. Raises NotFound, Conflict where it was decided, Forbidden for the person who entered it."""
        with self.begin(scope) as work:
            loan = work.loans.get(work.manual_payments.get(payment_id).loan_id, lock=True)
            before, at = work.manual_payments.get(payment_id, lock=True), self.clock.now()
            if approves:
                payment = approved(before, by=by, at=at)
                receipt = seen(payment, self.ids.new(), at=at)
                kept = take(work, receipt, loan, payment.purpose, ids=self.ids, by=scope.actor, at=at)
                if kept.id != receipt.id:
                    raise Conflict("a payment with this reference was booked before")
                payment = attrs.evolve(payment, receipt_id=receipt.id)
            else:
                payment = rejected(before, by=by, at=at, reason=reason)
            work.manual_payments.save(payment)
            work.audit.add(
                AuditEvent(
                    "payments.decide",
                    "manual-payment",
                    payment.id,
                    before={"status": before.status.value},
                    after={"status": payment.status.value},
                    reason=reason,
                )
            )
            return work.finish(payment)


@attrs.frozen
class ReversePayment:
    """Undo a payment that never arrived: a cheque that bounced, a charge-back. The loan is as if it had not been made."""

    begin: Begin[BrandScope, PaymentWork]
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, receipt_id: UUID, *, reason: str) -> Receipt:
        """Return the receipt. Raises NotFound, Conflict where the money is gone already."""
        with self.begin(scope) as work:
            receipt = work.receipts.get(receipt_id)
            loan = None
            if receipt.transaction_id is not None and receipt.loan_id is not None:
                loan = work.loans.get(receipt.loan_id, lock=True)
            receipt = work.receipts.get(receipt_id, lock=True)
            gone = give_back(work, receipt, loan, ids=self.ids, by=scope.actor, at=self.clock.now(), reason=reason)
            return work.finish(gone)
