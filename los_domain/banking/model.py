"""
A bank statement in our words, whoever analysed it: the transactions are the facts, vendors' own figures are kept beside them.

Amounts of transactions are positive, their sign says which way the money went. Balances may be missing on the wire.
"""

from datetime import date
from enum import Enum

import attrs

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
