"""What a gateway's word makes of a collection, and of money that came. Pure; the only place where their statuses are written."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import ClassVar
from uuid import UUID

import attrs

from los_domain.loans.states import LoanStatus
from los_domain.payments.model import (
    Collection,
    CollectionStatus,
    GatewayPayment,
    ManualMode,
    ManualPayment,
    ManualStatus,
    Order,
    PaymentState,
    Purpose,
    Receipt,
    ReceiptStatus,
    Refund,
    RefundStatus,
)
from los_domain.repayment.transactions import TransactionKind
from los_domain.shared.dates import india_day
from los_domain.shared.errors import Conflict, FieldProblem, Forbidden, Invalid, Rejected
from los_domain.shared.ids import LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Done, Outcome, Pending, RateLimited, Refused, Unknown

LOOK_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120))
"""When to ask a gateway about an order whose notice did not come; every six hours after the last of these."""

THEN_EVERY = timedelta(hours=6)
OPEN_FOR = timedelta(days=1)
LATE_FOR = timedelta(days=3)
"""How long after an order's end a payment on it may still succeed, and is asked for."""

START_AGAIN_AFTER = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900))
GIVE_UP_STARTING = timedelta(hours=2)
LEAST = Money.rupees(1)


@attrs.frozen
class PaymentRules:
    """How a brand takes money; a page of its settings. *least*: rupees that a borrower may pay at once, unless her dues are less."""

    PAGE: ClassVar[str] = "payments"

    least: Money = LEAST


def asked_for(
    collection_id: UUID, loan_id: LoanId, purpose: Purpose, amount: Money, *, ref: VendorRef, on: date, at: datetime
) -> Collection:
    """Return a request for *amount*, to be committed before any gateway hears of it."""
    return Collection(
        id=collection_id,
        loan_id=loan_id,
        purpose=purpose,
        amount=amount,
        ref=ref,
        status=CollectionStatus.STARTING,
        on=on,
        created_at=at,
        expires_at=at + OPEN_FOR,
        look_at=at + START_AGAIN_AFTER[0],
    )


def arrived(
    receipt_id: UUID,
    payment: GatewayPayment,
    *,
    gateway: str,
    provider: ProviderId,
    collection: Collection | None,
    at: datetime,
) -> Receipt:
    """Return the receipt of a payment that a gateway says is ours."""
    return Receipt(
        id=receipt_id,
        channel=gateway,
        reference=payment.id,
        amount=payment.amount,
        value_on=value_day(payment, today=india_day(at)),
        received_at=at,
        status=ReceiptStatus.UNMATCHED,
        method=payment.method,
        bank_reference=payment.bank_reference,
        provider=provider,
        loan_id=None if collection is None else collection.loan_id,
        collection_id=None if collection is None else collection.id,
    )


def quoted(purpose: Purpose, asked: Money | None, *, due: Money, payoff: Money, rules: PaymentRules) -> Money:
    """
    Return the amount of an order.

    *asked*: None for everything due. Foreclosure and cooling-off are for exactly the quote; more than the payoff is never asked for.
    Raises Invalid with what would be right.
    """
    if purpose in (Purpose.FORECLOSURE, Purpose.COOLING_OFF):
        if asked is not None and asked != payoff:
            raise Invalid(FieldProblem("amount", "is not today's payoff amount", f"leave it out, or send {payoff}"))
        return payoff
    amount = due if asked is None else asked
    if asked is None and purpose is Purpose.PREPAYMENT:
        raise Invalid(FieldProblem("amount", "is missing", "say how much to prepay"))
    least = min(rules.least, payoff)
    if amount < least:
        said = "nothing is due" if asked is None else f"is less than {least}"
        raise Invalid(FieldProblem("amount", said, f"send an amount of {least} or more"))
    if amount > payoff:
        raise Invalid(FieldProblem("amount", "is more than what is owed", f"{payoff} closes the loan today"))
    return amount


