"""How often authorities are asked, how long waited for, and what of their answers is taken: tables of values."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import attrs
import pytest

from los_domain.brands.config import BrandConfig
from los_domain.kyc import proofs
from los_domain.kyc.model import (
    AadhaarRecord,
    AadhaarRequest,
    AadhaarSession,
    Address,
    CheckState,
    Found,
    NameVerdict,
    PanCheck,
    PanFact,
    PanRecord,
    PanStatus,
)
from los_domain.shared.errors import Invalid, TooMany
from los_domain.shared.identifiers import Pan
from los_domain.shared.ids import CustomerId, ProviderId

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
CUSTOMER = CustomerId(UUID(int=1))
PAN = Pan("ZZZPD0001A")
BORN = date(1988, 3, 14)
RECORD = PanRecord(PAN, PanStatus.ACTIVE, "ANAYA DESHMUKH", BORN, True, masked_aadhaar="XXXXXXXX7058")
REQUEST = AadhaarRequest(
    UUID(int=2), CUSTOMER, ProviderId(UUID(int=3)), "DIGITAP", AadhaarSession((("a", "b"),)), "XXXXXXXX7058", NOW
)


def a_check(state: CheckState) -> PanCheck:
    return PanCheck(UUID(int=4), CUSTOMER, PAN, state, NOW)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (RECORD, ""),
        (attrs.evolve(RECORD, status=PanStatus.UNKNOWN), ""),
        (attrs.evolve(RECORD, status=PanStatus.INACTIVE), "PAN_INACTIVE"),
        (attrs.evolve(RECORD, is_individual=False), "PAN_NOT_A_PERSON"),
    ],
)
def test_which_pan_is_taken(record: PanRecord, reason: str) -> None:
    assert proofs.reason_against(record) == reason
    assert not reason or reason in proofs.REASONS


@pytest.mark.parametrize(
    ("state", "seconds", "is_open"),
    [
        (CheckState.ASKING, 0, True),
        (CheckState.ASKING, 59, True),
        (CheckState.ASKING, 60, False),  # cut short by a crash
        (CheckState.PENDING, 7000, True),  # a worker has it
        (CheckState.DONE, 0, False),
        (CheckState.NO_RECORD, 0, False),
        (CheckState.REFUSED, 0, False),
        (CheckState.GIVEN_UP, 0, False),
    ],
)
def test_when_nobody_else_needs_to_ask(state: CheckState, seconds: int, is_open: bool) -> None:
    assert proofs.is_open(a_check(state), now=NOW + timedelta(seconds=seconds)) is is_open


@pytest.mark.parametrize(
    ("request_", "minutes", "is_live"),
    [
        (REQUEST, 0, True),
        (REQUEST, 9, True),
        (REQUEST, 10, False),
        (attrs.evolve(REQUEST, tries=2), 0, True),
        (attrs.evolve(REQUEST, tries=3), 0, False),
        (proofs.closed(REQUEST, at=NOW), 0, False),
        (None, 0, False),
    ],
)
def test_when_a_password_may_be_submitted(request_: AadhaarRequest | None, minutes: int, is_live: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    if is_live:
        assert proofs.live(request_, now=now) is request_
    else:
        with pytest.raises(Invalid):
            proofs.live(request_, now=now)


def test_the_third_try_ends_a_request_and_wipes_it() -> None:
    tried = REQUEST
    for _ in range(3):
        assert tried.session is not None
        tried = proofs.after_try(tried, at=NOW)
    assert (tried.tries, tried.session, tried.closed_at) == (3, None, NOW)


def test_the_sixth_question_within_a_day_is_refused() -> None:
    asked = [NOW - timedelta(hours=each) for each in (1, 2, 3, 4)]
    proofs.refuse_beyond([*asked, NOW - timedelta(hours=24)], now=NOW)
    with pytest.raises(TooMany) as refused:
        proofs.refuse_beyond([*asked, NOW - timedelta(hours=23)], now=NOW)
    assert refused.value.retry_after_seconds == 3600


@pytest.mark.parametrize(
    ("name", "born", "number", "verdict", "birth_agrees", "number_agrees"),
    [
        ("Anaya Deshmukh", BORN, "XXXXXXXX7058", NameVerdict.MATCH, True, True),
        ("Anaya P Deshmukh", BORN, "XXXXXXXX7058", NameVerdict.MATCH, True, True),
        ("Anaya", BORN, "XXXXXXXX7058", NameVerdict.MATCH, True, True),
        ("Anaya Kujur", BORN, "XXXXXXXX7058", NameVerdict.MISMATCH, True, True),
        ("Rohit Kujur", date(2002, 12, 1), "XXXXXXXX8847", NameVerdict.MISMATCH, False, False),
    ],
)
def test_how_aadhaar_agrees_with_the_pan(
    name: str, born: date, number: str, verdict: NameVerdict, birth_agrees: bool, number_agrees: bool
) -> None:
    record = AadhaarRecord(name, born, "female", number, "", Address(), photo=b"\xff\xd8\xff")
    fact = proofs.agreeing(
        record,
        PanFact(Found("DIGITAP", NOW), RECORD),
        found=Found("DIGITAP", NOW),
        photo=None,
        bands=proofs.bands_of(BrandConfig()),
    )
    assert (fact.names.verdict, fact.birth_agrees, fact.number_agrees) == (verdict, birth_agrees, number_agrees)
    assert fact.record.photo is None  # it is a document, not a part of the fact


def test_a_register_that_says_nothing_agrees_with_nothing() -> None:
    silent = PanFact(Found("X", NOW), attrs.evolve(RECORD, date_of_birth=None, masked_aadhaar=""))
    record = AadhaarRecord("Anaya Deshmukh", BORN, "female", "XXXXXXXX7058", "", Address(), None)
    fact = proofs.agreeing(record, silent, found=Found("X", NOW), photo=None, bands=proofs.bands_of(BrandConfig()))
    assert (fact.birth_agrees, fact.number_agrees) == (None, None)


@pytest.mark.parametrize(("match", "review", "expected"), [(85, 65, (85, 65)), (60, 65, (60, 60)), (0, 0, (0, 0))])
def test_bounds_of_the_name_match(match: int, review: int, expected: tuple[int, int]) -> None:
    bands = proofs.bands_of(BrandConfig(name_match_from=match, name_review_from=review))
    assert (bands.match_from, bands.review_from) == expected
