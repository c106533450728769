"""The vendors in the running sandbox: faults around them, notices from them, and that their records outlive a restart."""

import hashlib
import json
import time
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import attrs
import httpx
import jwt
import pytest

from los_http.sandbox.vendors.idfc.wire import ASSERTION_TYPE, opened, sealed
from los_http.sandbox.vendors.razorpay.wire import signature
from tests.sandbox.running import Sandbox, start
from tests.sandbox.test_equifax import request as equifax_request

ANAYA = {"pan": "ZZZPD0001A", "account": "50100000001001", "ifsc": "SBXB0000411"}


@attrs.frozen
class Bank:
    """A lender that talks to the bank over HTTP."""

    sandbox: Sandbox
    known: dict[str, Any]
    serial: list[int] = attrs.field(factory=lambda: [0])

    def token(self) -> str:
        self.serial[0] += 1
        who = self.known["clientId"]
        claims = {
            "iss": who,
            "sub": who,
            "aud": self.known["audience"],
            "jti": f"j{self.serial[0]}-{time.time()}",
            "exp": int(time.time()) + 300,
        }
        form = {
            "grant_type": "client_credentials",
            "scope": "paymenttxn-v1fundTransfer paymentenq-paymentTransactionStatus",
            "client_id": who,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(
                claims, self.known["privateKeyPem"], algorithm="RS256", headers={"kid": self.known["kid"]}
            ),
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = httpx.post(self.known["tokenUrl"], content=urlencode(form), headers=headers, trust_env=False)
        return str(answer.json()["access_token"])

    def ask(self, path: str, body: Any, timeout: float = 10) -> Any:
        headers = {
            "authorization": f"Bearer {self.token()}",
            "source": self.known["source"],
            "correlationId": "ABC123DEF456",
            "content-type": "application/octet-stream",
        }
        wire = sealed(self.known["aesKeyHex"], json.dumps(body).encode())
        url = self.known["baseUrl"] + path
        answer = httpx.post(url, content=wire, headers=headers, timeout=timeout, trust_env=False)
        return next(iter(json.loads(opened(self.known["aesKeyHex"], answer.content)).values()))

    def transfer(self, reference: str, timeout: float = 10) -> Any:
        body = {
            "tellerBranch": "",
            "tellerID": "",
            "transactionID": reference,
            "debitAccountNumber": self.known["debitAccount"],
            "creditAccountNumber": ANAYA["account"],
            "remitterName": "DEMO NBFC",
            "amount": "50000.00",
            "currency": "INR",
            "transactionType": "IMPS",
            "paymentDescription": "LOAN",
            "beneficiaryIFSC": ANAYA["ifsc"],
            "beneficiaryName": "ANAYA DESHMUKH",
            "emailId": "a@example.com",
            "mobileNo": "9000000001",
        }
        return self.ask("/paymenttxns/v1/fundTransfer", {"initiateAuthGenericFundTransferAPIReq": body}, timeout)

    def status(self, reference: str) -> str:
        india = time.gmtime(time.time() + 19800 + self.sandbox.http.get("/_sandbox/clock").json()["offsetSeconds"])
        body = {
            "tellerBranch": "",
            "tellerID": "",
            "transactionType": "IMPS",
            "transactionReferenceNumber": "",
            "paymentReferenceNumber": reference,
            "transactionDate": time.strftime("%d%m%Y", india),
        }
        said = self.ask("/paymentenqs/v1/paymentTransactionStatus", {"paymentTransactionStatusReq": body})
        return str(said["resourceData"].get("status", said["metaData"]["message"]))

    def credits(self, reference: str) -> list[dict[str, Any]]:
        return self.sandbox.record("bank-credits", reference=reference)


@pytest.fixture
def bank(sandbox):
    return Bank(sandbox, sandbox.account("idfc"))


def test_money_whose_answer_is_lost_is_credited_once_and_can_be_asked_for(sandbox, bank):
    sandbox.arm("idfc", "success_then_timeout", call="fundTransfer", match={"transactionID": "LOST1"})
    with pytest.raises(httpx.ReadTimeout):
        bank.transfer("LOST1", timeout=1)
    assert bank.transfer("LOST1")["metaData"]["message"] == "DUPLICATE TRANSACTION ID"
    assert len(bank.credits("LOST1")) == 1
    time.sleep(1)
    assert bank.status("LOST1") == "COMPLETED"


@pytest.mark.parametrize("kind", ["down", "server_error", "refuse", "rate_limited", "garbage"])
def test_money_that_the_bank_never_took_moves_nothing(sandbox, bank, kind):
    sandbox.arm("idfc", kind, call="fundTransfer")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, ValueError)):
        bank.transfer(f"GONE{kind.replace('_', '')}")
    assert bank.credits(f"GONE{kind.replace('_', '')}") == []


