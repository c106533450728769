"""Papers: same bytes for same data, text that copies in both scripts, every figure on them, and none made of data that lack one."""

import re
from datetime import date
from typing import Any

import pytest

from los_adapters.documents.typeset import TEMPLATES, Typst
from los_domain.brands.legal import GRIEVANCE_CLAUSE, RECOVERY_CLAUSE
from los_domain.repayment import UpfrontCharge, indian, quote
from los_domain.repayment.key_facts import Contingency, ContingentCharge, Head, KeyFacts, LenderFacts, Payee
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted, Rate
from tests.documents.copied import copied

BRAND = {
    "name": "Aarambh",
    "header": "Loans that end",
    "footer": "Aarambh Finance Limited · CIN U65990MH2019PTC000001 · Registered office: Mumbai 400001",
}


def key_facts() -> KeyFacts:
    charges = (
        UpfrontCharge(
            "Processing fee", Money(2_400_00), Money(432_00), Payee.LENDER, Head.PROCESSING, kept_on_exit=True
        ),
        UpfrontCharge("Credit cover", Money(900_00), Money(162_00), Payee.THIRD_PARTY, Head.INSURANCE),
    )
    return quote(
        indian(Money.rupees(1_20_000), Rate.yearly("24"), 12, date(2026, 11, 25)),
        charges,
        proposal="L000042",
        loan_type="Personal loan, unsecured",
        on=date(2026, 11, 24),
        lender=LenderFacts(
            name="Aarambh Finance Limited",
            recovery_clause=RECOVERY_CLAUSE,
            grievance_clause=GRIEVANCE_CLAUSE,
            officer="Meera Iyer",
            phone="022 4000 1234",
            email="grievance@aarambh.example",
            recovery_agents=("Samadhan Services",),
        ),
        cooling_off_days=3,
        contingent=(
            ContingentCharge(
                Contingency.PENAL,
                "a year on the overdue principal, from the day after the due date",
                percent=Quoted(24),
            ),
            ContingentCharge(
                Contingency.FORECLOSURE, "of the principal paid early, after the cooling-off period", percent=Quoted(4)
            ),
            ContingentCharge(Contingency.OTHER, "for each dishonoured mandate", amount=Money(350_00)),
        ),
    )


LENDER = {"name": "Aarambh Finance Limited", "registration_number": "N-13.02345"}
BORROWER = {"name": "आशा देशपांडे (Asha Deshpande)", "address": "14 MG Road, Pune 411001", "pan": "ZZXXX00XXA"}


def data_of(template: str) -> dict[str, Any]:
    facts = key_facts()
    content = facts.content()
    more: dict[str, dict[str, Any]] = {
        "key-facts": {"facts": content, "digest": facts.digest()},
        "schedule": {
            "loan": {"number": "L000042", "sanctioned": "120000.00"},
            "borrower": BORROWER,
            "as_of": "2026-11-25",
            "rows": content["schedule"],
        },
        "no-dues": {
            "number": "NDC-L000042-1",
            "issued_on": "2027-11-26",
            "lender": LENDER,
            "borrower": BORROWER,
            "loan": {
                "number": "L000042",
                "sanctioned": "120000.00",
                "disbursed_on": "2026-11-25",
                "closed_on": "2027-11-25",
                "ending": "repaid in full",
            },
        },
        "agreement": {
            "dated": "2026-11-25",
            "accepted_on": "2026-11-24",
            "digest": facts.digest(),
            "facts": content,
            "lender": LENDER,
            "borrower": BORROWER,
            "loan": {"number": "L000042", "in_words": facts.sanctioned.in_words()},
            "pay_to": "…1001, SBXB0000411",
            "policy_links": [{"title": "Privacy", "url": "https://aarambh.example/privacy"}],
        },
    }
    return {"brand": BRAND, **more[template]}


@pytest.fixture(scope="module")
def typesetter() -> Typst:
    return Typst()


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_the_same_data_give_the_same_bytes(typesetter: Typst, template: str) -> None:
    once = typesetter.pdf(template, data_of(template))
    assert once == Typst().pdf(template, data_of(template))
    changed = data_of(template) | {"brand": {**BRAND, "name": "Other"}}
    assert typesetter.pdf(template, changed) != once


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("key-facts", ["₹1,20,000.00", "वार्षिक प्रतिशत दर", key_facts().digest(), "Annex C", "Meera Iyer", "350.00"]),
        (
            "agreement",
            [
                "Rupees One Lakh Twenty Thousand Only",
                "N-13.02345",
                "ZZXXX00XXA",
                "Annex A",
                "Clause 8 of the agreement",
            ],
        ),
        (
            "no-dues",
            [
                "Its number is NDC-L000042-1;",
                "nothing is due on it any more",
                "25 Nov 2027",
                "कोई राशि देय नहीं है",
                "NDC-L000042-1",
            ],
        ),
        ("schedule", ["Repayment schedule", "25 Dec 2026", "25 Nov 2027"]),
    ],
)
def test_what_is_printed_can_be_copied(typesetter: Typst, template: str, words: list[str]) -> None:
    text = copied(typesetter.pdf(template, data_of(template)))
    assert [word for word in words if "".join(word.split()) not in text] == []


def test_every_row_of_the_schedule_is_printed(typesetter: Typst) -> None:
    text = copied(typesetter.pdf("key-facts", data_of("key-facts")))
    for row in key_facts().amortisation():
        assert row.interest.grouped() in text


def test_numbered_clauses_are_where_the_key_facts_say(typesetter: Typst) -> None:
    text = copied(typesetter.pdf("agreement", data_of("agreement")))
    assert re.search(r"8\.Recovery\.", text)
    assert re.search(r"9\.Complaints\.", text)


def test_a_paper_is_not_made_of_half_the_data(typesetter: Typst) -> None:
    with pytest.raises(ValueError, match="no-dues"):
        typesetter.pdf("no-dues", {"brand": BRAND})
    with pytest.raises(KeyError):
        typesetter.pdf("../secret", {})
    assert typesetter.pdf("schedule", data_of("schedule")), "a failure leaves the compiler usable"
