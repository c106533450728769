"""
What transactions do to a running account: one function a kind, found by a table.

Changes of the dues to come (prepayment, rate reset, reschedule, an early end) go by one way: what was paid and accrued so far
becomes a row of its own that ends today, and the principal left is laid out afresh behind it.
"""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import attrs

from los_domain.repayment.conventions import Disbursement, DueDateShift, Method, MoratoriumInterest, Rests
from los_domain.repayment.due_dates import calendar
from los_domain.repayment.emi import rounded_annuity
from los_domain.repayment.impossible import MOST_INSTALMENTS
from los_domain.repayment.interest import Ratio, by_days, whole_period
from los_domain.repayment.model import RowKind, Schedule, Terms
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
from los_domain.repayment.servicing import BrokenInterest, EarlyEnd
from los_domain.repayment.transactions import (
    RECEIPTS,
    ImpossibleTransaction,
    PrepaymentMode,
    Transaction,
    TransactionKind,
    named,
)
from los_domain.repayment.waterfall import NUMBER, spread
from los_domain.shared.money import Money, Rounding

K = TransactionKind


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
    account.to(day)
    HAPPENS[transaction.kind](account, transaction, day)
    account.last = order
    account.settle_marks(day, money=transaction.kind in RECEIPTS or transaction.kind is K.WAIVER)


# -- money paid out


def _disburse(account: Running, transaction: Transaction, day: int) -> None:
    if account.written_off_on:
        raise ImpossibleTransaction.because("kind", "disbursement", "nothing is lent on a loan that is written off")
    amount = transaction.amount.paise
    account.disbursed.append((day, amount))
    paid = tuple(Disbursement(date.fromordinal(each), Money(paise)) for each, paise in account.disbursed)
    plan = account.plan
    if plan.disbursements != paid:
        plan = attrs.evolve(plan, disbursements=paid)
    account.plan = plan
    if account.relaid:
        _add_to_the_rest(account, day, amount)
    else:
        _lay(account, schedule(plan), day)
    withheld = transaction.fee.paise + transaction.gst.paise + transaction.upfront_interest.paise
    account.moved[Movement.PAID_OUT] += amount - withheld
    account.moved[Movement.FEE_WITHHELD] += transaction.fee.paise
    account.moved[Movement.GST_WITHHELD] += transaction.gst.paise
    account.moved[Movement.INTEREST_WITHHELD] += transaction.upfront_interest.paise
    account.to(day)
    if account.terms.down_payment_at_once:
        _pay_down(account, day)


def _lay(account: Running, plan: Schedule, day: int) -> None:
    """Take over the rows of *plan*. What was paid before stays paid, row by row; what a row cannot hold is spread again."""
    old = [(account.due_days[row], account.kinds[row]) for row in range(len(account.due_days))]
    before = account.due, account.owed, account.waived, account.paid_on, account.early, account.late
    penal = account.counts, account.penal
    downs = set(plan.down_payments)
    due_days = list(plan.due_days)
    kinds = [RowKind.DOWN_PAYMENT if row in downs else RowKind.INSTALMENT for row in range(len(due_days))]
    from_days = list(plan.from_days)
    columns = [list(plan.principal), list(plan.interest)]
    capital = _capitalised(account, plan)
    for row, (due_day, kind) in enumerate(old):
        if kind is RowKind.EXTRA:
            kinds.append(kind)
            due_days.append(due_day)
            from_days.append(account.from_days[row])
            capital.append(0)
            for column in columns:
                column.append(0)
    rows = len(due_days)
    account.emi = plan.instalment
    account.from_days, account.due_days, account.kinds, account.capital = from_days, due_days, kinds, capital
    account.due = [*columns, [0] * rows, [0] * rows]
    account.owed = [list(column) for column in account.due]
    account.waived = [[0] * rows for _ in range(4)]
    account.brought = [0] * rows
    account.paid_on, account.early, account.late, account.counts, account.penal = ([0] * rows for _ in range(5))
    account.first_open = account.oldest = account.fallen = 0
    # a row of the new plan takes over from the old one that it is: the same kind, the same place among its kind
    places: dict[RowKind, list[int]] = {}
    for row, kind in enumerate(kinds):
        places.setdefault(kind, []).append(row)
    seen: dict[RowKind, int] = {}
    moved: dict[int, int] = {}
    over = [0, 0, 0, 0]
    due, owed, waived, paid_on, early, late = before
    for row, (_, kind) in enumerate(old):
        place = seen.get(kind, 0)
        seen[kind] = place + 1
        new = places[kind][place]
        moved[row] = new
        account.paid_on[new], account.early[new], account.late[new] = paid_on[row], early[row], late[row]
        account.counts[new], account.penal[new] = penal[0][row], penal[1][row]
        for component in range(4):
            if component >= FEE:
                account.due[component][new] = due[component][row]
            gone = due[component][row] - owed[component][row]
            account.waived[component][new] = waived[component][row]
            account.owed[component][new] = account.due[component][new] - gone
            if account.owed[component][new] < 0:
                over[component] -= account.owed[component][new]
                account.owed[component][new] = 0
        if any(account.owed[component][new] for component in range(4)):
            account.paid_on[new] = 0
    account.charges = [(moved[row], *rest) for row, *rest in account.charges]  # type: ignore[misc]
    while account.fallen < rows and due_days[account.fallen] < day:
        account.fallen += 1
    account.day = day - 1 if not old else account.day
    if any(over):
        _spread_again(account, over, day)


