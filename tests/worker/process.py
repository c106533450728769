"""A worker process of the tests, to be killed: ``python -m tests.worker.process``. Its consumers are those of the tests."""

import os
import signal
import sys
import threading
import time

import attrs

from los_adapters.bootstrap import Application, build, settings_from
from los_domain.shared.actor import BrandScope
from los_worker.main import Process
from los_worker.subscriptions import Table
from tests.worker.events import Called, subscription, write


def slowly(application: Application, scope: BrandScope, event: Called) -> None:
    """Write, after a moment in which one can be killed."""
    time.sleep(0.01)
    write(application, scope, event)


def main() -> int:
    """Serve until told to stop."""
    application = build(settings_from(os.environ))
    quick = attrs.evolve(application.deliveries, lease_seconds=1.0, carried_seconds=3.0)
    table = Table.of([subscription("test.a", run=slowly), subscription("test.b", "reports", run=slowly)])
    process = Process(attrs.evolve(application, deliveries=quick), table=table, relay_pause_seconds=0.02)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    process.start()
    print("started", flush=True)
    stopping.wait()
    process.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
