"""What loans are judged by, over HTTP: shown, set, and refused by name."""

from typing import Any

from litestar.testing import TestClient

from los_adapters.bootstrap import Application
from tests.borrowers import Speaker, brand, http, logged_in, officer  # noqa: F401 - fixtures
from tests.services import SomeBrand, a_staff


def test_rules_and_items_are_set_and_versioned(
    application: Application,
    brand: SomeBrand,  # noqa: F811
    http: TestClient[Any],  # noqa: F811
    officer: Speaker,  # noqa: F811
) -> None:
    admin = logged_in(application, a_staff(application, "ADMIN", brand=brand), brand, http)
    settings = f"/partner/brand/{brand.id}/settings"
    items = admin.get(f"{settings}/evaluation-items")
    assert (items["version"], sum(item["weight"] for item in items["items"])) == (0, 100)
    stricter = items | {"approveFrom": 90}
    saved = admin.ask("PUT", f"{settings}/evaluation-items", stricter)
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert admin.ask("PUT", f"{settings}/evaluation-items", stricter).status_code == 409
    assert admin.get(f"{settings}/evaluation-items")["approveFrom"] == 90

    rules = admin.get(f"{settings}/decision-rules")
    rules["rules"][0]["threshold"] = "700"
    assert admin.ask("PUT", f"{settings}/decision-rules", rules).json()["rules"][0]["threshold"] == "700"
    rules = admin.get(f"{settings}/decision-rules")
    rules["rules"][0]["condition"] = "bureau.scor >= threshold"
    rules["rules"][1]["condition"] = "bureau.score"
    refused = admin.ask("PUT", f"{settings}/decision-rules", rules)
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["message"]] == ["rules[0].condition", "rules[1].condition"]
    facts = {fact["name"]: fact for fact in admin.get(f"{settings}/decision-facts")["items"]}
    assert (facts["bureau.score"]["unit"], facts["applicant.foir_pct"]["kind"]) == ("points", "number")
    assert officer.ask("PUT", f"{settings}/decision-rules", rules).status_code == 403
