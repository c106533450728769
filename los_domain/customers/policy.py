"""What a customer may change of her details, what an authority's word does to them, and what is made of an employment record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from los_domain.customers.model import (
    Block,
    EmploymentEvidence,
    EmploymentVerdict,
    Occupation,
    Place,
    Profile,
)
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, TooMany

OLDEST_YEARS = 120
WIRE_NAMES: Mapping[str, str] = {
    "first_name": "firstName",
    "last_name": "lastName",
    "date_of_birth": "dateOfBirth",
    "gender": "gender",
    "address": "address",
    "pincode": "pincode",
    "city": "city",
    "state": "state",
}
"""The fields that a customer may state, and their names on the wire."""


@attrs.frozen(repr=False)
class ProfileEdit:
    """What a customer says about herself; None leaves a field as it is."""

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth: date | None = None
    gender: str | None = None
    address: str | None = None
    pincode: str | None = None
    city: str | None = None
    state: str | None = None


def edited(profile: Profile, edit: ProfileEdit, *, place: Place | None, today: date) -> Profile:
    """
    Return *profile* as *edit* asks. *place* is where the pincode of *edit* lies: it fills city and state that are not said.

    Raises Invalid with every field that an authority confirmed and *edit* would change.
    """
    said = {name: value for name in WIRE_NAMES if (value := getattr(edit, name)) is not None}
    if "pincode" in said and place is not None and said["pincode"] != profile.pincode:
        said = {"city": place.city, "state": place.state} | said
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    problems = [
        FieldProblem(WIRE_NAMES[name], "was confirmed by an authority", "ask us if it is wrong there")
        for name, value in said.items()
        if name in profile.confirmed and not _same(value, getattr(profile, name))
    ]
    born = said.get("date_of_birth")
    if isinstance(born, date) and not today.replace(year=today.year - OLDEST_YEARS, day=1) <= born < today:
        problems.append(FieldProblem("dateOfBirth", "is no day of birth", "for example 1988-03-14"))
    if problems:
        raise Invalid(*problems)
    return attrs.evolve(profile, **{name: value for name, value in said.items() if name not in profile.confirmed})


def _same(said: object, known: object) -> bool:
    if isinstance(said, str) and isinstance(known, str):
        return said.casefold() == known.casefold()
    return said == known


def confirmed(profile: Profile, **facts: object) -> Profile:
    """
    Return *profile* with *facts* of an authority in it, which she cannot change any more; empty ones say nothing.

    A name is said whole: who has one word of it at the authority has no last name that she could choose herself.
    """
    told: dict[str, Any] = {name: value for name, value in facts.items() if value not in (None, "")}
    if "first_name" in told:
        told["last_name"] = facts.get("last_name") or ""
    editable = frozenset(told) & frozenset(WIRE_NAMES)
    return attrs.evolve(profile, **told, confirmed=profile.confirmed | editable)


def named(name: str) -> dict[str, str]:
    """Return a name in one piece as first and last name, in reading form: the last word is the last name."""
    words = " ".join(name.split()).title().split(" ")
    return {"first_name": " ".join(words[:-1]) or words[-1], "last_name": words[-1] if len(words) > 1 else ""}


# -- employment --------------------------------------------------------------------------------------------------------

CHECKS_A_DAY = 5
NAME_AGREES_FROM = 65
EMPLOYER_AGREES_FROM = 65
GIVES_UP_AFTER = timedelta(hours=2)
"""How long workers go on asking vendors that do not answer."""


@attrs.frozen
class Shown:
    """What a record shows about one occupation, before it is judged."""

    name_score: int
    employer_score: int
    is_employed: bool
    employer_confirmed: bool | None


def reasons_against(shown: Shown) -> tuple[str, ...]:
    """Return the codes of what does not agree, empty where all does. The vendor's own match of the employer counts as ours does."""
    employer_agrees = shown.employer_confirmed is True or shown.employer_score >= EMPLOYER_AGREES_FROM
    checks = (
        (shown.name_score >= NAME_AGREES_FROM, "NAME_DIFFERS"),
        (shown.is_employed, "NOT_EMPLOYED_NOW"),
        (employer_agrees, "EMPLOYER_DIFFERS"),
    )
    return tuple(code for holds, code in checks if not holds)


