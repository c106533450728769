"""
How words become terms: a loan as reference cases and other systems describe it, read into `Terms`.

Words only: every figure is parsed, none is computed. An unknown word is an error, never a default.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from los_domain.repayment import Terms
from los_domain.repayment.conventions import (
    DayCount,
    Disbursement,
    DueDateShift,
    Every,
    InterestPause,
    LeapRule,
    Method,
    MonthDays,
    MonthEnd,
    RateChange,
    Rests,
    Unit,
    YearDays,
)
from los_domain.shared.money import Money, Rounding
from los_domain.shared.rates import Per, Quoted, Rate

Words = Mapping[str, Any]
T = TypeVar("T")

METHODS = {"annuity_nominal": Method.ANNUITY, "rate_factor": Method.RATE_FACTOR, "flat": Method.FLAT}
SPREADS = {"equal_installments": None, "equal_principal": Method.EQUAL_PRINCIPAL}
RESTS = {"daily": Rests.DAILY, "same_as_repayment_period": Rests.PERIOD}
YEARS = {"360": YearDays.D360, "364": YearDays.D364, "365": YearDays.D365, "actual": YearDays.ACTUAL}
MONTHS = {"30": MonthDays.THIRTY, "actual": MonthDays.ACTUAL}
UNITS = {"days": Unit.DAY, "weeks": Unit.WEEK, "months": Unit.MONTH}
PER = {"year": Per.YEAR, "month": Per.MONTH, "whole_term": Per.WHOLE_TERM}
ROUNDINGS = {
    "half_even": Rounding.HALF_EVEN,
    "half_up": Rounding.HALF_UP,
    "half_down": Rounding.HALF_DOWN,
    "up": Rounding.UP,
    "down": Rounding.DOWN,
    "ceiling": Rounding.CEILING,
    "floor": Rounding.FLOOR,
}
LEAP_RULES = {
    "split_at_31_december": LeapRule.SPLIT_31_DECEMBER,
    "split_at_1_january": LeapRule.SPLIT_1_JANUARY,
    "366_only_for_a_period_containing_29_feb": LeapRule.FEBRUARY_29,
    "year_of_start": LeapRule.YEAR_OF_START,
}
MONTH_ENDS = {
    "clamp_to_last_day_of_month": MonthEnd.CLAMP,
    "roll_to_first_day_of_next_month": MonthEnd.ROLL,
}


def terms_of(loan: Words, disbursements: Sequence[Words] = ()) -> Terms:
    """
    Return the terms that *loan* describes; *disbursements* where it does not hold them itself.

    Raises ImpossibleTerms for terms that cannot be met, ValueError for words that are not understood.
    """
    method = _method(loan)
    periods = [date.fromisoformat(day) for day in loan.get("period_dates", ())]
    down = loan.get("down_payment")
    return Terms(
        disbursements=tuple(
            Disbursement(date.fromisoformat(each["date"]), money(each["amount"]))
            for each in (loan.get("disbursements") or disbursements)
        ),
        rate=_rate(loan),
        instalments=loan["number_of_repayments"],
        every=Every(loan["repay_every"], known(UNITS, loan["repay_unit"], "repay_unit")),
        counted_from=periods[0] if periods else None,
        due_dates=tuple(periods[1:]),
        month_end=known(MONTH_ENDS, loan.get("month_end_rule", "clamp_to_last_day_of_month"), "month_end_rule"),
        last_due_on=_day(loan.get("final_due_date_forced_to")),
        due_date_shifts=tuple(
            DueDateShift(date.fromisoformat(each["from_due_date"]), date.fromisoformat(each["to_due_date"]))
            for each in loan.get("due_date_shifts", ())
        ),
        method=method,
        rests=known(RESTS, loan["interest_calculation"], "interest_calculation")
        if method is not Method.FLAT
        else Rests.PERIOD,
        day_count=_day_count(loan, method),
        interest_rounding=known(ROUNDINGS, loan.get("rounding", "half_even"), "rounding"),
        tuned=method is Method.RATE_FACTOR,
        principal_grace=loan.get("grace_on_principal_periods", 0),
        interest_grace=loan.get("grace_on_interest_payment_periods", 0),
        pauses=tuple(
            InterestPause(
                date.fromisoformat(each["from_first_interest_free_day"]),
                date.fromisoformat(each["to_last_interest_free_day"]),
            )
            for each in loan.get("interest_pauses", ())
        ),
        rate_changes=tuple(
            RateChange(date.fromisoformat(each["effective_first_day"]), Rate.yearly(each["annual_rate_percent"]))
            for each in loan.get("rate_changes", ())
        ),
        down_payment=Quoted.parse(down["percent_of_disbursement"]) if down else None,
        **_instalment_rounding(loan),
    )


def money(text: str) -> Money:
    """Read rupees written with no, one or two decimal places."""
    whole, _, places = text.partition(".")
    return Money.parse(f"{whole}.{places:0<2}")


def known(table: Mapping[str, T], word: object, field: str) -> T:
    """Return what *word* stands for. Raises ValueError naming *field* and the words that are understood."""
    try:
        return table[str(word)]
    except KeyError:
        raise ValueError(f"{field}: {word!r} is not understood; one of {', '.join(table)} is") from None


def _method(loan: Words) -> Method:
    """Flat interest looks at no balance: where it is asked for by days on the balance, the balance wins."""
    method = known(METHODS, loan["emi_method"], "emi_method")
    if method is Method.FLAT and loan["interest_calculation"] == "daily":
        return Method.RATE_FACTOR
    spread = known(SPREADS, loan.get("amortization", "equal_installments"), "amortization")
    return method if method is Method.FLAT else spread or method


def _rate(loan: Words) -> Rate:
    if "rate_percent" in loan:
        return Rate(Quoted.parse(loan["rate_percent"]), known(PER, loan["rate_quoted_per"], "rate_quoted_per"))
    return Rate.yearly(loan["annual_rate_percent"])


def _day_count(loan: Words, method: Method) -> DayCount:
    year = known(YEARS, loan["days_in_year"], "days_in_year")
    if year is YearDays.ACTUAL and loan["emi_method"] != "rate_factor" and method is not Method.RATE_FACTOR:
        year = YearDays.D365  # the cumulative engine's "actual" year has 365 days, leap or not
    return DayCount(
        year,
        known(MONTHS, loan["days_in_month"], "days_in_month"),
        known(LEAP_RULES, loan.get("leap_year_rule", "split_at_31_december"), "leap_year_rule"),
    )


def _instalment_rounding(loan: Words) -> dict[str, Any]:
    """Half-even to the paisa, then to the nearest multiple of rupees where there is one."""
    rounding = known(ROUNDINGS, loan.get("rounding", "half_even"), "rounding")
    multiple = loan.get("installment_rounded_to_multiple_of")
    if multiple is None:
        return {"instalment_rounding": rounding, "instalment_multiple": 1}
    return {
        "instalment_paisa_rounding": rounding,
        "instalment_rounding": Rounding.HALF_UP,
        "instalment_multiple": money(multiple).paise,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
