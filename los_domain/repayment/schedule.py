"""The schedule of a loan: from its terms to its instalments, by whole numbers only."""

from los_domain.repayment.due_dates import calendar
from los_domain.repayment.emi import rounded_annuity
from los_domain.repayment.impossible import ImpossibleTerms, problem
from los_domain.repayment.model import Schedule, Terms
from los_domain.shared.money import Money


def schedule(terms: Terms) -> Schedule:
    """
    Return the instalments that follow from *terms*: Σ principal is what was disbursed, each component at least zero.

    Raises ImpossibleTerms when the instalment does not cover the first interest, or a date falls behind the one before it.
    """
    periods = calendar(terms)
    principal, n = terms.principal.paise, terms.instalments
    num, den = terms.rate.factor(months=terms.every.count)
    multiple, rounding = terms.instalment_multiple, terms.instalment_rounding
    instalment = rounded_annuity(principal, num, den, n, multiple=multiple, rounding=rounding)
    balance = principal
    interests, principals, balances = [], [], []
    for _ in range(n - 1):
        interest = terms.round_interest(balance * num, den)
        part = min(instalment - interest, balance)
        if part < 0:
            raise ImpossibleTerms(problem("instalment", Money(instalment), f"covers the interest, {Money(interest)}"))
        balance -= part
        interests.append(interest)
        principals.append(part)
        balances.append(balance)
    interests.append(terms.round_interest(balance * num, den))
    principals.append(balance)
    balances.append(0)
    columns = tuple(principals), tuple(interests), tuple(balances)
    return Schedule(terms, periods.from_days, periods.due_days, *columns, instalment)