_LEGAL_FORMS = frozenset("PVT PRIVATE LTD LIMITED LLP LLC INC CO COMPANY CORP CORPORATION INDIA".split())


def bare_employer(name: str) -> str:
    """Return an employer's name without the words for its legal form, which people leave out: compared like a person's name."""
    words = name.upper().replace(".", " ").replace("(", " ").replace(")", " ").split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or name


def restated(before: Occupation | None, after: Occupation) -> Occupation:
    """Return *after* as what she says now: evidence about the same employer and UAN stays, other evidence is of another job."""
    if before is None:
        return after
    kept = attrs.evolve(after, asked_at=before.asked_at, version=before.version)
    if (before.employer, before.uan) == (after.employer, after.uan):
        return attrs.evolve(kept, verdict=before.verdict, evidence=before.evidence)
    return kept


def checking(occupation: Occupation, *, now: datetime) -> Occupation:
    """Return *occupation* while vendors are asked. Raises TooMany beyond five questions a day."""
    recent = tuple(at for at in occupation.asked_at if at > now - timedelta(hours=24))
    refuse_beyond(recent, CHECKS_A_DAY, now=now)
    return attrs.evolve(occupation, verdict=EmploymentVerdict.CHECKING, asked_at=(*recent, now))


ANSWER_COMES_WITHIN = timedelta(seconds=60)
"""A request that asks has its answer by then; an older question was cut short by a crash, or goes on on a worker."""


def is_being_asked(occupation: Occupation, *, now: datetime) -> bool:
    """Return whether somebody asks right now: nobody else needs to."""
    return (
        occupation.is_being_checked
        and bool(occupation.asked_at)
        and now < max(occupation.asked_at) + ANSWER_COMES_WITHIN
    )


def refuse_beyond(asked_at: Sequence[datetime], most: int, *, now: datetime) -> None:
    """Raise TooMany where a vendor was asked *most* times in the last day already: each question is billed."""
    if len(asked_at) >= most:
        opens = min(asked_at) + timedelta(hours=24) - now
        raise TooMany(
            "this was asked too often today: try again tomorrow",
            retry_after_seconds=max(1, -(-opens // timedelta(seconds=1))),
        )


def found(occupation: Occupation, evidence: EmploymentEvidence) -> Occupation:
    """Return *occupation* judged by *evidence*."""
    verdict = EmploymentVerdict.NOT_CONFIRMED if evidence.reasons else EmploymentVerdict.VERIFIED
    return attrs.evolve(occupation, verdict=verdict, evidence=evidence, uan=occupation.uan or evidence.uan)


def without_record(occupation: Occupation) -> Occupation:
    """Return *occupation* after the provident-fund office knew nobody."""
    return attrs.evolve(occupation, verdict=EmploymentVerdict.NO_RECORD, evidence=None)


def unanswered(occupation: Occupation) -> Occupation:
    """Return *occupation* after nobody answered for too long: what she says stands alone again."""
    return attrs.evolve(occupation, verdict=EmploymentVerdict.STATED)


def is_given_up(occupation: Occupation, *, now: datetime) -> bool:
    """Return whether vendors had time enough to answer."""
    return not occupation.asked_at or max(occupation.asked_at) + GIVES_UP_AFTER <= now


# -- blocklist ---------------------------------------------------------------------------------------------------------


def lifted(block: Block, *, reason: str, at: datetime) -> Block:
    """Return *block* lifted for *reason*. Raises Conflict if it was lifted before, Invalid without a reason."""
    if block.lifted_at is not None:
        raise Conflict("this block was lifted before")
    return attrs.evolve(block, lifted_at=at, lifted_reason=reasoned(reason))


def reasoned(reason: str) -> str:
    """Return a reason as it is kept. Raises Invalid for an empty one: somebody is kept from borrowing by it, or let in again."""
    bare = " ".join(reason.split())
    if not bare:
        raise Invalid(FieldProblem("reason", "is empty", "say why, for whoever reads this next"))
    return bare
