"""
Facts that rules read, derived from a statement's transactions by our own arithmetic so that all analysers agree.

A month is a calendar month that the statement touches; ``…_6m`` and ``…_3m`` windows are the last six and three of them. Names
without a window cover the whole statement. Several accounts count as one purse: their lines together, their balances added.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum

import attrs

from los_domain.banking.categories import Category, category_of
from los_domain.banking.model import BankStatementReport, Sign, StatementAccount, Transaction
from los_domain.shared.money import ZERO, Money, Rounding

_DIGITS = Context(prec=40)


class IncomeType(Enum):
    """What a person lives on, as far as the account shows."""

    SALARIED_STABLE = "SALARIED_STABLE"
    SALARIED_IRREGULAR = "SALARIED_IRREGULAR"
    GIG = "GIG"
    OTHER = "OTHER"


@attrs.frozen
class StatementRules:
    """What a lender may choose about the derivation."""

    stable_salary_missing_months: int = 1  # a stable salary may be missing in so many months
    stable_salary_cv: Decimal = Decimal("0.25")  # and vary so much
    irregular_salary_months: int = 2  # fewer months with a salary are none
    gig_payouts_a_month: int = 2  # at least, on average


@attrs.frozen
class StatementMetrics:
    """Names as rules and samples use them. Ratios: *salary_cv* to 3 places, percentages to 1. None: nothing to compute it from."""

    months: int
    from_date: date
    to_date: date
    salary_months: int
    salary_median: Money
    salary_avg_6m: Money
    salary_cv: Decimal | None  # standard deviation of the months with a salary, over their mean
    income_type: IncomeType
    income_monthly_avg: Money
    emi_presented_monthly_avg: Money
    emi_paid_monthly_avg: Money
    foir_pct: Decimal | None  # instalments presented, of the income
    inward_bounces_6m: int
    inward_bounces_3m: int
    bounce_charges_6m: Money
    loan_credits_6m: Money
    cash_deposit_pct_of_credits: Decimal
    avg_eod_balance_6m: Money | None
    min_eod_balance_6m: Money | None
    total_credits: Money
    total_debits: Money
    days_negative: int


def metrics_of(
    report: BankStatementReport, *, as_of: date | None = None, rules: StatementRules | None = None
) -> StatementMetrics:
    """
    Return every derived fact of *report*, looking at lines up to *as_of* (default: the statement's end).

    Raises ValueError for a report without an account, or one that begins after *as_of*.
    """
    chosen = rules or StatementRules()
    if not report.accounts:
        raise ValueError("the report holds no account")
    first = min(account.from_on for account in report.accounts)
    last = max(account.to_on for account in report.accounts)
    last = min(last, as_of) if as_of else last
    if last < first:
        raise ValueError("the statement begins after the day it is asked about")
    lines = [_Line(line, category_of(line)) for account in report.accounts for line in account.transactions]
    lines = [line for line in lines if first <= line.of.on <= last]
    months = _months_apart(first, last) + 1
    half_year = [line for line in lines if _months_apart(line.of.on, last) < 6]
    quarter = [line for line in lines if _months_apart(line.of.on, last) < 3]
    salaries = _by_month(lines, Category.SALARY)
    income_type = _income_type(lines, salaries, months, chosen)
    income = _average(_income(lines, income_type), months)
    presented = _average(_sum(lines, Category.EMI), months)
    returned = _sum(lines, Category.RETURNED)
    total_credits = _total(line.of.amount for line in lines if line.of.sign is Sign.CREDIT)
    balances = _end_of_day(report.accounts, first, last)
    recent = None if balances is None else [paise for day, paise in balances if _months_apart(day, last) < 6]
    return StatementMetrics(
        months=months,
        from_date=first,
        to_date=last,
        salary_months=len(salaries),
        salary_median=_median(salaries),
        salary_avg_6m=_average(_sum(half_year, Category.SALARY), min(months, 6)),
        salary_cv=_variation(salaries),
        income_type=income_type,
        income_monthly_avg=income,
        emi_presented_monthly_avg=presented,
        emi_paid_monthly_avg=_average(_sum(lines, Category.EMI) - returned, months),
        foir_pct=_percent(presented, income),
        inward_bounces_6m=sum(line.category is Category.RETURNED for line in half_year),
        inward_bounces_3m=sum(line.category is Category.RETURNED for line in quarter),
        bounce_charges_6m=_sum(half_year, Category.RETURN_CHARGE),
        loan_credits_6m=_sum(half_year, Category.LOAN_CREDIT),
        cash_deposit_pct_of_credits=_percent(_sum(lines, Category.CASH_DEPOSIT), total_credits) or Decimal("0.0"),
        avg_eod_balance_6m=None if recent is None else _average(Money(sum(recent)), len(recent)),
        min_eod_balance_6m=None if recent is None else Money(min(recent)),
        total_credits=total_credits,
        total_debits=_total(line.of.amount for line in lines if line.of.sign is Sign.DEBIT),
        days_negative=sum(paise < 0 for _, paise in balances or ()),
    )


@attrs.frozen(repr=False)
class _Line:
    of: Transaction
    category: Category


def _end_of_day(accounts: Iterable[StatementAccount], first: date, last: date) -> list[tuple[date, int]] | None:
    """Return (day, paise) for every day; None where an account's balance is nowhere known."""
    total = [0] * ((last - first).days + 1)
    for account in accounts:
        opening = _opening(account)
        if opening is None:
            return None
        changes = [0] * len(total)
        for line in account.transactions:
            if first <= line.on <= last:
                changes[(line.on - first).days] += line.signed_paise
        told = {
            (line.on - first).days: line.balance.paise
            for line in account.transactions
            if line.balance is not None and first <= line.on <= last
        }
        running = opening
        for place, change in enumerate(changes):
            running = told.get(place, running + change)  # the bank's own figure goes before ours
            total[place] += running
    return [(first + timedelta(days=place), paise) for place, paise in enumerate(total)]


def _opening(account: StatementAccount) -> int | None:
    """Return the balance before the first line, from the first one that tells its balance, or from the closing one."""
    passed = 0
    for line in account.transactions:
        passed += line.signed_paise
        if line.balance is not None:
            return line.balance.paise - passed
    return account.closing_balance.paise - passed if account.closing_balance is not None else None


def _income_type(lines: Sequence[_Line], salaries: Sequence[Money], months: int, rules: StatementRules) -> IncomeType:
    variation = _variation(salaries)
    if variation is not None and len(salaries) >= rules.irregular_salary_months:
        steady = len(salaries) >= months - rules.stable_salary_missing_months and variation <= rules.stable_salary_cv
        return IncomeType.SALARIED_STABLE if steady else IncomeType.SALARIED_IRREGULAR
    if sum(line.category is Category.GIG for line in lines) >= rules.gig_payouts_a_month * months:
        return IncomeType.GIG
    return IncomeType.OTHER


def _income(lines: Iterable[_Line], kind: IncomeType) -> Money:
    """Return what came in as income: of the kind that names the person, else every credit that is not borrowed or given back."""
    if kind in (IncomeType.SALARIED_STABLE, IncomeType.SALARIED_IRREGULAR):
        wanted = frozenset({Category.SALARY})
    elif kind is IncomeType.GIG:
        wanted = frozenset({Category.GIG, Category.SALARY})
    else:
        wanted = frozenset({Category.GIG, Category.SALARY, Category.CASH_DEPOSIT, Category.OTHER})
    return _total(line.of.amount for line in lines if line.of.sign is Sign.CREDIT and line.category in wanted)


def _by_month(lines: Iterable[_Line], category: Category) -> tuple[Money, ...]:
    sums: dict[tuple[int, int], int] = {}
    for line in lines:
        if line.category is category:
            month = (line.of.on.year, line.of.on.month)
            sums[month] = sums.get(month, 0) + line.of.amount.paise
    return tuple(Money(paise) for _, paise in sorted(sums.items()))


def _median(amounts: Sequence[Money]) -> Money:
    if not amounts:
        return ZERO
    ordered = sorted(amounts)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return (low + high).times(1, 2, rounding=Rounding.HALF_UP)


def _variation(amounts: Sequence[Money]) -> Decimal | None:
    """Return the coefficient of variation of a whole population: √(n·Σx² − (Σx)²) / Σx."""
    total = sum(amount.paise for amount in amounts)
    if total <= 0:
        return None
    spread = len(amounts) * sum(amount.paise**2 for amount in amounts) - total**2
    return (_DIGITS.sqrt(Decimal(spread)) / Decimal(total)).quantize(Decimal("0.001"), ROUND_HALF_UP)


def _sum(lines: Iterable[_Line], category: Category) -> Money:
    return _total(line.of.amount for line in lines if line.category is category)


def _total(amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.paise for amount in amounts))


def _average(total: Money, count: int) -> Money:
    return total.times(1, count, rounding=Rounding.HALF_UP)


def _percent(part: Money, whole: Money) -> Decimal | None:
    if whole.paise <= 0:
        return None
    return (Decimal(100 * part.paise) / Decimal(whole.paise)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _months_apart(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
