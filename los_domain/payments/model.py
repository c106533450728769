"""Money from borrowers: what was asked for at a gateway, what really came, and what goes back."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.ids import LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import ZERO, Money


class PaymentState(Enum):
    """Where a payment stands at a gateway. Only SUCCEEDED is ours; FAILED_SOFT may still succeed for three days."""

    PENDING = "pending"
    PENDING_CAPTURE = "pending_capture"
    SUCCEEDED = "succeeded"
    FAILED_SOFT = "failed_soft"
    FAILED = "failed"
    REFUNDED = "refunded"


@attrs.frozen
class Order:
    """A gateway's open request for one amount, and what a checkout page needs to show it."""

    id: str
    amount: Money
    checkout: tuple[tuple[str, str], ...] = ()  # public values only: key id, order id, link


@attrs.frozen
class GatewayPayment:
    """A payment as the gateway tells it."""

    id: str
    order_id: str
    amount: Money
    state: PaymentState
    word: str  # the gateway's own
    method: str = ""
    bank_reference: str = ""
    at: datetime | None = None
    failure: str = ""


@attrs.frozen
class Notice:
    """What one verified webhook says: its unique id at the gateway and the payments it speaks of."""

    event_id: str
    event: str  # the gateway's word, ``payment.captured``
    payments: tuple[GatewayPayment, ...]


class Purpose(Enum):
    """What a payment is meant for. What it then pays, the account decides."""

    DUES = "DUES"
    PREPAYMENT = "PREPAYMENT"  # beyond the dues, to shorten or to lower what is left
    FORECLOSURE = "FORECLOSURE"  # everything, today
    COOLING_OFF = "COOLING_OFF"  # leaving within the cooling-off period


class CollectionStatus(Enum):
    """Where a request for money stands at its gateway."""

    STARTING = "STARTING"  # no order known yet; opened again under the same reference, which gives the same order
    OPEN = "OPEN"  # the borrower can pay
    PAID = "PAID"  # money came; more may, and is booked too
    REFUSED = "REFUSED"  # the gateway would not open an order
    EXPIRED = "EXPIRED"  # nobody paid in time; money that still comes is booked

    @property
    def is_watched(self) -> bool:
        """Whether the gateway is still asked about it."""
        return self in (CollectionStatus.STARTING, CollectionStatus.OPEN)


@attrs.frozen
class Collection:
    """
    One request for money of one loan: an order at a gateway, under one reference of ours.

    amount: what the order is for. on: the day in India that the amount was quoted for.
    order_id, checkout: the gateway's order, and the public values that its checkout page needs; empty while STARTING.
    look_at: when a worker looks at it again, because a notice may never come. asked: how often it was looked at.
    failure: why the last try of the borrower failed, in the gateway's words.
    """

    id: UUID
    loan_id: LoanId
    purpose: Purpose
    amount: Money
    ref: VendorRef
    status: CollectionStatus
    on: date
    created_at: datetime
    expires_at: datetime
    look_at: datetime | None
    provider: ProviderId | None = None
    gateway: str = ""
    order_id: str = ""
    checkout: tuple[tuple[str, str], ...] = ()
    asked: int = 0
    failure: str = ""
    version: int = 1


class ReceiptStatus(Enum):
    """What became of money that came."""

    BOOKED = "BOOKED"  # on a loan's account
    UNMATCHED = "UNMATCHED"  # in the brand's suspense: nobody knows yet whose it is
    REVERSED = "REVERSED"  # it never arrived after all, or the gateway gave it back
    RETURNED = "RETURNED"  # sent back out of suspense


@attrs.frozen
class Receipt:
    """
    Money that came, once: *channel* and *reference* name it for ever, however often we are told.

    channel: the gateway or the way of a payment outside of one (``CASH``, ``BANK_TRANSFER``). reference: its id there.
    value_on: the day it counts for the borrower, the day she paid. transaction_id: on the loan's account, while BOOKED.
    refunded: what has gone back of it.
    """

    id: UUID
    channel: str
    reference: str
    amount: Money
    value_on: date
    received_at: datetime
    status: ReceiptStatus
    method: str = ""
    bank_reference: str = ""
    provider: ProviderId | None = None
    loan_id: LoanId | None = None
    collection_id: UUID | None = None
    transaction_id: UUID | None = None
    refunded: Money = ZERO
    reason: str = ""
    version: int = 1


class RefundStatus(Enum):
    """Where a refund stands."""

    PROPOSED = "PROPOSED"  # waits for the second person
    REJECTED = "REJECTED"
    READY = "READY"  # to be asked for at the gateway; the same reference again gives the same refund
    DONE = "DONE"  # the gateway has it under way or did it
    REFUSED = "REFUSED"  # the gateway will not: a person finds another way


@attrs.frozen
class Refund:
    """Money going back to a borrower, out of excess or out of suspense."""

    id: UUID
    receipt_id: UUID
    loan_id: LoanId | None
    amount: Money
    ref: VendorRef
    status: RefundStatus
    reason: str
    proposed_by: StaffId
    proposed_at: datetime
    decided_by: StaffId | None = None
    look_at: datetime | None = None
    tries: int = 0
    provider_reference: str = ""
    transaction_id: UUID | None = None
    failure: str = ""
    version: int = 1


class ManualMode(Enum):
    """How money reached the lender outside of a gateway."""

    CASH = "CASH"
    BANK_TRANSFER = "BANK_TRANSFER"
    CHEQUE = "CHEQUE"
    UPI = "UPI"


class ManualStatus(Enum):
    """Where a payment entered by hand stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


@attrs.frozen
class ManualPayment:
    """A payment that a member of staff entered, until a second one has seen the money."""

    id: UUID
    loan_id: LoanId
    purpose: Purpose
    mode: ManualMode
    reference: str
    amount: Money
    paid_on: date
    status: ManualStatus
    made_by: StaffId
    made_at: datetime
    decided_by: StaffId | None = None
    decided_at: datetime | None = None
    reason: str = ""
    receipt_id: UUID | None = None
    version: int = 1
