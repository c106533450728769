"""Conventions of servicing one by one: penal charges, early ends, waterfalls, rest of the published one-off figures."""

import pytest

from los_domain.repayment import (
    AccountTerms,
    ImpossibleTerms,
    ImpossibleTransaction,
    TransactionKind,
    fineract_progressive,
    fold,
    frappe,
    payoff,
)
from los_domain.repayment.account import AccountState
from los_domain.repayment.conventions import BrokenPeriod, Every, Method, Rests, Unit
from los_domain.repayment.servicing import (
    BrokenInterest,
    EarlyEnd,
    FutureMoney,
    InterestBasis,
    OverdueFrom,
    PenalBase,
    PenalKind,
    PenalPolicy,
    Walk,
    Waterfall,
)
from los_domain.repayment.transactions import Component, PrepaymentMode
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate
from tests.repayment.builders import History, day, money, terms

K = TransactionKind
P, N, F, X = Component.PRINCIPAL, Component.INTEREST, Component.FEE, Component.PENALTY


# -- penal charges


def test_frp_004_penal_days_count_the_due_date_and_the_day_asked_for():
    schedule = frappe(
        money("500000"),
        Rate.yearly("25"),
        12,
        day("2024-04-01"),
        first_due_on=day("2024-05-05"),
        broken_period=BrokenPeriod.WAIVED,
    )
    history = History()
    history.add(K.DISBURSEMENT, "2024-04-01", "500000")
    agreed = AccountTerms(schedule=schedule, penal=PenalPolicy(percent=Quoted(25), count=OverdueFrom.DAY_END))
    account = fold(agreed, history.entered, day("2024-07-06"))
    unpaid = [account.instalment(row).due for row in range(3)]
    assert [due.principal + due.interest for due in unpaid] == [money("47523")] * 3
    assert [due.penalties for due in unpaid] == [money("2050.65"), money("1041.60"), money("65.10")]
    assert account.arrears.penalties == money("3157.35")


@pytest.mark.parametrize(
    ("policy", "on", "asked"),
    [
        (PenalPolicy(percent=Quoted(36)), "2026-02-05", "0.00"),
        (PenalPolicy(percent=Quoted(36)), "2026-02-06", "9.33"),  # 9456 * 36% / 365
        (PenalPolicy(percent=Quoted(36)), "2026-02-15", "93.26"),
        (PenalPolicy(percent=Quoted(36), base=PenalBase.PRINCIPAL), "2026-02-15", "73.54"),
        (PenalPolicy(percent=Quoted(36), count=OverdueFrom.DAY_END), "2026-02-15", "102.59"),
        (PenalPolicy(percent=Quoted(36), grace_days=10), "2026-02-15", "0.00"),
        (PenalPolicy(percent=Quoted(36), grace_days=9), "2026-02-15", "93.26"),
        (PenalPolicy(percent=Quoted(36), most=money("50")), "2026-02-15", "50.00"),
        (PenalPolicy(kind=PenalKind.ONCE_FLAT, amount=money("500"), grace_days=3), "2026-02-08", "0.00"),
        (PenalPolicy(kind=PenalKind.ONCE_FLAT, amount=money("500"), grace_days=3), "2026-02-09", "500.00"),
        (PenalPolicy(kind=PenalKind.ONCE_FLAT, amount=money("500"), grace_days=3), "2026-03-04", "500.00"),
        (PenalPolicy(kind=PenalKind.ONCE_PERCENT, percent=Quoted(2)), "2026-02-20", "189.12"),
    ],
)
def test_what_late_money_costs(policy: PenalPolicy, on: str, asked: str):
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    account = fold(terms(penal=policy), history.entered, day(on))
    assert account.arrears.penalties == money(asked)
    assert account.outstanding.principal == money("100000")


def test_a_part_paid_instalment_bears_penalty_on_the_rest_only():
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    history.add(K.PAYMENT, "2026-02-15", "5093.26")  # 93.26 of it penalty
    account = fold(terms(penal=PenalPolicy(percent=Quoted(36))), history.entered, day("2026-02-25"))
    # 9456 for 10 days, then 4456 for 10 days, rounded together
    assert account.instalment(0).due.penalties == money("137.21")


