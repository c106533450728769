"""What every test has: private servers on demand, a network that ends at loopback, and a word on what was skipped."""

import ipaddress
import os
import sys
from collections import Counter
from typing import Any

import hypothesis
import pytest

from tests import audited

# The same examples at each run in CI and at the desk; fresh and many at night (`make nightly`). A busy machine is no failure.
hypothesis.settings.register_profile("usual", derandomize=True, deadline=None)
hypothesis.settings.register_profile("nightly", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

pytest_plugins = ["tests.services", "tests.connected"]

_MARKS = {
    "postgres": ("postgres_server", "durable_postgres_server", "ground"),
    "redis": ("redis",),
    "rabbitmq": ("rabbitmq",),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what the journeys play on."""
    parser.addoption(
        "--deployment",
        choices=("embedded", "services"),
        default="embedded",
        help="what tests/journeys play on: a database of their own, or PostgreSQL with RabbitMQ and Redis",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the servers that its fixtures start, so that ``-m "not postgres"`` leaves them out."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        for mark, fixtures in _MARKS.items():
            if used.intersection(fixtures):
                item.add_marker(mark)


def pytest_configure() -> None:
    """Begin the notes on what was audited; other processes of the session find them begun."""
    audited.begin_notes()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell which changing routes left nothing in the audit trail, whoever called them; under ``CI=true`` that is a failure."""
    if hasattr(session.config, "workerinput"):
        return
    silent = audited.silent_routes()
    for route in silent:
        print(f"\nno audit row of {route}", file=sys.stderr)
    if silent and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List what was skipped, in groups, and why."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[str(words).removeprefix("Skipped: ").splitlines()[0]] += 1
    if reasons:
        terminalreporter.section("not run here")
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"{count:5} {'test' if count == 1 else 'tests'}: {reason}")


def _only_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = arguments[1][0]
    try:
        inside = host == "localhost" or ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise RuntimeError(f"a test wanted to reach {host}: the suite talks to this machine only")


sys.addaudithook(_only_loopback)
