"""Jobs: a slot is claimed once, run for its day, and its run tells how far it got and how it ended."""

import threading
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from los_adapters.bootstrap import Application
from los_domain.jobs.model import JobRun, RunState
from los_domain.jobs.policy import Cron
from los_domain.shared.actor import Actor, PlatformScope
from los_domain.shared.dates import IST
from los_domain.shared.errors import Conflict
from los_domain.shared.paging import PageRequest
from los_domain.shared.progress import Progress
from los_worker.jobs import actors
from los_worker.shared.backlog import Backlog
from los_worker.shared.handler import Handler
from los_worker.shared.job import Job, Run
from los_worker.subscriptions import Table
from los_worker.ticker import Ticker
from tests.services import DatabaseUrls, SettableClock

SCOPE = PlatformScope(Actor.system("test"))
JOBS = Table.of(actors.SUBSCRIPTIONS)


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> sa.Engine:
    return sa.create_engine(database_urls.owner.replace("postgresql://", "postgresql+psycopg://"))


def due_now(owner: sa.Engine) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("update deliveries set due_at = now(), running_until = null")


def runs(application: Application, owner: sa.Engine) -> list[JobRun]:
    with owner.connect() as connection:
        ids = connection.exec_driver_sql("select id from job_runs order by claimed_at").scalars().all()
    with application.core.postgres.begin(SCOPE) as work:
        return [work.job_runs.get(UUID(str(run_id))) for run_id in ids]


def work_off(application: Application) -> None:
    application.deliveries.fan_out(JOBS.hearing)
    for one in application.deliveries.claim(["jobs"]):
        Handler(application, JOBS)(str(one.event_id), one.consumer)


def test_a_slot_is_claimed_by_one_of_many_tickers(
    application: Application, clock: SettableClock, owner: sa.Engine
) -> None:
    jobs = (Job("test.daily", Cron.daily(9), lambda *_: None), Job("test.often", Cron.every(15), lambda *_: None))
    tickers = [Ticker(application, jobs) for _ in range(6)]
    together = threading.Barrier(len(tickers))

    def tick(ticker: Ticker) -> None:
        together.wait()
        ticker.step()
        ticker.step()

    threads = [threading.Thread(target=tick, args=(ticker,)) for ticker in tickers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=IST)
    assert {(run.job, run.slot) for run in runs(application, owner)} == {
        ("test.daily", noon.replace(hour=9)),
        ("test.often", noon),
    }
    assert len(runs(application, owner)) == 2
    clock.advance(minutes=15)
    assert [ticker.step() for ticker in tickers] == [1, 0, 0, 0, 0, 0]
    clock.advance(days=3)  # slots passed meanwhile are not made up for
    assert sum(ticker.step() for ticker in tickers) == 2


def test_a_run_knows_its_day_and_tells_how_it_went(
    application: Application, clock: SettableClock, owner: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[date] = []

    def run(application: Application, run: Run) -> str:
        seen.append(run.day)
        run.report(Progress(40, 100, "loans"))
        return "100 loans"

    job = Job("test.night", Cron.daily(0, 10), run)
    monkeypatch.setattr(actors, "SCHEDULE", {job.name: job})
    Ticker(application, (job,)).step()
    assert [found.state for found in runs(application, owner)] == [RunState.WAITING]
    clock.advance(days=2)  # run late: the day is that of the slot
    work_off(application)
    (found,) = runs(application, owner)
    assert seen == [date(2026, 11, 23)]
    assert (found.state, found.result, found.progress) == (RunState.DONE, "100 loans", Progress(40, 100, "loans"))
    assert found.started_at
    assert found.finished_at
    assert found.started_at <= found.finished_at
    work_off(application)
    assert len(seen) == 1


def test_a_failed_run_is_tried_again_under_the_same_slot(
    application: Application, owner: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def run(application: Application, run: Run) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("9876543210")

    job = Job("test.night", Cron.daily(0, 10), run)
    monkeypatch.setattr(actors, "SCHEDULE", {job.name: job})
    Ticker(application, (job,)).step()
    work_off(application)
    (found,) = runs(application, owner)
    assert (found.state, found.error) == (RunState.FAILED, "ValueError")
    for _ in range(4):
        due_now(owner)
        work_off(application)
    (found,) = runs(application, owner)
    assert (found.state, found.error, len(tries)) == (RunState.DONE, "", 3)


def test_a_job_that_is_no_more_ends_as_a_dead_letter(
    application: Application, owner: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ticker(application, (Job("test.gone", Cron.daily(0, 10), lambda *_: None),)).step()
    monkeypatch.setattr(actors, "SCHEDULE", {})
    for _ in range(6):
        work_off(application)
        due_now(owner)
    with owner.connect() as connection:
        assert connection.exec_driver_sql("select why, error from dead_letters").one() == (
            "tries used up",
            "NotFound: no job is called test.gone",
        )


def test_dead_letters_are_listed_and_replayed_once(
    application: Application, owner: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []
    job = Job("test.mended", Cron.daily(0, 10), lambda *_: ran.append(1))
    monkeypatch.setattr(actors, "SCHEDULE", {})
    Ticker(application, (job,)).step()
    for _ in range(5):
        work_off(application)
        due_now(owner)
    (letter,) = application.jobs.queries.dead_letters(consumer="jobs.run")
    assert application.jobs.queries.dead_letter(letter.id) == letter
    assert application.jobs.queries.waiting().dead_letters == 1
    monkeypatch.setattr(actors, "SCHEDULE", {job.name: job})
    application.jobs.replay(SCOPE, letter.id)
    with pytest.raises(Conflict):
        application.jobs.replay(SCOPE, letter.id)
    work_off(application)
    assert ran == [1]
    assert application.jobs.queries.dead_letters() == []
    assert [found.id for found in application.jobs.queries.dead_letters(replayed=True)] == [letter.id]
    page = application.jobs.queries.runs(PageRequest(), job="test.mended")
    assert [(run.state, page.total) for run in page.items] == [(RunState.DONE, 1)]
    assert application.jobs.queries.runs(PageRequest(), job="other").total == 0


def test_what_waits_is_counted(application: Application) -> None:
    Ticker(application, (Job("test.one", Cron.daily(0, 10), lambda *_: None),)).step()
    waiting = application.jobs.queries.waiting()
    assert (waiting.outbox, waiting.dead_letters, waiting.inbox, dict(waiting.queues)) == (1, 0, 0, {})
    assert waiting.outbox_oldest > timedelta(0)
    application.deliveries.fan_out(JOBS.hearing)
    waiting = application.jobs.queries.waiting()
    assert (waiting.outbox, waiting.outbox_oldest) == (0, timedelta(0))
    assert (waiting.queues["jobs"].owed, waiting.queues["jobs"].running) == (1, 0)


def test_what_waits_is_told_to_prometheus(application: Application) -> None:
    registry = CollectorRegistry()
    registry.register(Backlog(application))
    Ticker(application, (Job("test.one", Cron.daily(0, 10), lambda *_: None),)).step()
    assert registry.get_sample_value("los_outbox_waiting") == 1
    application.deliveries.fan_out(JOBS.hearing)
    assert registry.get_sample_value("los_outbox_waiting") == 0
    assert registry.get_sample_value("los_queue_owed", {"queue": "jobs"}) == 1
    assert registry.get_sample_value("los_dead_letters") == 0
