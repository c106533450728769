"""
How brands are named; whether the next provider may be asked, when one is passed over, and which stands first.

Pure: the instant is an argument.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from los_domain.brands.model import BrandProvider, Effect
from los_domain.shared.errors import FieldProblem, Invalid
from los_domain.shared.ids import ProviderId
from los_domain.shared.outcome import (
    Done,
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Outcome,
    Pending,
    RateLimited,
    Refused,
    Unknown,
)

_SUBDOMAIN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40


def named(name: str, subdomain: str) -> tuple[str, str]:
    """Return both as they are stored. Raises Invalid with every problem."""
    name, subdomain = " ".join(name.split()), subdomain.strip().lower()
    problems = []
    if not 1 <= len(name) <= 120:
        problems.append(FieldProblem("name", "should have 1 to 120 characters"))
    if len(subdomain) > _LONGEST or not _SUBDOMAIN.fullmatch(subdomain):
        fix = "lower-case letters, digits and single hyphens, beginning with a letter, such as quick-rupee"
        problems.append(FieldProblem("subdomain", f"should be a name of up to {_LONGEST} characters", fix))
    if problems:
        raise Invalid(*problems)
    return name, subdomain


OUTCOME_WORDS: Mapping[type[Any], str] = {
    Done: "DONE",
    NoRecord: "NO_RECORD",
    Refused: "REFUSED",
    Misconfigured: "MISCONFIGURED",
    RateLimited: "RATE_LIMITED",
    NotSent: "NOT_SENT",
    Pending: "PENDING",
    Unknown: "UNKNOWN",
}


def detail_of(outcome: Outcome[Any]) -> str:
    """Return what an attempt keeps of *outcome*: code words and reasons, never what was sent or found."""
    match outcome:
        case Refused(why=why, code=code):
            return f"{why.value} {code}".strip()
        case Misconfigured(scope=scope, code=code):
            return f"{scope.value} {code}".strip()
        case RateLimited(after_seconds=seconds):
            return f"for {seconds} s"
        case NotSent(reason=reason) | Unknown(reason=reason):
            return reason
        case Pending(word=word):
            return word
        case _:
            return ""


def may_ask_next(outcome: Outcome[Any], effect: Effect) -> bool:
    """Return whether another provider may be asked after *outcome* of a call that has *effect*."""
    if isinstance(outcome, NotSent | RateLimited | Misconfigured):
        return True  # certainly not taken
    return isinstance(outcome, Unknown) and effect is not Effect.ONCE


@attrs.frozen
class CircuitRules:
    """How many failures in a row open a circuit, for how long at first, and for how long at most (each failed probe doubles it)."""

    failures: int = 5
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=10)
    probe: timedelta = timedelta(seconds=60)  # a probe that never came back does not keep the circuit open


@attrs.frozen
class Circuit:
    """
    What is remembered of a provider's last answers.

    Closed: *open_until* is None. Open until then; after it a single call is let through as a probe, and its outcome closes the
    circuit or opens it for twice as long. *limited_until*: the vendor asked for patience; that is no failure.
    """

    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None
    probing_since: datetime | None = None
    limited_until: datetime | None = None


def entered(circuit: Circuit, *, now: datetime, rules: CircuitRules = CircuitRules()) -> Circuit | None:
    """Return *circuit* as it is while a call begun *now* runs, or None if the provider is passed over."""
    if circuit.limited_until is not None and now < circuit.limited_until:
        return None
    if circuit.open_until is None:
        return circuit
    if now < circuit.open_until:
        return None
    if circuit.probing_since is not None and now < circuit.probing_since + rules.probe:
        return None
    return attrs.evolve(circuit, probing_since=now)


def settled(circuit: Circuit, outcome: Outcome[Any], *, now: datetime, rules: CircuitRules = CircuitRules()) -> Circuit:
    """Return *circuit* after a call came to *outcome*."""
    if isinstance(outcome, RateLimited):
        return Circuit(limited_until=now + timedelta(seconds=outcome.after_seconds))
    opens_at_once = isinstance(outcome, Misconfigured) and outcome.scope is MisconfiguredIn.ACCOUNT
    if not opens_at_once and not isinstance(outcome, NotSent | Unknown):
        return Circuit()  # it answered: that is all a circuit asks
    failures = circuit.failures + 1
    if not opens_at_once and circuit.open_until is None and failures < rules.failures:
        return attrs.evolve(circuit, failures=failures)
    if circuit.open_until is not None and circuit.probing_since is None:
        return circuit  # begun before it opened: what it came to is no news
    wait = min(rules.first * 2 ** min(circuit.opened, 16), rules.longest)
    return Circuit(failures=failures, opened=circuit.opened + 1, open_until=now + wait)


def ranked(providers: Sequence[BrandProvider], saved: BrandProvider) -> tuple[BrandProvider, ...]:
    """
    Return the providers of *saved*'s kind with *saved* in its place and ranks without gaps, 0 for the primary.

    A rank beyond the last puts it last. Those whose rank changed are what has to be written.
    """
    others = sorted(
        (one for one in providers if one.kind is saved.kind and one.id != saved.id), key=lambda one: one.rank
    )
    place = min(max(saved.rank, 0), len(others))
    ordered = (*others[:place], saved, *others[place:])
    return tuple(attrs.evolve(one, rank=rank) for rank, one in enumerate(ordered))


def refuse_second(providers: Sequence[BrandProvider], saved: BrandProvider) -> None:
    """Raise Invalid if the brand has another provider of the same kind and vendor: a vendor is one row a kind."""
    for one in providers:
        if one.id != saved.id and one.kind is saved.kind and one.name == saved.name:
            raise Invalid(
                FieldProblem("name", f"{one.name} is there already for {one.kind.value}", "change that one instead")
            )


def without(providers: Sequence[BrandProvider], removed: ProviderId) -> tuple[BrandProvider, ...]:
    """Return the providers of the removed one's kind that remain, their ranks closed up."""
    gone = next(one for one in providers if one.id == removed)
    left = sorted((one for one in providers if one.kind is gone.kind and one.id != removed), key=lambda one: one.rank)
    return tuple(attrs.evolve(one, rank=rank) for rank, one in enumerate(left))
