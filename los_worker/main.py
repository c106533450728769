"""
``python -m los_worker``: what happens behind the API.

``--queues a,b`` serves only these queues, so that kinds of work can have processes of their own; relay, ticker and sealer run in every
worker and share the work.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import attrs
import dramatiq
import structlog
from prometheus_client import start_http_server

from los_adapters.bootstrap import Application, settings_from
from los_adapters.bootstrap import build as build_application
from los_adapters.shared import logs
from los_adapters.shared.settings import BadSettings
from los_adapters.shared.vault import VaultError
from los_domain.audit.policy import MOST_ROWS
from los_domain.shared.actor import Actor, PlatformScope
from los_worker.relay import Relay
from los_worker.schedule import ALL as JOBS
from los_worker.shared.backlog import Backlog
from los_worker.shared.carriers import Carrier, carriers, stop
from los_worker.shared.handler import Handler
from los_worker.shared.job import Job
from los_worker.shared.loop import Loop
from los_worker.shared.queues import QUEUES
from los_worker.subscriptions import TABLE, Table
from los_worker.ticker import Ticker

_LOG: Final = structlog.get_logger("los.worker")
_SEALER: Final = PlatformScope(Actor.system("sealer"))


@attrs.define
class Process:
    """One worker: threads that run deliveries, and the loops beside them."""

    application: Application
    queues: frozenset[str] = frozenset(QUEUES)
    table: Table = TABLE
    jobs: Sequence[Job] = JOBS
    relay_pause_seconds: float = 0.1
    handler: Handler = attrs.field(init=False)
    carriers: Sequence[Carrier] = attrs.field(init=False)
    loops: Sequence[Loop] = attrs.field(init=False)
    _workers: list[dramatiq.Worker] = attrs.field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        deliveries = self.application.deliveries
        self.handler = Handler(self.application, self.table)
        self.carriers = carriers(self.application)
        running = self.handler.running
        self.loops = (
            Loop("relay", Relay(deliveries, self.table, self.carriers).step, pause_seconds=self.relay_pause_seconds),
            Loop("leases", lambda: deliveries.keep(running.held()), pause_seconds=deliveries.lease_seconds / 3),
            # A full segment is followed by the next at once; else rows are let gather, so that seals stay few.
            Loop("sealer", lambda: self.application.audit.seal(_SEALER) >= MOST_ROWS, pause_seconds=5.0),
            Loop("ticker", Ticker(self.application, self.jobs).step, pause_seconds=1.0),
        )

    def start(self) -> None:
        """Begin to serve."""
        for carrier in self.carriers:
            worker = carrier.serve(self.handler, self.queues)
            if worker is not None:
                self._workers.append(worker)
        for loop in self.loops:
            loop.start()

    def stop(self) -> None:
        """Take nothing new, let what runs end, give back the rest. Leases are kept until then."""
        leases = [loop for loop in self.loops if loop.name == "leases"]
        for loop in self.loops:
            if loop not in leases:
                loop.stop()
        stop(self._workers)
        for loop in leases:
            loop.stop()
        for carrier in self.carriers:
            with contextlib.suppress(Exception):  # a broker that is away cannot be told good-bye
                carrier.broker.close()

    @property
    def is_alive(self) -> bool:
        """Whether every loop still takes its steps."""
        return all(loop.is_alive for loop in self.loops)


def queues_named(text: str) -> frozenset[str]:
    """Return the queues that *text* names, all where it names none. Raises ValueError for an unknown one."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip()) or frozenset(QUEUES)
    unknown = names.difference(QUEUES)
    if unknown:
        raise ValueError(f"no queue is called {', '.join(sorted(unknown))}; there are {', '.join(sorted(QUEUES))}")
    return names


def main(arguments: Iterable[str] | None = None) -> int:
    """Serve until told to stop; finish what runs first."""
    parser = argparse.ArgumentParser("los_worker", description="Runs what happens behind the API.")
    parser.add_argument("--queues", default="", help="serve these only, parted by commas: " + ", ".join(QUEUES))
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    try:
        queues = queues_named(chosen.queues)
        settings = settings_from(os.environ)
        application = build_application(settings)
        process = Process(application, queues)
    except (BadSettings, VaultError, RuntimeError, ValueError) as error:
        print(f"los_worker does not start: {error}", file=sys.stderr)
        return 2
    logs.configure(settings.log_level)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if settings.worker_metrics_port:
        process.handler.metrics.registry.register(Backlog(application))
        start_http_server(settings.worker_metrics_port, settings.host, process.handler.metrics.registry)
    process.start()
    # Whatever the level of the log: whoever started this process waits for the word.
    print(
        json.dumps({"event": "ready", "queues": sorted(queues), "carrier": settings.queue}), file=sys.stderr, flush=True
    )
    liveness = Path(settings.worker_liveness_file) if settings.worker_liveness_file else None
    while not stopping.wait(5.0):
        if liveness is not None and process.is_alive:
            liveness.touch()
    process.stop()
    application.close()
    _LOG.info("stopped")
    return 0
