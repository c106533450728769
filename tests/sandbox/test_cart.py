"""CART in the sandbox: what it takes, what it rejects and why, and how an analysis ripens."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from los_http.sandbox.pdf import text_document
from los_http.sandbox.statement_file import statement_file
from los_http.sandbox.vendor import Account
from los_http.sandbox.vendors.cart import VENDOR, forge, parts_of, signature
from tests.sandbox.desk import ANAYA, ROHIT, MemoryDesk

VECTOR = json.loads((Path(__file__).parent.parent / "vectors/test-vectors.json").read_text())[
    "los_inbound_hmac_inferred"
]


@attrs.frozen
class Client:
    desk: MemoryDesk
    account: Account

    def headers(self, media: str) -> dict[str, str]:
        return {"auth-Token": self.account.credentials["authToken"], "content-type": media}

    def upload(self, document: bytes, status: int = 200, **metadata: Any) -> Any:
        given = {"password": "", "bank": "Other"} | metadata
        return self.form({"file": document, "metadata": json.dumps(given).encode()}, status)

    def form(self, parts: dict[str, bytes], status: int = 200) -> Any:
        body = b"".join(
            b'--xyz\r\nContent-Disposition: form-data; name="%s"; filename="s.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%s\r\n" % (name.encode(), content)
            for name, content in parts.items()
        )
        headers = self.headers("multipart/form-data; boundary=xyz")
        answer = self.desk.ask(VENDOR, "POST", "/api/upload", body + b"--xyz--\r\n", headers)
        assert answer.status == status, answer.body
        return json.loads(answer.body)

    def download(self, identity: str, status: int = 200, media: str = "text/plain") -> Any:
        answer = self.desk.ask(VENDOR, "POST", "/api/downloadFile", identity.encode(), self.headers(media))
        assert answer.status == status
        return json.loads(answer.body)


@pytest.fixture
def client() -> Client:
    desk = MemoryDesk()
    return Client(desk, desk.open(VENDOR))


def test_a_statement_ripens_into_a_report_of_its_period(client):
    taken = client.upload(statement_file(ANAYA, on=client.desk.today()), referenceId="APP-1")
    assert taken["status"] == "Submitted"
    identity = taken["docId"]
    assert client.download(identity) == {"docId": identity, "status": "Submitted", "message": None}
    client.desk.later(seconds=1)
    assert client.download(identity)["status"] == "In Progress"
    client.desk.later(seconds=1, days=60)
    report = client.download(identity)
    assert report["status"] == "Processed"
    (account,) = report["data"]
    assert (account["accountName"], account["pan"]) == ("ANAYA DESHMUKH", ANAYA.pan)
    assert (account["periodStart"], account["periodEnd"]) == ("01-05-2026", "31-10-2026")
    assert account["analysisData"][-1]["totalCreditAmount"] == 421200
    again = client.download(identity)
    assert (again["status"], again["data"]) == ("Downloaded", report["data"])
    assert [(s["docId"], s["status"]) for s in client.desk.recorded["statements"]] == [(identity, "Submitted")]


def test_a_locked_statement_needs_its_password(client):
    document = statement_file(ROHIT, on=client.desk.today(), months=12, password="KUJU0112")
    rejected = client.upload(document, password="kuju0112")
    assert (rejected["status"], rejected["message"]) == ("Rejected", "Incorrect password for the PDF")
    taken = client.upload(document, password="KUJU0112")
    client.desk.later(seconds=2)
    assert client.download(taken["docId"])["data"][0]["periodStart"] == "01-11-2025"


def altered() -> bytes:
    document = statement_file(ANAYA, on=MemoryDesk().today())
    return document.replace(b"ACME INFOTECH", b"BIGG INFOTECH")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"hello", "File format is not supported, upload a PDF"),
        (text_document(["a letter"], title="Letter", keywords=""), "Bank statement format is not supported"),
        (
            statement_file(attrs.evolve(ANAYA, pan="ABCPE1234F"), on=MemoryDesk().today()),
            "Bank statement format is not supported",
        ),
        (altered(), "Document is tampered"),
    ],
    ids=["no pdf", "a letter", "nobody's", "altered"],
)
def test_what_cannot_be_read_is_rejected_with_a_reason(client, document, message):
    assert client.upload(document) == {"status": "Rejected", "docId": "", "message": message}
    assert client.desk.recorded["statements"][0]["status"] == "Rejected"


def test_a_range_outside_of_the_statement_is_rejected(client):
    document = statement_file(ANAYA, on=client.desk.today())
    assert client.upload(document, fromDate="30-04-2026")["status"] == "Rejected"
    assert client.upload(document, fromDate="01-05-2026", toDate="31-10-2026")["status"] == "Submitted"


@pytest.mark.parametrize(
    "metadata", [{"password": None}, {"bank": ""}, {"reference": "x"}, {"fromDate": "2026-05-01"}], ids=str
)
def test_metadata_of_another_shape_is_refused(client, metadata):
    client.upload(statement_file(ANAYA, on=client.desk.today()), 400, **metadata)


def test_a_form_holds_a_file_and_metadata_and_nothing_else(client):
    client.form({"file": b"x"}, 400)
    client.form({"metadata": b'{"password":"","bank":"Other"}'}, 400)
    client.form({"file": b"x", "metadata": b"{", "more": b""}, 400)
    client.form({"file": b"x", "metadata": b"{"}, 400)
    answer = client.desk.ask(VENDOR, "POST", "/api/upload", b"{}", client.headers("application/json"))
    assert answer.status == 415


def test_a_file_crosses_the_form_byte_for_byte():
    content = bytes(range(256)) + b"\r\n--xy\n\r\r\n"
    body = b'--xyz\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + content + b"\r\n--xyz--\r\n"
    assert parts_of(body, 'multipart/form-data; boundary="xyz"') == {"file": ("text/plain", content)}


def test_the_token_must_be_right(client):
    other = Client(client.desk, attrs.evolve(client.account, credentials={"authToken": "no"}))
    assert other.upload(b"", 401)["message"] == "Invalid auth-Token"


def test_a_report_is_asked_for_by_its_bare_id_in_plain_text(client):
    taken = client.upload(statement_file(ANAYA, on=client.desk.today()))
    client.download(taken["docId"], 415, "application/json")
    client.download("00000000-0000-0000-0000-000000000000", 404)
    Client(client.desk, client.desk.open(VENDOR)).download(taken["docId"], 404)
    VENDOR.acts["process-after"](client.desk, {"seconds": 0})
    quick = client.upload(statement_file(ANAYA, on=client.desk.today()))
    assert client.download(quick["docId"])["status"] == "Processed"


def test_a_callback_is_signed_by_our_convention(client):
    assert signature(VECTOR["secret"], VECTOR["timestamp"], VECTOR["raw_body"].encode()) == VECTOR["X-LOS-Signature"]
    taken = client.upload(
        statement_file(ANAYA, on=client.desk.today()), referenceId="APP-1", callbackUrl="http://lender/cart"
    )
    (posted,) = client.desk.posted
    assert posted.json == {"docId": taken["docId"], "status": "Processed", "referenceId": "APP-1"}
    secret, timestamp = client.account.credentials["webhookSecret"], posted.headers["x-los-timestamp"]
    assert posted.headers["x-los-signature"] == signature(secret, timestamp, posted.body)
    assert forge(posted.body, posted.headers)["x-los-signature"] != posted.headers["x-los-signature"]


def test_an_upload_left_open_never_ripens(client):
    client.desk.next_is_left_open = True
    taken = client.upload(
        statement_file(ANAYA, on=client.desk.today()), referenceId="APP-1", callbackUrl="http://lender/cart"
    )
    client.desk.later(days=30)
    client.desk.later(seconds=3600)
    assert "data" not in client.download(taken["docId"])
    assert client.desk.posted == []
    answer = client.desk.ask(VENDOR, "GET", f"/api/status/{taken['docId']}", b"", client.headers("application/json"))
    assert json.loads(answer.body)["status"] in {"Submitted", "In Progress"}
