"""What paying out needs of outside systems."""

from datetime import date
from enum import Enum
from typing import Protocol

import attrs

from los_domain.shared.identifiers import AccountNumber, Ifsc, Phone
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


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


class DisbursementGateway(Protocol):
    """Moves money out. An answer that does not come leaves the transfer UNKNOWN: asked about, never sent again."""

    def transfer(self, order: TransferOrder, *, ref: VendorRef) -> Outcome[Transfer]:
        """
        Done(ACCEPTED): taken, not credited. Refused: definitely not taken, with the reason. Refused(DUPLICATE): this *ref* was
        taken before: ask ``status``. NotSent: certainly not taken. Unknown: ask ``status``, never send again.
        """
        ...

    def status(self, ref: VendorRef, *, bank_reference: str, rail: Rail, sent_on: date) -> Outcome[Transfer]:
        """Done: where it stands. NoRecord: the bank knows no such transfer. Pending: a word we do not know. Free of effect."""
        ...

    def balance(self) -> Outcome[Money]:
        """Done: what may be spent from the source account. Free of effect."""
        ...
