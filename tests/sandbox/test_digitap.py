"""The simulated Digitap against its provider pages (digitap, penny drop, EPFO)."""

import io
import re
import zipfile
from base64 import b64decode, b64encode

import pytest

ANAYA = {"pan": "ZZZPD0001A", "phone": "9000000001", "aadhaar": "999941057058", "uan": "100000000001"}
PAN_PATH = "/validation/kyc/v1/pan_details_plus"
UAN_PATH = "/cv/v4/uan_basic/sync"
DROP = {
    "ifsc": "SBXB0000411",
    "accNo": "50100000001001",
    "benificiaryName": "Anaya Deshmukh",
    "clientRefNum": "REF1",
}


class Client:
    """An account at Digitap."""

    def __init__(self, sandbox, account):
        self.sandbox, self.account = sandbox, account
        pair = f"{account['clientId']}:{account['clientSecret']}"
        self.encoded = b64encode(pair.encode()).decode()
        self.basic = {"authorization": f"Basic {self.encoded}"}
        self.bare = {"authorization": self.encoded}
        self.ent = {"ent_authorization": self.encoded}

    def post(self, path, body, headers=None):
        return self.sandbox.http.post("/digitap" + path, json=body, headers=self.basic if headers is None else headers)

    def ask(self, path, **body):
        return self.post(path, {"client_ref_num": "REF1", **body})

    def start(self, number=ANAYA["aadhaar"]):
        return self.post("/ent/v3/kyc/intiate-kyc-auto", {"uniqueId": "REF2", "uid": number}, self.bare).json()

    def submit(self, model, otp, **changes):
        session = {name: model[name] for name in ("transactionId", "fwdp", "codeVerifier")}
        body = {**session, "otp": otp, "shareCode": "1234", "validateXml": True, **changes}
        return self.post("/ent/v3/kyc/submit-otp", body, self.bare).json()

    def otp(self, phone=ANAYA["phone"]):
        [sms] = self.sandbox.http.get("/_sandbox/outbox/sms", params={"to": phone, "last": "1"}).json()["items"]
        return re.search(r"\b\d{6}\b", sms["text"]).group()

    def drop(self, **changes):
        return self.post("/penny-drop/v2/check-valid", {**DROP, **changes}, self.ent)

    def drop_status(self, transaction):
        return self.sandbox.http.get(
            "/digitap/penny-drop/v2/check-status", params={"transactionId": transaction}, headers=self.ent
        ).json()


@pytest.fixture(scope="module")
def digitap(sandbox):
    return Client(sandbox, sandbox.account("digitap"))


