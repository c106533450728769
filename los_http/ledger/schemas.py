"""Wire forms of loan accounts and certificates."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from los_domain.ledger import Journal
from los_domain.loans.certificate import Certificate
from los_domain.loans.usecases.account import AccountView, Line
from los_domain.repayment import PayoffQuote, Transaction
from los_domain.repayment.account import Allocation, Amounts, InstalmentState
from los_domain.shared.money import Money
from los_http.shared.wire import Date, Out, Rupees, SignedRupees, instant, rupees


class AmountsOut(Out):
    """Money by component."""

    principal: Rupees
    interest: Rupees
    fees: Rupees
    penalties: Rupees
    total: Rupees

    @classmethod
    def of(cls, amounts: Amounts) -> "AmountsOut":
        return cls(
            principal=rupees(amounts.principal),
            interest=rupees(amounts.interest),
            fees=rupees(amounts.fees),
            penalties=rupees(amounts.penalties),
            total=rupees(amounts.total),
        )


class InstalmentOut(Out):
    """One row of the schedule as it stands: due = paid + waived + outstanding."""

    installment_no: int
    kind: str
    from_date: Date
    due_date: Date
    amount: Rupees
    principal: Rupees
    interest: Rupees
    due: AmountsOut
    paid: AmountsOut
    waived: AmountsOut
    outstanding: AmountsOut
    is_paid: bool
    paid_on: date | None

    @classmethod
    def of(cls, row: InstalmentState) -> "InstalmentOut":
        return cls(
            installment_no=row.number,
            kind=row.kind.value,
            from_date=row.from_on,
            due_date=row.due_on,
            amount=rupees(row.due.total),
            principal=rupees(row.due.principal),
            interest=rupees(row.due.interest),
            due=AmountsOut.of(row.due),
            paid=AmountsOut.of(row.paid),
            waived=AmountsOut.of(row.waived),
            outstanding=AmountsOut.of(row.outstanding),
            is_paid=not row.outstanding.total,
            paid_on=row.paid_on,
        )


class ScheduleOut(Out):
    """The schedule of a loan on a day; empty before it is paid out."""

    loan_id: UUID
    on: Date
    items: list[InstalmentOut]

    @classmethod
    def of(cls, view: AccountView) -> "ScheduleOut":
        return cls(loan_id=view.loan.id, on=view.on, items=[InstalmentOut.of(row) for row in view.instalments])


class DuesOut(Out):
    """What is owed on a day: due by now, and in all; how late, and in which class."""

    loan_id: UUID
    on: Date
    overdue: AmountsOut
    outstanding: AmountsOut
    excess: Rupees
    next_due_on: date | None
    oldest_due_on: date | None
    dpd: int
    bucket: str
    matures_on: date | None

    @classmethod
    def of(cls, view: AccountView) -> "DuesOut":
        account = view.account
        nothing = Amounts(Money(0), Money(0), Money(0), Money(0))
        return cls(
            loan_id=view.loan.id,
            on=view.on,
            overdue=AmountsOut.of(account.arrears if account else nothing),
            outstanding=AmountsOut.of(account.outstanding if account else nothing),
            excess=rupees(account.excess if account else Money(0)),
            next_due_on=account.next_due_on if account else None,
            oldest_due_on=account.oldest_unpaid_due_on if account else None,
            dpd=account.dpd if account else 0,
            bucket=account.bucket.value if account else "",
            matures_on=account.maturity_on if account else None,
        )


class PayoffOut(Out):
    """What closes the loan on a day, with its break-up."""

    loan_id: UUID
    on: Date
    principal: Rupees
    overdue_interest: Rupees
    interest: Rupees
    fees: Rupees
    penalties: Rupees
    charge: Rupees
    gst: Rupees
    excess: Rupees
    total: Rupees

    @classmethod
    def of(cls, loan_id: UUID, quote: PayoffQuote) -> "PayoffOut":
        return cls(
            loan_id=loan_id,
            on=quote.on,
            principal=rupees(quote.principal),
            overdue_interest=rupees(quote.overdue_interest),
            interest=rupees(quote.interest),
            fees=rupees(quote.fees),
            penalties=rupees(quote.penalties),
            charge=rupees(quote.charge),
            gst=rupees(quote.gst),
            excess=rupees(quote.excess),
            total=rupees(quote.total),
        )


class TransactionOut(Out):
    """One thing that happened to the account, and where its money went."""

    id: UUID
    kind: str
    value_on: Date
    amount: Rupees
    channel: str
    reason: str
    is_reversed: bool
    reverses: UUID | None
    to: AmountsOut | None
    to_excess: Rupees | None
    principal_after: Rupees | None

    @classmethod
    def of(cls, transaction: Transaction, went: Allocation | None, *, undone: bool) -> "TransactionOut":
        return cls(
            id=transaction.id,
            kind=transaction.kind.name,
            value_on=transaction.value_on,
            amount=rupees(transaction.amount),
            channel=transaction.channel,
            reason=transaction.reason,
            is_reversed=undone,
            reverses=transaction.reverses,
            to=None if went is None else AmountsOut.of(went.to),
            to_excess=None if went is None else rupees(went.excess),
            principal_after=None if went is None else rupees(went.balance),
        )


class StatementOut(Out):
    """What happened to an account up to a day, in the order it was entered."""

    loan_id: UUID
    on: Date
    items: list[TransactionOut]

    @classmethod
    def of(cls, view: AccountView) -> "StatementOut":
        went, undone = view.allocated, view.undone
        return cls(
            loan_id=view.loan.id,
            on=view.on,
            items=[TransactionOut.of(each, went.get(each.id), undone=each.id in undone) for each in view.entered],
        )


class EntryOut(Out):
    """A positive amount moved from one account of the ledger to another."""

    debit: str
    credit: str
    amount: Rupees


class JournalOut(Out):
    """Entries that belong together. *valueOn*: the day they count for; *bookedOn*: the day they were entered on."""

    id: UUID | None
    cause: str
    value_on: Date
    booked_on: Date
    transaction_id: UUID | None
    reverses: UUID | None
    entries: list[EntryOut]

    @classmethod
    def of(cls, journal: Journal) -> "JournalOut":
        return cls(
            id=journal.id,
            cause=journal.cause.value,
            value_on=journal.value_on,
            booked_on=journal.booked_on,
            transaction_id=journal.transaction,
            reverses=journal.reverses,
            entries=[
                EntryOut(debit=str(each.debit), credit=str(each.credit), amount=rupees(each.amount))
                for each in journal.entries
            ],
        )


class BalanceOut(Out):
    """The balance of an account of the ledger: debit positive."""

    account: str
    channel: str
    balance: SignedRupees


class LedgerOut(Out):
    """The journals of a loan in the order they were written, and the balances that they add up to."""

    loan_id: UUID
    items: list[JournalOut]
    balances: list[BalanceOut]


class TrialBalanceOut(Out):
    """All balances of the brand's books on a day; they add up to nothing."""

    on: Date
    by: str
    items: list[BalanceOut]
    total: SignedRupees

    @classmethod
    def of(cls, on: date, by: str, balances: Sequence[tuple[str, str, Money]]) -> "TrialBalanceOut":
        return cls(
            on=on,
            by=by,
            items=[
                BalanceOut(account=account, channel=channel, balance=rupees(balance))
                for account, channel, balance in balances
            ],
            total=rupees(Money(sum(balance.paise for _, _, balance in balances))),
        )


