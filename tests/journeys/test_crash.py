"""
``kill -9`` of API and worker while borrowers live their stories: nothing acknowledged is lost, nothing is done twice.

Each kill falls into one of five windows, found in the database while it is open: before a commit, between commit and sending, while a
vendor's call is open, while its answer is unrecorded, during a night. ``make crash`` asks for more of both than the usual run.
kill -9 is no power cut: what the database wrote stays in the machine's memory. See docs/operations.md.
"""

import itertools
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import httpx
import psycopg
import pytest

from los_adapters.operations import Installation
from los_adapters.shared.embedded import Cluster, NoPostgres, Place
from los_cli.demo.ground import Ground, Los, environment_of, prepare
from los_cli.demo.outside import Outside
from los_cli.demo.people import Borrower
from los_cli.demo.proof import Books
from los_cli.demo.story import CHAPTERS, Story
from los_cli.demo.wire import Line
from los_cli.processes import Fleet, House, Ports
from tests.journeys.told import Kept
from tests.services import MASTER_KEY, absent, free_port

KILLS = int(os.environ.get("LOS_KILLS", "8"))
LOANS = int(os.environ.get("LOS_LOANS", "4"))
BORROWERS = 3
LAST = "Application"
"""The last chapter that several borrowers can live at once: later ones move everybody's clock."""

PATIENCE_SECONDS = 120.0
PLAYED_BY_API = ("digitap", "razorpay")
PLAYED_BY_WORKER = ("gupshup", "cart", "equifax", "idfc", "sendgrid")


class PatientLine(Line):
    """A caller who asks again, under the same key, while the house is being rebuilt."""

    def ask(self, method: str, path: str, body: Any = None, **asked: Any) -> Any:
        headers = dict(asked.pop("headers", None) or {})
        headers.setdefault("Idempotency-Key", os.urandom(12).hex())
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(httpx.TransportError):
                answer = self.http.request(
                    method, path, json=body, params=asked.get("query"), headers={**self.headers, **headers}
                )
                if answer.status_code not in (409, 429, 502, 503, 504) or time.monotonic() > end:
                    break
            assert time.monotonic() < end, f"{method} {path} found nobody for {PATIENCE_SECONDS:.0f} s"
            time.sleep(0.3)
        assert answer.status_code in asked.get("expect", (200, 201, 202, 204)), f"{method} {path}: {answer.text[:500]}"
        return answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else None

    def put_file(self, url: str, method: str, headers: Any, content: bytes) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(httpx.TransportError):
                answer = self.http.request(method, url, content=content, headers=dict(headers))
                # A link works once: where the first try's answer was lost, the second is told that the file is there.
                if answer.status_code < 300 or answer.status_code in (404, 409):
                    return
            assert time.monotonic() < end, "the file found nobody"
            time.sleep(0.3)


