"""
The PDF a persona downloads from her bank, and what the statement analyser recognises in one.

A statement names its account holder and period in its keywords with a digest of its text, so that an altered row shows.
A locked one opens with whatever password it was asked to be locked with.
"""

import hashlib
import re
from datetime import date

import attrs

from los_http.sandbox.pdf import read_own, text_document
from los_http.sandbox.statement_data import HABITS, Entry, entries, last_full_month
from los_http.sandbox.vendor import Person

_KEYWORDS = re.compile(r"statement pan=([A-Z0-9]{10}) until=(\d{4}-\d{2}-\d{2}) months=(\d+) digest=([0-9a-f]{64})")


class NotAStatement(ValueError):
    """A PDF, but of no bank the analyser knows."""


class Altered(ValueError):
    """A statement whose rows are not those the bank wrote."""


@attrs.frozen
class Period:
    """Whose statement it is, and of which whole months up to month end *until*."""

    pan: str
    until: date
    months: int


def rows_of(person: Person, *, until: date, months: int) -> list[Entry]:
    """Return the rows of *person*'s account, the same at every bank and analyser."""
    return entries(HABITS[person.statement], until=until, months=months, scale=person.scale)


def statement_file(person: Person, *, on: date, months: int = 6, password: str = "") -> bytes:
    """Return the PDF of the last *months* months that had ended on *on*. Raises ValueError for other than 1 to 12."""
    until = last_full_month(on)
    rows = rows_of(person, until=until, months=months)
    lines = [
        person.bank,
        f"Account holder  {person.name.upper()}",
        f"Account number  {person.account_number}    IFSC  {person.ifsc}",
        f"Period          {rows[0].on.replace(day=1):%d-%m-%Y} to {until:%d-%m-%Y}",
        "",
        f"{'Date':<12}{'Narration':<54}{'Amount':>12}{'Balance':>14}",
        *(f"{row.on:%d-%m-%Y}  {row.narration:<54}{row.rupees:>12,}{row.balance:>14,}" for row in rows),
    ]
    digest = hashlib.sha256("\n".join(lines).encode("latin-1")).hexdigest()
    keywords = f"statement pan={person.pan} until={until.isoformat()} months={months} digest={digest}"
    return text_document(lines, title=f"{person.bank} statement of account", keywords=keywords, password=password)


def read_statement(document: bytes, password: str = "") -> Period:
    """Return whose statement *document* is. Raises NotAPdf, WrongPassword, NotAStatement, Altered."""
    read = read_own(document, password)
    found = _KEYWORDS.fullmatch(read.keywords) if read else None
    if read is None or found is None:
        raise NotAStatement("not a statement of a bank that is known")
    if hashlib.sha256(read.text.encode("latin-1")).hexdigest() != found[4]:
        raise Altered("the rows were changed after the bank wrote them")
    return Period(found[1], date.fromisoformat(found[2]), int(found[3]))
