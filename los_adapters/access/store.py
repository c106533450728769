"""Stores of one-time passwords, sessions and staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.access import tables
from los_adapters.shared.store import Context
from los_domain.access.model import Audience, Otp, OtpPurpose, RefreshToken, Session, Staff
from los_domain.shared.errors import StaleWrite
from los_domain.shared.identifiers import Email, Phone
from los_domain.shared.ids import BrandId, SessionId

NO_LENDER = UUID(int=0)
"""Staff belong to no lender: their blind indexes use this in its place."""


def otp_to_row(otp: Otp) -> dict[str, Any]:
    """Return the columns of *otp*."""
    return {**attrs.asdict(otp, recurse=False), "purpose": otp.purpose.value}


def otp_from_row(row: Mapping[Any, Any]) -> Otp:
    """Return the password that *row* holds."""
    return Otp(
        id=row["id"],
        purpose=OtpPurpose(row["purpose"]),
        phone_index=bytes(row["phone_index"]),
        code_hash=bytes(row["code_hash"]),
        sent_at=row["sent_at"],
        expires_at=row["expires_at"],
        tries=row["tries"],
        used_at=row["used_at"],
    )


def session_to_row(session: Session) -> dict[str, Any]:
    """Return the columns of *session*."""
    return {**attrs.asdict(session, recurse=False), "audience": session.audience.value}


def session_from_row(row: Mapping[Any, Any]) -> Session:
    """Return the session that *row* holds."""
    return Session(
        id=SessionId(row["id"]),
        audience=Audience(row["audience"]),
        subject_id=row["subject_id"],
        brand_id=None if row["brand_id"] is None else BrandId(row["brand_id"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        address=row["address"],
        device=row["device"],
        revoked_at=row["revoked_at"],
        revoked_why=row["revoked_why"],
    )


@attrs.frozen
class SqlOtps:
    """One-time passwords of a brand."""

    context: Context

    def index_of(self, phone: Phone) -> bytes:
        """Return the blind index of *phone* at the brand's lender."""
        return self.context.blind("phone", phone.value)

    def lock(self, phone_index: bytes) -> None:
        """Serialise asking and guessing for one phone of one brand."""
        self.context.lock(f"otp:{self.context.brand}:{phone_index.hex()}")

    def since(self, phone_index: bytes, purpose: OtpPurpose, at: datetime) -> Sequence[Otp]:
        """Return the passwords sent after *at*, newest first."""
        rows = self.context.connection.execute(
            _SINCE, {"brand": self.context.brand, "phone": phone_index, "purpose": purpose.value, "at": at}
        )
        return [otp_from_row(row) for row in rows.mappings()]

    def add(self, otp: Otp) -> None:
        """Store a new one."""
        self.context.connection.execute(sa.insert(tables.otps).values(brand_id=self.context.brand, **otp_to_row(otp)))

    def save(self, otp: Otp) -> None:
        """Store tries and use of one."""
        self.context.connection.execute(
            sa.update(tables.otps)
            .where(tables.otps.c.brand_id == self.context.brand, tables.otps.c.id == otp.id)
            .values(tries=otp.tries, used_at=otp.used_at)
        )


_SINCE = (
    sa.select(tables.otps)
    .where(
        tables.otps.c.brand_id == sa.bindparam("brand"),
        tables.otps.c.phone_index == sa.bindparam("phone"),
        tables.otps.c.purpose == sa.bindparam("purpose"),
        tables.otps.c.sent_at > sa.bindparam("at"),
    )
    .order_by(tables.otps.c.sent_at.desc(), tables.otps.c.id.desc())
)


