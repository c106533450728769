"""
Links to private files that the API itself serves: signed, for one purpose, for a few minutes.

A token is ``base64url(JSON) . base64url(HMAC)``. It names a file's key and what may be done; nothing personal is in it. Forged, stale and
mistaken tokens get one answer: there is no such file.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import attrs

from los_domain.documents.policy import media_type_of
from los_domain.documents.ports import Files, Upload
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, NotFound

FETCH_WITHIN: Final = timedelta(minutes=5)
PUT_WITHIN: Final = timedelta(minutes=15)
PATH: Final = "/api/v1/files"


class Purpose(Enum):
    """The one thing that a link is for."""

    PUT = "put"
    FETCH = "fetch"


@attrs.frozen
class Grant:
    """What a link allows. *max_bytes* belongs to PUT, *filename* to FETCH."""

    key: str
    purpose: Purpose
    expires_at: datetime
    max_bytes: int = 0
    filename: str = ""


def _no_such_file() -> NotFound:
    return NotFound("there is no such file, or its link has expired: ask for a new link")


@attrs.frozen
class Links:
    """Signs and reads tokens. *secret* is derived from the master key; *public_url* is where clients reach the API."""

    secret: bytes = attrs.field(repr=False)
    public_url: str
    wall: WallClock

    def upload(self, key: str, *, media_type: str, max_bytes: int) -> Upload:
        """Return a link by which the file may be put."""
        grant = Grant(key, Purpose.PUT, self.wall.now() + PUT_WITHIN, max_bytes=max_bytes)
        return Upload(self._url(grant), "PUT", (("Content-Type", media_type),), grant.expires_at)

    def fetch(self, key: str, *, filename: str) -> str:
        """Return a link by which the file may be fetched."""
        return self._url(Grant(key, Purpose.FETCH, self.wall.now() + FETCH_WITHIN, filename=filename))

    def read(self, token: str, purpose: Purpose) -> Grant:
        """Return what *token* allows. Raises NotFound unless it is ours, fresh and for *purpose*."""
        body, _, signature = token.partition(".")
        if not token.isascii() or not hmac.compare_digest(signature, self._signature(body)):
            raise _no_such_file()
        said = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        grant = Grant(said["k"], Purpose(said["p"]), datetime.fromisoformat(said["e"]), said["n"], said["f"])
        if grant.purpose is not purpose or self.wall.now() >= grant.expires_at:
            raise _no_such_file()
        return grant

    def _url(self, grant: Grant) -> str:
        said = {
            "k": grant.key,
            "p": grant.purpose.value,
            "e": grant.expires_at.isoformat(),
            "n": grant.max_bytes,
            "f": grant.filename,
        }
        body = _plain(json.dumps(said, separators=(",", ":")).encode())
        return f"{self.public_url.rstrip('/')}{PATH}/{body}.{self._signature(body)}"

    def _signature(self, body: str) -> str:
        return _plain(hmac.new(self.secret, body.encode(), hashlib.sha256).digest())


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@attrs.frozen
class Fetched:
    """A file as the API answers it."""

    content: bytes = attrs.field(repr=False)
    media_type: str
    filename: str


@attrs.frozen
class FileDoor:
    """What the API does with a token: gives a file out, or takes one in."""

    files: Files
    links: Links

    def most_bytes(self, token: str) -> int:
        """Return how large the file may be that *token* lets in. Raises NotFound."""
        return self.links.read(token, Purpose.PUT).max_bytes

    def receive(self, token: str, content: bytes) -> None:
        """Store what a client put. Raises NotFound for a bad token, Invalid for too large a file, Conflict where one lies already."""
        grant = self.links.read(token, Purpose.PUT)
        if len(content) > grant.max_bytes:
            raise Invalid(FieldProblem("file", "is too large", f"send at most {grant.max_bytes} bytes"))
        if self.files.find(grant.key) is not None:
            raise Conflict("this link was used: complete the document, or ask for a new upload")
        self.files.put(grant.key, content, media_type=media_type_of(content))

    def fetch(self, token: str) -> Fetched:
        """Return the file that *token* names. Raises NotFound."""
        grant = self.links.read(token, Purpose.FETCH)
        stored = self.files.find(grant.key)
        if stored is None:
            raise _no_such_file()
        return Fetched(self.files.get(grant.key), stored.media_type, grant.filename)
