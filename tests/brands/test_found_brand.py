"""Founding brands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from los_adapters.bootstrap import Application
from los_adapters.brands.store import brand_from_row, brand_to_row
from los_domain.brands.model import Brand
from los_domain.brands.policy import named
from los_domain.shared.actor import PlatformScope
from los_domain.shared.errors import Conflict, Invalid
from los_domain.shared.ids import BrandId, LenderId
from tests.services import TEST

SCOPE = PlatformScope(TEST)


@given(
    st.builds(
        Brand,
        id=st.uuids().map(BrandId),
        lender_id=st.uuids().map(LenderId),
        name=st.text(),
        subdomain=st.text(),
        is_active=st.booleans(),
        version=st.integers(1),
    )
)
def test_row_keeps_every_field(brand: Brand) -> None:
    assert brand_from_row(brand_to_row(brand)) == brand


@pytest.mark.parametrize("subdomain", ["quick-rupee", "q", "a1", "a-1-b"])
def test_names_that_do(subdomain: str) -> None:
    assert named("  Quick   Rupee ", subdomain.upper()) == ("Quick Rupee", subdomain)


@pytest.mark.parametrize("subdomain", ["", "1a", "-a", "a-", "a--b", "a.b", "a b", "á", "a" * 41])
def test_names_that_do_not(subdomain: str) -> None:
    with pytest.raises(Invalid) as refused:
        named("", subdomain)
    assert [problem.field for problem in refused.value.problems] == ["name", "subdomain"]


def test_brands_of_one_lender_share_it(application: Application) -> None:
    one = application.brand.found(SCOPE, name="One", subdomain="one", lender="Same Finance")
    other = application.brand.found(SCOPE, name="Other", subdomain="other", lender="Same Finance")
    assert one.lender_id == other.lender_id
    assert application.brands.by_subdomain("other").id == other.id


def test_a_subdomain_is_given_once(application: Application) -> None:
    application.brand.found(SCOPE, name="One", subdomain="one", lender="One Finance")
    with pytest.raises(Conflict, match="one is taken"):
        application.brand.found(SCOPE, name="Two", subdomain="one", lender="Two Finance")