@attrs.frozen
class SqlSessions:
    """Log-ins and their refresh tokens. Serves brand and platform scopes: the tables carry no brand's data."""

    context: Context

    def add(self, session: Session, token: RefreshToken) -> None:
        """Store a new session with its first refresh token."""
        self.context.connection.execute(sa.insert(tables.sessions).values(session_to_row(session)))
        self.context.connection.execute(sa.insert(tables.refresh_tokens).values(attrs.asdict(token)))

    def find_token(self, token_hash: bytes) -> tuple[RefreshToken, Session] | None:
        """Return the token and its session, both locked."""
        token = (
            self.context.connection.execute(
                sa.select(tables.refresh_tokens).where(tables.refresh_tokens.c.hash == token_hash).with_for_update()
            )
            .mappings()
            .one_or_none()
        )
        if token is None:
            return None
        session = (
            self.context.connection.execute(
                sa.select(tables.sessions).where(tables.sessions.c.id == token["session_id"]).with_for_update()
            )
            .mappings()
            .one()
        )
        found = RefreshToken(
            hash=bytes(token["hash"]),
            session_id=SessionId(token["session_id"]),
            issued_at=token["issued_at"],
            expires_at=token["expires_at"],
            spent_at=token["spent_at"],
        )
        return found, session_from_row(session)

    def rotate(self, spent: RefreshToken, fresh: RefreshToken) -> None:
        """Mark *spent* as spent and store its successor."""
        self.context.connection.execute(
            sa.update(tables.refresh_tokens)
            .where(tables.refresh_tokens.c.hash == spent.hash)
            .values(spent_at=spent.spent_at)
        )
        self.context.connection.execute(sa.insert(tables.refresh_tokens).values(attrs.asdict(fresh)))

    def revoke(self, session_id: SessionId, *, at: datetime, why: str) -> None:
        """End a session; ending it twice changes nothing."""
        self.context.connection.execute(
            sa.update(tables.sessions)
            .where(tables.sessions.c.id == session_id, tables.sessions.c.revoked_at.is_(None))
            .values(revoked_at=at, revoked_why=why)
        )

    def revoke_all(self, subject_id: UUID, *, at: datetime, why: str) -> int:
        """End every live session of a person and return how many."""
        done = self.context.connection.execute(
            sa.update(tables.sessions)
            .where(tables.sessions.c.subject_id == subject_id, tables.sessions.c.revoked_at.is_(None))
            .values(revoked_at=at, revoked_why=why)
        )
        return done.rowcount


@attrs.frozen
class SqlStaff:
    """Members of staff, across brands. Platform scope."""

    context: Context

    def find_by_email(self, email: Email) -> Staff | None:
        """Return her, locked, or None."""
        index = self.context.vault.blind(NO_LENDER, "staff-email", email.value)
        return self._one(sa.select(tables.staff).where(tables.staff.c.email_index == index).with_for_update())

    def find(self, staff_id: UUID) -> Staff | None:
        """Return her, or None."""
        return self._one(sa.select(tables.staff).where(tables.staff.c.id == staff_id))

    def _one(self, statement: sa.Select[Any]) -> Staff | None:
        row = self.context.connection.execute(statement).mappings().one_or_none()
        if row is None:
            return None
        seal = self.context.seal(self.context.platform_key("staff"), tables.staff, row["id"])
        roles = self.context.connection.execute(
            sa.select(tables.staff_brands.c.brand_id, tables.staff_brands.c.role)
            .where(tables.staff_brands.c.staff_id == row["id"])
            .order_by(tables.staff_brands.c.brand_id, tables.staff_brands.c.role)
        ).all()
        return Staff(
            id=row["id"],
            email=seal.open_text("email", row["email"]) or "",
            name=seal.open_text("name", row["name"]) or "",
            password_hash=row["password_hash"],
            is_active=row["is_active"],
            is_super_admin=row["is_super_admin"],
            epoch=row["epoch"],
            roles=tuple((BrandId(brand), role) for brand, role in roles),
            failed_logins=row["failed_logins"],
            locked_until=row["locked_until"],
            version=row["version"],
        )

    def add(self, staff: Staff) -> None:
        """Store a new member of staff with her roles."""
        seal = self.context.seal(self.context.platform_key("staff"), tables.staff, staff.id)
        self.context.connection.execute(
            sa.insert(tables.staff).values(
                id=staff.id,
                email_index=self.context.vault.blind(NO_LENDER, "staff-email", Email(staff.email).value),
                email=seal.text("email", staff.email),
                name=seal.text("name", staff.name),
                **self._plain(staff),
            )
        )
        self._write_roles(staff)

    def save(self, staff: Staff) -> None:
        """Write over the version she was read at. Raises StaleWrite."""
        seal = self.context.seal(self.context.platform_key("staff"), tables.staff, staff.id)
        done = self.context.connection.execute(
            sa.update(tables.staff)
            .where(tables.staff.c.id == staff.id, tables.staff.c.version == staff.version)
            .values(name=seal.text("name", staff.name), version=staff.version + 1, **self._plain(staff))
        )
        if done.rowcount != 1:
            raise StaleWrite("this member of staff was changed by somebody else: read her again")
        self.context.connection.execute(
            sa.delete(tables.staff_brands).where(tables.staff_brands.c.staff_id == staff.id)
        )
        self._write_roles(staff)

    def _plain(self, staff: Staff) -> dict[str, Any]:
        return {
            "password_hash": staff.password_hash,
            "is_active": staff.is_active,
            "is_super_admin": staff.is_super_admin,
            "epoch": staff.epoch,
            "failed_logins": staff.failed_logins,
            "locked_until": staff.locked_until,
        }

    def _write_roles(self, staff: Staff) -> None:
        if staff.roles:
            self.context.connection.execute(
                sa.insert(tables.staff_brands),
                [{"staff_id": staff.id, "brand_id": brand, "role": role} for brand, role in staff.roles],
            )
