"""What bank accounts and statements need of outside systems and of the unit of work."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from los_domain.banking.model import (
    BankAccount,
    BankStatementReport,
    Branch,
    PennyDropResult,
    StatementFile,
    StatementUpload,
)
from los_domain.customers.ports import ProfileStore
from los_domain.documents.ports import DocumentStore
from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import BankAccountId, CustomerId, VendorRef
from los_domain.shared.outcome import Outcome
from los_domain.shared.work import Work


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


class BankAccountStore(Protocol):
    """Bank accounts of a brand's customers."""

    def add(self, account: BankAccount) -> None:
        """Store a new one. Raises Conflict where she named this account before."""
        ...

    def get(self, account_id: BankAccountId) -> BankAccount:
        """Return the account, locked until the transaction ends. Raises NotFound."""
        ...

    def of_customer(self, customer_id: CustomerId) -> Sequence[BankAccount]:
        """Return her accounts, oldest first."""
        ...

    def save(self, account: BankAccount) -> BankAccount:
        """Write over the version it was read at, and return it at its new one. Raises StaleWrite."""
        ...


class StatementStore(Protocol):
    """Statements of a brand's customers."""

    def add(self, statement: StatementUpload) -> None:
        """Store a new one."""
        ...

    def get(self, statement_id: UUID) -> StatementUpload:
        """Return the statement, locked until the transaction ends. Raises NotFound."""
        ...

    def of_customer(self, customer_id: CustomerId) -> Sequence[StatementUpload]:
        """Return her statements, newest first."""
        ...

    def save(self, statement: StatementUpload) -> StatementUpload:
        """Write over the version it was read at, and return it at its new one. Raises StaleWrite."""
        ...


class StatementReader(Protocol):
    """Reads an analyser's raw report by its shape. Pure."""

    def __call__(self, raw: bytes) -> BankStatementReport:
        """Return the report. Raises ValueError, without a word of its content, where it is unreadable."""
        ...


class BankingWork(Work, Protocol):
    """The unit of work of banking."""

    @property
    def bank_accounts(self) -> BankAccountStore:
        """Bank accounts."""
        ...

    @property
    def statements(self) -> StatementStore:
        """Statements."""
        ...

    @property
    def documents(self) -> DocumentStore:
        """Documents."""
        ...

    @property
    def profiles(self) -> ProfileStore:
        """Profiles."""
        ...
