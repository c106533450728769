"""How money flows over what is owed: past due, due today, to come; by instalment or by component; and what is left is excess."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from los_domain.repayment.servicing import FutureMoney, Walk, Waterfall
from los_domain.repayment.transactions import Component

if TYPE_CHECKING:
    from los_domain.repayment.running import Running

NUMBER = {Component.PRINCIPAL: 0, Component.INTEREST: 1, Component.FEE: 2, Component.PENALTY: 3}


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
    order = [NUMBER[component] for component in waterfall.due]
    fallen = account.fallen
    if waterfall.walk is Walk.INSTALMENT:
        amount = _by_instalment(account, amount, day, order, range(account.first_open, fallen), got)
    else:
        today = fallen
        while today and account.due_days[today - 1] == day:
            today -= 1
        amount = _by_component(account, amount, day, order, range(account.first_open, today), got)
        amount = _by_component(account, amount, day, order, range(max(today, account.first_open), fallen), got)
    if not amount or future is None or future is FutureMoney.EXCESS:
        return amount
    ahead = [NUMBER[component] for component in waterfall.in_advance]
    return _ahead(account, amount, day, ahead, waterfall.walk, future, got)


def _by_instalment(
    account: "Running", amount: int, day: int, order: Sequence[int], rows: Iterable[int], got: list[int]
) -> int:
    owed = account.owed
    for row in rows:
        if not amount:
            break
        for component in order:
            part = owed[component][row]
            if part:
                if part > amount:
                    part = amount
                account.take(component, row, part, day)
                got[component] += part
                amount -= part
        account.close_row(row, day)
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
    order: Sequence[int],
    walk: Walk,
    future: FutureMoney,
    got: list[int],
) -> int:
    rows = range(max(account.fallen, account.first_open), len(account.due_days))
    through = _by_instalment if walk is Walk.INSTALMENT else _by_component
    if future is FutureMoney.NEXT_INSTALMENT:
        return through(account, amount, day, order, rows, got)
    if future is FutureMoney.LAST_INSTALMENT:
        return through(account, amount, day, order, rows[::-1], got)
    if future is FutureMoney.NEXT_THEN_LAST:
        amount = through(account, amount, day, order, rows[:1], got)
        return through(account, amount, day, order, rows[:0:-1], got)
    return _in_equal_shares(account, amount, day, order, list(rows), got)


def _in_equal_shares(
    account: "Running", amount: int, day: int, order: Sequence[int], rows: list[int], got: list[int]
) -> int:
    """Share *amount* out over *rows*; what a small row cannot take goes round again over the others."""
    while amount and rows:
        share, odd = divmod(amount, len(rows))
        still = []
        for place, row in enumerate(rows):
            # the last rows take the odd paise, so that the shares add up
            portion = share + (place >= len(rows) - odd)
            rest = _by_instalment(account, portion, day, order, (row,), got)
            amount -= portion - rest
            if not rest:
                still.append(row)
        if len(still) == len(rows):
            break
        rows = [row for row in still if any(account.owed[component][row] for component in order)]
    return amount