def _spread_again(account: Running, over: list[int], day: int) -> None:
    """Give what rows had got beyond their new dues to the dues that are open."""
    for component in range(4):
        account.moved[RECEIVED + component] -= over[component]
    amount = sum(over)
    got = [0, 0, 0, 0]
    waterfall = account.waterfall()
    left = spread(account, amount, day, waterfall, waterfall.future, got)
    _book(account, None, K.PAYMENT, day, amount, got, left)


def _capitalised(account: Running, plan: Schedule) -> list[int]:
    """Return, by row, the interest that a moratorium adds to the principal on the row's due date."""
    capital = [0] * len(plan.due_days)
    if plan.capitalised:
        before = sum(paise for _, paise in account.disbursed)
        for row, balance in enumerate(plan.balance):
            capital[row] = max(0, balance - (before - plan.principal[row]))
            before = balance
    return capital


def _pay_down(account: Running, day: int) -> None:
    """Pay the down payment of today's disbursement by itself."""
    today = [
        row
        for row in range(account.fallen)
        if account.kinds[row] is RowKind.DOWN_PAYMENT and account.due_days[row] == day and account.owed[PRINCIPAL][row]
    ]
    amount = sum(account.owed[PRINCIPAL][row] for row in today)
    if amount:
        account.skip_paid()
        _receive(account, None, K.DOWN_PAYMENT, amount, day)


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
    _forgive_all(account)


def _forgive_all(account: Running) -> None:
    """Waive what is left. What is off the books already is forgiven without a movement."""
    for component in range(4):
        column = account.owed[component]
        for row, paise in enumerate(column):
            if paise:
                column[row] = 0
                account.waived[component][row] += paise
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
        if left >= sum(closing(account, day, terms.foreclosure)):
            _close(account, day, terms.foreclosure)
            left = spread(account, left, day, waterfall, None, got)
        else:
            left = _pay_early(account, transaction, day, left, got)
    _book(account, transaction.id, transaction.kind, day, amount, got, left)


def _pay_early(account: Running, transaction: Transaction, day: int, money: int, got: list[int]) -> int:
    """Pay interest to *day*, then principal, and lay out the rest afresh. Return the money that did neither."""
    interest = max(0, accrued(account, day) - _paid_ahead(account, INTEREST))
    principal, charge, gst = _most_principal(account, day, money - interest)
    if principal <= 0:
        return money
    ahead = _Ahead.of(account)
    row = _end_period(account, day, interest, needed=True)
    account.ask(PRINCIPAL, row, principal)
    _levy(account, row, charge, gst)
    left = spread(account, money, day, account.waterfall(), None, got)
    mode = transaction.mode or account.terms.mode
    _lay_out(account, ahead, day, ahead.principal - principal, mode=mode, skipped=principal)
    return left


def _most_principal(account: Running, day: int, money: int) -> tuple[int, int, int]:
    """Return the most principal that *money* pays early together with the charge and tax on it."""
    principal = money
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
    if account.written_off_on or account.settlement:
        _pay(account, transaction, day)
        return
    amount = transaction.amount.paise
    account.skip_paid()
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
        _forgive_all(account)


