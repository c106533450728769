"""What transactions do to a running account: one function a kind, found by a table."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import attrs

from los_domain.repayment import accruing
from los_domain.repayment.conventions import Disbursement, DueDateShift, Method, RateChange
from los_domain.repayment.due_dates import calendar
from los_domain.repayment.laying import (
    Ahead,
    cut,
    extend,
    lay_out,
    row_of,
    take_over,
    unpaid_interest,
)
from los_domain.repayment.model import RowKind, Terms
from los_domain.repayment.running import (
    FEE,
    GIVEN,
    GIVEN_EXCESS,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    RECEIVED,
    RECEIVED_EXCESS,
    RECOVERED,
    WAIVED,
    WRITTEN_OFF,
    Movement,
    Running,
)
from los_domain.repayment.schedule import schedule
from los_domain.repayment.servicing import NUMBER, EarlyEnd
from los_domain.repayment.transactions import (
    RECEIPTS,
    ImpossibleTransaction,
    PrepaymentMode,
    Transaction,
    TransactionKind,
    named,
)
from los_domain.repayment.waterfall import spread
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Rate

K = TransactionKind
PLAIN = RECEIPTS - {K.PREPAYMENT, K.FORECLOSURE}
"""Receipts that only go down the waterfall."""
CHANGES = frozenset({K.DISBURSEMENT, K.RATE_RESET, K.RESCHEDULE, K.DUE_DATE_SHIFT, K.CHARGE})


def apply(account: Running, transaction: Transaction) -> None:
    """
    Let *transaction* happen to *account*, which moves to its day first.

    Raises ImpossibleTransaction when it comes before what has happened already, or cannot happen to this account.
    """
    order = transaction.order
    if account.last is not None and order <= account.last:
        rule = f"after the last transaction, {account.last[0]}; anything earlier needs a new fold"
        raise ImpossibleTransaction.because("value_on", transaction.value_on, rule)
    if not account.disbursed and transaction.kind is not K.DISBURSEMENT:
        raise ImpossibleTransaction.because("value_on", transaction.value_on, "not before the first disbursement")
    day = transaction.value_on.toordinal()
    if day < account.day:
        raise ImpossibleTransaction.because(
            "value_on", transaction.value_on, f"not before {date.fromordinal(account.day)}, where the account stands"
        )
    if account.written_off_on and transaction.kind in CHANGES:
        raise ImpossibleTransaction.because(
            "kind", transaction.kind.value, "nothing is agreed anew on what is written off"
        )
    account.to(day)
    if account.is_daily and transaction.kind not in PLAIN:
        accruing.project(account, day)
    HAPPENS[transaction.kind](account, transaction, day)
    if account.is_daily:
        accruing.step(account, day)
    account.last = order
    if transaction.kind in RECEIPTS or transaction.kind is K.WAIVER:
        account.upgrade()


# -- money paid out


def _disburse(account: Running, transaction: Transaction, day: int) -> None:
    amount = transaction.amount.paise
    account.disbursed.append((day, amount))
    paid = tuple(Disbursement(date.fromordinal(each), Money(paise)) for each, paise in account.disbursed)
    plan = account.plan
    if plan.disbursements != paid:
        plan = attrs.evolve(plan, disbursements=paid)
    if account.relaid:
        _add_to_the_rest(account, day, amount)
    else:
        _replan(account, plan, day)
    withheld = transaction.fee.paise + transaction.gst.paise + transaction.upfront_interest.paise
    account.moved[Movement.PAID_OUT] += amount - withheld
    account.moved[Movement.FEE_WITHHELD] += transaction.fee.paise
    account.moved[Movement.GST_WITHHELD] += transaction.gst.paise
    account.moved[Movement.INTEREST_WITHHELD] += transaction.upfront_interest.paise
    account.to(day)
    account.note(transaction.id, K.DISBURSEMENT, day, amount, (0, 0, 0, 0), 0)


def _replan(account: Running, plan: Terms, day: int) -> None:
    """Let *plan* hold, and take over its rows."""
    owed = account.balance
    lent = sum(each.amount.paise for each in plan.disbursements) - sum(
        each.amount.paise for each in account.plan.disbursements
    )
    first = not account.due_days
    account.agree(plan)
    over = take_over(account, schedule(plan))
    if any(over):
        # rows that had got more than they ask for now: their money is spread again
        for component in range(4):
            account.moved[RECEIVED + component] -= over[component]
        _receive(account, None, K.PAYMENT, sum(over), day)
    if account.is_daily:
        accruing.level_out(account, plan.principal.paise if first else owed + lent)


def _pay_down(account: Running, transaction: Transaction, day: int) -> None:
    """Pay the down payment of today's disbursement, or as much of it as there is money."""
    today = (row for row in range(account.fallen) if account.due_days[row] == day)
    asked = sum(account.owed[PRINCIPAL][row] for row in today if account.kinds[row] is RowKind.DOWN_PAYMENT)
    amount = transaction.amount.paise or asked
    if not amount:
        raise ImpossibleTransaction.because("value_on", transaction.value_on, "a day on which a down payment is due")
    _receive(account, transaction.id, K.DOWN_PAYMENT, amount, day)


