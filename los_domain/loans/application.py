"""Applying: who may, for what, and the loan that an application is. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.loans.model import Loan
from los_domain.loans.rules import LoanRule
from los_domain.loans.states import Ending, LoanStatus
from los_domain.shared.dates import india_day
from los_domain.shared.errors import Invalid, Rejected
from los_domain.shared.ids import BankAccountId, CustomerId, LoanId
from los_domain.shared.money import Money


class Refusal(Enum):
    """Why an application is not taken. The value is the code that programs read; ``WORDS`` has what people read."""

    INACTIVE = "CUSTOMER_INACTIVE"
    BLOCKED = "CUSTOMER_BLOCKED"
    INCOMPLETE = "ONBOARDING_INCOMPLETE"
    TOO_YOUNG = "BELOW_LEAST_AGE"
    TOO_OLD = "ABOVE_MOST_AGE"
    SALARY = "SALARY_BELOW_THRESHOLD"
    RECENTLY_DECLINED = "RECENTLY_DECLINED"
    OPEN_LOANS = "TOO_MANY_OPEN_LOANS"
    RULE_INACTIVE = "LOAN_RULE_INACTIVE"


WORDS = {
    Refusal.INACTIVE: "this account is closed for applications",
    Refusal.BLOCKED: "we cannot take an application from you",
    Refusal.INCOMPLETE: "some steps before the application are not done",
    Refusal.TOO_YOUNG: "you are below the least age for this loan",
    Refusal.TOO_OLD: "you are above the highest age for this loan",
    Refusal.SALARY: "the monthly salary is below what this lender asks for",
    Refusal.RECENTLY_DECLINED: "an application was declined recently: it is too early for another",
    Refusal.OPEN_LOANS: "a loan or application is open already",
    Refusal.RULE_INACTIVE: "this loan is not offered any more",
}


@attrs.frozen(repr=False)
class Applicant:
    """
    What applying reads of a customer; None is not known.

    missing: the onboarding steps that her brand insists on and that are not done.
    is_blocked: whether the brand's blocklist names her. pay_to: the account proved to be hers, which a loan is paid to.
    """

    customer_id: CustomerId
    is_active: bool
    missing: tuple[str, ...]
    date_of_birth: date | None
    monthly_salary: Money | None
    pay_to: BankAccountId | None
    is_blocked: bool = False


@attrs.frozen
class Wish:
    """What a customer asks for."""

    rule: LoanRule
    amount: Money
    tenure_months: int
    purpose: str = ""


def age_on(day: date, *, born_on: date) -> int:
    """Return whole years; who was born on 29 February has her birthday on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def refusals(
    applicant: Applicant, wish: Wish, loans: Sequence[Loan], *, config: BrandConfig, today: date
) -> tuple[Refusal, ...]:
    """Return every reason for which an application is not taken, in the order of ``Refusal``; none where it is."""
    found = set(_refusals(applicant, wish, loans, config=config, today=today))
    return tuple(each for each in Refusal if each in found)


def _refusals(
    applicant: Applicant, wish: Wish, loans: Sequence[Loan], *, config: BrandConfig, today: date
) -> Iterator[Refusal]:
    born, salary = applicant.date_of_birth, applicant.monthly_salary
    if not applicant.is_active:
        yield Refusal.INACTIVE
    if applicant.is_blocked:
        yield Refusal.BLOCKED
    if applicant.missing or born is None:
        yield Refusal.INCOMPLETE
    if born is not None and age_on(today, born_on=born) < config.age_least:
        yield Refusal.TOO_YOUNG
    if born is not None and age_on(today, born_on=born) > config.age_most:
        yield Refusal.TOO_OLD
    if config.salary_threshold and (salary is None or salary < config.salary_threshold):
        yield Refusal.SALARY
    if any(_is_too_early(loan, config=config, today=today) for loan in loans):
        yield Refusal.RECENTLY_DECLINED
    if sum(is_open(loan) for loan in loans) >= config.most_open_loans:
        yield Refusal.OPEN_LOANS
    if not wish.rule.is_active:
        yield Refusal.RULE_INACTIVE


def is_open(loan: Loan) -> bool:
    """Return whether a loan counts against how many a customer may have: it lives, or may yet."""
    return loan.status not in (
        LoanStatus.REJECTED,
        LoanStatus.COMPLETED,
        LoanStatus.SETTLED,
        LoanStatus.WRITTEN_OFF,
    )


def _is_too_early(loan: Loan, *, config: BrandConfig, today: date) -> bool:
    if loan.ending is not Ending.DECLINED or loan.closed_on is None:
        return False
    return today < loan.closed_on + timedelta(days=config.rejection_days)


def applied(
    loan_id: LoanId,
    number: str,
    applicant: Applicant,
    wish: Wish,
    loans: Sequence[Loan],
    *,
    config: BrandConfig,
    at: datetime,
) -> Loan:
    """
    Return the loan that an application is.

    Raises Invalid for an amount or tenure outside the rule, Rejected with the code of every other reason, steps that are missing included.
    """
    problems = [*wish.rule.problems(wish.amount, wish.tenure_months)]
    if problems:
        raise Invalid(*problems)
    against = refusals(applicant, wish, loans, config=config, today=india_day(at))
    if against:
        raise Rejected(
            "; ".join(WORDS[each] for each in against),
            reasons=(*(each.value for each in against), *(f"ONBOARDING_{step}" for step in applicant.missing)),
        )
    return Loan(
        id=loan_id,
        number=number,
        customer_id=applicant.customer_id,
        status=LoanStatus.APPLIED,
        amount=wish.amount,
        tenure_months=wish.tenure_months,
        rule_id=wish.rule.id,
        rule_version=wish.rule.version,
        applied_at=at,
        purpose=wish.purpose,
        pay_to=applicant.pay_to,
    )
