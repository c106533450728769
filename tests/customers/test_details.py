"""A borrower's details and consents over HTTP, and how they are kept."""

from datetime import UTC

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from los_adapters.bootstrap import Application
from los_adapters.customers import store
from los_adapters.customers.tables import blocklist, consents, occupations, profiles
from los_adapters.shared.ids import SystemIds
from los_adapters.shared.store import Seal
from los_adapters.shared.tables import audit_rows, lender_keys
from los_adapters.shared.vault import Vault
from los_domain.customers.model import (
    Block,
    BlockedBy,
    Consent,
    Employment,
    EmploymentEvidence,
    EmploymentVerdict,
    Occupation,
    Profile,
    Purpose,
)
from los_domain.shared.actor import LenderScope, PlatformScope
from los_domain.shared.identifiers import Email, Pan, Uan
from los_domain.shared.ids import AttemptId, CustomerId
from los_domain.shared.money import Money
from tests.borrowers import Speaker
from tests.services import TEST, SomeBrand, a_lender_and_brand

PATH = "/web/personal-details"


def test_details_are_stated_and_read_back(borrower: Speaker) -> None:
    assert borrower.get(PATH)["firstName"] == ""
    said = {"firstName": "Anaya", "dateOfBirth": "1988-03-14", "pincode": "411045", "email": "Anaya@Mail.Example"}
    told = borrower.post(f"{PATH}/update", said)
    assert (told["city"], told["state"], told["email"]) == ("Pune", "Maharashtra", "anaya@mail.example")
    borrower.post(f"{PATH}/update", {"lastName": "Deshmukh"})
    seen = borrower.get(PATH)
    assert (seen["firstName"], seen["lastName"], seen["dateOfBirth"]) == ("Anaya", "Deshmukh", "1988-03-14")
    assert seen["confirmed"] == []


def test_bad_details_are_named_field_by_field(borrower: Speaker) -> None:
    refused = borrower.ask("POST", f"{PATH}/update", {"dateOfBirth": "2031-01-01", "gender": "x", "pincode": "0"})
    assert refused.status_code == 400
    assert {problem["field"] for problem in refused.json()["message"]} == {"gender", "pincode"}
    refused = borrower.ask("POST", f"{PATH}/update", {"dateOfBirth": "2031-01-01"})
    assert [problem["field"] for problem in refused.json()["message"]] == ["dateOfBirth"]


def test_details_lie_sealed(application: Application, brand: SomeBrand, borrower: Speaker) -> None:
    borrower.post(f"{PATH}/update", {"firstName": "Anaya", "address": "Flat 12 Sample Heights"})
    with application.core.postgres.begin(brand.scope()) as work:
        (row,) = work.context.connection.execute(profiles.select()).mappings()
    assert b"Anaya" not in bytes(row["facts"])
    assert b"Sample" not in bytes(row["facts"])


def test_consents_are_kept_with_their_words_and_instant(borrower: Speaker) -> None:
    given = borrower.post("/web/consents", {"purpose": "CREDIT_REPORT", "textVersion": "2026-10"}, status=201)
    assert borrower.get("/web/consents")["items"] == [given]
    assert (given["purpose"], given["textVersion"], given["language"]) == ("CREDIT_REPORT", "2026-10", "en")


def test_one_pan_is_one_person_of_a_lender_and_another_at_another(application: Application, brand: SomeBrand) -> None:
    pan, sister = Pan("ZZZPD0001A"), a_lender_and_brand(application, name="Bhavani")
    person = application.customers.person
    hers = person(LenderScope(brand.lender, TEST), pan)
    assert hers.brands == frozenset()  # nobody's customer yet
    assert person(LenderScope(brand.lender, TEST), pan) == hers
    assert person(LenderScope(brand.lender, TEST), Pan("ZZZPK0002B")).id != hers.id
    assert person(LenderScope(sister.lender, TEST), pan).id != hers.id


