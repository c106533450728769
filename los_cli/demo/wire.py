"""Speaking JSON over HTTP: an answer that was not expected stops the demo and says what was asked and what came."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import attrs
import httpx

T = TypeVar("T")


class Unexpected(Exception):
    """Something answered otherwise than it should. The message is for whoever watches."""


@attrs.define
class Line:
    """One caller's connection to one server. *headers* go with every request."""

    http: httpx.Client
    headers: dict[str, str] = attrs.field(factory=dict, repr=False)

    @classmethod
    def to(cls, url: str) -> "Line":
        """Return a line to the server at *url*."""
        return cls(httpx.Client(base_url=url, timeout=30, trust_env=False))

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (200, 201, 202, 204),
    ) -> Any:
        """Return the answer's JSON (None where it has none). Raises Unexpected for a status that is not in *expect*."""
        answer = self.http.request(method, path, json=body, params=query, headers={**self.headers, **(headers or {})})
        if answer.status_code not in expect:
            raise Unexpected(f"{method} {path} answered {answer.status_code}: {answer.text[:600]}")
        return answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else None

    def get(self, path: str, **query: Any) -> Any:
        """GET *path*."""
        return self.ask("GET", path, query=query or None)

    def get_if_any(self, path: str) -> Any:
        """GET *path*; None where there is nothing (yet)."""
        answer = self.ask("GET", path, expect=(200, 404))
        return None if answer.get("statusCode") == 404 else answer

    def post(self, path: str, body: Any = None, **asked: Any) -> Any:
        """POST *body* to *path*."""
        return self.ask("POST", path, {} if body is None else body, **asked)

    def put_file(self, url: str, method: str, headers: Mapping[str, str], content: bytes) -> None:
        """Send *content* where an upload link points."""
        answer = self.http.request(method, url, content=content, headers=dict(headers))
        if answer.status_code >= 300:
            raise Unexpected(f"the upload link answered {answer.status_code}: {answer.text[:300]}")

    def fetch(self, url: str) -> bytes:
        """Return the bytes behind a link."""
        answer = self.http.get(url)
        if answer.status_code != 200:
            raise Unexpected(f"{url.partition('?')[0]} answered {answer.status_code}")
        return answer.content


def until(
    what: str, ask: Callable[[], T], good: Callable[[T], bool] = bool, *, seconds: float = 60, every: float = 0.15
) -> T:
    """Return what *ask* answers once it is *good*. Raises Unexpected naming *what* was waited for when it takes longer than *seconds*."""
    end = time.monotonic() + seconds
    while True:
        found = ask()
        if good(found):
            return found
        if time.monotonic() > end:
            raise Unexpected(f"waited {seconds:g} s for {what}; last seen: {str(found)[:400]}")
        time.sleep(every)
