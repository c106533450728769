"""Log-in of staff, rotation of refresh tokens, log-out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import attrs

from los_domain.access.model import Audience, RefreshToken, Session, Staff, Tokens
from los_domain.access.policy import SessionRules, after_failure, checked_newcomer, may_log_in, refuse_spent
from los_domain.access.ports import Secrets, SessionStore, StaffWork
from los_domain.shared.actor import PlatformScope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Conflict, Unauthenticated
from los_domain.shared.identifiers import Email
from los_domain.shared.ids import BrandId, Ids, SessionId
from los_domain.shared.work import Begin


@attrs.frozen
class OpenSession:
    """Open a session for a proved subject, inside the caller's transaction, and issue its first tokens."""

    secrets: Secrets
    ids: Ids
    rules: SessionRules = SessionRules()

    def __call__(
        self,
        sessions: SessionStore,
        *,
        audience: Audience,
        subject: UUID,
        brand: BrandId | None,
        epoch: int,
        now: datetime,
        address: str,
        device: str = "",
    ) -> tuple[Session, Tokens]:
        session = Session(
            SessionId(self.ids.new()), audience, subject, brand, now, now + self.rules.refresh, address, device
        )
        refresh, token = self._fresh(session, now)
        sessions.add(session, token)
        return session, self.tokens(session, refresh, epoch=epoch, now=now)

    def _fresh(self, session: Session, now: datetime) -> tuple[str, RefreshToken]:
        text, hashed = self.secrets.refresh_token()
        return text, RefreshToken(hashed, session.id, now, session.expires_at)

    def tokens(self, session: Session, refresh: str, *, epoch: int, now: datetime) -> Tokens:
        """Sign an access token for *session* and return it with *refresh*."""
        seconds = int(self.rules.access.total_seconds())
        access = self.secrets.access_token(session, audience=session.audience, epoch=epoch, now=now, seconds=seconds)
        return Tokens(access, refresh, seconds)

    def rotated(
        self, sessions: SessionStore, spent: RefreshToken, session: Session, *, epoch: int, now: datetime
    ) -> Tokens:
        """Spend *spent* and return the tokens that follow."""
        refresh, token = self._fresh(session, now)
        sessions.rotate(attrs.evolve(spent, spent_at=now), token)
        return self.tokens(session, refresh, epoch=epoch, now=now)


@attrs.frozen
class LogInStaff:
    """Let a member of staff in by e-mail and password."""

    begin: Begin[PlatformScope, StaffWork]
    open_session: OpenSession
    secrets: Secrets
    wall: WallClock
    rules: SessionRules = SessionRules()

    def __call__(self, scope: PlatformScope, email: Email, password: str, *, device: str) -> Tokens:
        """Return tokens. Raises Unauthenticated, the same for unknown, wrong and inactive, or TooMany while locked."""
        now = self.wall.now()
        with self.begin(scope) as work:
            staff = work.staff.find_by_email(email)
            # The hash is worked even for nobody: the time of an answer must not tell who has an account.
            holds = self.secrets.password_holds(password, staff.password_hash if staff else None)
            try:
                may_log_in(staff, now=now, password_holds=holds)
            except Unauthenticated as refusal:
                failure = refusal
            else:
                if staff is None:
                    raise AssertionError("may_log_in let nobody in")
                work.staff.save(attrs.evolve(staff, failed_logins=0, locked_until=None))
                session, tokens = self.open_session(
                    work.sessions,
                    audience=Audience.PARTNER,
                    subject=staff.id,
                    brand=None,
                    epoch=staff.epoch,
                    now=now,
                    address=scope.address,
                    device=device,
                )
                work.audit.add(AuditEvent("access.log-in", "session", session.id, after={"staff": str(staff.id)}))
                return tokens
            # A failure is written too, so it must not roll back: the refusal is raised after the commit.
            if staff is not None:
                work.staff.save(after_failure(staff, now=now, rules=self.rules))
                work.audit.add(AuditEvent("access.log-in-refused", "staff", staff.id))
        raise failure


@attrs.frozen
class Refresh:
    """Rotate a session's refresh token; a spent one that comes back ends the whole family."""

    begin: Begin[PlatformScope, StaffWork]
    open_session: OpenSession
    secrets: Secrets
    wall: WallClock

    def __call__(self, scope: PlatformScope, token: str, *, audience: Audience) -> Tokens:
        """Return the next tokens of a session of *audience*. Raises Unauthenticated."""
        now = self.wall.now()
        with self.begin(scope) as work:
            found = work.sessions.find_token(self.secrets.hash_token(token))
            spent, session = found or (None, None)
            try:
                live_token, live = refuse_spent(spent, session, audience=audience, now=now)
                epoch = 0
                if audience is Audience.PARTNER:
                    staff = work.staff.find(live.subject_id)
                    if staff is None or not staff.is_active:
                        raise Unauthenticated("the session has ended: log in again")
                    epoch = staff.epoch
                return self.open_session.rotated(work.sessions, live_token, live, epoch=epoch, now=now)
            except Unauthenticated as refusal:
                failure = refusal
                if spent is not None and spent.spent_at is not None and session is not None:
                    work.sessions.revoke(session.id, at=now, why="refresh token re-used")
                    work.audit.add(AuditEvent("access.refresh-reuse", "session", session.id))
        raise failure


@attrs.frozen
class LogOut:
    """End one session."""

    begin: Begin[PlatformScope, StaffWork]
    wall: WallClock

    def __call__(self, scope: PlatformScope, session: SessionId) -> None:
        with self.begin(scope) as work:
            work.sessions.revoke(session, at=self.wall.now(), why="log-out")
            work.audit.add(AuditEvent("access.log-out", "session", session))


@attrs.frozen
class AddStaff:
    """Let a person work: with roles in brands, or as super admin of the installation."""

    begin: Begin[PlatformScope, StaffWork]
    secrets: Secrets
    ids: Ids

    def __call__(
        self,
        scope: PlatformScope,
        email: Email,
        *,
        name: str,
        password: str,
        roles: Sequence[tuple[BrandId, str]] = (),
        super_admin: bool = False,
    ) -> Staff:
        """Return her. Raises Invalid for an unknown role or a weak password, Conflict where the e-mail is known."""
        name = checked_newcomer(name, password, [role for _, role in roles])
        hashed = self.secrets.hash_password(password)
        with self.begin(scope) as work:
            if work.staff.find_by_email(email) is not None:
                raise Conflict("a member of staff with this e-mail exists")
            staff = Staff(
                id=self.ids.new(),
                email=email.value,
                name=name,
                password_hash=hashed,
                is_active=True,
                is_super_admin=super_admin,
                epoch=1,
                roles=tuple(roles),
            )
            work.staff.add(staff)
            given = ", ".join(sorted({role for _, role in roles})) or ("SUPER_ADMIN" if super_admin else "")
            work.audit.add(AuditEvent("access.add-staff", "staff", staff.id, after={"roles": given}))
            return work.finish(staff)
