"""What access needs: stores of its own, hashing, token signing, and somebody who delivers a code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from los_domain.access.model import Audience, Otp, OtpPurpose, RefreshToken, Session, Staff
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import SessionId
from los_domain.shared.work import Work


class OtpStore(Protocol):
    """One-time passwords of a brand."""

    def index_of(self, phone: Phone) -> bytes:
        """Return the blind index by which *phone* is known to the lender."""
        ...

    def lock(self, phone_index: bytes) -> None:
        """Let nobody else ask or guess for this phone until the transaction ends."""
        ...

    def since(self, phone_index: bytes, purpose: OtpPurpose, at: datetime) -> Sequence[Otp]:
        """Return the passwords sent after *at*, newest first."""
        ...

    def add(self, otp: Otp) -> None:
        """Store a new one."""
        ...

    def save(self, otp: Otp) -> None:
        """Store tries and use of one."""
        ...


class SessionStore(Protocol):
    """Log-ins and their refresh tokens."""

    def add(self, session: Session, token: RefreshToken) -> None:
        """Store a new session with its first refresh token."""
        ...

    def find_token(self, token_hash: bytes) -> tuple[RefreshToken, Session] | None:
        """Return the token and its session, both locked."""
        ...

    def rotate(self, spent: RefreshToken, fresh: RefreshToken) -> None:
        """Mark *spent* as spent and store its successor."""
        ...

    def revoke(self, session_id: SessionId, *, at: datetime, why: str) -> None:
        """End a session; ending it twice changes nothing."""
        ...

    def revoke_all(self, subject_id: UUID, *, at: datetime, why: str) -> int:
        """End every live session of a person and return how many."""
        ...


class StaffStore(Protocol):
    """Members of staff, across brands."""

    def find_by_email(self, email: Email) -> Staff | None:
        """Return her, locked, or None."""
        ...

    def find(self, staff_id: UUID) -> Staff | None:
        """Return her, or None."""
        ...

    def add(self, staff: Staff) -> None:
        """Store a new member of staff with her roles."""
        ...

    def save(self, staff: Staff) -> None:
        """Write over the version she was read at. Raises StaleWrite."""
        ...


class CodeSender(Protocol):
    """Delivers a one-time password; bound to messaging. Part of the caller's transaction."""

    def send(self, phone: Phone, code: str, *, purpose: OtpPurpose, valid_minutes: int) -> None:
        """Queue the SMS: sent after the transaction commits, its text sealed until then and wiped afterwards."""
        ...


class Secrets(Protocol):
    """Randomness, hashing and signing."""

    def code(self, digits: int) -> str:
        """Return a random decimal code."""
        ...

    def hash_code(self, otp_id: UUID, code: str) -> bytes:
        """Return the keyed hash of a code."""
        ...

    def equal(self, left: bytes, right: bytes) -> bool:
        """Compare in constant time."""
        ...

    def refresh_token(self) -> tuple[str, bytes]:
        """Return a fresh refresh token and its hash."""
        ...

    def hash_token(self, token: str) -> bytes:
        """Return the hash of a presented refresh token."""
        ...

    def access_token(self, session: Session, *, audience: Audience, epoch: int, now: datetime, seconds: int) -> str:
        """Return a signed access token that names the session."""
        ...

    def hash_password(self, password: str) -> str:
        """Return the argon2id hash."""
        ...

    def password_holds(self, password: str, stored: str | None) -> bool:
        """Check a password; with no stored hash it works just as long and says no."""
        ...


class StaffWork(Work, Protocol):
    """The unit of work of staff log-in: platform scope."""

    @property
    def staff(self) -> StaffStore:
        """Members of staff."""
        ...

    @property
    def sessions(self) -> SessionStore:
        """Log-ins."""
        ...
