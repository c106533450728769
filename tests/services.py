"""
Private servers for tests: PostgreSQL, Redis and RabbitMQ, each started when first asked for and stopped with the session.

Nothing of the machine is shared: free ports or sockets, folders of the session. A server that cannot be started skips what needs it,
and says why; under ``CI=true`` it fails instead. A test says that it needs one by asking for its fixture.
"""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn

import attrs
import psycopg
import pytest
from litestar.testing import TestClient
from litestar.types import ASGIApp

from los_adapters.bootstrap import Application, build
from los_adapters.shared.embedded import Binaries, Cluster, NoPostgres
from los_adapters.shared.migrate import migrate
from los_adapters.shared.schema import Role
from los_adapters.shared.settings import Settings, url_as
from los_adapters.shared.vault import Vault
from los_domain.shared.actor import Actor, BrandScope, PlatformScope
from los_domain.shared.dates import india_day
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import BrandId, LenderId, StaffId
from los_http.app import build as api_over
from tests.audited import watched

MASTER_KEY: Final = bytes(range(32))
NOON: Final = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
"""A Monday, noon in India: when a test's business time begins unless it says otherwise."""

TEST: Final = Actor.system("test")
PASSWORD: Final = "correct horse battery staple"


def absent(reason: str) -> NoReturn:
    """Skip the test, loudly; under ``CI=true`` nothing may be missing, so fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@attrs.define
class SettableClock:
    """Business time under the test's hand."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Return the instant."""
        return self.at

    def today(self) -> datetime:
        """Return the date in India."""
        return india_day(self.at)

    def advance(self, **by: float) -> None:
        """Move forward, for example ``advance(days=35)``."""
        self.at += timedelta(**by)


@attrs.frozen
class DatabaseUrls:
    """One test's database: the owner's URL and those of the three roles."""

    owner: str
    superuser: str

    def of(self, role: Role) -> str:
        """Return the URL of *role*."""
        return url_as(self.owner, role)

    @property
    def roles(self) -> Mapping[Role, str]:
        """The URLs by role."""
        return {role: self.of(role) for role in Role}


@attrs.define
class PostgresServer:
    """A private cluster with one migrated database, of which each test gets a copy."""

    cluster: Cluster
    template: str = "migrated"
    copies: int = 0

    @classmethod
    def start(cls, home: Path, *, durable: bool = False, binaries: Binaries | None = None) -> "PostgresServer":
        """Start and migrate. Raises NoPostgres."""
        server = cls(Cluster.open(home, durable=durable, ephemeral=True, binaries=binaries))
        server._administer(f"CREATE DATABASE {server.template} OWNER los_owner")
        migrate(server.cluster.url(server.template), Vault(MASTER_KEY))
        return server

    @contextmanager
    def fresh(self) -> Iterator[DatabaseUrls]:
        """Yield a new migrated database while the block runs."""
        self.copies += 1
        name = f"copy_{self.copies}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {self.template} OWNER los_owner")
        try:
            yield DatabaseUrls(self.cluster.url(name), self.cluster.superuser_url(name))
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty(self) -> Iterator[DatabaseUrls]:
        """Yield a database without tables while the block runs."""
        self.copies += 1
        name = f"empty_{self.copies}"
        self._administer(f"CREATE DATABASE {name} OWNER los_owner")
        try:
            yield DatabaseUrls(self.cluster.url(name), self.cluster.superuser_url(name))
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.cluster.superuser_url(), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The session's server, made for speed: a crash of the machine may lose its data."""
    try:
        server = PostgresServer.start(tmp_path_factory.mktemp("postgres"))
    except NoPostgres as missing:
        absent(f"no PostgreSQL: {missing}")
    yield server
    server.cluster.stop()


@pytest.fixture
def durable_postgres_server(tmp_path: Path) -> Iterator[PostgresServer]:
    """A server of this test's own that keeps what it acknowledged, to be killed and started again."""
    try:
        server = PostgresServer.start(tmp_path / "durable", durable=True)
    except NoPostgres as missing:
        absent(f"no PostgreSQL: {missing}")
    yield server
    server.cluster.stop()


@pytest.fixture
def database_urls(postgres_server: PostgresServer) -> Iterator[DatabaseUrls]:
    """A migrated database of this test's own."""
    with postgres_server.fresh() as urls:
        yield urls


@pytest.fixture
def master_key_file(tmp_path: Path) -> Path:
    """The key that the test's database was made under."""
    path = tmp_path / "master.key"
    path.touch(0o600)
    path.write_bytes(MASTER_KEY)
    return path


@pytest.fixture
def clock() -> SettableClock:
    """Business time; starts at noon of a Monday in India."""
    return SettableClock()


