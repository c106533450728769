"""
PDF files as the sandbox needs them: a small text document with a locked or open lid, and the mark a signature leaves on any document.

Written by hand after ISO 32000-1: §7.5 (file structure, incremental updates, cross-reference tables and streams) and §7.6.3 (the standard
security handler, revision 2: 40-bit RC4, which is what many banks still send). It is not a reader of other people's files: only the
trailer of a foreign document is understood, and of an own one its keywords and pages.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence

import attrs

LINES_A_PAGE = 58
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ALLOWED = -4  # every right to a reader who knows the password


class NotAPdf(ValueError):
    """The bytes are no PDF that can be understood."""


class WrongPassword(ValueError):
    """The document is locked, and not with this password."""


@attrs.frozen
class Read:
    """What an own document says about itself."""

    keywords: str
    text: str
    """The lines of all pages, joined by newlines."""


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _padded(password: str) -> bytes:
    return (password.encode("latin-1", "replace") + _PADDING)[:32]


@attrs.frozen
class _Lid:
    """The encryption of one document."""

    key: bytes
    owner: bytes
    identity: bytes

    @classmethod
    def shut(cls, password: str, identity: bytes) -> "_Lid":
        owner = _rc4(_md5(_padded(password))[:5], _padded(password))
        return cls(cls._key(password, owner, identity), owner, identity)

    @staticmethod
    def _key(password: str, owner: bytes, identity: bytes) -> bytes:
        rights = (_ALLOWED & 0xFFFFFFFF).to_bytes(4, "little")
        return _md5(_padded(password) + owner + rights + identity)[:5]

    @classmethod
    def opened(cls, password: str, owner: bytes, check: bytes, identity: bytes) -> "_Lid":
        """Raises WrongPassword."""
        lid = cls(cls._key(password, owner, identity), owner, identity)
        if lid.check != check:
            raise WrongPassword("the password does not open this document")
        return lid

    @property
    def check(self) -> bytes:
        return _rc4(self.key, _PADDING)

    def apply(self, number: int, data: bytes) -> bytes:
        """Encrypt or decrypt *data* of object *number*: the cipher is its own inverse."""
        return _rc4(_md5(self.key + number.to_bytes(3, "little") + b"\0\0")[:10], data)


def _escaped(text: str) -> bytes:
    return re.sub(rb"([\\()])", rb"\\\1", text.encode("latin-1", "replace"))


def _page_content(lines: Sequence[str]) -> bytes:
    drawn = b"\n".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
    return b"BT /F1 9 Tf 12 TL 36 806 Td\n" + drawn + b"\nET"


def text_document(lines: Sequence[str], *, title: str, keywords: str, password: str = "") -> bytes:
    """Return a PDF of *lines* in a fixed-width face, locked with *password* if one is given."""
    pages = [lines[i : i + LINES_A_PAGE] for i in range(0, len(lines), LINES_A_PAGE)] or [[]]
    identity = secrets.token_bytes(16)
    lid = _Lid.shut(password, identity) if password else None

    def string(number: int, text: str) -> bytes:
        data = text.encode("latin-1", "replace")
        return b"<" + (lid.apply(number, data) if lid else data).hex().encode() + b">"

    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        b"<< /Title " + string(4, title) + b" /Keywords " + string(4, keywords) + b" >>",
    ]
    for i, page in enumerate(pages):
        content = _page_content(page)
        if lid:
            content = lid.apply(6 + 2 * i, content)
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (6 + 2 * i)
        )
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    trailer = b"/Root 1 0 R /Info 4 0 R /ID [<%s> <%s>]" % ((identity.hex().encode(),) * 2)
    if lid:
        trailer += b" /Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (
            lid.owner.hex().encode(),
            lid.check.hex().encode(),
            _ALLOWED,
        )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, start)
    return bytes(out)


def _hex_of(name: bytes, within: bytes) -> bytes | None:
    found = re.search(rb"/" + name + rb" <([0-9a-f]*)>", within)
    return bytes.fromhex(found[1].decode()) if found else None


def read_own(document: bytes, password: str = "") -> Read | None:
    """Return what *document* says if this module wrote it, None if another did. Raises NotAPdf, WrongPassword."""
    trailer = _trailer(document).text
    info = re.search(rb"\n4 0 obj\n<< /Title <[0-9a-f]*> /Keywords <([0-9a-f]*)> >>\nendobj", document)
    lid: _Lid | None = None
    if b"/Encrypt" in trailer:
        owner, check = _hex_of(b"O", trailer), _hex_of(b"U", trailer)
        identity = re.search(rb"/ID \[<([0-9a-f]+)>", trailer)
        if owner is None or check is None or identity is None:
            raise WrongPassword("the document is locked in a way that cannot be opened")
        lid = _Lid.opened(password, owner, check, bytes.fromhex(identity[1].decode()))
    if info is None:
        return None
    keywords = bytes.fromhex(info[1].decode())
    lines = []
    for found in re.finditer(rb"\n(\d+) 0 obj\n<< /Length (\d+) >>\nstream\n", document):
        content = document[found.end() : found.end() + int(found[2])]
        if lid:
            content = lid.apply(int(found[1]), content)
        lines += [re.sub(rb"\\(.)", rb"\1", line) for line in re.findall(rb"^\((.*)\) Tj T\*$", content, re.MULTILINE)]
    if lid:
        keywords = lid.apply(4, keywords)
    return Read(keywords.decode("latin-1"), b"\n".join(lines).decode("latin-1"))


@attrs.frozen
class _Trailer:
    start: int
    """Where the newest cross-reference section begins."""
    is_stream: bool
    text: bytes


def _trailer(document: bytes) -> _Trailer:
    if not document.startswith(b"%PDF-"):
        raise NotAPdf("the file does not begin as a PDF")
    starts = re.findall(rb"startxref\s+(\d+)\s+%%EOF", document[-2048:])
    if not starts or int(starts[-1]) >= len(document):
        raise NotAPdf("the file has no cross-reference")
    start = int(starts[-1])
    section = document[start:]
    if section.startswith(b"xref"):
        end = section.find(b"startxref")
        begin = section.find(b"trailer")
        is_stream = False
    else:
        begin, end = 0, section.find(b"stream")
        is_stream = True
    if begin < 0 or end < 0 or not re.search(rb"/Root\s+\d+\s+\d+\s+R", section[begin:end]):
        raise NotAPdf("the file's trailer names no root")
    return _Trailer(start, is_stream, section[begin:end])


def _kept(name: bytes, value: bytes, trailer: bytes) -> bytes:
    found = re.search(rb"/" + name + rb"\s*(" + value + rb")", trailer, re.DOTALL)
    return b" /" + name + b" " + found[1] if found else b""


def countersigned(document: bytes, mark: str) -> bytes:
    """
    Return *document* with *mark* appended as an incremental update: every byte of the original stays, the file stays a valid PDF, and its
    digest is another one. Raises NotAPdf.
    """
    trailer = _trailer(document)
    size = re.search(rb"/Size\s+(\d+)", trailer.text)
    if size is None:
        raise NotAPdf("the file's trailer has no size")
    number = int(size[1])
    kept = (
        _kept(b"Root", rb"\d+\s+\d+\s+R", trailer.text)
        + _kept(b"Info", rb"\d+\s+\d+\s+R", trailer.text)
        + _kept(b"ID", rb"\[.*?\]", trailer.text)
    )
    out = bytearray(document if document.endswith(b"\n") else document + b"\n")
    place = len(out)
    mark_object = b"<< /Type /LosSandboxSignature /Contents (" + _escaped(mark) + b") >>"
    out += b"%d 0 obj\n%s\nendobj\n" % (number, mark_object)
    start = len(out)
    common = b"%s /LosSandboxSignature %d 0 R /Prev %d" % (kept, number, trailer.start)
    if trailer.is_stream:
        rows = b"".join(b"\x01" + where.to_bytes(4, "big") + b"\0\0" for where in (place, start))
        out += (
            b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Index [%d 2] /Length %d%s >>\nstream\n%s\nendstream\nendobj\n"
            % (
                number + 1,
                number + 2,
                number,
                len(rows),
                common,
                rows,
            )
        )
    else:
        out += b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
        out += b"trailer\n<< /Size %d%s >>\n" % (number + 1, common)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
