"""Pulling a report: when a bureau is asked and when not, over the running sandbox on good days and bad ones."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from los_adapters.bureau.shapes import read_report
from los_domain.bureau.model import Pull, PullState
from los_domain.bureau.pulls import Next, next_of
from los_domain.shared.errors import ProviderUnavailable
from los_domain.shared.identifiers import Phone
from los_domain.shared.ids import CustomerId, LoanId
from los_domain.shared.money import Money
from tests.borrowers import a_customer
from tests.connected import Connected
from tests.loans.applying import is_onboarded
from tests.loans.builders import a_loan
from tests.vendors import is_impatient

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def a_pull(state: PullState, **changed: Any) -> Pull:
    fields: dict[str, Any] = {"begun_at": NOW, "asked_at": NOW}
    return Pull(UUID(int=1), CustomerId(UUID(int=2)), UUID(int=3), state, **{**fields, **changed})


def ago(**by: float) -> dict[str, Any]:
    return {"begun_at": NOW - timedelta(**by), "asked_at": NOW - timedelta(**by)}


@pytest.mark.parametrize(
    ("pulled_on", "last", "expected"),
    [
        (None, None, Next.ASK),
        (TODAY, None, Next.USE),
        (TODAY - timedelta(days=30), None, Next.USE),
        (TODAY - timedelta(days=31), None, Next.ASK),
        (TODAY + timedelta(days=1), None, Next.ASK),  # the clock was set back: it cannot be
        (None, a_pull(PullState.ASKING), Next.COME_BACK),
        (None, a_pull(PullState.ASKING, **ago(seconds=60)), Next.LOST),
        (None, a_pull(PullState.WAITING, **ago(minutes=119)), Next.ASK),
        (None, a_pull(PullState.WAITING, **ago(minutes=120)), Next.GIVE_UP),
        (None, a_pull(PullState.UNKNOWN, **ago(hours=23)), Next.LEAVE),
        (None, a_pull(PullState.UNKNOWN, **ago(hours=24)), Next.ASK),
        (None, a_pull(PullState.REFUSED), Next.ASK),
        (None, a_pull(PullState.GIVEN_UP), Next.ASK),
        (TODAY - timedelta(days=31), a_pull(PullState.DONE), Next.ASK),
        (TODAY, a_pull(PullState.UNKNOWN), Next.USE),
    ],
)
def test_when_a_bureau_is_asked(pulled_on: date | None, last: Pull | None, expected: Next) -> None:
    report = None if pulled_on is None else a_pull(PullState.DONE, pulled_on=pulled_on)
    assert next_of(report, last, today=TODAY, fresh_days=30, now=NOW) is expected


LOAN = LoanId(UUID(int=1_001))
AMOUNT = Money.rupees(50_000)


@pytest.fixture
def her(connected: Connected) -> CustomerId:
    """The sandbox's prime borrower, who applied."""
    is_impatient(connected.application)
    customer = a_customer(connected.application, connected.brand, phone=Phone("9000000001"))
    is_onboarded(connected.application, connected.brand, customer.id)
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        work.loans.add(a_loan(id=LOAN, customer_id=customer.id))
    return customer.id


def pull(connected: Connected, her: CustomerId) -> PullState:
    return connected.application.bureau.pull(connected.brand.scope(), LOAN, her, amount=AMOUNT)


def last(connected: Connected) -> Pull | None:
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        return work.pulls.last_for(LOAN)


def enquiries(connected: Connected) -> int:
    """Return how many questions the bureau saw of this brand's member."""
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        rows = work.context.connection.exec_driver_sql("select count(*) from attempts where call = 'pull_report'")
        return int(rows.scalar_one())


def test_a_report_is_bought_once_and_kept_sealed(connected: Connected, her: CustomerId) -> None:
    assert pull(connected, her) is PullState.DONE
    assert pull(connected, her) is PullState.DONE
    assert enquiries(connected) == 1
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        kept = work.pulls.newest(her)
        sealed = work.context.connection.exec_driver_sql("select raw from credit_reports").scalar_one()
    assert kept is not None
    assert kept.raw is not None
    assert read_report(kept.raw).score.value is not None
    assert len(kept.sha256) == 64
    assert b"Score" in kept.raw
    assert b"Score" not in bytes(sealed)


def test_an_old_report_is_bought_anew(connected: Connected, her: CustomerId) -> None:
    pull(connected, her)
    connected.clock.advance(days=31)
    pull(connected, her)
    assert enquiries(connected) == 2


def test_a_bureau_that_takes_no_question_is_asked_again(connected: Connected, her: CustomerId) -> None:
    connected.sandbox.arm("equifax", "rate_limited", times=1, seconds=1)
    with pytest.raises(ProviderUnavailable):
        pull(connected, her)
    found = last(connected)
    assert found is not None
    assert found.state is PullState.WAITING
    time.sleep(1.1)
    assert pull(connected, her) is PullState.DONE
    again = last(connected)
    assert again is not None
    assert again.id == found.id


@pytest.mark.parametrize(("fault", "armed"), [("down", {}), ("garbage", {}), ("slow", {"seconds": 3})])
def test_a_lost_answer_is_nobodys_to_repeat(
    connected: Connected, her: CustomerId, fault: str, armed: dict[str, Any]
) -> None:
    connected.sandbox.arm("equifax", fault, times=1, **armed)
    assert pull(connected, her) is PullState.UNKNOWN
    assert pull(connected, her) is PullState.UNKNOWN
    assert enquiries(connected) == 1


def test_nobody_is_asked_about_who_proved_nothing(connected: Connected) -> None:
    stranger = a_customer(connected.application, connected.brand)
    with connected.application.core.postgres.begin(connected.brand.scope()) as work:
        work.loans.add(a_loan(id=LOAN, customer_id=stranger.id))
    assert pull(connected, stranger.id) is PullState.REFUSED
    found = last(connected)
    assert found is not None
    assert found.reason == "IDENTITY_NOT_PROVED"
    assert enquiries(connected) == 0
