"""What is made of a provident-fund record."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import attrs
import pytest

from los_domain.customers import policy
from los_domain.customers.model import EmploymentEvidence, EmploymentVerdict, Occupation
from los_domain.customers.policy import Shown
from los_domain.shared.errors import TooMany
from los_domain.shared.identifiers import Uan
from los_domain.shared.ids import AttemptId, CustomerId
from los_domain.shared.money import Money

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
ACME = Occupation(CustomerId(UUID(int=1)), "Acme Infotech", Money(6_850_000), NOW)


def evidence(*reasons: str) -> EmploymentEvidence:
    uan = Uan("100000000001")
    return EmploymentEvidence("DIGITAP", AttemptId(UUID(int=2)), NOW, uan, "ANAYA", 100, 100, None, (), reasons)


@pytest.mark.parametrize(
    ("shown", "reasons"),
    [
        (Shown(100, 100, True, None), ()),
        (Shown(65, 65, True, None), ()),
        (Shown(64, 100, True, None), ("NAME_DIFFERS",)),
        (Shown(100, 64, True, None), ("EMPLOYER_DIFFERS",)),
        (Shown(100, 0, True, True), ()),  # the vendor matched the employer itself
        (Shown(100, 100, True, False), ()),  # and where it did not, our match counts
        (Shown(100, 100, False, None), ("NOT_EMPLOYED_NOW",)),
        (Shown(0, 0, False, False), ("NAME_DIFFERS", "NOT_EMPLOYED_NOW", "EMPLOYER_DIFFERS")),
    ],
)
def test_what_speaks_against_it(shown: Shown, reasons: tuple[str, ...]) -> None:
    assert policy.reasons_against(shown) == reasons


def test_a_record_that_agrees_verifies_and_gives_the_uan() -> None:
    found = policy.found(ACME, evidence())
    assert (found.verdict, found.uan) == (EmploymentVerdict.VERIFIED, Uan("100000000001"))
    assert policy.found(ACME, evidence("NAME_DIFFERS")).verdict is EmploymentVerdict.NOT_CONFIRMED


def test_evidence_is_about_one_employer() -> None:
    verified = attrs.evolve(policy.found(ACME, evidence()), version=3)
    raised = attrs.evolve(ACME, monthly_salary=Money(7_000_000), uan=verified.uan)
    assert policy.restated(verified, raised).is_verified
    moved = policy.restated(verified, attrs.evolve(raised, employer="Harbour Traders"))
    assert (moved.verdict, moved.evidence, moved.version) == (EmploymentVerdict.STATED, None, 3)


def test_five_questions_a_day() -> None:
    asked = ACME
    for minute in range(5):
        asked = policy.checking(asked, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooMany) as refused:
        policy.checking(asked, now=NOW + timedelta(minutes=5))
    assert refused.value.retry_after_seconds == 23 * 3600 + 55 * 60
    assert policy.checking(asked, now=NOW + timedelta(hours=24)).is_being_checked


@pytest.mark.parametrize(
    ("stated", "bare"),
    [
        ("Acme Infotech Pvt. Ltd.", "ACME INFOTECH"),
        ("ACME INFOTECH PRIVATE LIMITED", "ACME INFOTECH"),
        ("Acme (India) LLP", "ACME"),
        ("Limited", "Limited"),
    ],
)
def test_the_legal_form_does_not_count(stated: str, bare: str) -> None:
    assert policy.bare_employer(stated) == bare


def test_workers_give_up_after_two_hours() -> None:
    checking = policy.checking(ACME, now=NOW)
    assert not policy.is_given_up(checking, now=NOW + timedelta(minutes=119))
    assert policy.is_given_up(checking, now=NOW + timedelta(minutes=120))
