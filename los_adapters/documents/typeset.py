"""
Papers as PDF, by typst. Port: Typesetter.

Templates lie in ``papers/``, fonts in ``fonts/``; nothing of the machine is looked at, no instant is written, so that the same data give
the same bytes everywhere. Data are JSON values: amounts are rupees with two places, days ISO 8601; the templates write them for readers.

    every paper  brand {name, header?, footer?, colour?}
    key-facts    facts (the content of a key facts statement), digest
    schedule     loan {number, sanctioned}, borrower {name}, as_of, rows (as in the key facts' schedule)
    no-dues      number, issued_on, lender {name, registration_number}, borrower {name},
                 loan {number, sanctioned, disbursed_on, closed_on, ending: "repaid in full", "settled" …}
    agreement    dated, accepted_on, digest, facts, lender {name, registration_number}, borrower {name, address, pan: masked},
                 loan {number, in_words}, pay_to (masked account), policy_links [{title, url}]
"""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    import typst

_HERE: Final = Path(__file__).parent
_PAPERS: Final = _HERE / "papers"
TEMPLATES: Final = frozenset({"agreement", "key-facts", "no-dues", "schedule"})


def _compiler() -> "typst.Compiler":
    import typst  # 80 MB of it: only a process that makes papers loads them

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
    return typst.Compiler(root=str(_PAPERS), font_paths=fonts, ignore_system_fonts=True)


@attrs.define
class Typst:
    """One compiler for a process, made when first used: its fonts are read once. A paper takes some milliseconds, so they queue."""

    _made: "typst.Compiler | None" = attrs.field(default=None, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def pdf(self, template: str, data: Mapping[str, Any]) -> bytes:
        """Return the PDF. Raises KeyError for an unknown template, ValueError for data that lack what it prints."""
        if template not in TEMPLATES:
            raise KeyError(template)
        from typst import TypstError

        with self._lock:
            if self._made is None:
                self._made = _compiler()
            try:
                made = self._made.compile(
                    input=str(_PAPERS / f"{template}.typ"),
                    format="pdf",
                    sys_inputs={"data": json.dumps(data, sort_keys=True, ensure_ascii=False)},
                )
            except TypstError as fault:
                raise ValueError(f"the paper {template} cannot be made: {fault.message}") from None
        if not isinstance(made, bytes):
            raise TypeError("a PDF is one file")
        return made
