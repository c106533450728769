"""When jobs begin, and what becomes of work that failed."""

from datetime import UTC, datetime, timedelta

import pytest

from los_domain.jobs.model import Then
from los_domain.jobs.policy import Cron, Verdict, after_failure
from los_domain.shared.dates import IST
from los_domain.shared.errors import (
    Conflict,
    FieldProblem,
    InFlight,
    Invalid,
    NotFound,
    ProviderRefused,
    ProviderUnavailable,
    Rejected,
    StaleWrite,
    TooMany,
)


def ist(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=IST)


@pytest.mark.parametrize(
    ("cron", "now", "slot"),
    [
        (Cron.daily(0, 10), ist(2026, 11, 25, 0, 10), ist(2026, 11, 25, 0, 10)),
        (Cron.daily(0, 10), ist(2026, 11, 25, 0, 9, 59), ist(2026, 11, 24, 0, 10)),
        (Cron.daily(9), ist(2026, 3, 1, 8, 0), ist(2026, 2, 28, 9, 0)),
        # midnight in India is 18:30 in UTC: the day is India's, whatever zone the instant came in
        (Cron.daily(0), datetime(2026, 11, 24, 18, 29, 59, tzinfo=UTC), ist(2026, 11, 24)),
        (Cron.daily(0), datetime(2026, 11, 24, 18, 30, tzinfo=UTC), ist(2026, 11, 25)),
        (Cron.every(5), ist(2026, 11, 25, 10, 4, 59), ist(2026, 11, 25, 10, 0)),
        (Cron.every(5), ist(2026, 11, 25, 10, 5), ist(2026, 11, 25, 10, 5)),
        (Cron.every(60), ist(2026, 11, 25, 0, 0), ist(2026, 11, 25, 0, 0)),
        (Cron.every(1440), ist(2026, 11, 25, 23, 59), ist(2026, 11, 25, 0, 0)),
    ],
)
def test_latest_slot(cron: Cron, now: datetime, slot: datetime) -> None:
    assert cron.latest(now) == slot


def test_slots_of_one_day_are_as_many_as_fit_and_all_in_order() -> None:
    cron, start = Cron.every(15), ist(2026, 11, 25)
    slots = {cron.latest(start + timedelta(minutes=minute)) for minute in range(1440)}
    assert sorted(slots) == [start + timedelta(minutes=15 * n) for n in range(96)]


@pytest.mark.parametrize("minutes", [0, -5, 7, 1441])
def test_minutes_that_do_not_divide_a_day_are_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="divide a day"):
        Cron.every(minutes)


@pytest.mark.parametrize("both", [{}, {"at": ist(2026, 1, 1, 3).time(), "every_minutes": 5}])
def test_a_cron_says_one_thing(both: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="either"):
        Cron(**both)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (StaleWrite("x"), [0, 0, 0, 0]),
        (NotFound("x"), [2, 8, 32, 128]),
        (Conflict("x"), [2, 8, 32, 128]),
        (InFlight("x"), [2, 8, 32, 128]),
        (
            ProviderUnavailable("x", retry_after_seconds=30),
            [30, 30, 30, 40, 80, 160, 320, 640, 1280, 2560, 3600],
        ),
        (TooMany("x", retry_after_seconds=600), [600, 600, 600, 600, 600, 600, 600, 640, 1280, 2560, 3600]),
        (ValueError("a fault of ours"), [2, 10, 50]),
    ],
)
def test_what_may_pass_is_tried_again_until_its_patience_ends(error: Exception, waits: list[int]) -> None:
    verdicts = [after_failure(error, tries=tries) for tries in range(1, len(waits) + 1)]
    assert [verdict.after_seconds for verdict in verdicts] == waits
    assert all(verdict.then is Then.AGAIN for verdict in verdicts)
    assert after_failure(error, tries=len(waits) + 1).then is Then.USED_UP


@pytest.mark.parametrize(
    "error", [ProviderRefused("x"), Rejected("x", reasons=("R",)), Invalid(FieldProblem("f", "m"))]
)
def test_what_no_try_helps_waits_for_a_person_at_once(error: Exception) -> None:
    assert after_failure(error, tries=1) == Verdict(Then.FOR_A_PERSON)


def test_jitter_stretches_a_wait_by_half_at_most() -> None:
    waits = {after_failure(NotFound("x"), tries=4, jitter_percent=percent).after_seconds for percent in range(101)}
    assert min(waits) == 128
    assert max(waits) == 192
