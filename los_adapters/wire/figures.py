"""
Figures as vendors in India write them: amounts grouped or not, numbers as text or not, dates in one named form.

Every function is total: what cannot be read is None, and the caller decides whether that is an answer.
"""

import re
from datetime import date, datetime
from typing import Any

from los_domain.shared.money import ZERO, Money
from los_domain.shared.rates import Quoted

EMPTY = frozenset({"", "null", "none", "na", "n/a", "-"})


def text(value: Any) -> str:
    """Return *value* as trimmed text without NULs; the words that stand for nothing become empty."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    written = str(value).replace("\u0000", "").strip()
    return "" if written.casefold() in EMPTY else written


def amount(value: Any) -> Money | None:
    """Read rupees: ``25,92,764``, ``67110.0``, ``3500``; with more than two decimals, or no number: None."""
    found = re.fullmatch(r"(-?\d{1,13})(?:\.(\d{1,2})0*)?", text(value).replace(",", ""), re.ASCII)
    return Money.parse(f"{found[1]}.{(found[2] or '').ljust(2, '0')}") if found else None


def amount_or_nothing(value: Any) -> Money:
    """Read rupees where an empty field means none."""
    return amount(value) or ZERO


def positive(value: Any) -> Money | None:
    """Read rupees where zero means that nothing was reported."""
    found = amount(value)
    return found if found is not None and found.paise > 0 else None


def whole(value: Any) -> int | None:
    """Read a count: ``12``, ``12.0``."""
    found = re.fullmatch(r"(\d{1,9})(?:\.0+)?", text(value), re.ASCII)
    return int(found[1]) if found else None


def percentage(value: Any) -> Quoted | None:
    """Read a rate a year."""
    try:
        return Quoted.parse(text(value))
    except ValueError:
        return None


def day(value: Any, form: str) -> date | None:
    """Read a date written as *form* (``strptime``); anything else is unknown."""
    try:
        return datetime.strptime(text(value), form).date()  # noqa: DTZ007  a calendar date has no zone
    except ValueError:
        return None


_PERSONAL = re.compile(r"\d{5,}|[A-Z]{5}\d{4}[A-Z]|[^\s@]+@[^\s@]+", re.IGNORECASE)


def told(message: Any, *hidden: str) -> str:
    """
    Return a vendor's message fit for staff and logs, 200 characters at most.

    Vendors repeat what they were sent: long numbers, PANs, mail addresses and every word of *hidden* (names, addresses) give way to "…".
    """
    words = {re.escape(word) for text_sent in hidden for word in text_sent.split() if len(word) > 1}
    shown = _PERSONAL.sub("…", text(message))
    if words:
        shown = re.sub(
            rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)", "…", shown, flags=re.IGNORECASE
        )
    return shown[:200]


def masked(value: Any) -> str:
    """Return the only part of an account number that is kept."""
    written = text(value)
    return f"…{written[-4:]}" if written else ""


def plain(value: Any) -> Any:
    """Return a metric as a JSON value: money in rupees, whole where it is whole; decimals as numbers; dates as ISO."""
    if isinstance(value, Money):
        return value.paise // 100 if value.paise % 100 == 0 else float(str(value))
    if isinstance(value, bool | int | str) or value is None:
        return value
    return value.isoformat() if isinstance(value, date) else float(value)
