"""A closed loan's certificate: printed once, stored with its hash, mailed with it, and withdrawn when a payment bounces."""

import hashlib
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import pypdf
import pytest
import sqlalchemy as sa
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from los_adapters.messaging.tables import messages
from los_domain.customers.policy import ProfileEdit
from los_domain.loans.events import LoanClosed, LoanReopened
from los_domain.loans.model import Loan
from los_domain.loans.servicing import account_of, next_sequence, post
from los_domain.loans.states import LoanStatus
from los_domain.repayment import Transaction, TransactionKind, payoff
from los_domain.shared.actor import Actor
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import CustomerId
from los_domain.shared.money import Money
from tests.borrowers import Speaker, a_borrower, brand, http, logged_in
from tests.deliveries import deliver, let_waits_be_over
from tests.loans.stored import a_disbursed_loan
from tests.services import SettableClock, SomeBrand, a_staff

__all__ = ["brand", "http"]


@attrs.define
class Desk:
    application: Application
    brand: SomeBrand
    clock: SettableClock
    borrower: Speaker
    staff: Speaker
    loan: Loan

    def enter(self, kind: TransactionKind, **more: Any) -> UUID:
        with self.application.core.postgres.begin(self.brand.scope()) as work:
            loan = work.loans.get(self.loan.id, lock=True)
            entered = work.books.transactions_of(loan.id)
            today = self.clock.today()
            sequence = next_sequence(entered)
            if kind is TransactionKind.FORECLOSURE:
                more = {"amount": payoff(account_of(work, loan, today), today).total}
            transaction = Transaction(
                id=UUID(int=9_000 + sequence), kind=kind, value_on=today, sequence=sequence, channel="RAZORPAY", **more
            )
            post(work, loan, transaction, by=Actor.vendor("RAZORPAY"), at=self.clock.now(), reason="bounced")
        return transaction.id

    def work_off(self) -> None:
        for _ in range(3):
            deliver(self.application)
            let_waits_be_over(self.application)

    @property
    def mine(self) -> str:
        return f"/web/loans/{self.loan.id}/documents/no-dues"

    @property
    def generate(self) -> str:
        return f"/partner/brand/{self.brand.id}/loans/{self.loan.id}/generate-ndc"

    def mails(self) -> list[tuple[str, list[str]]]:
        with self.application.core.postgres.begin(self.brand.scope()) as work:
            rows = work.context.connection.execute(
                sa.select(messages.c.id).where(messages.c.occasion == "NDC").order_by(messages.c.created_at)
            )
            found = [work.messages.get(row[0]) for row in rows]
        return [(message.body, list(message.attachments)) for message in found]


@pytest.fixture
def desk(application: Application, clock: SettableClock, brand: SomeBrand, http: TestClient[Any]) -> Desk:
    borrower = a_borrower(application, brand, http)
    named = ProfileEdit(first_name="Asha", last_name="Rao")
    application.customers.change_details(brand.scope(), CustomerId(borrower.id), named)
    with application.core.postgres.begin(brand.scope()) as work:
        customer = work.customers.get(CustomerId(borrower.id))
        work.customers.save(attrs.evolve(customer, email=Email("asha@example.com")))
    staff = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
    lent = clock.today() - timedelta(days=20)
    loan = a_disbursed_loan(application.core.postgres.begin, brand, lent, customer=CustomerId(borrower.id))
    return Desk(application, brand, clock, borrower, staff, loan)


def test_the_end_is_certified_stored_and_mailed_with_its_hash(desk: Desk) -> None:
    assert desk.borrower.ask("GET", desk.mine).status_code == 404
    desk.enter(TransactionKind.FORECLOSURE)
    desk.work_off()
    shown = desk.borrower.get(desk.mine)
    assert (shown["number"], shown["closedOn"]) == ("NDC-L000001-1", str(desk.clock.today()))
    answer = desk.borrower.http.get(shown["url"].partition("4002")[2] or shown["url"])
    assert hashlib.sha256(answer.content).hexdigest() == shown["sha256"]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert all(word in text for word in ("Asha Rao", "L000001", "NDC-L000001-1", "50,000.00", "repaid in full"))
    ((body, attachments),) = desk.mails()
    assert shown["sha256"] in body
    assert len(attachments) == 1


def test_told_twice_or_asked_by_staff_it_is_one_certificate(desk: Desk) -> None:
    desk.enter(TransactionKind.FORECLOSURE)
    assert desk.staff.post(desk.generate, status=201)["number"] == "NDC-L000001-1"  # staff were faster than the worker
    desk.work_off()
    with desk.application.core.postgres.begin(desk.brand.scope()) as work:
        work.outbox.add(LoanClosed(desk.loan.id, 9), LoanClosed(desk.loan.id, 9))
    desk.work_off()
    assert desk.staff.post(desk.generate, status=201)["number"] == "NDC-L000001-1"
    assert len(desk.mails()) == 1


def test_a_bounced_payment_withdraws_it_and_the_next_end_has_its_own(desk: Desk) -> None:
    paid = desk.enter(TransactionKind.FORECLOSURE)
    desk.work_off()
    desk.clock.advance(days=2)
    desk.enter(TransactionKind.REVERSAL, reverses=paid)
    desk.work_off()
    assert desk.borrower.ask("GET", desk.mine).status_code == 404
    assert desk.staff.ask("POST", desk.generate).status_code == 409
    desk.clock.advance(days=1)
    desk.enter(TransactionKind.FORECLOSURE)
    desk.work_off()
    assert desk.borrower.get(desk.mine)["number"] == "NDC-L000001-2"
    assert len(desk.mails()) == 2


def test_events_in_any_order_end_in_what_is_true_now(desk: Desk) -> None:
    paid = desk.enter(TransactionKind.FORECLOSURE)
    desk.clock.advance(days=1)
    desk.enter(TransactionKind.REVERSAL, reverses=paid)  # before anybody heard of the end
    with desk.application.core.postgres.begin(desk.brand.scope()) as work:
        work.outbox.add(LoanReopened(desk.loan.id, 3), LoanClosed(desk.loan.id, 2))
    desk.work_off()
    assert desk.borrower.ask("GET", desk.mine).status_code == 404
    assert desk.mails() == []


def test_what_is_not_over_is_not_certified(desk: Desk, http: TestClient[Any]) -> None:
    assert desk.staff.ask("POST", desk.generate).status_code == 409
    desk.enter(TransactionKind.PAYMENT, amount=Money.rupees(100))
    assert desk.staff.ask("POST", desk.generate).status_code == 409
    desk.enter(TransactionKind.FORECLOSURE)
    desk.work_off()
    other = a_borrower(desk.application, desk.brand, http)
    assert other.ask("GET", desk.mine).status_code == 404
    assert LoanStatus.COMPLETED.value == desk.staff.get(
        f"/partner/brand/{desk.brand.id}/loans/{desk.loan.id}/timeline"
    )["items"][-1]["status"]  # fmt: skip
