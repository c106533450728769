"""Signzy in the sandbox: contracts taken and refused, the signer's acts, the files and the callbacks."""

import hashlib
import io
import json
from base64 import b64encode
from typing import Any

import attrs
import pytest
from pypdf import PdfReader

from los_http.sandbox.pdf import text_document
from los_http.sandbox.vendor import Account, ActRefused
from los_http.sandbox.vendors.signzy import VENDOR
from tests.sandbox.desk import MemoryDesk

AGREEMENT = text_document(["Loan agreement"], title="Agreement", keywords="")
API = "/api/v3/contract"


def sha256(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def contract_of(*names: str, **change: Any) -> dict[str, Any]:
    place = [{"pageNo": ["All"], "signaturePosition": "BOTTOM-RIGHT", "height": 60, "width": 120}]
    return {
        "pdf": b64encode(AGREEMENT).decode(),
        "contractName": "LN-1",
        "successRedirectUrl": "https://lender.example/ok",
        "failureRedirectUrl": "https://lender.example/no",
        "signerdetail": [
            {"signerName": name, "signatureType": "AADHAARESIGN-OTP", "signatures": place} for name in names
        ],
        "callbackUrl": "https://lender.example/hook",
        "callbackUrlAuthorizationHeader": "cb-secret-1",
    } | change


@attrs.frozen
class Client:
    desk: MemoryDesk
    account: Account

    def ask(self, call: str, body: Any, status: int = 200, token: str | None = None) -> Any:
        header = self.account.credentials["accessToken"] if token is None else token
        answer = self.desk.ask(VENDOR, "POST", f"{API}/{call}", body, {"authorization": header})
        assert answer.status == status, answer.body
        return json.loads(answer.body)

    def file(self, url: str, status: int = 200) -> bytes:
        answer = self.desk.ask(VENDOR, "GET", url.removeprefix("http://sandbox/signzy"))
        assert answer.status == status
        return answer.body

    def sign(self, **body: Any) -> Any:
        return VENDOR.acts["sign"](self.desk, body)

    def recorded(self) -> list[str]:
        return [entry["event"] for entry in self.desk.recorded["contracts"]]


@pytest.fixture
def client() -> Client:
    desk = MemoryDesk()
    return Client(desk, desk.open(VENDOR))


def test_a_contract_is_made_with_the_digest_of_what_was_sent(client):
    made = client.ask("initiate", contract_of("Anaya Deshmukh"))
    assert len(made["contractId"]) == 36
    assert made["initialContractHash"] == sha256(AGREEMENT)
    assert client.file(made["pdf"]) == AGREEMENT
    (signer,) = made["signerdetail"]
    assert signer["esignUrl"].endswith(signer["signerId"])
    assert (made["fileTtl"], made["callbackUrl"]) == ("2 days", "https://lender.example/hook")


@pytest.mark.parametrize(
    "change",
    [
        {"callbackUrl": ""},
        {"pdf": ""},
        {"pdf": "AAAA"},
        {"pdf": "no base64!"},
        {"signerdetail": []},
        {"successRedirectUrl": "lender"},
        {"nameMatchThreshold": None},
        {"nameMatchThreshold": "0.001"},
        {"nameMatchThreshold": 0.5},
        {"allowSignerGenderMatch": True},
        {"nameMatchThreshold": "0.50", "allowSignerGenderMatch": True},
        {"nameMatchThreshold": "0.50", "allowSignerYOBMatch": True},
        {"eSignProvider": "signdesk"},
        {"contractTtl": "1"},
        {"reference": "R1"},
    ],
    ids=lambda change: str(change)[:50],
)
def test_a_contract_of_another_shape_is_refused_and_costs_nothing(client, change):
    error = client.ask("initiate", contract_of("A B") | change, 400)["error"]
    assert (error["reason"], error["statusCode"]) == ("VALIDATION_ERROR", 400)
    assert client.desk.recorded == {}


@pytest.mark.parametrize("missing", ["pdf", "successRedirectUrl", "failureRedirectUrl", "signerdetail", "callbackUrl"])
def test_what_is_required_is_required(client, missing):
    body = contract_of("A B")
    del body[missing]
    assert missing in client.ask("initiate", body, 400)["error"]["message"]


def test_stamping_is_not_part_of_the_account(client):
    stamp = {"type": "eStamp", "stateCode": "MH", "firstPartyName": "A", "secondPartyName": "B"}
    client.ask("initiate", contract_of("A B", estamp=stamp), 403)


def test_the_token_is_raw_and_right(client):
    token = client.account.credentials["accessToken"]
    for wrong in ("", "no", f"Bearer {token}"):
        client.ask("initiate", contract_of("A B"), 401, token=wrong)


def test_a_signature_gives_another_file_and_tells_the_lender(client):
    made = client.ask("initiate", contract_of("Anaya Deshmukh"))
    identity = made["contractId"]
    before = client.ask("pullData", {"contractId": identity})
    assert (before["contractStatus"], before["isCompleted"], before["finalSignedContract"]) == ("PENDING", False, "")
    client.sign(contractId=identity)
    data = client.ask("pullData", {"contractId": identity})
    assert (data["contractStatus"], data["isCompleted"], data["signedSignerCount"]) == ("COMPLETED", True, 1)
    signed = client.file(data["finalSignedContract"])
    assert data["finalSignedContractHash"] == sha256(signed) != made["initialContractHash"]
    assert signed.startswith(AGREEMENT)
    assert "Anaya Deshmukh" in PdfReader(io.BytesIO(signed)).trailer["/LosSandboxSignature"]["/Contents"]
    assert sha256(client.file(data["auditCertificateUrl"])) == data["auditCertificateHash"]
    (posted,) = client.desk.posted
    assert (posted.url, posted.headers["authorization"]) == ("https://lender.example/hook", "cb-secret-1")
    assert VENDOR.forge(posted.body, posted.headers)["authorization"] != "cb-secret-1"
    assert posted.json["finalSignedContractHash"] == data["finalSignedContractHash"]
    assert client.recorded() == ["initiated", "signed"]
    with pytest.raises(ActRefused, match="COMPLETED"):
        client.sign(contractId=identity)


def test_two_signers_sign_one_after_the_other(client):
    made = client.ask("initiate", contract_of("Anaya", "Rohit", signerCallbackUrl="https://lender.example/one"))
    second = made["signerdetail"][1]["signerId"]
    client.sign(signerId=second)
    half = client.ask("pullData", {"contractId": made["contractId"]})
    assert (half["isCompleted"], half["signedSignerCount"], half["finalSignedContractHash"]) == (False, 1, "")
    with pytest.raises(ActRefused, match="signed before"):
        client.sign(signerId=second)
    client.sign(contractId=made["contractId"])
    assert client.ask("pullData", {"contractId": made["contractId"]})["isCompleted"]
    assert [posted.call for posted in client.desk.posted] == ["contract", "signer", "contract", "signer"]


def test_a_rejection_completes_the_contract_with_nobody_signed(client):
    identity = client.ask("initiate", contract_of("A B"))["contractId"]
    client.sign(contractId=identity, outcome="rejected")
    data = client.ask("pullData", {"contractId": identity})
    assert (data["isCompleted"], data["signedSignerCount"], data["finalSignedContract"]) == (True, 0, "")
    assert data["signerdetail"][0]["status"] == "REJECTED"


def test_a_failed_attempt_may_be_repeated(client):
    identity = client.ask("initiate", contract_of("A B"))["contractId"]
    client.sign(contractId=identity, outcome="failed")
    failed = client.ask("pullData", {"contractId": identity})["signerdetail"][0]
    assert (failed["status"], failed["errorMessage"]) == ("FAILED", "Aadhaar OTP verification failed")
    client.sign(contractId=identity)
    assert client.ask("pullData", {"contractId": identity})["isCompleted"]


def test_another_persons_aadhaar_does_not_sign(client):
    identity = client.ask("initiate", contract_of("Anaya Deshmukh", nameMatchThreshold="0.80"))["contractId"]
    client.sign(contractId=identity, aadhaarName="Rohit Kujur")
    signer = client.ask("pullData", {"contractId": identity})["signerdetail"][0]
    assert (signer["status"], signer["errorMessage"]) == ("FAILED", "Name on Aadhaar does not match")
    assert float(signer["nameMatchResult"]) < 0.8
    client.sign(contractId=identity, aadhaarName="ANAYA DESHMUKH")
    assert client.ask("pullData", {"contractId": identity})["signerdetail"][0]["status"] == "SIGNED"


def test_a_contract_and_its_files_die_by_the_sandbox_clock(client):
    made = client.ask("initiate", contract_of("A B", contractTtl=30 * 24 * 3600 * 1000))
    client.desk.later(days=2)
    client.file(made["pdf"], 403)
    client.desk.later(days=5)
    assert client.ask("pullData", {"contractId": made["contractId"]}, 404)["error"]["reason"] == "NOT_FOUND"
    with pytest.raises(ActRefused, match="expired"):
        client.sign(contractId=made["contractId"])


def test_a_cancelled_contract_is_closed(client):
    identity = client.ask("initiate", contract_of("A B"))["contractId"]
    for _ in range(2):
        assert client.ask("cancel", {"contractId": identity})["contractStatus"] == "CANCELLED"
    assert client.recorded() == ["initiated", "cancelled"]
    with pytest.raises(ActRefused, match="CANCELLED"):
        client.sign(contractId=identity)


def test_another_clients_contract_is_not_found(client):
    identity = client.ask("initiate", contract_of("A B"))["contractId"]
    other = Client(client.desk, client.desk.open(VENDOR))
    for call in ("pullData", "cancel"):
        other.ask(call, {"contractId": identity}, 404)


def test_the_signers_page_offers_what_she_can_do(client):
    made = client.ask("initiate", contract_of("A <B>", contractName="Loan <1>"))
    answer = client.desk.ask(VENDOR, "GET", f"/esign/{made['signerdetail'][0]['signerId']}")
    assert (answer.status, answer.media_type) == (200, "text/html; charset=utf-8")
    assert b"Loan &lt;1&gt;" in answer.body
    assert answer.body.count(b"/_sandbox/act/signzy/sign") == 3
