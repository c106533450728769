"""
A borrower pays, over HTTP, the real database and the sandbox's gateway: whatever the notices do, each captured payment counts once.
"""

import hashlib
import hmac
import itertools
import threading
import time
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.payments.tables import receipts
from los_adapters.shared.tables import attempts, inbox
from los_domain.brands.providers import ProviderKind
from los_domain.ledger import LedgerAccount, balance
from los_domain.loans.model import Loan
from los_domain.loans.servicing import account_of
from los_domain.loans.states import LoanStatus
from los_domain.payments.events import PaymentReceived, PaymentReversed, PaymentUnmatched
from los_domain.payments.model import (
    CollectionStatus,
    GatewayPayment,
    ManualMode,
    ManualStatus,
    PaymentState,
    Purpose,
    ReceiptStatus,
    RefundStatus,
)
from los_domain.payments.usecases.notice import believe
from los_domain.repayment import payoff
from los_domain.shared.actor import Actor, ActorKind, PlatformScope
from los_domain.shared.errors import Conflict, Forbidden, Invalid
from los_domain.shared.ids import CustomerId, ProviderId, StaffId
from los_domain.shared.money import Money
from tests.borrowers import Speaker, a_borrower
from tests.loans.stored import a_disbursed_loan
from tests.money import razorpay_config, use
from tests.sandbox.running import Receiver, Sandbox
from tests.services import TEST, SettableClock, SomeBrand, a_lender_and_brand
from tests.told import told

C, R = CollectionStatus, ReceiptStatus
ASHA, BELA = StaffId(UUID(int=21)), StaffId(UUID(int=22))
KEYS = (f"key-{number}" for number in itertools.count())


