"""What a customer may change of her details, and what an authority's word does to them."""

from datetime import date

import pytest

from los_domain.customers import policy
from los_domain.customers.model import Place, Profile
from los_domain.customers.policy import ProfileEdit
from los_domain.shared.errors import Invalid

TODAY = date(2026, 11, 23)
PUNE = Place("Pune", "Maharashtra")
CONFIRMED = policy.confirmed(
    Profile(),
    first_name="Anaya",
    last_name="Deshmukh",
    date_of_birth=date(1988, 3, 14),
    gender="",
    pan_masked="ZZXXX00XXA",
)


def edited(profile: Profile, edit: ProfileEdit, place: Place | None = None) -> Profile:
    return policy.edited(profile, edit, place=place, today=TODAY)


def test_what_is_not_said_stays() -> None:
    assert edited(Profile(city="Pune", gender="female"), ProfileEdit(address=" Flat 12 ")) == Profile(
        city="Pune", gender="female", address="Flat 12"
    )


@pytest.mark.parametrize(
    ("before", "edit", "place", "city", "state"),
    [
        (Profile(), ProfileEdit(pincode="411045"), PUNE, "Pune", "Maharashtra"),
        (Profile(), ProfileEdit(pincode="411045", city="Poona"), PUNE, "Poona", "Maharashtra"),
        (Profile(city="Ranchi", state="Jharkhand"), ProfileEdit(pincode="411045"), PUNE, "Pune", "Maharashtra"),
        (Profile(city="Ranchi", state="Jharkhand"), ProfileEdit(pincode="999999"), None, "Ranchi", "Jharkhand"),
        (Profile(pincode="411045", city="Baner", state="MH"), ProfileEdit(pincode="411045"), PUNE, "Baner", "MH"),
    ],
)
def test_a_pincode_fills_city_and_state(
    before: Profile, edit: ProfileEdit, place: Place | None, city: str, state: str
) -> None:
    after = edited(before, edit, place)
    assert (after.city, after.state) == (city, state)


def test_what_an_authority_confirmed_cannot_be_changed_and_every_attempt_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        edited(CONFIRMED, ProfileEdit(first_name="Maya", date_of_birth=date(1990, 1, 1), gender="female"))
    assert [problem.field for problem in refused.value.problems] == ["firstName", "dateOfBirth"]


def test_saying_what_was_confirmed_is_no_change() -> None:
    assert edited(CONFIRMED, ProfileEdit(first_name="ANAYA", last_name="Deshmukh")) == CONFIRMED


def test_an_authority_that_says_nothing_confirms_nothing() -> None:
    assert CONFIRMED.confirmed == {"first_name", "last_name", "date_of_birth"}
    assert CONFIRMED.pan_masked == "ZZXXX00XXA"
    assert edited(CONFIRMED, ProfileEdit(gender="female")).gender == "female"


def test_who_has_one_name_at_the_authority_chooses_no_second() -> None:
    irfan = policy.confirmed(Profile(last_name="Khan"), **policy.named("IRFAN"))
    assert irfan.name == "Irfan"
    with pytest.raises(Invalid):
        edited(irfan, ProfileEdit(last_name="Qureshi"))


@pytest.mark.parametrize("born", [date(2026, 11, 23), date(2030, 1, 1), date(1900, 1, 1)])
def test_nobody_is_born_today_or_in_1900(born: date) -> None:
    with pytest.raises(Invalid):
        edited(Profile(), ProfileEdit(date_of_birth=born))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("ANAYA DESHMUKH", "Anaya", "Deshmukh"),
        ("RAHUL  KUMAR SHARMA", "Rahul Kumar", "Sharma"),
        ("IRFAN", "Irfan", ""),
    ],
)
def test_a_name_in_one_piece(name: str, first: str, last: str) -> None:
    assert policy.named(name) == {"first_name": first, "last_name": last}
