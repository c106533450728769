"""
Repayment: the schedule of a loan, its annual percentage rate and key facts, and the account that payments fold into.

Pure functions over frozen values. Integer paise; dates are arguments; every convention is a field of `Terms`.

    schedule(terms) -> Schedule                         what falls due when
    emi(principal, rate, instalments=…) -> Money        one instalment, exact to its rounding
    apr(terms, charges) -> Decimal                      the regulator's annual percentage rate, per cent
    quote(terms, charges, …) -> KeyFacts                the key facts statement, with its digest
    fold(terms, transactions, up_to) -> Account         the state of an account on any day
    payoff(account, on) -> PayoffQuote                  what closes it on a day
    indian(…), fineract_progressive(…), frappe(…)       Terms from a preset; any field may be set beside it
"""

from los_domain.repayment.account import Account, advance, at, fold
from los_domain.repayment.apr import apr
from los_domain.repayment.emi import emi
from los_domain.repayment.impossible import ImpossibleTerms
from los_domain.repayment.key_facts import KeyFacts, UpfrontCharge, quote
from los_domain.repayment.model import Instalment, Schedule, Terms
from los_domain.repayment.payoff import PayoffQuote, payoff
from los_domain.repayment.presets import fineract_progressive, frappe, indian
from los_domain.repayment.schedule import schedule
from los_domain.repayment.servicing import AccountTerms
from los_domain.repayment.transactions import ImpossibleTransaction, Transaction, TransactionKind

__all__ = [
    "Account",
    "AccountTerms",
    "ImpossibleTerms",
    "ImpossibleTransaction",
    "Instalment",
    "KeyFacts",
    "PayoffQuote",
    "Schedule",
    "Terms",
    "Transaction",
    "TransactionKind",
    "UpfrontCharge",
    "advance",
    "apr",
    "at",
    "emi",
    "fineract_progressive",
    "fold",
    "frappe",
    "indian",
    "payoff",
    "quote",
    "schedule",
]
