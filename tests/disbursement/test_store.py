"""Payouts in the database: every field comes back, and one loan has one that may have reached its borrower."""

from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_adapters.disbursement.store import payout_from_row, payout_to_row
from los_domain.disbursement.model import Finding, Payout, PayoutStatus, Rail, Verdict
from los_domain.shared.errors import Conflict, NotFound, StaleWrite
from los_domain.shared.ids import BankAccountId, LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import Money
from tests.disbursement.test_policy import a_payout
from tests.loans.stored import NOW, a_stored_loan
from tests.services import SomeBrand, a_lender_and_brand

days = st.dates(date(2020, 1, 1), date(2060, 1, 1))
instants = st.datetimes(timezones=st.just(UTC))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
findings = st.builds(
    Finding, st.sampled_from(Verdict), texts, st.none() | days, texts, st.uuids().map(StaffId), instants
)


@given(
    st.builds(
        Payout,
        id=st.uuids(),
        loan_id=st.uuids().map(LoanId),
        ref=texts.map(VendorRef),
        amount=st.integers(1, 10**14).map(Money),
        account_id=st.uuids().map(BankAccountId),
        rail=st.sampled_from(Rail),
        status=st.sampled_from(PayoutStatus),
        created_at=instants,
        look_at=st.none() | instants,
        requested_by=st.none() | st.uuids().map(StaffId),
        sent_on=st.none() | days,
        provider=st.none() | st.uuids().map(ProviderId),
        provider_name=texts,
        bank_reference=texts,
        word=texts,
        reason=texts,
        tries=st.integers(0, 99),
        asked=st.integers(0, 99),
        open_since=st.none() | instants,
        paid_on=st.none() | days,
        told_stuck=st.booleans(),
        finding=st.none() | findings,
        version=st.integers(1, 99),
    )
)
def test_a_row_keeps_every_field(payout: Payout) -> None:
    assert payout_from_row(payout_to_row(payout)) == payout


@pytest.fixture
def brand(application: Any) -> SomeBrand:
    return a_lender_and_brand(application)


def numbered(loan_id: LoanId, number: int, **changed: Any) -> Payout:
    ref = VendorRef(f"{'A' * 19}{'ABCDEFGH'[number]}")
    at = NOW + timedelta(minutes=number)
    return a_payout(**{"id": UUID(int=number), "ref": ref, "loan_id": loan_id, "created_at": at, **changed})


@pytest.mark.parametrize("status", PayoutStatus)
def test_a_loan_has_one_payout_that_may_have_reached_her(begin: Any, brand: SomeBrand, status: PayoutStatus) -> None:
    loan = a_stored_loan(begin, brand)
    with begin(brand.scope()) as work:
        work.payouts.add(numbered(loan.id, 1, status=status))
    if status in (PayoutStatus.FAILED, PayoutStatus.RETURNED):
        with begin(brand.scope()) as work:
            work.payouts.add(numbered(loan.id, 2))
            assert work.payouts.latest_of(loan.id) == numbered(loan.id, 2)
        return
    with pytest.raises(Conflict), begin(brand.scope()) as work:
        work.payouts.add(numbered(loan.id, 2))


def test_a_stale_payout_is_not_written(begin: Any, brand: SomeBrand) -> None:
    loan = a_stored_loan(begin, brand)
    with begin(brand.scope()) as work:
        work.payouts.add(numbered(loan.id, 1))
    with begin(brand.scope()) as work:
        read = work.payouts.lock(UUID(int=1))
        work.payouts.save(attrs.evolve(read, asked=1))
    with pytest.raises(StaleWrite), begin(brand.scope()) as work:
        work.payouts.save(attrs.evolve(read, asked=2))


def test_what_leaves_on_a_day_counts_what_may_have_left(begin: Any, brand: SomeBrand) -> None:
    for number, status in enumerate(PayoutStatus):
        loan = a_stored_loan(begin, brand, number=number + 1)
        with begin(brand.scope()) as work:
            sent = None if status is PayoutStatus.READY else date(2026, 11, 23)
            payout = numbered(loan.id, number, status=status, amount=Money(10**number), sent_on=sent)
            work.payouts.add(payout)
    with begin(brand.scope()) as work:
        assert work.payouts.leaving_on(date(2026, 11, 23)) == Money(11111)  # not FAILED, not RETURNED
        assert work.payouts.leaving_on(date(2026, 11, 24)) == Money(0)


def test_another_brand_sees_no_payout(application: Any, begin: Any, brand: SomeBrand) -> None:
    loan = a_stored_loan(begin, brand)
    with begin(brand.scope()) as work:
        work.payouts.add(numbered(loan.id, 1))
    other = a_lender_and_brand(application, name="Bharosa")
    with pytest.raises(NotFound), begin(other.scope()) as work:
        work.payouts.get(UUID(int=1))
