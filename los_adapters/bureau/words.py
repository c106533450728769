"""
What bureaus' words mean, as far as they share them: amounts, dates, kinds of loan, ownership, asset classes, standing.

Every function is total: a word that no table knows gives the unknown value, and the reader lists it in the report's ``unread``.
"""

import re
from datetime import date, datetime
from typing import Any

from los_domain.bureau.model import AccountStatus, AccountType, Ownership
from los_domain.shared.money import ZERO, Money
from los_domain.shared.rates import Quoted

EMPTY = frozenset({"", "null", "none", "na", "n/a", "-"})

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


def text(value: Any) -> str:
    """Return *value* as trimmed text; the words that stand for nothing become empty."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    written = str(value).replace("\u0000", "").strip()
    return "" if written.casefold() in EMPTY else written


def amount(value: Any) -> Money | None:
    """Read rupees: ``25,92,764``, ``67110.0``, ``3500``; with more than two decimals, or no number: None."""
    found = re.fullmatch(r"(-?\d{1,13})(?:\.(\d{1,2})0*)?", text(value).replace(",", ""))
    return Money.parse(f"{found[1]}.{(found[2] or '').ljust(2, '0')}") if found else None


def amount_or_nothing(value: Any) -> Money:
    """Read rupees where an empty field means none."""
    return amount(value) or ZERO


def positive(value: Any) -> Money | None:
    """Read rupees where zero means that nothing was reported."""
    found = amount(value)
    return found if found is not None and found.paise > 0 else None


def whole(value: Any) -> int | None:
    """Read a count."""
    written = text(value)
    return int(written) if written.isascii() and written.isdigit() else None


def percentage(value: Any) -> Quoted | None:
    """Read a rate a year."""
    try:
        return Quoted.parse(text(value))
    except ValueError:
        return None


def day(value: Any, form: str) -> date | None:
    """Read a date written as *form* (``strptime``); anything else is unknown."""
    try:
        return datetime.strptime(text(value), form).date()  # noqa: DTZ007  a calendar date has no zone
    except ValueError:
        return None


def key(value: Any) -> str:
    """Return a word without case, blanks and punctuation, as the tables are written."""
    return re.sub(r"[^a-z0-9]", "", text(value).casefold())


def kind_of(value: Any) -> AccountType | None:
    """Return what kind of loan a text names; None for a text that no table knows."""
    return TYPES.get(key(value))


def is_secured(kind: AccountType, value: Any) -> bool:
    """Return whether a loan of that name usually is."""
    return kind.is_secured or key(value) in SECURED_TEXTS


def masked(value: Any) -> str:
    """Return the only part of an account number that is kept."""
    written = text(value)
    return f"…{written[-4:]}" if written else ""


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
