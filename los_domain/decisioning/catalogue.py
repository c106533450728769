"""
The facts that rules may read: each with its kind, unit, source and what it says.

Missing is never zero: a fact that is not known is None, and a rule that needs it says so instead of holding or failing. Changing the
meaning of a fact changes ``CATALOGUE_VERSION``, which every decision keeps.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, get_type_hints

import attrs

from los_domain.banking.metrics import StatementMetrics
from los_domain.bureau.metrics import BureauMetrics
from los_domain.shared.money import Money

CATALOGUE_VERSION: Final = 1

Value = int | Fraction | bool | str | date | None
"""Amounts are whole paise; other numbers are exact."""


class Kind(Enum):
    """What can be done with a fact."""

    NUMBER = "number"
    MONEY = "money"
    TRUTH = "truth"
    TEXT = "text"
    DATE = "date"


class Source(Enum):
    """Where facts come from; staff may let a loan pass without one of the reports."""

    CREDIT_REPORT = "CREDIT_REPORT"
    BANK_STATEMENT = "BANK_STATEMENT"
    EMPLOYMENT = "EMPLOYMENT"
    APPLICATION = "APPLICATION"
    HISTORY = "HISTORY"


REPORTS: Final = frozenset({Source.CREDIT_REPORT, Source.BANK_STATEMENT, Source.EMPLOYMENT})
"""What can be bypassed."""


@attrs.frozen
class Fact:
    """One fact. *unit* in words, empty where the kind says it."""

    name: str
    kind: Kind
    source: Source
    about: str
    unit: str = ""


_KINDS: Mapping[Any, Kind] = {
    int: Kind.NUMBER,
    Decimal: Kind.NUMBER,
    Money: Kind.MONEY,
    bool: Kind.TRUTH,
    date: Kind.DATE,
}

_BUREAU_SAYS: Mapping[str, tuple[str, str]] = {
    "as_of": ("the day that windows are counted back from", ""),
    "score": ("the bureau's score, 300 to 900", "points"),
    "score_available": ("whether the bureau gave a score", ""),
    "ntc": ("new to credit: neither a score nor an account", ""),
    "accounts_total": ("accounts ever reported", "accounts"),
    "accounts_active": ("accounts that run", "accounts"),
    "accounts_closed": ("accounts that ended as agreed", "accounts"),
    "accounts_written_off": ("accounts that a lender gave up", "accounts"),
    "written_off_amount_total": ("what lenders gave up", ""),
    "written_off_last_36m": ("whether a lender gave one up in the last 36 months", ""),
    "accounts_settled": ("accounts closed for less than was owed", "accounts"),
    "settlement_amount_total": ("what was taken instead", ""),
    "overdue_total": ("overdue on the person's own accounts", ""),
    "overdue_total_excl_written_off": ("overdue without what was given up", ""),
    "outstanding_total": ("owed on the person's own accounts", ""),
    "outstanding_secured": ("of it secured", ""),
    "outstanding_unsecured": ("of it unsecured", ""),
    "sanctioned_total_non_revolving": ("sanctioned on loans with a term", ""),
    "emi_total_active": ("instalments as lenders reported them", "a month"),
    "max_dpd_3m": ("worst days past due in 3 months", "days"),
    "max_dpd_6m": ("worst days past due in 6 months", "days"),
    "max_dpd_12m": ("worst days past due in 12 months", "days"),
    "max_dpd_24m": ("worst days past due in 24 months", "days"),
    "months_30plus_12m": ("account-months 30 or more days late in 12 months", "months"),
    "months_60plus_12m": ("account-months 60 or more days late in 12 months", "months"),
    "months_90plus_24m": ("account-months 90 or more days late in 24 months", "months"),
    "enquiries_total": ("enquiries ever", "enquiries"),
    "enquiries_30d": ("enquiries in 30 days", "enquiries"),
    "enquiries_90d": ("enquiries in 90 days", "enquiries"),
    "enquiries_180d": ("enquiries in 180 days", "enquiries"),
    "unsecured_enquiries_90d": ("enquiries for unsecured credit in 90 days", "enquiries"),
    "active_short_term_pl": ("short-term personal loans that run", "accounts"),
    "active_unsecured_loans": ("unsecured loans that run, cards left out", "accounts"),
    "card_limit_total": ("limits of cards that run", ""),
    "card_balance_total": ("balances of cards that run", ""),
    "card_utilisation_pct": ("balances of cards in their limits", "per cent"),
    "oldest_account_months": ("age of the oldest account", "months"),
}

_STATEMENT_SAYS: Mapping[str, tuple[str, str]] = {
    "months": ("calendar months that the statement touches", "months"),
    "from_date": ("its first day", ""),
    "to_date": ("its last day", ""),
    "salary_months": ("months with a salary", "months"),
    "salary_median": ("the middle salary", "a month"),
    "salary_avg_6m": ("average salary of 6 months", "a month"),
    "salary_cv": ("how much the salary varies: deviation over mean", "ratio"),
    "income_type": ("SALARIED_STABLE, SALARIED_IRREGULAR, GIG or OTHER", ""),
    "income_monthly_avg": ("average income", "a month"),
    "emi_presented_monthly_avg": ("instalments presented on average", "a month"),
    "emi_paid_monthly_avg": ("instalments paid on average", "a month"),
    "foir_pct": ("instalments presented in the income", "per cent"),
    "inward_bounces_6m": ("debits returned in 6 months", "returns"),
    "inward_bounces_3m": ("debits returned in 3 months", "returns"),
    "bounce_charges_6m": ("charges for returns in 6 months", ""),
    "loan_credits_6m": ("loans paid in, in 6 months", ""),
    "cash_deposit_pct_of_credits": ("cash among the credits", "per cent"),
    "avg_eod_balance_6m": ("average balance at the end of a day in 6 months", ""),
    "min_eod_balance_6m": ("least balance at the end of a day in 6 months", ""),
    "total_credits": ("all credits", ""),
    "total_debits": ("all debits", ""),
    "days_negative": ("days that ended overdrawn", "days"),
}

_OWN: tuple[Fact, ...] = (
    Fact("bureau.hit", Kind.TEXT, Source.CREDIT_REPORT, "hit, thin or no_hit: what file the bureau holds"),
    Fact("bureau.doubts", Kind.NUMBER, Source.CREDIT_REPORT, "signs that the report is of somebody else", "signs"),
    Fact("bureau.report_age_days", Kind.NUMBER, Source.CREDIT_REPORT, "since the report was pulled", "days"),
    Fact("bureau.obligations", Kind.MONEY, Source.CREDIT_REPORT, "instalments owed, estimated where not reported", "a month"),
    Fact("application.amount", Kind.MONEY, Source.APPLICATION, "asked for"),
    Fact("application.tenure_months", Kind.NUMBER, Source.APPLICATION, "asked for", "months"),
    Fact("application.purpose", Kind.TEXT, Source.APPLICATION, "in the borrower's words"),
    Fact("application.applied_on", Kind.DATE, Source.APPLICATION, "the day of the application"),
    Fact("application.instalment", Kind.MONEY, Source.APPLICATION, "that the loan would ask for", "a period"),
    Fact("application.steps_missing", Kind.NUMBER, Source.APPLICATION, "onboarding steps that are not done", "steps"),
    Fact("applicant.age", Kind.NUMBER, Source.APPLICATION, "on the day of the decision", "years"),
    Fact("applicant.monthly_salary", Kind.MONEY, Source.APPLICATION, "as stated", "a month"),
    Fact("applicant.foir_pct", Kind.NUMBER, Source.CREDIT_REPORT, "obligations and the new instalment in the salary", "per cent"),
    Fact("employment.verified", Kind.TRUTH, Source.EMPLOYMENT, "whether a record bears out the stated employer"),
    Fact("employment.verdict", Kind.TEXT, Source.EMPLOYMENT, "stated, checking, verified, not_confirmed or no_record"),
    Fact("history.loans_open", Kind.NUMBER, Source.HISTORY, "other loans and applications with this brand", "loans"),
    Fact("history.loans_completed", Kind.NUMBER, Source.HISTORY, "loans repaid to this brand", "loans"),
    Fact("history.loans_overdue", Kind.NUMBER, Source.HISTORY, "loans overdue with this brand", "loans"),
    Fact("history.loans_failed", Kind.NUMBER, Source.HISTORY, "loans settled or written off by this brand", "loans"),
)  # fmt: skip


def _derived(prefix: str, kind: type[Any], says: Mapping[str, tuple[str, str]], source: Source) -> tuple[Fact, ...]:
    hints = get_type_hints(kind)
    return tuple(
        Fact(f"{prefix}.{field.name}", kind_of(hints[field.name]), source, *says[field.name])
        for field in attrs.fields(kind)
    )


def kind_of(hint: Any) -> Kind:
    """Return the kind of facts typed *hint* (``Money``, ``int | None``, an enum of words)."""
    bare = next((part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)), hint)
    return _KINDS.get(bare, Kind.TEXT)


CATALOGUE: Final[Mapping[str, Fact]] = {
    fact.name: fact
    for fact in (
        *_derived("bureau", BureauMetrics, _BUREAU_SAYS, Source.CREDIT_REPORT),
        *_derived("statement", StatementMetrics, _STATEMENT_SAYS, Source.BANK_STATEMENT),
        *_OWN,
    )
}
"""Every fact by its name."""


def plain(value: Any) -> Value:
    """Return a figure of the derivations as rules read it."""
    if isinstance(value, Money):
        return value.paise
    if isinstance(value, Decimal):
        return whole(Fraction(value))
    if isinstance(value, Enum):
        return str(value.value)
    return value  # type: ignore[no-any-return]


def whole(value: int | Fraction) -> int | Fraction:
    """Return *value* as an int where it is one: equal values then are equal bits."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