@attrs.define
class Desk:
    """A borrower with a loan, and a gateway whose notices lie in *posts* until the test hands them over."""

    application: Application
    sandbox: Sandbox
    clock: SettableClock
    brand: SomeBrand
    borrower: Speaker
    loan: Loan
    posts: Receiver
    provider: ProviderId
    handed: int = 0

    @property
    def begin(self) -> Any:
        return self.application.core.postgres.begin

    @property
    def scope(self) -> Any:
        return self.brand.scope()

    def pay(self, *, status: int = 201, key: str = "", **body: Any) -> dict[str, Any]:
        path = f"/web/loans/{self.loan.id}/pay"
        return dict(self.borrower.post(path, {"purpose": "DUES", **body}, status=status, key=key or next(KEYS)))

    def captured(self, order: dict[str, Any], outcome: str = "captured", **more: Any) -> str:
        answer = self.sandbox.act("razorpay", "pay", orderId=order["orderId"], outcome=outcome, **more)
        return str(answer.json()["paymentId"])

    def notices(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """Wait for *count* more notices and return them."""
        posted = self.posts.wait(self.handed + count)[self.handed : self.handed + count]
        self.handed += count
        return [(dict(headers), body) for _, headers, body in posted]

    def tell(self, headers: dict[str, str], body: bytes) -> int:
        """Post a notice to the API, as the gateway would."""
        sent = {name: value for name, value in headers.items() if name.startswith(("x-", "content-type"))}
        return self.borrower.http.post("/api/v1/webhook/razorpay", content=body, headers=sent).status_code

    def work_off(self) -> None:
        """Let a worker believe what was kept."""
        with self.begin(PlatformScope(TEST)) as work:
            kept = list(work.context.connection.execute(sa.select(inbox.c.id).where(inbox.c.handled_at.is_(None))))
        for (inbox_id,) in kept:
            self.application.payments.apply_notice(self.scope, inbox_id)

    def stored(self) -> Loan:
        with self.begin(self.scope) as work:
            found: Loan = work.loans.get(self.loan.id)
            return found

    def receipts(self) -> list[tuple[str, int, str]]:
        with self.begin(self.scope) as work:
            c = receipts.c
            rows = work.context.connection.execute(
                sa.select(c.reference, c.amount_paise, c.status).order_by(c.received_at, c.id)
            )
            return [tuple(row) for row in rows]

    def is_proved(self) -> None:
        """Assert that balances, ledger and receipts tell one story."""
        loan = self.stored()
        with self.begin(self.scope) as work:
            account = account_of(work, loan, loan.standing.folded_up_to or self.clock.today())
            found = balance(work.books.journals_of(loan.id))
        balances = {ref.account: money for ref, money in found.items()}  # but for the bank, an account is one
        assert loan.standing.outstanding == account.outstanding.total
        assert loan.standing.excess == account.excess
        assert sum(money.paise for money in found.values()) == 0
        assert balances.get(LedgerAccount.PRINCIPAL, Money(0)) == account.outstanding.principal
        assert -balances.get(LedgerAccount.EXCESS, Money(0)) == account.excess

    def unmatched(self) -> Money:
        with self.begin(self.scope) as work:
            rows = work.context.connection.execute(
                sa.text(
                    "select coalesce(sum(case when debit = 'unmatched' then amount_paise else -amount_paise end), 0)"
                    " from journal_entries where debit = 'unmatched' or credit = 'unmatched'"
                )
            )
            return Money(-int(rows.scalar_one()))


@pytest.fixture
def clock(sandbox: Sandbox) -> SettableClock:
    """Business time as the sandbox has it: payments carry its instants."""
    return SettableClock(datetime.fromisoformat(sandbox.http.get("/_sandbox/clock").json()["now"]))


@pytest.fixture
def desk(
    application: Application,
    sandbox: Sandbox,
    clock: SettableClock,
    brand: SomeBrand,
    http: TestClient[Any],
    posts: Receiver,
) -> Desk:
    known = sandbox.account("razorpay", webhookUrl=posts.url)
    provider = use(application, brand, ProviderKind.COLLECTION, "RAZORPAY", razorpay_config(known))
    borrower = a_borrower(application, brand, http)
    begin = application.core.postgres.begin
    # Paid out so long ago that two instalments are due, the second one yesterday.
    on = _months_before(clock.today() - timedelta(days=1), 2)
    loan = a_disbursed_loan(begin, brand, on, customer=CustomerId(borrower.id))
    return Desk(application, sandbox, clock, brand, borrower, loan, posts, provider)


def _months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, 28))