def may_cool_off(disbursed_on: date | None, free_days: int, *, today: date) -> None:
    """Raise Rejected unless a loan can still be left without a charge."""
    if disbursed_on is None or (today - disbursed_on).days > free_days:
        raise Rejected("the cooling-off period is over", reasons=["OUTSIDE_COOLING_OFF"])


def opened(
    collection: Collection, outcome: Outcome[Order], *, provider: ProviderId | None, gateway: str, at: datetime
) -> Collection:
    """Return what a gateway's answer to opening an order makes of a collection that is STARTING; an OPEN one stays as it is."""
    if collection.status is not CollectionStatus.STARTING:
        return collection
    if isinstance(outcome, Done):
        return attrs.evolve(
            collection,
            status=CollectionStatus.OPEN,
            provider=provider,
            gateway=gateway,
            order_id=outcome.value.id,
            checkout=outcome.value.checkout,
            failure="",
            asked=0,
            look_at=at + LOOK_AFTER[0],
        )
    if isinstance(outcome, Refused) or at >= collection.created_at + GIVE_UP_STARTING:
        code = outcome.code if isinstance(outcome, Refused) else type(outcome).__name__
        return attrs.evolve(collection, status=CollectionStatus.REFUSED, failure=code or "REFUSED", look_at=None)
    wait = START_AGAIN_AFTER[min(collection.asked, len(START_AGAIN_AFTER) - 1)]
    if isinstance(outcome, RateLimited):
        wait = max(wait, timedelta(seconds=outcome.after_seconds))
    # An order that may exist unseen is asked for again where it was asked for: the same reference gives the same order.
    kept = provider if isinstance(outcome, Unknown | Pending) else None
    return attrs.evolve(
        collection,
        provider=kept,
        gateway=gateway if kept else "",
        asked=collection.asked + 1,
        failure=type(outcome).__name__,
        look_at=at + wait,
    )


def looked_at(collection: Collection, *, at: datetime, failure: str = "") -> Collection:
    """Return *collection* after its gateway was asked and told of no captured payment, or kept silent."""
    if collection.status is not CollectionStatus.OPEN:
        return attrs.evolve(collection, look_at=None)
    asked = attrs.evolve(collection, asked=collection.asked + 1, failure=failure or collection.failure)
    if at >= collection.expires_at + LATE_FOR:
        return attrs.evolve(asked, status=CollectionStatus.EXPIRED, look_at=None)
    wait = LOOK_AFTER[asked.asked] if asked.asked < len(LOOK_AFTER) else THEN_EVERY
    return attrs.evolve(asked, look_at=min(at + wait, collection.expires_at + LATE_FOR))


def paid(collection: Collection) -> Collection:
    """Return *collection* after money came on it; a second payment, or a late one, changes nothing more."""
    return attrs.evolve(collection, status=CollectionStatus.PAID, failure="", look_at=None)


def failed(collection: Collection, failure: str) -> Collection:
    """Return *collection* with the gateway's word on a try that failed: the borrower may try again, and the try may still succeed."""
    return attrs.evolve(collection, failure=failure)


class Arrived(Enum):
    """What a gateway's word on one payment asks for."""

    MONEY = "money"  # it is ours: book it, once
    GIVEN_BACK = "given_back"  # it was ours, and the gateway sent all of it back
    NOT_YET = "not_yet"  # may still become ours
    FAILED = "failed"


ARRIVED: Mapping[PaymentState, Arrived] = {
    PaymentState.PENDING: Arrived.NOT_YET,
    PaymentState.PENDING_CAPTURE: Arrived.NOT_YET,
    PaymentState.SUCCEEDED: Arrived.MONEY,
    PaymentState.FAILED_SOFT: Arrived.NOT_YET,
    PaymentState.FAILED: Arrived.FAILED,
    PaymentState.REFUNDED: Arrived.GIVEN_BACK,
}


def value_day(payment: GatewayPayment, *, today: date) -> date:
    """Return the day a payment counts for: the day in India the borrower paid, however late we hear of it; never a day to come."""
    return today if payment.at is None else min(india_day(payment.at), today)


