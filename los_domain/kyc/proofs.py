"""
How a proof comes about: how often authorities are asked and how long waited for, what of their answers is taken, and how two of them agree.

Pure; the name match itself is in ``policy.py``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from los_domain.brands.config import BrandConfig
from los_domain.kyc.model import (
    AadhaarFact,
    AadhaarRecord,
    AadhaarRequest,
    CheckState,
    Found,
    NameComparison,
    NameVerdict,
    PanCheck,
    PanFact,
    PanRecord,
    PanStatus,
)
from los_domain.kyc.policy import NameBands, match_names
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, TooMany
from los_domain.shared.ids import BrandId, DocumentId


def bands_of(config: BrandConfig) -> NameBands:
    """Return a brand's bounds of the name match; a review bound above the other counts as the other."""
    return NameBands(config.name_match_from, min(config.name_review_from, config.name_match_from))


ASKED_A_DAY = 5
"""Questions about one customer's PAN, and e-KYC requests of hers, in 24 hours: each is billed, or texts somebody."""

ANSWER_COMES_WITHIN = timedelta(seconds=60)
"""A request that asks has its answer by then; an older ASKING was cut short by a crash, and may be asked again."""

GIVES_UP_AFTER = timedelta(hours=2)
"""How long workers go on asking an authority that does not answer."""

SESSION_LIFE = timedelta(minutes=10)
MOST_TRIES = 3


def refuse_beyond(asked_at: Sequence[datetime], *, now: datetime) -> None:
    """Raise TooMany where an authority was asked too often in the last 24 hours."""
    recent = [at for at in asked_at if at > now - timedelta(hours=24)]
    if len(recent) >= ASKED_A_DAY:
        opens = min(recent) + timedelta(hours=24) - now
        raise TooMany(
            "this was asked too often today: try again tomorrow",
            retry_after_seconds=max(1, -(-opens // timedelta(seconds=1))),
        )


# -- PAN ---------------------------------------------------------------------------------------------------------------


def is_open(check: PanCheck, *, now: datetime) -> bool:
    """Return whether somebody is asking, or will ask again: nobody else needs to."""
    if check.state is CheckState.ASKING:
        return now < check.asked_at + ANSWER_COMES_WITHIN
    return check.state is CheckState.PENDING


def waiting(check: PanCheck) -> PanCheck:
    """Return *check* after nobody answered in time."""
    return attrs.evolve(check, state=CheckState.PENDING)


def is_given_up(check: PanCheck, *, now: datetime) -> bool:
    """Return whether authorities had time enough to answer."""
    return check.asked_at + GIVES_UP_AFTER <= now


def given_up(check: PanCheck, *, at: datetime) -> PanCheck:
    """Return *check* after nobody answered for too long."""
    return attrs.evolve(check, state=CheckState.GIVEN_UP, settled_at=at, reason="NO_ANSWER")


def without_record(check: PanCheck, *, at: datetime) -> PanCheck:
    """Return *check* after the authority knew no such PAN."""
    return attrs.evolve(check, state=CheckState.NO_RECORD, settled_at=at, reason="PAN_NOT_FOUND")


def refused(check: PanCheck, *, reason: str, at: datetime) -> PanCheck:
    """Return *check* after a definite no, ours or the authority's."""
    return attrs.evolve(check, state=CheckState.REFUSED, settled_at=at, reason=reason)


def done(check: PanCheck, *, at: datetime) -> PanCheck:
    """Return *check* after the PAN was verified."""
    return attrs.evolve(check, state=CheckState.DONE, settled_at=at)


REASONS = {
    "PAN_NOT_FOUND": "the tax department knows no such PAN: look for a mistyped letter or digit",
    "PAN_INACTIVE": "this PAN is not operative: link it with your Aadhaar at the tax department first",
    "PAN_NOT_A_PERSON": "this PAN is not a person's: use your own",
    "PAN_INVALID": "the tax department does not take this PAN: look for a mistyped letter or digit",
    "PAN_IN_USE": "this PAN belongs to another customer of ours: log in with the phone number you used then",
    "PAN_AT_SISTER_BRAND": "you are a customer of another brand of this lender: go on borrowing there",
    "NO_ANSWER": "the tax department did not answer: try again",
}
"""The words for each code by which a check ends without a PAN."""


def reason_against(record: PanRecord) -> str:
    """Return the code of why *record* cannot be taken, or ''. A status nobody listed is taken: it is shown, and rules may read it."""
    if record.status is PanStatus.INACTIVE:
        return "PAN_INACTIVE"
    return "" if record.is_individual else "PAN_NOT_A_PERSON"


def reason_elsewhere(brands: frozenset[BrandId], here: BrandId, config: BrandConfig) -> str:
    """Return the code of why a customer of other *brands* of the lender is not taken *here*, or ''; only a brand that dedups has one."""
    return "PAN_AT_SISTER_BRAND" if config.enable_central_dedup and brands - {here} else ""


# -- Aadhaar -----------------------------------------------------------------------------------------------------------


def live(request: AadhaarRequest | None, *, now: datetime) -> AadhaarRequest:
    """Return *request* if a password may still be submitted. Raises Invalid otherwise."""
    if (
        request is None
        or request.session is None
        or request.closed_at is not None
        or now >= request.opened_at + SESSION_LIFE
        or request.tries >= MOST_TRIES
    ):
        raise no_live_request()
    return request


def no_live_request() -> Invalid:
    """Return the answer to a password for which no request is open."""
    return Invalid(FieldProblem("otp", "has expired or was tried too often", "ask for a new Aadhaar OTP"))


def closed(request: AadhaarRequest, *, at: datetime) -> AadhaarRequest:
    """Return *request* after its end, without what could be sent to the vendor again."""
    return attrs.evolve(request, session=None, closed_at=at)


def after_try(request: AadhaarRequest, *, at: datetime) -> AadhaarRequest:
    """Return *request* after one more password that opened nothing; the third ends it."""
    tried = attrs.evolve(request, tries=request.tries + 1)
    return closed(tried, at=at) if tried.tries >= MOST_TRIES else tried


def compared(left: str, right: str, bands: NameBands) -> NameComparison:
    """Return how far two names agree under a brand's bounds."""
    match = match_names(left, right)
    return NameComparison(match.score, bands.verdict(match.score), match.explanation)


def agreeing(
    record: AadhaarRecord, pan: PanFact, *, found: Found, photo: DocumentId | None, bands: NameBands
) -> AadhaarFact:
    """Return the fact that *record* proves, and how it agrees with the customer's PAN. The photo's bytes stay out of it."""
    register = pan.record
    return AadhaarFact(
        found=found,
        record=attrs.evolve(record, photo=None),
        names=compared(register.name, record.name, bands),
        birth_agrees=None if register.date_of_birth is None else register.date_of_birth == record.date_of_birth,
        number_agrees=register.masked_aadhaar == record.masked_number if register.masked_aadhaar else None,
        photo=photo,
    )


STAFF = "STAFF"
"""Source of a fact that a person of the lender decided."""


def names_accepted(fact: AadhaarFact, *, at: datetime) -> AadhaarFact:
    """Return *fact* after a person took both names for one person's. Raises Conflict where they match already."""
    if fact.names.verdict is NameVerdict.MATCH:
        raise Conflict("the names of PAN and Aadhaar match: nobody has to decide")
    return attrs.evolve(
        fact,
        found=Found(STAFF, at, fact.found.attempt),
        names=attrs.evolve(fact.names, verdict=NameVerdict.MATCH),
    )
