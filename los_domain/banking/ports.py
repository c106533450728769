"""What bank accounts and statements need of outside systems."""

from enum import Enum
from typing import Protocol

import attrs

from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Outcome


class AccountState(Enum):
    """A bank's word on an account."""

    VALID = "valid"
    INVALID = "invalid"


@attrs.frozen
class PennyDropResult:
    """What a credit of one rupee told. ``name_at_bank`` as the bank writes it: upper case, cut, with titles."""

    state: AccountState
    name_at_bank: str = ""
    bank_reference: str = ""  # RRN or UTR


class BankAccountVerifier(Protocol):
    """Proves that an account exists and to whom it belongs."""

    def verify(self, account: AccountNumber, ifsc: Ifsc, *, name: str, ref: VendorRef) -> Outcome[PennyDropResult]:
        """Done: the bank answered, VALID or INVALID. Pending: ask ``status``. NotSent, Unknown: no answer, never read as invalid."""
        ...

    def status(self, handle: str, *, ref: VendorRef) -> Outcome[PennyDropResult]:
        """Ask again for a Pending one by its handle."""
        ...


@attrs.frozen
class StatementFile:
    """A bank statement as the borrower uploaded it."""

    filename: str
    content: bytes = attrs.field(repr=False)
    password: str = attrs.field(default="", repr=False)


class BankStatementAnalyser(Protocol):
    """Turns a statement into transactions."""

    def submit(self, statement: StatementFile, *, ref: VendorRef) -> Outcome[str]:
        """Done(job): taken. Refused(DOCUMENT): unreadable, wrong password, unsupported bank, with the vendor's reason."""
        ...

    def fetch(self, job: str, *, ref: VendorRef) -> Outcome[bytes]:
        """
        Done: the report's raw bytes, in the vendor's shape (read by shape in ``los_adapters.banking``). Pending: not ready.
        Refused(DOCUMENT): rejected after all.
        """
        ...
