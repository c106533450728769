"""The facts of one loan's case, worked out from what the capabilities below know. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs

from los_domain.banking.metrics import StatementMetrics
from los_domain.bureau.metrics import estimated_emi, metrics_of, unrepeated
from los_domain.bureau.model import BureauSubject, CreditReport
from los_domain.bureau.policy import doubts_about
from los_domain.customers.model import EmploymentVerdict
from los_domain.decisioning.catalogue import CATALOGUE, Value, plain, whole
from los_domain.loans.application import Applicant, age_on, is_open
from los_domain.loans.model import Loan
from los_domain.loans.rules import LoanRule
from los_domain.loans.states import LoanStatus
from los_domain.repayment import schedule
from los_domain.shared.dates import india_day
from los_domain.shared.money import ZERO, Money, Rounding


@attrs.frozen(repr=False)
class ReportAtHand:
    """A credit report and where it is kept."""

    pull_id: UUID
    sha256: str
    pulled_on: date
    report: CreditReport


@attrs.frozen(repr=False)
class Case:
    """A loan and everything that it is judged by; None is not known."""

    loan: Loan
    rule: LoanRule
    applicant: Applicant
    others: Sequence[Loan]
    employment: EmploymentVerdict | None = None
    report: ReportAtHand | None = None
    subject: BureauSubject | None = None
    statement: StatementMetrics | None = None


def facts_of(case: Case, *, today: date) -> Mapping[str, Value]:
    """Return every fact of the catalogue, as it is on *today*."""
    obligations = _obligations(case.report, today)
    instalment = _instalment(case, today)
    known: dict[str, Any] = {
        **_of_loan(case, instalment, today),
        **_of_report(case, today),
        "bureau.obligations": obligations,
        "applicant.foir_pct": _foir(obligations, _monthly(case, instalment), case.applicant.monthly_salary),
        **_of_history(case.others),
    }
    if case.statement is not None:
        known |= {f"statement.{name}": value for name, value in attrs.asdict(case.statement, recurse=False).items()}
    return {name: plain(known.get(name)) for name in CATALOGUE}


def _of_loan(case: Case, instalment: Money, today: date) -> Mapping[str, Any]:
    loan, applicant, verdict = case.loan, case.applicant, case.employment
    born = applicant.date_of_birth
    return {
        "application.amount": loan.amount,
        "application.tenure_months": loan.tenure_months,
        "application.purpose": loan.purpose,
        "application.applied_on": india_day(loan.applied_at),
        "application.instalment": instalment,
        "application.steps_missing": len(applicant.missing),
        "applicant.age": None if born is None else age_on(today, born_on=born),
        "applicant.monthly_salary": applicant.monthly_salary,
        "employment.verified": None if verdict is None else verdict is EmploymentVerdict.VERIFIED,
        "employment.verdict": verdict,
    }


def _of_report(case: Case, today: date) -> Mapping[str, Any]:
    if case.report is None:
        return {}
    report = case.report.report
    metrics = metrics_of(report, as_of=max(today, report.reported_on))
    doubts = None if case.subject is None else len(doubts_about(report, case.subject))
    return {
        **{f"bureau.{name}": value for name, value in attrs.asdict(metrics, recurse=False).items()},
        "bureau.hit": report.hit,
        "bureau.doubts": doubts,
        "bureau.report_age_days": (today - case.report.pulled_on).days,
    }


def _of_history(others: Sequence[Loan]) -> Mapping[str, Any]:
    def count(*statuses: LoanStatus) -> int:
        return sum(loan.status in statuses for loan in others)

    return {
        "history.loans_open": sum(is_open(loan) for loan in others),
        "history.loans_completed": count(LoanStatus.COMPLETED),
        "history.loans_overdue": count(LoanStatus.OVERDUE),
        "history.loans_failed": count(LoanStatus.SETTLED, LoanStatus.WRITTEN_OFF),
    }


def _instalment(case: Case, today: date) -> Money:
    terms = case.rule.terms(case.loan.amount, case.loan.tenure_months, on=today)
    return Money(schedule(terms.schedule).instalment)


def _monthly(case: Case, instalment: Money) -> Money:
    num, den = case.rule.example.schedule.every.a_year
    return instalment.times(num, 12 * den, rounding=Rounding.HALF_UP)


def _obligations(at_hand: ReportAtHand | None, today: date) -> Money | None:
    if at_hand is None:
        return None
    as_of = max(today, at_hand.report.reported_on)
    return sum((estimated_emi(account, as_of=as_of) for account in unrepeated(at_hand.report.accounts)), ZERO)


def _foir(obligations: Money | None, instalment: Money, salary: Money | None) -> int | Fraction | None:
    """Return per cent with one decimal, half-up: fixed obligations to income, the new loan among them."""
    if obligations is None or salary is None or salary.paise <= 0:
        return None
    tenths = Rounding.HALF_UP.divide(1000 * (obligations + instalment).paise, salary.paise)
    return whole(Fraction(tenths, 10))
