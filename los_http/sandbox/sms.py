"""
What every SMS gateway of the sandbox shares: the alphabet of a text, its parts, phone numbers, and the operators' check
of a text against the DLT register.

The register is filled by a gateway's ``dlt-template`` act. While it is empty a gateway passes every text whose two
ids have the right form; from the first template on it knows only what was registered.
"""

import re
from collections.abc import Mapping
from typing import Any

from los_http.sandbox.vendor import ActRefused, Desk

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Characters of GSM 03.38 that take two places."""
LONGEST_VARIABLE = 30
NINETEEN_DIGITS = re.compile(r"\d{19}")


def ten_digits(number: str) -> str:
    """Return an Indian mobile number as ten digits, or nothing if it is none. It may begin with 91."""
    match = re.fullmatch(r"(?:91)?([6-9]\d{9})", number)
    return match.group(1) if match else ""


def is_gsm(text: str) -> bool:
    return all(letter in GSM or letter in GSM_TWICE for letter in text)


def as_text(text: str) -> str:
    """Return *text* as a handset shows it that was sent as GSM 03.38."""
    return "".join(letter if letter in GSM or letter in GSM_TWICE else "?" for letter in text)


def parts(text: str) -> int:
    """Return how many messages *text* fills: 160 places alone or 153 each in GSM 03.38, else 70 or 67."""
    if is_gsm(text):
        length, alone, each = sum(2 if letter in GSM_TWICE else 1 for letter in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)


def register(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Register a DLT template: ``templateId``, ``entityId``, ``header`` and ``text`` with ``{#var#}`` for each variable."""
    names = ("templateId", "entityId", "header", "text")
    if set(body) != set(names) or not all(isinstance(body[name], str) and body[name] for name in names):
        raise ActRefused("a template has " + ", ".join(names))
    desk.put("dlt template", body["templateId"], body)
    return {"templateId": body["templateId"]}


def scrubbed(desk: Desk, *, entity: str, template: str, header: str, text: str) -> str:
    """Return the operators' result code of a message, ``000`` where it passes."""
    if not NINETEEN_DIGITS.fullmatch(entity):
        return "604"
    if not NINETEEN_DIGITS.fullmatch(template):
        return "637"
    if not desk.every("dlt template"):
        return "000"
    known = desk.get("dlt template", template)
    if known is None:
        return "630"
    if known["entityId"] != entity:
        return "623"
    if known["header"] != header:
        return "634"
    literals = [re.escape(piece) for piece in known["text"].split("{#var#}")]
    filled = re.fullmatch("(.*?)".join(literals), text, re.DOTALL)
    if filled is None:
        return "633"
    return "635" if any(len(value) > LONGEST_VARIABLE for value in filled.groups()) else "000"
