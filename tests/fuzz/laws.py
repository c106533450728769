"""What holds of every account after every step, whatever happened to it."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

from los_domain.ledger import LedgerAccount, book, trial_balance
from los_domain.repayment import Account, Transaction, TransactionKind, advance, at, fold, payoff
from los_domain.repayment.account import AccountState
from los_domain.repayment.running import Movement
from los_domain.repayment.transactions import RANK, RECEIPTS

M = Movement
A = LedgerAccount


def money_is_somewhere(account: Account, entered: Sequence[Transaction]) -> None:
    """Every paisa that came in pays a due or is excess, and rows add up to the counters."""
    total = account.moved
    for component in range(4):
        for row in range(len(account)):
            due, owed, waived = (columns[component][row] for columns in (account.due, account.owed, account.waived))
            assert 0 <= owed <= due, (component, row, due, owed)
            assert 0 <= waived <= due - owed, (component, row, due, owed, waived)
    assert account.outstanding.principal.paise >= 0
    principal_gone = sum(
        total[each]
        for each in (
            M.RECEIVED_PRINCIPAL,
            M.APPLIED_PRINCIPAL,
            M.GIVEN_PRINCIPAL,
            M.WAIVED_PRINCIPAL,
            M.RECOVERED_PRINCIPAL,
        )
    )
    if not account.written_off_day:
        assert account.outstanding.principal.paise == account.disbursed.paise + total[M.CAPITALISED] - principal_gone
    came_in = sum(each.amount.paise for each in entered if each.kind in RECEIPTS and each.amount)
    spread = sum(total[M.RECEIVED_PRINCIPAL : M.APPLIED_PRINCIPAL]) + sum(total[M.GIVEN_PRINCIPAL : M.WAIVED_PRINCIPAL])
    spread += sum(total[M.RECOVERED_PRINCIPAL : M.RETURNED_INTEREST])
    unsaid = sum(
        account.allocation_of(each.id).amount.paise
        for each in entered
        if each.kind is TransactionKind.DOWN_PAYMENT and not each.amount
    )
    assert came_in + unsaid == spread
    held = total[M.RECEIVED_EXCESS] + total[M.GIVEN_EXCESS] + total[M.RETURNED_INTEREST]
    used = sum(total[M.APPLIED_PRINCIPAL : M.GIVEN_PRINCIPAL]) + total[M.REFUNDED] + total[M.RECOVERED_FROM_EXCESS]
    assert account.excess.paise == held - used >= 0


def steps_are_the_fold(account: Account, entered: Sequence[Transaction], rng: Random) -> None:
    """The account led here step by step is the fold of its transactions, in whatever order they arrive."""
    shuffled = list(entered)
    rng.shuffle(shuffled)
    assert fold(account.terms, shuffled, account.on) == account


def ledger_agrees(account: Account, entered: Sequence[Transaction]) -> None:
    """The ledger balances to nothing, and says what the account says."""
    journals = book(account.terms, entered, account.on, booked_on=account.on)
    balance = trial_balance(journals, account.on)
    assert balance.total.paise == 0
    assert -balance.of(A.EXCESS).paise == account.excess.paise
    outstanding = account.outstanding
    if account.written_off_day:
        assert not balance.of(A.PRINCIPAL)
        assert not balance.of(A.INTEREST_RECEIVABLE)
        return
    assert balance.of(A.PRINCIPAL) == outstanding.principal
    assert balance.of(A.FEES_RECEIVABLE) == outstanding.fees


def ledger_agrees_on_posting_day(account: Account, entered: Sequence[Transaction]) -> None:
    """On a day with a posting the receivables of interest and penalties agree too."""
    journals = book(account.terms, entered, account.on, booked_on=account.on)
    balance = trial_balance(journals, account.on)
    if account.written_off_day:
        return
    assert balance.of(A.INTEREST_RECEIVABLE) == account.outstanding.interest, balance
    assert balance.of(A.PENALTIES_RECEIVABLE) == account.outstanding.penalties


def paying_the_quote_closes(account: Account, sequence: int) -> None:
    """A foreclosure at the quoted sum leaves exactly nothing."""
    if account.state in (AccountState.AWAITING, AccountState.SETTLED, AccountState.OVERPAID) or account.settlement:
        return
    on = account.on
    if account.last is not None and account.last > (on, RANK[TransactionKind.FORECLOSURE], sequence):
        on += timedelta(days=1)
    quote = payoff(account, on)
    assert quote.total.paise >= 0
    if not quote.total:
        return
    paid = Transaction(
        id=UUID(int=sequence),
        kind=TransactionKind.FORECLOSURE,
        value_on=on,
        sequence=sequence,
        amount=quote.total,
    )
    closed = advance(account, paid)
    assert closed.is_settled, closed
    assert not closed.outstanding.total
    assert not closed.excess, (closed.excess, quote)


def days_add_up(account: Account, rng: Random) -> None:
    """Going on to a day by way of another is going there at once."""
    between = account.on + timedelta(days=rng.randrange(0, 70))
    end = between + timedelta(days=rng.randrange(0, 70))
    assert at(at(account, between), end) == at(account, end)


def classes_are_sound(account: Account) -> None:
    """Days past due, arrears and class say the same."""
    late = account.arrears
    if not late.principal and not late.interest:
        assert account.dpd == 0
    if account.dpd == 0 and not account.npa_from and not account.charged_off_day:
        assert not account.asset_class.is_npa
    following = account.next_transition_on
    assert following is None or following > account.on


def check(account: Account, entered: Sequence[Transaction], rng: Random, *, deep: bool = True) -> None:
    """Check all laws of one account."""
    money_is_somewhere(account, entered)
    classes_are_sound(account)
    if deep:
        steps_are_the_fold(account, entered, rng)
        ledger_agrees(account, entered)
        if entered and entered[-1].value_on == account.on:
            ledger_agrees_on_posting_day(account, entered)
        days_add_up(account, rng)
        paying_the_quote_closes(account, len(entered) + 1)


def day_after_day(account: Account, to: date) -> Account:
    """Return *account* moved to *to* one day at a time."""
    while account.on < to:
        account = at(account, account.on + timedelta(days=1))
    return account