# -- money in


def _receive(account: Running, of: UUID | None, kind: K, amount: int, day: int) -> None:
    """Spread *amount* over what is owed; what is left is excess."""
    got = [0, 0, 0, 0]
    waterfall = account.waterfall()
    future = None if account.settlement or account.written_off_on else waterfall.future_for(kind)
    left = spread(account, amount, day, waterfall, future, got)
    _book(account, of, kind, day, amount, got, left)


def _book(account: Running, of: UUID | None, kind: K, day: int, amount: int, got: Sequence[int], left: int) -> None:
    """Count what *amount* did: by component, and *left* as excess."""
    given = kind in (K.GOODWILL, K.INTEREST_CREDIT)
    account.count(GIVEN if given else RECOVERED if account.written_off_on else RECEIVED, got)
    if left:
        account.moved[GIVEN_EXCESS if given else RECEIVED_EXCESS] += left
        account.excess += left
    account.note(of, kind, day, amount, got, left)


def _pay(account: Running, transaction: Transaction, day: int) -> None:
    if account.written_off_on and transaction.kind in (K.GOODWILL, K.INTEREST_CREDIT):
        raise ImpossibleTransaction.because("kind", transaction.kind.value, "a claim off the books is waived instead")
    amount = transaction.amount.paise
    if account.settlement is None:
        _receive(account, transaction.id, transaction.kind, amount, day)
        return
    agreed, until, so_far = account.settlement
    counts = min(amount, agreed - so_far)
    _receive(account, transaction.id, transaction.kind, amount, day)
    account.settlement = agreed, until, so_far + counts
    if so_far + counts == agreed:
        _complete_settlement(account, day, beyond=amount - counts)


def _complete_settlement(account: Running, day: int, *, beyond: int) -> None:
    """The agreed sum is there: call everything in, let what was held pay it, and forgive the rest."""
    account.settlement = None
    _call_in(account, day)
    held = account.excess - beyond
    if held > 0:
        account.excess = held
        account.apply_excess(day)
        account.excess += beyond
    _forgive_all(account, day)


def _forgive_all(account: Running, day: int) -> None:
    """Waive what is left. What is off the books already is forgiven without a movement."""
    for component in range(4):
        column = account.owed[component]
        for row, paise in enumerate(column):
            if paise:
                column[row] = 0
                account.waived[component][row] += paise
                account.close_row(row, day)
                if not account.written_off_on:
                    account.moved[WAIVED + component] += paise


