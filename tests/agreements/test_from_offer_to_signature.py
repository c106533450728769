"""From the accepted offer to the signed loan through the whole system: API, workers, the sandbox's services and its SMS."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from los_domain.brands.config import BrandConfig
from los_domain.customers.model import Customer
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import CustomerId
from tests.borrowers import Speaker, api_of
from tests.connected import Connected, until
from tests.deliveries import dead_letters, deliver
from tests.documents.copied import copied
from tests.loans.test_deciding import LEGAL, PRIME, apply


@pytest.fixture
def http(connected: Connected) -> Iterator[TestClient[Any]]:
    scope = connected.brand.scope()
    config = BrandConfig(skip_user_onboarding_completed=True, esign_docket_title="Loan agreement of Aarambh")
    connected.application.settings.save(scope, config, version=0)
    connected.application.settings.save(scope, LEGAL, version=0)
    with api_of(connected.application) as client:
        yield client


def accepts(connected: Connected, http: TestClient[Any]) -> tuple[Speaker, str]:
    """Let a borrower accept her offer, and the workers do what follows."""
    her, loan_id = apply(connected, http, "9000000001", PRIME)
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        customer: Customer = work.customers.get(CustomerId(her.id))
        work.customers.save(
            Customer(
                customer.id,
                customer.phone,
                customer.created_at,
                email=Email("anaya@example.in"),
                person_id=customer.person_id,
                version=customer.version,
            )
        )
    digest = her.get(f"/web/loans/{loan_id}/key-facts")["digest"]
    her.post(f"/web/loans/{loan_id}/accept-offer", {"digest": digest})
    deliver(connected.application)
    assert dead_letters(connected.application) == []
    return her, loan_id


def test_she_signs_by_the_link_of_her_sms_and_gets_her_copy(connected: Connected, http: TestClient[Any]) -> None:
    before = len(connected.texts("9000000001"))
    her, loan_id = accepts(connected, http)
    paper = her.get(f"/web/loans/{loan_id}/documents/agreement")
    assert paper["status"] == "SENT"
    told = [text["text"] for text in connected.texts("9000000001")[before:]]
    assert any(paper["signUrl"] in text and "within 7 days" in text for text in told), told
    unsigned = http.get(paper["url"].removeprefix(connected.url)).content
    words = copied(unsigned)
    for needed in ("AnayaDeshmukh", "ZZXXX00XXA", "…1001,SBXB0000411", "RupeesFiftyThousandOnly", "R.Iyer"):
        assert needed in words, needed
    contract = connected.sandbox.record("contracts", event="initiated")[-1]["contractId"]
    assert connected.sandbox.act("signzy", "sign", contractId=contract).status_code == 200

    def signed() -> bool:
        deliver(connected.application)
        return bool(her.get(f"/web/loans/{loan_id}")["status"] == "AGREEMENT_SIGNED")

    until(signed)
    until(lambda: deliver(connected.application) == 0)
    paper = her.get(f"/web/loans/{loan_id}/documents/agreement")
    file = http.get(paper["url"].removeprefix(connected.url)).content
    assert (paper["status"], hashlib.sha256(file).hexdigest()) == ("SIGNED", paper["sha256"])
    (mail,) = [mail for mail in connected.mails("anaya@example.in") if "Your signed agreement" in str(mail)]
    assert "agreement.pdf" in str(mail)
