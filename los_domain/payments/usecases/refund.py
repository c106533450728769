"""Money that goes back: proposed by one person, agreed to by another, sent once."""

from uuid import UUID

import attrs

from los_domain.brands.model import Subject
from los_domain.brands.ports import Providers
from los_domain.loans.model import Loan
from los_domain.loans.servicing import account_of, next_sequence, post
from los_domain.payments.events import RefundApproved, RefundRefused
from los_domain.payments.model import Receipt, Refund, RefundStatus
from los_domain.payments.policy import decided, proposed, refundable, refunded, with_refund
from los_domain.payments.ports import CollectionGateway
from los_domain.payments.usecases.work import PaymentWork, match, out_of_suspense
from los_domain.repayment import Transaction, TransactionKind
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import Ids, LoanId, StaffId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome
from los_domain.shared.work import Begin


def _locked(work: PaymentWork, receipt_id: UUID) -> tuple[Receipt, Loan | None]:
    """Return a receipt on which the loan's money may be changed: the loan is locked first, where one has it."""
    receipt = work.receipts.get(receipt_id)
    if receipt.transaction_id is None or receipt.loan_id is None:
        return work.receipts.get(receipt_id, lock=True), None
    loan = work.loans.get(receipt.loan_id, lock=True)
    return work.receipts.get(receipt_id, lock=True), loan


@attrs.frozen
class ProposeRefund:
    """Propose that money goes back: excess of a loan, or money in suspense, through the gateway it came by."""

    begin: Begin[BrandScope, PaymentWork]
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, receipt_id: UUID, *, amount: Money, reason: str, by: StaffId) -> Refund:
        """Return the refund, for a second person. Raises NotFound, Invalid for more than can go, Conflict without a gateway."""
        with self.begin(scope) as work:
            receipt, loan = _locked(work, receipt_id)
            if receipt.provider is None:
                raise Conflict(f"this money came by {receipt.channel}: it goes back outside of a gateway")
            excess = None if loan is None else account_of(work, loan, self.clock.today()).excess
            loan_id = None if loan is None else loan.id
            under_way = work.refunds.under_way(loan_id=loan_id, receipt_id=receipt.id)
            refundable(receipt, amount, excess=excess, under_way=under_way)
            refund = proposed(
                self.ids.new(),
                receipt,
                loan_id,
                amount,
                ref=self.ids.vendor_ref(),
                reason=reason,
                by=by,
                at=self.clock.now(),
            )
            work.refunds.add(refund)
            after = {"receipt": str(receipt_id), "amount": str(amount)}
            work.audit.add(AuditEvent("payments.propose-refund", "refund", refund.id, after=after, reason=reason))
            return work.finish(refund)


@attrs.frozen
class DecideRefund:
    """Agree to a refund as the second person, or not; agreed, the money leaves the books at once and the gateway next."""

    begin: Begin[BrandScope, PaymentWork]
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, refund_id: UUID, *, agrees: bool, by: StaffId, reason: str = "") -> Refund:
        """Return the refund. Raises NotFound, Conflict, and Forbidden for the proposer."""
        with self.begin(scope) as work:
            receipt, loan = _locked(work, work.refunds.get(refund_id).receipt_id)
            before, at = work.refunds.get(refund_id, lock=True), self.clock.now()
            refund = decided(before, by=by, at=at, agreed=agrees)
            if agrees and loan is not None:
                transaction = Transaction(
                    id=self.ids.new(),
                    kind=TransactionKind.REFUND,
                    value_on=self.clock.today(),
                    sequence=next_sequence(work.books.transactions_of(loan.id)),
                    amount=refund.amount,
                    channel=receipt.channel,
                    reason=refund.reason,
                )
                post(work, loan, transaction, by=scope.actor, at=at, reason=refund.reason)
                refund = attrs.evolve(refund, transaction_id=transaction.id)
            elif agrees:
                out_of_suspense(work, receipt, refund.amount, on=self.clock.today(), at=at)
            work.refunds.save(refund)
            if agrees:
                work.outbox.add(RefundApproved(refund.id))
            work.audit.add(
                AuditEvent(
                    "payments.decide-refund",
                    "refund",
                    refund.id,
                    before={"status": before.status.value},
                    after={"status": refund.status.value},
                    reason=reason,
                )
            )
            return work.finish(refund)


