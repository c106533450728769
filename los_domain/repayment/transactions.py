"""
What can happen to a loan account: the transactions that its state is folded from.

A `Transaction` is a flat frozen value of plain fields, so that a store keeps it as a row. Its place in the fold is
``(value_on, rank of kind, sequence)``; the order in which transactions arrive does not matter otherwise.
"""

from datetime import date
from enum import Enum
from typing import TypeVar
from uuid import UUID

import attrs

from los_domain.repayment.impossible import problem
from los_domain.shared.errors import Invalid
from los_domain.shared.money import ZERO, Money
from los_domain.shared.rates import Rate


class ImpossibleTransaction(Invalid):
    """A transaction that cannot happen to this account. Each problem names the field, its value, and the rule it breaks."""

    @classmethod
    def because(cls, field: str, value: object, rule: str) -> "ImpossibleTransaction":
        """Say that *field*, which is *value*, breaks *rule*."""
        return cls(problem(field, value, rule))


T = TypeVar("T")


def named(field: str, value: T | None) -> T:
    """Return *value*, which this kind of transaction must name. Raises ImpossibleTransaction when it is missing."""
    if value is None:
        raise ImpossibleTransaction.because(field, None, "named for this kind of transaction")
    return value


class TransactionKind(Enum):
    """What happened. Receipts are money against the dues; the rest changes the dues or the terms."""

    __hash__ = object.__hash__  # by identity: members are found in tables millions of times

    DISBURSEMENT = "disbursement"  # money paid out; interest starts on its value date
    RATE_RESET = "rate_reset"  # a new rate from the value date on
    RESCHEDULE = "reschedule"  # the dues still to come are laid out afresh
    DUE_DATE_SHIFT = "due_date_shift"  # one due date moves, the later ones follow it
    CHARGE = "charge"  # a fee or penal charge is levied, due on `due_on`
    WAIVER = "waiver"  # the lender forgives part of what is owed
    SETTLEMENT = "settlement"  # a compromise: `amount` until `due_on` is taken for everything
    DOWN_PAYMENT = "down_payment"  # the borrower's own part, paid on the day of a disbursement
    PAYMENT = "payment"  # money from the borrower
    PREPAYMENT = "prepayment"  # money beyond the dues, to cut tenure or instalment or to skip dues
    FORECLOSURE = "foreclosure"  # money to close the loan with before it ends
    MERCHANT_REFUND = "merchant_refund"  # the shop that was paid by the loan gives money back
    GOODWILL = "goodwill"  # the lender pays for the borrower
    INTEREST_CREDIT = "interest_credit"  # the lender gives interest back, as money against the dues
    RECOVERY = "recovery"  # money on a loan that was written off
    REFUND = "refund"  # excess is paid back to the borrower
    CHARGE_OFF = "charge_off"  # the lender marks the loan as lost; the dues stay as they are
    WRITE_OFF = "write_off"  # everything outstanding leaves the books; the claim stays
    CLASSIFICATION = "classification"  # another loan of this borrower made this one non-performing, or no longer does
    REVERSAL = "reversal"  # `reverses` never happened


RECEIPTS = frozenset(
    {
        TransactionKind.DOWN_PAYMENT,
        TransactionKind.PAYMENT,
        TransactionKind.PREPAYMENT,
        TransactionKind.FORECLOSURE,
        TransactionKind.MERCHANT_REFUND,
        TransactionKind.GOODWILL,
        TransactionKind.INTEREST_CREDIT,
        TransactionKind.RECOVERY,
    }
)
"""The kinds whose amount is spread over what is owed."""

MONEY_IN = RECEIPTS - {TransactionKind.GOODWILL, TransactionKind.INTEREST_CREDIT}
"""The receipts that arrive at a bank account of the lender."""

_DAY: tuple[frozenset[TransactionKind], ...] = (
    frozenset({TransactionKind.DISBURSEMENT}),
    frozenset({TransactionKind.RATE_RESET, TransactionKind.RESCHEDULE, TransactionKind.DUE_DATE_SHIFT}),
    frozenset({TransactionKind.CHARGE, TransactionKind.WAIVER, TransactionKind.SETTLEMENT}),
    RECEIPTS,
    frozenset({TransactionKind.REFUND}),
    frozenset({TransactionKind.CHARGE_OFF, TransactionKind.WRITE_OFF, TransactionKind.CLASSIFICATION}),
    frozenset({TransactionKind.REVERSAL}),
)
RANK: dict[TransactionKind, int] = {kind: rank for rank, kinds in enumerate(_DAY) for kind in kinds}
"""On one day, changes of terms come before charges, charges before money, and money before what looks at the outcome."""


class Component(Enum):
    """What a due consists of."""

    __hash__ = object.__hash__  # by identity: members are found in tables millions of times

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
    PENALTY = "penalty"