@attrs.define
class Wrecker:
    """Kills, each time inside a window that the database shows open, and puts the house up again."""

    house: House
    url: str  # as superuser: others do not see what the processes wait for
    outside: Outside
    los: Los
    chance: random.Random
    struck: Counter[str] = attrs.field(factory=Counter)

    def strike(self, window: str) -> None:
        """Kill once inside *window*, if it opens within some seconds."""
        struck = getattr(self, window)()
        if struck:
            self.struck[window] += 1
            print(f"killed {struck}: {window.replace('_', ' ')}", flush=True)

    def _ask(self, question: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(question.encode()).fetchone()
            return row[0] if row else None

    def _await(self, question: str, seconds: float = 8) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._ask(question):
                return True
            time.sleep(0.01)
        return False

    def _again(self, name: str) -> None:
        self.house.fleet.kill(name)
        getattr(self.house, name)()

    def before_commit(self) -> str:
        """The transaction has written and waits for a lock that we hold."""
        with psycopg.connect(self.url) as holding:
            holding.execute("lock table audit_rows in share mode")
            open_ = self._await(
                "select 1 from pg_stat_activity where wait_event_type = 'Lock' and usename like 'los_%' limit 1"
            )
            name = self.chance.choice(("api", "worker"))
            if open_:
                self.house.fleet.kill(name)
            holding.rollback()
        if not open_:
            return ""
        getattr(self.house, name)()
        return name

    def commit_to_send(self) -> str:
        """What is to be done is committed, and nobody has begun."""
        worker = self.house.fleet.running["worker"]
        worker.send_signal(signal.SIGSTOP)
        open_ = self._await("select 1 from outbox where sent_at is null limit 1")
        self._again("worker")
        return "worker" if open_ else ""

    def vendor_call_open(self) -> str:
        """A vendor was asked and works."""
        for vendor in (*PLAYED_BY_API, *PLAYED_BY_WORKER):
            self.outside.arm(vendor, "slow", seconds=2)
        return self._while_a_call_is_open()

    def answer_unrecorded(self) -> str:
        """The vendor has done it, and its answer never comes."""
        for vendor in ("digitap", "gupshup", "cart", "idfc"):
            self.outside.arm(vendor, "success_then_timeout", seconds=4)
        return self._while_a_call_is_open()

    def _while_a_call_is_open(self) -> str:
        open_ = self._await("select 1 from attempts where outcome is null limit 1")
        names = ["api", "worker"]
        self.chance.shuffle(names)
        if open_:
            for name in names:
                self._again(name)
        self.outside.disarm()
        return " and ".join(names) if open_ else ""

    def during_a_night(self) -> str:
        """Business time moves to the next day, and whoever closes the old one dies."""
        moving = subprocess.Popen(
            [sys.executable, "-m", "los_cli", "clock", "advance", "1"],
            env=dict(self.los.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        before = self._ask("select clock_offset_seconds from installation")
        open_ = self._await(f"select 1 from installation where clock_offset_seconds > {before}", 30)
        time.sleep(self.chance.random() * 0.3)
        moving.kill()
        moving.wait()
        self._again("worker")
        return "the night and the worker" if open_ else ""


WINDOWS = ("before_commit", "commit_to_send", "vendor_call_open", "answer_unrecorded", "during_a_night")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[tuple[Ground, Wrecker]]:
    """A house whose processes are ours to kill, over a durable database."""
    home = tmp_path / ".los"
    home.mkdir()
    key = home / "master.key"
    key.touch(0o600)
    key.write_bytes(MASTER_KEY)
    ports = Ports(free_port(), free_port())
    try:
        cluster = Cluster.open(home, durable=True)
    except NoPostgres as missing:
        absent(f"no PostgreSQL: {missing}")
    fleet = Fleet(home / "log")
    try:
        environ = {**environment_of(home, ports), "LOS_MASTER_KEY_FILE": str(key), "LOS_DATABASE_URL": cluster.url()}
        installation = Installation(environ, home)
        installation.migrate(cluster.url())
        house = House(fleet, home, installation.variables(cluster.url()), ports)
        house.all()
        los, outside = Los(environ), Outside(Line.to(ports.sandbox_url))
        ground = prepare(los, ports.api_url, outside)
        yield ground, Wrecker(house, cluster.superuser_url("los"), outside, los, random.Random("wrecker"))
    finally:
        fleet.stop()
        cluster.stop()
        Place.of(home).remove()


def signs_up(borrower: Borrower) -> None:
    """Prove her phone on a bad day: a code may come twice, and an answer that was lost has used its code up."""
    hers = {"brand": borrower.subdomain, "phoneNumber": borrower.phone}
    for _ in range(4):
        borrower.line.ask("POST", "/api/v1/web/auth/register", hers)
        borrower.outside.code_for(borrower.phone, seen=borrower.texts_read)
        code = re.findall(r"\b\d{6}\b", borrower.outside.sms(borrower.phone)[-1]["text"])[0]
        told = borrower.line.ask("POST", "/api/v1/web/auth/verify-otp", {**hers, "otp": code}, expect=(200, 400))
        if "accessToken" in told:
            borrower.line.headers["Authorization"] = f"Bearer {told['accessToken']}"
            return
        borrower.texts_read = len(borrower.outside.sms(borrower.phone))
    raise AssertionError("four codes did not open her account")


def lived(ground: Ground, seed: int) -> Story:
    """Live the story of *seed*, patiently."""
    story = Story.begin(ground, seed, Kept())
    story.borrower.line = PatientLine.to(ground.api)
    signs_up(story.borrower)
    for title, chapter in CHAPTERS[1:]:
        chapter(story)
        if title == LAST:
            break
    return story


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(deployment: tuple[Ground, Wrecker]) -> None:
    ground, wrecker = deployment
    seeds, enough = itertools.count(900), threading.Event()

    def one_after_another() -> list[Story]:
        stories = []
        while len(stories) < -(-LOANS // BORROWERS) or not enough.is_set():
            stories.append(lived(ground, next(seeds)))
        return stories

    with ThreadPoolExecutor(BORROWERS) as pool:
        running = [pool.submit(one_after_another) for _ in range(BORROWERS)]
        try:
            tries: Counter[str] = Counter()
            while (
                wrecker.struck.total() < KILLS and tries.total() < KILLS * 4 and not any(one.done() for one in running)
            ):
                window = min(WINDOWS, key=lambda each: (wrecker.struck[each], tries[each]))
                tries[window] += 1
                wrecker.strike(window)
        finally:
            enough.set()
        done = [story for one in running for story in one.result()]
    print(f"{len(done)} loans, {dict(wrecker.struck)}")
    assert wrecker.struck.total() >= KILLS, f"windows did not open: {dict(wrecker.struck)}"
    quiet = "select count(*) = 0 from deliveries where due_at < now() + interval '1 minute'"
    assert wrecker._await(quiet, 120), "work was left undone"
    for story in done:
        hold(story)
    assert wrecker._ask("select count(*) from dead_letters") == 0
    checks = {one["check"]: one["state"] for one in _doctor(ground.los)}
    assert "fails" not in checks.values(), checks


def _doctor(los: Los) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = los("doctor")
    return found


def hold(story: Story) -> None:
    """What was acknowledged to her stands, once, and the outside did it once."""
    ground, persona = story.ground, story.choice.persona
    loan = story.borrower.loan(story.facts["loan"]) if _shows_loans(story) else None
    books = Books.of(story)
    assert [line["word"] for line in books.timeline].count("APPLIED") == 1
    assert books.trial_balance == "0.00"
    assert len(ground.outside.record("bank-credits", account=persona["accountNumber"])) <= 1
    jobs = Counter(row.get("sha256", row.get("docId", "")) for row in ground.outside.record("statements"))
    assert all(count == 1 for count in jobs.values()), jobs
    assert loan is None or loan["id"] == story.facts["loan"]


def _shows_loans(story: Story) -> bool:
    document = story.borrower.line.http.get("/docs/openapi.json").json()
    return "/api/v1/web/loans/{loanId}" in document["paths"]
