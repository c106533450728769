"""Rules of one-time passwords, sessions and log-ins. Pure: instants and hashes are arguments."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from los_domain.access.model import ROLES, Audience, Otp, Permission, RefreshToken, Session, Staff
from los_domain.shared.errors import FieldProblem, Invalid, TooMany, Unauthenticated


@attrs.frozen
class OtpRules:
    """Digits of a code, how long it holds, and how often one may be asked for or guessed."""

    digits: int = 6
    valid_for: timedelta = timedelta(minutes=5)
    tries: int = 5
    cool_down: timedelta = timedelta(seconds=30)
    daily_cap: int = 10


@attrs.frozen
class SessionRules:
    """How long access, refresh and the session itself live."""

    access: timedelta = timedelta(minutes=10)
    refresh: timedelta = timedelta(days=30)
    failed_logins: int = 5
    lock: timedelta = timedelta(minutes=15)


def may_send(earlier: Sequence[Otp], *, now: datetime, rules: OtpRules) -> None:
    """Raise TooMany if the phone of *earlier* (its codes of the last 24 hours) must wait before another is sent."""
    if not earlier:
        return
    latest = max(otp.sent_at for otp in earlier)
    wait = latest + rules.cool_down - now
    if wait > timedelta(0):
        raise TooMany("a code was sent just now: wait before asking again", retry_after_seconds=_seconds(wait))
    if len(earlier) >= rules.daily_cap:
        opens = min(otp.sent_at for otp in earlier) + timedelta(hours=24) - now
        raise TooMany("too many codes were asked for this number today", retry_after_seconds=max(1, _seconds(opens)))


def _seconds(span: timedelta) -> int:
    return max(1, -(-span // timedelta(seconds=1)))


@attrs.frozen
class Guess:
    """What a submitted code came to: the password as it should now be stored, and whether it opens."""

    otp: Otp | None
    opens: bool


def guess(latest: Otp | None, code_hash: bytes, *, now: datetime, rules: OtpRules, equal: bool) -> Guess:
    """
    Judge a submitted code against the newest password of its phone.

    *equal* is the constant-time comparison of *code_hash*, made by the caller even where there is nothing to compare with, so that
    every path takes the same time.
    """
    if latest is None or latest.used_at is not None or now >= latest.expires_at or latest.tries >= rules.tries:
        return Guess(None, opens=False)
    if equal and latest.code_hash == code_hash:
        return Guess(attrs.evolve(latest, used_at=now, tries=latest.tries + 1), opens=True)
    return Guess(attrs.evolve(latest, tries=latest.tries + 1), opens=False)


WRONG_CODE = Invalid(
    FieldProblem("otp", "the code is wrong or has expired", "type the code of the newest SMS, or ask for a new one")
)


def refuse_spent(
    token: RefreshToken | None, session: Session | None, *, audience: Audience, now: datetime
) -> tuple[RefreshToken, Session]:
    """Return *token* and *session* if it is the unspent head of a live session's chain. Raises Unauthenticated otherwise."""
    if (
        token is None
        or session is None
        or session.audience is not audience
        or session.revoked_at is not None
        or now >= session.expires_at
        or token.spent_at is not None
        or now >= token.expires_at
    ):
        raise Unauthenticated("the session has ended: log in again")
    return token, session


def permissions_of(roles: Sequence[str], *, is_super_admin: bool = False) -> frozenset[Permission]:
    """Return what *roles* allow together; a super admin may do everything everywhere, an unknown role nothing."""
    if is_super_admin:
        return frozenset(Permission)
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def may_log_in(staff: Staff | None, *, now: datetime, password_holds: bool) -> None:
    """Raise Unauthenticated, in the same words for every reason but a lock, unless these credentials open."""
    if staff is not None and staff.locked_until is not None and now < staff.locked_until:
        raise TooMany(
            "too many wrong passwords: wait and try again", retry_after_seconds=_seconds(staff.locked_until - now)
        )
    if staff is None or not password_holds or not staff.is_active:
        raise Unauthenticated("e-mail or password is wrong")


def after_failure(staff: Staff, *, now: datetime, rules: SessionRules) -> Staff:
    """Return *staff* after one more wrong password, locked for a while once there were too many."""
    failed = staff.failed_logins + 1
    if failed < rules.failed_logins:
        return attrs.evolve(staff, failed_logins=failed)
    return attrs.evolve(staff, failed_logins=0, locked_until=now + rules.lock)


PASSWORD_LEAST = 12


def checked_newcomer(name: str, password: str, roles: Sequence[str]) -> str:
    """Return the name as it is stored. Raises Invalid with every problem of a new member of staff."""
    name = " ".join(name.split())
    problems = []
    if not 1 <= len(name) <= 120:
        problems.append(FieldProblem("name", "should have 1 to 120 characters"))
    if len(password) < PASSWORD_LEAST or len(set(password)) < 5:
        problems.append(
            FieldProblem("password", f"should have at least {PASSWORD_LEAST} characters, five of them different")
        )
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        problems.append(FieldProblem("roles", f"{', '.join(unknown)}: no such role", f"one of {', '.join(ROLES)}"))
    if problems:
        raise Invalid(*problems)
    return name