def kind_on(status: LoanStatus, purpose: Purpose) -> TransactionKind | None:
    """Return as what money enters the account of a loan of *status*; None where the loan has no account that could take it."""
    if status is LoanStatus.WRITTEN_OFF:
        return TransactionKind.RECOVERY
    if status.is_live:
        return {
            Purpose.DUES: TransactionKind.PAYMENT,
            Purpose.PREPAYMENT: TransactionKind.PREPAYMENT,
            Purpose.FORECLOSURE: TransactionKind.FORECLOSURE,
            Purpose.COOLING_OFF: TransactionKind.FORECLOSURE,
        }[purpose]
    if status in (LoanStatus.COMPLETED, LoanStatus.SETTLED):
        return TransactionKind.PAYMENT  # nothing is due: it becomes excess, to be given back
    return None


def kinds_to_try(kind: TransactionKind) -> tuple[TransactionKind, ...]:
    """Return as what money may enter an account, best first: what lacks a paisa of a payoff is a payment, and none is refused."""
    return (kind,) if kind in (TransactionKind.PAYMENT, TransactionKind.RECOVERY) else (kind, TransactionKind.PAYMENT)


def in_suspense(receipt: Receipt) -> Receipt:
    """Return *receipt* as money whose loan is not known."""
    return attrs.evolve(receipt, status=ReceiptStatus.UNMATCHED, transaction_id=None)


def booked(receipt: Receipt, loan_id: LoanId, transaction_id: UUID) -> Receipt:
    """Return *receipt* as money on a loan's account."""
    return attrs.evolve(receipt, status=ReceiptStatus.BOOKED, loan_id=loan_id, transaction_id=transaction_id)


def reversed_(receipt: Receipt, *, reason: str) -> Receipt:
    """Return *receipt* as money that did not stay. Raises Conflict if it is gone already, or on its way back in part."""
    if receipt.status not in (ReceiptStatus.BOOKED, ReceiptStatus.UNMATCHED):
        raise Conflict(f"the receipt is {receipt.status.value}")
    if receipt.refunded:
        raise Conflict("part of this money went back already: a person has to look")
    return attrs.evolve(receipt, status=ReceiptStatus.REVERSED, reason=reason)


def by_hand(
    payment_id: UUID,
    loan_id: LoanId,
    purpose: Purpose,
    mode: ManualMode,
    reference: str,
    amount: Money,
    *,
    paid_on: date,
    today: date,
    by: StaffId,
    at: datetime,
) -> ManualPayment:
    """Return a payment as a member of staff entered it. Raises Invalid for a day to come, an amount below a paisa, no reference."""
    problems = []
    if paid_on > today:
        problems.append(FieldProblem("paidOn", "is a day to come", f"{today} or earlier"))
    if amount.paise <= 0:
        problems.append(FieldProblem("amount", "should be above zero"))
    if not reference.strip():
        problems.append(FieldProblem("reference", "is empty", "give the receipt, cheque or bank reference"))
    if problems:
        raise Invalid(*problems)
    return ManualPayment(
        payment_id, loan_id, purpose, mode, reference.strip(), amount, paid_on, ManualStatus.PENDING, by, at
    )


def seen(payment: ManualPayment, receipt_id: UUID, *, at: datetime) -> Receipt:
    """Return the receipt of a payment that two people have seen."""
    return Receipt(
        id=receipt_id,
        channel=payment.mode.value,
        reference=payment.reference,
        amount=payment.amount,
        value_on=payment.paid_on,
        received_at=at,
        status=ReceiptStatus.UNMATCHED,
        method=payment.mode.value.lower(),
        bank_reference=payment.reference,
        loan_id=payment.loan_id,
    )


def approved(payment: ManualPayment, *, by: StaffId, at: datetime) -> ManualPayment:
    """Return *payment* seen by a second person. Raises Forbidden for the one who entered it, Conflict where it was decided."""
    return attrs.evolve(_undecided(payment, by=by), status=ManualStatus.APPROVED, decided_by=by, decided_at=at)