def test_a_pan_is_known_with_everything_the_register_has(digitap):
    body = digitap.ask(PAN_PATH, pan=ANAYA["pan"]).json()
    assert (body["http_response_code"], body["result_code"], body["client_ref_num"]) == (200, 101, "REF1")
    result = body["result"]
    assert (result["fullname"], result["dob"], result["gender"]) == ("ANAYA DESHMUKH", "14/03/1988", "female")
    assert (result["aadhaar_number"], result["pan_status"]) == ("XXXXXXXX7058", "Active and operative")
    assert result["address"]["pincode"] == "411045"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PAN_PATH, {"pan": "ZZZPN0103N"}),
        ("/validation/kyc/v1/pan_basic", {"pan": "ZZZPN0103N"}),
        ("/mobile_prefill/request", {"mobile_no": "9000000103", "name_lookup": 1}),
        (UAN_PATH, {"mobile": "9000000103"}),
        (UAN_PATH, {"pan": "ZZZPK0002B"}),
        (UAN_PATH, {"pan": ANAYA["pan"], "mobile": "9000000002"}),
    ],
)
def test_nobody_is_an_answer(digitap, path, body):
    answer = digitap.ask(path, **body)
    assert (answer.status_code, answer.json()["result_code"]) == (200, 103)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PAN_PATH, {}),
        (PAN_PATH, {"pan": "ABCDE1234F"}),
        (PAN_PATH, {"pan": 1}),
        (PAN_PATH, {"pan": ANAYA["pan"], "surprise": 1}),
        (PAN_PATH, {"pan": ANAYA["pan"], "client_ref_num": "x" * 101}),
        (PAN_PATH, {"pan": ANAYA["pan"], "client_ref_num": "a/b"}),
        ("/validation/kyc/v2/pan_basic", {"pan": ANAYA["pan"], "name": "A", "dob": "1988-03-14"}),
        ("/mobile_prefill/request", {"mobile_no": "+919000000001", "name_lookup": 1}),
        ("/mobile_prefill/request", {"mobile_no": "9000000001", "name_lookup": True}),
        (UAN_PATH, {}),
        (UAN_PATH, {"uan": ANAYA["uan"], "pan": ANAYA["pan"]}),
        (UAN_PATH, {"pan": ANAYA["pan"], "employer_name": "ACME"}),
        (UAN_PATH, {"pan": ANAYA["pan"], "dob": "1988-03-14"}),
        (UAN_PATH, {"pan": ANAYA["pan"], "run_alternate_pan_flow": 1}),
    ],
)
def test_a_body_of_another_shape_is_a_bad_request(digitap, path, body):
    answer = digitap.ask(path, **body)
    assert (answer.status_code, answer.json()["http_response_code"]) == (400, 400)


def test_each_product_has_its_own_way_of_authentication(digitap):
    pan = {"client_ref_num": "R", "pan": ANAYA["pan"]}
    assert digitap.post(PAN_PATH, pan, digitap.bare).status_code == 401
    assert digitap.post(PAN_PATH, pan, {}).status_code == 401
    assert digitap.post(PAN_PATH, pan, {"authorization": "Basic " + b64encode(b"a:b").decode()}).status_code == 401
    start = {"uniqueId": "R", "uid": ANAYA["aadhaar"]}
    assert digitap.post("/ent/v3/kyc/intiate-kyc-auto", start, digitap.basic).json()["code"] == "200"
    assert digitap.post("/ent/v3/kyc/intiate-kyc-auto", start, digitap.ent).json()["code"] == "401"
    assert digitap.post("/penny-drop/v2/check-valid", DROP, digitap.basic).json()["code"] == "401"


def test_a_product_that_was_not_agreed_on_is_not_enabled(sandbox):
    client = Client(sandbox, sandbox.account("digitap", options={"products": "kyc,aadhaar"}))
    assert client.ask(PAN_PATH, pan=ANAYA["pan"]).status_code == 200
    assert client.ask(UAN_PATH, pan=ANAYA["pan"]).status_code == 412
    assert client.drop().status_code == 412


def test_pan_basic_compares_names_and_birthdays(digitap):
    first = digitap.ask("/validation/kyc/v1/pan_basic", pan=ANAYA["pan"], name="Deshmukh Anaya").json()["result"]
    assert (first["name_match"], first["name_match_score"]) == (True, 100)
    exact = {"name": "Deshmukh Anaya", "name_match_method": "exact"}
    assert not digitap.ask("/validation/kyc/v1/pan_basic", pan=ANAYA["pan"], **exact).json()["result"]["name_match"]
    second = digitap.ask("/validation/kyc/v2/pan_basic", pan=ANAYA["pan"], name="Rohit Kujur", dob="14/03/1988").json()
    assert (second["result"]["status_code"], second["result"]["name"], second["result"]["dob"]) == ("E", "N", "Y")


def test_a_phone_leads_to_the_same_person(digitap):
    result = digitap.ask("/mobile_prefill/request", mobile_no=ANAYA["phone"], name_lookup=1).json()["result"]
    assert (result["name"], result["dob"], result["pan"]) == ("ANAYA DESHMUKH", "14-03-1988", ANAYA["pan"])