def dues(account: Running) -> tuple[int, int, int, int]:
    """Return what is owed in rows that have fallen due, by component; charges of later rows count as due."""
    fallen = account.fallen
    principal, interest, fee, penalty = account.owed
    return sum(principal[:fallen]), sum(interest[:fallen]), sum(fee), sum(penalty)


def closing(account: Running, day: int, early: EarlyEnd) -> tuple[int, int, int, int]:
    """Return what closes the loan on *day* beyond its dues: principal, interest, charge and tax; interest may be negative."""
    fallen = account.fallen
    principal = sum(account.owed[PRINCIPAL][fallen:]) - sum(account.capital[fallen:])
    interest = accrued(account, day, closing=True) - _paid_ahead(account, INTEREST)
    return principal, interest, *early_charge(account, early, day, principal)


def _close(account: Running, day: int, early: EarlyEnd) -> None:
    """Call in everything, with the charge for an early end."""
    _, _, charge, gst = closing(account, day, early)
    row = _call_in(account, day, closing=True)
    _levy(account, row, charge, gst)


def _call_in(account: Running, day: int, *, closing: bool = False) -> int:
    """Make all principal, and the interest to *day*, due today. Return the row."""
    ahead = _Ahead.of(account)
    interest = accrued(account, day, closing=closing) - _paid_ahead(account, INTEREST)
    row = _end_period(account, day, interest, needed=True)
    account.ask(PRINCIPAL, row, ahead.principal)
    for component in (FEE, PENALTY):
        account.due[component][row] += ahead.charges[component]
        account.owed[component][row] += ahead.charges[component]
    return row


def _levy(account: Running, row: int, charge: int, gst: int) -> None:
    if charge + gst:
        account.ask(FEE, row, charge + gst)
        account.moved[Movement.FEE_CHARGED] += charge
        account.moved[Movement.GST_CHARGED] += gst


# -- interest of the open period


def _paid_ahead(account: Running, component: int) -> int:
    due, owed = account.due[component], account.owed[component]
    return sum(due[account.fallen :]) - sum(owed[account.fallen :])


def accrued(account: Running, day: int, *, closing: bool = False) -> int:
    """Return the interest that has accrued by *day* and is in no row that has fallen due."""
    row = account.fallen
    if row >= len(account.due_days) or account.written_off_on or account.kinds[row] is RowKind.EXTRA:
        return 0
    return sum(account.brought[row:]) + _accrued_in(account, row, day, closing=closing)


def _accrued_in(account: Running, row: int, day: int, *, closing: bool) -> int:
    terms, plan = account.terms, account.plan
    start, end = account.from_days[row], account.due_days[row]
    balance = sum(account.due[PRINCIPAL][row:]) - sum(account.capital[row:])
    if plan.method is Method.FLAT:
        asked = account.due[INTEREST][row] - account.brought[row]
        return plan.round_interest(asked * max(0, day - start), end - start)
    kept = _kept_back(account, row)
    if day <= start:
        return kept
    whole = whole_period(plan, account.resets, (start, end))
    if closing and terms.broken is BrokenInterest.WHOLE_PERIOD:
        return kept + plan.round_interest(balance * whole[0], whole[1])
    num, den = part_to(account, row, day, whole)
    so_far = plan.round_interest(balance * num, den)
    # as scheduled: never more than the period asks for, unless nothing is asked for yet
    asked = account.due[INTEREST][row] - account.brought[row]
    return kept + (min(so_far, asked) if asked else so_far if _bears(account, row) else 0)


def part_to(account: Running, row: int, day: int, whole: Ratio) -> Ratio:
    """Return the interest ratio from the start of *row*'s period to *day* inside it."""
    terms, plan = account.terms, account.plan
    start, end = account.from_days[row], account.due_days[row]
    if terms.broken is not BrokenInterest.DAYS:
        return whole[0] * (day - start), whole[1] * (end - start)
    count = plan.day_count if _by_days(plan) else terms.broken_day_count
    return by_days(plan, account.resets, count, (start, end), start, day)


def part_from(account: Running, day: int, end: int, period: tuple[int, int]) -> Ratio:
    """Return the interest ratio from *day* to *end*, the rest of a period that was cut on *day*."""
    terms, plan = account.terms, account.plan
    if terms.broken is not BrokenInterest.DAYS:
        whole = whole_period(plan, account.resets, period)
        return whole[0] * (end - day), whole[1] * (period[1] - period[0])
    count = plan.day_count if _by_days(plan) else terms.broken_day_count
    return by_days(plan, account.resets, count, period, day, end)


