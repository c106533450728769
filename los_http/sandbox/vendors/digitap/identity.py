"""Digitap's look-ups of who somebody is: PAN, phone, and the likeness of two names."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from los_http.sandbox.people import STATE_NAMES
from los_http.sandbox.shape import Field, needed, optional, text, whole
from los_http.sandbox.vendor import Answer, Desk, Person, Request
from los_http.sandbox.vendors.digitap import wire

PAN_PLUS: Mapping[str, Field] = {"client_ref_num": needed(wire.LONG_CLIENT_REF), "pan": needed(wire.PAN)}
PAN_BASIC: Mapping[str, Field] = {
    "client_ref_num": needed(wire.CLIENT_REF),
    "pan": needed(wire.PAN),
    "name": optional(text(least=1, most=85)),
    "name_match_method": optional(text(one_of=wire.MATCH_METHODS)),
}
PAN_BASIC_2: Mapping[str, Field] = {
    "client_ref_num": needed(wire.CLIENT_REF),
    "pan": needed(wire.PAN),
    "name": needed(text(least=1, most=85)),
    "dob": needed(text(pattern=r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(19|20)\d\d")),
}
PREFILL: Mapping[str, Field] = {
    "client_ref_num": needed(wire.CLIENT_REF),
    "mobile_no": needed(wire.MOBILE),
    "name_lookup": needed(whole(least=0, most=1)),
}
NAME_MATCH: Mapping[str, Field] = {
    "input_name": needed(text(least=1, most=120)),
    "name_to_match": needed(text(least=1, most=120)),
    "clientRefId": needed(wire.CLIENT_REF),
}
PASSING_SCORE = 70


def _slashes(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _allotted(person: Person) -> date:
    return person.date_of_birth.replace(year=person.date_of_birth.year + 19, day=min(28, person.date_of_birth.day))


def pan_details_plus(desk: Desk, request: Request) -> Answer:
    """Everything the register has on a PAN."""
    said = wire.body_of(request, PAN_PLUS)
    person = desk.person(pan=said["pan"])
    if person is None:
        return wire.nobody(desk, said["client_ref_num"])
    result = {
        "pan": person.pan,
        "pan_type": "Individual",
        "fullname": person.name.upper(),
        "first_name": person.first_name.upper(),
        "middle_name": "",
        "last_name": person.last_name.upper(),
        "gender": person.gender.lower(),
        "aadhaar_number": wire.masked_aadhaar(person),
        "aadhaar_linked": True,
        "dob": _slashes(person.date_of_birth),
        "address": {
            "building_name": "",
            "locality": "",
            "street_name": person.address_line.upper(),
            "pincode": person.pin,
            "city": person.city.upper(),
            "state": STATE_NAMES[person.state].upper(),
            "country": "INDIA",
        },
        "mobile": person.phone,
        "email": person.email,
        "signatory_details": {},
        "is_sole_proprietor": "N",
        "is_director": "N",
        "is_salaried": "Y" if person.employer else "N",
        "pan_status": "Active and operative",
        "pan_allotment_date": _slashes(_allotted(person)),
    }
    return wire.found(desk, said["client_ref_num"], result)


def pan_basic(desk: Desk, request: Request) -> Answer:
    """Whether a PAN is valid, and how alike its name is to a given one."""
    said = wire.body_of(request, PAN_BASIC)
    person = desk.person(pan=said["pan"])
    if person is None:
        return wire.nobody(desk, said["client_ref_num"])
    result: dict[str, Any] = {
        "pan": person.pan,
        "status": "Active",
        "name": person.name.upper(),
        "pan_display_name": person.name.upper(),
        "seeding_status": "Y",
    }
    if "name" in said:
        exact = said["name"].upper() == person.name.upper()
        score = wire.name_score(said["name"], person.name)
        matches = exact if said.get("name_match_method") == "exact" else score >= PASSING_SCORE
        result |= {"name_validated": True, "name_match": matches, "name_match_score": score}
    return wire.found(desk, said["client_ref_num"], result)


def pan_basic_2(desk: Desk, request: Request) -> Answer:
    """Whether PAN, name and day of birth belong together."""
    said = wire.body_of(request, PAN_BASIC_2)
    person = desk.person(pan=said["pan"])
    if person is None:
        return wire.nobody(desk, said["client_ref_num"])
    result = {
        "pan": person.pan,
        "status": "Existing and valid",
        "status_code": "E",
        "name": "Y" if wire.name_score(said["name"], person.name) >= PASSING_SCORE else "N",
        "dob": "Y" if said["dob"] == _slashes(person.date_of_birth) else "N",
        "seeding_status": "Y",
    }
    return wire.found(desk, said["client_ref_num"], result)


def mobile_prefill(desk: Desk, request: Request) -> Answer:
    """Who has a phone."""
    said = wire.body_of(request, PREFILL)
    person = desk.person(phone=said["mobile_no"])
    if person is None:
        return wire.nobody(desk, said["client_ref_num"])
    result = {
        "name": person.name.upper(),
        "dob": person.date_of_birth.strftime("%d-%m-%Y"),
        "gender": person.gender.lower(),
        "pan": person.pan,
        "email": person.email,
        "address": [
            {
                "first_line_of_address": person.address_line.upper(),
                "second_line_of_address": "",
                "third_line_of_address": "",
                "city": person.city.upper(),
                "state": STATE_NAMES[person.state].upper(),
                "postal_code": person.pin,
                "country_code": "IB",
            }
        ],
        "official_documents": [{"document": "PAN", "document_id": person.pan}],
        "score": 100,
    }
    return wire.found(desk, said["client_ref_num"], result)


def name_match(desk: Desk, request: Request) -> Answer:
    """How alike two names are, in percent."""
    said = wire.body_of(request, NAME_MATCH)
    score = wire.name_score(said["input_name"], said["name_to_match"])
    return wire.model(
        {"clientRefId": said["clientRefId"], "matchingScore": score, "isNameMatch": score >= PASSING_SCORE}
    )