def test_an_aadhaar_password_is_texted_and_traded_once(digitap):
    model = digitap.start()["model"]
    otp = digitap.otp()
    body = digitap.submit(model, otp)
    assert body["code"] == "200"
    told = body["model"]
    assert (told["name"], told["dob"], told["maskedAdharNumber"]) == ("Anaya Deshmukh", "14-03-1988", "xxxxxxxx7058")
    assert (told["address"]["pc"], told["address"]["state"], told["isXmlValid"]) == ("411045", "Maharashtra", True)
    assert b64decode(told["image"]).startswith(b"\xff\xd8\xff")
    zipped = digitap.sandbox.http.get(told["link"]).content
    assert b'name="Anaya Deshmukh"' in zipfile.ZipFile(io.BytesIO(zipped)).read("offlineaadhaar.xml")
    assert digitap.submit(model, otp)["code"] == "409"


def test_passwords_differ_and_three_wrong_ones_end_the_transaction(digitap):
    first, second = digitap.start()["model"], digitap.start()["model"]
    otp = digitap.otp()
    wrong = "000000" if otp != "000000" else "111111"
    assert [digitap.submit(second, wrong)["code"] for _ in range(4)] == ["400", "400", "400", "409"]
    assert digitap.submit(second, otp)["code"] == "409"
    assert digitap.submit(first, otp)["code"] == "400"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"fwdp": "x"}, "409"), ({"otp": 123456}, "400"), ({"shareCode": "12"}, "400"), ({"surprise": 1}, "400")],
)
def test_a_submission_of_another_shape_or_session_is_refused(digitap, changes, code):
    model = digitap.start()["model"]
    assert digitap.submit({**model}, **{"otp": digitap.otp(), **changes})["code"] == code


@pytest.mark.parametrize(
    ("number", "code"),
    [("999941057059", "400"), ("12345678901", "400"), ("999900000000", "404"), ("123456789012", "400")],
)
def test_no_password_goes_to_a_number_that_is_none(digitap, number, code):
    before = len(digitap.sandbox.record("sms"))
    assert digitap.start(number)["code"] == code
    assert len(digitap.sandbox.record("sms")) == before


@pytest.mark.parametrize("body", [{"pan": ANAYA["pan"]}, {"mobile": ANAYA["phone"]}, {"uan": ANAYA["uan"]}])
def test_employment_is_found_by_each_way_and_lasts_until_today(digitap, body):
    answer = digitap.ask(UAN_PATH, **body).json()
    assert (answer["result_code"], answer["result"]["uan"], answer["input_data"]) == (101, [ANAYA["uan"]], body)
    summary = answer["result"]["summary"]
    assert (summary["matching_uan"], summary["is_employed"]) == (ANAYA["uan"], True)
    present, earlier = answer["result"]["uan_details"][ANAYA["uan"]]["employment_history"]
    assert (present["establishment_name"], present["date_of_exit"]) == ("ACME INFOTECH PVT LTD", "")
    assert earlier["date_of_joining"] < earlier["date_of_exit"] < present["date_of_joining"]


def test_versions_of_the_uan_call_differ_as_documented(digitap):
    third = digitap.ask("/cv/v3/uan_basic/sync", pan=ANAYA["pan"]).json()["result"]
    assert "employment_history" not in third["uan_details"][ANAYA["uan"]]
    assert third["summary"]["recent_employer_data"]["matching_uan"] == ANAYA["uan"]
    advanced = digitap.ask("/cv/v4/uan_advanced/sync", pan=ANAYA["pan"]).json()["result"]
    assert advanced["uan_details"][ANAYA["uan"]]["epfo_details"]["has_pf_filing_details"] is True


def test_a_job_moves_with_the_clock(digitap):
    def joined():
        result = digitap.ask(UAN_PATH, pan=ANAYA["pan"]).json()["result"]
        return result["summary"]["recent_employer_data"]["date_of_joining"]

    before = joined()
    at = digitap.sandbox.http.get("/_sandbox/clock").json()["offsetSeconds"]
    digitap.sandbox.http.post("/_sandbox/clock", json={"offsetSeconds": at + 400 * 86400})
    assert int(joined()[:4]) > int(before[:4])


