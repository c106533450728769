"""
Bank accounts and how they are proved; and a bank statement in our words, whoever analysed it.

Of a statement the transactions are the facts, vendors' own figures are kept beside them. Amounts of transactions are positive, their sign
says which way the money went. Balances may be missing on the wire.
"""

from datetime import date
from enum import Enum

import attrs

from los_domain.shared.identifiers import Ifsc
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
