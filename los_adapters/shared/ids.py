"""Identities and secrets from the system's randomness and the wall clock."""

import base64
import os
import time
from uuid import UUID

import attrs

from los_domain.shared.ids import VendorRef


def _base32(length: int) -> str:
    return base64.b32encode(os.urandom(-(-length * 5 // 8))).decode()[:length]


@attrs.frozen
class SystemIds:
    """Ids for production: UUID version 7 (RFC 9562: 48 bits of milliseconds, 74 random bits)."""

    def new(self) -> UUID:
        """Return a fresh UUID version 7."""
        milliseconds = time.time_ns() // 1_000_000
        random = int.from_bytes(os.urandom(10))
        value = (
            (milliseconds & (1 << 48) - 1) << 80
            | 0x7 << 76
            | (random >> 68 & 0xFFF) << 64
            | 0b10 << 62
            | random & (1 << 62) - 1
        )
        return UUID(int=value)

    def vendor_ref(self) -> VendorRef:
        """Return 20 base-32 characters, 100 random bits."""
        return VendorRef(_base32(20))

    def secret(self) -> str:
        """Return 26 base-32 characters, over 128 random bits."""
        return _base32(26)