def test_a_penny_reaches_the_account_of_a_person(digitap):
    body = digitap.drop(clientRefNum="DROP1").json()
    model = body["model"]
    assert (body["code"], model["status"], model["beneficiaryName"]) == ("200", "SUCCESS", "ANAYA DESHMUKH")
    assert (model["isNameMatch"], model["matchingScore"]) == (True, 100)
    [drop] = digitap.sandbox.record("penny-drops", reference="DROP1")
    assert (drop["rrn"], drop["amountPaise"]) == (model["rrn"], 100)
    assert digitap.drop_status(model["transactionId"])["model"] == model


@pytest.mark.parametrize("changes", [{"accNo": "50100000009009"}, {"ifsc": "SBXB0000412"}])
def test_a_penny_to_nowhere_fails(digitap, changes):
    body = digitap.drop(**changes, clientRefNum="NOWHERE").json()
    assert (body["code"], body["model"]["status"]) == ("200", "FAILED")
    assert digitap.sandbox.record("penny-drops", reference="NOWHERE") == []


def test_a_penny_left_open_is_decided_when_asked_for(digitap):
    digitap.sandbox.arm("digitap", "pending", call="pennyDrop")
    digitap.sandbox.arm("digitap", "pending", call="pennyDropStatus")
    model = digitap.drop().json()["model"]
    assert (model["status"], "rrn" in model) == ("PENDING", False)
    states = [digitap.drop_status(model["transactionId"])["model"]["status"] for _ in range(2)]
    assert states == ["PENDING", "SUCCESS"]
    assert digitap.drop_status("77")["code"] == "404"


@pytest.mark.parametrize(
    "changes", [{"accNo": "12"}, {"ifsc": "SBXB1000411"}, {"benificiaryName": ""}, {"surprise": 1}]
)
def test_a_penny_drop_of_another_shape_is_refused(digitap, changes):
    assert digitap.drop(**changes).json()["code"] == "400"


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("RAHUL KUMAR SHARMA", "SHARMA RAHUL KUMAR", 100, 100),
        ("R K SHARMA", "RAHUL KUMAR SHARMA", 60, 90),
        ("ANAYA DESHMUKH", "ROHIT KUJUR", 0, 0),
    ],
)
def test_names_are_compared(digitap, one, other, least, most):
    body = {"input_name": one, "name_to_match": other, "clientRefId": "R"}
    assert least <= digitap.post("/ent/v1/name_match", body).json()["model"]["matchingScore"] <= most


def test_a_generated_person_is_the_same_at_every_call(digitap):
    known = digitap.sandbox.http.get("/_sandbox/personas", params={"seed": "77", "class": "prime"}).json()
    assert digitap.ask(PAN_PATH, pan=known["pan"]).json()["result"]["fullname"] == known["name"].upper()
    digitap.start(known["aadhaar"])
    assert re.fullmatch(r"\d{6}", digitap.otp(known["phone"]))
    assert digitap.ask(UAN_PATH, mobile=known["phone"]).json()["result"]["uan"] == [known["uan"]]
    drop = digitap.drop(accNo=known["accountNumber"], ifsc=known["ifsc"], benificiaryName=known["name"]).json()
    assert drop["model"]["isNameMatch"] is True


def test_refusals_carry_the_code_they_were_armed_with(digitap):
    for code, status, result in (("104", 200, 104), ("422", 422, None)):
        digitap.sandbox.arm("digitap", "refuse", call="panDetailsPlus", code=code)
        answer = digitap.ask(PAN_PATH, pan=ANAYA["pan"])
        assert (answer.status_code, answer.json().get("result_code")) == (status, result)
    digitap.sandbox.arm("digitap", "refuse", call="aadhaarStart", code="503")
    assert digitap.start()["code"] == "503"
