"""One sandbox for all contract tests, and a receiver of notices for each."""

from collections.abc import Iterator

import pytest

from los_adapters.wire.http import Wire
from tests.loopback import wire
from tests.sandbox.running import Receiver, Sandbox, receiver, start


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = start(tmp_path_factory.mktemp("contracts"), "--seed", "11")
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def no_fault_is_left(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.http.delete("/_sandbox/faults")


@pytest.fixture
def line() -> Iterator[Wire]:
    with wire() as opened:
        yield opened


@pytest.fixture
def posts() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept
