"""
What is posted when: each counter of an account is one kind of movement between two ledger accounts, and a journal is the growth
of the counters between two states.

Posted are: each transaction, each due date, the last day of each month, a change of class, and the day a one-off penal charge is
levied. Between those days interest accrues without a journal; `accrual` computes it for a report.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from los_domain.ledger.model import Cause, Entry, Journal, LedgerAccount, Line, Ref, TrialBalance
from los_domain.repayment.account import Account, at, in_order, thaw
from los_domain.repayment.changes import apply
from los_domain.repayment.position import NOWHERE, Position, position_at_end, posting_day_after
from los_domain.repayment.running import Movement, Running
from los_domain.repayment.servicing import AccountTerms
from los_domain.repayment.transactions import Transaction
from los_domain.shared.money import Money

_A = LedgerAccount
_BY_COMPONENT = (_A.PRINCIPAL, _A.INTEREST_RECEIVABLE, _A.FEES_RECEIVABLE, _A.PENALTIES_RECEIVABLE)

DEBIT_CREDIT: dict[int, tuple[LedgerAccount, LedgerAccount]] = {
    Movement.PAID_OUT: (_A.PRINCIPAL, _A.BANK),
    Movement.FEE_WITHHELD: (_A.PRINCIPAL, _A.FEE_INCOME),
    Movement.GST_WITHHELD: (_A.PRINCIPAL, _A.GST_PAYABLE),
    Movement.INTEREST_WITHHELD: (_A.PRINCIPAL, _A.INTEREST_INCOME),
    Movement.CAPITALISED: (_A.PRINCIPAL, _A.INTEREST_RECEIVABLE),
    Movement.FEE_CHARGED: (_A.FEES_RECEIVABLE, _A.FEE_INCOME),
    Movement.GST_CHARGED: (_A.FEES_RECEIVABLE, _A.GST_PAYABLE),
    Movement.PENALTY_CHARGED: (_A.PENALTIES_RECEIVABLE, _A.PENALTY_INCOME),
    **{Movement(Movement.RECEIVED_PRINCIPAL + each): (_A.BANK, of) for each, of in enumerate(_BY_COMPONENT)},
    Movement.RECEIVED_EXCESS: (_A.BANK, _A.EXCESS),
    **{Movement(Movement.APPLIED_PRINCIPAL + each): (_A.EXCESS, of) for each, of in enumerate(_BY_COMPONENT)},
    **{Movement(Movement.GIVEN_PRINCIPAL + each): (_A.GOODWILL, of) for each, of in enumerate(_BY_COMPONENT)},
    Movement.GIVEN_EXCESS: (_A.GOODWILL, _A.EXCESS),
    **{Movement(Movement.WAIVED_PRINCIPAL + each): (_A.WAIVED, of) for each, of in enumerate(_BY_COMPONENT)},
    **{Movement(Movement.WRITTEN_OFF_PRINCIPAL + each): (_A.WRITTEN_OFF, of) for each, of in enumerate(_BY_COMPONENT)},
    **{Movement(Movement.RECOVERED_PRINCIPAL + each): (_A.BANK, _A.RECOVERY_INCOME) for each in range(4)},
    Movement.RECOVERED_FROM_EXCESS: (_A.EXCESS, _A.RECOVERY_INCOME),
    Movement.RETURNED_INTEREST: (_A.INTEREST_RECEIVABLE, _A.EXCESS),
    Movement.REFUNDED: (_A.EXCESS, _A.BANK),
}

_INCOME = (_A.INTEREST_INCOME, _A.FEE_INCOME, _A.PENALTY_INCOME)

UNMATCHED_CHANNEL = "unmatched"
"""The channel of a payment whose money had been booked as unmatched before its loan was found."""


def post(
    before: Account | None, after: Account, transaction: Transaction | None = None, *, booked_on: date
) -> tuple[Journal, ...]:
    """
    Return the journals between *before* and *after*: each posting day on the way, and *transaction*, which led to *after*.

    *before* is the account at its last posting (None: before anything happened). Without a transaction *after* itself is posted
    only when its day is a posting day.
    """
    journals: list[Journal] = []
    position = NOWHERE
    if before is not None:
        running, day = thaw(before), before.on.toordinal()
        position = position_at_end(running, day)
        last = after.on.toordinal() - (transaction is not None)
        position = _run(running, day, last, position, journals, booked_on)
    if transaction is not None:
        _add(journals, position, after.position, after.on, Cause.TRANSACTION, transaction, booked_on)
    return tuple(journals)


def book(
    terms: AccountTerms, transactions: Iterable[Transaction], up_to: date, *, booked_on: date
) -> tuple[Journal, ...]:
    """Return all journals of an account from its beginning to *up_to*, as if all were booked on *booked_on*."""
    journals: list[Journal] = []
    running, position, day = Running(terms), NOWHERE, 0
    for transaction in in_order(transactions):
        if transaction.value_on > up_to:
            break
        today = transaction.value_on.toordinal()
        if running.disbursed:
            position = _run(running, day, today - 1, position, journals, booked_on)
        apply(running, transaction)
        day, now = today, position_at_end(running, today)
        _add(journals, position, now, transaction.value_on, Cause.TRANSACTION, transaction, booked_on)
        position = now
    if running.disbursed:
        _run(running, day, up_to.toordinal(), position, journals, booked_on)
    return tuple(journals)


def rebook(booked: Sequence[Journal], wanted: Sequence[Journal], *, booked_on: date) -> tuple[Journal, ...]:
    """
    Return the journals that turn *booked* into *wanted*: a reversal of each one that no longer holds, then what is missing.

    Nothing is changed in what was booked: reversals and new entries carry past value dates and stand on *booked_on*.
    """
    gone = {journal.reverses for journal in booked if journal.reverses is not None}
    standing = [journal for journal in booked if journal.reverses is None and journal.id not in gone]
    missing = list(wanted)
    reversals = []
    for journal in standing:
        same = next((each for each in missing if _says_the_same(each, journal)), None)
        if same is None:
            reversals.append(journal.reversed_on(booked_on))
        else:
            missing.remove(same)
    return *reversals, *missing


def accrual(before: Account, on: date) -> Journal | None:
    """Return what has accrued between the last posting, *before*, and *on*, for a report; it is never booked."""
    journals: list[Journal] = []
    _add(journals, before.position, at(before, on).position, on, Cause.ACCRUAL, None, on)
    return journals[0] if journals else None


def trial_balance(
    journals: Iterable[Journal], on: date, *, by_value: bool = False, computed: Iterable[Journal] = ()
) -> TrialBalance:
    """
    Return the balances of all accounts at the end of *on*, by booking day, or *by_value* date.

    *computed* are accruals of the same day (`accrual`), shown as lines of their own.
    """
    counted = (journal for journal in journals if (journal.value_on if by_value else journal.booked_on) <= on)
    lines = [Line(ref, money) for ref, money in balance(counted).items() if money]
    lines += [Line(ref, money, computed=True) for ref, money in balance(computed).items() if money]
    return TrialBalance(on, tuple(sorted(lines, key=lambda line: (str(line.account), line.computed))))


def balance(journals: Iterable[Journal]) -> dict[Ref, Money]:
    """Return the balance of each account that *journals* touch; debit positive."""
    totals: dict[Ref, int] = {}
    for journal in journals:
        for entry in journal.entries:
            totals[entry.debit] = totals.get(entry.debit, 0) + entry.amount.paise
            totals[entry.credit] = totals.get(entry.credit, 0) - entry.amount.paise
    return {ref: Money(paise) for ref, paise in totals.items()}


def unmatched(amount: Money, channel: str, *, value_on: date, booked_on: date) -> Journal:
    """Return the journal of a receipt that no loan could be found for; the payment that takes it up has UNMATCHED_CHANNEL."""
    entry = Entry(Ref(_A.BANK, channel), Ref(_A.UNMATCHED), amount)
    return Journal(cause=Cause.TRANSACTION, value_on=value_on, booked_on=booked_on, entries=(entry,))


# -- between two positions


def _run(
    account: Running, day: int, last: int, position: Position, journals: list[Journal], booked_on: date
) -> Position:
    """Post each posting day of *account* after *day* up to *last*. Return the position at the last of them."""
    while (found := posting_day_after(account, day)) is not None and found[0] <= last:
        day, cause = found
        account.to(day)
        now = position_at_end(account, day)
        _add(journals, position, now, date.fromordinal(day), Cause(cause), None, booked_on)
        position = now
    return position


def _add(
    journals: list[Journal],
    before: Position,
    after: Position,
    value_on: date,
    cause: Cause,
    transaction: Transaction | None,
    booked_on: date,
) -> None:
    channel = transaction.channel if transaction is not None else ""
    entries = tuple(_entries(before, after, channel))
    if entries:
        of = transaction.id if transaction is not None else None
        journals.append(Journal(cause=cause, value_on=value_on, booked_on=booked_on, entries=entries, transaction=of))


def _entries(before: Position, after: Position, channel: str) -> Iterator[Entry]:
    yield from _move(_A.INTEREST_RECEIVABLE, _A.INTEREST_INCOME, after.earned - before.earned, channel)
    writes_off = after.written_off and not before.written_off
    for movement, (old, new) in enumerate(zip(before.moved, after.moved, strict=True)):
        if new == old:
            continue
        grown, (debit, credit) = new - old, DEBIT_CREDIT[movement]
        if writes_off and Movement.WRITTEN_OFF_INTEREST <= movement <= Movement.WRITTEN_OFF_PENALTY:
            # what was never taken as income is no loss either
            held = min(grown, after.suspended[movement - Movement.WRITTEN_OFF_INTEREST])
            yield from _move(_A.SUSPENSE, credit, held, channel)
            grown -= held
        yield from _move(debit, credit, grown, channel)
    yield from _move(_A.INTEREST_RECEIVABLE, _A.INTEREST_UNEARNED, after.unearned - before.unearned, channel)
    for income, now, then in zip(_INCOME, after.suspended, before.suspended, strict=True):
        yield from _move(income, _A.SUSPENSE, now - then, channel)


def _move(debit: LedgerAccount, credit: LedgerAccount, paise: int, channel: str) -> Iterator[Entry]:
    if paise > 0:
        yield Entry(_ref(debit, channel), _ref(credit, channel), Money(paise))
    elif paise < 0:
        yield Entry(_ref(credit, channel), _ref(debit, channel), Money(-paise))


def _ref(account: LedgerAccount, channel: str) -> Ref:
    if account is not _A.BANK:
        return Ref(account)
    return Ref(_A.UNMATCHED) if channel == UNMATCHED_CHANNEL else Ref(account, channel)


def _says_the_same(one: Journal, other: Journal) -> bool:
    return (one.cause, one.value_on, one.transaction, one.entries) == (
        other.cause,
        other.value_on,
        other.transaction,
        other.entries,
    )
