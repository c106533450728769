"""
The one way money moves on a loan. Whatever happens to an account, by day or by night, goes through here, under the loan's lock.

    post(work, loan, transaction, …)   enter a transaction: account, ledger, standing, status, history, events, all in one transaction
    pay_out(work, loan, …)             the same for the disbursement, of which the bank told
    close_days(loan, account, through=…)   what the ends of days alone make of an account; pure, the night's and post's alike

An entry dated before others, or one that undoes another, is not a patch: the account is folded anew, and the ledger is brought
from what was booked to what should have been, by reversals and new journals on the open day.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID

import attrs

from los_domain.ledger import Journal, book, rebook
from los_domain.ledger import post as journals_between
from los_domain.ledger.ports import Books
from los_domain.loans.model import Loan
from los_domain.loans.policy import NIGHT, Fired, fire, following, standing_of
from los_domain.loans.ports import LoanWork
from los_domain.loans.states import LoanEvent, LoanStatus
from los_domain.repayment import Account, AccountTerms, Transaction, TransactionKind, advance, at, fold
from los_domain.shared.actor import Actor
from los_domain.shared.audit import AuditEvent
from los_domain.shared.dates import IST
from los_domain.shared.errors import Conflict, Rejected
from los_domain.shared.ids import BankAccountId
from los_domain.shared.money import Money


class ServicingWork(LoanWork, Protocol):
    """The unit of work of everything that moves money on a loan."""

    @property
    def books(self) -> Books:
        """Transactions and journals of the brand."""
        ...


@attrs.frozen
class Moved:
    """
    A loan after days or a transaction, and what they ask for.

    account: as it stands. posted: as it stood when the ledger was last posted; interest since then has accrued and is in no journal.
    fired: each change of status and the day it counts for. journals: what the ledger gains.
    """

    loan: Loan
    account: Account
    posted: Account
    journals: tuple[Journal, ...] = ()
    fired: tuple[tuple[Fired, date], ...] = ()


def terms_of(loan: Loan) -> AccountTerms:
    """Return what the loan's account is folded from. Raises Conflict before the sanction."""
    if loan.terms is None:
        raise Conflict("the loan has no terms yet")
    return loan.terms


def payable(loan: Loan) -> tuple[Money, BankAccountId]:
    """Return how much is paid out to which account. Raises Conflict unless the agreement is signed, Rejected if something is missing."""
    if loan.status is not LoanStatus.AGREEMENT_SIGNED:
        raise Conflict(f"a loan is paid out when its agreement is signed; this one is {loan.status.value}")
    reasons = []
    if loan.accepted_at is None or not loan.digest:
        reasons.append("KEY_FACTS_NOT_ACCEPTED")
    if loan.pay_to is None:
        reasons.append("NO_ACCOUNT_TO_PAY")
    if loan.net.paise <= 0:
        reasons.append("NOTHING_TO_PAY")
    if reasons or loan.pay_to is None:
        raise Rejected("the loan cannot be paid out", reasons=reasons)
    return loan.net, loan.pay_to


def account_of(work: ServicingWork, loan: Loan, on: date) -> Account:
    """Return the loan's account at the end of *on*, from its transactions: the truth that everything stored is a cache of."""
    return fold(terms_of(loan), work.books.transactions_of(loan.id), on)


def as_stored(loan: Loan, entered: Sequence[Transaction]) -> Moved:
    """Return *loan* where it was left: its account folded to the day that its standing is of, and to the day last posted. Pure."""
    stands_on, posted_on = loan.standing.folded_up_to, loan.standing.posted_up_to
    if stands_on is None or posted_on is None:
        raise Conflict("the loan is not paid out: it has no account yet")
    account = fold(terms_of(loan), entered, stands_on)
    return Moved(loan, account, account if posted_on == stands_on else fold(terms_of(loan), entered, posted_on))


def close_days(moved: Moved, *, through: date, booked_on: date | None = None) -> Moved:
    """
    Return what the ends of the days up to *through* make of an account, each day that changes it in turn. Pure.

    A day's journals are booked on that day, which is open until its night is done, or on *booked_on*.
    """
    loan, account, posted = moved.loan, moved.account, moved.posted
    journals, fired = [*moved.journals], [*moved.fired]
    while (day := loan.standing.next_transition_on) is not None and day <= through:
        account = at(account, max(day, account.on))
        more = journals_between(posted, account, booked_on=booked_on or day)
        posted = at(posted, more[-1].value_on) if more else posted
        journals += more
        for each in following(loan, account, closed=day, by=NIGHT, ends=LoanEvent.COMPLETE):
            fired.append((each, day))
            loan = each.loan
        loan = _standing(loan, account, posted=posted, closed=day)
    return Moved(loan, account, posted, tuple(journals), tuple(fired))


def post(
    work: ServicingWork,
    loan: Loan,
    transaction: Transaction,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    ends: LoanEvent = LoanEvent.COMPLETE,
) -> Loan:
    """
    Enter *transaction* on the account of *loan*, which the caller has locked, and return the loan as saved.

    Days that ended since the account last moved are closed first, as their nights would have done. The account's last sequence is
    given by ``next_sequence``. *at*: business time. *ends*: what it means if nothing is owed afterwards.
    Raises ImpossibleTransaction for what cannot happen to this account; then nothing is written.
    """
    today = at.astimezone(IST).date()
    entered = work.books.transactions_of(loan.id)
    if loan.standing.folded_up_to is None:
        moved = _begun(loan, transaction, today=today, by=by)
    else:
        closed = close_days(as_stored(loan, entered), through=today - timedelta(days=1))
        if _comes_last(closed.account, transaction, today=today):
            moved = _one_more(closed, transaction, today=today)
            work.books.write(loan.id, closed.journals, at=at)
        else:
            account = _folded_anew(terms_of(loan), (*entered, transaction), today=today)
            work.books.write(loan.id, closed.journals, at=at)
            moved = _rebooked(work, closed, account, (*entered, transaction), today=today)
    after = _judged(moved, today=today, by=by, ends=ends)
    work.books.enter(loan.id, transaction, at=at)
    work.books.write(loan.id, after.journals, at=at)
    return _save(work, loan, after, transaction, by=by, reason=reason, at=at)