@attrs.frozen
class SendRefund:
    """Ask the gateway for an agreed refund. The same reference gives the same refund, so silence is asked again."""

    begin: Begin[BrandScope, PaymentWork]
    gateways: Providers
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, refund_id: UUID) -> Refund:
        """Return the refund as the answer leaves it; unchanged, where it is not to be sent (now)."""
        with self.begin(scope.undelivered) as work:
            refund = work.refunds.get(refund_id)
            receipt = work.receipts.get(refund.receipt_id)
        is_due = refund.look_at is not None and refund.look_at <= self.clock.now()
        if refund.status is not RefundStatus.READY or not is_due or receipt.provider is None:
            with self.begin(scope) as work:
                return work.finish(refund)

        def send(gateway: CollectionGateway, ref: VendorRef) -> Outcome[str]:
            return gateway.refund(receipt.reference, refund.amount, ref=ref)

        subject = Subject("refund", refund.id)
        asked = self.gateways.ask_again(scope, receipt.provider, "refund", subject, send, ref=refund.ref)
        with self.begin(scope) as work:
            receipt, loan = _locked(work, refund.receipt_id)
            before, at = work.refunds.get(refund_id, lock=True), self.clock.now()
            if before.status is not RefundStatus.READY:
                return work.finish(before)
            refund = refunded(before, asked.outcome, at=at)
            work.refunds.save(refund)
            if refund.status is RefundStatus.DONE:
                work.receipts.save(with_refund(receipt, refund.amount))
            if refund.status is RefundStatus.REFUSED:
                self._take_back(work, refund, receipt, loan, scope)
                work.outbox.add(RefundRefused(refund.id))
            if refund.status is not before.status:
                changed = {"status": refund.status.value, "reference": refund.provider_reference}
                work.audit.add(AuditEvent("payments.send-refund", "refund", refund.id, after=changed))
            return work.finish(work.refunds.get(refund_id))

    def _take_back(
        self, work: PaymentWork, refund: Refund, receipt: Receipt, loan: Loan | None, scope: BrandScope
    ) -> None:
        """Put the money back where it was: it never left."""
        at = self.clock.now()
        if loan is None or refund.transaction_id is None:
            out_of_suspense(work, receipt, refund.amount, on=self.clock.today(), at=at, back=True)
            return
        entered = work.books.transactions_of(loan.id)
        original = next(each for each in entered if each.id == refund.transaction_id)
        undone = Transaction(
            id=self.ids.new(),
            kind=TransactionKind.REVERSAL,
            value_on=original.value_on,
            sequence=next_sequence(entered),
            reverses=original.id,
            channel=receipt.channel,
        )
        post(work, loan, undone, by=scope.actor, at=at, reason="the gateway refused the refund")


@attrs.frozen
class MatchReceipt:
    """Say whose money in suspense is: it counts for her loan from the day it was paid."""

    begin: Begin[BrandScope, PaymentWork]
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, receipt_id: UUID, loan_id: LoanId, *, reason: str) -> Receipt:
        """Return the receipt, booked. Raises NotFound, Conflict where it is not in suspense or the loan can take nothing."""
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            receipt = work.receipts.get(receipt_id, lock=True)
            done = match(work, receipt, loan, ids=self.ids, by=scope.actor, at=self.clock.now())
            work.audit.add(
                AuditEvent("payments.match", "receipt", receipt.id, after={"loan": str(loan.id)}, reason=reason)
            )
            return work.finish(done)
