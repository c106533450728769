"""What agreements need of outside systems, of other capabilities, and of their unit of work."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from los_domain.agreements.model import Agreement, Contents, Party
from los_domain.agreements.model import Envelope as Envelope
from los_domain.agreements.model import SigningRequest as SigningRequest
from los_domain.agreements.model import SigningState as SigningState
from los_domain.agreements.model import SigningStatus as SigningStatus
from los_domain.brands.ports import AttemptsOf
from los_domain.loans.ports import LoanWork
from los_domain.shared.actor import BrandScope
from los_domain.shared.belonging import VendorRefs
from los_domain.shared.ids import LoanId, VendorRef
from los_domain.shared.inbox import InboxMarks
from los_domain.shared.outcome import Outcome


class ForgedCallback(Exception):
    """A call-back that does not carry the word we agreed on. Answered 401, kept nowhere."""


class ESigner(Protocol):
    """Has documents signed electronically."""

    def send(self, request: SigningRequest, *, ref: VendorRef) -> Outcome[Envelope]:
        """Done: a legal, billed contract exists. Unknown: perhaps; never repeated by itself."""
        ...

    def status(self, envelope_id: str, *, ref: VendorRef) -> Outcome[SigningStatus]:
        """Done: where it stands. NoRecord: unknown or expired at the vendor. Free of effect."""
        ...

    def download(self, status: SigningStatus, *, ref: VendorRef) -> Outcome[bytes]:
        """Done: the signed file, whose SHA-256 equals ``signed_sha256``; a mismatch is Unknown. Free of effect."""
        ...

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> str:
        """
        Return the id of the envelope that a call-back speaks of: a hint to ask ``status``, never a fact by itself.

        Raises ForgedCallback; ValueError if unreadable.
        """
        ...


class AgreementFacts(Protocol):
    """What a paper says and who signs it; bound to loans, customers and brands."""

    def party(self, scope: BrandScope, loan_id: LoanId) -> Party:
        """Return the borrower. Raises Rejected naming what is not known of her yet."""
        ...

    def contents(self, scope: BrandScope, loan_id: LoanId) -> Contents:
        """Return what the paper says. Raises NotFound until the key facts are accepted."""
        ...


class AgreementStore(Protocol):
    """Papers of a brand."""

    def add(self, agreement: Agreement) -> None:
        """Store a new one. Raises Conflict if the loan has an open one."""
        ...

    def get(self, agreement_id: UUID, *, lock: bool = False) -> Agreement:
        """Return it, locked if asked. Raises NotFound."""
        ...

    def save(self, agreement: Agreement) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...

    def of_loan(self, loan_id: LoanId) -> Sequence[Agreement]:
        """Return the papers of a loan, newest first."""
        ...

    def open_ones(self, *, limit: int, after: UUID | None = None) -> Sequence[Agreement]:
        """Return papers that are with the signing service, by id, those beyond *after*."""
        ...


class AgreementWork(LoanWork, Protocol):
    """What a step of a paper touches: the paper and its loan change in one transaction."""

    @property
    def agreements(self) -> AgreementStore:
        """Papers."""
        ...

    @property
    def attempts(self) -> AttemptsOf:
        """Calls made to vendors."""
        ...

    @property
    def vendor_refs(self) -> VendorRefs:
        """References that vendors will speak of."""
        ...

    @property
    def inbox(self) -> InboxMarks:
        """The inbox."""
        ...