def _by_days(plan: Terms) -> bool:
    return plan.rests is Rests.DAILY or plan.method is Method.RATE_FACTOR


def _bears(account: Running, row: int) -> bool:
    """Return whether *row*'s period bears interest although it asks for none."""
    plan = account.plan
    if plan.moratorium is not None and row < plan.moratorium.periods:
        return plan.moratorium.interest is not MoratoriumInterest.WAIVED
    return plan.interest_free <= row < plan.interest_grace


def _kept_back(account: Running, row: int) -> int:
    """Return the interest of periods before *row* that is neither due nor principal yet: grace and moratorium."""
    plan = account.plan
    moratorium = plan.moratorium
    first = 0
    if moratorium is not None and moratorium.interest is not MoratoriumInterest.WAIVED:
        last = moratorium.periods if moratorium.interest is MoratoriumInterest.DEFERRED else moratorium.periods - 1
        if moratorium.interest is MoratoriumInterest.COMPOUND_CAPITALISED or row > last:
            return 0
    elif plan.interest_grace and row <= plan.interest_grace:
        first = plan.interest_free
    else:
        return 0
    balance = sum(account.due[PRINCIPAL]) - sum(account.capital)
    kept = 0
    for each in range(first, row):
        num, den = whole_period(plan, account.resets, (account.from_days[each], account.due_days[each]))
        kept += plan.round_interest(balance * num, den)
    return kept


# -- laying out afresh


@attrs.frozen
class _Ahead:
    """What the rows to come held before they were cut: their due dates, dues, and charges by component."""

    due_days: list[int]
    from_day: int
    principal: int
    principals: list[int]
    interests: list[int]
    charges: list[int]
    charged: list[tuple[int, int, int, int]]

    @classmethod
    def of(cls, account: Running) -> "_Ahead":
        fallen = account.fallen
        rows = [row for row in range(fallen, len(account.due_days)) if account.kinds[row] is RowKind.INSTALMENT]
        return cls(
            due_days=[account.due_days[row] for row in rows],
            from_day=account.from_days[fallen] if fallen < len(account.from_days) else account.day,
            principal=sum(account.owed[PRINCIPAL][fallen:]) - sum(account.capital[fallen:]),
            principals=[account.due[PRINCIPAL][row] for row in rows],
            interests=[account.due[INTEREST][row] for row in rows],
            charges=[sum(account.owed[component][fallen:]) for component in range(4)],
            charged=[charge for charge in account.charges if charge[0] >= fallen],
        )


def _end_period(account: Running, day: int, interest: int, *, needed: bool = False) -> int:
    """
    Put one row that ends today in the place of the rows to come, and ask *interest* in it. Return its number.

    It holds what those rows had been paid already; unless *needed* an empty one is left out. Negative interest was paid for days
    that never come: it becomes excess.
    """
    fallen = account.fallen
    start = account.from_days[fallen] if fallen < len(account.from_days) else day
    settled = [sum(account.due[component][fallen:]) - sum(account.owed[component][fallen:]) for component in range(4)]
    waived = [sum(account.waived[component][fallen:]) for component in range(4)]
    early, late = sum(account.early[fallen:]), sum(account.late[fallen:])
    if interest < 0:
        back = min(-interest, settled[INTEREST] - waived[INTEREST])
        settled[INTEREST] -= back
        account.moved[Movement.RETURNED_INTEREST] += back
        account.excess += back
    for column in (account.from_days, account.due_days, account.kinds, account.paid_on, account.early, account.late):
        del column[fallen:]
    own = account.brought, account.capital, account.counts, account.penal
    for column in (*own, *account.due, *account.owed, *account.waived):
        del column[fallen:]
    account.charges = [charge for charge in account.charges if charge[0] < fallen]
    account.relaid = True
    if not (needed or interest > 0 or any(settled)):
        return fallen - 1
    append_row(account, RowKind.EARLY, min(start, day), day)
    for component in range(4):
        account.due[component][fallen] = settled[component]
        account.waived[component][fallen] = waived[component]
    account.early[fallen], account.late[fallen] = early, late
    account.fallen = fallen + 1
    account.ask(INTEREST, fallen, max(0, interest))
    account.paid_on[fallen] = day
    return fallen


