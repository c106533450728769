"""One sandbox for each module of tests, and a receiver for each test."""

from collections.abc import Iterator

import pytest

from tests.sandbox.running import Receiver, Sandbox, receiver, start


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = start(tmp_path_factory.mktemp("sandbox of a module"))
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def no_fault_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox").http.delete("/_sandbox/faults")


@pytest.fixture
def posts() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept
