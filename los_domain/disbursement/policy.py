"""
What an answer of a bank makes of a payout. Pure; the only place where a payout's status is written.

Two rules carry everything: what a bank may have is never sent again, and only the bank's word SUCCEEDED, or two people who read its
statement, make it paid.
"""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import attrs

from los_domain.disbursement.events import PayoutEventBase, PayoutFailed, PayoutPaid, PayoutStuck
from los_domain.disbursement.model import Finding, Payout, PayoutStatus, Rail, Transfer, TransferState, Verdict
from los_domain.shared.dates import india_day
from los_domain.shared.errors import Conflict, FieldProblem, Forbidden, Invalid, Rejected
from los_domain.shared.ids import BankAccountId, LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import ZERO, Money
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    NoRecord,
    NotSent,
    Outcome,
    Pending,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)

IMPS_MOST = Money.rupees(5_00_000)
RTGS_LEAST = Money.rupees(2_00_000)
ASK_AFTER = tuple(timedelta(seconds=s) for s in (5, 30, 120, 300, 900, 3600))
"""How long to wait before each enquiry; hourly after the last of these."""

SILENT_AFTER = timedelta(days=2)
"""How long a bank may keep silent before a person is told; from then on it is asked four times a day."""

SEND_AFTER = tuple(timedelta(seconds=s) for s in (15, 60, 300, 900))
"""How long to wait before a payout that certainly is at no bank is offered again."""

CUT_SHORT_AFTER = timedelta(minutes=2)
"""A call that has not been recorded by then was cut short: no call waits that long."""


@attrs.frozen
class DisbursementRules:
    """
    How a brand pays out; a page of its settings.

    automatic: signed loans are paid without anybody asking. halted: nothing is paid, whoever asks.
    most_a_day: rupees that may leave for loans of this brand within one day in India; zero: no limit.
    check_balance: ask the bank for the balance first, and hold the payout where it does not suffice.
    """

    PAGE: ClassVar[str] = "disbursement"

    automatic: bool = True
    halted: bool = False
    most_a_day: Money = ZERO
    check_balance: bool = False


@attrs.frozen
class Moved:
    """A payout after an answer, and what others are told."""

    payout: Payout
    events: tuple[PayoutEventBase, ...] = ()


def rail_for(amount: Money) -> Rail:
    """Return the rail of an amount: at once where it fits (IMPS up to 5 lakh), gross settlement above."""
    return Rail.IMPS if amount <= IMPS_MOST else Rail.RTGS


def may_pay(rules: DisbursementRules, *, amount: Money, paid_today: Money, balance: Money | None) -> None:
    """Raise Rejected with every reason why *amount* may not leave now. *balance*: None where it was not asked for."""
    reasons = []
    if rules.halted:
        reasons.append("DISBURSAL_HALTED")
    if rules.most_a_day and paid_today + amount > rules.most_a_day:
        reasons.append("DAILY_LIMIT")
    if balance is not None and balance < amount:
        reasons.append("BALANCE_TOO_LOW")
    if amount.paise <= 0:
        reasons.append("NOTHING_TO_PAY")
    if reasons:
        raise Rejected("the loan cannot be paid out now", reasons=reasons)


def ready(
    payout_id: UUID,
    loan_id: LoanId,
    amount: Money,
    *,
    to: BankAccountId,
    ref: VendorRef,
    by: StaffId | None,
    at: datetime,
) -> Payout:
    """Return the instruction to pay *amount* for a loan, to be committed before any bank hears of it."""
    return Payout(
        id=payout_id,
        loan_id=loan_id,
        ref=ref,
        amount=amount,
        account_id=to,
        rail=rail_for(amount),
        status=PayoutStatus.READY,
        created_at=at,
        look_at=at,
        requested_by=by,
    )


def sending(payout: Payout, *, at: datetime) -> Payout:
    """Return *payout* as it must be committed before a bank is called. Raises Conflict unless it certainly is at no bank."""
    if payout.status is not PayoutStatus.READY:
        raise Conflict(f"the payout is {payout.status.value}: it is not sent again")
    return attrs.evolve(
        payout,
        status=PayoutStatus.SENDING,
        sent_on=india_day(at),
        open_since=at,
        tries=payout.tries + 1,
        look_at=at + CUT_SHORT_AFTER,
    )