def append_row(account: Running, kind: RowKind, start: int, end: int) -> int:
    """Add an empty row from *start* to *end*. Return its number."""
    account.from_days.append(start)
    account.due_days.append(end)
    account.kinds.append(kind)
    for column in (account.paid_on, account.early, account.late, account.counts, account.penal):
        column.append(0)
    account.brought.append(0)
    account.capital.append(0)
    for columns in (account.due, account.owed, account.waived):
        for column in columns:
            column.append(0)
    return len(account.due_days) - 1


def _lay_out(
    account: Running,
    ahead: _Ahead,
    day: int,
    principal: int,
    *,
    mode: PrepaymentMode,
    skipped: int = 0,
    instalment: int | None = None,
    carried: int = 0,
) -> None:
    """
    Add the rows that repay *principal* from *day* on, on the due dates of *ahead*.

    CUT_TENURE keeps the instalment and stops when nothing is left, CUT_INSTALMENT computes it afresh, SKIP lets *skipped* stand for
    principal of the next instalments. *carried* is interest of the past that the first row asks for, without bearing any.
    """
    if not principal:
        return
    plan = account.plan
    starts = [day, *ahead.due_days]
    periods = list(zip(starts, ahead.due_days, strict=False))
    if not periods:
        account.ask(PRINCIPAL, account.fallen - 1, principal)
        return
    ratios = [whole_period(plan, account.resets, period) for period in periods]
    if day > ahead.from_day:
        ratios[0] = part_from(account, day, periods[0][1], (ahead.from_day, periods[0][1]))
    lay = _LAYOUTS.get(plan.method, _equal_instalments)
    principals, interests = lay(account, ahead, principal, ratios, mode, skipped, instalment)
    for (start, end), due, interest in zip(periods, principals, interests, strict=False):
        row = append_row(account, RowKind.INSTALMENT, start, end)
        account.ask(PRINCIPAL, row, due)
        account.ask(INTEREST, row, interest + carried)
        account.brought[row] = carried
        carried = 0
    _attach(account, ahead)


Layout = tuple[list[int], list[int]]


def _equal_instalments(
    account: Running,
    ahead: _Ahead,
    principal: int,
    ratios: Sequence[Ratio],
    mode: PrepaymentMode,
    skipped: int,
    instalment: int | None,
) -> Layout:
    plan = account.plan
    if instalment is None:
        instalment = account.emi
        if mode is PrepaymentMode.CUT_INSTALMENT:
            instalment = _instalment(account, principal, ratios)
    account.emi = instalment
    last = len(ratios) - 1
    balance = principal
    principals, interests = [], []
    for place, (num, den) in enumerate(ratios):
        interest = plan.round_interest(balance * num, den)
        part = balance
        if place < last:
            if place < len(ahead.principals) and not ahead.principals[place] and not skipped:
                part = 0  # a grace on principal goes on
            else:
                part = min(max(0, instalment - interest), balance)
            if mode is PrepaymentMode.SKIP and skipped:
                used = min(skipped, part)
                part, skipped = part - used, skipped - used
        balance -= part
        principals.append(part)
        interests.append(interest)
        if not balance:
            break
    return principals, interests


def _instalment(account: Running, principal: int, ratios: Sequence[Ratio]) -> int:
    """Return the equal instalment that repays *principal* over the periods of *ratios*."""
    plan = account.plan
    if plan.method is Method.RATE_FACTOR:
        top, bottom = 1, 1
        grown_num, grown_den = ratios[0][0] + ratios[0][1], ratios[0][1]
        for num, den in ratios[1:]:
            top, bottom = top * (den + num) + bottom * den, bottom * den
            grown_num, grown_den = grown_num * (den + num), grown_den * den
        return plan.round_instalment(principal * grown_num * bottom, grown_den * top)
    num, den = ratios[-1]
    return rounded_annuity(
        principal, num, den, len(ratios), multiple=plan.instalment_multiple, rounding=plan.instalment_rounding
    )


def _equal_principal(
    account: Running,
    ahead: _Ahead,
    principal: int,
    ratios: Sequence[Ratio],
    mode: PrepaymentMode,
    skipped: int,
    instalment: int | None,
) -> Layout:
    plan = account.plan
    count = len(ratios)
    share = max([*ahead.principals[:1], 1])
    if mode is PrepaymentMode.CUT_INSTALMENT or instalment is not None:
        share = max(1, plan.round_instalment(principal, count))
    balance = principal
    principals, interests = [], []
    for place, (num, den) in enumerate(ratios):
        interest = plan.round_interest(balance * num, den)
        part = min(share, balance) if place < count - 1 else balance
        if mode is PrepaymentMode.SKIP and skipped and place < count - 1:
            used = min(skipped, part)
            part, skipped = part - used, skipped - used
        balance -= part
        principals.append(part)
        interests.append(interest)
        if not balance:
            break
    return principals, interests


