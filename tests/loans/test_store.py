"""Loans in the database: nothing is lost on the way, and nothing that was told can be untold."""

import threading
from datetime import UTC, date
from typing import Any
from uuid import UUID

import attrs
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from los_adapters.bootstrap import Application
from los_adapters.loans.store import loan_from_row, loan_to_row, step_from_row, step_to_row
from los_adapters.loans.terms import terms_from_json, terms_to_json
from los_domain.customers.model import Customer
from los_domain.loans.model import Loan, Standing, Step
from los_domain.loans.policy import fire
from los_domain.loans.states import Ending, LoanEvent, LoanStatus
from los_domain.repayment import AccountTerms, fineract_progressive, frappe, indian
from los_domain.repayment.conventions import (
    DayCount,
    InterestPause,
    LeapRule,
    MonthDays,
    Moratorium,
    MoratoriumInterest,
    RateChange,
    YearDays,
)
from los_domain.repayment.servicing import EarlyEnd, FutureMoney, PenalKind, PenalPolicy, Walk, Waterfall
from los_domain.repayment.transactions import TransactionKind
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.dates import Holidays, Shift
from los_domain.shared.errors import NotFound, StaleWrite
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import BankAccountId, CustomerId, LoanId
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate
from tests.loans.builders import a_loan, account_terms
from tests.services import SomeBrand, a_lender_and_brand

money = st.integers(0, 10**14).map(Money)
days = st.dates(date(2020, 1, 1), date(2060, 1, 1))
instants = st.datetimes(timezones=st.just(UTC))
uuids = st.uuids()
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@st.composite
def some_terms(draw: st.DrawFn) -> AccountTerms:
    preset = draw(st.sampled_from([indian, frappe, fineract_progressive]))
    start = draw(days)
    principal = Money(draw(st.integers(100_000, 10**10)))
    one_of: list[dict[str, Any]] = [
        {},
        {"holidays": Holidays.of({start}, weekdays=(6,)), "holiday_shift": draw(st.sampled_from(list(Shift)[1:]))},
        {"pauses": (InterestPause(start, start),)},
        {"rate_changes": (RateChange(date(start.year + 1, 1, 5), Rate.yearly("12.125")),)},
        {"moratorium": Moratorium(2, MoratoriumInterest.DEFERRED)},
    ]
    changes = draw(st.sampled_from(one_of))
    changes["broken_day_count"] = DayCount(
        draw(st.sampled_from(YearDays)), draw(st.sampled_from([MonthDays.ACTUAL])), draw(st.sampled_from(LeapRule))
    )
    schedule = preset(
        principal, Rate.yearly(draw(st.sampled_from(["0", "14.5", "24", "36.005"]))), 12, start, **changes
    )
    penal = PenalPolicy(percent=Quoted(draw(st.integers(1, 3600)), 2), most=draw(st.none() | money))
    flat = PenalPolicy(kind=PenalKind.ONCE_FLAT, amount=Money(50_000))
    waterfall = Waterfall(
        walk=draw(st.sampled_from(Walk)), future_of=((TransactionKind.PREPAYMENT, FutureMoney.REAMORTISE),)
    )
    return AccountTerms(
        schedule=schedule,
        waterfall=waterfall,
        npa_waterfall=draw(st.none() | st.just(Waterfall())),
        penal=draw(st.sampled_from([None, penal, flat])),
        foreclosure=EarlyEnd(charge_percent=Quoted(draw(st.integers(1, 500)), 2), shortfall_waived=draw(money)),
    )


@given(some_terms())
def test_terms_are_read_back_as_they_were_agreed(terms: AccountTerms) -> None:
    assert terms_from_json(terms_to_json(terms)) == terms


@given(
    st.builds(
        Loan,
        id=uuids.map(LoanId),
        number=texts,
        customer_id=uuids.map(CustomerId),
        status=st.sampled_from(LoanStatus),
        amount=money,
        tenure_months=st.integers(1, 360),
        rule_id=uuids,
        rule_version=st.integers(1, 99),
        applied_at=instants,
        purpose=texts,
        ending=st.none() | st.sampled_from(Ending),
        terms=st.none() | some_terms(),
        sanctioned=st.none() | money,
        sanctioned_at=st.none() | instants,
        fee=money,
        gst=money,
        upfront_interest=money,
        pay_to=st.none() | uuids.map(BankAccountId),
        is_paying=st.booleans(),
        digest=texts,
        accepted_at=st.none() | instants,
        disbursed_on=st.none() | days,
        closed_on=st.none() | days,
        standing=st.builds(Standing, money, money, money, *[st.none() | days] * 5),
        version=st.integers(1, 10**6),
    )
)
def test_a_row_keeps_every_field(loan: Loan) -> None:
    row = {name: None if isinstance(value, type(sa.null())) else value for name, value in loan_to_row(loan).items()}
    assert loan_from_row(row) == loan


