"""
The ledger: what an account's transactions post, in balanced entries that are only ever added to.

    post(before, after, transaction, booked_on=…)       the journals between two states of an account
    book(terms, transactions, up_to, booked_on=…)       all journals of an account, from its beginning
    rebook(booked, wanted, booked_on=…)                 what makes the booked ones into the wanted ones: reversals and new ones
    trial_balance(journals, …)                          the balances of all accounts, which add up to nothing
"""

from los_domain.ledger.model import Cause, Entry, Journal, LedgerAccount, Line, Ref, TrialBalance
from los_domain.ledger.policy import accrual, balance, book, post, rebook, trial_balance, unmatched

__all__ = [
    "Cause",
    "Entry",
    "Journal",
    "LedgerAccount",
    "Line",
    "Ref",
    "TrialBalance",
    "accrual",
    "balance",
    "book",
    "post",
    "rebook",
    "trial_balance",
    "unmatched",
]