@pytest.mark.parametrize(("outcome", "credits"), [("completed", 1), ("failed", 0)])
def test_a_transfer_left_open_waits_for_the_other_bank(sandbox, bank, outcome, credits):
    reference = f"OPEN{outcome}"
    sandbox.arm("idfc", "pending", call="fundTransfer")
    assert bank.transfer(reference)["resourceData"]["status"] == "ACPT"
    time.sleep(1.1)
    assert bank.status(reference) == "ACPT"
    assert bank.credits(reference) == []
    assert sandbox.act("idfc", "return", transactionId=reference).status_code == 409
    assert sandbox.act("idfc", "decide", transactionId=reference, outcome=outcome).status_code == 200
    assert bank.status(reference) == outcome.upper()
    assert len(bank.credits(reference)) == credits
    assert sandbox.act("idfc", "decide", transactionId=reference).status_code == 409


def test_the_banks_record_outlives_a_restart(tmp_path):
    running = start(tmp_path)
    bank = Bank(running, running.account("idfc"))
    bank.transfer("KEPT1")
    running.stop()
    again = start(tmp_path)
    try:
        known = {
            **bank.known,
            "baseUrl": f"{again.url}/idfc",
            "tokenUrl": f"{again.url}/idfc/authorization/oauth2/token",
        }
        bank = Bank(again, known)
        assert bank.transfer("KEPT1")["metaData"]["message"] == "DUPLICATE TRANSACTION ID"
        assert len(bank.credits("KEPT1")) == 1
    finally:
        again.stop()


def test_a_payment_is_told_in_notices_signed_over_their_raw_bytes_and_doubled_on_demand(sandbox, posts):
    known = sandbox.account("razorpay", webhookUrl=posts.url)
    keys = (known["keyId"], known["keySecret"])
    order = sandbox.http.post("/razorpay/v1/orders", json={"amount": 50000, "currency": "INR"}, auth=keys).json()
    sandbox.arm("razorpay", "duplicate_webhook", call="payment.captured")
    assert sandbox.act("razorpay", "pay", orderId=order["id"]).status_code == 200
    told = posts.wait(4)
    for _, headers, body in told:
        assert headers["x-razorpay-signature"] == signature(known["webhookSecret"], body)
    events = sorted(json.loads(body)["event"] for _, _, body in told)
    assert events == ["order.paid", "payment.authorized", "payment.captured", "payment.captured"]
    doubled = [h["x-razorpay-event-id"] for _, h, body in told if json.loads(body)["event"] == "payment.captured"]
    assert doubled[0] == doubled[1]


def test_a_forged_notice_does_not_carry_the_signature(sandbox, posts):
    known = sandbox.account("razorpay", webhookUrl=posts.url)
    keys = (known["keyId"], known["keySecret"])
    order = sandbox.http.post("/razorpay/v1/orders", json={"amount": 50000, "currency": "INR"}, auth=keys).json()
    sandbox.arm("razorpay", "forged_webhook", call="payment.failed")
    sandbox.act("razorpay", "pay", orderId=order["id"], outcome="failed")
    right = [h["x-razorpay-signature"] == signature(known["webhookSecret"], body) for _, h, body in posts.wait(2)]
    assert sorted(right) == [False, True]


def test_a_refund_left_open_is_ended_by_the_bank(sandbox):
    known = sandbox.account("razorpay")
    http = httpx.Client(base_url=known["baseUrl"], auth=(known["keyId"], known["keySecret"]), trust_env=False)
    order = http.post("/orders", json={"amount": 50000, "currency": "INR"}).json()
    paid = sandbox.act("razorpay", "pay", orderId=order["id"]).json()["paymentId"]
    sandbox.arm("razorpay", "pending", call="refund")
    refund = http.post(f"/payments/{paid}/refund", json={}).json()
    assert refund["status"] == "pending"
    assert sandbox.act("razorpay", "finish-refund", refundId=refund["id"], outcome="failed").status_code == 200
    assert http.get(f"/refunds/{refund['id']}").json()["status"] == "failed"
    payment = http.get(f"/payments/{paid}").json()
    assert (payment["status"], payment["amount_refunded"], payment["refund_status"]) == ("captured", 0, None)
    assert sandbox.act("razorpay", "finish-refund", refundId=refund["id"]).status_code == 409


