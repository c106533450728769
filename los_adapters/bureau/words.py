"""
What bureaus' words mean, as far as they share them: kinds of loan, ownership, asset classes, standing.

Every function is total: a word that no table knows gives the unknown value, and the reader lists it in the report's ``unread``.
"""

import re
from typing import Any

from los_adapters.wire import figures
from los_domain.bureau.model import AccountStatus, AccountType, Ownership

ASSET_CLASS_DPD = {"STD": 0, "SMA": 31, "SUB": 91, "DBT": 366, "LSS": 900, "LOS": 900}

TYPES = {
    "housingloan": AccountType.HL,
    "homeloan": AccountType.HL,
    "propertyloan": AccountType.LAP,
    "loanagainstproperty": AccountType.LAP,
    "autoloan": AccountType.AL,
    "autoloanpersonal": AccountType.AL,
    "usedcarloan": AccountType.AL,
    "commercialvehicleloan": AccountType.AL,
    "constructionequipmentloan": AccountType.AL,
    "tractorloan": AccountType.AL,
    "twowheelerloan": AccountType.TW,
    "goldloan": AccountType.GL,
    "prioritysectorgoldloan": AccountType.GL,
    "personalloan": AccountType.PL,
    "shorttermpersonalloan": AccountType.STPL,
    "consumerloan": AccountType.CD,
    "consumerdurableloan": AccountType.CD,
    "creditcard": AccountType.CC,
    "securedcreditcard": AccountType.CC,
    "corporatecreditcard": AccountType.CC,
    "fleetcard": AccountType.CC,
    "businessloan": AccountType.BL,
    "businessloangeneral": AccountType.BL,
    "businessloanunsecured": AccountType.BL,
    "mudraloan": AccountType.BL,
    "educationloan": AccountType.EDU,
    "kisancreditcard": AccountType.KCC,
    "microfinance": AccountType.MFI,
    "microfinancepersonalloan": AccountType.MFI,
    "overdraft": AccountType.OD,
    "loanagainstsharessecurities": AccountType.OTHER,
    "loanagainstbankdeposits": AccountType.OTHER,
    "loantoprofessional": AccountType.BL,
    "leasing": AccountType.OTHER,
    "other": AccountType.OTHER,
}
SECURED_TEXTS = frozenset({"securedcreditcard", "loanagainstsharessecurities", "loanagainstbankdeposits"})

OWNERSHIPS = {
    "individual": Ownership.INDIVIDUAL,
    "primary": Ownership.INDIVIDUAL,
    "joint": Ownership.JOINT,
    "guarantor": Ownership.GUARANTOR,
    "authorizeduser": Ownership.AUTH_USER,
    "authoriseduser": Ownership.AUTH_USER,
    "supplementarycardholder": Ownership.AUTH_USER,
}


def key(value: Any) -> str:
    """Return a word without case, blanks and punctuation, as the tables are written."""
    return re.sub(r"[^a-z0-9]", "", figures.text(value).casefold())


def kind_of(value: Any) -> AccountType | None:
    """Return what kind of loan a text names; None for a text that no table knows."""
    return TYPES.get(key(value))


def is_secured(kind: AccountType, value: Any) -> bool:
    """Return whether a loan of that name usually is."""
    return kind.is_secured or key(value) in SECURED_TEXTS


def standing(
    *, closed: bool, written_off: bool, settled: bool, sold: bool = False, restructured: bool = False
) -> AccountStatus:
    """Return the one status that several signs amount to: the worst goes first."""
    if written_off:
        return AccountStatus.WO_SETTLED if settled else AccountStatus.WRITTEN_OFF
    if settled:
        return AccountStatus.SETTLED
    if sold:
        return AccountStatus.SOLD
    if closed:
        return AccountStatus.CLOSED
    return AccountStatus.RESTRUCTURED if restructured else AccountStatus.ACTIVE