@pytest.mark.parametrize(
    "made",
    [
        lambda: PenalPolicy(),
        lambda: PenalPolicy(kind=PenalKind.ONCE_FLAT, percent=Quoted(1)),
        lambda: PenalPolicy(percent=Quoted(-1)),
        lambda: PenalPolicy(percent=Quoted(1), amount=money("1")),
        lambda: PenalPolicy(percent=Quoted(1), grace_days=-1),
        lambda: Waterfall(due=(P, P, N, F)),
        lambda: Waterfall(in_advance=(P, N, F)),
    ],
)
def test_impossible_policies_are_refused(made: object):
    with pytest.raises(ImpossibleTerms):
        made()  # type: ignore[operator]


# -- early ends


@pytest.mark.parametrize(
    ("principal", "lent_on", "due", "paid_on", "days", "interest", "amount_due", "paid", "left_over"),
    [
        ("335533", "2024-11-25", "2025-01-24", "2025-01-23", 59, "9355.86", "344888.86", "344890", "1.14"),
        ("390547", "2024-10-30", "2024-12-29", "2024-12-28", 59, "10889.84", "401436.84", "401436", "0.00"),
    ],
)
def test_frp_005_and_006_a_drawdown_is_closed_to_the_rupee(
    principal: str,
    lent_on: str,
    due: str,
    paid_on: str,
    days: int,
    interest: str,
    amount_due: str,
    paid: str,
    left_over: str,
):
    schedule = frappe(money(principal), Rate.yearly("17.25"), 1, day(lent_on), first_due_on=day(due), rests=Rests.DAILY)
    agreed = AccountTerms(schedule=schedule, foreclosure=EarlyEnd(shortfall_waived=money("1")))
    history = History()
    history.add(K.DISBURSEMENT, lent_on, principal)
    quote = payoff(fold(agreed, history.entered, day(lent_on)), day(paid_on))
    assert (quote.interest, quote.total) == (money(interest), money(amount_due))
    history.add(K.FORECLOSURE, paid_on, paid)
    account = fold(agreed, history.entered, day(paid_on))
    assert account.is_settled
    assert account.excess == money(left_over)


def test_frp_006_on_the_due_date_sixty_days_are_due():
    schedule = frappe(
        money("390547"), Rate.yearly("17.25"), 1, day("2024-10-30"), first_due_on=day("2024-12-29"), rests=Rests.DAILY
    )
    history = History()
    history.add(K.DISBURSEMENT, "2024-10-30", "390547")
    account = fold(AccountTerms(schedule=schedule), history.entered, day("2024-12-29"))
    assert account.arrears.interest == money("11074.41")
    assert account.arrears.total == money("401621.41")


def test_frp_007_a_prepayment_pays_interest_to_the_day_and_the_rest_bears_three_days():
    schedule = frappe(
        money("486324"), Rate.yearly("17.25"), 1, day("2024-11-27"), first_due_on=day("2025-01-26"), rests=Rests.DAILY
    )
    history = History()
    history.add(K.DISBURSEMENT, "2024-11-27", "486324")
    paid = history.add(K.PREPAYMENT, "2025-01-23", "420568")
    account = fold(AccountTerms(schedule=schedule), history.entered, day("2025-01-23"))
    to = account.allocation_of(paid.id).to
    assert (to.interest, to.principal) == (money("13100.77"), money("407467.23"))
    assert account.outstanding.principal == money("78856.77")
    assert account.instalment(-1).due.interest == money("111.80")


@pytest.mark.parametrize(
    ("broken", "interest"),
    [(BrokenInterest.DAYS, "986.30"), (BrokenInterest.SHARE, "967.74"), (BrokenInterest.WHOLE_PERIOD, "2000.00")],
)
def test_interest_of_a_broken_period(broken: BrokenInterest, interest: str):
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    account = fold(terms(broken=broken), history.entered, day("2026-01-20"))
    assert payoff(account, day("2026-01-20")).interest == money(interest)


