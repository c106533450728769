"""A vendor for one test: a server on a free loopback port that answers from a script and keeps what it was sent."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs
import httpx

from los_adapters.wire.http import Wire


@attrs.frozen
class Asked:
    """One request as it came over the wire; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the parsed body."""
        return json.loads(self.body)


@attrs.frozen
class Answer:
    """What to send back. *hangs_up*: the request is read, then the connection is closed without a word."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)
    hangs_up: bool = False

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> "Answer":
        """Answer *value* as JSON."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


HANGS_UP = Answer(hangs_up=True)


@attrs.define
class Vendor:
    """The running server: where it is, and everything it was asked so far."""

    url: str
    asked: list[Asked] = attrs.field(factory=list)


@contextmanager
def vendor(respond: Callable[[Asked], Answer]) -> Iterator[Vendor]:
    """Serve *respond* on a free loopback port while the block runs."""
    running: list[Vendor] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, body)
            running[0].asked.append(asked)
            answer = respond(asked)
            if answer.hangs_up:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            with suppress(ConnectionError):  # the client may have lost patience: some tests are about that
                self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.append(Vendor(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield running[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def wire() -> Iterator[Wire]:
    """Open the client that adapters get, without proxies of this machine."""
    with httpx.Client(trust_env=False) as client:
        yield Wire(client)


def nobody() -> str:
    """Return the address of a loopback port on which nothing listens."""
    probe = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = probe.server_address[1]
    probe.server_close()
    return f"http://127.0.0.1:{port}"
