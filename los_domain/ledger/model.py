"""Chart of accounts, entries, journals and trial balances: values."""

from datetime import date
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.errors import FieldProblem, Invalid
from los_domain.shared.money import Money


class Nature(Enum):
    """What a balance of an account means, and on which side it usually stands."""

    ASSET = "asset"  # debit
    LIABILITY = "liability"  # credit
    INCOME = "income"  # credit
    EXPENSE = "expense"  # debit


class LedgerAccount(Enum):
    """The chart of accounts of a loan book."""

    BANK = "bank"  # one for each channel money goes through
    UNMATCHED = "unmatched"  # receipts that no loan could be found for
    PRINCIPAL = "principal"
    INTEREST_RECEIVABLE = "interest_receivable"  # earned, not paid
    INTEREST_UNEARNED = "interest_unearned"  # paid, not earned yet
    FEES_RECEIVABLE = "fees_receivable"
    PENALTIES_RECEIVABLE = "penalties_receivable"
    EXCESS = "excess"  # money of borrowers that pays nothing yet
    GST_PAYABLE = "gst_payable"
    SUSPENSE = "income_suspense"  # earned on non-performing loans: income only when it is paid
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    RECOVERY_INCOME = "recovery_income"  # paid on what was written off
    WAIVED = "waived"
    WRITTEN_OFF = "written_off"
    GOODWILL = "goodwill"  # paid by the lender for borrowers

    @property
    def nature(self) -> Nature:
        """What its balance means."""
        return NATURE[self]


_A = LedgerAccount
NATURE: dict[LedgerAccount, Nature] = {
    **dict.fromkeys(
        (_A.BANK, _A.PRINCIPAL, _A.INTEREST_RECEIVABLE, _A.FEES_RECEIVABLE, _A.PENALTIES_RECEIVABLE), Nature.ASSET
    ),
    **dict.fromkeys(
        (_A.UNMATCHED, _A.INTEREST_UNEARNED, _A.EXCESS, _A.GST_PAYABLE, _A.SUSPENSE),
        Nature.LIABILITY,
    ),
    **dict.fromkeys((_A.INTEREST_INCOME, _A.FEE_INCOME, _A.PENALTY_INCOME, _A.RECOVERY_INCOME), Nature.INCOME),
    **dict.fromkeys((_A.WAIVED, _A.WRITTEN_OFF, _A.GOODWILL), Nature.EXPENSE),
}


class Unbalanced(Invalid):
    """An entry that moves nothing, a negative amount, or from an account to itself."""


@attrs.frozen
class Ref:
    """An account of the chart; a bank account also says which: the channel's own key."""

    account: LedgerAccount
    channel: str = ""

    def __str__(self) -> str:
        return f"{self.account.value}:{self.channel}" if self.channel else self.account.value


@attrs.frozen
class Entry:
    """A positive amount moved from `credit` to `debit`: balanced by its form."""

    debit: Ref
    credit: Ref
    amount: Money

    def __attrs_post_init__(self) -> None:
        if self.amount.paise <= 0 or self.debit == self.credit:
            raise Unbalanced(FieldProblem("amount", f"{self.amount} from {self.credit} to {self.debit} moves nothing"))

    @property
    def mirrored(self) -> "Entry":
        """The entry that undoes this one."""
        return Entry(self.credit, self.debit, self.amount)


class Cause(Enum):
    """Why a journal was posted."""

    TRANSACTION = "transaction"
    DUE_DATE = "due_date"
    MONTH_END = "month_end"
    CLASS_CHANGE = "class_change"
    LATENESS = "lateness"  # a penal charge was levied by the day
    ACCRUAL = "accrual"  # computed for a report, never booked


@attrs.frozen(kw_only=True)
class Journal:
    """
    Entries that belong together. Journals are only added; a mistake is undone by the mirrored journal.

    id: None until it is stored. transaction: what caused it, if a transaction did. value_on: the day it counts for.
    booked_on: the open day it was entered on. reverses: the id of the journal that this one undoes.
    """

    cause: Cause
    value_on: date
    booked_on: date
    entries: tuple[Entry, ...]
    transaction: UUID | None = None
    id: UUID | None = None
    reverses: UUID | None = None

    def reversed_on(self, booked_on: date) -> "Journal":
        """Return the journal that undoes this one, booked on *booked_on* for the same value date."""
        return attrs.evolve(
            self,
            booked_on=booked_on,
            entries=tuple(entry.mirrored for entry in self.entries),
            id=None,
            reverses=self.id,
        )


@attrs.frozen
class Line:
    """The balance of one account: debit positive. computed: interest since the last posting, which is in no journal yet."""

    account: Ref
    balance: Money
    computed: bool = False


@attrs.frozen
class TrialBalance:
    """All balances on a day; their sum is zero."""

    on: date
    lines: tuple[Line, ...]

    @property
    def total(self) -> Money:
        """The sum of all lines: zero."""
        return Money(sum(line.balance.paise for line in self.lines))

    def of(self, account: LedgerAccount) -> Money:
        """Return the balance of *account* over all its channels, computed lines included; debit positive."""
        return Money(sum(line.balance.paise for line in self.lines if line.account.account is account))
