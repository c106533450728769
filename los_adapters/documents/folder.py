"""Private files in a folder of this machine. Port: Files. Sealed by sealing.py, put and fetched through the API by links.py."""

import os
import re
import secrets
from pathlib import Path
from typing import Final

import attrs

from los_adapters.documents.links import Links
from los_adapters.documents.sealing import HEAD_BYTES, FileSeal
from los_domain.documents.ports import Stored, Upload
from los_domain.shared.errors import NotFound

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9\-]*(?:/[a-z0-9][a-z0-9\-]*)+", re.ASCII)


@attrs.frozen
class FolderFiles:
    """Files below *root*, readable by this user alone."""

    root: Path
    seal: FileSeal
    links: Links

    def put(self, key: str, content: bytes, *, media_type: str) -> Stored:
        """Store *content*: written beside, synced, then renamed, so that a crash leaves the old file or the new one."""
        sealed, stored = self.seal.seal(key, content, media_type=media_type)
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return stored

    def get(self, key: str) -> bytes:
        """Return the content. Raises NotFound."""
        try:
            return self.seal.open(key, self._path(key).read_bytes())
        except FileNotFoundError:
            raise NotFound("no such file") from None

    def find(self, key: str) -> Stored | None:
        """Return what lies there, or None."""
        try:
            with self._path(key).open("rb") as file:
                return self.seal.head(key, file.read(HEAD_BYTES))
        except FileNotFoundError:
            return None

    def upload(self, key: str, *, media_type: str, max_bytes: int) -> Upload:
        """Return a link of the API."""
        return self.links.upload(key, media_type=media_type, max_bytes=max_bytes)

    def link(self, key: str, *, filename: str) -> str:
        """Return a link of the API."""
        return self.links.fetch(key, filename=filename)

    def delete(self, key: str) -> None:
        """Remove it."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a file's key is words of small letters, digits and hyphens, joined by slashes")
        return self.root / key
