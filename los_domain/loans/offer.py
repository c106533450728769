"""
What a lender offers: terms and their key facts, frozen when the loan is sanctioned, and what accepting takes. Pure.

A borrower who may choose her due day is offered each day as an option of its own, so that what she accepts was printed before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import attrs

from los_domain.loans.model import Loan
from los_domain.loans.rules import LoanRule
from los_domain.loans.states import LoanStatus
from los_domain.repayment import AccountTerms, KeyFacts, UpfrontCharge, quote
from los_domain.repayment.key_facts import Contingency, ContingentCharge, Head, LenderFacts, Payee
from los_domain.repayment.model import NO_HOLIDAYS
from los_domain.repayment.servicing import EarlyEnd, PenalBase, PenalKind, PenalPolicy
from los_domain.shared.dates import Holidays
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, Rejected
from los_domain.shared.ids import BankAccountId, LoanId
from los_domain.shared.money import Money


@attrs.frozen(kw_only=True)
class Option:
    """
    One way to accept an offer: with instalments due on *due_day*, None where there is no choice.

    content: of the key facts statement, as JSON values. digest: over it; what the borrower accepts names it. fee, gst, upfront_interest:
    what is withheld when the loan is paid out.
    """

    due_day: int | None
    terms: AccountTerms
    content: Mapping[str, Any]
    digest: str
    fee: Money
    gst: Money
    upfront_interest: Money


@attrs.frozen(kw_only=True)
class Offer:
    """What was offered for a loan, for the *number*-th time. It binds the lender until the end of *valid_until*."""

    loan_id: LoanId
    number: int
    issued_on: date
    valid_until: date
    options: tuple[Option, ...]

    @property
    def first(self) -> Option:
        """The option that is shown before the borrower chose."""
        return self.options[0]


def offered(
    loan: Loan,
    rule: LoanRule,
    *,
    number: int,
    amount: Money,
    tenure_months: int,
    on: date,
    lender: LenderFacts,
    holidays: Holidays = NO_HOLIDAYS,
) -> Offer:
    """
    Return the offer of *amount* over *tenure_months*, issued on *on*.

    Raises Invalid outside the rule, ImpossibleTerms where it cannot be quoted.
    """
    days: Sequence[int | None] = rule.due_days or (None,)
    quotes = [
        _quoted(loan, rule, amount, tenure_months, on=on, due_day=day, lender=lender, holidays=holidays) for day in days
    ]
    return Offer(
        loan_id=loan.id,
        number=number,
        issued_on=on,
        valid_until=min(facts.valid_until for facts, _ in quotes),
        options=tuple(option for _, option in quotes),
    )


def _quoted(
    loan: Loan,
    rule: LoanRule,
    amount: Money,
    tenure_months: int,
    *,
    on: date,
    due_day: int | None,
    lender: LenderFacts,
    holidays: Holidays,
) -> tuple[KeyFacts, Option]:
    terms = rule.terms(amount, tenure_months, on=on, due_day=due_day, holidays=holidays)
    fee, gst = rule.fee.of(amount)
    charges = [
        UpfrontCharge("Processing fee", fee, gst, Payee.LENDER, Head.PROCESSING, kept_on_exit=rule.fee.kept_on_exit)
    ]
    facts = quote(
        terms.schedule,
        charges if fee else (),
        proposal=loan.number,
        loan_type=rule.name,
        on=on,
        lender=lender,
        cooling_off_days=rule.cooling_off_days,
        contingent=tuple(_contingent(terms)),
        holidays=holidays,
    )
    return facts, Option(
        due_day=due_day,
        terms=terms,
        content=facts.content(),
        digest=facts.digest(),
        fee=fee,
        gst=gst,
        upfront_interest=facts.upfront_interest,
    )


def _contingent(terms: AccountTerms) -> Iterator[ContingentCharge]:
    if terms.penal is not None:
        yield _penal(terms.penal)
    yield from _early(Contingency.FORECLOSURE, terms.foreclosure, "of the principal, when the loan is closed early")
    yield from _early(Contingency.OTHER, terms.prepayment, "of the principal that is repaid early in part")


def _penal(penal: PenalPolicy) -> ContingentCharge:
    of = "principal" if penal.base is PenalBase.PRINCIPAL else "principal and interest"
    grace = f", after {penal.grace_days} days of grace" if penal.grace_days else ""
    match penal.kind:
        case PenalKind.RATE:
            basis, percent, amount = f"a year of the {of} that is overdue, by days{grace}", penal.percent, None
        case PenalKind.ONCE_PERCENT:
            basis, percent, amount = f"of the {of} that is overdue, once an instalment{grace}", penal.percent, None
        case PenalKind.ONCE_FLAT:
            basis, percent, amount = f"once an instalment that is overdue{grace}", None, penal.amount
    return ContingentCharge(Contingency.PENAL, basis, percent, amount)


def _early(kind: Contingency, end: EarlyEnd, basis: str) -> Iterator[ContingentCharge]:
    if end.charge_percent is not None and end.charge_percent.units:
        tax = f", plus GST of {end.gst_percent} %" if end.gst_percent is not None and end.gst_percent.units else ""
        yield ContingentCharge(kind, f"{basis}{tax}", end.charge_percent)


def missing_from(lender: LenderFacts) -> tuple[str, ...]:
    """Return the codes of what a key facts statement has to say about the lender and cannot."""
    said = {"LENDER_NAME": lender.name, "GRIEVANCE_OFFICER": lender.officer, "GRIEVANCE_PHONE": lender.phone}
    return tuple(code for code, text in said.items() if not text.strip())


def shown(offer: Offer, *, due_day: int | None, accepted_digest: str) -> Option:
    """Return the option for *due_day*; else the one that was accepted, else the first. Raises Invalid for a day that was not offered."""
    if due_day is None:
        return next((option for option in offer.options if option.digest == accepted_digest), offer.first)
    return _for_day(offer, due_day)


def _for_day(offer: Offer, due_day: int) -> Option:
    found = next((option for option in offer.options if option.due_day == due_day), None)
    if found is None:
        days = ", ".join(str(option.due_day) for option in offer.options if option.due_day)
        raise Invalid(FieldProblem("dueDay", "was not offered", f"one of {days}" if days else "leave it out"))
    return found


def agreed(loan: Loan, option: Option, *, at: datetime) -> Loan:
    """Return *loan* with the terms of *option*, as sanctioned."""
    return attrs.evolve(
        loan,
        terms=option.terms,
        sanctioned=option.terms.schedule.principal,
        sanctioned_at=loan.sanctioned_at or at,
        fee=option.fee,
        gst=option.gst,
        upfront_interest=option.upfront_interest,
    )


def chosen(offer: Offer, *, digest: str, due_day: int | None, today: date) -> Option:
    """
    Return the option that the borrower accepts.

    Raises Invalid for a due day that was not offered, Conflict for a digest of other key facts, Rejected after the offer's last day.
    """
    if today > offer.valid_until:
        raise Rejected("this offer has run out", reasons=("OFFER_EXPIRED",))
    if due_day is None and len(offer.options) > 1:
        days = ", ".join(str(option.due_day) for option in offer.options)
        raise Invalid(FieldProblem("dueDay", "is missing", f"one of {days}"))
    found = offer.first if due_day is None else _for_day(offer, due_day)
    if found.digest != digest:
        raise Conflict("these are not the key facts of this offer: read them again before you accept")
    return found


def accepted(loan: Loan, option: Option, *, at: datetime, pay_to: BankAccountId | None) -> Loan:
    """Return *loan* with the option that its borrower accepted. Raises Conflict unless it waits for that, Rejected without an account."""
    if loan.status is not LoanStatus.SANCTIONED:
        raise Conflict(f"an offer is accepted while the loan is sanctioned; this one is {loan.status.value}")
    if loan.accepted_at is not None and loan.digest != option.digest:
        raise Conflict("another option of this offer was accepted already")
    account = pay_to or loan.pay_to
    if account is None:
        raise Rejected("add the bank account that the loan is paid to first", reasons=("NO_ACCOUNT_TO_PAY",))
    return attrs.evolve(agreed(loan, option, at=at), digest=option.digest, accepted_at=at, pay_to=account)


def ended(loan: Loan, *, on: date) -> Loan:
    """Return *loan*, which ended before it was paid out, with the day of its end."""
    return attrs.evolve(loan, closed_on=on)
