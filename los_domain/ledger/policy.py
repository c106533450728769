"""
What is posted when: each counter of an account is one kind of movement between two ledger accounts, and a journal is the growth
of the counters between two states.

Posted are: each transaction, each due date, the last day of each month, a change of class, and the day a one-off penal charge is
levied. Between those days interest accrues without a journal; `accrual` computes it for a report.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from los_domain.ledger.model import Cause, Entry, Journal, LedgerAccount, Line, Ref, TrialBalance
from los_domain.repayment.account import Account, advance, at, fold, in_order, posting_day_after
from los_domain.repayment.running import Movement
from los_domain.repayment.servicing import AccountTerms
from los_domain.repayment.transactions import Transaction
from los_domain.shared.money import Money

_A = LedgerAccount
_BY_COMPONENT = (_A.PRINCIPAL, _A.INTEREST_RECEIVABLE, _A.FEES_RECEIVABLE, _A.PENALTIES_RECEIVABLE)

DEBIT_CREDIT: dict[Movement, tuple[LedgerAccount, LedgerAccount]] = {
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
    state = before
    if state is not None:
        for state_on, cause in _postings(state, after.on, until_day=transaction is None):
            journals.extend(_journal(state, state_on, cause, None, booked_on))
            state = state_on
    if transaction is not None:
        journals.extend(_journal(state, after, Cause.TRANSACTION, transaction, booked_on))
    return tuple(journals)


def book(
    terms: AccountTerms, transactions: Iterable[Transaction], up_to: date, *, booked_on: date
) -> tuple[Journal, ...]:
    """Return all journals of an account from its beginning to *up_to*, as if all were booked on *booked_on*."""
    journals: list[Journal] = []
    state: Account | None = None
    for transaction in in_order(transactions):
        if transaction.value_on > up_to:
            break
        after = advance(state or fold(terms, (), transaction.value_on), transaction)
        journals.extend(post(state, after, transaction, booked_on=booked_on))
        state = after
    if state is not None:
        journals.extend(post(state, at(state, up_to), booked_on=booked_on))
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
    after = at(before, on)
    return next(iter(_journal(before, after, Cause.ACCRUAL, None, on)), None)


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


# -- between two states


def _postings(state: Account, to: date, *, until_day: bool) -> Iterator[tuple[Account, Cause]]:
    """Yield the account at each posting day after *state* and before *to*, or including it (*until_day*)."""
    while True:
        found = posting_day_after(state)
        if found is None or found[0] > to or (found[0] == to and not until_day):
            return
        day, cause = found
        state = at(state, day)
        yield state, Cause(cause)


def _journal(
    before: Account | None, after: Account, cause: Cause, transaction: Transaction | None, booked_on: date
) -> Iterator[Journal]:
    channel = transaction.channel if transaction is not None else ""
    entries = tuple(_entries(before, after, channel))
    if entries:
        yield Journal(
            cause=cause,
            value_on=after.on,
            booked_on=booked_on,
            entries=entries,
            transaction=transaction.id if transaction is not None else None,
        )


def _entries(before: Account | None, after: Account, channel: str) -> Iterator[Entry]:
    old = before.moved if before is not None else (0,) * len(Movement)
    earned = after.interest_earned.paise - (before.interest_earned.paise if before is not None else 0)
    yield from _move(_A.INTEREST_RECEIVABLE, _A.INTEREST_INCOME, earned, channel)
    writes_off = after.written_off_day and (before is None or not before.written_off_day)
    for movement, (debit, credit) in DEBIT_CREDIT.items():
        grown = after.moved[movement] - old[movement]
        if writes_off and Movement.WRITTEN_OFF_INTEREST <= movement <= Movement.WRITTEN_OFF_PENALTY:
            # what was never taken as income is no loss either
            held = min(grown, _suspended(after)[movement - Movement.WRITTEN_OFF_INTEREST])
            yield from _move(_A.SUSPENSE, credit, held, channel)
            grown -= held
        yield from _move(debit, credit, grown, channel)
    ahead = after.unearned_interest.paise - (before.unearned_interest.paise if before is not None else 0)
    yield from _move(_A.INTEREST_RECEIVABLE, _A.INTEREST_UNEARNED, ahead, channel)
    was = _suspended(before) if before is not None else (0, 0, 0)
    for income, now, then in zip(_INCOME, _suspended(after), was, strict=True):
        yield from _move(income, _A.SUSPENSE, now - then, channel)


def _suspended(account: Account) -> tuple[int, int, int]:
    """Return what is kept out of income because the account is non-performing: unpaid interest, fees without tax, penalties."""
    if account.npa_since is None:
        return 0, 0, 0
    if account.written_off_day:
        _, interest, fees, penalties = account.moved[Movement.WRITTEN_OFF_PRINCIPAL : Movement.RECOVERED_PRINCIPAL]
    else:
        unpaid = account.outstanding
        interest, fees, penalties = unpaid.interest.paise, unpaid.fees.paise, unpaid.penalties.paise
    # the tax inside fees counts as paid before the fees themselves
    paid = sum(account.moved[each] for each in (Movement.RECEIVED_FEE, Movement.APPLIED_FEE, Movement.GIVEN_FEE))
    tax = max(0, account.moved[Movement.GST_CHARGED] - paid)
    return interest, max(0, fees - tax), penalties


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
