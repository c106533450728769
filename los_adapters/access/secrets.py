"""Randomness, password hashing and token signing."""

import hashlib
import hmac
import secrets as random
import threading
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import argon2
import attrs
import jwt

from los_adapters.shared.vault import Vault
from los_domain.access.model import Audience, Session
from los_domain.shared.errors import Unauthenticated

_ISSUER: Final = "los"
_ALGORITHM: Final = "HS256"


@attrs.frozen
class Claims:
    """What a verified access token says."""

    session: UUID
    subject: UUID
    audience: Audience
    epoch: int
    brand: UUID | None


@attrs.define
class SystemSecrets:
    """
    Hashing and signing under keys derived from the master key, so that no further secret has to be kept.

    argon2id takes 64 MiB for one hash: *hashing* bounds how many run at once.
    """

    vault: Vault
    hasher: argon2.PasswordHasher = attrs.field(factory=argon2.PasswordHasher)
    hashing: threading.BoundedSemaphore = attrs.field(factory=lambda: threading.BoundedSemaphore(2))
    _token_key: bytes = attrs.field(init=False, repr=False)
    _code_key: bytes = attrs.field(init=False, repr=False)
    _nobody: str = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._token_key = self.vault.derive("access-token")
        self._code_key = self.vault.derive("one-time-code")
        self._nobody = self.hasher.hash(random.token_hex(16))

    def code(self, digits: int) -> str:
        """Return a random decimal code."""
        return f"{random.randbelow(10**digits):0{digits}d}"

    def hash_code(self, otp_id: UUID, code: str) -> bytes:
        """Return the keyed hash of a code, bound to its row."""
        return hmac.new(self._code_key, otp_id.bytes + code.encode(), hashlib.sha256).digest()

    def equal(self, left: bytes, right: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(left, right)

    def refresh_token(self) -> tuple[str, bytes]:
        """Return a fresh refresh token of 256 bits and its hash."""
        token = random.token_urlsafe(32)
        return token, self.hash_token(token)

    def hash_token(self, token: str) -> bytes:
        """Return the hash of a presented token; a plain hash is enough for 256 random bits."""
        return hashlib.sha256(token.encode()).digest()

    def access_token(self, session: Session, *, audience: Audience, epoch: int, now: datetime, seconds: int) -> str:
        """Return a signed access token that names the session."""
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "aud": audience.value,
            "sub": str(session.subject_id),
            "sid": str(session.id),
            "epo": epoch,
            "iat": now,
            "exp": now + timedelta(seconds=seconds),
        }
        if session.brand_id is not None:
            claims["brd"] = str(session.brand_id)
        return jwt.encode(claims, self._token_key, algorithm=_ALGORITHM)

    def read_access_token(self, token: str, *, audience: Audience) -> Claims:
        """Return what *token* says. Raises Unauthenticated for anything but a live token of ours for *audience*."""
        try:
            claims = jwt.decode(
                token,
                self._token_key,
                algorithms=[_ALGORITHM],
                audience=audience.value,
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "sid", "epo"]},
            )
            return Claims(
                UUID(claims["sid"]),
                UUID(claims["sub"]),
                audience,
                int(claims["epo"]),
                UUID(claims["brd"]) if "brd" in claims else None,
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
            raise Unauthenticated("the access token is missing, stale or not ours: log in, or refresh it") from None

    def hash_password(self, password: str) -> str:
        """Return the argon2id hash."""
        with self.hashing:
            return self.hasher.hash(password)

    def password_holds(self, password: str, stored: str | None) -> bool:
        """Check a password; with no stored hash it works just as long and says no."""
        with self.hashing:
            try:
                self.hasher.verify(stored or self._nobody, password)
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False
        return stored is not None
