from typing import Any

import pytest

from los_domain.repayment import ImpossibleTransaction, advance, at, fold, payoff
from los_domain.repayment.account import AccountState
from los_domain.repayment.dpd import AssetClass
from los_domain.repayment.servicing import AccountTerms, EarlyEnd, PenalPolicy
from los_domain.repayment.transactions import Component, PrepaymentMode, TransactionKind
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate
from tests.repayment.builders import History, day, money, terms

K = TransactionKind


def lent(**settings: Any) -> tuple[AccountTerms, History]:
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    return terms(**settings), history


def test_a_payment_on_the_due_date_pays_interest_then_principal():
    agreed, history = lent()
    paid = history.add(K.PAYMENT, "2026-02-05", "9456")
    account = fold(agreed, history.entered, day("2026-02-05"))
    to = account.allocation_of(paid.id).to
    assert (to.interest, to.principal) == (money("2000"), money("7456"))
    assert account.outstanding.total == money("92544")
    assert account.dpd == 0
    assert account.instalment(0).paid_on == day("2026-02-05")


def test_a_paisa_unpaid_at_the_end_of_the_due_date_is_overdue():
    agreed, history = lent()
    history.add(K.PAYMENT, "2026-02-05", "9455.99")
    assert fold(agreed, history.entered, day("2026-02-05")).dpd == 1
    assert fold(agreed, history.entered, day("2026-02-10")).dpd == 6


def test_money_beyond_the_dues_is_excess_and_pays_the_next_due_by_itself():
    agreed, history = lent()
    history.add(K.PAYMENT, "2026-02-05", "10000")
    assert fold(agreed, history.entered, day("2026-02-28")).excess == money("544")
    account = fold(agreed, history.entered, day("2026-03-05"))
    assert account.excess == money("0")
    assert account.arrears.total == money("8912")


@pytest.mark.parametrize("on", ["2026-01-05", "2026-01-20", "2026-02-05", "2026-02-06", "2026-04-20", "2027-03-01"])
def test_paying_the_quote_leaves_nothing(on: str):
    early = EarlyEnd(charge_percent=Quoted(4), gst_percent=Quoted(18))
    agreed, history = lent(penal=PenalPolicy(percent=Quoted(24)), foreclosure=early)
    history.add(K.PAYMENT, "2026-02-05", "9000") if on > "2026-02-05" else None
    account = fold(agreed, history.entered, day(on))
    history.add(K.FORECLOSURE, on, str(payoff(account, day(on)).total))
    closed = fold(agreed, history.entered, day(on))
    assert closed.state is AccountState.SETTLED
    assert closed.outstanding.total == money("0")
    assert closed.scheduled_outstanding.total == money("0")
    assert closed.excess == money("0")


def test_a_foreclosure_that_is_short_is_refused_and_says_what_is_needed():
    agreed, history = lent()
    account = fold(agreed, history.entered, day("2026-01-20"))
    history.add(K.FORECLOSURE, "2026-01-20", "100986.29")
    with pytest.raises(ImpossibleTransaction, match=r"amount: 100986\.29 breaks the rule: .*100986\.30"):
        fold(agreed, history.entered, day("2026-01-20"))
    assert payoff(account, day("2026-01-20")).total == money("100986.30")


def test_a_prepayment_cuts_tenure_or_instalment():
    agreed, history = lent()
    account = fold(agreed, history.entered, day("2026-01-15"))
    history.add(K.PREPAYMENT, "2026-01-20", "50000")
    by_tenure = fold(agreed, history.entered, day("2026-01-20"))
    assert by_tenure.emi == 945600
    assert len(by_tenure) < 1 + 12
    smaller = advance(account, history_of(account, PrepaymentMode.CUT_INSTALMENT))
    assert len(smaller) == 1 + 12
    assert smaller.emi < by_tenure.emi // 2 + 10_000
    for cut in (by_tenure, smaller):
        assert cut.outstanding.principal == money("50986.30")
        assert sum(cut.due[0]) == 10_000_000


def history_of(account: object, mode: PrepaymentMode) -> Any:
    entered = History()
    entered.add(K.DISBURSEMENT, "2026-01-05", "100000")
    return entered.add(K.PREPAYMENT, "2026-01-20", "50000", mode=mode)


