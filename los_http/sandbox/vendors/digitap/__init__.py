"""
Digitap as the sandbox plays it; both of its hosts are below ``/digitap``.

    Authorization: Basic base64(clientId:clientSecret)      envelope {http_response_code, client_ref_num, request_id, result_code, result}
      POST /validation/kyc/v1/pan_details_plus    {client_ref_num, pan}
      POST /validation/kyc/v1/pan_basic           {client_ref_num, pan, name?, name_match_method?}
      POST /validation/kyc/v2/pan_basic           {client_ref_num, pan, name, dob DD/MM/YYYY}
      POST /mobile_prefill/request                {client_ref_num, mobile_no, name_lookup 0|1}
      POST /cv/v3|v4/uan_basic/sync, /cv/v4/uan_advanced/sync
                                                  {client_ref_num, pan | mobile | pan+mobile | uan, dob+employee_name?, employer_name?, …}
      POST /ent/v1/name_match                     {input_name, name_to_match, clientRefId}; answers {code, msg, model} *inferred*
    Authorization with or without "Basic "        {code, msg, model}, code a string within HTTP 200
      POST /ent/v3/kyc/intiate-kyc-auto           {uniqueId, uid}; the password goes to the person's phone, into the outbox of SMS
      POST /ent/v3/kyc/submit-otp                 {transactionId, fwdp, codeVerifier, otp, shareCode, validateXml?, isSendPdf?}
                                                  400 wrong password or field · 404 no such number · 409 expired or used up
    ent_authorization: base64
      POST /penny-drop/v2/check-valid             {ifsc, accNo, benificiaryName, address?, clientRefNum}
      GET  /penny-drop/v2/check-status?transactionId=

Result codes: 101 found, 103 nobody. HTTP 400 for a field that is missing, of another kind or unknown, 401 for other
credentials, 412 for a product outside of the option ``products`` (kyc, prefill, employment, aadhaar, penny-drop, names;
joined by commas, all where empty). Whoever is no persona is nobody.
"""

from collections.abc import Callable

from los_http.sandbox.vendor import Account, Answer, Route, Vendor
from los_http.sandbox.vendors.digitap import aadhaar, employment, identity, penny_drop, wire

_CODED = frozenset({"aadhaarStart", "aadhaarSubmit", "pennyDrop", "pennyDropStatus", "nameMatch"})


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    client = "".join(str(ord(letter) % 10) for letter in token(8))
    return Account(identity, "digitap", {"baseUrl": base_url, "clientId": client, "clientSecret": token(32)})


def refusal(call: str, code: str = "") -> Answer:
    """Return a definite no. *code* is one within HTTP 200 (102 and "400" unless said), for the envelope from 400 on an HTTP status."""
    if call in _CODED:
        return Answer.of({"code": code or "400", "msg": "The request was refused", "model": None})
    if code.isdigit() and int(code) >= 400:
        return wire.refused(int(code), "The request was refused")
    said = {"http_response_code": 200, "client_ref_num": "", "request_id": "refused", "result": {}}
    return Answer.of(said | {"result_code": int(code) if code.isdigit() else 102, "message": "Invalid input"})


VENDOR = Vendor(
    name="digitap",
    routes=(
        Route(
            "panDetailsPlus",
            "POST",
            "/validation/kyc/v1/pan_details_plus",
            wire.enveloped(wire.basic, "kyc", identity.pan_details_plus),
        ),
        Route(
            "panBasic", "POST", "/validation/kyc/v1/pan_basic", wire.enveloped(wire.basic, "kyc", identity.pan_basic)
        ),
        Route(
            "panBasic", "POST", "/validation/kyc/v2/pan_basic", wire.enveloped(wire.basic, "kyc", identity.pan_basic_2)
        ),
        Route(
            "mobilePrefill",
            "POST",
            "/mobile_prefill/request",
            wire.enveloped(wire.basic, "prefill", identity.mobile_prefill),
        ),
        Route(
            "uanBasic", "POST", "/cv/v3/uan_basic/sync", wire.enveloped(wire.basic, "employment", employment.look_up(3))
        ),
        Route(
            "uanBasic", "POST", "/cv/v4/uan_basic/sync", wire.enveloped(wire.basic, "employment", employment.look_up(4))
        ),
        Route(
            "uanAdvanced",
            "POST",
            "/cv/v4/uan_advanced/sync",
            wire.enveloped(wire.basic, "employment", employment.look_up(4, advanced=True)),
        ),
        Route("aadhaarStart", "POST", "/ent/v3/kyc/intiate-kyc-auto", wire.coded(wire.bare, "aadhaar", aadhaar.start)),
        Route("aadhaarSubmit", "POST", "/ent/v3/kyc/submit-otp", wire.coded(wire.bare, "aadhaar", aadhaar.submit)),
        Route("aadhaarFile", "GET", "/files/{name}", aadhaar.paper),
        Route("nameMatch", "POST", "/ent/v1/name_match", wire.coded(wire.basic, "names", identity.name_match)),
        Route("pennyDrop", "POST", "/penny-drop/v2/check-valid", wire.coded(wire.ent, "penny-drop", penny_drop.check)),
        Route(
            "pennyDropStatus",
            "GET",
            "/penny-drop/v2/check-status",
            wire.coded(wire.ent, "penny-drop", penny_drop.status),
        ),
    ),
    new_account=new_account,
    refusal=refusal,
    coded_refusal=refusal,
    options={"products": ""},
    open_calls=frozenset({"pennyDrop", "pennyDropStatus"}),
    references=("client_ref_num", "clientRefNum", "uniqueId", "clientRefId"),
)