@given(
    st.builds(
        Step,
        loan_id=uuids.map(LoanId),
        number=st.integers(1, 999),
        event=st.none() | st.sampled_from(LoanEvent),
        before=st.none() | st.sampled_from(LoanStatus),
        after=st.sampled_from(LoanStatus),
        actor=st.builds(Actor, st.sampled_from(ActorKind), st.none() | uuids, texts),
        reason=texts,
        at=instants,
    )
)
def test_a_step_keeps_every_field(step: Step) -> None:
    assert step_from_row(step_to_row(step)) == step


def an_application(customer: CustomerId, number: str) -> Loan:
    """Return a loan at its beginning."""
    agreed = {"terms": None, "sanctioned": None, "sanctioned_at": None, "fee": Money(0), "gst": Money(0)}
    accepted = {"pay_to": None, "digest": "", "accepted_at": None}
    return a_loan(customer_id=customer, number=number, status=LoanStatus.APPLIED, **agreed, **accepted)


@pytest.fixture
def brand(application: Application) -> SomeBrand:
    return a_lender_and_brand(application)


@pytest.fixture
def loan(application: Application, brand: SomeBrand) -> Loan:
    """A loan in the database."""
    with application.core.postgres.begin(brand.scope()) as work:
        customer = Customer(CustomerId(UUID(int=5)), Phone("9876543210"), application.core.wall.now())
        work.customers.add(customer)
        made = an_application(customer.id, work.loans.next_number())
        work.loans.add(made, reason="asked for")
        return made


def test_what_is_added_can_be_read_with_its_first_step(application: Application, brand: SomeBrand, loan: Loan) -> None:
    with application.core.postgres.begin(brand.scope()) as work:
        assert work.loans.get(loan.id) == loan
        assert work.loans.of_customer(loan.customer_id) == [loan]
        (step,) = work.loans.history(loan.id)
    assert (step.number, step.event, step.after, step.reason) == (1, None, LoanStatus.APPLIED, "asked for")


def test_terms_and_figures_survive_the_database(application: Application, brand: SomeBrand, loan: Loan) -> None:
    agreed = attrs.evolve(loan, terms=account_terms(), sanctioned=Money.rupees(60_000))
    with application.core.postgres.begin(brand.scope()) as work:
        saved = work.loans.save(agreed)
    with application.core.postgres.begin(brand.scope()) as work:
        assert work.loans.get(loan.id) == saved == attrs.evolve(agreed, version=2)


def test_a_stale_write_is_refused(application: Application, brand: SomeBrand, loan: Loan) -> None:
    with application.core.postgres.begin(brand.scope()) as work:
        work.loans.save(loan)
    with pytest.raises(StaleWrite), application.core.postgres.begin(brand.scope()) as work:
        work.loans.save(loan)


def test_numbers_ascend_within_a_brand_and_begin_anew_in_another(application: Application, brand: SomeBrand) -> None:
    other = a_lender_and_brand(application)
    with application.core.postgres.begin(brand.scope()) as work:
        assert [work.loans.next_number() for _ in range(3)] == ["L000001", "L000002", "L000003"]
    with application.core.postgres.begin(other.scope()) as work:
        assert work.loans.next_number() == "L000001"


def test_another_brand_sees_no_loan(application: Application, loan: Loan) -> None:
    other = a_lender_and_brand(application)
    with application.core.postgres.begin(other.scope()) as work, pytest.raises(NotFound):
        work.loans.get(loan.id)


def test_history_is_added_to_and_never_changed(application: Application, brand: SomeBrand, loan: Loan) -> None:
    system = Actor.system("test")
    with application.core.postgres.begin(brand.scope()) as work:
        fired = fire(loan, LoanEvent.START_REVIEW, by=system)
        work.loans.save(fired.loan)
        work.loans.record(fired, reason="application complete")
        first, second = work.loans.history(loan.id)
    assert (first.number, second.number) == (1, 2)
    assert (second.before, second.after, second.actor) == (LoanStatus.APPLIED, LoanStatus.UNDER_REVIEW, system)
    for statement in ("update loan_history set reason = ''", "delete from loan_history"):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            application.core.database.engines[next(iter(application.core.database.engines))].begin() as connection,
        ):
            connection.exec_driver_sql(statement)


def test_whoever_waits_three_seconds_for_a_loan_is_told_to_come_again(
    application: Application, brand: SomeBrand, loan: Loan
) -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with application.core.postgres.begin(brand.scope()) as work:
            work.loans.get(loan.id, lock=True)
            held.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(5)
        with pytest.raises(StaleWrite), application.core.postgres.begin(brand.scope()) as work:
            work.loans.get(loan.id, lock=True)
        with application.core.postgres.begin(brand.scope()) as work:
            assert work.loans.get(loan.id).rule_id == loan.rule_id  # reading waits for nobody
    finally:
        release.set()
        holder.join()
