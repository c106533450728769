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


class BranchSource(Enum):
    """Who says that a branch exists."""

    LIST = "list"  # the list that ships with the system, of a known date
    SERVICE = "service"  # a look-up service, for a branch that is newer than the list


@attrs.frozen
class Branch:
    """
    A bank branch. The list knows bank and code alone; address and rails come from a look-up service, and are empty or None without.

    *bank* is the bank the account is with: where a small bank uses a sponsor's codes, the small one. *rails* about the bank as a whole.
    """

    ifsc: Ifsc
    bank_code: str
    bank: str
    source: BranchSource
    dataset: str  # version of the list
    branch: str = ""
    city: str = ""
    district: str = ""
    state: str = ""
    micr: str = ""
    neft: bool | None = None
    rtgs: bool | None = None
    imps: bool | None = None
    upi: bool | None = None
    nach_debit: bool | None = None


class IfscDirectory(Protocol):
    """Knows the branches of Indian banks."""

    def lookup(self, ifsc: Ifsc) -> Outcome[Branch]:
        """
        Done: it exists. NoRecord: nobody knows it, with a hint in words; ask the borrower, a new branch may be let through by two people.

        Always one of the two, with or without a network: a service that does not answer leaves the decision to the list. Codes of merged
        banks go out of use, so an account is looked up again before money moves.
        """
        ...
