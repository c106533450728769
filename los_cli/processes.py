"""``los run``, ``serve``, ``work``, ``sandbox``: the processes of an installation, started by module name, watched, stopped in order."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated, Final
from urllib.error import URLError
from urllib.request import urlopen

import attrs
import typer

from los_cli.terminal import Open, say

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 25  # a little more than the API gives its open requests

# Ends the processes when this one ends, even by kill -9: the pipe then closes.
_GUARD: Final = 'read -r _; kill -TERM "$@" 2>/dev/null'


class Died(RuntimeError):
    """A process ended that should not have. The message has the end of its log."""


@attrs.define
class Fleet:
    """Processes that belong together: when one dies all are stopped, the last started first."""

    log: Path
    running: "dict[str, subprocess.Popen[bytes]]" = attrs.field(factory=dict)
    _begun: set[str] = attrs.field(factory=set)  # a log goes on when its process is started again
    _guard: "subprocess.Popen[bytes] | None" = None

    def start(self, name: str, *arguments: str, environment: Mapping[str, str], ready: Callable[[], bool]) -> None:
        """Start ``python -m *arguments*`` and return when *ready* says so. Raises Died."""
        self.log.mkdir(parents=True, exist_ok=True)
        with self._log_of(name).open("ab" if name in self._begun else "wb") as kept:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=kept,
                stderr=kept,
                env=dict(environment),
                start_new_session=True,  # Ctrl-C reaches us alone: the order of stopping is ours
            )
        self._begun.add(name)
        self._watch_over()
        until = time.monotonic() + _START_SECONDS
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise Died(f"{name} is not ready after {_START_SECONDS} s:\n{self._tail(name)}")
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """Let one crash, as a test does: it is not asked, and not watched until it is started again."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def check(self) -> None:
        """Raise Died if one has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise Died(f"{name} ended with {process.returncode}:\n{self._tail(name)}")

    def watch(self, stop: threading.Event) -> None:
        """Wait for *stop*. Raises Died."""
        while not stop.wait(0.2):
            self.check()

    def stop(self) -> bool:
        """Stop all, the last started first; return whether each ended by itself."""
        gracefully = True
        for process in reversed(self.running.values()):
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                gracefully = False
                process.kill()
                process.wait()
        self.running.clear()
        self._release_guard()
        return gracefully

    def said(self, name: str) -> str:
        """Return what a process printed so far."""
        return self._log_of(name).read_text(errors="replace")

    def _log_of(self, name: str) -> Path:
        return self.log / f"{name}.log"

    def _tail(self, name: str) -> str:
        return "\n".join(self.said(name).splitlines()[-15:])

    def _watch_over(self) -> None:
        old = self._guard
        pids = [str(process.pid) for process in self.running.values()]
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", *pids], stdin=subprocess.PIPE, start_new_session=True
        )
        if old is not None:
            old.kill()
            old.wait()

    def _release_guard(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            self._guard = None


def answers(url: str) -> Callable[[], bool]:
    """Return a question whether *url* of this machine answers 200."""

    def asked() -> bool:
        with suppress(URLError, OSError), urlopen(url, timeout=2) as reply:  # noqa: S310 - an address of our own
            return int(reply.status) == 200
        return False

    return asked


def is_free(port: int) -> bool:
    """Return whether nothing listens on loopback *port*."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def stopped_by_signal() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = threading.Event()
    for word in (signal.SIGINT, signal.SIGTERM):
        signal.signal(word, lambda *_: stop.set())
    return stop


@attrs.frozen
class Ports:
    """Where the processes listen."""

    api: int = 4002
    sandbox: int = 4010

    @property
    def api_url(self) -> str:
        """The API."""
        return f"http://127.0.0.1:{self.api}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox of outside systems."""
        return f"http://127.0.0.1:{self.sandbox}"

    def variables(self) -> dict[str, str]:
        """Return what the processes are told of it."""
        return {
            "LOS_PORT": str(self.api),
            "LOS_PUBLIC_URL": self.api_url,
            "LOS_SANDBOX_URL": self.sandbox_url,
        }


