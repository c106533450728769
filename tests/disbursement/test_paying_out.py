"""
Paying out over the real database and the sandbox's bank: one credit by the bank's own record, on good days and on bad ones.
"""

import threading
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest

from los_adapters.bootstrap import Application
from los_domain.brands.providers import ProviderKind
from los_domain.disbursement.events import (
    DisbursementHeld,
    PayoutFailed,
    PayoutStuck,
)
from los_domain.disbursement.model import Payout, PayoutStatus, Verdict
from los_domain.disbursement.policy import DisbursementRules
from los_domain.disbursement.usecases.disburse import Disburse, DisburseSigned
from los_domain.disbursement.usecases.find_out import DecideFinding, ReportFinding
from los_domain.disbursement.usecases.send import AskForPayout, FollowPayout, SendPayout, StillOpen
from los_domain.ledger import LedgerAccount, balance
from los_domain.loans.model import Loan
from los_domain.loans.policy import fire
from los_domain.loans.servicing import account_of
from los_domain.loans.states import IllegalTransition, LoanEvent, LoanStatus
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.dates import india_day
from los_domain.shared.errors import Conflict, Forbidden, ProviderUnavailable, Rejected
from los_domain.shared.ids import ProviderId, StaffId
from los_domain.shared.money import Money
from tests.loans.stored import a_stored_loan
from tests.money import ProvedAccount, idfc_config, use
from tests.sandbox.running import Sandbox
from tests.services import SettableClock, SomeBrand, a_lender_and_brand
from tests.told import told

S = PayoutStatus
ASHA, BELA = StaffId(UUID(int=21)), StaffId(UUID(int=22))


@attrs.define
class Desk:
    """A brand with a bank, and the use cases of paying out over it."""

    application: Application
    sandbox: Sandbox
    clock: SettableClock
    brand: SomeBrand
    bank: dict[str, Any]
    provider: ProviderId
    payees: ProvedAccount = attrs.field(factory=ProvedAccount)

    @property
    def begin(self) -> Any:
        return self.application.core.postgres.begin

    @property
    def disburse(self) -> Disburse:
        core = self.application.core
        return Disburse(
            self.begin, self.payees, self.application.providers, self.application.pages, self.clock, core.ids
        )

    @property
    def send(self) -> SendPayout:
        return SendPayout(self.begin, self.application.providers, self.payees, self.clock)

    @property
    def ask(self) -> AskForPayout:
        return AskForPayout(self.begin, self.application.providers, self.clock)

    @property
    def follow(self) -> FollowPayout:
        return FollowPayout(self.begin, self.ask, self.clock)

    def loan(self, number: int = 1, **changed: Any) -> Loan:
        return a_stored_loan(self.begin, self.brand, number=number, **changed)

    def stored(self, loan: Loan) -> Loan:
        with self.begin(self.brand.scope()) as work:
            return work.loans.get(loan.id)

    def payout(self, payout: Payout) -> Payout:
        with self.begin(self.brand.scope()) as work:
            return work.payouts.get(payout.id)

    def rules(self, **changed: Any) -> None:
        self.application.settings.save(self.brand.scope(), DisbursementRules(**changed), version=0)

    def credits(self, payout: Payout) -> list[dict[str, Any]]:
        return self.sandbox.record("bank-credits", reference=str(payout.ref))

    def until_decided(self, payout: Payout, *, step: timedelta = timedelta(seconds=20), most: int = 12) -> Payout:
        """Ask again and again, moving business time, as the job of every minute would."""
        for _ in range(most):
            found = self.ask(self.brand.scope(), payout.id)
            if not found.status.is_open:
                return found
            self.clock.at += step
        raise AssertionError(f"still {found.status}")


@pytest.fixture
def clock(sandbox: Sandbox) -> SettableClock:
    """Business time as the sandbox has it: a bank's enquiry names the day."""
    return SettableClock(datetime.fromisoformat(sandbox.http.get("/_sandbox/clock").json()["now"]))


