"""
Classification by borrower, and what has to be set aside.

One non-performing loan makes all loans of its borrower with the same lender non-performing, and none of them is standard again before
the arrears of all are paid. An account learns of the others by a CLASSIFICATION transaction; `marks` says which to enter.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from los_domain.repayment.account import Account
from los_domain.repayment.dpd import AssetClass, worst
from los_domain.repayment.regulation import Norms, in_force
from los_domain.shared.money import ZERO, Money, Rounding

K = TypeVar("K")


def is_npa(accounts: Iterable[Account]) -> bool:
    """Return whether the borrower of *accounts*, all of one day and one lender, is non-performing at its end."""
    every = list(accounts)
    if any(account.npa_since is not None and not account.borrower_npa for account in every):
        return True
    was = any(account.borrower_npa for account in every)
    return was and any(account.arrears.principal or account.arrears.interest for account in every)


def marks(accounts: Mapping[K, Account]) -> dict[K, bool]:
    """Return, for each account that has to learn it, whether the borrower is non-performing: the `npa` of its CLASSIFICATION."""
    verdict = is_npa(accounts.values())
    return {
        key: verdict
        for key, account in accounts.items()
        if account.borrower_npa is not verdict and account.disbursed_on and not account.is_settled
    }


def asset_class(accounts: Iterable[Account]) -> AssetClass:
    """Return the class of all loans of a borrower: that of the worst."""
    return worst(account.asset_class for account in accounts)


def provision(account: Account, norms: Norms | None = None, *, secured: Money = ZERO) -> Money:
    """
    Return what has to be set aside for *account* on its day; *secured* is the part of it that security covers.

    *norms*: those in force on the day unless given. Interest of a non-performing account waits in suspense and is not in it.
    """
    norms = norms or in_force(account.terms.norms, account.on)
    if account.written_off_on:
        return ZERO
    owed, found = account.outstanding, account.asset_class
    if not found.is_npa:
        return _part(owed.principal + owed.interest, norms.standard)
    if found is AssetClass.SUBSTANDARD:
        return _part(owed.principal, norms.substandard)
    if found is AssetClass.LOSS:
        return _part(owed.principal, norms.loss)
    covered = min(secured, owed.principal)
    part = norms.doubtful_secured[_DOUBTFUL.index(found)]
    return _part(owed.principal - covered, norms.doubtful_unsecured) + _part(covered, part)


_DOUBTFUL = (AssetClass.DOUBTFUL_1, AssetClass.DOUBTFUL_2, AssetClass.DOUBTFUL_3)


def _part(money: Money, of_ten_thousand: int) -> Money:
    return money.times(of_ten_thousand, 10_000, rounding=Rounding.HALF_UP)
