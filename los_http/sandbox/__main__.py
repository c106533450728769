"""
``python -m los_http.sandbox --port P --state DIR [--seed N] [--host H]``: plays every outside system on one loopback port.

Prints one line with its address when it answers; stops on SIGTERM. Port 0 takes a free one.
"""

import argparse
import asyncio
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn

from los_http.sandbox import admin, vendors
from los_http.sandbox.front import Front
from los_http.sandbox.ledger import Ledger, SeedDiffers
from los_http.sandbox.postbox import Postbox


def application(ledger: Ledger) -> Front:
    """Return the sandbox over *ledger*; its postbox works between start and stop."""
    every = vendors.every()
    tasks: list[asyncio.Task[None]] = []

    async def start() -> None:
        tasks.append(asyncio.create_task(Postbox(ledger).run()))

    async def stop() -> None:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return Front(every, ledger, admin.build(every, ledger, on_startup=[start], on_shutdown=[stop]))


class Announcing(uvicorn.Server):
    """Says where it is once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"sandbox ready on http://{host}:{port}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m los_http.sandbox", description="The outside systems, on loopback.")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="folder of the sandbox's own ledger")
    parser.add_argument(
        "--seed", type=int, help="by which keys and numbers are made; 1, or what the folder was begun with"
    )
    parser.add_argument("--host", default="127.0.0.1")
    asked = parser.parse_args(arguments)
    try:
        ledger = Ledger(asked.state, asked.seed)
    except (SeedDiffers, OSError) as problem:
        print(f"the sandbox does not start: {problem}", file=sys.stderr)
        return 2
    config = uvicorn.Config(
        application(ledger),
        host=asked.host,
        port=asked.port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    server = Announcing(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, stop)  # uvicorn raises the signal again once it has stopped; being told to is no failure
    try:
        server.run()
    finally:
        ledger.close()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
