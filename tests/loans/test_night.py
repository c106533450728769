"""The end of a day over the real database: in order, once, around whoever holds a loan, and the same however it was interrupted."""

import threading
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_adapters.ledger.tables import account_transactions, journal_entries, journals
from los_adapters.loans.tables import loan_history, loans, nights
from los_domain.loans.servicing import account_of, next_sequence, post
from los_domain.loans.states import LoanStatus
from los_domain.loans.usecases import end_of_day
from los_domain.loans.usecases.end_of_day import EndOfDay
from los_domain.repayment import Transaction, TransactionKind
from los_domain.shared.actor import Actor
from los_domain.shared.dates import IST
from los_domain.shared.errors import Conflict, ProviderUnavailable
from los_domain.shared.ids import LoanId
from los_domain.shared.money import Money
from tests.loans.stored import a_disbursed_loan
from tests.services import SettableClock, SomeBrand, a_lender_and_brand
from tests.told import told

FIRST = date(2026, 8, 31)
GATEWAY = Actor.vendor("RAZORPAY")


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), IST)


@attrs.define
class House:
    """A brand with loans of every kind of borrower."""

    application: Application
    brand: SomeBrand
    clock: SettableClock
    slept: list[int] = attrs.field(factory=list)
    chunk: int = 4

    @property
    def begin(self) -> Any:
        return self.application.core.postgres.begin

    @property
    def night(self) -> EndOfDay:
        return EndOfDay(self.begin, self.clock, lambda: self.slept.append(1), chunk=self.chunk)

    def run(self, day: date) -> list[date]:
        self.clock.at = datetime.combine(day + timedelta(days=1), time(0, 5), IST)
        return [night.day for night in self.night(self.brand.scope(), day)]

    def lend(self, count: int = 9) -> None:
        for number in range(1, count + 1):
            a_disbursed_loan(self.begin, self.brand, FIRST + timedelta(days=number % 5), number=number)

    def pay(self, number: int, rupees: int, on: date, *, at: date | None = None) -> None:
        with self.begin(self.brand.scope()) as work:
            loan = work.loans.get(LoanId(UUID(int=1_000 + number)), lock=True)
            sequence = next_sequence(work.books.transactions_of(loan.id))
            transaction = Transaction(
                id=UUID(int=number * 1000 + sequence),
                kind=TransactionKind.PAYMENT,
                value_on=on,
                sequence=sequence,
                amount=Money.rupees(rupees),
                channel="RAZORPAY",
            )
            post(work, loan, transaction, by=GATEWAY, at=noon(at or on))

    def live(self, day: date) -> None:
        """What borrowers do on *day*: some pay in time, some late, some part, some nothing."""
        since = (day - FIRST).days
        if since == 31:
            for number in (1, 2, 3):
                self.pay(number, 4_728, day)
        if since == 40:
            self.pay(4, 6_000, day)
            self.pay(5, 1_000, day - timedelta(days=3), at=day)
        if since == 62:
            self.pay(1, 50_000, day)

    def dump(self) -> dict[str, list[Any]]:
        """Return everything that a night may have written, but for identities."""
        with self.begin(self.brand.scope()) as work:
            read = work.context.connection.execute
            left_out = {"brand_id", "version"}
            plain = [c for c in loans.columns if c.name not in left_out]
            heads = [c for c in journals.columns if c.name not in ("brand_id", "id", "reverses", "place", "written_at")]
            entries = [c for c in journal_entries.columns if c.name not in ("brand_id", "journal_id")]
            joined = journals.join(journal_entries, journals.c.id == journal_entries.c.journal_id)
            return {
                "loans": [tuple(map(str, row)) for row in read(sa.select(*plain).order_by(loans.c.id))],
                "history": [
                    tuple(row)[1:]
                    for row in read(sa.select(loan_history).order_by(loan_history.c.loan_id, loan_history.c.number))
                    if row.number > 1  # the test's own: when the loan was put there
                ],
                "journals": [
                    tuple(map(str, row))
                    for row in read(
                        sa.select(*heads, *entries)
                        .select_from(joined)
                        .order_by(journals.c.loan_id, journals.c.place, journal_entries.c.line)
                    )
                ],
                "nights": [row[0] for row in read(sa.select(nights.c.day).order_by(nights.c.day))],
            }

    def are_proved(self) -> None:
        """Assert for each loan that what is stored follows from its transactions."""
        with self.begin(self.brand.scope()) as work:
            for (loan_id,) in work.context.connection.execute(sa.select(loans.c.id)):
                loan = work.loans.get(loan_id)
                account = account_of(work, loan, loan.standing.folded_up_to)
                assert loan.standing.outstanding == account.outstanding.total
                assert loan.standing.overdue == account.arrears.total


