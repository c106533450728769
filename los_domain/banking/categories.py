"""
What a line of a statement is, read from its narration by our own tables so that all vendors' statements agree.

Narrations are upper-case abbreviations without any standard; the tables hold the words that banks and payment systems in India
use. Where the narration says nothing, the vendor's own category speaks; where neither does, the line is OTHER. Order matters: a
returned instalment names the instalment too, so returns come first.
"""

import re
from collections.abc import Mapping
from enum import Enum

from los_domain.banking.model import Sign, Transaction


class Category(Enum):
    """What a line means to an underwriter."""

    SALARY = "salary"
    GIG = "gig payout"
    LOAN_CREDIT = "loan received"
    CASH_DEPOSIT = "cash paid in"
    RETURNED = "instalment returned unpaid"  # a credit: the money comes back
    REFUND = "refund or reversal"
    EMI = "instalment"
    RETURN_CHARGE = "charge for a return"
    INVESTMENT = "investment or insurance"
    CARD_BILL = "card bill"
    OTHER = "other"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![A-Z]){word}(?![A-Z])" for word in words))


_MANDATE = _any("ACH", "NACH", "ECS", "EMI", "SI", "STANDING INSTRUCTION", "MANDATE", "CHQ", "CHEQUE", "CLG", "LOAN")
_RETURN = _any(
    "RTN", "RET", "RETURN", "RETURNED", "BOUNCE", "BOUNCED", "DISHONOU?R(?:ED)?", "INSUFFICIENT FUNDS?", "UNPAID"
)
_CHARGE = _any("CHG", "CHGS", "CHRG", "CHRGS", "CHARGES?", "PENAL", "PENALTY", "FEES?", "GST")
_REFUND = _any("REFUND", "REVERSAL", "REV", "CASHBACK", "CHARGEBACK")
_SALARY = _any("SALARY", "SAL", "SALARIES", "PAYROLL", "WAGES?", "STIPEND")
_LOAN = _any("LOAN DISB(?:URSAL|URSED|URSEMENT|)", "LOAN", "DISB", "DISBURSAL", "DISBURSEMENT", "DISBURSED")
_GIG = _any("PAYOUTS?", "PARTNER", "RIDER", "DRIVER", "DELIVERY PARTNER", "EARNINGS", "INCENTIVES?")
_CASH = _any("CASH DEP(?:OSIT)?", "BY CASH", "CDM", "CASH", "BNA")
_INVESTMENT = _any("SIP", "MF", "MUTUAL FUNDS?", "INSURANCE", "LIC", "PREMIUM", "NPS", "PPF", "RD", "RECURRING DEPOSIT")
_BILL = _any("ELECTRICITY", "BROADBAND", "RENT", "RECHARGE", "SUBSCRIPTION", "SCHOOL", "BILLPAY")
_CARD = _any("CC BILLPAY", "CREDIT CARD", "CC PAYMENT", "CARD BILL", "CRED CLUB")
_DIRECT_DEBIT = _any("ACH D", "ACH DR", "ACH DEBIT", "NACH", "ECS", "EMI", "LOAN EMI", "LOAN REPAY(?:MENT)?", "LOAN")

AS_REPORTED: Mapping[tuple[Sign, str], Category] = {
    (Sign.CREDIT, "salary"): Category.SALARY,
    (Sign.CREDIT, "gig payout"): Category.GIG,
    (Sign.CREDIT, "loan disbursed"): Category.LOAN_CREDIT,
    (Sign.CREDIT, "loan"): Category.LOAN_CREDIT,
    (Sign.CREDIT, "inward bounce"): Category.RETURNED,
    (Sign.CREDIT, "cash deposit"): Category.CASH_DEPOSIT,
    (Sign.CREDIT, "refund"): Category.REFUND,
    (Sign.CREDIT, "reversal"): Category.REFUND,
    (Sign.DEBIT, "emi payment"): Category.EMI,
    (Sign.DEBIT, "loan"): Category.EMI,
    (Sign.DEBIT, "bounce charge"): Category.RETURN_CHARGE,
    (Sign.DEBIT, "investment"): Category.INVESTMENT,
    (Sign.DEBIT, "credit card bill"): Category.CARD_BILL,
}


def category_of(line: Transaction) -> Category:
    """Return what *line* is; OTHER where neither narration nor vendor tells."""
    said = re.sub(r"[^A-Z0-9]+", " ", line.narration.upper()).strip()
    found = _credit(said, line.channel) if line.sign is Sign.CREDIT else _debit(said)
    if found is Category.OTHER:
        return AS_REPORTED.get((line.sign, line.category.strip().casefold()), Category.OTHER)
    return found


def _credit(said: str, channel: str) -> Category:
    if _RETURN.search(said) and _MANDATE.search(said):
        return Category.RETURNED
    if _REFUND.search(said):
        return Category.REFUND
    if _LOAN.search(said):
        return Category.LOAN_CREDIT
    if _SALARY.search(said):
        return Category.SALARY
    if _GIG.search(said):
        return Category.GIG
    if _CASH.search(said) or channel.strip().casefold() == "cash":
        return Category.CASH_DEPOSIT
    return Category.OTHER


def _debit(said: str) -> Category:
    if _RETURN.search(said) and _CHARGE.search(said):
        return Category.RETURN_CHARGE
    if _CARD.search(said):
        return Category.CARD_BILL
    if _INVESTMENT.search(said):
        return Category.INVESTMENT
    if _BILL.search(said):
        return Category.OTHER
    return Category.EMI if _DIRECT_DEBIT.search(said) else Category.OTHER
