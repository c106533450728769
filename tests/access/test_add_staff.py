"""Adding members of staff."""

import pytest

from los_adapters.bootstrap import Application
from los_domain.access.policy import checked_newcomer
from los_domain.shared.actor import PlatformScope
from los_domain.shared.errors import Conflict, Invalid
from los_domain.shared.identifiers import Email
from tests.services import PASSWORD, TEST, a_lender_and_brand, a_staff

SCOPE = PlatformScope(TEST)


def test_every_problem_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        checked_newcomer(" ", "aaaaaaaaaaaaaaaa", ["ADMIN", "BOSS"])
    assert [problem.field for problem in refused.value.problems] == ["name", "password", "roles"]


def test_roles_hold_in_their_brand_alone(application: Application) -> None:
    brand, other = a_lender_and_brand(application), a_lender_and_brand(application)
    staff = a_staff(application, "VIEWER", brand=brand)
    assert application.door.permissions(staff.id, brand.id)
    assert not application.door.permissions(staff.id, other.id)


def test_an_email_is_one_person_however_it_is_written(application: Application) -> None:
    application.access.add_staff(SCOPE, Email("asha@example.com"), name="Asha", password=PASSWORD, super_admin=True)
    with pytest.raises(Conflict):
        application.access.add_staff(SCOPE, Email("Asha@Example.com"), name="Asha", password=PASSWORD)