@pytest.fixture
def house(application: Application, clock: SettableClock) -> House:
    return House(application, a_lender_and_brand(application), clock)


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def test_a_night_starts_when_its_day_has_ended_in_india(house: House) -> None:
    house.lend(1)
    house.clock.at = datetime.combine(FIRST + timedelta(days=1), time(), IST) - timedelta(seconds=1)
    with pytest.raises(Conflict):
        house.night(house.brand.scope(), FIRST)
    house.clock.at += timedelta(seconds=1)
    assert [night.day for night in house.night(house.brand.scope(), FIRST)] == [FIRST]


def test_nights_run_in_order_once_and_the_missed_ones_first(house: House) -> None:
    house.lend(3)
    assert house.run(FIRST) == [FIRST]
    assert house.run(FIRST + timedelta(days=40)) == days(FIRST, 41)[1:]
    assert house.run(FIRST + timedelta(days=40)) == []
    assert house.run(FIRST + timedelta(days=42)) == days(FIRST, 43)[41:]
    assert house.run(FIRST + timedelta(days=10)) == []


def test_a_brand_without_loans_has_nights_too(house: House) -> None:
    assert house.run(FIRST) == [FIRST]
    assert house.run(FIRST) == []


def test_the_first_night_that_matters_is_the_first_in_which_anything_changes(house: House) -> None:
    house.lend(2)
    ran = house.run(FIRST + timedelta(days=35))
    assert ran[0] <= FIRST + timedelta(days=5)  # the month's end, not the day it was paid out
    assert ran == days(ran[0], len(ran))


def test_falling_overdue_is_told_and_written_down(house: House) -> None:
    house.lend(9)
    for day in days(FIRST, 45):
        house.live(day)
        house.run(day)
    house.are_proved()
    with house.begin(house.brand.scope()) as work:
        status = {
            loan_id.int - 1000: LoanStatus(word)
            for loan_id, word in work.context.connection.execute(sa.select(loans.c.id, loans.c.status))
        }
        assert {number for number, word in status.items() if word is LoanStatus.OVERDUE} == {5, 6, 7, 8, 9}
        (fell,) = [
            step
            for step in work.loans.history(LoanId(UUID(int=1006)))
            if step.event and step.event.value == "FALL_OVERDUE"
        ]
        assert fell.actor == Actor.system("end-of-day")
        assert fell.at.astimezone(IST).time() == time()
    assert told(house.application).count("loans.fell-overdue") == 6
    assert told(house.application).count("loans.cured") == 1


def lived_daily(house: House, count: int = 70) -> None:
    house.lend()
    for day in days(FIRST, count):
        house.live(day)
        house.run(day)


def test_catching_up_is_the_same_as_being_in_time(application: Application, clock: SettableClock) -> None:
    daily = House(application, a_lender_and_brand(application), clock)
    late = House(application, a_lender_and_brand(application), clock)
    lived_daily(daily)
    late.lend()
    for day in days(FIRST, 70):
        late.live(day)
        if (day - FIRST).days % 13 == 12:
            late.run(day)
    late.run(FIRST + timedelta(days=69))
    assert late.dump() == daily.dump() | {"nights": late.dump()["nights"]}
    late.are_proved()


