"""When a bureau is asked, and what its silence means: a report costs money, and other lenders see that it was asked for. Pure."""

from datetime import date, datetime, timedelta
from enum import Enum
from hashlib import sha256

import attrs

from los_domain.bureau.model import Pull, PullState
from los_domain.shared.ids import AttemptId

ANSWER_COMES_WITHIN = timedelta(seconds=60)
"""Who asks has the answer by then; an older ASKING was cut short, and nobody knows what it came to."""

GIVES_UP_AFTER = timedelta(hours=2)
"""How long workers go on asking bureaus that take no questions."""

NOT_REPEATED_WITHIN = timedelta(hours=24)
"""After an answer that was lost."""


class Next(Enum):
    """What is to be done about a report."""

    USE = "use"  # the newest one is young enough
    ASK = "ask"
    COME_BACK = "come_back"  # somebody is asking right now
    LOST = "lost"  # a question was cut short
    GIVE_UP = "give_up"
    LEAVE = "leave"  # it was answered, or lost too recently to ask again


def next_of(report: Pull | None, last: Pull | None, *, today: date, fresh_days: int, now: datetime) -> Next:
    """Return what to do, given the customer's newest *report* and the *last* question for this loan."""
    if report is not None and is_young(report, today=today, days=fresh_days):
        return Next.USE
    if last is None:
        return Next.ASK
    if last.state is PullState.ASKING:
        return Next.COME_BACK if now < last.asked_at + ANSWER_COMES_WITHIN else Next.LOST
    if last.state is PullState.WAITING:
        return Next.GIVE_UP if now >= last.begun_at + GIVES_UP_AFTER else Next.ASK
    if last.state is PullState.UNKNOWN and now < last.asked_at + NOT_REPEATED_WITHIN:
        return Next.LEAVE
    return Next.ASK


def is_young(report: Pull, *, today: date, days: int) -> bool:
    """Return whether a report was pulled at most *days* ago, both days included."""
    return report.pulled_on is not None and 0 <= (today - report.pulled_on).days <= days


def asked(pull: Pull, *, at: datetime) -> Pull:
    """Return *pull* while a bureau is asked."""
    return attrs.evolve(pull, state=PullState.ASKING, asked_at=at)


def waiting(pull: Pull) -> Pull:
    """Return *pull* after nobody took the question."""
    return attrs.evolve(pull, state=PullState.WAITING)


def answered(pull: Pull, raw: bytes, *, is_read: bool, provider: str, attempt: AttemptId, on: date) -> Pull:
    """Return *pull* with the bureau's answer, whether or not it could be read."""
    return attrs.evolve(
        pull,
        state=PullState.DONE if is_read else PullState.UNREADABLE,
        provider=provider,
        attempt=attempt,
        pulled_on=on,
        raw=raw,
        sha256=sha256(raw).hexdigest(),
        reason="" if is_read else "REPORT_UNREADABLE",
    )


def without(pull: Pull, state: PullState, *, reason: str, provider: str = "", attempt: AttemptId | None = None) -> Pull:
    """Return *pull* settled without a report."""
    return attrs.evolve(pull, state=state, reason=reason, provider=provider, attempt=attempt)
