"""
Employment by provident fund. A person with an employer has one UAN, one job that goes on, and one before it; dates are
counted back from the sandbox's day.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from los_http.sandbox.bureau_data import moved
from los_http.sandbox.shape import Field, needed, optional, text, whole
from los_http.sandbox.vendor import Answer, Desk, Handler, Person, Request
from los_http.sandbox.vendors.digitap import wire

UAN: Mapping[str, Field] = {
    "client_ref_num": needed(wire.CLIENT_REF),
    "pan": optional(wire.PAN),
    "mobile": optional(wire.MOBILE),
    "uan": optional(text(pattern="[0-9]{12}")),
    "dob": optional(text(pattern=r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")),
    "employee_name": optional(text(least=1, most=120)),
    "employer_name": optional(text(least=1, most=200)),
    "name_match_method": optional(text(one_of=("fuzzy", "exact"))),
    "run_alternate_pan_flow": optional(whole(least=0, most=1)),
}
EARLIER_MONTHS = 26
EARLIER_EMPLOYER = "FORMER WORKS PRIVATE LIMITED"


def _checked(said: Mapping[str, Any]) -> None:
    """Raise `wire.Refusal` unless exactly one way of looking somebody up is taken."""
    if "uan" in said and any(name in said for name in ("pan", "mobile", "dob", "employee_name")):
        raise wire.Refusal(400, "Bad Request: uan cannot be combined with other identifiers")
    if not any(name in said for name in ("uan", "pan", "mobile")):
        raise wire.Refusal(400, "Bad Request: one of pan, mobile, uan is required")
    if "dob" in said and "employee_name" not in said:
        raise wire.Refusal(400, "Bad Request: employee_name is required with dob")
    if "employer_name" in said and "employee_name" not in said:
        raise wire.Refusal(400, "Bad Request: employee_name is required with employer_name")
    if said.get("run_alternate_pan_flow"):
        raise wire.Refusal(400, "Bad Request: run_alternate_pan_flow is not enabled")


def look_up(version: int, *, advanced: bool = False) -> Handler:
    """Return the handler of one version: the third shows the last job only, the fourth all, its advanced form the filings."""

    def handle(desk: Desk, request: Request) -> Answer:
        said = wire.body_of(request, UAN)
        _checked(said)
        person = desk.person(pan=said.get("pan", ""), phone=said.get("mobile", ""), uan=said.get("uan", ""))
        born = said.get("dob")
        if person is None or not person.uan or (born and born != person.date_of_birth.isoformat()):
            return wire.nobody(desk, said["client_ref_num"])
        given = {name: value for name, value in said.items() if name != "client_ref_num"}
        result = _result(desk.today(), person, said, version, advanced)
        return wire.found(desk, said["client_ref_num"], result, input_data=given)

    return handle


def _stints(today: date, person: Person) -> list[dict[str, Any]]:
    """Return jobs, the present one first."""
    joined = moved(today, -person.months_employed)
    left = moved(joined, -1)
    number = person.uan[-7:]
    present = {
        "establishment_name": person.employer,
        "establishment_id": f"SBXBN{number}000",
        "member_id": f"SBXBN{number}0000000101",
        "date_of_joining": joined.isoformat(),
        "date_of_exit": "",
        "leave_reason": "",
        "employment_period_in_months": person.months_employed,
    }
    earlier = {
        "establishment_name": EARLIER_EMPLOYER,
        "establishment_id": "SBXBN0000007000",
        "member_id": f"SBXBN0000007000{number}",
        "date_of_joining": moved(left, -EARLIER_MONTHS).isoformat(),
        "date_of_exit": left.isoformat(),
        "leave_reason": "CESSATION (SHORT SERVICE)",
        "employment_period_in_months": EARLIER_MONTHS,
    }
    return [present, earlier]


def _result(today: date, person: Person, said: Mapping[str, Any], version: int, advanced: bool) -> dict[str, Any]:
    stints = _stints(today, person)
    recent = {name: value for name, value in stints[0].items() if name != "employment_period_in_months"}
    recent["employer_confidence_score"] = _likeness(said.get("employer_name", ""), person.employer)
    summary: dict[str, Any] = {
        "is_employed": True,
        "employee_name_match": wire.name_score(said.get("employee_name", ""), person.name) >= 70,
        "employer_name_match": (recent["employer_confidence_score"] or 0) >= 70,
        "uan_count": 1,
        "date_of_exit_marked": False,
    }
    details: dict[str, Any] = {
        "basic_details": {
            "name": person.name.upper(),
            "gender": person.gender.upper(),
            "date_of_birth": person.date_of_birth.isoformat(),
            "mobile": person.phone,
            "aadhaar_verification_status": 1,
            "employee_confidence_score": _likeness(said.get("employee_name", ""), person.name),
        },
        "employment_details": {name: value for name, value in recent.items() if name != "employer_confidence_score"},
    }
    result: dict[str, Any] = {"uan": [person.uan], "uan_source": [{"uan": person.uan, "source": _source(said)}]}
    if version == 3:
        summary["recent_employer_data"] = recent | {"matching_uan": person.uan}
    else:
        summary |= {"recent_employer_data": recent, "matching_uan": person.uan}
        details["employment_history"] = stints
        result["partial_output"] = False
    if advanced:
        details["epfo_details"] = _filings(today, stints[0])
    return {**result, "summary": summary, "uan_details": {person.uan: details}, "name_dob_filtering_score": None}


def _likeness(given: str, known: str) -> int | None:
    return wire.name_score(given, known) if given else None


def _source(said: Mapping[str, Any]) -> str:
    return " and ".join(name for name in ("pan", "mobile", "uan") if name in said)


def _filings(today: date, stint: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the employer paid in for the last three months; the field names are *inferred*."""
    months = [moved(today, -back) for back in range(1, 4)]
    return {
        "establishment_id": stint["establishment_id"],
        "has_pf_filing_details": True,
        "pf_filing_details": [{"wage_month": month.strftime("%Y-%m"), "employee_name_found": True} for month in months],
    }