def _prepay(account: Running, transaction: Transaction, day: int) -> None:
    terms = account.terms
    if account.written_off_on or account.settlement:
        _pay(account, transaction, day)
        return
    amount = transaction.amount.paise
    got = [0, 0, 0, 0]
    waterfall = account.waterfall()
    left = spread(account, amount, day, waterfall, None, got)
    if left and account.fallen < len(account.due_days):
        charges = sum(sum(account.owed[component][account.fallen :]) for component in (FEE, PENALTY))
        if left >= sum(closing(account, day, terms.foreclosure)) + charges:
            _close(account, day, terms.foreclosure)
            left = spread(account, left, day, waterfall, None, got)
        else:
            left = _pay_early(account, transaction, day, left, got)
    _book(account, transaction.id, transaction.kind, day, amount, got, left)


def _pay_early(account: Running, transaction: Transaction, day: int, money: int, got: list[int]) -> int:
    """Pay interest to *day*, then principal, and lay out the rest afresh. Return the money that did neither."""
    interest = max(0, unpaid_interest(account, day))
    ahead = Ahead.of(account)
    principal, charge, gst = _most_principal(account, day, min(money - interest, ahead.principal), money - interest)
    if principal <= 0:
        return money
    row = cut(account, day, interest, needed=True)
    account.ask(PRINCIPAL, row, principal)
    _levy(account, row, charge, gst)
    left = spread(account, money, day, account.waterfall(), None, got)
    mode = transaction.mode or account.terms.mode
    lay_out(account, ahead, day, ahead.principal - principal, mode=mode, skipped=principal)
    return left


