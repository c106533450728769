"""
Personal data at rest: AES-256-GCM under data keys, data keys wrapped by a master key that lives outside the database.

A sealed value is ``version (1) | key id (16) | nonce (12) | ciphertext and tag``; its associated data names table, column, brand and
row, so that no value can be moved to another place. Destroying a data key is erasure. Blind indexes are keyed hashes per lender and
field, for looking up what cannot be read.
"""

import hashlib
import hmac
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final
from uuid import UUID

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from los_domain.shared.errors import NotFound

_VERSION: Final = b"\x01"
_NONCE: Final = 12
_CACHED_KEYS: Final = 4096


class VaultError(Exception):
    """A sealed value does not open: wrong master key, wrong place, or altered bytes. Says which, never what."""


class Erased(VaultError, NotFound):
    """The key of this value was destroyed: what it sealed is gone for ever, and to every caller it does not exist."""


@attrs.frozen
class Place:
    """Where a sealed value stands. All four parts are authenticated with it."""

    table: str
    column: str
    brand: UUID | None
    row: str

    def associated(self) -> bytes:
        """Return the associated data."""
        return "\x1f".join((self.table, self.column, str(self.brand or ""), self.row)).encode()


@attrs.frozen
class DataKey:
    """An unwrapped data key and its identity. Lives in memory only."""

    id: UUID
    secret: bytes = attrs.field(repr=False)


def read_master_key(path: Path) -> bytes:
    """Return the master key. Raises VaultError that says what to do when it is absent, readable by others, or no key."""
    if not path.exists():
        raise VaultError(
            f"no master key at {path}: run `make setup` on a new installation, or restore the file you keep apart"
        )
    if path.stat().st_mode & 0o077:
        raise VaultError(f"the master key {path} can be read by others: chmod 600 it")
    key = path.read_bytes()
    if len(key) != 32:
        raise VaultError(f"{path} holds {len(key)} bytes, a master key has 32")
    return key


@attrs.define
class Vault:
    """Seals and opens. One per process; safe to share between threads."""

    _master: bytes = attrs.field(repr=False)
    _keys: "OrderedDict[UUID, bytes]" = attrs.field(factory=OrderedDict, repr=False)
    _blind: dict[tuple[UUID, str], bytes] = attrs.field(factory=dict, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def fingerprint(self) -> str:
        """Return a name of the master key that tells nothing about it; stored, so that another key is noticed at start."""
        return self.derive("fingerprint").hex()[:32]

    def derive(self, purpose: str) -> bytes:
        """Return a 32-byte key for one purpose, bound to the master key."""
        return HKDF(hashes.SHA256(), 32, salt=b"los", info=purpose.encode()).derive(self._master)

    def new_key(self, key_id: UUID) -> tuple[DataKey, bytes]:
        """Return a fresh data key and its wrapped form for storage."""
        secret = AESGCM.generate_key(256)
        nonce = os.urandom(_NONCE)
        wrapped = _VERSION + nonce + AESGCM(self._master).encrypt(nonce, secret, key_id.bytes)
        return self._remember(key_id, secret), wrapped

    def unwrap(self, key_id: UUID, wrapped: bytes | None) -> DataKey:
        """Return the data key. Raises Erased if it was destroyed, VaultError if the master key is another."""
        if wrapped is None:
            raise Erased("the key of this record was destroyed")
        with self._lock:
            known = self._keys.get(key_id)
        if known is not None:
            return DataKey(key_id, known)
        try:
            secret = AESGCM(self._master).decrypt(wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :], key_id.bytes)
        except InvalidTag:
            raise VaultError("a data key does not open: this is not the master key it was wrapped with") from None
        return self._remember(key_id, secret)

    def _remember(self, key_id: UUID, secret: bytes) -> DataKey:
        with self._lock:
            self._keys[key_id] = secret
            self._keys.move_to_end(key_id)
            while len(self._keys) > _CACHED_KEYS:
                self._keys.popitem(last=False)
        return DataKey(key_id, secret)

    def forget(self, key_id: UUID) -> None:
        """Drop a key from memory, when its row is destroyed."""
        with self._lock:
            self._keys.pop(key_id, None)

    def seal(self, key: DataKey, plain: bytes, place: Place) -> bytes:
        """Return *plain* sealed for *place*."""
        nonce = os.urandom(_NONCE)
        return _VERSION + key.id.bytes + nonce + AESGCM(key.secret).encrypt(nonce, plain, place.associated())

    def open(self, key: DataKey, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed. Raises VaultError if the value was altered or moved from another place."""
        if sealed[:1] != _VERSION or sealed[1:17] != key.id.bytes:
            raise VaultError("the value was sealed under another key or layout")
        try:
            return AESGCM(key.secret).decrypt(sealed[17:29], sealed[29:], place.associated())
        except InvalidTag:
            raise VaultError(
                f"{place.table}.{place.column} does not open: altered, or moved from another row"
            ) from None

    def blind(self, lender: UUID, field: str, value: str) -> bytes:
        """Return the 16-byte index of *value* under the lender's key for *field*; equal values give equal indexes."""
        with self._lock:
            key = self._blind.get((lender, field))
        if key is None:
            key = self.derive(f"blind:{lender}:{field}")
            with self._lock:
                self._blind[lender, field] = key
        return hmac.new(key, value.encode(), hashlib.sha256).digest()[:16]


def key_id_of(sealed: bytes) -> UUID:
    """Return the id of the key that *sealed* needs."""
    return UUID(bytes=sealed[1:17])
