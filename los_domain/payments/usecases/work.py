"""What taking money touches, and the one transaction in which money that came is booked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import attrs

from los_domain.ledger import unmatched
from los_domain.ledger.policy import UNMATCHED_CHANNEL
from los_domain.loans.model import Loan
from los_domain.loans.servicing import ServicingWork, next_sequence, post
from los_domain.loans.states import LoanEvent
from los_domain.payments.events import PaymentReceived, PaymentReversed, PaymentUnmatched
from los_domain.payments.model import Purpose, Receipt
from los_domain.payments.policy import booked, in_suspense, kind_on, kinds_to_try, may_match, reversed_
from los_domain.payments.ports import CollectionStore, ManualPaymentStore, ReceiptStore, RefundStore
from los_domain.repayment import ImpossibleTransaction, Transaction, TransactionKind
from los_domain.shared.actor import Actor
from los_domain.shared.audit import AuditEvent
from los_domain.shared.belonging import VendorRefs
from los_domain.shared.dates import india_day
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import Ids
from los_domain.shared.inbox import InboxMarks
from los_domain.shared.money import Money


class PaymentWork(ServicingWork, Protocol):
    """The unit of work of taking money."""

    @property
    def collections(self) -> CollectionStore:
        """Requests for money."""
        ...

    @property
    def receipts(self) -> ReceiptStore:
        """Money that came."""
        ...

    @property
    def refunds(self) -> RefundStore:
        """Money that goes back."""
        ...

    @property
    def manual_payments(self) -> ManualPaymentStore:
        """Payments entered by hand."""
        ...

    @property
    def vendor_refs(self) -> VendorRefs:
        """References that gateways will speak of."""
        ...

    @property
    def inbox(self) -> InboxMarks:
        """Notices, to be stamped."""
        ...


def take(
    work: PaymentWork, receipt: Receipt, loan: Loan | None, purpose: Purpose, *, ids: Ids, by: Actor, at: datetime
) -> Receipt:
    """
    Book *receipt*, which is new, on *loan*, which the caller has locked; in the brand's suspense where no loan can take it.

    None is refused. What was booked before under the same channel and reference is returned as it is.
    """
    if not work.receipts.add(in_suspense(receipt)):
        known = work.receipts.find(receipt.channel, receipt.reference)
        if known is None:
            raise AssertionError("a receipt is known and cannot be found")
        return known
    kind = None if loan is None else kind_on(loan.status, purpose)
    if loan is not None and kind is not None:
        done = _on_account(work, receipt, loan, kinds_to_try(kind), purpose, ids=ids, by=by, at=at)
        if done is not None:
            work.receipts.save(done)
            work.outbox.add(PaymentReceived(done.id, loan.id))
            _note(work, done, "take")
            return done
    suspended = in_suspense(receipt)
    journal = unmatched(receipt.amount, receipt.channel, value_on=receipt.value_on, booked_on=india_day(at))
    work.books.write(None, [journal], at=at)
    work.outbox.add(PaymentUnmatched(receipt.id))
    _note(work, suspended, "suspend")
    return suspended


def _on_account(
    work: PaymentWork,
    receipt: Receipt,
    loan: Loan,
    kinds: Sequence[TransactionKind],
    purpose: Purpose,
    *,
    ids: Ids,
    by: Actor,
    at: datetime,
    channel: str = "",
) -> Receipt | None:
    """Enter the money on the loan's account as the first of *kinds* that it can be; None where it can be none."""
    entered = work.books.transactions_of(loan.id)
    for kind in kinds:
        transaction = Transaction(
            id=ids.new(),
            kind=kind,
            value_on=max(receipt.value_on, loan.disbursed_on or date.min),
            sequence=next_sequence(entered),
            amount=receipt.amount,
            channel=channel or receipt.channel,
        )
        ends = LoanEvent.COOL_OFF if purpose is Purpose.COOLING_OFF else LoanEvent.COMPLETE
        try:
            post(work, loan, transaction, by=by, at=at, ends=ends)
        except ImpossibleTransaction:
            continue
        return booked(receipt, loan.id, transaction.id)
    return None


def give_back(
    work: PaymentWork, receipt: Receipt, loan: Loan | None, *, ids: Ids, by: Actor, at: datetime, reason: str
) -> Receipt:
    """Undo *receipt*, locked like *loan* by the caller: the payment never happened. Raises Conflict if it is gone already."""
    gone = reversed_(receipt, reason=reason)
    if receipt.transaction_id is None or loan is None:
        out_of_suspense(work, receipt, receipt.amount, on=india_day(at), at=at)
    else:
        entered = work.books.transactions_of(loan.id)
        original = next(each for each in entered if each.id == receipt.transaction_id)
        undone = Transaction(
            id=ids.new(),
            kind=TransactionKind.REVERSAL,
            value_on=original.value_on,
            sequence=next_sequence(entered),
            reverses=original.id,
            channel=receipt.channel,
        )
        post(work, loan, undone, by=by, at=at, reason=reason)
        work.outbox.add(PaymentReversed(receipt.id, loan.id))
    work.receipts.save(gone)
    _note(work, gone, "reverse", reason=reason)
    return gone


def match(work: PaymentWork, receipt: Receipt, loan: Loan, *, ids: Ids, by: Actor, at: datetime) -> Receipt:
    """Take *receipt* out of suspense and onto *loan*, both locked by the caller. Raises Conflict where either cannot."""
    may_match(receipt, under_way=work.refunds.under_way(loan_id=None, receipt_id=receipt.id))
    kind = kind_on(loan.status, Purpose.DUES)
    done = None
    if kind is not None:
        done = _on_account(work, receipt, loan, [kind], Purpose.DUES, ids=ids, by=by, at=at, channel=UNMATCHED_CHANNEL)
    if done is None:
        raise Conflict(f"the loan is {loan.status.value}: it can take no money")
    work.receipts.save(done)
    work.outbox.add(PaymentReceived(done.id, loan.id))
    return done


def out_of_suspense(
    work: PaymentWork, receipt: Receipt, amount: Money, *, on: date, at: datetime, back: bool = False
) -> None:
    """Book *amount* of a receipt out of suspense, as it goes back; or *back* into it."""
    journal = unmatched(amount, receipt.channel, value_on=on, booked_on=on)
    if not back:
        journal = attrs.evolve(journal, entries=tuple(entry.mirrored for entry in journal.entries))
    work.books.write(None, [journal], at=at)


def _note(work: PaymentWork, receipt: Receipt, verb: str, *, reason: str = "") -> None:
    after = {
        "status": receipt.status.value,
        "amount": str(receipt.amount),
        "channel": receipt.channel,
        "loan": None if receipt.loan_id is None else str(receipt.loan_id),
    }
    work.audit.add(AuditEvent(f"payments.{verb}", "receipt", receipt.id, after=after, reason=reason))
