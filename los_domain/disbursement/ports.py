"""What paying out needs of outside systems."""

from datetime import date
from typing import Protocol

from los_domain.disbursement.model import Rail, Transfer, TransferOrder
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


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
