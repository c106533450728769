"""IDFC FIRST Bank in the sandbox: the page's vectors, the assertion, the envelope, and money that moves once."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
import jwt
import pytest

from los_http.sandbox.vendor import Account, ActRefused, Answer
from los_http.sandbox.vendors.idfc import VENDOR
from los_http.sandbox.vendors.idfc.wire import ASSERTION_TYPE, opened, sealed
from tests.sandbox.desk import ANAYA, MemoryDesk

VECTORS = {
    vector["id"]: vector for vector in json.loads((Path(__file__).parent.parent / "vectors/payments.json").read_text())
}
SCOPES = (
    "paymenttxn-v1fundTransfer paymentenq-paymentTransactionStatus cbs-acctenq-accountBalance "
    "cbs-acctenq-accountStatement"
)
TRANSFER = "/paymenttxns/v1/fundTransfer"
STATUS = "/paymentenqs/v1/paymentTransactionStatus"


@attrs.frozen
class Lender:
    desk: MemoryDesk
    account: Account

    def assertion(self, jti: str = "j1", **change: Any) -> str:
        known = self.account.credentials
        claims = {
            "iss": known["clientId"],
            "sub": known["clientId"],
            "aud": known["audience"],
            "jti": jti,
            "exp": int(self.desk.wall().timestamp()) + 300,
        }
        claims |= {name: value for name, value in change.items() if name in claims}
        key = change.get("key", known["privateKeyPem"])
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": change.get("kid", known["kid"])})

    def ask_token(self, assertion: str, **change: str) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPES,
            "client_id": self.account.credentials["clientId"],
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        } | change
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.desk.ask(VENDOR, "POST", "/authorization/oauth2/token", urlencode(form).encode(), headers)

    def token(self, jti: str = "j1", **change: str) -> str:
        answer = json.loads(self.ask_token(self.assertion(jti), **change).body)
        assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 300)
        return str(answer["access_token"])

    def headers(self, token: str, **change: str) -> dict[str, str]:
        return {
            "authorization": f"Bearer {token}",
            "source": self.account.credentials["source"],
            "correlationId": "ABC123DEF456",
            "content-type": "application/octet-stream",
        } | change

    def ask(self, path: str, body: Any, token: str, **headers: str) -> Any:
        key = self.account.credentials["aesKeyHex"]
        wire = sealed(key, json.dumps(body).encode())
        answer = self.desk.ask(VENDOR, "POST", path, wire, self.headers(token, **headers))
        if answer.media_type == "application/json":
            return answer
        return next(iter(json.loads(opened(key, answer.body)).values()))

    def transfer(self, token: str, **change: str) -> Any:
        return self.ask(TRANSFER, self.transfer_body(**change), token)

    def transfer_body(self, **change: str) -> Any:
        body = {
            "tellerBranch": "",
            "tellerID": "",
            "transactionID": "LOSD00000042",
            "debitAccountNumber": self.account.credentials["debitAccount"],
            "creditAccountNumber": ANAYA.account_number,
            "remitterName": "DEMO NBFC",
            "amount": "50000.00",
            "currency": "INR",
            "transactionType": "IMPS",
            "paymentDescription": "LOAN 42",
            "beneficiaryIFSC": ANAYA.ifsc,
            "beneficiaryName": "ANAYA DESHMUKH",
            "emailId": "a@example.com",
            "mobileNo": "9000000001",
        } | change
        return {
            "initiateAuthGenericFundTransferAPIReq": {name: value for name, value in body.items() if value != "absent"}
        }

    def status(self, token: str, **change: str) -> Any:
        body = {
            "tellerBranch": "",
            "tellerID": "",
            "transactionType": "IMPS",
            "transactionReferenceNumber": "",
            "paymentReferenceNumber": "LOSD00000042",
            "transactionDate": "24112026",
        } | change
        return self.ask(STATUS, {"paymentTransactionStatusReq": body}, token)

    @property
    def credits(self) -> list[Any]:
        return self.desk.recorded.get("bank-credits", [])


@pytest.fixture(scope="module")
def opened_account() -> Account:
    return MemoryDesk().open(VENDOR)


@pytest.fixture
def lender(opened_account) -> Lender:
    return Lender(MemoryDesk(open_accounts=[opened_account]), opened_account)


@pytest.mark.parametrize("name", ["I1", "I2"])
def test_bodies_are_sealed_as_the_bank_seals_them(name):
    vector = VECTORS[name]
    iv = bytes.fromhex(vector["iv_hex"])
    assert sealed(vector["key_hex"], vector["body"].encode(), iv).decode() == vector["expected"]
    assert opened(vector["key_hex"], vector["expected"].encode()).decode() == vector["body"]


def test_every_sealed_body_has_an_iv_of_its_own():
    key = VECTORS["I1"]["key_hex"]
    assert sealed(key, b"x") != sealed(key, b"x")


def test_an_assertion_is_used_once(lender):
    assertion = lender.assertion()
    assert lender.ask_token(assertion).status == 200
    again = lender.ask_token(assertion)
    assert (again.status, json.loads(again.body)["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "http://sandbox/idfc/authorization/oauth2/token"},
        {"iss": "somebody"},
        {"sub": "somebody"},
        {"exp": 1_700_000_000},
        {"exp": 2_000_000_000},
        {"kid": "another"},
    ],
    ids=str,
)
def test_an_assertion_of_other_claims_is_refused(lender, change):
    assert lender.ask_token(lender.assertion(**change)).status == 401


def test_an_assertion_signed_by_another_key_is_refused(lender):
    other = MemoryDesk().open(VENDOR).credentials["privateKeyPem"]
    assert lender.ask_token(lender.assertion(key=other)).status == 401


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_secret": "s"}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_a_token_request_of_another_shape_is_refused(lender, change, error):
    assert json.loads(lender.ask_token(lender.assertion(), **change).body)["error"] == error


def test_a_token_dies_after_its_seconds(lender):
    token = lender.token()
    lender.desk.later(seconds=301)
    assert lender.transfer(token).status == 401
    assert lender.credits == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer no"}, 401),
        ({"source": "los"}, 400),
        ({"correlationId": ""}, 400),
        ({"content-type": "application/json"}, 415),
    ],
)
def test_the_gateway_wants_its_headers(lender, headers, status):
    answer = lender.ask(TRANSFER, lender.transfer_body(), lender.token(), **headers)
    assert answer.status == status
    assert set(json.loads(answer.body)) == {"reason", "service", "details"}


def test_a_token_opens_only_what_its_scopes_name(lender):
    token = lender.token(scope="paymentenq-paymentTransactionStatus")
    assert lender.transfer(token).status == 403


def test_a_body_sealed_with_another_key_is_refused_in_the_clear(lender):
    wire = sealed("00" * 32, json.dumps(lender.transfer_body()).encode())
    for body in (wire, b"not base64!", b"", b"AAAA"):
        answer = lender.desk.ask(VENDOR, "POST", TRANSFER, body, lender.headers(lender.token(jti=str(len(body)))))
        assert (answer.status, json.loads(answer.body)["reason"]) == (400, "Bad Request")


def test_a_transfer_is_accepted_then_completed_and_credits_once(lender):
    token = lender.token()
    answer = lender.transfer(token)
    assert answer["metaData"]["status"] == "SUCCESS"
    assert answer["resourceData"]["status"] == "ACPT"
    reference = answer["resourceData"]["transactionReferenceNo"]
    assert len(reference) == 12
    assert answer["resourceData"]["beneficiaryName"] == "ANAYA DESHMUKH"
    assert lender.status(token)["resourceData"]["status"] == "ACPT"
    lender.desk.later(seconds=1)
    for how in ({}, {"transactionReferenceNumber": reference, "paymentReferenceNumber": ""}):
        done = lender.status(token, **how)["resourceData"]
        assert (done["status"], done["amount"], done["transactionReferenceNumber"]) == (
            "COMPLETED",
            "50000.00",
            reference,
        )
    assert [
        (c["reference"], c["account"], c["ifsc"], c["name"], c["amountPaise"], c["utr"]) for c in lender.credits
    ] == [("LOSD00000042", ANAYA.account_number, ANAYA.ifsc, "ANAYA DESHMUKH", 5_000_000, reference)]


def test_the_same_transaction_id_credits_nothing_more(lender):
    token = lender.token()
    lender.transfer(token)
    again = lender.transfer(token, amount="1.00")
    assert (again["metaData"]["status"], again["metaData"]["message"]) == ("ERROR", "DUPLICATE TRANSACTION ID")
    assert len(lender.credits) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"debitAccountNumber": "123"}, "INVALID DEBIT ACCOUNT NUMBER"),
        ({"creditAccountNumber": "99999999999"}, "INVALID BENEFICIARY ACCOUNT NUMBER"),
        ({"beneficiaryIFSC": "SBXB0000999"}, "INVALID BENEFICIARY IFSC"),
        ({"amount": "500000.01"}, "AMOUNT ABOVE THE IMPS LIMIT"),
        ({"transactionType": "RTGS", "messageType": "R41", "amount": "199999.99"}, "RTGS NEEDS AT LEAST"),
        ({"transactionType": "RTGS", "amount": "200000.00"}, "RTGS NEEDS AT LEAST"),
        ({"transactionType": "NEFT"}, "beneficiaryAddress is required"),
        ({"transactionType": "IFT", "amount": "9000000000.00"}, "CLEARED BAL/FUNDS/DP NOT AVAILABLE"),
        ({"amount": "50000"}, "amount has an invalid format"),
        ({"amount": "50000.0"}, "amount has an invalid format"),
        ({"amount": 50000}, "amount must be a string"),
        ({"currency": "USD"}, "currency must be one of INR"),
        ({"paymentDescription": "x" * 36}, "paymentDescription must have"),
        ({"paymentDescription": "ऋण"}, "paymentDescription has an invalid format"),
        ({"transactionID": "L" * 21}, "transactionID must have"),
        ({"remitterName": "absent"}, "remitterName is required"),
        ({"emailID": "a@b.c"}, "emailID is not expected"),
    ],
)
def test_a_wrong_transfer_is_an_error_inside_the_envelope_and_moves_nothing(lender, change, message):
    answer = lender.transfer(lender.token(), **change)
    assert answer["metaData"]["status"] == "ERROR"
    assert message in answer["metaData"]["message"]
    assert lender.credits == []


@pytest.mark.parametrize(
    "change",
    [
        {"transactionDate": "23112026"},
        {"transactionType": "NEFT"},
        {"paymentReferenceNumber": "LOSD00000043"},
        {"paymentReferenceNumber": ""},
    ],
)
def test_an_inquiry_finds_nothing_by_another_day_rail_or_reference(lender, change):
    token = lender.token()
    lender.transfer(token)
    assert lender.status(token, **change)["metaData"]["status"] == "ERROR"


def test_a_transfer_may_come_back(lender):
    token = lender.token()
    lender.transfer(token, transactionType="NEFT", beneficiaryAddress="")
    lender.desk.later(seconds=2)
    VENDOR.acts["return"](lender.desk, {"transactionId": "LOSD00000042"})
    assert lender.status(token, transactionType="NEFT")["resourceData"]["status"] == "RETURNED"
    assert lender.desk.recorded["bank-returns"][0]["amountPaise"] == 5_000_000
    with pytest.raises(ActRefused):
        VENDOR.acts["return"](lender.desk, {"transactionId": "LOSD00000042"})


def test_the_balance_and_the_statement_show_what_moved(lender):
    token = lender.token()
    number = lender.account.credentials["debitAccount"]
    ask = {"CBSTellerBranch": "", "CBSTellerID": "", "accountNumber": number}
    before = lender.ask("/acctenq/v2/prefetchAccount", {"prefetchAccountReq": ask}, token)["resourceData"]
    lender.transfer(token)
    lender.transfer(token, transactionID="LOSD00000043", amount="0.00")
    lender.desk.later(seconds=5)
    lender.transfer(token, transactionID="LOSD00000044", amount="1.50")
    after = lender.ask("/acctenq/v2/prefetchAccount", {"prefetchAccountReq": ask}, token)["resourceData"]
    assert (before["availableBalance"], after["availableBalance"]) == ("1000000000.00", "999949998.50")
    rows, prompt = [], ""
    while True:
        page = ask | {"fromDate": "24112026", "toDate": "24112026", "numberOfTransactions": "1", "prompt": prompt}
        said = lender.ask("/acctenq/v3/getAccountStatement", {"getAccountStatementReq": page}, token)["resourceData"]
        rows += said["transactions"]
        prompt = said["prompt"]
        if not prompt:
            break
    assert [(row["amount"], row["debitCreditFlag"], row["runningBalance"]) for row in rows] == [
        ("50000.00", "D", "999950000.00"),
        ("1.50", "D", "999949998.50"),
    ]
    assert "LOSD00000042" in rows[0]["narration"]


def beneficiary(lender: Lender, **change: str) -> Any:
    body = {
        "remitterName": "DEMO NBFC",
        "remitterMobileNumber": "+91-9999999999",
        "debtorAccountId": lender.account.credentials["debitAccount"],
        "accountType": "10",
        "creditorAccountId": ANAYA.account_number,
        "ifscCode": ANAYA.ifsc,
        "paymentDescription": "verify",
        "transactionReferenceNumber": "V1",
        "merchantCode": "",
        "identifier": "Auto",
    } | change
    return lender.ask("/paymentenqs/v1/beneValidation", {"beneValidationReq": body}, lender.token())


def test_a_beneficiary_is_named_with_trailing_blanks(lender):
    said = beneficiary(lender)["resourceData"]
    assert (said["responseCode"], said["creditorName"].rstrip()) == ("A", "ANAYA DESHMUKH")
    assert said["creditorName"].endswith(" ")


@pytest.mark.parametrize(
    "change", [{"creditorAccountId": "1"}, {"ifscCode": "SBXB0000999"}, {"remitterMobileNumber": "9999999999"}]
)
def test_a_beneficiary_nobody_knows_is_an_error(lender, change):
    assert beneficiary(lender, **change)["metaData"]["status"] == "ERROR"