def _bullet(
    account: Running,
    ahead: _Ahead,
    principal: int,
    ratios: Sequence[Ratio],
    mode: PrepaymentMode,
    skipped: int,
    instalment: int | None,
) -> Layout:
    interests = [account.plan.round_interest(principal * num, den) for num, den in ratios]
    return [0] * (len(ratios) - 1) + [principal], interests


def _flat(
    account: Running,
    ahead: _Ahead,
    principal: int,
    ratios: Sequence[Ratio],
    mode: PrepaymentMode,
    skipped: int,
    instalment: int | None,
) -> Layout:
    """Flat interest falls with the principal, row by row; it was fixed on what was lent."""
    whole = sum(ahead.principals)
    interests = [
        account.plan.round_interest(ahead.interests[place] * principal, whole) if place < len(ahead.interests) else 0
        for place in range(len(ratios))
    ]
    balance = principal
    principals: list[int] = []
    for place in range(len(ratios)):
        left = len(ratios) - place
        part = balance
        if left > 1:
            if mode is PrepaymentMode.CUT_TENURE and place < len(ahead.principals):
                part = min(ahead.principals[place] + ahead.interests[place] - interests[place], balance)
            else:
                part = balance // left
            if mode is PrepaymentMode.SKIP and skipped:
                part = min(ahead.principals[place], balance)
                used = min(skipped, part)
                part, skipped = part - used, skipped - used
        balance -= part
        principals.append(part)
        if not balance:
            break
    return principals, interests[: len(principals)]


_LAYOUTS: dict[Method, Callable[..., Layout]] = {
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.BULLET: _bullet,
    Method.FLAT: _flat,
}


def _attach(account: Running, ahead: _Ahead) -> None:
    """Hang the unpaid charges of *ahead* on the rows that stand now, by their due dates."""
    left = list(ahead.charges)
    for _, component, due_day, amount in reversed(ahead.charged):
        part = min(amount, left[component])
        if part:
            left[component] -= part
            row = _row_of(account, due_day)
            account.ask(component, row, part)
            account.charges.append((row, component, due_day, part))
    for component in (FEE, PENALTY):
        if left[component]:
            account.ask(component, account.fallen - 1, left[component])


# -- terms that change


def _add_to_the_rest(account: Running, day: int, amount: int) -> None:
    ahead = _Ahead.of(account)
    _end_period(account, day, accrued(account, day) - _paid_ahead(account, INTEREST))
    _lay_out(account, ahead, day, ahead.principal + amount, mode=PrepaymentMode.CUT_INSTALMENT)


def _reset_rate(account: Running, transaction: Transaction, day: int) -> None:
    rate = named("rate", transaction.rate)
    _need_reducing(account, "rate")
    if account.fallen >= len(account.due_days):
        raise ImpossibleTransaction.because("value_on", transaction.value_on, "before the last due date")
    ahead = _Ahead.of(account)
    carried = accrued(account, day) - _paid_ahead(account, INTEREST)
    _end_period(account, day, min(0, carried))
    account.resets.append((day + 1, rate))
    mode = transaction.mode or PrepaymentMode.CUT_INSTALMENT
    if mode is PrepaymentMode.CUT_TENURE:
        _extend(account, ahead, day)
    _lay_out(account, ahead, day, ahead.principal, mode=mode, carried=max(0, carried))


def _extend(account: Running, ahead: _Ahead, day: int) -> None:
    """Let the due dates of *ahead* go on, as far as a held instalment may need them; raise it where it covers no interest."""
    num, den = whole_period(account.plan, account.resets, (ahead.from_day, ahead.due_days[0]))
    if account.emi * den <= ahead.principal * num:
        ratios = [(num, den)] * len(ahead.due_days)
        account.emi = _instalment(account, ahead.principal, ratios)
        return
    plan = account.plan
    if plan.due_dates:
        return
    longest = attrs.evolve(plan, instalments=MOST_INSTALMENTS, steps=(), last_due_on=None)
    ahead.due_days.extend(each for each in calendar(longest).due_days if each > ahead.due_days[-1])