def rejected(payment: ManualPayment, *, by: StaffId, at: datetime, reason: str) -> ManualPayment:
    """Return *payment* refused by a second person."""
    return attrs.evolve(
        _undecided(payment, by=by), status=ManualStatus.REJECTED, decided_by=by, decided_at=at, reason=reason
    )


def _undecided(payment: ManualPayment, *, by: StaffId) -> ManualPayment:
    if payment.status is not ManualStatus.PENDING:
        raise Conflict(f"this payment is {payment.status.value}")
    if payment.made_by == by:
        raise Forbidden("a second person has to see the money: this payment was entered by you")
    return payment


def refundable(receipt: Receipt, amount: Money, *, excess: Money | None, under_way: Money) -> None:
    """
    Raise Invalid unless *amount* of *receipt* can go back: it is there, and nobody needs it.

    *excess*: of the loan's account; None for money in suspense. *under_way*: refunds of this receipt or account not done yet.
    """
    if receipt.status not in (ReceiptStatus.BOOKED, ReceiptStatus.UNMATCHED):
        raise Conflict(f"the receipt is {receipt.status.value}")
    left = receipt.amount - receipt.refunded
    most = min(left, left if excess is None else excess) - under_way
    if not 0 < amount.paise <= most.paise:
        raise Invalid(FieldProblem("amount", f"at most {most} can go back", "the rest pays dues"))


def may_match(receipt: Receipt, *, under_way: Money) -> None:
    """Raise Conflict unless a receipt is in suspense, whole, and not on its way back."""
    if receipt.status is not ReceiptStatus.UNMATCHED:
        raise Conflict(f"the receipt is {receipt.status.value}")
    if receipt.refunded or under_way:
        raise Conflict("this money is on its way back")


def proposed(
    refund_id: UUID,
    receipt: Receipt,
    loan_id: LoanId | None,
    amount: Money,
    *,
    ref: VendorRef,
    reason: str,
    by: StaffId,
    at: datetime,
) -> Refund:
    """Return a refund that waits for its second person."""
    return Refund(
        id=refund_id,
        receipt_id=receipt.id,
        loan_id=loan_id,
        amount=amount,
        ref=ref,
        status=RefundStatus.PROPOSED,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )


def with_refund(receipt: Receipt, amount: Money) -> Receipt:
    """Return *receipt* after *amount* of it went back."""
    gone = receipt.refunded + amount
    whole = gone == receipt.amount and receipt.status is ReceiptStatus.UNMATCHED
    return attrs.evolve(receipt, refunded=gone, status=ReceiptStatus.RETURNED if whole else receipt.status)


def decided(refund: Refund, *, by: StaffId, at: datetime, agreed: bool) -> Refund:
    """Return *refund* after its second person. Raises Forbidden for the proposer, Conflict where it was decided."""
    if refund.status is not RefundStatus.PROPOSED:
        raise Conflict(f"this refund is {refund.status.value}")
    if refund.proposed_by == by:
        raise Forbidden("a second person has to agree: this refund was proposed by you")
    status = RefundStatus.READY if agreed else RefundStatus.REJECTED
    return attrs.evolve(refund, status=status, decided_by=by, look_at=at if agreed else None)


def refunded(refund: Refund, outcome: Outcome[str], *, at: datetime) -> Refund:
    """Return what the gateway's answer makes of a READY refund: silence is asked again under the same reference."""
    if refund.status is not RefundStatus.READY:
        raise Conflict(f"this refund is {refund.status.value}")
    if isinstance(outcome, Done):
        return attrs.evolve(refund, status=RefundStatus.DONE, provider_reference=outcome.value, look_at=None)
    if isinstance(outcome, Refused):
        return attrs.evolve(refund, status=RefundStatus.REFUSED, failure=outcome.code or "REFUSED", look_at=None)
    wait = START_AGAIN_AFTER[min(refund.tries, len(START_AGAIN_AFTER) - 1)]
    if isinstance(outcome, RateLimited):
        wait = max(wait, timedelta(seconds=outcome.after_seconds))
    return attrs.evolve(refund, tries=refund.tries + 1, failure=type(outcome).__name__, look_at=at + wait)