class LineOut(Out):
    """One line of a loan's life."""

    at: str
    of: str
    word: str
    amount: str | None
    value_on: date | None
    status: str
    actor: str
    reason: str


class TimelineOut(Out):
    """A loan's life in order."""

    loan_id: UUID
    items: list[LineOut]

    @classmethod
    def told(cls, loan_id: UUID, lines: Sequence[Line]) -> "TimelineOut":
        return cls(
            loan_id=loan_id,
            items=[
                LineOut(
                    at=instant(line.at),
                    of=line.of.value,
                    word=line.word,
                    value_on=line.value_on,
                    amount=None if line.amount is None else rupees(line.amount),
                    status=line.after,
                    actor=line.actor,
                    reason=line.reason,
                )
                for line in lines
            ],
        )


class CertificateOut(Out):
    """A no-dues certificate, with a link to its file that works for a few minutes."""

    number: str
    loan_id: UUID
    closed_on: Date
    issued_at: str
    sha256: str
    url: str

    @classmethod
    def of(cls, certificate: Certificate, url: str) -> "CertificateOut":
        return cls(
            number=certificate.number,
            loan_id=certificate.loan_id,
            closed_on=certificate.closed_on,
            issued_at=instant(certificate.issued_at),
            sha256=certificate.sha256,
            url=url,
        )