def _reschedule(account: Running, transaction: Transaction, day: int) -> None:
    _need_reducing(account, "kind")
    account.skip_paid()
    ahead = _Ahead.of(account)
    interest = accrued(account, day) - _paid_ahead(account, INTEREST)
    fallen = account.fallen
    unpaid = [sum(account.owed[component][:fallen]) for component in range(4)]
    for component in range(4):
        for row in range(fallen):
            account.due[component][row] -= account.owed[component][row]
            account.owed[component][row] = 0
    for row in range(fallen):
        account.close_row(row, day)
    count = transaction.instalments or len(ahead.due_days)
    first = transaction.to_on or (date.fromordinal(ahead.due_days[0]) if ahead.due_days else None)
    if not count or first is None or first <= transaction.value_on:
        raise ImpossibleTransaction.because("to_on", first, f"a first due date after {transaction.value_on}")
    principal = ahead.principal + unpaid[PRINCIPAL]
    _end_period(account, day, min(0, interest))
    if transaction.rate is not None:
        account.resets.append((day + 1, transaction.rate))
    plan = attrs.evolve(
        account.plan,
        disbursements=(Disbursement(transaction.value_on, Money(principal)),),
        instalments=count,
        counted_from=None,
        first_due_on=first,
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
    account.plan = plan
    ahead = attrs.evolve(ahead, due_days=list(calendar(plan).due_days), principals=[], interests=[], from_day=day)
    agreed = transaction.instalment.paise if transaction.instalment is not None else None
    carried = max(0, interest) + unpaid[INTEREST]
    _lay_out(account, ahead, day, principal, mode=PrepaymentMode.CUT_INSTALMENT, instalment=agreed, carried=carried)
    for component in (FEE, PENALTY):
        account.ask(component, min(account.fallen, len(account.due_days) - 1), unpaid[component])


def _shift_due_date(account: Running, transaction: Transaction, day: int) -> None:
    due_on, to_on = named("due_on", transaction.due_on), named("to_on", transaction.to_on)
    if account.relaid:
        raise ImpossibleTransaction.because("kind", "due_date_shift", "a plan laid out afresh is rescheduled instead")
    if due_on.toordinal() not in account.due_days[account.fallen :]:
        raise ImpossibleTransaction.because("due_on", transaction.due_on, "the due date of an instalment to come")
    shift = DueDateShift(due_on, to_on)
    account.plan = attrs.evolve(account.plan, due_date_shifts=(*account.plan.due_date_shifts, shift))
    _lay(account, schedule(account.plan), day)
    account.to(day)


def _need_reducing(account: Running, field: str) -> None:
    if account.plan.method is Method.FLAT:
        raise ImpossibleTransaction.because(field, "flat", "flat interest is fixed for the term")


# -- charges, waivers, the end


def _row_of(account: Running, day: int) -> int:
    """Return the row whose period holds *day* (start excluded, end included); a row of its own after the last."""
    for row, due in enumerate(account.due_days):
        if day <= due and account.kinds[row] in (RowKind.INSTALMENT, RowKind.EXTRA, RowKind.DOWN_PAYMENT):
            return row
    if account.due_days[-1] == day:
        return len(account.due_days) - 1
    return append_row(account, RowKind.EXTRA, account.due_days[-1], day)


def _charge(account: Running, transaction: Transaction, day: int) -> None:
    component = NUMBER[named("component", transaction.component)]
    if component < FEE:
        raise ImpossibleTransaction.because("component", transaction.component, "a fee or a penalty")
    if account.settled_on or account.written_off_on:
        rule = "before the loan is repaid or written off"
        raise ImpossibleTransaction.because("value_on", transaction.value_on, rule)
    due_day = (transaction.due_on or transaction.value_on).toordinal()
    amount, gst = transaction.amount.paise, transaction.gst.paise
    row = _row_of(account, due_day)
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


def _write_off(account: Running, transaction: Transaction, day: int) -> None:
    account.skip_paid()
    if account.written_off_on or account.first_open >= len(account.due_days):
        raise ImpossibleTransaction.because("kind", "write_off", "something is outstanding and not written off yet")
    if account.fallen < len(account.due_days):
        _call_in(account, day)
    for component in range(4):
        account.moved[WRITTEN_OFF + component] += sum(account.owed[component])
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
    K.DOWN_PAYMENT: _pay,
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
