"""What each answer of a bank makes of a payout, as tables; and that nothing a bank may have is ever sent again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_domain.disbursement.events import PayoutFailed, PayoutPaid, PayoutStuck
from los_domain.disbursement.model import Finding, Payout, PayoutStatus, Rail, Transfer, TransferState, Verdict
from los_domain.disbursement.policy import (
    CUT_SHORT_AFTER,
    DisbursementRules,
    answered,
    confirmed,
    cut_short,
    disputed,
    found_out,
    may_pay,
    rail_for,
    sending,
    told,
)
from los_domain.shared.errors import Conflict, Forbidden, Invalid, Rejected
from los_domain.shared.ids import BankAccountId, LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)

S, T = PayoutStatus, TransferState
AT = datetime(2026, 11, 23, 18, 45, tzinfo=UTC)  # a quarter past midnight in India: the 24th there
BANK, OTHER_BANK = ProviderId(UUID(int=7)), ProviderId(UUID(int=8))
ASHA, BELA = StaffId(UUID(int=21)), StaffId(UUID(int=22))


def a_payout(**changed: Any) -> Payout:
    fields: dict[str, Any] = {
        "id": UUID(int=1),
        "loan_id": LoanId(UUID(int=2)),
        "ref": VendorRef("ABCDEFGHIJKLMNOPQRST"),
        "amount": Money.rupees(47_640),
        "account_id": BankAccountId(UUID(int=3)),
        "rail": Rail.IMPS,
        "status": S.READY,
        "created_at": AT,
        "look_at": AT,
    }
    return Payout(**{**fields, **changed})


def sent(**changed: Any) -> Payout:
    return attrs.evolve(sending(a_payout(), at=AT), **changed)


def done(state: TransferState, word: str = "W", reference: str = "500012345678") -> Done[Transfer]:
    return Done(Transfer(state, word, reference), reference)


ANSWERS = [
    # what the bank said to the transfer, where the payout then stands, its reason
    (done(T.ACCEPTED), S.PENDING, ""),
    (done(T.PROCESSING), S.PENDING, ""),
    (done(T.SUCCEEDED), S.PAID, ""),
    (done(T.FAILED), S.FAILED, "BANK_FAILED"),
    (done(T.REVERSED), S.RETURNED, "BANK_RETURNED"),
    (Refused(RefusedFor.DUPLICATE), S.PENDING, "DUPLICATE"),
    (Refused(RefusedFor.ACCOUNT_INVALID), S.FAILED, "ACCOUNT_INVALID"),
    (Refused(RefusedFor.INSUFFICIENT_FUNDS), S.FAILED, "INSUFFICIENT_FUNDS"),
    (Refused(RefusedFor.INVALID_INPUT), S.FAILED, "INVALID_INPUT"),
    (NotSent("no connection"), S.READY, "NOT_SENT"),
    (RateLimited(5), S.READY, "NOT_SENT"),
    (Misconfigured(MisconfiguredIn.ACCOUNT, "401"), S.READY, "MISCONFIGURED 401"),
    (Pending("500012345678", "QUEUED_AT_MOON"), S.PENDING, ""),
    (Unknown("time-out"), S.UNKNOWN, "UNKNOWN"),
    (NoRecord(), S.UNKNOWN, "NO_RECORD"),
]


@pytest.mark.parametrize(("outcome", "status", "reason"), ANSWERS)
def test_the_answer_to_a_transfer(outcome: Any, status: PayoutStatus, reason: str) -> None:
    moved = answered(sent(), outcome, provider=BANK, name="IDFC", at=AT)
    assert (moved.payout.status, moved.payout.reason) == (status, reason)
    assert (moved.payout.provider is None) == (status is S.READY)
    assert (moved.payout.look_at is None) == (status in (S.PAID, S.FAILED, S.RETURNED))


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (done(T.ACCEPTED), S.PENDING),
        (done(T.PROCESSING), S.PENDING),
        (done(T.SUCCEEDED), S.PAID),
        (done(T.FAILED), S.FAILED),
        (done(T.REVERSED), S.RETURNED),
        (Pending("h", "QUEUED_AT_MOON"), S.PENDING),
        (NoRecord(), S.UNKNOWN),
        (Unknown("time-out"), S.UNKNOWN),
        (NotSent("down"), S.UNKNOWN),
        (RateLimited(9), S.UNKNOWN),
        (Misconfigured(MisconfiguredIn.ACCOUNT), S.UNKNOWN),
        (Refused(RefusedFor.OTHER), S.UNKNOWN),
    ],
)
def test_the_answer_to_an_enquiry(outcome: Any, status: PayoutStatus) -> None:
    unknown = answered(sent(), Unknown("time-out"), provider=BANK, name="IDFC", at=AT).payout
    assert told(unknown, outcome, at=AT).payout.status is status


def test_a_pending_payout_that_the_bank_then_does_not_find_stays_pending() -> None:
    pending = answered(sent(), done(T.ACCEPTED), provider=BANK, name="IDFC", at=AT).payout
    assert told(pending, NoRecord(), at=AT).payout.status is S.PENDING


def test_the_value_date_is_the_banks_else_the_day_in_india_it_was_sent() -> None:
    payout = sent()
    assert payout.sent_on == date(2026, 11, 24)
    late = Done(Transfer(T.SUCCEEDED, "COMPLETED", "9", on=date(2026, 11, 25)))
    assert told(payout, late, at=AT + timedelta(days=3)).payout.paid_on == date(2026, 11, 25)
    assert told(payout, done(T.SUCCEEDED), at=AT + timedelta(days=3)).payout.paid_on == date(2026, 11, 24)


def test_only_a_payout_that_is_certainly_at_no_bank_is_sent() -> None:
    for status in S:
        if status is S.READY:
            continue
        with pytest.raises(Conflict):
            sending(a_payout(status=status), at=AT)


ANY_OUTCOME = st.sampled_from([outcome for outcome, _, _ in ANSWERS])


@given(st.lists(st.tuples(ANY_OUTCOME, st.booleans(), st.booleans()), max_size=30))
def test_whatever_the_bank_answers_no_bank_that_may_have_it_is_followed_by_another_transfer(
    steps: list[tuple[Any, bool, bool]],
) -> None:
    payout, at, may_have_it = a_payout(), AT, False
    for outcome, killed, called in steps:
        at += timedelta(hours=1)
        if payout.status is S.READY:
            assert not may_have_it
            payout = sending(payout, at=at)
            if killed:
                moved = cut_short(payout, provider=BANK if called else None, name="IDFC", at=at + CUT_SHORT_AFTER)
                may_have_it = called
            else:
                moved = answered(payout, outcome, provider=BANK, name="IDFC", at=at)
                may_have_it = not isinstance(outcome, NotSent | RateLimited | Misconfigured)
        elif payout.status.is_open:
            moved = told(payout, outcome, at=at)
        else:
            break
        payout = moved.payout
        assert payout.ref == a_payout().ref


def test_waits_grow_and_after_two_days_of_silence_a_person_is_told_once() -> None:
    payout = answered(sent(), Unknown("time-out"), provider=BANK, name="IDFC", at=AT).payout
    waits, at, told_at = [], AT, []
    while at < AT + timedelta(days=4):
        assert payout.look_at is not None
        waits.append(int((payout.look_at - at).total_seconds()))
        at = payout.look_at
        moved = told(payout, Unknown("still silent"), at=at)
        payout = moved.payout
        assert payout.status is S.UNKNOWN
        told_at += [at for event in moved.events if isinstance(event, PayoutStuck)]
    assert waits[:7] == [5, 30, 120, 300, 900, 3600, 3600]
    assert waits[-1] == 6 * 3600
    assert len(told_at) == 1
    assert told_at[0] >= AT + timedelta(days=2)


class TestCutShort:
    def test_a_call_that_may_still_be_running_is_left_alone(self) -> None:
        payout = sent()
        assert cut_short(payout, provider=BANK, name="IDFC", at=AT + timedelta(seconds=90)).payout is payout

    def test_with_an_attempt_begun_nobody_knows(self) -> None:
        moved = cut_short(sent(), provider=BANK, name="IDFC", at=AT + CUT_SHORT_AFTER)
        assert (moved.payout.status, moved.payout.provider) == (S.UNKNOWN, BANK)

    def test_without_one_it_is_at_no_bank(self) -> None:
        moved = cut_short(sent(), provider=None, name="", at=AT + CUT_SHORT_AFTER)
        assert (moved.payout.status, moved.payout.sent_on) == (S.READY, None)


class TestFourEyes:
    PAID = Finding(Verdict.PAID, "500012345678", date(2026, 11, 25), "on the statement", ASHA, AT)
    NOT_PAID = Finding(Verdict.NOT_PAID, "", None, "letter of the bank", ASHA, AT)

    def unknown(self) -> Payout:
        return answered(sent(), Unknown("time-out"), provider=BANK, name="IDFC", at=AT).payout

    def test_a_second_person_makes_it_paid(self) -> None:
        found = found_out(self.unknown(), self.PAID)
        assert found.status is S.UNKNOWN
        moved = confirmed(found, by=BELA, at=AT)
        assert (moved.payout.status, moved.payout.paid_on) == (S.PAID, date(2026, 11, 25))
        assert moved.events == (PayoutPaid(found.id, found.loan_id),)

    def test_or_not_paid(self) -> None:
        moved = confirmed(found_out(self.unknown(), self.NOT_PAID), by=BELA, at=AT)
        assert moved.payout.status is S.FAILED
        assert moved.events == (PayoutFailed(moved.payout.id, moved.payout.loan_id, "FOUND_NOT_PAID"),)

    def test_the_first_person_is_not_the_second(self) -> None:
        with pytest.raises(Forbidden):
            confirmed(found_out(self.unknown(), self.PAID), by=ASHA, at=AT)

    def test_a_dispute_leaves_it_unknown(self) -> None:
        assert disputed(found_out(self.unknown(), self.PAID)) == self.unknown()

    def test_what_the_bank_tells_in_between_wins(self) -> None:
        found = found_out(self.unknown(), self.NOT_PAID)
        paid = told(found, done(T.SUCCEEDED), at=AT).payout
        with pytest.raises(Conflict):
            confirmed(paid, by=BELA, at=AT)

    @pytest.mark.parametrize("status", [S.READY, S.SENDING, S.PAID, S.FAILED, S.RETURNED])
    def test_nothing_to_find_out(self, status: PayoutStatus) -> None:
        with pytest.raises(Conflict):
            found_out(a_payout(status=status), self.NOT_PAID)

    @pytest.mark.parametrize(
        "finding",
        [
            attrs.evolve(PAID, bank_reference=""),
            attrs.evolve(PAID, paid_on=None),
            attrs.evolve(PAID, paid_on=date(2026, 11, 23)),
        ],
    )
    def test_paid_needs_reference_and_a_day_from_sending_on(self, finding: Finding) -> None:
        with pytest.raises(Invalid):
            found_out(self.unknown(), finding)


@pytest.mark.parametrize(
    ("rules", "amount", "balance", "reasons"),
    [
        (DisbursementRules(), 47_640, None, ()),
        (DisbursementRules(halted=True), 47_640, None, ("DISBURSAL_HALTED",)),
        (DisbursementRules(most_a_day=Money.rupees(57_640)), 47_640, None, ()),
        (DisbursementRules(most_a_day=Money.rupees(57_639)), 47_640, None, ("DAILY_LIMIT",)),
        (DisbursementRules(), 47_640, 47_640, ()),
        (DisbursementRules(), 47_640, 47_639, ("BALANCE_TOO_LOW",)),
        (DisbursementRules(halted=True), 0, None, ("DISBURSAL_HALTED", "NOTHING_TO_PAY")),
    ],
)
def test_what_may_leave(rules: DisbursementRules, amount: int, balance: int | None, reasons: tuple[str, ...]) -> None:
    def ask() -> None:
        may_pay(
            rules,
            amount=Money.rupees(amount),
            paid_today=Money.rupees(10_000),
            balance=None if balance is None else Money.rupees(balance),
        )

    if not reasons:
        ask()
        return
    with pytest.raises(Rejected) as refused:
        ask()
    assert refused.value.reasons == reasons


@pytest.mark.parametrize(("paise", "rail"), [(100, Rail.IMPS), (5_00_000_00, Rail.IMPS), (5_00_000_01, Rail.RTGS)])
def test_the_rail_of_an_amount(paise: int, rail: Rail) -> None:
    assert rail_for(Money(paise)) is rail
