"""Whole sets of conventions under one name: an Indian lender, Fineract's two engines, frappe's lending module."""

from datetime import date
from typing import Any

from los_domain.repayment.conventions import (
    ACTUAL_ACTUAL,
    Disbursement,
    Method,
    Rests,
)
from los_domain.repayment.model import Terms
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Rate


def indian(principal: Money, rate: Rate, instalments: int, disbursed_on: date, **conventions: Any) -> Terms:
    """
    Return the terms of an Indian lender: annuity on R/12, interest to the paisa half-up, instalment to the nearest rupee.

    Broken days actual/365 with the first instalment, due dates clamped from the original day. *conventions* are fields of
    `Terms` that differ. Raises ImpossibleTerms.
    """
    return Terms(
        disbursements=(Disbursement(disbursed_on, principal),), rate=rate, instalments=instalments, **conventions
    )


def fineract_progressive(
    principal: Money, rate: Rate, instalments: int, disbursed_on: date, **conventions: Any
) -> Terms:
    """
    Return terms as Fineract's progressive engine reads them: rate factors, daily interest, half-even to the paisa, tuned.

    Actual/actual, cut at 31 December. *conventions* are fields of `Terms` that differ. Raises ImpossibleTerms.
    """
    chosen: dict[str, Any] = {
        "method": Method.RATE_FACTOR,
        "rests": Rests.DAILY,
        "day_count": ACTUAL_ACTUAL,
        "interest_rounding": Rounding.HALF_EVEN,
        "instalment_rounding": Rounding.HALF_EVEN,
        "instalment_multiple": 1,
        "tuned": True,
    }
    chosen.update(conventions)
    return Terms(disbursements=(Disbursement(disbursed_on, principal),), rate=rate, instalments=instalments, **chosen)


def frappe(principal: Money, rate: Rate, instalments: int, disbursed_on: date, **conventions: Any) -> Terms:
    """
    Return terms as frappe's lending module reads them: annuity on R/12, the instalment rounded up to the rupee.

    *conventions* are fields of `Terms` that differ. Raises ImpossibleTerms.
    """
    chosen: dict[str, Any] = {"instalment_rounding": Rounding.CEILING}
    chosen.update(conventions)
    return Terms(disbursements=(Disbursement(disbursed_on, principal),), rate=rate, instalments=instalments, **chosen)
