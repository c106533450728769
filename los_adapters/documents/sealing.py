"""
A private file at rest: its contents under a data key of its own, and that key, wrapped by the master key, in the file's head.

    LOSF1 | key id (16) | length, wrapped key | length, sealed head (JSON: size, sha256, media type) | sealed content

Lengths are two bytes. Whoever copies the folder or the bucket has nothing without the master key; deleting a file destroys its key.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Final
from uuid import UUID

import attrs

from los_adapters.shared.vault import DataKey, Place, Vault, VaultError
from los_domain.documents.ports import Stored

_MAGIC: Final = b"LOSF1"
HEAD_BYTES: Final = 1024
"""The head is shorter than this, whatever the file's size."""


def measured(content: bytes, media_type: str) -> Stored:
    """Return what *content* is."""
    return Stored(len(content), hashlib.sha256(content).hexdigest(), media_type)


@attrs.frozen
class FileSeal:
    """Seals whole files and opens them. *new_id* makes ids of keys."""

    vault: Vault
    new_id: Callable[[], UUID]

    def seal(self, file_key: str, content: bytes, *, media_type: str) -> tuple[bytes, Stored]:
        """Return the bytes to store for *file_key*, and what they hold."""
        key, wrapped = self.vault.new_key(self.new_id())
        self.vault.forget(key.id)  # one file, one use: not worth a place among the keys of customers
        stored = measured(content, media_type)
        head = self.vault.seal(key, json.dumps(attrs.asdict(stored)).encode(), _place(file_key, "head"))
        body = self.vault.seal(key, content, _place(file_key, "content"))
        parts = (_MAGIC, key.id.bytes, len(wrapped).to_bytes(2), wrapped, len(head).to_bytes(2), head, body)
        return b"".join(parts), stored

    def head(self, file_key: str, beginning: bytes) -> Stored:
        """Return what a file holds, by its first ``HEAD_BYTES``. Raises VaultError if it is not what was stored there."""
        return self._opened(file_key, beginning)[1]

    def open(self, file_key: str, file: bytes) -> bytes:
        """Return the content of a file. Raises VaultError if it was altered, or moved from another key."""
        key, _, body = self._opened(file_key, file)
        return self.vault.open(key, body, _place(file_key, "content"))

    def _opened(self, file_key: str, file: bytes) -> tuple[DataKey, Stored, bytes]:
        if file[: len(_MAGIC)] != _MAGIC:
            raise VaultError("this is no sealed file")
        begins = len(_MAGIC) + 16
        key_id = UUID(bytes=file[len(_MAGIC) : begins])
        wrapped, begins = _counted(file, begins)
        head, begins = _counted(file, begins)
        key = self.vault.unwrap(key_id, wrapped)
        self.vault.forget(key_id)
        return key, Stored(**json.loads(self.vault.open(key, head, _place(file_key, "head")))), file[begins:]


def _counted(file: bytes, at: int) -> tuple[bytes, int]:
    begins = at + 2
    ends = begins + int.from_bytes(file[at:begins])
    return file[begins:ends], ends


def _place(file_key: str, part: str) -> Place:
    return Place("files", part, None, file_key)  # the key itself begins with the brand
