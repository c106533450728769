"""The people of the sandbox: numbers that are valid, known to all vendors alike, and enough of them."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_http.sandbox.people import CLASSES, MOST_SEEDS, NAMED, find, kind_of, persona, verhoeff_digit

SEEDS = st.integers(0, MOST_SEEDS - 1)


@pytest.mark.parametrize(
    ("number", "digit"), [("236", "3"), ("99994105705", "8"), ("99997165884", "7"), ("99993311940", "5")]
)
def test_check_digits_are_the_published_ones(number, digit):
    assert verhoeff_digit(number) == digit


@given(SEEDS, st.sampled_from(sorted(CLASSES)))
def test_every_number_of_a_person_is_well_formed_and_leads_back_to_her(seed, kind):
    person = persona(seed, kind)
    assert re.fullmatch(r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", person.pan)
    assert person.pan[4] == person.last_name[0]
    assert re.fullmatch(r"[6-9]\d{9}", person.phone)
    assert re.fullmatch(r"[2-9]\d{11}", person.aadhaar)
    assert verhoeff_digit(person.aadhaar[:11]) == person.aadhaar[11]
    assert re.fullmatch(r"[A-Z]{4}0[A-Z0-9]{6}", person.ifsc)
    assert find(pan=person.pan) == find(phone=person.phone) == find(aadhaar=person.aadhaar) == person
    assert find(account_number=person.account_number, pan=person.pan) == person
    assert bool(person.uan) == bool(person.employer)
    if person.uan:
        assert find(uan=person.uan) == person


@given(SEEDS, SEEDS)
def test_no_two_people_share_a_number(one, other):
    first, second = persona(one, "prime"), persona(other, "thin")
    assert first.pan != second.pan
    assert first.phone != second.phone
    assert first.account_number != second.account_number


def test_large_seeds_give_people_too():
    assert persona(20_261_124) == persona(20_261_124 % MOST_SEEDS)
    with pytest.raises(ValueError, match="seed"):
        persona(-1)


def test_a_number_typed_at_random_is_hardly_ever_somebodys():
    chance = random.Random(1)
    assert sum(find(phone=f"9{chance.randrange(10**9):09d}") is not None for _ in range(2000)) < 20


def test_the_named_are_known_by_pan_and_phone():
    assert [person.phone for person in NAMED] == [f"900000000{place}" for place in range(1, 6)]
    assert find(pan="ZZZPD0001A", phone="9000000001").name == "Anaya Deshmukh"
    for person in NAMED:
        assert verhoeff_digit(person.aadhaar[:11]) == person.aadhaar[11]


def test_who_is_not_there_is_nobody():
    assert find(pan="ZZZPN0103N") is None
    assert find(phone="9000000103") is None
    assert find(pan="ZZZPD0001A", phone="9000000002") is None
    assert find() is None


def test_most_people_are_prime_and_every_class_occurs():
    kinds = [kind_of(seed) for seed in range(500)]
    assert kinds.count("prime") > 200
    assert set(kinds) == set(CLASSES)


def test_what_a_person_knows_of_herself_can_be_asked_for(sandbox):
    known = sandbox.http.get("/_sandbox/personas", params={"seed": "5", "class": "loaded"}).json()
    assert known["class"] == "loaded"
    assert sandbox.http.get(f"/_sandbox/personas/{known['pan']}").json() == known
    assert sandbox.http.get(f"/_sandbox/personas/{known['phone']}").json() == known
    assert sandbox.http.get("/_sandbox/personas/ZZZPD0001A").json()["bank"] == "DEMO BANK"
    assert sandbox.http.get("/_sandbox/personas/ZZZPN0103N").status_code == 404
    assert sandbox.http.get("/_sandbox/personas", params={"seed": "5", "class": "poor"}).status_code == 400
