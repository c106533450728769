"""Business time from the command line: forward, night by night, in a sandbox only."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from los_adapters.bootstrap import Application, build
from los_adapters.shared.settings import Settings
from los_cli.clock import midnights, move
from los_domain.shared.actor import PlatformScope
from los_domain.shared.errors import Invalid, Rejected
from tests.services import TEST, a_lender_and_brand

SCOPE = PlatformScope(TEST)


@pytest.mark.parametrize(
    ("begun", "target", "days"),
    [
        ("2026-11-23T06:30", "2026-11-23T18:29", []),
        ("2026-11-23T06:30", "2026-11-23T18:31", [date(2026, 11, 23)]),
        ("2026-11-23T18:40", "2026-11-24T06:30", []),
        ("2026-11-23T06:30", "2026-11-26T06:30", [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]),
    ],
)
def test_a_night_is_a_midnight_in_india(begun: str, target: str, days: list[date]) -> None:
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (begun, target))
    found = midnights(first, last)
    assert [day for day, _ in found] == days
    assert all(first < after <= last for _, after in found)


def test_all_processes_follow_within_a_second(settings: Settings) -> None:
    one, other = build(settings), build(settings)
    try:
        began = other.core.clock.now()
        move(one, began + timedelta(days=35))
        while other.core.clock.now() < began + timedelta(days=35):
            assert one.core.wall.now() < began + timedelta(seconds=5), "the other process did not follow"
    finally:
        one.close()
        other.close()


def test_forward_only(application: Application) -> None:
    with pytest.raises(Invalid):
        application.move_clock(SCOPE, seconds=-1)


def test_not_where_the_vendors_are_real(settings: Settings) -> None:
    real = build(attrs.evolve(settings, sandbox=False))
    try:
        with pytest.raises(Rejected):
            real.move_clock(SCOPE, seconds=60)
        assert real.offset_seconds() == 0
    finally:
        real.close()


def test_a_moved_clock_keeps_a_real_installation_from_starting(application: Application, settings: Settings) -> None:
    a_lender_and_brand(application)
    application.move_clock(SCOPE, seconds=60)
    with pytest.raises(RuntimeError, match="the clock was moved"):
        build(attrs.evolve(settings, sandbox=False))