@pytest.fixture
def settings(database_urls: DatabaseUrls, master_key_file: Path, tmp_path: Path) -> Settings:
    """Settings over the test's database, in sandbox mode."""
    return Settings(
        brand_database_url=database_urls.of(Role.BRAND),
        lender_database_url=database_urls.of(Role.LENDER),
        platform_database_url=database_urls.of(Role.PLATFORM),
        master_key_file=master_key_file,
        files_folder=tmp_path / "files",
        audit_folder=tmp_path / "audit",
        sandbox=True,
    )


@pytest.fixture
def application(settings: Settings, clock: SettableClock) -> Iterator[Application]:
    """The whole system over a database of this test's own."""
    application = build(settings, clock=clock)
    yield application
    application.close()


@pytest.fixture
def api(application: Application) -> "Iterator[TestClient[ASGIApp]]":
    """The API over the test's application, asked without a network."""
    with (
        watched(api_over(application), application) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield client


@pytest.fixture
def begin(application: Application):  # type: ignore[no-untyped-def]
    """Open units of work: ``with begin(scope) as work``."""
    return application.core.postgres.begin


@attrs.frozen
class SomeBrand:
    """A brand of a test, and scopes in it."""

    id: BrandId
    lender: LenderId
    subdomain: str

    def scope(self, actor: Actor = TEST) -> BrandScope:
        """Return the scope of *actor* in this brand."""
        return BrandScope(self.id, actor)


def a_lender_and_brand(application: Application, *, lender: str = "", name: str = "Aarambh") -> SomeBrand:
    """Add a brand, of the lender called *lender* or of a new one."""
    mark = secrets.token_hex(4)
    brand = application.brand.found(
        PlatformScope(TEST), name=name, subdomain=f"{name.lower()}-{mark}", lender=lender or f"{name} Finance {mark}"
    )
    return SomeBrand(brand.id, brand.lender_id, brand.subdomain)


@attrs.frozen
class SomeStaff:
    """A member of staff of a test, who can log in."""

    id: StaffId
    email: str
    password: str = PASSWORD


def a_staff(
    application: Application, role: str, *, brand: SomeBrand | None = None, super_admin: bool = False
) -> SomeStaff:
    """Add a member of staff with *role*, in *brand* or in a new one."""
    email = f"{role.lower().replace('_', '.')}.{secrets.token_hex(4)}@example.com"
    where = brand or a_lender_and_brand(application)
    added = application.access.add_staff(
        PlatformScope(TEST),
        Email(email),
        name=f"Test {role.title()}",
        password=PASSWORD,
        roles=((where.id, role),),
        super_admin=super_admin,
    )
    return SomeStaff(StaffId(added.id), email)


def free_port() -> int:
    """Return a loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path, *, seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while True:
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            process.wait()
            absent(f"{what} does not start: {log.read_text(errors='replace')[-600:]}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Yield the URL of a Redis of our own while the block runs; nothing is kept."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        absent("no redis-server on PATH")
    port, log = free_port(), folder / "redis.log"
    command = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    with log.open("wb") as kept:
        process = subprocess.Popen(command, stdout=kept, stderr=kept, start_new_session=True)
    try:
        _await(process, port, log, seconds=20, what="redis-server")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def rabbitmq_server(folder: Path) -> Iterator[str]:
    """Yield the URL of a RabbitMQ of our own while the block runs."""
    program = shutil.which("rabbitmq-server", path=f"/usr/lib/rabbitmq/bin:{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        absent("no rabbitmq-server on PATH")
    port, name_service, log = free_port(), str(free_port()), folder / "rabbitmq.log"
    (folder / "plugins").write_text("[].\n")
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users = none\nlog.console = true\nlog.file = false\n"
        "vm_memory_high_watermark.absolute = 512MB\ndisk_free_limit.absolute = 50MB\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")},
        "HOME": str(folder),  # the cookie of this node is its own
        "RABBITMQ_NODENAME": f"los-{secrets.token_hex(4)}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": name_service,  # Erlang leaves its name service running: ours is ended below
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }
    with log.open("wb") as kept:
        process = subprocess.Popen([program], stdout=kept, stderr=kept, env=environment, start_new_session=True)
    try:
        _await(process, port, log, seconds=90, what="rabbitmq-server")
        yield f"amqp://guest:guest@127.0.0.1:{port}/%2F"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()
        subprocess.run(["epmd", "-port", name_service, "-kill"], capture_output=True, check=False)


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the session's Redis."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the session's RabbitMQ."""
    with rabbitmq_server(tmp_path_factory.mktemp("rabbitmq")) as url:
        yield url