def _most_principal(account: Running, day: int, principal: int, money: int) -> tuple[int, int, int]:
    """Return the most principal, up to *principal*, that *money* pays early together with the charge and tax on it."""
    while principal > 0:
        charge, gst = early_charge(account, account.terms.prepayment, day, principal)
        over = principal + charge + gst - money
        if over <= 0:
            return principal, charge, gst
        principal -= max(1, over * principal // (principal + charge + gst))
    return 0, 0, 0


def early_charge(account: Running, early: EarlyEnd, day: int, principal: int) -> tuple[int, int]:
    """Return the charge for paying *principal* early on *day*, and the tax on it."""
    if early.charge_percent is None or day - account.disbursed[0][0] <= early.free_days:
        return 0, 0
    num, den = early.charge_percent.ratio
    charge = Rounding.HALF_UP.divide(principal * num, den)
    if early.gst_percent is None:
        return charge, 0
    num, den = early.gst_percent.ratio
    return charge, Rounding.HALF_UP.divide(charge * num, den)


def _foreclose(account: Running, transaction: Transaction, day: int) -> None:
    early = account.terms.foreclosure
    if account.written_off_on and account.excess:
        account.apply_excess(day)
    if account.written_off_on or account.settlement:
        _pay(account, transaction, day)
        return
    amount = transaction.amount.paise
    need = sum(dues(account)) + sum(closing(account, day, early)) - account.excess
    short = need - amount
    if short > early.shortfall_waived.paise:
        rule = f"at least what closes the loan, {Money(need)}; a smaller sum is a payment or a prepayment"
        raise ImpossibleTransaction.because("amount", transaction.amount, rule)
    _close(account, day, early)
    if account.excess:
        account.apply_excess(day)
    _receive(account, transaction.id, transaction.kind, amount, day)
    if short > 0:
        _forgive_all(account, day)


def dues(account: Running) -> tuple[int, int, int, int]:
    """Return what is owed in rows that have fallen due, by component; charges of later rows count as due."""
    fallen = account.fallen
    principal, interest, fee, penalty = account.owed
    return sum(principal[:fallen]), sum(interest[:fallen]), sum(fee), sum(penalty)


def closing(account: Running, day: int, early: EarlyEnd) -> tuple[int, int, int, int]:
    """Return what closes the loan on *day* beyond its dues: principal, interest, charge and tax; interest may be negative."""
    fallen = account.fallen
    principal = sum(account.owed[PRINCIPAL][fallen:]) - sum(account.capital[fallen:])
    interest = unpaid_interest(account, day, closing=True)
    return principal, interest, *early_charge(account, early, day, principal)


def _close(account: Running, day: int, early: EarlyEnd) -> None:
    """Call in everything, with the charge for an early end."""
    _, _, charge, gst = closing(account, day, early)
    row = _call_in(account, day, closing=True)
    _levy(account, row, charge, gst)


def _call_in(account: Running, day: int, *, closing: bool = False) -> int:
    """Make all principal, and the interest to *day*, due today. Return the row."""
    ahead = Ahead.of(account)
    interest = unpaid_interest(account, day, closing=closing)
    row = cut(account, day, interest, needed=True)
    account.ask(PRINCIPAL, row, ahead.principal)
    for component in (FEE, PENALTY):
        account.ask(component, row, ahead.charges[component])
    return row


def _levy(account: Running, row: int, charge: int, gst: int) -> None:
    if charge + gst:
        account.ask(FEE, row, charge + gst)
        account.moved[Movement.FEE_CHARGED] += charge
        account.moved[Movement.GST_CHARGED] += gst


# -- terms that change


def _add_to_the_rest(account: Running, day: int, amount: int) -> None:
    ahead = Ahead.of(account)
    if not ahead.due_days:
        raise ImpossibleTransaction.because(
            "value_on", date.fromordinal(day), "before the last due date: nothing is left to repay it in"
        )
    interest = unpaid_interest(account, day)
    cut(account, day, min(0, interest))
    lay_out(account, ahead, day, ahead.principal + amount, mode=PrepaymentMode.CUT_INSTALMENT, carried=max(0, interest))


def _reset_rate(account: Running, transaction: Transaction, day: int) -> None:
    rate = named("rate", transaction.rate)
    _need_reducing(account, "rate")
    ahead = Ahead.of(account)
    if not ahead.due_days:
        raise ImpossibleTransaction.because("value_on", transaction.value_on, "before the last due date")
    # the interval that ends on the first day of the new rate is the first at it
    start = max(day - 1, account.from_days[account.fallen])
    interest = unpaid_interest(account, start)
    cut(account, day, min(0, interest))
    account.agree(_at_rate(account.plan, transaction.value_on, rate))
    mode = transaction.mode or PrepaymentMode.CUT_INSTALMENT
    if mode is PrepaymentMode.CUT_TENURE:
        extend(account, ahead)
    lay_out(account, ahead, start, ahead.principal, mode=mode, carried=max(0, interest))


def _at_rate(plan: Terms, first_day: date, rate: Rate) -> Terms:
    """Return *plan* with *rate* from *first_day* on; what was to change later is off."""
    before = tuple(change for change in plan.rate_changes if change.first_day < first_day)
    return attrs.evolve(plan, rate_changes=(*before, RateChange(first_day, rate)))


def _reschedule(account: Running, transaction: Transaction, day: int) -> None:
    _need_reducing(account, "kind")
    ahead = Ahead.of(account)
    interest = unpaid_interest(account, day)
    unpaid = _take_out_of_dues(account, day)
    count = transaction.instalments or len(ahead.due_days)
    first = transaction.to_on or (date.fromordinal(ahead.due_days[0]) if ahead.due_days else None)
    if not count or first is None or first <= transaction.value_on:
        raise ImpossibleTransaction.because("to_on", first, f"a first due date after {transaction.value_on}")
    principal = ahead.principal + unpaid[PRINCIPAL]
    cut(account, day, min(0, interest))
    plan = _rest_of(account.plan, transaction.value_on, Money(principal), count, first)
    if transaction.rate is not None:
        plan = attrs.evolve(plan, rate=transaction.rate, rate_changes=())
    account.agree(plan)
    ahead = attrs.evolve(ahead, due_days=list(calendar(plan).due_days), principals=[], interests=[])
    agreed = transaction.instalment.paise if transaction.instalment is not None else None
    carried = max(0, interest) + unpaid[INTEREST]
    mode = PrepaymentMode.CUT_INSTALMENT
    lay_out(account, ahead, day, principal, mode=mode, instalment=agreed, carried=carried)
    for component in (FEE, PENALTY):
        if unpaid[component]:
            account.ask(component, account.fallen, unpaid[component])


def _take_out_of_dues(account: Running, day: int) -> list[int]:
    """Let the rows that have fallen due ask only for what they were paid. Return what they were owed, by component."""
    unpaid = [0, 0, 0, 0]
    for row in range(account.fallen):
        for component in range(4):
            paise = account.owed[component][row]
            unpaid[component] += paise
            account.due[component][row] -= paise
            account.owed[component][row] = 0
        account.close_row(row, day)
    return unpaid


def _rest_of(plan: Terms, on: date, principal: Money, instalments: int, first_due_on: date) -> Terms:
    """Return *plan* as it goes on for *principal* from *on*, free of what belonged to its beginning."""
    on_or_before = [change for change in plan.rate_changes if change.first_day <= on]
    return attrs.evolve(
        plan,
        disbursements=(Disbursement(on, principal),),
        rate=on_or_before[-1].rate if on_or_before else plan.rate,
        rate_changes=plan.rate_changes[len(on_or_before) :],
        instalments=instalments,
        counted_from=None,
        first_due_on=first_due_on,
        due_day=None,
        cutoff_day=None,
        due_dates=(),
        last_due_on=None,
        due_date_shifts=(),
        steps=(),
        balloon=Money(0),
        instalment=None,
        principal_grace=0,
        interest_grace=0,
        interest_free=0,
        moratorium=None,
        down_payment=None,
        tuned=False,
    )


def _shift_due_date(account: Running, transaction: Transaction, day: int) -> None:
    due_on, to_on = named("due_on", transaction.due_on), named("to_on", transaction.to_on)
    if account.relaid:
        raise ImpossibleTransaction.because("kind", "due_date_shift", "a plan laid out afresh is rescheduled instead")
    if due_on.toordinal() not in account.due_days[account.fallen :]:
        raise ImpossibleTransaction.because("due_on", due_on, "the due date of an instalment to come")
    if to_on <= transaction.value_on:
        raise ImpossibleTransaction.because("to_on", to_on, f"after {transaction.value_on}")
    shift = DueDateShift(due_on, to_on)
    _replan(account, attrs.evolve(account.plan, due_date_shifts=(*account.plan.due_date_shifts, shift)), day)


def _need_reducing(account: Running, field: str) -> None:
    if account.plan.method is Method.FLAT:
        raise ImpossibleTransaction.because(field, "flat", "flat interest is fixed for the term")


# -- charges, waivers, the end


def _charge(account: Running, transaction: Transaction, day: int) -> None:
    component = NUMBER[named("component", transaction.component)]
    if component < FEE:
        raise ImpossibleTransaction.because("component", transaction.component, "a fee or a penalty")
    due_day = (transaction.due_on or transaction.value_on).toordinal()
    amount, gst = transaction.amount.paise, transaction.gst.paise
    row = row_of(account, due_day)
    account.ask(component, row, amount)
    account.charges.append((row, component, due_day, amount))
    if component == FEE:
        account.moved[Movement.FEE_CHARGED] += amount - gst
        account.moved[Movement.GST_CHARGED] += gst
    else:
        if gst:
            raise ImpossibleTransaction.because("gst", transaction.gst, "zero: a penal charge bears no tax")
        account.moved[Movement.PENALTY_CHARGED] += amount
    account.to(day)


def _waive(account: Running, transaction: Transaction, day: int) -> None:
    component = NUMBER[named("component", transaction.component)]
    owed = account.owed[component]
    rows = range(account.fallen if component < FEE else len(owed))
    amount = transaction.amount.paise
    if amount > sum(owed[row] for row in rows):
        rule = f"at most what is owed of it, {Money(sum(owed[row] for row in rows))}"
        raise ImpossibleTransaction.because("amount", transaction.amount, rule)
    for row in rows:
        part = min(owed[row], amount)
        if part:
            owed[row] -= part
            account.waived[component][row] += part
            amount -= part
            account.close_row(row, day)
    if not account.written_off_on:
        account.moved[WAIVED + component] += transaction.amount.paise


def _settle(account: Running, transaction: Transaction, day: int) -> None:
    until = named("due_on", transaction.due_on).toordinal()
    if until < day:
        raise ImpossibleTransaction.because("due_on", transaction.due_on, f"on or after {transaction.value_on}")
    account.settlement = transaction.amount.paise, until, 0


def _refund(account: Running, transaction: Transaction, day: int) -> None:
    amount = transaction.amount.paise
    if amount > account.excess:
        rule = f"at most the excess, {Money(account.excess)}"
        raise ImpossibleTransaction.because("amount", transaction.amount, rule)
    account.excess -= amount
    account.moved[Movement.REFUNDED] += amount
    account.note(transaction.id, transaction.kind, day, amount, (0, 0, 0, 0), -amount)


def _charge_off(account: Running, transaction: Transaction, day: int) -> None:
    account.charged_off_on = account.charged_off_on or day
    gone = _outstanding(account, day)
    account.note(transaction.id, K.CHARGE_OFF, day, sum(gone), gone, 0, balance=0)


def _outstanding(account: Running, day: int) -> list[int]:
    """Return what is owed today by component: dues, principal to come, and interest that has accrued."""
    principal, interest, fees, penalties = dues(account)
    ahead = sum(account.owed[PRINCIPAL][account.fallen :]) - sum(account.capital[account.fallen :])
    return [principal + ahead, interest + max(0, unpaid_interest(account, day)), fees, penalties]


def _write_off(account: Running, transaction: Transaction, day: int) -> None:
    account.skip_paid()
    if account.written_off_on or account.first_open >= len(account.due_days):
        raise ImpossibleTransaction.because("kind", "write_off", "something is outstanding and not written off yet")
    if account.fallen < len(account.due_days):
        _call_in(account, day)
    gone = [sum(column) for column in account.owed]
    account.count(WRITTEN_OFF, gone)
    account.note(transaction.id, K.WRITE_OFF, day, sum(gone), gone, 0, balance=0)
    account.settlement = None
    account.written_off_on = day


def _classify(account: Running, transaction: Transaction, day: int) -> None:
    account.borrower_npa = transaction.npa
    if transaction.npa:
        account.npa_since = account.npa_since or day
    else:
        account.skip_paid()
        if account.oldest >= account.fallen:
            account.npa_since = 0


HAPPENS: dict[TransactionKind, Callable[[Running, Transaction, int], None]] = {
    K.DISBURSEMENT: _disburse,
    K.RATE_RESET: _reset_rate,
    K.RESCHEDULE: _reschedule,
    K.DUE_DATE_SHIFT: _shift_due_date,
    K.CHARGE: _charge,
    K.WAIVER: _waive,
    K.SETTLEMENT: _settle,
    K.DOWN_PAYMENT: _pay_down,
    K.PAYMENT: _pay,
    K.PREPAYMENT: _prepay,
    K.FORECLOSURE: _foreclose,
    K.MERCHANT_REFUND: _pay,
    K.GOODWILL: _pay,
    K.INTEREST_CREDIT: _pay,
    K.RECOVERY: _pay,
    K.REFUND: _refund,
    K.CHARGE_OFF: _charge_off,
    K.WRITE_OFF: _write_off,
    K.CLASSIFICATION: _classify,
}
