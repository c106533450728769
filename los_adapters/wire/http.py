"""
One exchange with an outside system over HTTP: either a reply, or one of the two kinds of silence.

Nothing connected, or the vendor's TLS or DNS failed: ``NotSent``, certainly without effect. Anything after the first byte went
out: ``Unknown``. Retrying, falling over and circuits are the router's business, never an adapter's. Bodies and query strings
carry secrets and personal data and are logged nowhere.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import attrs
import httpx

from los_domain.shared.outcome import NotSent, Unknown

MAX_BODY = 20 * 1024 * 1024
"""A reply beyond this is cut off and counts as unreadable."""

_DEADLINE: ContextVar[float] = ContextVar("deadline", default=float("inf"))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """
    Let no exchange of the block last beyond *seconds* from now, whatever a vendor's own settings allow.

    A call that takes several exchanges shares them; an exchange for which no time is left is not begun.
    """
    token = _DEADLINE.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


@attrs.frozen
class Reply:
    """A complete HTTP answer."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = attrs.field(repr=False)

    def json(self) -> Any:
        """Return the parsed body, or None if it is no JSON: an adapter maps None to Unknown."""
        try:
            return json.loads(self.body)
        except (ValueError, UnicodeDecodeError):
            return None

    def object(self) -> dict[str, Any]:
        """Return the parsed body if it is a JSON object, else an empty one."""
        parsed = self.json()
        return parsed if isinstance(parsed, dict) else {}

    @property
    def retry_after_seconds(self) -> int:
        """Seconds that ``Retry-After`` asks for; 1 where it is absent or no number."""
        text = self.headers.get("retry-after", "")
        return max(1, int(text)) if text.isdigit() else 1


@attrs.frozen
class Wire:
    """
    A vendor-facing HTTP client: own connection pool, no redirects, TLS verified, a deadline over the whole exchange.

    *observe* is told (method, host, path, status or silence, seconds) after each exchange: metrics and logs, without bodies.
    """

    client: httpx.Client
    observe: Callable[[str, str, str, str, float], None] = lambda *_: None

    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        files: Any = None,
        connect_seconds: float = 5.0,
        read_seconds: float = 30.0,
    ) -> Reply | NotSent | Unknown:
        """Send one request and read the whole answer, *read_seconds* at most from the first byte sent."""
        began = time.monotonic()
        target = httpx.URL(url)
        word = "unknown"
        left = _DEADLINE.get() - began
        if left <= 0:
            return NotSent("no time was left for this call")
        connect_seconds, read_seconds = min(connect_seconds, left), min(read_seconds, left)
        try:
            timeout = httpx.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds)
            with self.client.stream(
                method,
                target,
                headers=dict(headers or {}),
                params=dict(params) if params is not None else None,
                json=json,
                data=dict(form) if form is not None else None,
                content=content,
                files=files,
                timeout=timeout,
                follow_redirects=False,
            ) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_BODY:
                        return Unknown(f"the answer is larger than {MAX_BODY} bytes")
                    if time.monotonic() - began > min(connect_seconds + read_seconds, left):
                        return Unknown("the answer came too slowly")
                word = str(response.status_code)
                return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body))
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        ) as error:
            word = "not sent"
            return NotSent(type(error).__name__)
        except (httpx.TransportError, httpx.DecodingError, httpx.StreamError) as error:
            return Unknown(type(error).__name__)
        finally:
            self.observe(method, target.host, target.path, word, time.monotonic() - began)
