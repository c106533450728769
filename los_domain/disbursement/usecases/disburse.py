"""The instruction to pay a signed loan: checked, committed, and only then sent by whoever hears of it."""

import attrs

from los_domain.brands.ports import Effect, Providers, SettingsReader, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.disbursement.events import DisbursementHeld, PayoutReady
from los_domain.disbursement.model import Payout
from los_domain.disbursement.policy import DisbursementRules, may_pay, ready
from los_domain.disbursement.ports import DisbursementGateway, Payees
from los_domain.disbursement.usecases.work import PayoutWork
from los_domain.loans.model import Loan
from los_domain.loans.servicing import payable
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import Conflict, ProviderUnavailable, Rejected
from los_domain.shared.ids import Ids, LoanId, StaffId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Done, Outcome
from los_domain.shared.work import Begin


@attrs.frozen
class Disburse:
    """
    Commit the instruction to pay a loan whose agreement is signed: the net amount of its key facts, to the account proved once more.

    No bank is asked to pay here. A worker sends the payout when it hears of it.
    """

    begin: Begin[BrandScope, PayoutWork]
    payees: Payees
    banks: Providers
    settings: SettingsReader
    clock: Clock
    ids: Ids

    def __call__(self, scope: BrandScope, loan_id: LoanId, *, requested_by: StaffId | None = None) -> Payout:
        """
        Return the payout; the one there is, if it may have been paid already.

        Raises Rejected with every reason, Conflict unless the agreement is signed, ProviderUnavailable where nothing can be checked now.
        """
        rules = self.settings.page(scope, DisbursementRules)
        with self.begin(scope) as work:
            loan, earlier = work.loans.get(loan_id), work.payouts.latest_of(loan_id)
            if earlier is not None and not earlier.status.lets_another:
                return work.finish(earlier)
            net, account = payable(loan)
        self.payees.proved(scope, loan.customer_id, account)
        balance = self._balance(scope, loan) if rules.check_balance else None
        with self.begin(scope) as work:
            loan = work.loans.get(loan_id, lock=True)
            if payable(loan) != (net, account):
                raise Conflict("the loan was changed while its account was checked: try again")
            now = self.clock.now()
            today = work.payouts.leaving_on(self.clock.today()) if rules.most_a_day else Money(0)
            may_pay(rules, amount=net, paid_today=today, balance=balance)
            payout = ready(
                self.ids.new(),
                loan_id,
                net,
                to=account,
                ref=self.ids.vendor_ref(),
                by=requested_by,
                at=now,
            )
            work.payouts.add(payout)
            work.outbox.add(PayoutReady(payout.id, loan_id))
            after = {"loan": str(loan_id), "amount": str(net), "rail": payout.rail.value}
            work.audit.add(AuditEvent("disbursement.disburse", "payout", payout.id, after=after))
            return work.finish(payout)

    def _balance(self, scope: BrandScope, loan: Loan) -> Money:
        def ask(bank: DisbursementGateway, _: VendorRef) -> Outcome[Money]:
            return bank.balance()

        subject = Subject("loan", loan.id)
        asked = self.banks.ask(scope, ProviderKind.DISBURSEMENT, "balance", subject, ask, effect=Effect.LOOK_UP)
        if not isinstance(asked.outcome, Done):
            raise ProviderUnavailable("the bank does not tell the balance now")
        return asked.outcome.value


@attrs.frozen
class DisburseSigned:
    """What follows on a signature: pay, if the brand pays by itself; where a check says no, note it for staff and leave the loan."""

    begin: Begin[BrandScope, PayoutWork]
    disburse: Disburse
    settings: SettingsReader

    def __call__(self, scope: BrandScope, loan_id: LoanId) -> Payout | None:
        """Return the payout, or None where the loan is held. Raises ProviderUnavailable: try again."""
        if not self.settings.page(scope, DisbursementRules).automatic:
            with self.begin(scope) as work:
                return work.finish(None)
        try:
            return self.disburse(scope, loan_id)
        except Rejected as no:
            with self.begin(scope) as work:
                reasons = ",".join(no.reasons)
                work.outbox.add(DisbursementHeld(loan_id, reasons))
                work.audit.add(AuditEvent("disbursement.hold", "loan", loan_id, after={"held": reasons}))
                return work.finish(None)