def test_that_a_person_was_made_stands_in_the_trail_under_the_lenders_key(
    application: Application, brand: SomeBrand
) -> None:
    made = application.customers.person(LenderScope(brand.lender, TEST), Pan("ZZZPD0001A"))
    with application.core.postgres.begin(PlatformScope(TEST)) as work:
        rows = work.context.connection.execute(sa.select(audit_rows).where(audit_rows.c.object_id == made.id))
        (row,) = rows.mappings()
        (key,) = work.context.connection.execute(sa.select(lender_keys)).mappings()
    vault = application.core.vault
    held = Seal(vault, vault.unwrap(key["id"], key["wrapped"]), audit_rows.name, None, str(row["id"]))
    told = held.open_json("details", row["details"])
    assert (row["action"], row["key_id"]) == ("customers.make-person", key["id"])
    assert told["after"] == {"person": str(made.id), "lender": str(brand.lender)}


KEYS = Vault(bytes(32))
KEY, _ = KEYS.new_key(SystemIds().new())
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
instants = st.datetimes(timezones=st.just(UTC))
customers = st.uuids().map(CustomerId)
uans = st.none() | st.from_regex(r"\A\d{12}\Z").filter(str.isascii).map(Uan)


def seal(table: str, row: object) -> Seal:
    return Seal(KEYS, KEY, table, None, str(row))


@given(
    st.builds(
        Profile,
        first_name=texts,
        last_name=texts,
        date_of_birth=st.none() | st.dates(),
        gender=texts,
        address=texts,
        pincode=texts,
        city=texts,
        state=texts,
        alternate_phone=texts,
        pan_masked=texts,
        aadhaar_masked=texts,
        confirmed=st.frozensets(texts),
        version=st.integers(0, 99),
    )
)
def test_a_row_keeps_every_field_of_a_profile(profile: Profile) -> None:
    held = seal(profiles.name, 1)
    assert store.profile_from_row(store.profile_to_row(profile, held), held) == profile


@given(
    st.builds(
        Consent,
        id=st.uuids(),
        customer_id=customers,
        purpose=st.sampled_from(Purpose),
        text_version=texts,
        language=texts,
        at=instants,
        address=texts,
    )
)
def test_a_row_keeps_every_field_of_a_consent(consent: Consent) -> None:
    assert {column.name for column in consents.columns} >= set(store.consent_to_row(consent))
    assert store.consent_from_row(store.consent_to_row(consent)) == consent


evidence = st.builds(
    EmploymentEvidence,
    source=texts,
    attempt=st.uuids().map(AttemptId),
    at=instants,
    uan=uans,
    name=texts,
    name_score=st.integers(0, 100),
    employer_score=st.integers(0, 100),
    employer_confirmed=st.none() | st.booleans(),
    history=st.lists(
        st.builds(
            Employment,
            employer=texts,
            member_id=texts,
            joined_on=st.none() | st.dates(),
            left_on=st.none() | st.dates(),
        ),
        max_size=3,
    ).map(tuple),
    reasons=st.lists(texts, max_size=2).map(tuple),
)


@given(
    st.builds(
        Block,
        id=st.uuids(),
        by=st.sampled_from(BlockedBy),
        masked=texts,
        reason=texts,
        added_at=instants,
        added_by=st.none() | st.uuids(),
        lifted_at=st.none() | instants,
        lifted_reason=texts,
    )
)
def test_a_row_keeps_every_field_of_a_block(block: Block) -> None:
    held = seal(blocklist.name, block.id)
    assert store.block_from_row(store.block_to_row(block, held), held) == block


@given(
    st.builds(
        Occupation,
        customer_id=customers,
        employer=texts,
        monthly_salary=st.integers(0, 10**12).map(Money),
        stated_at=instants,
        official_email=st.none() | st.just(Email("a@mail.example")),
        uan=uans,
        verdict=st.sampled_from(EmploymentVerdict),
        evidence=st.none() | evidence,
        asked_at=st.lists(instants, max_size=3).map(tuple),
        version=st.integers(0, 99),
    )
)
def test_a_row_keeps_every_field_of_an_occupation(occupation: Occupation) -> None:
    held = seal(occupations.name, occupation.customer_id)
    assert store.occupation_from_row(store.occupation_to_row(occupation, held), held) == occupation
