"""The text of a PDF as a reader copies it: glyphs by the fonts' tables, and what the file says is meant where glyphs were joined."""

import io
import re
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream


def copied(pdf: bytes) -> str:
    """Return the text of all pages without white space, in the order in which it was set."""
    reader = PdfReader(io.BytesIO(pdf))
    return "".join("".join(_page(page, reader).split()) for page in reader.pages)


def _page(page: PageObject, reader: PdfReader) -> str:
    resources: Any = page["/Resources"]
    tables = {name: _table(font.get_object()) for name, font in resources["/Font"].items()}
    text: list[str] = []
    meant: list[bool] = []  # of each marked span that is open: whether its text was told
    table: dict[int, str] = {}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"Tf":
            table = tables[operands[0]]
        elif operator in (b"BDC", b"BMC"):
            told = operands[1].get("/ActualText") if len(operands) > 1 and isinstance(operands[1], dict) else None
            if told is not None and not any(meant):
                text.append(str(told))
            meant.append(told is not None)
        elif operator == b"EMC":
            meant.pop()
        elif operator in (b"Tj", b"TJ") and not any(meant):
            shown = operands[0] if operator == b"TJ" else operands
            for piece in shown:
                raw = getattr(piece, "original_bytes", b"")
                codes = (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))
                text += [table.get(code, "?") for code in codes]
    return "".join(text)


def _table(font: Any) -> dict[int, str]:
    """Return the font's table from glyph codes to text."""
    written = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    table: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", written, re.DOTALL):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            table[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", written, re.DOTALL):
        for low, high, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            first = int.from_bytes(bytes.fromhex(value)[-2:])
            for code in range(int(low, 16), int(high, 16) + 1):
                table[code] = chr(first + code - int(low, 16))
    return table