class TestAGoodDay:
    def test_dues_are_paid_by_an_order_and_its_notice(self, desk: Desk) -> None:
        order = desk.pay()
        assert (order["status"], order["gateway"]) == ("OPEN", "RAZORPAY")
        assert {"name": "order_id", "value": order["orderId"]} in order["checkout"]
        payment = desk.captured(order)
        statuses = {desk.tell(*notice) for notice in desk.notices(3)}  # authorized, captured, order.paid
        assert statuses == {200}
        desk.work_off()
        after = desk.stored()
        assert (after.status, after.standing.overdue) == (LoanStatus.DISBURSED, Money(0))
        assert desk.receipts() == [(payment, Money.parse(order["amount"]).paise, "BOOKED")]
        assert desk.borrower.get(f"/web/loans/{desk.loan.id}/payments/{order['id']}")["status"] == "PAID"
        assert told(desk.application).count(PaymentReceived.topic) == 1
        desk.is_proved()

    def test_the_same_key_is_the_same_order_and_the_gateway_is_asked_once(self, desk: Desk) -> None:
        first = desk.pay(key="k1")
        again = desk.borrower.ask("POST", f"/web/loans/{desk.loan.id}/pay", {"purpose": "DUES"}, key="k1")
        assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (201, first, "true")
        assert desk.borrower.ask(
            "POST", f"/web/loans/{desk.loan.id}/pay", {"purpose": "DUES", "amount": "5.00"}, key="k1"
        ).status_code == 422  # fmt: skip
        with desk.begin(desk.scope) as work:
            asked = work.context.connection.execute(
                sa.select(sa.func.count()).select_from(attempts).where(attempts.c.call == "create_order")
            )
            assert asked.scalar_one() == 1

    def test_another_key_for_the_same_dues_is_the_same_open_order(self, desk: Desk) -> None:
        assert desk.pay()["id"] == desk.pay()["id"]
        assert desk.pay(amount="100.00")["id"] != desk.pay()["id"]

    def test_the_payoff_amount_closes_the_loan(self, desk: Desk) -> None:
        order = desk.pay(purpose="FORECLOSURE")
        with desk.begin(desk.scope) as work:
            quote = payoff(account_of(work, desk.stored(), desk.clock.today()), desk.clock.today())
        assert order["amount"] == str(quote.total)
        desk.captured(order)
        for notice in desk.notices(3):
            desk.tell(*notice)
        desk.work_off()
        after = desk.stored()
        assert (after.status, after.closed_on, after.standing.outstanding) == (
            LoanStatus.COMPLETED, desk.clock.today(), Money(0),
        )  # fmt: skip
        assert "loans.closed" in told(desk.application)
        desk.is_proved()

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"amount": "0.50"}, "amount"),
            ({"amount": "99999999.00"}, "amount"),
            ({"amount": "100"}, "amount"),
            ({"purpose": "PREPAYMENT"}, "amount"),
            ({"purpose": "FORECLOSURE", "amount": "5.00"}, "amount"),
            ({"purpose": "GIFT"}, "purpose"),
            ({"sum": "5.00"}, "sum"),
        ],
    )
    def test_what_cannot_be_paid_says_what_can(self, desk: Desk, body: dict[str, str], field: str) -> None:
        answer = desk.borrower.ask("POST", f"/web/loans/{desk.loan.id}/pay", body, key=next(KEYS))
        assert answer.status_code == 400
        assert field in [problem["field"] for problem in answer.json()["message"]]

    def test_a_key_is_needed(self, desk: Desk) -> None:
        assert desk.borrower.ask("POST", f"/web/loans/{desk.loan.id}/pay", {}).status_code == 400

    def test_somebody_elses_loan_is_no_loan(self, desk: Desk) -> None:
        other = a_borrower(desk.application, desk.brand, desk.borrower.http)
        assert other.ask("POST", f"/web/loans/{desk.loan.id}/pay", {}, key="k").status_code == 404
        order = desk.pay()
        assert other.ask("GET", f"/web/loans/{desk.loan.id}/payments/{order['id']}").status_code == 404

    def test_the_cooling_off_period_is_over(self, desk: Desk) -> None:
        path = f"/web/loans/{desk.loan.id}/pay"
        answer = desk.borrower.ask("POST", path, {"purpose": "COOLING_OFF"}, key=next(KEYS))
        assert (answer.status_code, answer.json()["reasons"]) == (422, ["OUTSIDE_COOLING_OFF"])


