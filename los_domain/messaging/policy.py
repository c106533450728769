"""When a message may be sent, in which lane it waits, how often it may be tried, and what becomes of it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from los_domain.brands.model import Attempt, Effect
from los_domain.messaging.model import Lane, Message, MessageStatus, Occasion
from los_domain.messaging.receipts import DeliveryEvent, status_after
from los_domain.shared.audit import Value
from los_domain.shared.dates import IST
from los_domain.shared.outcome import Done, Misconfigured, Outcome, Pending, Refused, Unknown

REMINDERS = frozenset({Occasion.DUE_SOON, Occasion.OVERDUE, Occasion.FOLLOW_UP, Occasion.RELOAN})
"""What nobody waits for: sent within permitted hours only. Everything else answers something that was just done."""

_LANES: Mapping[Occasion, Lane] = {Occasion.OTP: Lane.CODE, Occasion.NDC: Lane.CERTIFICATE}
ATTACHED: Mapping[Occasion, str] = {
    Occasion.AGREEMENT_COPY: "agreement.pdf",
    Occasion.NDC: "no-dues-certificate.pdf",
}
"""How the file that goes with a mail is called."""


@attrs.frozen
class ContactHours:
    """Between which times of day in India a borrower may be reminded, both included; in force from a day on."""

    since: date
    opens: time
    closes: time
    source: str


CONTACT_HOURS: Sequence[ContactHours] = (
    ContactHours(
        since=date(2022, 8, 12),
        opens=time(8),
        closes=time(19),
        source="RBI/2022-23/108, Outsourcing of Financial Services: responsibilities of regulated entities employing recovery agents",
    ),
)
"""Newest last."""


def contact_hours(on: date) -> ContactHours:
    """Return what is in force *on* a day; before the first rule, that one."""
    in_force = [rule for rule in CONTACT_HOURS if rule.since <= on]
    return in_force[-1] if in_force else CONTACT_HOURS[0]


def permitted_from(occasion: Occasion, now: datetime) -> datetime:
    """Return *now* if a message may be sent then, else the instant at which permitted hours begin again."""
    if occasion not in REMINDERS:
        return now
    local = now.astimezone(IST)
    hours = contact_hours(local.date())
    if hours.opens <= local.time() <= hours.closes:
        return now
    day = local.date() if local.time() < hours.opens else local.date() + timedelta(days=1)
    return datetime.combine(day, contact_hours(day).opens, IST)


def lane_of(occasion: Occasion) -> Lane:
    """Return where a message waits for its turn."""
    return _LANES.get(occasion, Lane.USUAL)


def effect_of(occasion: Occasion) -> Effect:
    """Return what sending twice would mean."""
    return Effect.WORTH_A_DOUBLE if occasion is Occasion.OTP else Effect.ONCE


def taken(attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the call in which a vendor took the message, if one did: whoever made it was killed before noting so here."""
    return next((attempt for attempt in attempts if attempt.outcome == "DONE"), None)


def perhaps_sent(occasion: Occasion, attempts: Sequence[Attempt]) -> bool:
    """Return whether an earlier try may have reached a vendor (it was cut short, or its answer was lost) and must not be doubled."""
    unclear = any(attempt.outcome in (None, "UNKNOWN", "PENDING") for attempt in attempts)
    return unclear and effect_of(occasion) is Effect.ONCE


def is_over(message: Message, wall_now: datetime) -> bool:
    """Return whether the life of a one-time password has ended."""
    return message.expires_at is not None and wall_now >= message.expires_at


def _settled(message: Message, **changes: Any) -> Message:
    if message.occasion is Occasion.OTP:
        changes |= {"body": "", "variables": ()}
    return attrs.evolve(message, **changes)


def shown(message: Message) -> Mapping[str, Value]:
    """Return what an audit row keeps of a message: how far it got and by whom, never to whom or what."""
    return {
        "status": message.status.value,
        "provider": message.provider,
        "failure": message.failure,
        "not_before": str(message.not_before),
    }


def expired(message: Message) -> Message:
    """Return *message* after its life ended unsent."""
    return _settled(message, status=MessageStatus.CANCELLED, failure="expired")


def sent(message: Message, provider: str, provider_message_id: str) -> Message:
    """Return *message* after a provider took it."""
    return _settled(
        message,
        status=MessageStatus.SENT,
        provider=provider,
        provider_message_id=provider_message_id,
        failure="",
    )


def failed(message: Message, why: str) -> Message:
    """Return *message* after it was given up. *why* is a code word."""
    return _settled(message, status=MessageStatus.FAILED, failure=why)


def settled(message: Message, outcome: Outcome[None], provider: str) -> Message | None:
    """Return *message* after an outcome that ends it, or None where it is to be tried again or looked at by a person."""
    match outcome:
        case Done(provider_reference=reference):
            return sent(message, provider, reference)
        case Refused(why=why, code=code):
            return failed(message, f"refused {why.value} {code}".strip())
        case Unknown() | Pending():
            return failed(message, "perhaps sent, not repeated")
        case _:
            return None


def needs_a_person(outcome: Outcome[None]) -> bool:
    """Return whether trying again changes nothing until somebody corrects a setting."""
    return isinstance(outcome, Misconfigured)


def told(message: Message, receipt: DeliveryEvent) -> Message:
    """Return *message* after a receipt; the same message if it tells nothing new."""
    status = status_after(message.status, receipt.status)
    failure = receipt.word if status is MessageStatus.FAILED else ""
    if status is message.status:
        return message
    return attrs.evolve(message, status=status, failure=failure)
