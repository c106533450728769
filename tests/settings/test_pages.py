"""Settings pages over a real database: defaults, versions, who and when, stale writes, one brand's wall."""

from datetime import date, time
from typing import ClassVar
from uuid import UUID

import attrs
import pytest

from los_adapters.settings.stored import body_of, page_of
from los_domain.shared.actor import Actor, ActorKind
from los_domain.shared.errors import StaleWrite
from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted
from tests.services import a_lender_and_brand


@attrs.frozen
class Sample:
    """A page of every kind of value."""

    PAGE: ClassVar[str] = "sample"

    words: tuple[str, ...] = ("a",)
    amount: Money = Money(12_50)
    rate: Quoted = Quoted(185, 1)
    opens: time = time(8)
    on: date | None = None


CHANGED = Sample(words=("b", "c"), amount=Money(-1), rate=Quoted(2), opens=time(19, 30), on=date(2026, 11, 25))


def test_a_page_keeps_every_field() -> None:
    assert page_of(Sample, body_of(CHANGED)) == CHANGED


def test_an_old_version_reads_under_a_newer_class() -> None:
    assert page_of(Sample, {"gone": True, "words": ["z"]}) == Sample(words=("z",))


def test_a_page_never_saved_is_its_defaults_and_a_saved_one_is_found_by_everybody(application) -> None:
    brand, other = a_lender_and_brand(application), a_lender_and_brand(application)
    staff = Actor(ActorKind.STAFF, UUID(int=5))
    assert application.pages.page(brand.scope(), Sample) == Sample()
    saved = application.settings.save(brand.scope(staff), CHANGED, version=0)
    assert (saved.version, saved.changed_by) == (1, staff.id)
    found = application.pages.version(brand.scope(), Sample)
    assert found == saved
    assert application.pages.page(other.scope(), Sample) == Sample()


def test_a_write_over_what_somebody_else_wrote_is_refused(application) -> None:
    brand = a_lender_and_brand(application)
    application.settings.save(brand.scope(), CHANGED, version=0)
    with pytest.raises(StaleWrite):
        application.settings.save(brand.scope(), Sample(words=()), version=0)
    assert application.settings.save(brand.scope(), CHANGED, version=1).version == 1, "nothing changed, no version"
    assert application.settings.save(brand.scope(), Sample(words=()), version=1).version == 2
    assert application.pages.page(brand.scope(), Sample).words == ()
