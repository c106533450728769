"""
The deployment that the stories play on: processes of their own, spoken to over HTTP alone.

``--deployment embedded`` (the default) has a database of its own and queues in it; ``--deployment services`` has PostgreSQL, RabbitMQ and
Redis beside it. A story does not know which.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from los_adapters.shared.embedded import Place
from los_cli.demo.ground import Ground, Los, environment_of, prepare, running
from los_cli.demo.people import Borrower
from los_cli.processes import Ports
from tests.services import MASTER_KEY, PostgresServer, free_port, rabbitmq_server, redis_server

_SEEDS = itertools.count(101)


@pytest.fixture(scope="session")
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A running installation with a brand that can lend."""
    home = tmp_path_factory.mktemp("a deployment") / ".los"
    home.mkdir()
    key = home / "master.key"
    key.touch(0o600)
    key.write_bytes(MASTER_KEY)
    ports = Ports(free_port(), free_port())
    environment = {name: value for name, value in environment_of(home, ports).items() if name != "LOS_DATABASE_URL"} | {
        "LOS_MASTER_KEY_FILE": str(key)
    }
    with ExitStack() as servers:
        if request.config.getoption("--deployment") == "services":
            postgres: PostgresServer = request.getfixturevalue("postgres_server")
            environment |= {
                "LOS_DATABASE_URL": servers.enter_context(postgres.empty()).owner,
                "LOS_QUEUE": "rabbitmq",
                "LOS_RABBITMQ_URL": servers.enter_context(rabbitmq_server(_folder(tmp_path_factory, "rabbitmq"))),
                "LOS_CACHE": "redis",
                "LOS_REDIS_URL": servers.enter_context(redis_server(_folder(tmp_path_factory, "redis"))),
            }
        else:
            servers.callback(Place.of(home).remove)
        los = Los(environment)
        api, outside = servers.enter_context(running(los, ports, log=home / "run.log"))
        yield prepare(los, api, outside)


def _folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    return tmp_path_factory.mktemp(name)


@pytest.fixture
def somebody(ground: Ground) -> Callable[..., Borrower]:
    """Return who makes people, each a new one: ``somebody()``, ``somebody("late-payer")``."""
    return lambda kind="prime": Borrower.of(ground, ground.outside.persona(next(_SEEDS), kind))


@pytest.fixture(autouse=True)
def no_bad_day_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let every vendor work again after a story."""
    yield
    if "ground" in request.fixturenames:
        request.getfixturevalue("ground").outside.disarm()
