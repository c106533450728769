"""A sandbox in a process of its own, and a receiver of its notices."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import httpx


@attrs.define
class Sandbox:
    """A running sandbox. *http* speaks to it; its base URL is the sandbox's."""

    http: httpx.Client
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def account(self, vendor: str, **asked: Any) -> dict[str, Any]:
        answer = self.http.post("/_sandbox/accounts", json={"vendor": vendor, **asked})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def arm(self, vendor: str, kind: str, **asked: Any) -> dict[str, Any]:
        answer = self.http.post("/_sandbox/faults", json={"vendor": vendor, "kind": kind, **asked})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def act(self, vendor: str, verb: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/_sandbox/act/{vendor}/{verb}", json=body)

    def record(self, kind: str, **wanted: str) -> list[dict[str, Any]]:
        return list(self.http.get(f"/_sandbox/record/{kind}", params=wanted).json()["items"])

    def stop(self) -> int:
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


def start(folder: Path, *options: str) -> Sandbox:
    """Start a sandbox over *folder* on a free port and wait until it answers."""
    command = [sys.executable, "-m", "los_http.sandbox", "--port", "0", "--state", str(folder), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("sandbox ready on "), line
    http = httpx.Client(base_url=line.split()[-1], timeout=10, trust_env=False)
    return Sandbox(http, process)


@attrs.define
class Receiver:
    """Keeps what was posted to it; answers by *statuses* in turn, then 200."""

    url: str
    statuses: list[int] = attrs.field(factory=list)
    posted: list[tuple[str, Mapping[str, str], bytes]] = attrs.field(factory=list)

    def wait(self, count: int, seconds: float = 8) -> list[tuple[str, Mapping[str, str], bytes]]:
        """Return the posts once there are *count*; fails when they do not come."""
        until = time.monotonic() + seconds
        while len(self.posted) < count:
            assert time.monotonic() < until, f"{len(self.posted)} of {count} notices came"
            time.sleep(0.02)
        return self.posted


@contextmanager
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            kept.posted.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
