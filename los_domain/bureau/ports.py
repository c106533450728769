"""What credit reports need kept, and of outside systems."""

from typing import Protocol
from uuid import UUID

from los_domain.bureau.model import BureauSubject, CreditReport, Pull
from los_domain.shared.ids import CustomerId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome
from los_domain.shared.work import Work


class CreditBureau(Protocol):
    """Pulls a consumer's credit report. Billed, and leaves an enquiry on the person's record: never repeated lightly."""

    def pull(self, subject: BureauSubject, *, amount: Money, ref: VendorRef) -> Outcome[bytes]:
        """
        Done: the raw report, whatever it says (also a no-hit: the reader of its shape tells). Unknown: may have been billed; not
        repeated by itself within the day.
        """
        ...


class ReadReport(Protocol):
    """Reads a raw report in whatever bureau's shape it is."""

    def __call__(self, raw: bytes, /) -> CreditReport:
        """Raises ValueError, without a word of its content, for a shape that nobody knows."""
        ...


class Subjects(Protocol):
    """Knows whom to ask a bureau about."""

    def of(self, customer_id: CustomerId) -> BureauSubject | None:
        """Return who a customer proved to be; None before her PAN is verified and her details are complete."""
        ...


class PullStore(Protocol):
    """Questions to bureaus and their answers."""

    def hold(self, customer_id: CustomerId) -> None:
        """Let nobody else begin or settle a question about her until the transaction ends."""
        ...

    def newest(self, customer_id: CustomerId) -> Pull | None:
        """Return her newest report that could be read, or None."""
        ...

    def last_for(self, loan_id: UUID) -> Pull | None:
        """Return the last question asked for a loan, however it ended, without its answer; or None."""
        ...

    def get(self, pull_id: UUID) -> Pull:
        """Return one with its answer. Raises NotFound."""
        ...

    def add(self, pull: Pull) -> None:
        """Store a new one."""
        ...

    def save(self, pull: Pull) -> None:
        """Write one; the caller holds the customer."""
        ...


class PullWork(Work, Protocol):
    """The unit of work of pulling reports."""

    @property
    def pulls(self) -> PullStore:
        """Questions to bureaus."""
        ...

    @property
    def subjects(self) -> Subjects:
        """Whom they are about."""
        ...
