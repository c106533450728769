"""What the sandbox writes as PDF is read by somebody else's reader."""

import io

import pytest
import typst
from pypdf import PdfReader, PdfWriter

from los_http.sandbox.pdf import NotAPdf, WrongPassword, countersigned, read_own, text_document

LINES = [f"{n:03d} NEFT (ACME) \\ salary" for n in range(130)]


def test_a_text_document_is_read_by_another_reader():
    reader = PdfReader(io.BytesIO(text_document(LINES, title="Statement", keywords="who=A")), strict=True)
    assert len(reader.pages) == 3
    assert reader.metadata is not None
    assert reader.metadata["/Keywords"] == "who=A"
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "000 NEFT (ACME) \\ salary" in text
    assert "129 NEFT (ACME) \\ salary" in text


def test_a_locked_document_opens_with_its_password_alone():
    locked = text_document(LINES, title="Statement", keywords="who=A", password="DESH1988")
    reader = PdfReader(io.BytesIO(locked))
    assert reader.is_encrypted
    assert not reader.decrypt("wrong")
    assert reader.decrypt("DESH1988")
    assert "129 NEFT (ACME) \\ salary" in reader.pages[2].extract_text()
    read = read_own(locked, "DESH1988")
    assert read is not None
    assert (read.keywords, read.text) == ("who=A", "\n".join(LINES))
    assert b"who=A" not in locked
    for password in ("", "desh1988"):
        with pytest.raises(WrongPassword):
            read_own(locked, password)


def test_an_open_document_is_read_whatever_password_is_given():
    read = read_own(text_document(LINES, title="Statement", keywords="who=A"), "any")
    assert read is not None
    assert (read.keywords, read.text) == ("who=A", "\n".join(LINES))


def foreign_with_table() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": "Agreement"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def foreign_with_stream() -> bytes:
    return typst.compile(b'#set document(title: "Agreement")\nLoan agreement')


@pytest.mark.parametrize("make", [foreign_with_table, foreign_with_stream])
def test_a_signature_leaves_every_byte_and_a_readable_file(make):
    document = make()
    once = countersigned(document, "Signed by A (B)")
    twice = countersigned(once, "Signed by C")
    assert once.startswith(document)
    assert twice.startswith(once)
    reader = PdfReader(io.BytesIO(twice), strict=True)
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == "Agreement"
    assert reader.trailer["/LosSandboxSignature"]["/Contents"] == "Signed by C"


def test_another_makers_document_says_nothing():
    assert read_own(foreign_with_table()) is None


@pytest.mark.parametrize("document", [b"", b"hello", b"%PDF-1.4\nnothing more", b"%PDF-1.4\nstartxref\n9\n%%EOF\n"])
def test_what_is_no_pdf_is_refused(document):
    with pytest.raises(NotAPdf):
        countersigned(document, "Signed")
    with pytest.raises(NotAPdf):
        read_own(document)
