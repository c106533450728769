"""A loan's account over HTTP, for its borrower and for staff; and the brand's books, which add up to nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_domain.loans.model import Loan
from los_domain.loans.servicing import next_sequence, post
from los_domain.repayment import Transaction, TransactionKind
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.ids import CustomerId
from los_domain.shared.money import Money
from tests.borrowers import Speaker, a_borrower, brand, http, logged_in
from tests.loans.stored import a_disbursed_loan, a_stored_loan
from tests.services import TEST, SettableClock, SomeBrand, a_lender_and_brand, a_staff

__all__ = ["brand", "http"]


@attrs.define
class Desk:
    application: Application
    brand: SomeBrand
    clock: SettableClock
    borrower: Speaker
    staff: Speaker
    loan: Loan

    @property
    def path(self) -> str:
        return f"/partner/brand/{self.brand.id}/loans/{self.loan.id}"

    def pay(self, rupees: int, on: date) -> None:
        with self.application.core.postgres.begin(self.brand.scope()) as work:
            loan = work.loans.get(self.loan.id, lock=True)
            sequence = next_sequence(work.books.transactions_of(loan.id))
            payment = Transaction(
                id=UUID(int=9_000 + sequence), kind=TransactionKind.PAYMENT, value_on=on, sequence=sequence,
                amount=Money.rupees(rupees), channel="RAZORPAY",
            )  # fmt: skip
            post(work, loan, payment, by=Actor.vendor("RAZORPAY"), at=self.clock.now())


@pytest.fixture
def desk(application: Application, clock: SettableClock, brand: SomeBrand, http: TestClient[Any]) -> Desk:
    borrower = a_borrower(application, brand, http)
    staff = logged_in(application, a_staff(application, "ACCOUNTS", brand=brand), brand, http)
    lent = clock.today() - timedelta(days=45)
    loan = a_disbursed_loan(application.core.postgres.begin, brand, lent, customer=CustomerId(borrower.id))
    return Desk(application, brand, clock, borrower, staff, loan)


def test_schedule_dues_and_quote_agree(desk: Desk) -> None:
    schedule, dues = desk.staff.get(f"{desk.path}/schedule"), desk.staff.get(f"{desk.path}/dues")
    assert len(schedule["items"]) == 12
    first = schedule["items"][0]
    assert (first["installmentNo"], first["isPaid"]) == (1, False)
    assert Money.parse(first["principal"]) + Money.parse(first["interest"]) == Money.rupees(4_728)
    assert dues["overdue"]["total"] == first["outstanding"]["total"]
    assert (dues["dpd"] > 10, dues["bucket"]) == (True, "sma_0")
    assert Money.parse(dues["overdue"]["penalties"]).paise > 0
    quote = desk.staff.get(f"{desk.path}/payoff-quote")
    parts = [Money.parse(quote[name]) for name in (
        "principal", "overdueInterest", "interest", "fees", "penalties", "charge", "gst",
    )]  # fmt: skip
    assert sum(part.paise for part in parts) == Money.parse(quote["total"]).paise
    later = desk.staff.get(f"{desk.path}/payoff-quote", on=str(desk.clock.today() + timedelta(days=10)))
    assert Money.parse(later["total"]) > Money.parse(quote["total"])


def test_an_earlier_day_is_shown_as_it_was_then(desk: Desk) -> None:
    desk.pay(5_000, desk.clock.today())
    then = str(desk.clock.today() - timedelta(days=1))
    assert desk.staff.get(f"{desk.path}/dues", on=then)["dpd"] > 0
    assert desk.staff.get(f"{desk.path}/dues")["dpd"] == 0
    before = str(desk.loan.disbursed_on - timedelta(days=1)) if desk.loan.disbursed_on else ""
    assert desk.staff.ask("GET", f"{desk.path}/dues", on=before).status_code == 400
    assert desk.staff.ask("GET", f"{desk.path}/dues", on="yesterday").status_code == 400
    assert desk.staff.ask("GET", f"{desk.path}/payoff-quote", on=then).status_code == 400


def test_the_statement_says_where_each_rupee_went(desk: Desk) -> None:
    desk.pay(5_000, desk.clock.today())
    lent, paid = desk.staff.get(f"{desk.path}/statement")["items"]
    assert (lent["kind"], lent["amount"]) == ("DISBURSEMENT", "50000.00")
    assert (paid["kind"], paid["amount"], paid["channel"]) == ("PAYMENT", "5000.00", "RAZORPAY")
    to = paid["to"]
    assert Money.parse(to["total"]) + Money.parse(paid["toExcess"]) == Money.rupees(5_000)


def test_the_ledger_balances_and_so_do_the_books(desk: Desk) -> None:
    desk.pay(5_000, desk.clock.today())
    ledger = desk.staff.get(f"{desk.path}/ledger")
    assert {journal["cause"] for journal in ledger["items"]} >= {"transaction", "due_date"}
    assert sum(Money.parse(each["balance"]).paise for each in ledger["balances"]) == 0
    principal = next(each for each in ledger["balances"] if each["account"] == "principal")
    assert principal["balance"] == desk.staff.get(f"{desk.path}/dues")["outstanding"]["principal"]
    books = f"/partner/brand/{desk.brand.id}/ledger/trial-balance"
    for by in ("booked", "value"):
        found = desk.staff.get(books, by=by)
        assert (found["total"], found["items"]) == ("0.00", ledger["balances"])
    assert desk.staff.get(books, on="2020-01-01")["items"] == []


def test_the_timeline_is_in_order_and_hides_who_from_the_borrower(desk: Desk) -> None:
    desk.application.close_day(PlatformScope(TEST), desk.clock.today() - timedelta(days=1))
    desk.pay(5_000, desk.clock.today())
    told = desk.staff.get(f"{desk.path}/timeline")["items"]
    assert [line["at"] for line in told] == sorted(line["at"] for line in told)
    words = [line["word"] for line in told]
    assert words.index("DISBURSE") < words.index("FALL_OVERDUE") < words.index("CURE")
    paid_out, disbursed = told[words.index("DISBURSEMENT")], told[words.index("DISBURSE")]
    assert paid_out["at"] == disbursed["at"], "money stands where it was entered, not at its day's first minute"
    assert paid_out["valueOn"]
    assert any(line["actor"] for line in told)
    seen = desk.borrower.get(f"/web/loans/{desk.loan.id}/timeline")["items"]
    assert [line["word"] for line in seen] == words
    assert not any(line["actor"] or line["reason"] for line in seen)


@pytest.mark.parametrize("what", ["schedule", "dues", "payoff-quote", "statement", "timeline"])
def test_a_borrower_reads_her_own(desk: Desk, what: str) -> None:
    mine, theirs = desk.borrower.get(f"/web/loans/{desk.loan.id}/{what}"), desk.staff.get(f"{desk.path}/{what}")
    if what != "timeline":
        assert mine == theirs
    other = a_borrower(desk.application, desk.brand, desk.borrower.http)
    assert other.ask("GET", f"/web/loans/{desk.loan.id}/{what}").status_code == 404


def test_before_it_is_paid_out_there_is_no_account(desk: Desk) -> None:
    loan = a_stored_loan(desk.application.core.postgres.begin, desk.brand, number=2)
    path = f"/partner/brand/{desk.brand.id}/loans/{loan.id}"
    assert desk.staff.get(f"{path}/schedule")["items"] == []
    assert desk.staff.get(f"{path}/dues")["outstanding"]["total"] == "0.00"
    assert desk.staff.get(f"{path}/ledger")["items"] == []
    assert desk.staff.ask("GET", f"{path}/payoff-quote").status_code == 400


def test_another_brands_loan_and_books_are_not_there(desk: Desk, application: Application) -> None:
    other = a_lender_and_brand(application, name="Bharosa")
    loan = a_disbursed_loan(application.core.postgres.begin, other, desk.clock.today(), number=7)
    for what in ("schedule", "dues", "payoff-quote", "statement", "ledger", "timeline"):
        assert desk.staff.ask("GET", f"/partner/brand/{desk.brand.id}/loans/{loan.id}/{what}").status_code == 404
    assert desk.staff.ask("GET", f"/partner/brand/{other.id}/ledger/trial-balance").status_code == 404
