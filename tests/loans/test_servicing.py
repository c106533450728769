"""
Money on a loan: one way in, by day and by night; and whichever way the days go, the same account, ledger and status.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from los_domain.ledger import LedgerAccount, balance, book
from los_domain.loans.events import LoanClosed, LoanCured, LoanDisbursed, LoanFellOverdue, LoanReopened
from los_domain.loans.model import Loan
from los_domain.loans.servicing import as_stored, close_days, next_sequence, pay_out, payable, post, terms_of
from los_domain.loans.states import LoanEvent, LoanStatus
from los_domain.repayment import Transaction, TransactionKind, fold, payoff
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.dates import IST
from los_domain.shared.errors import Conflict, Rejected
from los_domain.shared.money import Money
from tests.loans.builders import SIGNED_ON, a_loan
from tests.loans.fakes import FakeWork

K, S = TransactionKind, LoanStatus
BANK, GATEWAY = Actor.vendor("IDFC"), Actor.vendor("RAZORPAY")
STAFF = Actor(ActorKind.STAFF, UUID(int=21))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), IST)


@attrs.define
class Desk:
    """One loan over its days."""

    work: FakeWork = attrs.field(factory=FakeWork)
    loan_id: Any = a_loan().id

    @classmethod
    def disbursed(cls, loan: Loan | None = None, *, on: date = SIGNED_ON) -> "Desk":
        loan = loan or a_loan()
        desk = cls(FakeWork({loan.id: loan}))
        payout = UUID(int=1)
        pay_out(desk.work, loan, payout=payout, net=loan.net, on=on, channel="IDFC", by=BANK, at=noon(on))
        return desk

    @property
    def loan(self) -> Loan:
        return self.work.kept[self.loan_id]

    def pay(
        self, rupees: int, on: date, *, at: date | None = None, kind: TransactionKind = K.PAYMENT, **more: Any
    ) -> None:
        entered = self.work.books.transactions_of(self.loan_id)
        sequence = next_sequence(entered)
        transaction = Transaction(
            id=UUID(int=sequence),
            kind=kind,
            value_on=on,
            sequence=sequence,
            amount=Money.rupees(rupees),
            channel="RAZORPAY",
        )
        post(self.work, self.loan, transaction, by=GATEWAY, at=noon(at or on), **more)

    def reverse(self, number: int, *, at: date) -> None:
        sequence = next_sequence(self.work.books.transactions_of(self.loan_id))
        original = next(t for t in self.work.transactions[self.loan_id] if t.id == UUID(int=number))
        undone = Transaction(
            id=UUID(int=sequence), kind=K.REVERSAL, value_on=original.value_on, sequence=sequence, reverses=original.id
        )
        post(self.work, self.loan, undone, by=STAFF, at=noon(at), reason="bounced")

    def night(self, day: date) -> None:
        """What a night does to this loan, if it looks at it at all."""
        loan = self.loan
        if loan.standing.next_transition_on is None or loan.standing.next_transition_on > day:
            return
        moved = close_days(as_stored(loan, self.work.transactions[loan.id]), through=day)
        self.work.books.write(loan.id, moved.journals, at=noon(day))
        self.work.save(moved.loan)
        for fired, _ in moved.fired:
            self.work.record(fired, reason="", at=noon(day))
            self.work.outbox.add(*fired.events)

    def nights(self, first: date, last: date) -> None:
        while first <= last:
            self.night(first)
            first += timedelta(days=1)

    def told(self) -> list[str]:
        return [event.topic for event in self.work.events]

    def is_proved(self) -> None:
        """Assert that everything stored follows from the transactions: standing, status, and every balance of the ledger."""
        loan, entered = self.loan, self.work.transactions[self.loan_id]
        assert loan.standing.folded_up_to is not None
        account = fold(terms_of(loan), entered, loan.standing.folded_up_to)
        assert loan.standing.outstanding == account.outstanding.total
        assert loan.standing.overdue == account.arrears.total
        assert loan.standing.excess == account.excess
        wanted = balance(book(terms_of(loan), entered, account.on, booked_on=account.on))
        found = balance(self.work.booked[self.loan_id])
        assert {k: v for k, v in found.items() if v} == {k: v for k, v in wanted.items() if v}
        assert sum(v.paise for v in found.values()) == 0
        of = {ref.account: money for ref, money in found.items()}
        assert of.get(LedgerAccount.PRINCIPAL, Money(0)) == account.outstanding.principal
        assert -of.get(LedgerAccount.EXCESS, Money(0)) == account.excess


def day(month: int, of_month: int, year: int = 2027) -> date:
    return date(year, month, of_month)


class TestPayingOut:
    def test_one_act_opens_the_account_the_ledger_and_the_loan(self) -> None:
        desk = Desk.disbursed()
        assert desk.loan.status is S.DISBURSED
        assert desk.loan.disbursed_on == SIGNED_ON
        assert desk.loan.standing.outstanding == Money.rupees(50_000)
        assert desk.told() == [LoanDisbursed.topic]
        (journal,) = desk.work.booked[desk.loan_id]
        assert {(str(e.debit), str(e.credit), str(e.amount)) for e in journal.entries} == {
            ("principal", "bank:IDFC", "48820.00"),
            ("principal", "fee_income", "1000.00"),
            ("principal", "gst_payable", "180.00"),
        }
        desk.is_proved()

    def test_the_value_date_is_the_banks_and_the_days_since_are_closed(self) -> None:
        loan = a_loan()
        desk = Desk(FakeWork({loan.id: loan}))
        late = SIGNED_ON + timedelta(days=40)
        pay_out(desk.work, loan, payout=UUID(int=1), net=loan.net, on=SIGNED_ON, channel="IDFC", by=BANK, at=noon(late))
        assert desk.loan.disbursed_on == SIGNED_ON
        assert desk.loan.status is S.OVERDUE  # the first due came and went while nobody knew
        assert desk.told() == [LoanDisbursed.topic, LoanFellOverdue.topic]
        desk.is_proved()

    def test_another_amount_than_agreed_is_a_matter_for_a_person(self) -> None:
        loan = a_loan()
        work = FakeWork({loan.id: loan})
        with pytest.raises(Conflict):
            pay_out(
                work, loan, payout=UUID(int=1), net=loan.net + Money(1), on=SIGNED_ON, channel="IDFC", by=BANK,
                at=noon(SIGNED_ON),
            )  # fmt: skip
        assert not work.transactions

    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"status": S.SANCTIONED}, Conflict),
            ({"status": S.DISBURSED}, Conflict),
            ({"accepted_at": None}, Rejected),
            ({"digest": ""}, Rejected),
            ({"pay_to": None}, Rejected),
            ({"fee": Money.rupees(50_000)}, Rejected),
        ],
    )
    def test_what_may_not_be_paid_out(self, changed: Any, error: type[Exception]) -> None:
        with pytest.raises(error):
            payable(a_loan(**changed))


class TestOverdue:
    def test_a_due_unpaid_at_the_end_of_its_day_is_overdue_that_night(self) -> None:
        desk = Desk.disbursed()
        desk.night(day(12, 22, 2026))
        assert desk.loan.status is S.DISBURSED
        desk.night(day(12, 23, 2026))
        assert desk.loan.status is S.OVERDUE
        assert desk.loan.standing.oldest_due_on == day(12, 23, 2026)
        assert desk.told()[-1] == LoanFellOverdue.topic

    def test_a_part_payment_on_the_due_date_is_looked_at_again_that_night(self) -> None:
        desk = Desk.disbursed()
        desk.pay(1_000, day(12, 23, 2026))
        assert desk.loan.status is S.DISBURSED  # the day has not ended
        desk.night(day(12, 23, 2026))
        assert desk.loan.status is S.OVERDUE

    def test_paid_on_the_due_date_is_not_late(self) -> None:
        desk = Desk.disbursed()
        desk.pay(4_728, day(12, 23, 2026))
        desk.nights(day(12, 23, 2026), day(12, 31, 2026))
        assert desk.loan.status is S.DISBURSED
        desk.is_proved()

    def test_paying_everything_due_cures_and_penal_charges_are_in_the_ledger(self) -> None:
        desk = Desk.disbursed()
        desk.nights(SIGNED_ON, day(1, 4))
        assert desk.loan.status is S.OVERDUE
        desk.pay(6_000, day(1, 5))
        assert desk.loan.status is S.DISBURSED
        assert desk.told()[-1] == LoanCured.topic
        found = {ref.account: money for ref, money in balance(desk.work.booked[desk.loan_id]).items()}
        assert found[LedgerAccount.PENALTY_INCOME].paise < 0
        desk.is_proved()

    def test_money_told_of_days_later_counts_from_the_day_it_was_paid(self) -> None:
        punctual, told_late = Desk.disbursed(), Desk.disbursed()
        for desk, heard in ((punctual, day(12, 23, 2026)), (told_late, day(1, 2))):
            desk.nights(SIGNED_ON, heard - timedelta(days=1))
            desk.pay(4_728, day(12, 23, 2026), at=heard)
            desk.nights(heard, day(1, 10))
            desk.is_proved()
        assert told_late.loan.standing == punctual.loan.standing
        assert told_late.loan.status is S.DISBURSED
        assert balance(told_late.work.booked[told_late.loan_id]) | {} == {
            **{ref: Money(0) for ref in balance(told_late.work.booked[told_late.loan_id])},
            **balance(punctual.work.booked[punctual.loan_id]),
        }


class TestTheEnd:
    def pay_off(self, desk: Desk, on: date) -> None:
        account = fold(terms_of(desk.loan), desk.work.transactions[desk.loan_id], on)
        amount = payoff(account, on).total
        sequence = next_sequence(desk.work.books.transactions_of(desk.loan_id))
        transaction = Transaction(
            id=UUID(int=sequence), kind=K.FORECLOSURE, value_on=on, sequence=sequence, amount=amount, channel="RAZORPAY"
        )
        post(desk.work, desk.loan, transaction, by=GATEWAY, at=noon(on))

    def test_the_payoff_amount_closes(self) -> None:
        desk = Desk.disbursed()
        desk.pay(4_728, day(12, 23, 2026))
        self.pay_off(desk, day(1, 10))
        assert (desk.loan.status, desk.loan.closed_on) == (S.COMPLETED, day(1, 10))
        assert desk.loan.standing.outstanding == Money(0)
        assert desk.loan.standing.next_transition_on is None
        assert desk.told()[-1] == LoanClosed.topic
        desk.is_proved()

    def test_leaving_within_the_cooling_off_period_has_its_own_ending(self) -> None:
        desk = Desk.disbursed()
        account = fold(terms_of(desk.loan), desk.work.transactions[desk.loan_id], day(11, 25, 2026))
        quote = payoff(account, day(11, 25, 2026))
        assert quote.charge == Money(0)
        transaction = Transaction(
            id=UUID(int=2), kind=K.FORECLOSURE, value_on=day(11, 25, 2026), sequence=2, amount=quote.total, channel="R"
        )
        post(desk.work, desk.loan, transaction, by=GATEWAY, at=noon(day(11, 25, 2026)), ends=LoanEvent.COOL_OFF)
        assert desk.loan.ending is not None
        assert desk.loan.ending.value == "COOLING_OFF"

    def test_money_after_the_end_is_the_borrowers(self) -> None:
        desk = Desk.disbursed()
        self.pay_off(desk, day(1, 10))
        desk.pay(4_728, day(1, 20))
        assert desk.loan.status is S.COMPLETED
        assert desk.loan.standing.excess == Money.rupees(4_728)
        desk.is_proved()

    def test_a_payment_that_bounced_opens_the_loan_again(self) -> None:
        desk = Desk.disbursed()
        self.pay_off(desk, day(1, 10))
        desk.reverse(2, at=day(1, 12))
        assert desk.loan.status is S.OVERDUE  # the due of December was unpaid all the time
        assert desk.told()[-2:] == [LoanReopened.topic, LoanFellOverdue.topic]
        assert desk.loan.closed_on is None
        desk.is_proved()

    def test_nothing_that_cannot_happen_is_written(self) -> None:
        desk = Desk.disbursed()
        before = list(desk.work.transactions[desk.loan_id])
        with pytest.raises(Exception, match="not before"):
            desk.pay(100, SIGNED_ON - timedelta(days=1), at=SIGNED_ON)
        assert desk.work.transactions[desk.loan_id] == before


MOVES = st.lists(
    st.tuples(
        st.integers(0, 45),  # days since the move before
        st.integers(0, 6),  # told so many days late
        st.sampled_from([500, 4_728, 4_728, 9_456, 20_000]),
        st.sampled_from(["pay", "pay", "pay", "reverse"]),
    ),
    max_size=10,
)


def lived(moves: list[tuple[int, int, int, str]], run_night: Any) -> Desk:
    """Live *moves* on one loan; *run_night(day)* says whether a night runs when it should."""
    desk = Desk.disbursed()
    today = SIGNED_ON
    undone: set[int] = set()
    for gap, late, rupees, move in moves:
        for _ in range(gap):
            if run_night(today):
                desk.night(today)
            today += timedelta(days=1)
        payments = [t for t in desk.work.transactions[desk.loan_id] if t.kind is K.PAYMENT and t.id.int not in undone]
        if move == "reverse" and payments:
            undone.add(payments[-1].id.int)
            desk.reverse(payments[-1].id.int, at=today)
        elif move == "pay":
            desk.pay(rupees, max(SIGNED_ON, today - timedelta(days=late)), at=today)
        desk.is_proved()
    desk.nights(SIGNED_ON, today)  # the missed ones, in order, and tonight's
    return desk


@settings(max_examples=60, deadline=None)
@given(MOVES, st.randoms(use_true_random=False))
def test_whether_nights_run_in_time_late_or_by_chance_the_loan_ends_the_same(moves: Any, chance: Any) -> None:
    daily = lived(moves, lambda _: True)
    never = lived(moves, lambda _: False)
    sometimes = lived(moves, lambda _: chance.random() < 0.5)
    for desk in (daily, never, sometimes):
        desk.is_proved()
    for other in (never, sometimes):
        assert attrs.evolve(other.loan, version=0) == attrs.evolve(daily.loan, version=0)
        assert other.work.transactions == daily.work.transactions
        assert other.told() == daily.told()
        plain = [[attrs.evolve(j, id=None, reverses=None) for j in d.work.booked[d.loan_id]] for d in (daily, other)]
        assert plain[0] == plain[1]


def test_a_loan_that_every_night_visits_is_the_same_loan() -> None:
    usual, visited = Desk.disbursed(), Desk.disbursed()
    today = SIGNED_ON
    while today < day(6, 1):
        usual.night(today)
        loan = visited.loan
        moved = close_days(as_stored(loan, visited.work.transactions[loan.id]), through=today)
        visited.work.books.write(loan.id, moved.journals, at=noon(today))
        visited.work.save(moved.loan)
        today += timedelta(days=1)
    assert attrs.evolve(visited.loan, version=0) == attrs.evolve(usual.loan, version=0)
    assert [attrs.evolve(j, id=None) for j in visited.work.booked[visited.loan_id]] == [
        attrs.evolve(j, id=None) for j in usual.work.booked[usual.loan_id]
    ]


def test_history_says_when_in_business_time_and_a_day_that_ended_counts_from_its_end() -> None:
    desk = Desk.disbursed()
    desk.pay(100, day(12, 28, 2026))
    assert [(fired.event.value, at) for fired, _, at in desk.work.history] == [
        ("DISBURSE", noon(SIGNED_ON)),
        ("FALL_OVERDUE", datetime(2026, 12, 24, tzinfo=IST)),
    ]