@attrs.frozen
class House:
    """The processes of one installation: how each is started, and started again."""

    fleet: Fleet
    home: Path
    environment: Mapping[str, str]
    ports: Ports

    @property
    def has_sandbox(self) -> bool:
        """Whether the outside is simulated."""
        return self.environment.get("LOS_SANDBOX") in ("1", "true", "yes", "on")

    def all(self) -> None:
        """Start sandbox (in sandbox mode), API and worker. Raises Died."""
        if self.has_sandbox:
            self.sandbox()
        self.api()
        self.worker()

    def sandbox(self) -> None:
        """Start the sandbox of outside systems. Raises Died."""
        words = ["los_http.sandbox", "--port", str(self.ports.sandbox), "--state", str(self.home / "sandbox")]
        ready = answers(f"{self.ports.sandbox_url}/_sandbox/health")
        self.fleet.start("sandbox", *words, environment=self.environment, ready=ready)

    def api(self) -> None:
        """Start the API. Raises Died."""
        ready = answers(f"{self.ports.api_url}/health/live")
        self.fleet.start("api", "los_http", environment={**self.environment, **self.ports.variables()}, ready=ready)

    def worker(self) -> None:
        """Start a worker. Raises Died."""
        alive = self.home / "worker.alive"
        alive.unlink(missing_ok=True)
        told = {**self.environment, **self.ports.variables(), "LOS_WORKER_LIVENESS_FILE": str(alive)}
        self.fleet.start("worker", "los_worker", environment=told, ready=alive.exists)


def add(commands: typer.Typer, opened: Open) -> None:
    """Add the commands that start processes."""

    @commands.command()
    def run(
        port: Annotated[int, typer.Option(help="Port of the API.")] = 4002,
        sandbox_port: Annotated[int, typer.Option(help="Port of the sandbox of outside systems.")] = 4010,
    ) -> None:
        """Run everything here: database, API, worker and, in sandbox mode, the outside systems. Ctrl-C stops all, cleanly."""
        installation, ports = opened(), Ports(port, sandbox_port)
        for taken in (port for port in (ports.api, ports.sandbox) if not is_free(port)):
            raise typer.BadParameter(f"port {taken} is taken: choose another with --port or --sandbox-port")
        stop = stopped_by_signal()
        fleet = Fleet(installation.home / "log")
        with ExitStack() as running:
            owner_url = running.enter_context(installation.database())
            running.callback(fleet.stop)
            say.print(f"database at revision {installation.migrate(owner_url)}")
            House(fleet, installation.home, installation.variables(owner_url), ports).all()
            say.print(f"API       {ports.api_url}  (pages: {ports.api_url}/docs)")
            if "sandbox" in fleet.running:
                say.print(f"sandbox   {ports.sandbox_url}/_sandbox/health")
            say.print(f"logs      {fleet.log}/  — Ctrl-C stops")
            fleet.watch(stop)
            say.print("stopping …")

    def become(*arguments: str, extra: Mapping[str, str] | None = None) -> None:
        installation = opened()
        with installation.database() as owner_url:
            environment = {**installation.variables(owner_url), **(extra or {})}
            if not installation.is_embedded:
                os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)  # noqa: S606 - a module of ours
            # A server of our own lives as long as this process: stay, and hand the signals on.
            process = subprocess.Popen([sys.executable, "-m", *arguments], env=environment, start_new_session=True)
            for word in (signal.SIGINT, signal.SIGTERM):
                signal.signal(word, lambda *_: process.terminate())
            raise typer.Exit(process.wait())

    @commands.command()
    def serve(port: Annotated[int, typer.Option(help="Port of the API.")] = 4002) -> None:
        """Run the API alone."""
        become("los_http", extra={"LOS_PORT": str(port)})

    @commands.command()
    def work(
        queues: Annotated[
            str, typer.Option(help="Serve these only, parted by commas: codes,webhooks. All without it.")
        ] = "",
    ) -> None:
        """Run the worker alone: queues, the relay of events, the clock's jobs and the sealer of the audit trail."""
        become("los_worker", *(["--queues", queues] if queues else []))

    @commands.command()
    def sandbox(
        port: Annotated[int, typer.Option(help="Its port; 0 takes a free one.")] = 4010,
        seed: Annotated[int | None, typer.Option(help="By which its keys and people are made.")] = None,
    ) -> None:
        """Run the sandbox of outside systems alone: every vendor's wire on one port, with faults on demand."""
        words = ["los_http.sandbox", "--port", str(port), "--state", str(opened().home / "sandbox")]
        words += ["--seed", str(seed)] if seed is not None else []
        os.execve(sys.executable, [sys.executable, "-m", *words], dict(os.environ))  # noqa: S606 - a module of ours
