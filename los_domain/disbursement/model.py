"""A payout: the one credit by which a loan's money reaches its borrower, and how sure we are of it."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.identifiers import AccountNumber, Ifsc, Phone
from los_domain.shared.ids import BankAccountId, LoanId, ProviderId, StaffId, VendorRef
from los_domain.shared.money import Money


class Rail(Enum):
    """How money travels between banks."""

    IMPS = "IMPS"
    NEFT = "NEFT"
    RTGS = "RTGS"


class TransferState(Enum):
    """Where a transfer stands. Only SUCCEEDED is a credit; REVERSED came back after it."""

    ACCEPTED = "accepted"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REVERSED = "reversed"


@attrs.frozen(repr=False)
class TransferOrder:
    """One credit to one account."""

    amount: Money
    account: AccountNumber
    ifsc: Ifsc
    beneficiary: str
    phone: Phone
    email: str
    narration: str  # plain ASCII, 35 characters at most
    rail: Rail


@attrs.frozen
class Transfer:
    """A transfer as the bank tells it. *on*: the bank's value date, where it tells one."""

    state: TransferState
    word: str  # the bank's own
    bank_reference: str = ""  # RRN for IMPS, else the bank's reference
    reason: str = ""
    on: date | None = None


class PayoutStatus(Enum):
    """Where a payout stands."""

    READY = "READY"  # certainly at no bank: may be sent, always under its one reference
    SENDING = "SENDING"  # a call is open or was cut short: a bank may have it
    PENDING = "PENDING"  # the bank has it and has not decided
    UNKNOWN = "UNKNOWN"  # a bank has it or not, nobody on our side knows: asked about, never sent again
    PAID = "PAID"
    FAILED = "FAILED"  # the bank's definite no: no money left our account, or all of it is back before it arrived
    RETURNED = "RETURNED"  # the beneficiary's bank sent the money back

    @property
    def is_open(self) -> bool:
        """Whether a bank may still move the money."""
        return self in (PayoutStatus.SENDING, PayoutStatus.PENDING, PayoutStatus.UNKNOWN)

    @property
    def lets_another(self) -> bool:
        """Whether the money is certainly not with the borrower, so that the loan may be paid by another payout."""
        return self in (PayoutStatus.FAILED, PayoutStatus.RETURNED)


class Verdict(Enum):
    """What a person found out about a payout that the bank would not tell of."""

    PAID = "PAID"  # the bank's statement shows the credit
    NOT_PAID = "NOT_PAID"  # the bank confirms in writing that it never had it, or that the money is back


@attrs.frozen
class Finding:
    """A person's word on an unknown payout, until a second person has seen the same: money out takes four eyes."""

    verdict: Verdict
    bank_reference: str
    paid_on: date | None
    reason: str
    by: StaffId
    at: datetime


@attrs.frozen
class Payout:
    """
    One instruction to pay one loan. Committed before any bank is asked, under the one reference that every bank gets.

    sent_on: the day in India of the call, which an enquiry has to name.
    provider, provider_name: which bank has it; None while READY.
    bank_reference: the bank's own (RRN or UTR), empty until it gave one.
    tries: how often it was offered to a bank. asked: how often its state was asked for. look_at: when a worker looks at it again.
    open_since: since when a bank may have it. told_stuck: whether staff were told that the bank keeps silent.
    finding: what one person found out, waiting for the second.
    """

    id: UUID
    loan_id: LoanId
    ref: VendorRef
    amount: Money
    account_id: BankAccountId
    rail: Rail
    status: PayoutStatus
    created_at: datetime
    look_at: datetime | None
    requested_by: StaffId | None = None
    sent_on: date | None = None
    provider: ProviderId | None = None
    provider_name: str = ""
    bank_reference: str = ""
    word: str = ""
    reason: str = ""
    tries: int = 0
    asked: int = 0
    open_since: datetime | None = None
    paid_on: date | None = None
    told_stuck: bool = False
    finding: Finding | None = None
    version: int = 1
