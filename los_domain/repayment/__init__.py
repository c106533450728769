"""
Repayment: the schedule of a loan, its annual percentage rate and key facts, and the account that payments fold into.

Pure functions over frozen values. Integer paise; dates are arguments; every convention is a field of `Terms`.

    schedule(terms) -> Schedule                         what falls due when
    emi(principal, rate, instalments=…) -> Money        one instalment, exact to its rounding
    indian(…), fineract_progressive(…), frappe(…)       Terms from a preset; any field may be set beside it
"""

from los_domain.repayment.emi import emi
from los_domain.repayment.impossible import ImpossibleTerms
from los_domain.repayment.model import Instalment, Schedule, Terms
from los_domain.repayment.presets import fineract_progressive, frappe, indian
from los_domain.repayment.schedule import schedule

__all__ = [
    "ImpossibleTerms",
    "Instalment",
    "Schedule",
    "Terms",
    "emi",
    "fineract_progressive",
    "frappe",
    "indian",
    "schedule",
]