def answered(
    payout: Payout, outcome: Outcome[Transfer], *, provider: ProviderId | None, name: str, at: datetime
) -> Moved:
    """Return what the answer to the transfer itself makes of a payout that is SENDING."""
    if payout.status is not PayoutStatus.SENDING:
        raise Conflict(f"the payout is {payout.status.value}: its transfer was answered before")
    at_bank = attrs.evolve(payout, provider=provider, provider_name=name)
    match outcome:
        case NotSent() | RateLimited() | Misconfigured():
            return Moved(_ready_again(payout, outcome, at=at))
        case Refused(why=RefusedFor.DUPLICATE):  # ours alone is the reference: the bank has this very transfer
            return Moved(_open(at_bank, PayoutStatus.PENDING, reason="DUPLICATE", at=at))
        case Refused(why=why):
            return _failed(at_bank, why.value.upper(), word=outcome.code)
        case Done(value=transfer):
            return _told(at_bank, transfer, at=at)
        case Pending(handle=_, word=word):
            return Moved(_open(attrs.evolve(at_bank, word=word), PayoutStatus.PENDING, reason="", at=at))
        case NoRecord() | Unknown():
            reason = "NO_RECORD" if isinstance(outcome, NoRecord) else "UNKNOWN"
            return Moved(_open(at_bank, PayoutStatus.UNKNOWN, reason=reason, at=at))
    raise AssertionError(outcome)


def told(payout: Payout, outcome: Outcome[Transfer], *, at: datetime) -> Moved:
    """
    Return what the answer to an enquiry makes of a payout that a bank may have.

    Silence, refusals and "no such transfer" change nothing but the time of the next enquiry: a transfer whose answer was lost may
    still be on its way into the bank's books.
    """
    if not payout.status.is_open:
        raise Conflict(f"the payout is {payout.status.value}: nothing is open about it")
    asked = attrs.evolve(payout, asked=payout.asked + 1)
    if isinstance(outcome, Done):
        return _told(asked, outcome.value, at=at)
    if isinstance(outcome, Pending):
        return Moved(_open(attrs.evolve(asked, word=outcome.word), PayoutStatus.PENDING, reason="", at=at))
    status = PayoutStatus.UNKNOWN if payout.status is PayoutStatus.SENDING else payout.status
    reason = "NO_RECORD" if isinstance(outcome, NoRecord) else payout.reason or "UNKNOWN"
    return _stuck(_open(asked, status, reason=reason, at=at), at=at)


def cut_short(payout: Payout, *, provider: ProviderId | None, name: str, at: datetime) -> Moved:
    """
    Return what to make of a payout whose call was never recorded.

    *provider*: the bank of the newest attempt that was begun since; None where none was, so that the process died before any bank
    was called: only then it may be sent.
    """
    if (
        payout.status is not PayoutStatus.SENDING
        or payout.open_since is None
        or at < payout.open_since + CUT_SHORT_AFTER
    ):
        return Moved(payout)
    if provider is None:
        return Moved(_ready_again(payout, NotSent("never called"), at=at))
    known = attrs.evolve(payout, provider=provider, provider_name=name)
    return Moved(_open(known, PayoutStatus.UNKNOWN, reason="CUT_SHORT", at=at))


def called_off(payout: Payout) -> Moved:
    """Return a payout that is not sent after all, because its loan ended. Raises Conflict unless it certainly is at no bank."""
    if payout.status is not PayoutStatus.READY:
        raise Conflict(f"the payout is {payout.status.value}: it cannot be called off")
    return _failed(payout, "CALLED_OFF", word="")


def found_out(payout: Payout, finding: Finding) -> Payout:
    """Return *payout* with one person's finding, for a second to confirm. Raises Conflict unless nobody knows what became of it."""
    if payout.status not in (PayoutStatus.UNKNOWN, PayoutStatus.PENDING):
        raise Conflict(f"the payout is {payout.status.value}: there is nothing to find out")
    if finding.verdict is Verdict.PAID and (finding.paid_on is None or not finding.bank_reference):
        raise Invalid(
            FieldProblem(
                "bankReference", "is missing", "give reference and date of the credit as the statement shows them"
            )
        )
    if finding.paid_on is not None and payout.sent_on is not None and finding.paid_on < payout.sent_on:
        raise Invalid(FieldProblem("paidOn", "lies before the day it was sent", f"{payout.sent_on} or later"))
    return attrs.evolve(payout, finding=finding)


