"""Providers over a real database: what is refused, what is kept, and that no secret is shown."""

import pytest
import sqlalchemy as sa

from los_adapters.brands.tables import brand_providers
from los_adapters.shared.store import Seal
from los_adapters.shared.tables import audit_rows
from los_adapters.wire.config import MASK
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.shared.actor import PlatformScope
from los_domain.shared.errors import Invalid, NotFound, StaleWrite
from los_domain.shared.ids import ProviderId
from tests.services import TEST, SomeBrand, a_lender_and_brand

PLATFORM = PlatformScope(TEST)
GUPSHUP = {"userid": "2000123456", "password": "letmein"}


def stored(application, brand: SomeBrand, provider: ProviderId) -> dict[str, object]:
    with application.core.postgres.begin(brand.scope()) as work:
        found = next(one for one in work.providers.all() if one.id == provider)
        raw = work.context.connection.execute(
            sa.select(brand_providers.c.config).where(brand_providers.c.id == provider)
        ).scalar_one()
        assert b"letmein" not in bytes(raw)
        return dict(found.config)


def test_settings_are_read_strictly_kept_sealed_and_a_masked_secret_stays(application) -> None:
    brand, save = a_lender_and_brand(application), application.brand.save_provider
    with pytest.raises(Invalid) as refused:
        save(brand.scope(), ProviderWish(ProviderKind.SMS, "GUPSHUP", {"userid": 7, "pasword": "x"}))
    assert sorted(problem.field for problem in refused.value.problems) == [
        "config.password",
        "config.pasword",
        "config.userid",
    ]
    made = save(brand.scope(), ProviderWish(ProviderKind.SMS, "GUPSHUP", GUPSHUP))
    assert (made.rank, made.version) == (0, 1)
    assert len(made.webhook_path) == 26
    changed = save(
        brand.scope(),
        ProviderWish(ProviderKind.SMS, "GUPSHUP", {"userid": "2000999999", "password": MASK}),
        provider=made.id,
        version=1,
    )
    assert changed.version == 2
    kept = stored(application, brand, made.id)
    assert (kept["userid"], kept["password"]) == ("2000999999", "letmein")
    with pytest.raises(StaleWrite):
        save(brand.scope(), ProviderWish(ProviderKind.SMS, "GUPSHUP", GUPSHUP), provider=made.id, version=1)


@pytest.mark.parametrize(
    ("kind", "name", "field"), [(ProviderKind.SMS, "NOBODY", "name"), (ProviderKind.EMAIL, "GUPSHUP", "kind")]
)
def test_only_vendors_of_the_catalogue_for_what_they_serve(application, kind, name, field) -> None:
    brand = a_lender_and_brand(application)
    with pytest.raises(Invalid) as refused:
        application.brand.save_provider(brand.scope(), ProviderWish(kind, name, {}))
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_audit_trail_says_what_changed_and_no_secret(application) -> None:
    brand, save = a_lender_and_brand(application), application.brand.save_provider
    made = save(brand.scope(), ProviderWish(ProviderKind.SMS, "GUPSHUP", GUPSHUP))
    save(
        brand.scope(),
        ProviderWish(ProviderKind.SMS, "GUPSHUP", {**GUPSHUP, "password": "changed"}, is_active=False),
        provider=made.id,
        version=1,
    )
    with application.core.postgres.begin(PLATFORM) as work:
        rows = work.context.connection.execute(
            sa.select(audit_rows.c.id, audit_rows.c.details)
            .where(audit_rows.c.action == "brands.save-provider")
            .order_by(audit_rows.c.id)
        ).all()
    with application.core.postgres.begin(brand.scope()) as work:
        key = work.context.brand_key()
        opened = [
            Seal(application.core.vault, key, "audit_rows", brand.id, str(row.id)).open_json("details", row.details)
            for row in rows
        ]
    assert opened[0]["after"]["config.password"] == MASK
    assert opened[1]["before"] == {"is_active": True}
    assert opened[1]["after"] == {"is_active": False}
    assert "letmein" not in str(opened)


def test_the_order_of_falling_back_is_kept_without_gaps(application) -> None:
    brand, admin = a_lender_and_brand(application), application.brand
    gupshup = admin.save_provider(brand.scope(), ProviderWish(ProviderKind.SMS, "GUPSHUP", GUPSHUP))
    hub = admin.save_provider(
        brand.scope(),
        ProviderWish(ProviderKind.SMS, "MSG91", {"authkey": "k" * 24}, rank=0),
    )
    with application.core.postgres.begin(brand.scope()) as work:
        assert [(one.name, one.rank) for one in work.providers.all()] == [("MSG91", 0), ("GUPSHUP", 1)]
    admin.remove_provider(brand.scope(), hub.id)
    with application.core.postgres.begin(brand.scope()) as work:
        assert [(one.id, one.rank) for one in work.providers.all()] == [(gupshup.id, 0)]
    with pytest.raises(NotFound):
        admin.remove_provider(brand.scope(), hub.id)
