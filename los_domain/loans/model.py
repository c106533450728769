"""A loan: what was asked for, what was agreed, and where it stands."""

from datetime import date, datetime
from uuid import UUID

import attrs

from los_domain.loans.states import Ending, LoanEvent, LoanStatus
from los_domain.repayment import AccountTerms
from los_domain.shared.actor import Actor
from los_domain.shared.ids import BankAccountId, CustomerId, LoanId, StaffId
from los_domain.shared.money import ZERO, Money


@attrs.frozen
class Standing:
    """
    A cache of the account's fold, for lists and the night; proved against it, never the truth.

    *folded_up_to*: the day the figures are of. *posted_up_to*: the last day whose movements are in the ledger.
    *next_transition_on*: the first day on which the account changes without anybody doing anything; the night reads by it.
    """

    outstanding: Money = ZERO
    overdue: Money = ZERO
    excess: Money = ZERO
    oldest_due_on: date | None = None
    next_due_on: date | None = None
    next_transition_on: date | None = None
    folded_up_to: date | None = None
    posted_up_to: date | None = None


@attrs.frozen
class Loan:
    """
    One loan of one customer.

    amount, tenure_months: as applied for; after SANCTION, *terms* say what was agreed and how the account is served.
    fee, gst, upfront_interest: withheld from what was sanctioned when it is paid out, as the key facts say; the rest is *net*.
    rule_id, rule_version: the loan rule (product) it was applied under.
    pay_to: the penny-dropped account that is paid. is_paying: a bank may have the money already, so the loan cannot end unpaid.
    digest: of the key facts that the borrower accepted, at *accepted_at*.
    """

    id: LoanId
    number: str
    customer_id: CustomerId
    status: LoanStatus
    amount: Money
    tenure_months: int
    rule_id: UUID
    rule_version: int
    applied_at: datetime
    purpose: str = ""
    ending: Ending | None = None
    terms: AccountTerms | None = None
    sanctioned: Money | None = None
    sanctioned_at: datetime | None = None
    fee: Money = ZERO
    gst: Money = ZERO
    upfront_interest: Money = ZERO
    pay_to: BankAccountId | None = None
    is_paying: bool = False
    digest: str = ""
    accepted_at: datetime | None = None
    disbursed_on: date | None = None
    closed_on: date | None = None
    standing: Standing = Standing()
    version: int = 1

    @property
    def net(self) -> Money:
        """What reaches the borrower: the net amount of the key facts; zero before the sanction."""
        return (self.sanctioned or ZERO) - self.fee - self.gst - self.upfront_interest


@attrs.frozen
class Step:
    """One line of a loan's history, kept for ever: a change of status, who fired it, why, when."""

    loan_id: LoanId
    number: int  # 1 for the application
    event: LoanEvent | None  # None for the application itself
    before: LoanStatus | None
    after: LoanStatus
    actor: Actor
    reason: str
    at: datetime  # business time


@attrs.frozen(repr=False)
class Comment:
    """What a member of staff wrote about a loan; never changed."""

    id: UUID
    loan_id: LoanId
    by: StaffId
    text: str
    at: datetime
