"""The account fold against a bare waterfall over the same integers, and the memory that an account holds."""

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from los_domain.repayment import AccountTerms, Transaction, TransactionKind, fold, indian, schedule
from los_domain.shared.money import Money
from los_domain.shared.rates import Rate
from tests.benchmarks.ratios import Ratio, ratio

START = date(2026, 1, 5)
MOST_BYTES = 50_000


def life(instalments: int, payments_each: int) -> tuple[AccountTerms, list[Transaction]]:
    """Return a loan and its transactions: each instalment paid in so many parts, on its due date and the days after."""
    terms = indian(Money.rupees(500_000), Rate.yearly("18"), instalments, START)
    entered = [_entry(1, TransactionKind.DISBURSEMENT, START, terms.principal.paise)]
    for row in schedule(terms):
        parts = row.due.split([1] * payments_each)
        for number, part in enumerate(parts):
            on = row.due_on + timedelta(days=number % 25)
            entered.append(_entry(len(entered) + 1, TransactionKind.PAYMENT, on, part.paise))
    return AccountTerms(schedule=terms), sorted(entered, key=lambda each: each.value_on)


def _entry(number: int, kind: TransactionKind, on: date, paise: int) -> Transaction:
    return Transaction(id=UUID(int=number), kind=kind, value_on=on, sequence=number, amount=Money(paise))


Event = tuple[int, int]  # day, paise paid; a due falls by itself


def bare(
    terms: AccountTerms, entered: list[Transaction]
) -> tuple[list[int], list[int], list[int], list[Event], int, int]:
    """Return what the floor needs: principal and interest due, due days, payments, and the yearly rate over 365 days."""
    made = schedule(terms.schedule)
    paid = [(each.value_on.toordinal(), each.amount.paise) for each in entered if each.kind is TransactionKind.PAYMENT]
    num, den = terms.schedule.rate.yearly_ratio()
    return list(made.principal), list(made.interest), list(made.due_days), paid, num, den * 365


def waterfall(
    principal: list[int], interest: list[int], due_days: list[int], paid: list[Event], num: int, den: int
) -> tuple[list[list[int]], list[int], list[tuple[int, ...]]]:
    """
    The floor: dues fall and payments come in day order; each adds the interest of the days since the last, each payment goes over
    the oldest dues by four components in order, with its split, the excess, the balance and the days past due kept.
    """
    owed = [[0] * len(principal), [0] * len(principal), interest[:], principal[:]]
    paid_on, kept = [0] * len(principal), []
    balance, excess, accrued, last, row, fallen = sum(principal), 0, 0, due_days[0] - 30, 0, 0
    for day, money in paid:
        while fallen < len(due_days) and due_days[fallen] <= day:
            accrued += (balance * num * (due_days[fallen] - last) * 2 + den) // (2 * den)
            last, accrued, fallen = due_days[fallen], 0, fallen + 1
        accrued += (balance * num * (day - last) * 2 + den) // (2 * den)
        last, money, excess = day, money + excess, 0
        split = [0, 0, 0, 0]
        while money and row < fallen:
            left = 0
            for component in range(4):
                part = min(money, owed[component][row])
                owed[component][row] -= part
                split[component] += part
                money -= part
                left += owed[component][row]
            if left:
                break
            paid_on[row] = day
            row += 1
        balance, excess = balance - split[3], money
        overdue = day - due_days[row] + 1 if row < fallen else 0
        kept.append((day, *split, balance, excess, accrued, overdue))
    return owed, paid_on, kept


def measure() -> Iterator[Ratio]:
    """Yield the ratios."""
    for name, instalments, parts, bar in (
        ("fold of 60 instalments with 60 payments, to bare waterfall", 60, 1, 4.0),
        ("re-fold of 2,400 transactions, to bare waterfall", 96, 25, 5.0),
    ):
        terms, entered = life(instalments, parts)
        until = entered[-1].value_on
        assert fold(terms, entered, until).scheduled_outstanding.total == Money(0)
        columns = bare(terms, entered)
        floor = waterfall(*columns)
        assert not any(map(any, floor[0]))
        times = 2_400 // len(entered) + 1
        yield ratio(
            name,
            lambda terms=terms, entered=entered, until=until, times=times: [  # type: ignore[misc]
                fold(terms, entered, until) for _ in range(times)
            ],
            lambda columns=columns, times=times: [waterfall(*columns) for _ in range(times)],  # type: ignore[misc]
            bar=bar,
        )


def memory() -> int:
    """Return the bytes that one account of 60 instalments with 60 payments holds, its transactions apart."""
    terms, entered = life(60, 1)
    fold(terms, entered, entered[-1].value_on)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    account = fold(terms, entered, entered[-1].value_on)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert account.dpd == 0
    return after - before
