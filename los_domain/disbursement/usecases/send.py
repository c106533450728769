"""A payout on its way: sent once, asked about until the bank tells."""

from uuid import UUID

import attrs

from los_domain.brands.ports import Effect, NoProvider, Providers, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.disbursement.events import PayoutSent
from los_domain.disbursement.model import Payout, PayoutStatus, Transfer, TransferOrder
from los_domain.disbursement.policy import answered, called_off, cut_short, sending, told
from los_domain.disbursement.ports import DisbursementGateway, Payee, Payees
from los_domain.disbursement.usecases.work import PayoutWork, take_effect
from los_domain.loans.states import LoanStatus
from los_domain.shared.actor import BrandScope
from los_domain.shared.clocks import Clock
from los_domain.shared.errors import ProviderUnavailable
from los_domain.shared.ids import ProviderId, VendorRef
from los_domain.shared.outcome import Misconfigured, MisconfiguredIn, Outcome
from los_domain.shared.work import Begin


class StillOpen(ProviderUnavailable):
    """The bank has not decided. Nothing is wrong: ask again."""


@attrs.frozen
class SendPayout:
    """
    Send a payout that certainly is at no bank, under its one reference.

    It is marked as being sent before the call, so that a process that dies leaves it to be asked about, not sent again.
    """

    begin: Begin[BrandScope, PayoutWork]
    banks: Providers
    payees: Payees
    clock: Clock

    def __call__(self, scope: BrandScope, payout_id: UUID) -> Payout:
        """Return the payout as the answer leaves it; unchanged, where it is not to be sent (now)."""
        with self.begin(scope.undelivered) as work:
            payout = work.payouts.get(payout_id)
            customer = work.loans.get(payout.loan_id).customer_id
        payee = self.payees.known(scope, customer, payout.account_id)
        number = self._mark(scope, payout_id)
        if number is None:
            with self.begin(scope) as work:
                return work.finish(work.payouts.get(payout_id))
        outcome, provider, name = self._send(scope, payout, payee, number=number)
        with self.begin(scope) as work:
            work.loans.get(payout.loan_id, lock=True)
            payout, at = work.payouts.lock(payout_id), self.clock.now()
            if payout.status is not PayoutStatus.SENDING:  # somebody took the call for cut short, and has asked since
                return work.finish(payout)
            moved = answered(payout, outcome, provider=provider, name=name, at=at)
            payout = take_effect(work, payout, moved, verb="send", at=at)
            if payout.status.is_open:
                work.outbox.add(PayoutSent(payout.id, payout.loan_id))
            return work.finish(payout)

    def _mark(self, scope: BrandScope, payout_id: UUID) -> str | None:
        """Commit that the payout is being sent and return its loan's number; None where it is not to be sent (now)."""
        with self.begin(scope.undelivered) as work:
            loan = work.loans.get(work.payouts.get(payout_id).loan_id, lock=True)
            payout, now = work.payouts.lock(payout_id), self.clock.now()
            if payout.status is not PayoutStatus.READY or payout.look_at is None or payout.look_at > now:
                return None
            if loan.status is not LoanStatus.AGREEMENT_SIGNED:
                take_effect(work, payout, called_off(payout), verb="call-off", at=now)
                return None
            work.payouts.save(sending(payout, at=now))
            work.loans.save(attrs.evolve(loan, is_paying=True))
            return loan.number

    def _send(
        self, scope: BrandScope, payout: Payout, payee: Payee, *, number: str
    ) -> tuple[Outcome[Transfer], ProviderId | None, str]:
        order = TransferOrder(
            amount=payout.amount,
            account=payee.account,
            ifsc=payee.ifsc,
            beneficiary=payee.name,
            phone=payee.phone,
            email=payee.email,
            narration=f"Loan {number}",
            rail=payout.rail,
        )

        def transfer(bank: DisbursementGateway, ref: VendorRef) -> Outcome[Transfer]:
            return bank.transfer(order, ref=ref)

        kind, subject = ProviderKind.DISBURSEMENT, Subject("payout", payout.id)
        try:
            asked = self.banks.ask(scope, kind, "transfer", subject, transfer, effect=Effect.ONCE, ref=payout.ref)
        except NoProvider:
            return Misconfigured(MisconfiguredIn.ACCOUNT, "NO_PROVIDER"), None, ""
        return asked.outcome, asked.provider, asked.name


@attrs.frozen
class AskForPayout:
    """Ask the bank that has a payout where it stands. A call that was cut short is first taken for what it was."""

    begin: Begin[BrandScope, PayoutWork]
    banks: Providers
    clock: Clock

    def __call__(self, scope: BrandScope, payout_id: UUID) -> Payout:
        """Return the payout as the answer leaves it; unchanged, where nothing is open or it is too early to ask."""
        with self.begin(scope.undelivered) as work:
            payout = work.payouts.get(payout_id)
            work.loans.get(payout.loan_id, lock=True)
            payout, now = work.payouts.lock(payout_id), self.clock.now()
            if payout.status is PayoutStatus.SENDING:
                bank = work.payouts.bank_of(payout_id)
                moved = cut_short(payout, provider=bank and bank[0], name=bank[1] if bank else "", at=now)
                if moved.payout is not payout:
                    take_effect(work, payout, moved, verb="cut-short", at=now)
                    payout = work.payouts.get(payout_id)
        provider, sent_on = payout.provider, payout.sent_on
        due = payout.look_at is not None and payout.look_at <= self.clock.now()
        if not payout.status.is_open or not due or provider is None or sent_on is None:
            return payout

        def status(bank: DisbursementGateway, ref: VendorRef) -> Outcome[Transfer]:
            return bank.status(ref, bank_reference=payout.bank_reference, rail=payout.rail, sent_on=sent_on)

        asked = self.banks.ask_again(scope, provider, "status", Subject("payout", payout.id), status, ref=payout.ref)
        with self.begin(scope.undelivered) as work:
            work.loans.get(payout.loan_id, lock=True)
            payout, at = work.payouts.lock(payout_id), self.clock.now()
            if not payout.status.is_open:
                return payout
            moved = told(payout, asked.outcome, at=at)
            take_effect(work, payout, moved, verb="ask", at=at)
            return work.payouts.get(payout_id)


FOLLOWED_FOR = 6
"""How many enquiries follow a payout at once; from then on the job of every minute asks when it is time."""


@attrs.frozen
class FollowPayout:
    """Ask about a payout within seconds of sending it, until the bank decides or its silence becomes the job's."""

    begin: Begin[BrandScope, PayoutWork]
    ask: AskForPayout
    clock: Clock

    def __call__(self, scope: BrandScope, payout_id: UUID) -> Payout:
        """Return the decided payout. Raises StillOpen: call again after the seconds it names."""
        payout = self.ask(scope, payout_id)
        if payout.status.is_open and payout.asked < FOLLOWED_FOR and payout.look_at is not None:
            wait = (payout.look_at - self.clock.now()).total_seconds()
            raise StillOpen("the bank has not decided yet", retry_after_seconds=max(1, int(wait) + 1))
        with self.begin(scope) as work:
            return work.finish(payout)
