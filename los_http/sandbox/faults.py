"""
Bad days on demand: what may go wrong around a vendor's call or notice, for which one, and how often.

A fault is armed, hits the next calls that fit, and is gone. The kinds of `AROUND_CALLS` are worked by the sandbox
outside of the vendor's handler, those of `AROUND_NOTICES` where a notice is put into the postbox, and ``pending`` by
the vendor itself, for calls whose matter can be left open.
"""

import json
from collections.abc import Mapping
from typing import Any

import attrs

AROUND_CALLS: Mapping[str, str] = {
    "down": "the connection is closed without an answer, and nothing is done",
    "slow": "the vendor takes `seconds` (30) before it does as always",
    "rate_limited": "too many calls; comes again after `seconds` (1)",
    "server_error": "HTTP `status` (500), and nothing is done",
    "garbage": "a body that cannot be read, under HTTP `status` (200), and nothing is done",
    "success_then_timeout": "all is done, and no answer ever leaves",
    "refuse": "the vendor's own definite no, with its `code` where it has codes",
}
AROUND_NOTICES: Mapping[str, str] = {
    "duplicate_webhook": "the notice is posted twice",
    "late_webhook": "the notice leaves `seconds` (30) later",
    "forged_webhook": "somebody without the secret posts the notice first, then the vendor does",
    "no_webhook": "the notice is never posted",
}
PENDING = "pending"
KINDS: Mapping[str, str] = {
    **AROUND_CALLS,
    **AROUND_NOTICES,
    PENDING: "the vendor takes the matter on and leaves it open",
}
USUAL_SECONDS = {"rate_limited": 1.0}


@attrs.frozen
class Fault:
    """
    One armed fault. *call* is a call of the vendor, or for a notice its event; ``*`` is any. *match* holds fields of
    the request (of the notice's body), deeper ones joined by dots, that must have these values.
    """

    vendor: str
    call: str
    kind: str
    match: Mapping[str, str] = attrs.field(factory=dict)
    times: int = 1
    seconds: float = 30.0
    status: int = 0
    code: str = ""
    id: int = 0

    def fits(self, call: str, fields: Mapping[str, str]) -> bool:
        return self.call in ("*", call) and all(fields.get(name) == value for name, value in self.match.items())

    def to_json(self) -> str:
        return json.dumps(attrs.asdict(self, filter=attrs.filters.exclude("id", "times")))

    @classmethod
    def from_json(cls, body: str, *, id: int, times: int) -> "Fault":
        return cls(**json.loads(body), id=id, times=times)


def flat(value: Any, under: str = "") -> dict[str, str]:
    """Return the leaves of a JSON value by their path, joined by dots: ``{"a": [{"b": 1}]}`` gives ``{"a.0.b": "1"}``."""
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    else:
        return {under: value if isinstance(value, str) else json.dumps(value)} if under else {}
    leaves: dict[str, str] = {}
    for name, inner in pairs:
        leaves.update(flat(inner, f"{under}.{name}" if under else str(name)))
    return leaves
