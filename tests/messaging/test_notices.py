"""What a customer is told of her loan, and what is out of date and not told, over a real database."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import attrs
import pytest
import sqlalchemy as sa

from los_adapters.bootstrap import Application
from los_adapters.messaging import tables
from los_domain.agreements.model import Agreement, AgreementStatus
from los_domain.brands.config import BrandConfig
from los_domain.loans.model import Loan
from los_domain.loans.states import Ending, LoanStatus
from los_domain.messaging.model import Channel, Message, Occasion
from los_domain.payments.model import Receipt, ReceiptStatus
from los_domain.shared.actor import PlatformScope
from los_domain.shared.dates import IST
from los_domain.shared.identifiers import Email
from los_domain.shared.money import Money
from los_domain.shared.progress import Progress
from los_worker.messaging.jobs import remind
from los_worker.shared.job import Run
from tests.loans.stored import a_disbursed_loan, a_stored_loan
from tests.services import TEST, SettableClock, SomeBrand, a_lender_and_brand

PAID_OUT = date(2026, 11, 23)


@attrs.frozen
class House:
    application: Application
    brand: SomeBrand
    clock: SettableClock

    @property
    def begin(self) -> Any:
        return self.application.core.postgres.begin

    def notify(self, occasion: Occasion, object_id: UUID, **more: str) -> int:
        return self.application.messaging.notify(self.brand.scope(), occasion, object_id, **more)

    def queued(self) -> list[Message]:
        """Return every message of the brand, oldest first."""
        with self.begin(self.brand.scope()) as work:
            ids = work.context.connection.execute(sa.select(tables.messages.c.id).order_by(tables.messages.c.id))
            return [work.messages.get(row[0]) for row in ids.all()]

    def told(self) -> list[str]:
        return [message.body for message in self.queued()]

    def with_mail(self, loan: Loan) -> None:
        with self.begin(self.brand.scope()) as work:
            customer = work.customers.get(loan.customer_id)
            work.customers.save(attrs.evolve(customer, email=Email("asha@example.in")))


@pytest.fixture
def house(application: Application, clock: SettableClock) -> House:
    return House(application, a_lender_and_brand(application), clock)


def test_the_payout_is_told_with_what_arrived(house: House) -> None:
    loan = a_disbursed_loan(house.begin, house.brand, PAID_OUT)
    assert house.notify(Occasion.DISBURSED, loan.id) == 1
    assert house.told() == [
        f"Aarambh: Rs.{loan.net} for loan {loan.number} was paid into your bank account on 23 Nov 2026."
    ]
    assert house.queued()[0].customer_id == loan.customer_id


def test_a_receipt_is_told_while_it_is_booked(house: House) -> None:
    loan = a_disbursed_loan(house.begin, house.brand, PAID_OUT)
    receipt = Receipt(
        id=UUID(int=9),
        channel="RAZORPAY",
        reference="pay_1",
        amount=Money.rupees(4_728),
        value_on=date(2026, 12, 23),
        received_at=datetime(2026, 12, 23, 12, tzinfo=IST),
        status=ReceiptStatus.BOOKED,
        loan_id=loan.id,
    )
    with house.begin(house.brand.scope()) as work:
        work.receipts.add(receipt)
    assert house.notify(Occasion.RECEIPT, receipt.id) == 1
    assert house.told() == [f"Aarambh: we received Rs.4728.00 for loan {loan.number} on 23 Dec 2026. Thank you."]
    with house.begin(house.brand.scope()) as work:
        work.receipts.save(attrs.evolve(work.receipts.get(receipt.id), status=ReceiptStatus.REVERSED))
    assert house.notify(Occasion.RECEIPT, receipt.id) == 0


def run_of(day: date) -> Run:
    def report(_: Progress) -> None:
        """Nobody asks."""

    return Run(datetime(day.year, day.month, day.day, 9, tzinfo=IST), day, PlatformScope(TEST), report)


def test_who_pays_in_three_days_is_reminded_once_however_often_the_job_runs(house: House) -> None:
    loan = a_disbursed_loan(house.begin, house.brand, PAID_OUT)
    due_on = loan.standing.next_due_on
    assert due_on == date(2026, 12, 23)
    day = date(2026, 12, 20)
    house.clock.at = datetime(2026, 12, 20, 9, tzinfo=IST)
    assert remind(house.application, run_of(date(2026, 12, 19))) == 0
    assert remind(house.application, run_of(day)) == 1
    remind(house.application, run_of(day))
    (text,) = house.told()
    assert text.startswith("Aarambh: Rs.")
    assert text.endswith(f"for loan {loan.number} is due on 23 Dec 2026.")


def test_overdue_is_told_by_the_account_as_it_stands(house: House) -> None:
    loan = a_disbursed_loan(house.begin, house.brand, PAID_OUT)
    house.clock.at = datetime(2026, 12, 24, 0, 30, tzinfo=IST)
    assert house.notify(Occasion.OVERDUE, loan.id) == 0, "not overdue: nothing to tell"
    with house.begin(house.brand.scope()) as work:
        work.loans.save(attrs.evolve(work.loans.get(loan.id, lock=True), status=LoanStatus.OVERDUE))
    assert house.notify(Occasion.OVERDUE, loan.id) == 1
    message = house.queued()[0]
    assert message.not_before == datetime(2026, 12, 24, 8, tzinfo=IST), "nobody is woken"
    assert "due on 23 Dec 2026, is 1 days overdue" in message.body


@pytest.mark.parametrize(
    ("status", "ending", "word"),
    [
        (LoanStatus.SANCTIONED, None, "approved"),
        (LoanStatus.REJECTED, Ending.DECLINED, "declined"),
        (LoanStatus.REJECTED, Ending.WITHDRAWN, "withdrawn"),
        (LoanStatus.UNDER_REVIEW, None, None),
    ],
)
def test_a_decision_is_told_in_a_word(
    house: House, status: LoanStatus, ending: Ending | None, word: str | None
) -> None:
    loan = a_stored_loan(house.begin, house.brand, status=status, ending=ending)
    house.notify(Occasion.STATUS, loan.id)
    assert house.told() == ([f"Aarambh: loan {loan.number} is now {word}."] if word else [])


def an_agreement(loan: Loan, status: AgreementStatus) -> Agreement:
    return Agreement(
        id=UUID(int=77),
        loan_id=loan.id,
        customer_id=loan.customer_id,
        number=1,
        status=status,
        file_key="b/agreement/1",
        sha256="a" * 64,
        prepared_at=datetime(2026, 11, 23, 12, tzinfo=IST),
        signer_url="https://sign.example/1",
        expires_at=datetime(2026, 11, 30, 12, tzinfo=IST),
        signed_key="b/agreement/1-signed",
    )


def test_where_to_sign_is_told_and_the_signed_copy_is_mailed(house: House) -> None:
    loan = a_stored_loan(house.begin, house.brand, status=LoanStatus.AGREEMENT_PENDING)
    house.with_mail(loan)
    page = BrandConfig(esign_copy_recipients=("legal@lender.example",))
    house.application.settings.save(house.brand.scope(), page, version=0)
    paper = an_agreement(loan, AgreementStatus.SENT)
    with house.begin(house.brand.scope()) as work:
        work.agreements.add(paper)
    assert house.notify(Occasion.AGREEMENT_COPY, paper.id) == 0
    assert house.notify(Occasion.SIGN_AGREEMENT, paper.id) == 2
    assert house.told()[:1] == [
        f"Aarambh: sign your agreement for loan {loan.number} within 7 days: https://sign.example/1"
    ]
    with house.begin(house.brand.scope()) as work:
        work.agreements.save(attrs.evolve(paper, status=AgreementStatus.SIGNED))
    assert house.notify(Occasion.SIGN_AGREEMENT, paper.id) == 0
    assert house.notify(Occasion.AGREEMENT_COPY, paper.id) == 2
    mails = [message for message in house.queued() if message.occasion is Occasion.AGREEMENT_COPY]
    assert all(mail.channel is Channel.EMAIL for mail in mails)
    assert {mail.to for mail in mails} == {"asha@example.in", "legal@lender.example"}
    assert all(mail.attachments == ("b/agreement/1-signed",) for mail in mails)