def test_the_cooling_off_period_has_no_charge():
    early = EarlyEnd(charge_percent=Quoted(4), gst_percent=Quoted(18), free_days=3)
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    account = fold(terms(foreclosure=early), history.entered, day("2026-01-05"))
    assert payoff(account, day("2026-01-08")).charge == money("0")
    later = payoff(account, day("2026-01-09"))
    assert (later.charge, later.gst) == (money("4000"), money("720"))


def test_a_charge_on_a_prepayment_comes_out_of_the_money():
    early = EarlyEnd(charge_percent=Quoted(2), gst_percent=Quoted(18))
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    paid = history.add(K.PREPAYMENT, "2026-02-05", "61456")
    account = fold(terms(prepayment=early), history.entered, day("2026-02-05"))
    to = account.allocation_of(paid.id)
    assert to.to.principal + to.to.interest + to.to.fees + to.excess == money("61456")
    early_principal = to.to.principal - money("7456")
    assert to.to.fees == Money(early_principal.paise * 2 // 100 + 1 + early_principal.paise * 2 * 18 // 10_000 + 1) or (
        abs(to.to.fees.paise - early_principal.paise * 236 // 10_000) <= 2
    )


@pytest.mark.parametrize("mode", PrepaymentMode)
def test_each_way_of_prepaying_repays_the_same_principal(mode: PrepaymentMode):
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    history.add(K.PREPAYMENT, "2026-02-05", "39456", mode=mode)
    account = fold(terms(), history.entered, day("2026-02-05"))
    assert sum(account.due[0]) == 100_000_00
    assert account.outstanding.principal == money("62544")
    following = account.instalment(account.fallen)
    match mode:
        case PrepaymentMode.CUT_TENURE:
            assert following.due.total == money("9456")
            assert (account.maturity_on or day("2099-01-01")) < day("2027-01-05")
        case PrepaymentMode.CUT_INSTALMENT:
            assert following.due.total < money("9456")
            assert account.maturity_on == day("2027-01-05")
        case PrepaymentMode.SKIP:
            assert following.due.principal == money("0")
            assert account.maturity_on == day("2027-01-05")


# -- waterfalls


@pytest.mark.parametrize(
    ("due", "walk", "money_in", "expected"),
    [
        (
            (X, F, N, P),
            Walk.INSTALMENT,
            "1000",
            {"interest": "400", "fees": "100", "penalties": "500", "principal": "0"},
        ),
        ((P, N, F, X), Walk.INSTALMENT, "1000", {"interest": "0", "fees": "0", "penalties": "0", "principal": "1000"}),
        (
            (N, P, X, F),
            Walk.COMPONENT,
            "5000",
            {"interest": "3850.88", "fees": "0", "penalties": "0", "principal": "1149.12"},
        ),
        (
            (X, F, N, P),
            Walk.COMPONENT,
            "5000",
            {"interest": "3850.88", "fees": "100", "penalties": "500", "principal": "549.12"},
        ),
    ],
)
def test_money_goes_in_the_order_agreed(
    due: tuple[Component, ...], walk: Walk, money_in: str, expected: dict[str, str]
):
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    history.add(K.CHARGE, "2026-02-04", "100", component=F)
    history.add(K.CHARGE, "2026-02-04", "500", component=X)
    paid = history.add(K.PAYMENT, "2026-03-10", money_in)
    account = fold(terms(waterfall=Waterfall(due=due, walk=walk)), history.entered, day("2026-03-10"))
    to = account.allocation_of(paid.id).to
    assert {name: getattr(to, name) for name in expected} == {name: money(text) for name, text in expected.items()}


@pytest.mark.parametrize(
    ("future", "excess", "second", "last"),
    [
        (FutureMoney.EXCESS, "1000", "0", "0"),
        (FutureMoney.NEXT_INSTALMENT, "0", "1000", "0"),
        (FutureMoney.LAST_INSTALMENT, "0", "0", "1000"),
        (FutureMoney.NEXT_THEN_LAST, "0", "1000", "0"),
        (FutureMoney.REAMORTISE, "0", "90.91", "90.90"),
    ],
)
def test_money_beyond_the_dues(future: FutureMoney, excess: str, second: str, last: str):
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    history.add(K.PAYMENT, "2026-02-05", "10456")
    account = fold(terms(waterfall=Waterfall(future=future)), history.entered, day("2026-02-05"))
    assert account.excess == money(excess)
    assert account.instalment(1).paid.total == money(second)
    assert account.instalment(11).paid.total == money(last)


def test_a_non_performing_loan_may_have_an_order_of_its_own():
    agreed = terms(npa_waterfall=Waterfall(due=(P, N, F, X)))
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    paid = history.add(K.PAYMENT, "2026-05-10", "9456")
    to = fold(agreed, history.entered, day("2026-05-10")).allocation_of(paid.id).to
    assert (to.principal, to.interest) == (money("7456"), money("2000"))
    early = History()
    early.add(K.DISBURSEMENT, "2026-01-05", "100000")
    paid = early.add(K.PAYMENT, "2026-05-06", "2000")
    assert fold(agreed, early.entered, day("2026-05-06")).allocation_of(paid.id).to.interest == money("2000")


# -- ends


def test_fin_writeoff_001_the_whole_outstanding_of_every_component_is_written_off():
    schedule = fineract_progressive(
        money("1000"), Rate.yearly("0"), 3, day("2023-01-01"), every=Every(15, Unit.DAY), down_payment=Quoted(25)
    )
    agreed = AccountTerms(schedule=schedule, waterfall=Waterfall(future=FutureMoney.NEXT_INSTALMENT))
    history = History()
    history.add(K.DISBURSEMENT, "2023-01-01", "1000")
    history.add(K.DOWN_PAYMENT, "2023-01-01")
    paid = history.add(K.PAYMENT, "2023-01-22", "100")
    gone = history.add(K.WRITE_OFF, "2023-01-29")
    account = fold(agreed, history.entered, day("2023-01-29"))
    written = account.allocation_of(gone.id)
    assert (written.amount, written.to.principal, written.to.total, written.balance) == (
        money("650"),
        money("650"),
        money("650"),
        money("0"),
    )
    assert account.state is AccountState.WRITTEN_OFF
    history.add(K.CHARGE, "2023-01-30", "10", component=F)
    with pytest.raises(ImpossibleTransaction, match="written off"):
        fold(agreed, history.entered, day("2023-01-30"))
    assert paid.kind is K.PAYMENT


@pytest.mark.parametrize("late", [True, False])
def test_by_the_day_late_principal_bears_interest_where_agreed(late: bool):
    agreed = terms(basis=InterestBasis.DAILY_BALANCE, late_interest=late, conventions={"rests": Rests.DAILY})
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    account = fold(agreed, history.entered, day("2026-03-05"))
    assert account.instalment(0).due.interest == money("2038.36")  # 31 days
    # February has 28 days, on the principal with or without what was due and is unpaid
    assert account.instalment(1).due.interest == money("1841.10" if late else "1704.53")


@pytest.mark.parametrize("method", Method)
def test_a_rate_reset_keeps_to_the_method(method: Method):
    agreed = terms(conventions={"method": method})
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    history.add(K.RATE_RESET, "2026-03-05", rate=Rate.yearly("30"))
    if method is Method.FLAT:
        with pytest.raises(ImpossibleTransaction, match="flat"):
            fold(agreed, history.entered, day("2026-03-05"))
        return
    account = fold(agreed, history.entered, day("2026-03-05"))
    assert sum(account.due[0]) == 100_000_00
    before, after = account.instalment(1).due, account.instalment(2).due
    assert after.interest > before.interest - money("200")


def test_a_reschedule_lays_out_what_is_left_and_keeps_interest_apart():
    history = History()
    history.add(K.DISBURSEMENT, "2026-01-05", "100000")
    history.add(K.RESCHEDULE, "2026-03-20", instalments=24, to_on=day("2026-05-05"))
    account = fold(terms(), history.entered, day("2026-03-20"))
    assert account.dpd == 0
    assert account.outstanding.principal == money("100000")
    assert account.maturity_on == day("2028-04-05")
    first = account.instalment(account.fallen)
    # two unpaid interests and the days since stand in the first new due, and bear nothing
    assert first.due_on == day("2026-05-05")
    assert first.due.interest > money("3850.88")
    assert account.outstanding.interest > money("3850.88")