def test_a_signed_contract_comes_back_by_its_callback(sandbox, posts):
    known = sandbox.account("signzy")
    agreement = sandbox.http.get(f"/_sandbox/personas/{ANAYA['pan']}/statement.pdf").content
    body = {
        "pdf": b64encode(agreement).decode(),
        "successRedirectUrl": "https://lender.example/ok",
        "failureRedirectUrl": "https://lender.example/no",
        "callbackUrl": f"{posts.url}/signzy",
        "callbackUrlAuthorizationHeader": "cb-secret-1",
        "signerdetail": [
            {
                "signerName": "Anaya Deshmukh",
                "signatureType": "AADHAARESIGN-OTP",
                "signatures": [{"pageNo": ["All"], "signaturePosition": "BOTTOM-RIGHT"}],
            }
        ],
    }
    headers = {"authorization": known["accessToken"]}
    made = sandbox.http.post("/signzy/api/v3/contract/initiate", json=body, headers=headers).json()
    assert made["initialContractHash"] == hashlib.sha256(agreement).hexdigest()
    assert sandbox.http.get(made["signerdetail"][0]["esignUrl"]).status_code == 200
    assert sandbox.act("signzy", "sign", contractId=made["contractId"], outcome="signed").status_code == 200
    ((path, sent, raw),) = posts.wait(1)
    assert (path, sent["authorization"]) == ("/signzy", "cb-secret-1")
    told = json.loads(raw)
    signed = sandbox.http.get(told["finalSignedContract"]).content
    assert told["finalSignedContractHash"] == hashlib.sha256(signed).hexdigest()
    assert signed.startswith(agreement)


def test_a_downloaded_statement_is_analysed_as_of_the_clock(sandbox):
    known = sandbox.account("cart")
    assert sandbox.act("cart", "process-after", seconds=0).status_code == 200
    http = httpx.Client(base_url=known["baseUrl"], headers={"auth-Token": known["authToken"]}, trust_env=False)
    url = f"/_sandbox/personas/{ANAYA['pan']}/statement.pdf"
    document = sandbox.http.get(url, params={"password": "s3cret", "months": "3"}).content

    def upload(password: str) -> Any:
        metadata = json.dumps({"password": password, "bank": "Other"})
        files = {"file": ("s.pdf", document, "application/pdf"), "metadata": (None, metadata)}
        return http.post("/api/upload", files=files).json()

    assert upload("wrong")["status"] == "Rejected"
    identity = upload("s3cret")["docId"]
    report = http.post("/api/downloadFile", content=identity, headers={"content-type": "text/plain"}).json()
    assert report["status"] == "Processed"
    assert [row["month"] for row in report["data"][0]["analysisData"]][-1] == "Grand Total"
    assert len(report["data"][0]["analysisData"]) == 4
    today = sandbox.http.get("/_sandbox/clock").json()["now"][:10]
    day, month, year = report["data"][0]["periodEnd"].split("-")
    assert f"{year}-{month}-{day}" <= today


@pytest.mark.parametrize(("query", "status"), [("months=13", 400), ("months=x", 400), ("months=1", 200)])
def test_a_statement_is_of_one_to_twelve_months(sandbox, query, status):
    assert sandbox.http.get(f"/_sandbox/personas/ZZZPD0001A/statement.pdf?{query}").status_code == status


def test_a_statement_of_a_generated_persona_is_found_by_seed_and_nobodys_by_nothing(sandbox):
    assert sandbox.http.get("/_sandbox/personas/42/statement.pdf").content.startswith(b"%PDF")
    assert sandbox.http.get("/_sandbox/personas/ABCPE1234F/statement.pdf").status_code == 404


def test_a_report_is_pulled_of_a_named_and_of_a_generated_persona(sandbox):
    known = sandbox.account("equifax")
    generated = sandbox.http.get("/_sandbox/personas", params={"seed": "42", "class": "prime"}).json()

    @attrs.frozen
    class Member:
        credentials: dict[str, Any]

    for pan in (ANAYA["pan"], generated["pan"]):
        body = equifax_request(Member(known), pan)  # type: ignore[arg-type]
        answer = sandbox.http.post("/equifax/cir360service/cir360report", json=body).json()
        assert answer["InquiryResponseHeader"]["HitCode"] == "10"
        held = answer["CCRResponse"]["CIRReportDataLst"][0]["CIRReportData"]
        assert held["IDAndContactInfo"]["IdentityInfo"]["PANId"][0]["IdNumber"] == pan
    assert len(sandbox.record("pulls", vendor="equifax")) == 2