@pytest.fixture
def desk(application: Application, sandbox: Sandbox, clock: SettableClock) -> Desk:
    brand = a_lender_and_brand(application)
    known = sandbox.account("idfc")
    sandbox.act("idfc", "settle-after", seconds=0)
    provider = use(application, brand, ProviderKind.DISBURSEMENT, "IDFC", idfc_config(known))
    return Desk(application, sandbox, clock, brand, known, provider)


class TestAGoodDay:
    def test_one_credit_of_the_net_amount_and_the_loan_is_disbursed(self, desk: Desk) -> None:
        loan = desk.loan()
        payout = desk.disburse(desk.brand.scope(), loan.id)
        assert (payout.status, payout.amount) == (S.READY, Money.rupees(48_820))
        assert desk.stored(loan).status is LoanStatus.AGREEMENT_SIGNED
        sent = desk.send(desk.brand.scope(), payout.id)
        assert (sent.status, sent.provider, bool(sent.bank_reference)) == (S.PENDING, desk.provider, True)
        assert desk.stored(loan).status is LoanStatus.AGREEMENT_SIGNED  # accepted is not credited
        paid = desk.until_decided(payout)
        assert (paid.status, paid.paid_on) == (S.PAID, india_day(desk.clock.at))
        (credit,) = desk.credits(payout)
        assert (credit["amountPaise"], credit["account"], credit["utr"]) == (
            48_820_00,
            desk.payees.account,
            paid.bank_reference,
        )
        after = desk.stored(loan)
        assert (after.status, after.disbursed_on) == (LoanStatus.DISBURSED, paid.paid_on)
        assert after.standing.outstanding == Money.rupees(50_000)
        with desk.begin(desk.brand.scope()) as work:
            (transaction,) = work.books.transactions_of(loan.id)
            assert (transaction.id, transaction.channel) == (payout.id, "IDFC")
            balances = balance(work.books.journals_of(loan.id))
            assert sum(money.paise for money in balances.values()) == 0
            assert {ref.account: money for ref, money in balances.items()}[LedgerAccount.BANK] == Money(-48_820_00)
            account = account_of(work, after, india_day(desk.clock.at))
            assert account.outstanding.principal == Money.rupees(50_000)
            assert [(step.event, step.after) for step in work.loans.history(loan.id)[1:]] == [
                (LoanEvent.DISBURSE, LoanStatus.DISBURSED)
            ]
        assert told(desk.application) == [
            "disbursement.ready",
            "disbursement.sent",
            "loans.disbursed",
            "disbursement.paid",
        ]

    def test_it_is_followed_within_seconds(self, desk: Desk) -> None:
        desk.sandbox.act("idfc", "settle-after", seconds=3600)
        payout = desk.disburse(desk.brand.scope(), desk.loan().id)
        desk.send(desk.brand.scope(), payout.id)
        waits = []
        for _ in range(20):
            try:
                assert desk.follow(desk.brand.scope(), payout.id).status is S.PENDING
                break
            except StillOpen as still:
                waits.append(still.retry_after_seconds)
                desk.clock.at += timedelta(seconds=still.retry_after_seconds)
        assert waits == [6, 31, 121, 301, 901, 3601]  # then it is the job's, every minute

    def test_whoever_asks_again_gets_the_payout_there_is(self, desk: Desk) -> None:
        loan = desk.loan()
        first = desk.disburse(desk.brand.scope(), loan.id)
        assert desk.disburse(desk.brand.scope(), loan.id) == first
        desk.send(desk.brand.scope(), first.id)
        desk.send(desk.brand.scope(), first.id)  # the event came twice
        desk.until_decided(first)
        assert desk.disburse(desk.brand.scope(), loan.id, requested_by=ASHA).id == first.id
        assert len(desk.credits(first)) == 1

    def test_two_instructions_at_once_are_one(self, desk: Desk) -> None:
        loan, found, barrier = desk.loan(), [], threading.Barrier(4)

        def go() -> None:
            barrier.wait()
            try:
                found.append(desk.disburse(desk.brand.scope(), loan.id).id)
            except Conflict:
                found.append(None)

        threads = [threading.Thread(target=go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({each for each in found if each}) == 1

    def test_two_workers_at_once_send_once(self, desk: Desk) -> None:
        payout = desk.disburse(desk.brand.scope(), desk.loan().id)
        threads = [threading.Thread(target=desk.send, args=(desk.brand.scope(), payout.id)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.until_decided(payout)
        assert len(desk.credits(payout)) == 1
        assert desk.payout(payout).tries == 1


class TestABadDay:
    def test_an_answer_lost_after_sending_ends_in_exactly_one_credit(self, desk: Desk) -> None:
        loan = desk.loan()
        payout = desk.disburse(desk.brand.scope(), loan.id)
        desk.sandbox.arm("idfc", "success_then_timeout", call="fundTransfer")
        sent = desk.send(desk.brand.scope(), payout.id)
        assert (sent.status, sent.bank_reference) == (S.UNKNOWN, "")
        desk.send(desk.brand.scope(), payout.id)  # delivered again: not sent again
        paid = desk.until_decided(payout)
        assert paid.status is S.PAID
        assert len(desk.credits(payout)) == 1
        assert desk.stored(loan).status is LoanStatus.DISBURSED

    def test_with_enquiries_failing_for_two_days_it_stays_unknown_is_shown_and_is_not_sent_again(
        self, desk: Desk
    ) -> None:
        loan = desk.loan()
        payout = desk.disburse(desk.brand.scope(), loan.id)
        desk.sandbox.arm("idfc", "success_then_timeout", call="fundTransfer")
        desk.sandbox.arm("idfc", "server_error", call="paymentTransactionStatus", times=1000)
        desk.send(desk.brand.scope(), payout.id)
        for _ in range(60):
            found = desk.ask(desk.brand.scope(), payout.id)
            desk.clock.at += timedelta(hours=1)
        assert found.status is S.UNKNOWN
        assert desk.stored(loan).status is LoanStatus.AGREEMENT_SIGNED
        assert told(desk.application).count(PayoutStuck.topic) == 1
        assert desk.disburse(desk.brand.scope(), loan.id, requested_by=ASHA).id == payout.id
        desk.send(desk.brand.scope(), payout.id)
        assert len(desk.credits(payout)) == 1
        # two people read the bank's statement
        credit = desk.credits(payout)[0]
        report = ReportFinding(desk.begin, desk.clock)
        decide = DecideFinding(desk.begin, desk.clock)
        sent_on = found.sent_on
        report(
            desk.brand.scope(), payout.id, verdict=Verdict.PAID, bank_reference=credit["utr"], paid_on=sent_on,
            reason="on the statement", by=ASHA,
        )  # fmt: skip
        assert desk.stored(loan).status is LoanStatus.AGREEMENT_SIGNED
        with pytest.raises(Forbidden):
            decide(desk.brand.scope(), payout.id, agrees=True, by=ASHA)
        assert decide(desk.brand.scope(), payout.id, agrees=True, by=BELA).status is S.PAID
        after = desk.stored(loan)
        assert (after.status, after.disbursed_on) == (LoanStatus.DISBURSED, sent_on)

    def test_a_worker_that_dies_in_the_call_leaves_it_to_be_asked_about(self, desk: Desk) -> None:
        payout = desk.disburse(desk.brand.scope(), desk.loan().id)
        providers = desk.application.providers

        class Dying:
            """The process ends after the bank took the transfer, before anybody wrote that down."""

            def ask(self, *args: Any, **named: Any) -> Any:
                providers.ask(*args, **named)
                raise SystemExit

        with pytest.raises(SystemExit):
            SendPayout(desk.begin, Dying(), desk.payees, desk.clock)(desk.brand.scope(), payout.id)  # type: ignore[arg-type]
        assert desk.payout(payout).status is S.SENDING
        assert desk.send(desk.brand.scope(), payout.id).status is S.SENDING
        desk.clock.at += timedelta(minutes=3)
        assert desk.until_decided(payout).status is S.PAID
        assert len(desk.credits(payout)) == 1

    def test_a_worker_that_dies_before_the_call_leaves_it_to_be_sent(self, desk: Desk) -> None:
        payout = desk.disburse(desk.brand.scope(), desk.loan().id)

        class Dying:
            def ask(self, *_: Any, **__: Any) -> Any:
                raise SystemExit

        with pytest.raises(SystemExit):
            SendPayout(desk.begin, Dying(), desk.payees, desk.clock)(desk.brand.scope(), payout.id)  # type: ignore[arg-type]
        desk.clock.at += timedelta(minutes=3)
        assert desk.ask(desk.brand.scope(), payout.id).status is S.READY
        desk.clock.at += timedelta(minutes=1)
        desk.send(desk.brand.scope(), payout.id)
        assert desk.until_decided(payout).status is S.PAID
        assert len(desk.credits(payout)) == 1

    @pytest.mark.parametrize("kind", ["rate_limited", "down"])
    def test_what_the_bank_certainly_did_not_take_is_sent_again_under_the_same_reference(
        self, desk: Desk, kind: str
    ) -> None:
        payout = desk.disburse(desk.brand.scope(), desk.loan().id)
        desk.sandbox.arm("idfc", kind, call="token")
        sent = desk.send(desk.brand.scope(), payout.id)
        assert (sent.status, desk.credits(payout)) == (S.READY, [])
        assert desk.send(desk.brand.scope(), payout.id).tries == 1  # not before its time
        time.sleep(1.1)  # the bank asked for a second of patience, by the wall clock
        desk.clock.at += timedelta(minutes=1)
        desk.send(desk.brand.scope(), payout.id)
        paid = desk.until_decided(payout)
        assert (paid.status, paid.tries, paid.ref) == (S.PAID, 2, payout.ref)
        assert len(desk.credits(payout)) == 1

    def test_the_banks_no_leaves_the_loan_to_another_payout(self, desk: Desk) -> None:
        loan = desk.loan()
        desk.payees.account = "99999999999"
        first = desk.disburse(desk.brand.scope(), loan.id)
        failed = desk.send(desk.brand.scope(), first.id)
        assert (failed.status, failed.reason) == (S.FAILED, "ACCOUNT_INVALID")
        assert told(desk.application)[-1] == PayoutFailed.topic
        desk.payees.account = ProvedAccount().account
        second = desk.disburse(desk.brand.scope(), loan.id)
        assert second.id != first.id
        assert second.ref != first.ref
        desk.send(desk.brand.scope(), second.id)
        assert desk.until_decided(second).status is S.PAID

    def test_money_that_was_left_open_and_then_declined(self, desk: Desk) -> None:
        loan = desk.loan()
        payout = desk.disburse(desk.brand.scope(), loan.id)
        desk.sandbox.arm("idfc", "pending", call="fundTransfer")
        desk.send(desk.brand.scope(), payout.id)
        desk.clock.at += timedelta(minutes=1)
        assert desk.ask(desk.brand.scope(), payout.id).status is S.PENDING
        desk.sandbox.act("idfc", "decide", transactionId=str(payout.ref), outcome="failed")
        desk.clock.at += timedelta(minutes=1)
        assert desk.ask(desk.brand.scope(), payout.id).status is S.FAILED
        assert desk.stored(loan).status is LoanStatus.AGREEMENT_SIGNED
        assert desk.credits(payout) == []

    def test_without_a_bank_it_waits(self, application: Application, sandbox: Sandbox, clock: SettableClock) -> None:
        brand = a_lender_and_brand(application)
        desk = Desk(application, sandbox, clock, brand, {}, ProviderId(UUID(int=0)))
        payout = desk.disburse(brand.scope(), desk.loan().id)
        sent = desk.send(brand.scope(), payout.id)
        assert (sent.status, sent.reason) == (S.READY, "MISCONFIGURED NO_PROVIDER")

    @pytest.mark.parametrize("event", [LoanEvent.LAPSE, LoanEvent.REJECT, LoanEvent.WITHDRAW])
    def test_a_loan_cannot_end_while_its_money_may_be_on_its_way(self, desk: Desk, event: LoanEvent) -> None:
        loan = desk.loan()
        payout = desk.disburse(desk.brand.scope(), loan.id)
        desk.sandbox.arm("idfc", "pending", call="fundTransfer")
        desk.send(desk.brand.scope(), payout.id)
        by = Actor(ActorKind.BORROWER) if event is LoanEvent.WITHDRAW else Actor.system("test")
        with pytest.raises(IllegalTransition):
            fire(desk.stored(loan), event, by=by)
        desk.sandbox.act("idfc", "decide", transactionId=str(payout.ref), outcome="failed")
        desk.clock.at += timedelta(minutes=1)
        desk.ask(desk.brand.scope(), payout.id)
        assert fire(desk.stored(loan), event, by=by).loan.status is LoanStatus.REJECTED

    def test_a_loan_that_ended_meanwhile_is_not_paid(self, desk: Desk) -> None:
        loan = desk.loan()
        payout = desk.disburse(desk.brand.scope(), loan.id)
        with desk.begin(desk.brand.scope()) as work:
            locked = work.loans.get(loan.id, lock=True)
            work.loans.save(fire(locked, LoanEvent.LAPSE, by=desk.brand.scope().actor).loan)
        assert desk.send(desk.brand.scope(), payout.id).status is S.FAILED
        assert desk.payout(payout).reason == "CALLED_OFF"
        assert desk.credits(payout) == []


class TestChecks:
    def test_an_account_that_no_longer_holds_is_refused_before_anything_is_written(self, desk: Desk) -> None:
        desk.payees.refusal = Rejected("the account does not exist any more", reasons=["ACCOUNT_INVALID"])
        loan = desk.loan()
        with pytest.raises(Rejected):
            desk.disburse(desk.brand.scope(), loan.id, requested_by=ASHA)
        with desk.begin(desk.brand.scope()) as work:
            assert work.payouts.latest_of(loan.id) is None

    def test_a_signature_that_cannot_be_followed_is_noted_for_staff(self, desk: Desk) -> None:
        desk.payees.refusal = Rejected("no", reasons=["ACCOUNT_INVALID", "NAME_MISMATCH"])
        signed = DisburseSigned(desk.begin, desk.disburse, desk.application.pages)
        assert signed(desk.brand.scope(), desk.loan().id) is None
        assert told(desk.application) == [DisbursementHeld.topic]

    def test_no_bank_to_prove_the_account_with_is_no_verdict(self, desk: Desk) -> None:
        desk.payees.refusal = ProviderUnavailable("no bank answers")
        signed = DisburseSigned(desk.begin, desk.disburse, desk.application.pages)
        with pytest.raises(ProviderUnavailable):
            signed(desk.brand.scope(), desk.loan().id)
        assert told(desk.application) == []

    def test_a_brand_that_pays_by_hand(self, desk: Desk) -> None:
        desk.rules(automatic=False)
        signed, loan = DisburseSigned(desk.begin, desk.disburse, desk.application.pages), desk.loan()
        assert signed(desk.brand.scope(), loan.id) is None
        assert desk.disburse(desk.brand.scope(), loan.id, requested_by=ASHA).requested_by == ASHA

    @pytest.mark.parametrize("rules", [{"halted": True}, {"most_a_day": Money.rupees(90_000)}])
    def test_limits_of_the_brand(self, desk: Desk, rules: dict[str, Any]) -> None:
        desk.rules(**rules)
        if "most_a_day" in rules:
            desk.disburse(desk.brand.scope(), desk.loan(1).id)
        with pytest.raises(Rejected):
            desk.disburse(desk.brand.scope(), desk.loan(2).id)

    def test_a_balance_that_does_not_suffice(self, desk: Desk) -> None:
        desk.rules(check_balance=True)
        desk.disburse(desk.brand.scope(), desk.loan(1).id)
        huge = {"sanctioned": Money.rupees(10**11), "amount": Money.rupees(10**11)}
        with pytest.raises(Rejected) as refused:
            desk.disburse(desk.brand.scope(), desk.loan(2, **huge).id)
        assert refused.value.reasons == ("BALANCE_TOO_LOW",)

    def test_only_a_signed_loan(self, desk: Desk) -> None:
        with pytest.raises(Conflict):
            desk.disburse(desk.brand.scope(), desk.loan(status=LoanStatus.AGREEMENT_PENDING).id)
