"""How money flows over what is owed: past due, due today, to come; by instalment or by component; and what is left is excess."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from los_domain.repayment import accruing
from los_domain.repayment.servicing import FutureMoney, Walk, Waterfall

if TYPE_CHECKING:
    from los_domain.repayment.running import Running

FEE = 2


def spread(
    account: "Running",
    amount: int,
    day: int,
    waterfall: Waterfall,
    future: FutureMoney | None,
    got: list[int],
) -> int:
    """
    Pay *amount* into *account* on *day*, add what each component got to *got*, and return what is left.

    Rows whose due date has come are `account.fallen`; *future* None leaves the others alone, as EXCESS does.
    """
    order = waterfall.due_order
    fallen = account.fallen
    principal, interest, fee, penalty = account.owed
    first = account.first_open
    while first < fallen and not (principal[first] or interest[first] or fee[first] or penalty[first]):
        first += 1
    account.first_open = first
    if waterfall.walk is Walk.INSTALMENT:
        amount = _by_instalment(account, amount, day, order, range(first, fallen), got)
    else:
        today = fallen
        while today and account.due_days[today - 1] == day:
            today -= 1
        amount = _by_component(account, amount, day, order, range(first, today), got)
        amount = _by_component(account, amount, day, order, range(max(today, first), fallen), got)
    if not amount or future is None or future is FutureMoney.EXCESS:
        return amount
    if not account.is_daily and any(account.capital[fallen:]):
        return amount  # interest that is not principal yet cannot be paid as such: the money waits
    return _ahead(account, amount, day, waterfall, future, got)


def _by_instalment(
    account: "Running", amount: int, day: int, order: Sequence[int], rows: Iterable[int], got: list[int]
) -> int:
    owed, due_days = account.owed, account.due_days
    principal, interest, fee, penalty = owed
    for row in rows:
        if not amount:
            break
        before = amount
        for component in order:
            column = owed[component]
            part = column[row]
            if part:
                if part > amount:
                    part = amount
                column[row] -= part
                got[component] += part
                amount -= part
                if not amount:
                    break
        if amount < before:
            due = due_days[row]
            if day > due:
                account.late[row] += before - amount
            elif day < due:
                account.early[row] += before - amount
            if not (principal[row] or interest[row] or fee[row] or penalty[row]) and not account.paid_on[row]:
                account.paid_on[row] = day
    return amount


def _by_component(
    account: "Running", amount: int, day: int, order: Sequence[int], rows: Sequence[int], got: list[int]
) -> int:
    owed = account.owed
    for component in order:
        column = owed[component]
        for row in rows:
            part = min(column[row], amount)
            if part:
                account.take(component, row, part, day)
                account.close_row(row, day)
                got[component] += part
                amount -= part
    return amount


def _ahead(
    account: "Running",
    amount: int,
    day: int,
    waterfall: Waterfall,
    future: FutureMoney,
    got: list[int],
) -> int:
    order = waterfall.in_advance_order
    if account.is_daily:
        accruing.project(account, day)
    account.skip_paid()
    to_come = range(max(account.fallen, account.first_open), len(account.due_days))
    rows: Sequence[int] = to_come
    if future is FutureMoney.LAST_INSTALMENT:
        rows = to_come[::-1]
    elif future is FutureMoney.NEXT_THEN_LAST:
        rows = [*to_come[:1], *to_come[:0:-1]]
    if account.is_daily:
        accruing.offer(account, day, rows)
    if account.charges and waterfall.due_charges_first:
        amount = _charges_by(account, amount, day, waterfall.due_order, rows, got)
    if future is FutureMoney.REAMORTISE:
        owing = [row for row in rows if any(column[row] for column in account.owed)]
        amount = _in_equal_shares(account, amount, day, order, owing, got)
    elif waterfall.walk is Walk.INSTALMENT:
        amount = _by_instalment(account, amount, day, order, rows, got)
    else:
        amount = _by_component(account, amount, day, order, rows, got)
    if account.is_daily:
        accruing.firm_up(account, rows)
    return amount


def _in_equal_shares(
    account: "Running", amount: int, day: int, order: Sequence[int], rows: list[int], got: list[int]
) -> int:
    """Share *amount* out over *rows*, each share rounded as money is, the last one takes the rest; again over what is left."""
    while amount and rows:
        share = account.plan.interest_rounding.divide(amount, len(rows))
        before = amount
        for row in rows:
            portion = amount if row == rows[-1] else min(share, amount)
            amount -= portion - _by_instalment(account, portion, day, order, (row,), got)
        if amount == before:
            break
        rows = [row for row in rows if any(account.owed[component][row] for component in order)]
    return amount


def _charges_by(
    account: "Running", amount: int, day: int, order: Sequence[int], rows: Iterable[int], got: list[int]
) -> int:
    """Pay the charges of *rows* to come whose own due date has come."""
    for component in order:
        for row in rows if component >= FEE else ():
            levied = sum(paise for at, of, due, paise in account.charges if (at, of) == (row, component) and due <= day)
            paid = account.due[component][row] - account.owed[component][row] - account.waived[component][row]
            part = min(amount, max(0, levied - paid))
            if part:
                account.take(component, row, part, day)
                got[component] += part
                amount -= part
                account.close_row(row, day)
    return amount