def confirmed(payout: Payout, *, by: StaffId, at: datetime) -> Moved:
    """Return *payout* as two people found it. Raises Forbidden for the same person twice, Conflict where nothing waits."""
    finding = payout.finding
    if finding is None or not payout.status.is_open:
        raise Conflict("nothing waits to be confirmed on this payout")
    if finding.by == by:
        raise Forbidden("a second person has to confirm what the first one found out")
    if finding.verdict is Verdict.NOT_PAID:
        return _failed(payout, "FOUND_NOT_PAID", word=payout.word)
    return _paid(payout, reference=finding.bank_reference, word=payout.word, on=finding.paid_on or india_day(at))


def disputed(payout: Payout) -> Payout:
    """Return *payout* without its finding: the second person saw something else. Raises Conflict where nothing waits."""
    if payout.finding is None:
        raise Conflict("nothing waits to be confirmed on this payout")
    return attrs.evolve(payout, finding=None)


def _told(payout: Payout, transfer: Transfer, *, at: datetime) -> Moved:
    known = attrs.evolve(
        payout, word=transfer.word, bank_reference=transfer.bank_reference or payout.bank_reference, finding=None
    )
    match transfer.state:
        case TransferState.SUCCEEDED:
            on = transfer.on or payout.sent_on or india_day(at)
            return _paid(known, reference=known.bank_reference, word=transfer.word, on=on)
        case TransferState.FAILED:
            return _failed(known, "BANK_FAILED", word=transfer.word)
        case TransferState.REVERSED:
            return _failed(known, "BANK_RETURNED", word=transfer.word, status=PayoutStatus.RETURNED)
        case TransferState.ACCEPTED | TransferState.PROCESSING:
            return _stuck(_open(known, PayoutStatus.PENDING, reason="", at=at), at=at)


def _paid(payout: Payout, *, reference: str, word: str, on: date) -> Moved:
    paid = attrs.evolve(
        payout,
        status=PayoutStatus.PAID,
        bank_reference=reference,
        word=word,
        reason="",
        paid_on=on,
        look_at=None,
    )
    return Moved(paid, (PayoutPaid(paid.id, paid.loan_id),))


def _failed(payout: Payout, reason: str, *, word: str, status: PayoutStatus = PayoutStatus.FAILED) -> Moved:
    failed = attrs.evolve(payout, status=status, reason=reason, word=word, look_at=None)
    return Moved(failed, (PayoutFailed(failed.id, failed.loan_id, reason),))


def _open(payout: Payout, status: PayoutStatus, *, reason: str, at: datetime) -> Payout:
    since = payout.open_since or at
    if at - since >= SILENT_AFTER:
        wait = timedelta(hours=6)
    else:
        wait = ASK_AFTER[min(payout.asked, len(ASK_AFTER) - 1)]
    return attrs.evolve(payout, status=status, reason=reason, look_at=at + wait)


def _stuck(payout: Payout, *, at: datetime) -> Moved:
    if payout.told_stuck or payout.open_since is None or at - payout.open_since < SILENT_AFTER:
        return Moved(payout)
    return Moved(attrs.evolve(payout, told_stuck=True), (PayoutStuck(payout.id, payout.loan_id),))


def _ready_again(payout: Payout, outcome: Outcome[Any], *, at: datetime) -> Payout:
    wait = SEND_AFTER[min(payout.tries - 1, len(SEND_AFTER) - 1)]
    if isinstance(outcome, RateLimited):
        wait = max(wait, timedelta(seconds=outcome.after_seconds))
    reason = outcome.code if isinstance(outcome, Misconfigured) else ""
    return attrs.evolve(
        payout,
        status=PayoutStatus.READY,
        reason=f"MISCONFIGURED {reason}".strip() if isinstance(outcome, Misconfigured) else "NOT_SENT",
        provider=None,
        provider_name="",
        sent_on=None,
        open_since=None,
        look_at=at + wait,
    )