def test_a_non_performing_account_is_standard_again_only_when_all_arrears_are_paid():
    agreed, history = lent()
    account = fold(agreed, history.entered, day("2026-05-06"))
    assert (account.dpd, account.asset_class, account.npa_since) == (91, AssetClass.SUBSTANDARD, day("2026-05-06"))
    history.add(K.PAYMENT, "2026-05-10", "28368")
    part = fold(agreed, history.entered, day("2026-05-10"))
    assert (part.dpd, part.asset_class) == (6, AssetClass.SUBSTANDARD)
    history.add(K.PAYMENT, "2026-05-11", "9456")
    assert fold(agreed, history.entered, day("2026-05-11")).asset_class is AssetClass.STANDARD


def test_a_payment_and_its_reversal_never_happened():
    agreed, history = lent(penal=PenalPolicy(percent=Quoted(24)))
    history.add(K.PAYMENT, "2026-02-05", "9456")
    without = fold(agreed, history.entered, day("2026-06-01"))
    paid = history.add(K.PAYMENT, "2026-03-10", "9000")
    history.add(K.REVERSAL, "2026-03-12", reverses=paid.id)
    assert fold(agreed, history.entered, day("2026-06-01")) == without


def test_step_by_step_is_the_same_as_all_at_once():
    agreed, history = lent(penal=PenalPolicy(percent=Quoted(24)))
    for on, amount in (("2026-02-05", "9456"), ("2026-03-20", "5000"), ("2026-04-05", "20000")):
        history.add(K.PAYMENT, on, amount)
    account = fold(agreed, (), day("2026-01-01"))
    for each in history.entered:
        account = advance(at(account, each.value_on), each)
    assert at(account, day("2026-07-31")) == fold(agreed, history.entered, day("2026-07-31"))


def test_a_settlement_paid_in_time_closes_the_loan_and_one_that_lapsed_does_not():
    agreed, history = lent()
    history.add(K.SETTLEMENT, "2026-06-01", "60000", due_on=day("2026-06-30"))
    history.add(K.PAYMENT, "2026-06-10", "40000")
    late = [*history.entered]
    history.add(K.PAYMENT, "2026-06-30", "25000")
    closed = fold(agreed, history.entered, day("2026-06-30"))
    assert closed.is_settled
    assert closed.excess == money("5000")
    late_history = History()
    late_history.entered = late
    late_history.add(K.PAYMENT, "2026-07-01", "20000")
    assert not fold(agreed, late_history.entered, day("2026-07-01")).is_settled


def test_what_is_written_off_leaves_the_books_and_can_be_recovered():
    agreed, history = lent()
    history.add(K.WRITE_OFF, "2026-08-01")
    account = fold(agreed, history.entered, day("2026-08-01"))
    assert account.state is AccountState.WRITTEN_OFF
    claim = account.outstanding.total
    history.add(K.RECOVERY, "2026-09-01", "5000")
    assert fold(agreed, history.entered, day("2026-09-01")).outstanding.total == claim - money("5000")


def test_a_rate_reset_never_lets_the_instalment_fall_below_the_interest():
    agreed, history = lent()
    history.add(K.RATE_RESET, "2026-02-05", rate=Rate.yearly("150"), mode=PrepaymentMode.CUT_TENURE)
    account = fold(agreed, history.entered, day("2026-02-05"))
    assert all(account.owed[0][1:])


@pytest.mark.parametrize(
    ("kind", "amount", "fields", "said"),
    [
        (K.REFUND, "1", {}, "at most the excess, 0.00"),
        (K.WAIVER, "1", {"component": "interest"}, "at most what is owed"),
        (K.WRITE_OFF, "0", {}, ""),
    ],
)
def test_what_cannot_happen_names_field_value_and_rule(kind: K, amount: str, fields: dict[str, Any], said: str):
    if "component" in fields:
        fields = {"component": Component.INTEREST}
    agreed, history = lent()
    history.add(kind, "2026-01-10", amount, **fields)
    if kind is K.WRITE_OFF:
        assert fold(agreed, history.entered, day("2026-01-10")).written_off_on == day("2026-01-10")
        return
    with pytest.raises(ImpossibleTransaction, match=said):
        fold(agreed, history.entered, day("2026-01-10"))


def test_nothing_can_be_paid_before_money_was_lent():
    history = History()
    history.add(K.PAYMENT, "2026-01-10", "10")
    with pytest.raises(ImpossibleTransaction, match="not before the first disbursement"):
        fold(terms(), history.entered, day("2026-01-10"))
    assert fold(terms(), (), day("2026-01-10")).outstanding.total == Money(0)