class TestNotices:
    def test_a_forged_one_is_kept_nowhere(self, desk: Desk) -> None:
        order = desk.pay()
        desk.sandbox.arm("razorpay", "forged_webhook", call="payment.captured")
        desk.captured(order)
        statuses = sorted(desk.tell(*notice) for notice in desk.notices(4))
        assert statuses == [200, 200, 200, 401]
        with desk.begin(PlatformScope(TEST)) as work:
            assert work.context.connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one() == 3

    def test_one_about_nothing_we_know_is_refused(self, desk: Desk) -> None:
        for body in (b"", b"{}", b"[]", b'{"payload":{"payment":{"entity":{"order_id":"order_unknown"}}}}', b"\xff"):
            assert desk.tell({"x-razorpay-signature": "0" * 64}, body) == 401

    def test_another_brands_secret_is_no_secret(self, desk: Desk) -> None:
        other = a_lender_and_brand(desk.application, name="Bharosa")
        known = desk.sandbox.account("razorpay", webhookUrl=desk.posts.url)
        use(desk.application, other, ProviderKind.COLLECTION, "RAZORPAY", razorpay_config(known))
        order = desk.pay()
        desk.captured(order)
        headers, body = desk.notices(3)[1]
        forged = hmac.new(known["webhookSecret"].encode(), body, hashlib.sha256).hexdigest()
        assert desk.tell({**headers, "x-razorpay-signature": forged}, body) == 401

    def test_a_notice_before_our_own_commit_is_refused_and_comes_again(self, desk: Desk) -> None:
        order = desk.pay()
        desk.captured(order)
        early = desk.notices(3)
        gateway_knows_more = [(h, b.replace(order["orderId"].encode(), b"order_notyetcommitted")) for h, b in early]
        assert {desk.tell(*notice) for notice in gateway_knows_more} == {401}
        assert {desk.tell(*notice) for notice in early} == {200}
        desk.work_off()
        assert len(desk.receipts()) == 1

    def test_twice_late_and_in_every_order_it_is_the_same(self, desk: Desk) -> None:
        order = desk.pay()
        desk.captured(order)
        notices = desk.notices(3)
        for arrangement in itertools.permutations(notices):
            for notice in arrangement:
                assert desk.tell(*notice) == 200
            desk.work_off()
        desk.clock.advance(days=3)
        for notice in notices:
            desk.tell(*notice)
        desk.work_off()
        assert len(desk.receipts()) == 1
        assert told(desk.application).count(PaymentReceived.topic) == 1
        with desk.begin(desk.scope) as work:
            assert len(work.books.transactions_of(desk.loan.id)) == 2
        desk.is_proved()

    def test_a_failed_payment_may_still_come_through(self, desk: Desk) -> None:
        order = desk.pay()
        payment = desk.captured(order, outcome="failed")
        for notice in desk.notices(1):
            desk.tell(*notice)
        desk.work_off()
        shown = desk.borrower.get(f"/web/loans/{desk.loan.id}/payments/{order['id']}")
        assert (shown["status"], shown["failure"]) == ("OPEN", "insufficient_funds")
        desk.sandbox.act("razorpay", "late-success", paymentId=payment)
        for notice in desk.notices(3):
            desk.tell(*notice)
        desk.work_off()
        assert desk.receipts() == [(payment, Money.parse(order["amount"]).paise, "BOOKED")]

    def test_a_second_payment_on_one_order_goes_back_by_itself(self, desk: Desk) -> None:
        order = desk.pay()
        first = desk.captured(order)
        second = desk.captured(order)
        for notice in reversed(desk.notices(7)):  # the refund is told of first
            desk.tell(*notice)
        desk.work_off()
        assert {(reference, status) for reference, _, status in desk.receipts()} == {
            (first, "BOOKED"), (second, "REVERSED"),
        }  # fmt: skip
        assert desk.stored().standing.excess == Money(0)
        assert told(desk.application).count(PaymentReversed.topic) == 1
        desk.is_proved()

    def test_captures_of_one_loan_at_once_are_all_booked(self, desk: Desk) -> None:
        orders = [desk.pay(amount=f"{100 + number}.00") for number in range(6)]
        for order in orders:
            desk.captured(order)
        for notice in desk.notices(18):
            desk.tell(*notice)
        with desk.begin(PlatformScope(TEST)) as work:
            kept = [row[0] for row in work.context.connection.execute(sa.select(inbox.c.id))]
        failures: list[BaseException] = []

        def go(mine: list[UUID]) -> None:
            for inbox_id in mine:
                for _ in range(20):
                    try:
                        desk.application.payments.apply_notice(desk.scope, inbox_id)
                        break
                    except Conflict:
                        continue
                    except BaseException as failure:
                        failures.append(failure)
                        return

        threads = [threading.Thread(target=go, args=(kept[start::4],)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert sorted(paise for _, paise, _ in desk.receipts()) == [10_000 + 100 * number for number in range(6)]
        desk.is_proved()


class TestWithoutANotice:
    def test_the_gateway_is_asked(self, desk: Desk) -> None:
        order = desk.pay()
        desk.sandbox.arm("razorpay", "no_webhook", call="*", times=9)
        payment = desk.captured(order)
        look = desk.application.payments.look
        assert look(desk.scope, UUID(order["id"])).status is C.OPEN  # too early
        desk.clock.advance(minutes=2)
        due = desk.application.payments.queries.collections_due(PlatformScope(TEST), desk.clock.now())
        assert due == [(desk.brand.id, UUID(order["id"]))]
        assert look(desk.scope, UUID(order["id"])).status is C.PAID
        assert [reference for reference, _, _ in desk.receipts()] == [payment]
        desk.is_proved()

    def test_an_order_that_nobody_pays_ends_after_days_of_asking(self, desk: Desk) -> None:
        order = desk.pay()
        for _ in range(200):
            desk.clock.advance(hours=1)
            found = desk.application.payments.look(desk.scope, UUID(order["id"]))
        assert (found.status, found.look_at) == (C.EXPIRED, None)
        assert found.asked < 25

    def test_money_on_an_order_that_ended_is_booked_all_the_same(self, desk: Desk) -> None:
        order = desk.pay()
        for _ in range(30):
            desk.clock.advance(hours=6)
            desk.application.payments.look(desk.scope, UUID(order["id"]))
        desk.captured(order)
        for notice in desk.notices(3):
            desk.tell(*notice)
        desk.work_off()
        assert len(desk.receipts()) == 1

    @pytest.mark.parametrize("kind", ["server_error", "garbage", "success_then_timeout", "rate_limited"])
    def test_a_gateway_that_does_not_answer_is_202_and_a_worker_goes_on(self, desk: Desk, kind: str) -> None:
        desk.sandbox.arm("razorpay", kind, call="createOrder", times=1)
        answer = desk.borrower.ask("POST", f"/web/loans/{desk.loan.id}/pay", {"purpose": "DUES"}, key="k9")
        assert answer.status_code == 202
        begun = answer.json()
        assert answer.headers["location"] == f"/api/v1/web/loans/{desk.loan.id}/payments/{begun['id']}"
        assert begun["status"] == "STARTING"
        replay = desk.borrower.ask("POST", f"/web/loans/{desk.loan.id}/pay", {"purpose": "DUES"}, key="k9")
        assert (replay.status_code, replay.json()) == (202, begun)
        time.sleep(1.1 if kind == "rate_limited" else 0)
        assert desk.application.payments.open_order(desk.scope, UUID(begun["id"])).status is C.OPEN
        shown = desk.borrower.get(f"/web/loans/{desk.loan.id}/payments/{begun['id']}")
        assert shown["status"] == "OPEN"

    def test_a_refusal_of_the_gateway_ends_it(self, desk: Desk) -> None:
        desk.sandbox.arm("razorpay", "refuse", call="createOrder")
        assert desk.pay()["status"] == "REFUSED"


class TestMoneyWithoutADue:
    def closed(self, desk: Desk) -> None:
        desk.captured(desk.pay(purpose="FORECLOSURE"))
        for notice in desk.notices(3):
            desk.tell(*notice)
        desk.work_off()
        assert desk.stored().status is LoanStatus.COMPLETED

    def test_money_after_the_end_is_the_borrowers_and_goes_back_by_two_people(self, desk: Desk) -> None:
        late = desk.pay(amount="500.00")
        self.closed(desk)
        payment = desk.captured(late)
        for notice in desk.notices(3):
            desk.tell(*notice)
        desk.work_off()
        assert desk.stored().standing.excess == Money.rupees(500)
        payments = desk.application.payments
        with desk.begin(desk.scope) as work:
            receipt = work.receipts.find("RAZORPAY", payment)
        with pytest.raises(Invalid):
            payments.propose_refund(desk.scope, receipt.id, amount=Money.rupees(501), reason="x", by=ASHA)
        refund = payments.propose_refund(desk.scope, receipt.id, amount=Money.rupees(500), reason="paid twice", by=ASHA)
        with pytest.raises(Invalid):  # the same money is not promised twice
            payments.propose_refund(desk.scope, receipt.id, amount=Money.rupees(1), reason="paid twice", by=ASHA)
        with pytest.raises(Forbidden):
            payments.decide_refund(desk.scope, refund.id, agrees=True, by=ASHA)
        staff = desk.brand.scope(Actor(ActorKind.STAFF, BELA))
        assert payments.decide_refund(staff, refund.id, agrees=True, by=BELA).status is RefundStatus.READY
        assert desk.stored().standing.excess == Money(0)
        desk.sandbox.arm("razorpay", "success_then_timeout", call="refund")
        assert payments.send_refund(desk.scope, refund.id).status is RefundStatus.READY
        desk.clock.advance(minutes=1)
        assert payments.send_refund(desk.scope, refund.id).status is RefundStatus.DONE
        assert len(desk.sandbox.record("refunds", paymentId=payment)) == 1
        for notice in desk.notices(2):  # refund.created, refund.processed: of ours, so nothing more
            desk.tell(*notice)
        desk.work_off()
        with desk.begin(desk.scope) as work:
            assert work.receipts.get(receipt.id).refunded == Money.rupees(500)
        desk.is_proved()

    def test_a_refund_that_the_gateway_will_not_make_is_excess_again(self, desk: Desk) -> None:
        late = desk.pay(amount="500.00")
        self.closed(desk)
        payment = desk.captured(late)
        for notice in desk.notices(3):
            desk.tell(*notice)
        desk.work_off()
        payments = desk.application.payments
        with desk.begin(desk.scope) as work:
            receipt = work.receipts.find("RAZORPAY", payment)
        refund = payments.propose_refund(desk.scope, receipt.id, amount=Money.rupees(500), reason="paid twice", by=ASHA)
        payments.decide_refund(desk.brand.scope(Actor(ActorKind.STAFF, BELA)), refund.id, agrees=True, by=BELA)
        desk.sandbox.arm("razorpay", "refuse", call="refund")
        assert payments.send_refund(desk.scope, refund.id).status is RefundStatus.REFUSED
        assert desk.stored().standing.excess == Money.rupees(500)
        desk.is_proved()

    def test_a_loan_without_an_account_leaves_it_in_suspense_and_a_person_finds_its_loan(self, desk: Desk) -> None:
        payment = GatewayPayment("pay_lost", "", Money.rupees(300), PaymentState.SUCCEEDED, "captured")
        with desk.begin(desk.scope) as work:
            believe(
                work, payment, None, gateway="RAZORPAY", provider=desk.provider,
                ids=desk.application.core.ids, clock=desk.clock,
            )  # fmt: skip
        assert told(desk.application)[-1] == PaymentUnmatched.topic
        assert desk.unmatched() == Money.rupees(300)
        with desk.begin(desk.scope) as work:
            receipt = work.receipts.find("RAZORPAY", "pay_lost")
        assert receipt.status is R.UNMATCHED
        staff = desk.brand.scope(Actor(ActorKind.STAFF, ASHA))
        done = desk.application.payments.match(staff, receipt.id, desk.loan.id, reason="her UTR")
        assert done.status is R.BOOKED
        assert desk.unmatched() == Money(0)
        with pytest.raises(Conflict):
            desk.application.payments.match(staff, receipt.id, desk.loan.id, reason="again")
        desk.is_proved()


class TestByHand:
    def entered(self, desk: Desk, **changed: Any) -> Any:
        wish = {
            "purpose": Purpose.DUES, "mode": ManualMode.BANK_TRANSFER, "reference": "UTR1",
            "amount": Money.rupees(1_000), "paid_on": desk.clock.today(), "by": ASHA,
        }  # fmt: skip
        return desk.application.payments.enter(desk.scope, desk.loan.id, **{**wish, **changed})

    def test_nothing_is_booked_before_a_second_person_has_seen_it(self, desk: Desk) -> None:
        payment = self.entered(desk)
        assert desk.receipts() == []
        decide = desk.application.payments.decide
        with pytest.raises(Forbidden):
            decide(desk.scope, payment.id, approves=True, by=ASHA)
        staff = desk.brand.scope(Actor(ActorKind.STAFF, BELA))
        assert decide(staff, payment.id, approves=True, by=BELA).status is ManualStatus.APPROVED
        assert desk.receipts() == [("UTR1", 100_000, "BOOKED")]
        with pytest.raises(Conflict):
            decide(staff, payment.id, approves=True, by=BELA)
        desk.is_proved()

    def test_a_reference_is_entered_once_unless_it_was_rejected(self, desk: Desk) -> None:
        payment = self.entered(desk)
        with pytest.raises(Conflict):
            self.entered(desk)
        desk.application.payments.decide(desk.scope, payment.id, approves=False, by=BELA, reason="not on the statement")
        self.entered(desk)

    def test_a_bounced_cheque_is_as_if_it_had_not_been_paid(self, desk: Desk) -> None:
        before = desk.stored().standing
        payment = self.entered(desk, mode=ManualMode.CHEQUE)
        staff = desk.brand.scope(Actor(ActorKind.STAFF, BELA))
        approved = desk.application.payments.decide(staff, payment.id, approves=True, by=BELA)
        desk.application.payments.reverse(staff, approved.receipt_id, reason="bounced")
        after = desk.stored()
        assert (after.standing.overdue, after.status) == (before.overdue or after.standing.overdue, LoanStatus.OVERDUE)
        assert [status for _, _, status in desk.receipts()] == ["REVERSED"]
        with pytest.raises(Conflict):
            desk.application.payments.reverse(staff, approved.receipt_id, reason="bounced")
        desk.is_proved()

    @pytest.mark.parametrize("wrong", [{"amount": Money(0)}, {"reference": " "}, {"paid_on": date(2099, 1, 1)}])
    def test_what_cannot_be_entered(self, desk: Desk, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            self.entered(desk, **wrong)


STATES = st.sampled_from(
    [PaymentState.PENDING, PaymentState.PENDING_CAPTURE, PaymentState.FAILED_SOFT, PaymentState.SUCCEEDED]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.tuples(st.integers(1, 3), STATES, st.integers(100, 900_000)), max_size=12))
def test_whatever_a_gateway_says_in_whatever_order_each_payment_counts_once(
    desk: Desk, words: list[tuple[int, PaymentState, int]]
) -> None:
    prefix = str(desk.application.core.ids.new())
    amounts: dict[int, int] = {}
    booked = desk.receipts()
    with desk.begin(desk.scope) as work:
        for number, state, paise in words:
            amount = amounts.setdefault(number, paise)
            at = desk.clock.now() - timedelta(days=number)
            payment = GatewayPayment(f"pay_{prefix}{number}", "", Money(amount), state, state.value, at=at)
            believe(
                work, payment, None, gateway="RAZORPAY", provider=desk.provider,
                ids=desk.application.core.ids, clock=desk.clock,
            )  # fmt: skip
    captured = {number for number, state, _ in words if state is PaymentState.SUCCEEDED}
    assert sorted(paise for _, paise, _ in desk.receipts()[len(booked) :]) == sorted(amounts[n] for n in captured)
    assert desk.unmatched().paise == sum(paise for _, paise, status in desk.receipts() if status == "UNMATCHED")
