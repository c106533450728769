"""
Answers to questions about loans, each from its words alone: `{"id", "kind", "input", "ask"}` to figures, rows or an error.

Words are mapped, the engine is called, its figures are written down; nothing is computed here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from los_cli.math_replay import replay, unpaid
from los_cli.math_terms import Words, known, money, terms_of
from los_domain.repayment import Schedule, emi, schedule, tvm
from los_domain.repayment.apr import apr_of_equal_instalments, illustrate
from los_domain.repayment.emi import total_interest
from los_domain.shared.errors import LosError
from los_domain.shared.money import Rounding
from los_domain.shared.rates import Rate

Answer = Mapping[str, Any]

SCHEDULES = {"schedule", "bullet", "multi_disbursement_schedule", "rate_change", "interest_pause", "due_date_shift"}
# frappe writes its monthly loans in "months" and rounds every instalment up; the published tables round to the nearest rupee
EMI_ROUNDING = {"monthly": Rounding.HALF_UP, "months": Rounding.CEILING}
AT_START = {"end": False, "begin": True}


def answer(question: Words) -> Answer:
    """Return the answer to one question, ``{"error": why}`` where its terms cannot be met or its words are not understood."""
    try:
        return _answer(question["kind"], question["input"], question.get("ask", ()))
    except LosError as error:
        return {"error": str(error)}
    except (ValueError, ArithmeticError) as error:
        return {"error": str(error) or type(error).__name__}
    except KeyError as missing:
        return {"error": f"{missing.args[0]}: is missing"}


def _answer(kind: str, given: Words, ask: Sequence[Any]) -> Answer:
    if "loan" in given and "events" in given:
        return replay(given, ask)
    if kind in SCHEDULES:
        return shown(unpaid(given).as_schedule() if "as_of" in given else schedule(terms_of(given)))
    return known(FIGURES, kind, "kind")(given, ask)


def shown(made: Schedule) -> Answer:
    """Return a schedule as rows and totals, amounts in rupees."""
    return {
        "rows": [
            {
                "number": row.number,
                "due_date": str(row.due_on),
                "days": row.days,
                "principal": str(row.principal),
                "interest": str(row.interest),
                "fees": "0.00",
                "penalties": "0.00",
                "due": str(row.due),
                "balance_after": str(row.balance_after),
            }
            for row in made
        ],
        "totals": {
            "principal": str(made.total_principal),
            "interest": str(made.total_interest),
            "fees": "0.00",
            "penalties": "0.00",
            "due": str(made.total_due),
        },
    }


def _emi(given: Words, _ask: Sequence[Any]) -> Answer:
    principal, rate = money(given["principal"]), Rate.yearly(given["annual_rate_percent"])
    number = given["number_of_instalments"]
    rounding = known(EMI_ROUNDING, given["frequency"], "frequency")
    return {
        "emi": str(emi(principal, rate, instalments=number, rounding=rounding)),
        "emi_unrounded": str(emi(principal, rate, instalments=number, multiple=1)),
        "total_interest": str(total_interest(principal, rate, instalments=number)),
    }


def _apr(given: Words, _ask: Sequence[Any]) -> Answer:
    if "instalment" in given:
        return _apr_of_instalments(given)
    known({"monthly": None}, given["frequency"], "frequency")
    if given["annual_rate_percent"] is None:
        raise ValueError("annual_rate_percent: is missing")
    # the regulator's sheet nets the charges and measures the exact instalment; a lender's statement lists them by name and prints
    # what it collects: the rounded instalment, and the charges within the total
    is_statement = "fees" in given
    charges = [money(each["amount"]) for each in given.get("fees", ())]
    charges += [
        money(given[name]) for name in ("fees_payable_to_lender", "fees_payable_to_third_party") if name in given
    ]
    sheet = illustrate(
        money(given["sanctioned_amount"]),
        Rate.yearly(given["annual_rate_percent"]),
        given["number_of_instalments"],
        charges,
        is_on_rounded_epi=is_statement,
        are_charges_counted=is_statement and not given.get("fees_deducted_at_disbursement", False),
    )
    return {
        "epi": str(sheet.epi),
        "epi_disclosed": str(sheet.epi),
        "epi_unrounded": str(sheet.epi_unrounded),
        "net_disbursed_amount": str(sheet.net_disbursed),
        "total_interest": str(sheet.total_interest),
        "total_payable": str(sheet.total_payable),
        "sum_of_disclosed_instalments": str(sheet.sum_of_instalments),
        "apr_percent": str(sheet.apr),
    }


def _apr_of_instalments(given: Words) -> Answer:
    percent = apr_of_equal_instalments(
        money(given["net_disbursed_amount"]),
        (money(given["instalment"]).paise, 1),
        given["number_of_instalments"],
        periods_a_year=given["periods_per_year"],
        whole_before_first=given.get("whole_periods_before_first_instalment", 1),
        part_before_first=Decimal(given.get("fraction_of_period_before_first_instalment", "0")).as_integer_ratio(),
    )
    return {"apr_percent": str(percent)}


def _pmt(given: Words, _ask: Sequence[Any]) -> Answer:
    return {"payment": str(tvm.pmt(_rate(given), given["periods"], *_values(given), at_start=_at_start(given)))}


def _ipmt(given: Words, _ask: Sequence[Any]) -> Answer:
    part = tvm.ipmt(_rate(given), given["period"], given["periods"], *_values(given), at_start=_at_start(given))
    return {"interest_part": str(part)}


def _ppmt(given: Words, _ask: Sequence[Any]) -> Answer:
    part = tvm.ppmt(_rate(given), given["period"], given["periods"], *_values(given), at_start=_at_start(given))
    return {"principal_part": str(part)}


def _nper(given: Words, ask: Sequence[Any]) -> Answer:
    found = tvm.nper(_rate(given), Decimal(given["payment"]), *_values(given), at_start=_at_start(given))
    return {name: str(found) for name in (ask or ("periods",))}


def _rate_of(given: Words, _ask: Sequence[Any]) -> Answer:
    payment = Decimal(given["payment"])
    return {"rate_per_period": str(tvm.rate(given["periods"], payment, *_values(given), at_start=_at_start(given)))}


def _irr(given: Words, _ask: Sequence[Any]) -> Answer:
    return {"irr": str(tvm.irr([Decimal(amount) for amount in given["cashflows"]]))}


def _xirr(given: Words, _ask: Sequence[Any]) -> Answer:
    flows = [(date.fromisoformat(each["date"]), Decimal(each["amount"])) for each in given["cashflows"]]
    found = tvm.xirr(flows)
    return {"xirr": str(found), "percent": str(found.scaleb(2))}


def _rate(given: Words) -> Decimal:
    return tvm.ratio(given["rate_per_period"])


def _values(given: Words) -> tuple[Decimal, Decimal]:
    return Decimal(given.get("present_value", "0")), Decimal(given.get("future_value", "0"))


def _at_start(given: Words) -> bool:
    return known(AT_START, given.get("when", "end"), "when")


FIGURES: Mapping[str, Callable[[Words, Sequence[Any]], Answer]] = {
    "emi": _emi,
    "apr": _apr,
    "pmt": _pmt,
    "ipmt": _ipmt,
    "ppmt": _ppmt,
    "nper": _nper,
    "rate": _rate_of,
    "irr": _irr,
    "xirr": _xirr,
}