class PrepaymentMode(Enum):
    """What gives when more than the dues is paid."""

    __hash__ = object.__hash__  # by identity: members are found in tables millions of times

    CUT_TENURE = "cut_tenure"  # the instalment stays, the last ones fall away
    CUT_INSTALMENT = "cut_instalment"  # the number of instalments stays, each is smaller
    SKIP = "skip"  # the next dues are paid by it: they ask for interest only until the money is used up


@attrs.frozen(kw_only=True)
class Transaction:
    """
    One thing that happened to an account.

    id: identity; what a reversal and a receipt refer to.
    kind: what happened.
    value_on: the day it counts for, which may lie before the day it was entered.
    sequence: the place given at entry, ascending within the account; orders what has the same day and rank.
    amount: rupees, not negative. DOWN_PAYMENT: zero means what falls due of it that day. Zero where the kind has no amount of its
        own (RESCHEDULE, RATE_RESET, CHARGE_OFF, WRITE_OFF, CLASSIFICATION, REVERSAL).
    fee, gst: DISBURSEMENT: processing fee and its tax withheld from the amount. CHARGE: `gst` is the tax inside `amount`.
    upfront_interest: DISBURSEMENT: broken-period interest withheld from the amount.
    component: CHARGE and WAIVER: what is charged or forgiven.
    due_on: CHARGE: when it falls due (None: on `value_on`). SETTLEMENT: the last day it may be paid. DUE_DATE_SHIFT: the
        due date that moves. CLASSIFICATION has none.
    to_on: DUE_DATE_SHIFT: the new due date. RESCHEDULE: the first due date of the new plan.
    mode: PREPAYMENT: what gives (None: what the terms say).
    rate: RATE_RESET and RESCHEDULE: the new rate.
    instalments: RESCHEDULE: how many from now on (None: as many as were left).
    instalment: RESCHEDULE: the instalment agreed (None: computed).
    npa: CLASSIFICATION: whether the borrower is non-performing elsewhere.
    reverses: REVERSAL: the transaction that never happened.
    channel: the bank account or gateway the money went through, by the lender's own key; for the ledger.
    reason: in the words of who entered it.
    """

    id: UUID
    kind: TransactionKind
    value_on: date
    sequence: int
    amount: Money = ZERO
    fee: Money = ZERO
    gst: Money = ZERO
    upfront_interest: Money = ZERO
    component: Component | None = None
    due_on: date | None = None
    to_on: date | None = None
    mode: PrepaymentMode | None = None
    rate: Rate | None = None
    instalments: int | None = None
    instalment: Money | None = None
    npa: bool = False
    reverses: UUID | None = None
    channel: str = ""
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        for field in ("amount", "fee", "gst", "upfront_interest"):
            value = getattr(self, field)
            if not isinstance(value, Money) or value.paise < 0:
                raise ImpossibleTransaction.because(field, value, "an amount of money, not negative")
        if type(self.sequence) is not int:
            raise ImpossibleTransaction.because("sequence", self.sequence, "a whole number")
        if self.kind in _NEEDS_AMOUNT and not self.amount:
            raise ImpossibleTransaction.because("amount", self.amount, f"above zero for a {self.kind.value}")
        for field in _NEEDS.get(self.kind, ()):
            if getattr(self, field) is None:
                raise ImpossibleTransaction.because(field, None, f"named for a {self.kind.value}")
        withheld = self.fee.paise + self.gst.paise + self.upfront_interest.paise
        if self.kind is TransactionKind.DISBURSEMENT and withheld >= self.amount.paise:
            raise ImpossibleTransaction.because("fee", Money(withheld), f"less is withheld than lent, {self.amount}")
        if self.kind is TransactionKind.CHARGE and self.gst.paise >= self.amount.paise:
            raise ImpossibleTransaction.because("gst", self.gst, f"part of the charge, {self.amount}")

    @property
    def order(self) -> tuple[date, int, int]:
        """Where it stands in the fold."""
        return self.value_on, RANK[self.kind], self.sequence


_NEEDS_AMOUNT = (RECEIPTS - {TransactionKind.DOWN_PAYMENT}) | {
    TransactionKind.DISBURSEMENT,
    TransactionKind.CHARGE,
    TransactionKind.WAIVER,
    TransactionKind.SETTLEMENT,
    TransactionKind.REFUND,
}
_NEEDS: dict[TransactionKind, tuple[str, ...]] = {
    TransactionKind.CHARGE: ("component",),
    TransactionKind.WAIVER: ("component",),
    TransactionKind.SETTLEMENT: ("due_on",),
    TransactionKind.RATE_RESET: ("rate",),
    TransactionKind.DUE_DATE_SHIFT: ("due_on", "to_on"),
    TransactionKind.REVERSAL: ("reverses",),
}
