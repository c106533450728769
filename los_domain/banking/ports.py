"""What bank accounts and statements need of outside systems."""

from typing import Protocol

from los_domain.banking.model import Branch, PennyDropResult, StatementFile
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import Outcome


class BankAccountVerifier(Protocol):
    """Proves that an account exists and to whom it belongs."""

    def verify(self, account: AccountNumber, ifsc: Ifsc, *, name: str, ref: VendorRef) -> Outcome[PennyDropResult]:
        """Done: the bank answered, VALID or INVALID. Pending: ask ``status``. NotSent, Unknown: no answer, never read as invalid."""
        ...

    def status(self, handle: str, *, ref: VendorRef) -> Outcome[PennyDropResult]:
        """Ask again for a Pending one by its handle."""
        ...


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


class IfscDirectory(Protocol):
    """Knows the branches of Indian banks."""

    def lookup(self, ifsc: Ifsc) -> Outcome[Branch]:
        """
        Done: it exists. NoRecord: nobody knows it, with a hint in words; ask the borrower, a new branch may be let through by two people.

        Always one of the two, with or without a network: a service that does not answer leaves the decision to the list. Codes of merged
        banks go out of use, so an account is looked up again before money moves.
        """
        ...
