"""A brand's own texts over HTTP: every text is shown with its placeholders, and none is saved that could not be filled."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from tests.borrowers import Speaker, api_of, logged_in
from tests.services import a_lender_and_brand, a_staff


@pytest.fixture
def admin(application: Application) -> Iterator[Speaker]:
    brand = a_lender_and_brand(application)
    http: TestClient[Any]
    with api_of(application) as http:
        yield logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)


def where(admin: Speaker) -> str:
    return f"/partner/brand/{admin.brand.id}/settings/message-templates"


RECEIPT = {
    "occasion": "RECEIPT",
    "channel": "SMS",
    "body": "Paid: {amount} for {loan}",
    "dltTemplateId": "1107000000000000042",
}


def test_the_platforms_texts_are_shown_until_the_brand_has_its_own(admin: Speaker) -> None:
    before = {(one["occasion"], one["channel"]): one for one in admin.get(where(admin))["texts"]}
    assert before["OTP", "SMS"]["placeholders"] == ["code", "minutes"]
    assert not before["RECEIPT", "SMS"]["isOwn"]
    saved = admin.ask("PUT", where(admin), {"version": 0, "texts": [RECEIPT], "senderHeader": "AARMBH"})
    assert saved.status_code == 200, saved.text
    after = {(one["occasion"], one["channel"]): one for one in admin.get(where(admin))["texts"]}
    assert after["RECEIPT", "SMS"]["isOwn"]
    assert (after["RECEIPT", "SMS"]["body"], after["RECEIPT", "SMS"]["dltTemplateId"]) == (
        RECEIPT["body"],
        RECEIPT["dltTemplateId"],
    )
    assert after.keys() == before.keys()


@pytest.mark.parametrize(
    ("texts", "fields"),
    [
        ([{**RECEIPT, "body": "Paid {ammount}"}], ["texts[0].body"]),
        ([{**RECEIPT, "body": "Paid {amount"}], ["texts[0].body"]),
        ([RECEIPT, RECEIPT], ["texts[1]"]),
        ([{**RECEIPT, "channel": "EMAIL"}], ["texts[0].subject"]),
        (
            [RECEIPT, {**RECEIPT, "channel": "EMAIL", "subject": "{x}", "body": "{y}"}],
            ["texts[1].body", "texts[1].subject"],
        ),
    ],
)
def test_a_text_that_could_not_be_filled_is_refused_with_its_place(
    admin: Speaker, texts: Any, fields: list[str]
) -> None:
    refused = admin.ask("PUT", where(admin), {"version": 0, "texts": texts})
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["message"]] == fields
    assert admin.get(where(admin))["version"] == 0