def pay_out(
    work: ServicingWork,
    loan: Loan,
    *,
    payout: UUID,
    net: Money,
    on: date,
    channel: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Loan:
    """
    Disburse *loan*, which the caller has locked: *net* reached the borrower on *on*, the bank's value date.

    The account begins with what was sanctioned, less what the key facts withhold. Raises Conflict where the loan is not waiting for it
    or another amount was agreed.
    """
    if loan.net != net:
        raise Conflict("another amount was agreed than was paid out: a person has to look")
    transaction = Transaction(
        id=payout,
        kind=TransactionKind.DISBURSEMENT,
        value_on=on,
        sequence=next_sequence(work.books.transactions_of(loan.id)),
        amount=loan.sanctioned or net,
        fee=loan.fee,
        gst=loan.gst,
        upfront_interest=loan.upfront_interest,
        channel=channel,
    )
    return post(work, loan, transaction, by=by, at=at, reason=reason)


def next_sequence(entered: Sequence[Transaction]) -> int:
    """Return the place of the next transaction of an account."""
    return max((each.sequence for each in entered), default=0) + 1


def _begun(loan: Loan, transaction: Transaction, *, today: date, by: Actor) -> Moved:
    """Return *loan* after the transaction that its account begins with."""
    account = advance(fold(terms_of(loan), (), transaction.value_on), transaction)
    disbursed = fire(loan, LoanEvent.DISBURSE, by=by)
    loan = attrs.evolve(disbursed.loan, disbursed_on=transaction.value_on, is_paying=False)
    journals = journals_between(None, account, transaction, booked_on=today)
    return Moved(loan, account, account, journals, ((disbursed, today),))


def _one_more(moved: Moved, transaction: Transaction, *, today: date) -> Moved:
    """Return *moved* one step further."""
    account = advance(moved.account, transaction)
    journals = journals_between(moved.posted, account, transaction, booked_on=today)
    return attrs.evolve(moved, account=account, posted=account, journals=journals)


def _folded_anew(terms: AccountTerms, every: Sequence[Transaction], *, today: date) -> Account:
    """Return the account as all its transactions and the ends of days make it."""
    account = fold(terms, every, max(each.value_on for each in every))
    while (day := account.next_transition_on) is not None and day < today:
        account = at(account, day)
    return account


def _rebooked(
    work: ServicingWork, moved: Moved, account: Account, every: Sequence[Transaction], *, today: date
) -> Moved:
    """Return *moved* with *account* in place of its own, and the ledger brought from what was booked to what should have been."""
    terms, loan_id = terms_of(moved.loan), moved.loan.id
    wanted = book(terms, every, account.on, booked_on=today)
    posted = fold(terms, every, wanted[-1].value_on)
    journals = rebook(work.books.journals_of(loan_id), wanted, booked_on=today)
    return attrs.evolve(moved, account=account, posted=posted, journals=journals)


def _judged(moved: Moved, *, today: date, by: Actor, ends: LoanEvent) -> Moved:
    """Return *moved* with the status that its account asks for, and the days closed that have ended since the account's."""
    closed = today - timedelta(days=1)
    loan, account, fired = moved.loan, moved.account, [*moved.fired]
    for each in following(loan, account, closed=min(closed, account.on), by=by, ends=ends):
        fired.append((each, today))
        loan = each.loan
    loan = _standing(loan, account, posted=moved.posted, closed=closed)
    judged = attrs.evolve(moved, loan=loan, fired=tuple(fired))
    return close_days(judged, through=closed, booked_on=today)


def _comes_last(account: Account, transaction: Transaction, *, today: date) -> bool:
    """Return whether *transaction* is one more step; of a day that was closed everything is one journal, so that is not."""
    if transaction.kind is TransactionKind.REVERSAL or (account.last is not None and transaction.order <= account.last):
        return False
    return transaction.value_on > account.on or account.on == transaction.value_on == today


def _standing(loan: Loan, account: Account, *, posted: Account, closed: date) -> Loan:
    ended_on = account.settled_on or account.written_off_on
    return attrs.evolve(loan, standing=standing_of(account, posted=posted.on, closed=closed), closed_on=ended_on)


def end_of(day: date) -> datetime:
    """Return the instant at which *day* ends in India."""
    return datetime.combine(day + timedelta(days=1), time(), IST)


def _save(
    work: ServicingWork,
    was: Loan,
    moved: Moved,
    transaction: Transaction,
    *,
    by: Actor,
    reason: str,
    at: datetime,
) -> Loan:
    loan = work.loans.save(moved.loan)
    for each, day in moved.fired:
        nightly = each.by == NIGHT
        work.loans.record(each, reason="" if nightly else reason, at=min(at, end_of(day)) if nightly else at)
        work.outbox.add(*each.events)
    work.audit.add(
        AuditEvent(
            f"loans.post-{transaction.kind.value}",
            "loan",
            loan.id,
            before={"status": was.status.value, "outstanding": str(was.standing.outstanding)},
            after={
                "status": loan.status.value,
                "outstanding": str(loan.standing.outstanding),
                "transaction": str(transaction.id),
                "amount": str(transaction.amount),
            },
            reason=reason,
        )
    )
    return loan
