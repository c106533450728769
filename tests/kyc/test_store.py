"""Rows of identity keep every field, sealed."""

from datetime import UTC
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from los_adapters.kyc import store, tables
from los_adapters.shared.ids import SystemIds
from los_adapters.shared.store import Seal
from los_adapters.shared.vault import Vault
from los_domain.kyc.model import (
    AadhaarFact,
    AadhaarRecord,
    AadhaarRequest,
    AadhaarSession,
    Address,
    CheckState,
    Fact,
    Found,
    MobileFact,
    NameComparison,
    NameVerdict,
    PanCheck,
    PanFact,
    PanRecord,
    PanStatus,
)
from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import AttemptId, CustomerId, DocumentId, ProviderId

KEYS = Vault(bytes(32))
KEY, _ = KEYS.new_key(SystemIds().new())
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
instants = st.datetimes(timezones=st.just(UTC))
pans = st.from_regex(r"\A[A-Z]{3}P[A-Z][0-9]{4}[A-Z]\Z").map(Pan)
founds = st.builds(Found, source=texts, at=instants, attempt=st.none() | st.uuids().map(AttemptId))
addresses = st.builds(Address, line=texts, city=texts, state=texts, pincode=texts)
truths = st.none() | st.booleans()
pan_facts = st.builds(
    PanFact,
    found=founds,
    record=st.builds(
        PanRecord,
        pan=pans,
        status=st.sampled_from(PanStatus),
        name=texts,
        date_of_birth=st.none() | st.dates(),
        is_individual=st.booleans(),
        gender=texts,
        aadhaar_linked=truths,
        masked_aadhaar=texts,
        address=addresses,
    ),
)
aadhaar_facts = st.builds(
    AadhaarFact,
    found=founds,
    record=st.builds(
        AadhaarRecord,
        name=texts,
        date_of_birth=st.dates(),
        gender=texts,
        masked_number=texts,
        care_of=texts,
        address=addresses,
        photo=st.none(),
        signature_valid=truths,
    ),
    names=st.builds(
        NameComparison,
        score=st.integers(0, 100),
        verdict=st.sampled_from(NameVerdict),
        explanation=st.lists(texts, max_size=3).map(tuple),
    ),
    birth_agrees=truths,
    number_agrees=truths,
    photo=st.none() | st.uuids().map(DocumentId),
)
mobile_facts = st.builds(
    MobileFact,
    found=founds,
    phone=st.from_regex(r"\A[6-9][0-9]{9}\Z").map(Phone),
    is_registered=st.booleans(),
)


def seal(table: Any) -> Seal:
    return Seal(KEYS, KEY, table.name, None, "1")


@given(pan_facts | aadhaar_facts | mobile_facts)
def test_facts(fact: Fact) -> None:
    held = seal(tables.identity_facts)
    row = store.fact_to_row(fact, held)
    assert store.fact_from_row(type(fact), row, held) == fact
    assert row["kind"] == fact.KIND.value


@given(
    st.builds(
        PanCheck,
        id=st.uuids(),
        customer_id=st.uuids().map(CustomerId),
        pan=pans,
        state=st.sampled_from(CheckState),
        asked_at=instants,
        settled_at=st.none() | instants,
        reason=texts,
    )
)
def test_checks(check: PanCheck) -> None:
    held = seal(tables.pan_checks)
    assert store.check_from_row(store.check_to_row(check, held), held) == check


@given(
    st.builds(
        AadhaarRequest,
        id=st.uuids(),
        customer_id=st.uuids().map(CustomerId),
        provider=st.uuids().map(ProviderId),
        source=texts,
        session=st.none() | st.builds(AadhaarSession, state=st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
        masked_number=texts,
        opened_at=instants,
        tries=st.integers(0, 3),
        closed_at=st.none() | instants,
    )
)
def test_requests(request_: AadhaarRequest) -> None:
    held = seal(tables.aadhaar_requests)
    assert store.request_from_row(store.request_to_row(request_, held), held) == request_
