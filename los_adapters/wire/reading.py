"""
How adapters read the parts of a vendor's answer: each takes anything and returns the type asked for, or its empty value.

Nothing here decides what an empty value means; a mapping that cannot do without a field says so with an ``Outcome`` of its own.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

_YES = frozenset({"y", "yes", "true", "1"})
_NO = frozenset({"n", "no", "false", "0"})

DATES = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d-%b-%Y")
"""The ways of writing a date that Indian vendors mix, sometimes within one answer."""

_WRITTEN = {
    "%d/%m/%Y": re.compile(r"\d{2}/\d{2}/\d{4}", re.ASCII),
    "%d-%m-%Y": re.compile(r"\d{2}-\d{2}-\d{4}", re.ASCII),
    "%Y-%m-%d": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    "%d-%b-%Y": re.compile(r"\d{2}-[A-Za-z]{3}-\d{4}", re.ASCII),
}


def text(value: Any) -> str:
    """Return a string trimmed and free of NUL characters (PostgreSQL takes none), or ''."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def word(value: Any) -> str:
    """Return a code that a vendor may write as a string or as a whole number, or ''."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def first(body: Mapping[str, Any], *names: str) -> str:
    """Return the first of the named fields that holds a word."""
    return next((found for name in names if (found := word(body.get(name)))), "")


def section(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the JSON objects of a list; what else stands in it is left out."""
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def yes(value: Any) -> bool | None:
    """Return what a flag says, spelt as JSON boolean, Y/N, yes/no, true/false or 1/0; None for anything else."""
    if isinstance(value, bool):
        return value
    spelt = word(value).lower()
    return True if spelt in _YES else False if spelt in _NO else None


def day(value: Any, formats: Iterable[str] = DATES) -> date | None:
    """Return a date written in one of *formats* (of those in ``DATES``, all digits given), or None."""
    written = text(value)
    for form in formats:
        if _WRITTEN[form].fullmatch(written):
            try:
                return datetime.strptime(written, form).date()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                return None
    return None
