"""What credit reports need of outside systems."""

from typing import Protocol

from los_domain.bureau.model import BureauSubject
from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


class CreditBureau(Protocol):
    """Pulls a consumer's credit report. Billed, and leaves an enquiry on the person's record: never repeated lightly."""

    def pull(self, subject: BureauSubject, *, amount: Money, ref: VendorRef) -> Outcome[bytes]:
        """
        Done: the raw report, whatever it says (also a no-hit: the reader of its shape tells). Unknown: may have been billed; not
        repeated by itself within the day.
        """
        ...