@pytest.mark.parametrize("kill_at", [0, 1, 3, 7, 12])
def test_a_night_that_is_killed_anywhere_resumes_to_the_same_bits(
    application: Application, clock: SettableClock, kill_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = House(application, a_lender_and_brand(application), clock, chunk=2)
    killed = House(application, a_lender_and_brand(application), clock, chunk=2)
    lived_daily(whole, 45)
    killed.lend()
    written = [0]
    original = EndOfDay._write

    def dying(self: EndOfDay, *args: Any) -> int:
        if written[0] == kill_at:
            written[0] += 1
            with self.begin(args[0]) as work:  # killed inside the transaction: nothing of it stays
                work.nights.write(args[1])
                raise SystemExit
        written[0] += 1
        return original(self, *args)

    monkeypatch.setattr(EndOfDay, "_write", dying)
    for day in days(FIRST, 45):
        killed.live(day)
        try:
            killed.run(day)
        except SystemExit:
            killed.run(day)
    assert written[0] > kill_at
    assert killed.dump() == whole.dump()
    assert told(application).count("loans.fell-overdue") == 12


def test_a_loan_that_somebody_holds_is_written_in_the_next_round(house: House) -> None:
    house.lend(6)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with house.begin(house.brand.scope()) as work:
            work.loans.get(LoanId(UUID(int=1002)), lock=True)
            held.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)

    def sleep() -> None:
        house.slept.append(1)
        release.set()
        holder.join()

    house.clock.at = datetime.combine(FIRST + timedelta(days=41), time(), IST)
    EndOfDay(house.begin, house.clock, sleep, chunk=4)(house.brand.scope(), FIRST + timedelta(days=40))
    assert house.slept
    house.are_proved()


def test_a_payment_between_reading_and_writing_wins_and_the_loan_is_read_again(house: House, monkeypatch: Any) -> None:
    house.lend(6)
    day = FIRST + timedelta(days=31)
    original, paid = EndOfDay._write, []

    def with_a_payment(self: EndOfDay, *args: Any) -> int:
        if not paid and args[2] == day:
            paid.append(True)
            house.pay(1, 4_728, day)
        return original(self, *args)

    monkeypatch.setattr(EndOfDay, "_write", with_a_payment)
    house.run(day)
    assert paid
    house.are_proved()
    with house.begin(house.brand.scope()) as work:
        assert work.loans.get(LoanId(UUID(int=1001))).status is LoanStatus.DISBURSED
        assert work.loans.get(LoanId(UUID(int=1006))).status is LoanStatus.OVERDUE


def test_loans_that_stay_locked_leave_the_night_to_be_run_again(house: House, monkeypatch: Any) -> None:
    house.lend(3)
    monkeypatch.setattr(end_of_day, "ROUNDS", 3)
    day = FIRST + timedelta(days=31)
    with house.begin(house.brand.scope()) as work:
        work.loans.get(LoanId(UUID(int=1002)), lock=True)
        with pytest.raises(ProviderUnavailable):
            house.run(day)
    house.run(day)
    house.are_proved()


def test_two_workers_at_once_write_each_loan_once(house: House) -> None:
    house.lend(9)
    day = FIRST + timedelta(days=36)
    house.clock.at = datetime.combine(day + timedelta(days=1), time(), IST)
    threads = [threading.Thread(target=house.night, args=(house.brand.scope(), day)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other = House(house.application, a_lender_and_brand(house.application), house.clock)
    other.lend(9)
    other.run(day)
    assert house.dump() == other.dump()


def test_a_loan_that_cannot_be_folded_is_left_to_a_person_and_holds_up_nobody(house: House) -> None:
    house.lend(3)
    with house.begin(house.brand.scope()) as work:  # what no use case can do: a transaction that cannot have happened
        work.context.connection.execute(
            sa.insert(account_transactions).values(
                brand_id=house.brand.id, id=UUID(int=5), loan_id=UUID(int=1002), sequence=99, kind="refund",
                value_on=FIRST, amount_paise=10**9, fee_paise=0, gst_paise=0, upfront_interest_paise=0, npa=False,
                channel="", reason="", entered_at=noon(FIRST),
            )
        )  # fmt: skip
    day = FIRST + timedelta(days=36)
    house.run(day)
    with house.begin(house.brand.scope()) as work:
        assert work.loans.get(LoanId(UUID(int=1001))).status is LoanStatus.OVERDUE
        assert work.loans.get(LoanId(UUID(int=1002))).status is LoanStatus.DISBURSED
        left = work.context.connection.execute(sa.select(sa.func.sum(nights.c.left))).scalar_one()
    assert left == told(house.application).count("loans.night-left") > 0
