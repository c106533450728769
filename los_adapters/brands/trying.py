"""
One harmless call with a brand's real credentials, and what its answer looked like: which fields came, which of the vendor's table did not.

Values are shown by their shape alone: an answer may hold somebody's data.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import httpx

from los_adapters.brands.router import Router
from los_adapters.wire.http import Reply, Wire, deadline
from los_adapters.wire.provider import Fact, Provider
from los_domain.brands.policy import OUTCOME_WORDS, detail_of
from los_domain.brands.providers import ProviderKind
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import NotFound
from los_domain.shared.outcome import NotSent, Outcome, Unknown

SECONDS = 30.0


@attrs.frozen
class Seen:
    """One field of an answer: its path, its value's shape, and whether the vendor's table speaks of it."""

    path: str
    shape: str
    in_table: bool


@attrs.frozen
class Tried:
    """What a call came to. *missing*: words of the table's inferred rows that the answer did not hold."""

    outcome: str
    detail: str
    exchanges: tuple[str, ...]
    fields: tuple[Seen, ...]
    inferred: tuple[Fact, ...]


@attrs.frozen
class Listening(Wire):
    """A wire that keeps the answers that went over it."""

    heard: list[tuple[str, Reply | NotSent | Unknown]] = attrs.field(factory=list, kw_only=True)

    def exchange(self, method: str, url: str, **asked: Any) -> Reply | NotSent | Unknown:
        """Send one request and keep its answer."""
        reply = super().exchange(method, url, **asked)
        self.heard.append((f"{method} {httpx.URL(url).copy_with(query=None)}", reply))
        return reply


def shape_of(value: Any) -> str:
    """Return what a value looks like without what it says: letters as x, digits as 9, 24 characters at most."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return re.sub(r"\d", "9", str(value))[:24]
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", str(value)))[:24]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a JSON value with their paths; of a list the first item stands for all."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value[:1]:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def tried(
    vendor: Provider, build: Callable[[Any, Wire], Any], config: Any, call: Callable[[Any], Outcome[Any]]
) -> Tried:
    """Make *call* on the adapter that *build* makes, and say what came."""
    with httpx.Client(trust_env=False) as client, deadline(SECONDS):
        wire = Listening(client)
        outcome = call(build(config, wire))
    words = {word.lower() for fact in vendor.facts for word in re.findall(r"\w+", f"{fact.wire} {fact.ours}")}
    exchanges, fields = [], []
    for where, reply in wire.heard:
        exchanges.append(f"{where}: {reply.status if isinstance(reply, Reply) else type(reply).__name__}")
        for path, value in leaves(reply.json()) if isinstance(reply, Reply) else ():
            last = re.findall(r"\w+", path)[-1:] or [""]
            fields.append(Seen(path, shape_of(value), last[0].lower() in words))
    return Tried(
        outcome=OUTCOME_WORDS[type(outcome)],
        detail=detail_of(outcome),
        exchanges=tuple(exchanges),
        fields=tuple(fields),
        inferred=tuple(fact for fact in vendor.facts if fact.evidence.value == "inferred"),
    )


@attrs.frozen
class TryProvider:
    """Makes one of a vendor's harmless calls for a brand."""

    router: Router
    part_for: Callable[[str, str], tuple[Provider, ProviderKind]]

    def __call__(self, scope: BrandScope, name: str, call: str) -> Tried:
        """Return what it came to. Raises NotFound if the brand has no such provider, or the vendor no such call."""
        try:
            part, kind = self.part_for(name, call)
        except KeyError as unknown:
            raise NotFound(str(unknown.args[0])) from None
        config = self.router.config_of(scope, name)
        return tried(part, part.for_kind(kind), config, part.try_calls[call])
