"""
Bank accounts and how they are proved; and a bank statement in our words, whoever analysed it.

Of a statement the transactions are the facts, vendors' own figures are kept beside them. Amounts of transactions are positive, their sign
says which way the money went. Balances may be missing on the wire.
"""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.identifiers import AccountNumber, Ifsc
from los_domain.shared.ids import BankAccountId, CustomerId, DocumentId, ProviderId
from los_domain.shared.money import Money


class Sign(Enum):
    """Which way money went, seen from the account's holder."""

    CREDIT = "credit"
    DEBIT = "debit"


class Analyser(Enum):
    """Whose shape a statement came in."""

    CART = "CART"
    FINBOX = "FINBOX"
    ACCOUNT_AGGREGATOR = "ACCOUNT_AGGREGATOR"


@attrs.frozen(repr=False)
class Transaction:
    """One line of a statement. *category* and *channel* are the vendor's own words, empty where it has none."""

    on: date
    amount: Money
    sign: Sign
    narration: str
    balance: Money | None = None  # after this line
    channel: str = ""
    category: str = ""

    @property
    def signed_paise(self) -> int:
        """The change of the balance."""
        return self.amount.paise if self.sign is Sign.CREDIT else -self.amount.paise


@attrs.frozen
class MonthAsReported:
    """One month as the vendor summed it up; None where it does not say. Kept for comparison, never decided upon."""

    month: date
    credits: Money | None = None
    debits: Money | None = None
    salary: Money | None = None
    emi: Money | None = None
    inward_bounces: int | None = None
    average_balance: Money | None = None
    least_balance: Money | None = None
    closing_balance: Money | None = None


@attrs.frozen
class StatementFlag:
    """A vendor's suspicion about the statement: tampering, missing pages, balances that do not add up."""

    code: str
    severity: str = ""
    detail: str = attrs.field(default="", repr=False)


@attrs.frozen(repr=False)
class StatementAccount:
    """One account's statement from *from_on* to *to_on*, both included; transactions oldest first."""

    holder: str
    bank: str
    number_masked: str
    ifsc: str
    kind: str
    from_on: date
    to_on: date
    transactions: tuple[Transaction, ...]
    months: tuple[MonthAsReported, ...] = ()
    flags: tuple[StatementFlag, ...] = ()
    missing_months: tuple[str, ...] = ()
    closing_balance: Money | None = None


@attrs.frozen
class BankStatementReport:
    """What one analysis says. *reference* is the vendor's job, session or account reference."""

    analyser: Analyser
    reference: str
    accounts: tuple[StatementAccount, ...]


def oldest_first(transactions: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    """Return *transactions* by day, those of one day in the order the bank booked them; wires that run newest first are turned."""
    if transactions and transactions[0].on > transactions[-1].on:
        transactions = transactions[::-1]
    return tuple(sorted(transactions, key=lambda line: line.on))


def balances_disagree(account: StatementAccount) -> int:
    """Return how many lines' balances do not follow from the line before: the mark of a doctored or incomplete statement."""
    before: int | None = None
    wrong = 0
    for line in account.transactions:
        if line.balance is None:
            before = None  # a gap proves nothing
            continue
        wrong += before is not None and line.balance.paise != before + line.signed_paise
        before = line.balance.paise
    return wrong


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


@attrs.frozen
class StatementFile:
    """A bank statement as the borrower uploaded it."""

    filename: str
    content: bytes = attrs.field(repr=False)
    password: str = attrs.field(default="", repr=False)


class AccountProof(Enum):
    """How far it is proved that an account is the customer's."""

    NONE = "NONE"
    CHECKING = "CHECKING"  # a penny is on its way
    VERIFIED = "VERIFIED"
    REVIEW = "REVIEW"  # the account is there, the holder's name is only like hers: a person looks at it
    FAILED = "FAILED"


@attrs.frozen(repr=False)
class BankAccount:
    """
    An account that a customer named as hers.

    holder: as she typed it. name_at_bank: as the bank told. accepted_name: the name at the bank that a person of the lender took for hers.
    why: the code of why it is not VERIFIED. checked_at: when the last penny was sent (wall time). sent_at: when pennies were sent in the
    last day. provider, handle: who is asked about a penny that is on its way, and by what.
    """

    id: BankAccountId
    customer_id: CustomerId
    number: AccountNumber
    ifsc: Ifsc
    bank: str
    branch: str
    holder: str
    added_at: datetime
    proof: AccountProof = AccountProof.NONE
    is_primary: bool = False
    name_at_bank: str = ""
    name_score: int | None = None
    why: str = ""
    checked_at: datetime | None = None
    sent_at: tuple[datetime, ...] = ()
    provider: ProviderId | None = None
    handle: str = ""
    accepted_name: str = ""
    version: int = 1


class StatementState(Enum):
    """How far a statement's analysis got."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"  # on its way to the analyser
    ANALYSING = "ANALYSING"
    READY = "READY"
    FAILED = "FAILED"


@attrs.frozen(repr=False)
class StatementUpload:
    """
    A statement that a customer uploaded, and its analysis.

    sha256: of the file; one file is analysed once. password: gone once it was sent. report: the analyser's raw answer. why: the code of a
    failure, *message* the analyser's words about it.
    """

    id: UUID
    customer_id: CustomerId
    document_id: DocumentId
    sha256: str
    uploaded_at: datetime
    state: StatementState = StatementState.QUEUED
    password: str = ""
    provider: ProviderId | None = None
    job: str = ""
    report: bytes | None = None
    report_sha256: str = ""
    from_on: date | None = None
    to_on: date | None = None
    why: str = ""
    message: str = ""
    version: int = 1
