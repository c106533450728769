"""
Where an account stands for the ledger: its counters, and what has been earned, on one day; and on which days that is posted.

Between two days of posting interest accrues without a journal.
"""

from datetime import date
from typing import NamedTuple

from los_domain.repayment.accruing import accrued
from los_domain.repayment.dpd import npa_day
from los_domain.repayment.running import FEE, INTEREST, PENALTY, Movement, Running
from los_domain.repayment.servicing import PenalKind
from los_domain.shared.dates import month_end


class Position(NamedTuple):
    """
    What journals are the differences of.

    moved: the counters of `Movement`. earned: interest of the account's life so far. unearned: interest paid beyond it.
    suspended: income that waits because the account is non-performing: unpaid interest, fees without their tax, penalties.
    written_off: whether the account is off the books.
    """

    moved: tuple[int, ...]
    earned: int
    unearned: int
    suspended: tuple[int, int, int]
    written_off: bool


NOWHERE = Position((0,) * len(Movement), 0, 0, (0, 0, 0), False)
"""Before anything happened."""


def position_at_end(account: Running, day: int) -> Position:
    """Return where *account*, which stands on the ordinal *day*, is at the end of that day."""
    moved, fallen = tuple(account.moved), account.fallen
    due, owed = account.due[INTEREST], account.owed[INTEREST]
    has_accrued = accrued(account, day)
    paid_ahead = sum(due[fallen:]) - sum(owed[fallen:])
    earned = sum(due[:fallen]) + has_accrued + moved[Movement.CAPITALISED]
    unpaid = sum(owed[:fallen]) + max(0, has_accrued - paid_ahead)
    suspended = (0, 0, 0)
    if _is_npa(account, day):
        suspended = _suspended(account, moved, unpaid)
    return Position(moved, earned, max(0, paid_ahead - has_accrued), suspended, bool(account.written_off_on))


def _is_npa(account: Running, day: int) -> bool:
    if account.npa_since:
        return True
    account.skip_paid()
    if account.oldest >= account.fallen:
        return False
    terms = account.terms
    return npa_day(terms.norms, account.due_days[account.oldest], terms.overdue_from) <= day


def _suspended(account: Running, moved: tuple[int, ...], interest: int) -> tuple[int, int, int]:
    fees, penalties = sum(account.owed[FEE]), sum(account.owed[PENALTY])
    if account.written_off_on:
        _, interest, fees, penalties = moved[Movement.WRITTEN_OFF_PRINCIPAL : Movement.RECOVERED_PRINCIPAL]
    # the tax inside fees counts as paid before the fees themselves
    paid = sum(moved[each] for each in (Movement.RECEIVED_FEE, Movement.APPLIED_FEE, Movement.GIVEN_FEE))
    tax = max(0, moved[Movement.GST_CHARGED] - paid)
    return interest, max(0, fees - tax), penalties


def posting_day_after(account: Running, day: int) -> tuple[int, str] | None:
    """Return the next day after *day* that is posted without a transaction, and why; None when nothing runs any more."""
    if account.settled_on or account.written_off_on or not account.disbursed:
        return None
    found = month_end(date.fromordinal(day + 1)).toordinal(), "month_end"
    if account.fallen < len(account.due_days):
        found = min(found, (account.due_days[account.fallen], "due_date"))
    terms = account.terms
    if account.oldest < account.fallen:
        if not account.npa_since:
            crossing = npa_day(terms.norms, account.due_days[account.oldest], terms.overdue_from)
            if crossing > day:
                found = min(found, (crossing, "class_change"))
        if terms.penal is not None and terms.penal.kind is not PenalKind.RATE:
            levied = (account.due_days[row] + terms.penal.grace_days + 1 for row in range(account.fallen))
            found = min(found, *((each, "lateness") for each in levied if each > day), found)
    return found
