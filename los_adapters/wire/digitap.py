"""
Digitap: what its products share. Docs: none public; KYC v4.7, employment v2.3 as seen in public integrations, read 2026-07.

    two hosts             svc: KYC, Aadhaar, employment · api: penny drop; each product has its own base URL and authentication
    AuthStyle             BASIC        Authorization: Basic base64(id:secret)        KYC, employment
                          RAW_B64      Authorization: base64(id:secret)              Aadhaar, as seen in the wild
                          ENT_HEADER   ent_authorization: base64(id:secret)          penny drop
    envelope              {http_response_code | http_status_code, client_ref_num, request_id, result_code, message, error, result}
    Done                  result_code 101 inside HTTP 200, about our client_ref_num; nothing else is success
    Outcome               result_code: table RESULTS, then HTTP status: table STATUSES; settings ``result_codes`` and ``http_codes``
                          lie over them; 401 and 403 go by words of the message

An answer about another client_ref_num is no answer. A look-up that the source cannot answer now was not taken (NotSent); a call
with an effect that ends so is Unknown.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

import attrs

from los_adapters.wire.codes import Means, outcome_of
from los_adapters.wire.config import address, between, filled, form, names, path
from los_adapters.wire.http import Reply, Wire
from los_adapters.wire.provider import Evidence, Fact, secret
from los_adapters.wire.reading import first, text, word
from los_domain.kyc.model import PanStatus
from los_domain.shared.ids import VendorRef
from los_domain.shared.outcome import NotSent, Outcome, RateLimited, Unknown

T = TypeVar("T")

FOUND = "101"

RESULTS: Mapping[str, Means] = {
    "102": Means.INVALID_INPUT,  # no such id or combination
    "103": Means.NO_RECORD,
    "104": Means.NO_RECORD,  # too many matches to tell
    "105": Means.WRONG_OTP,
    "106": Means.CONSENT_EXPIRED,  # the password's two minutes are over
    "107": Means.RATE_LIMITED,  # six passwords a day
    "109": Means.NO_RECORD,
}
STATUSES: Mapping[str, Means] = {
    "400": Means.INVALID_INPUT,
    "401": Means.OUR_ACCOUNT,
    "402": Means.OUR_ACCOUNT,  # credits are used up
    "403": Means.OUR_PRODUCT,
    "404": Means.OUR_PRODUCT,  # this host does not serve the path
    "412": Means.OUR_PRODUCT,  # not enabled for this client
    "422": Means.NOT_SENT,  # the source cannot answer now
    "429": Means.RATE_LIMITED,
    "451": Means.OUR_ACCOUNT,  # encryption is set up differently
    "503": Means.NOT_SENT,  # maintenance, source error
    "505": Means.NOT_SENT,  # source busy
    "506": Means.NO_RECORD,  # the source says that there is no result
}


class AuthStyle(Enum):
    """How a product wants the client id and secret."""

    BASIC = "basic"
    RAW_B64 = "raw_b64"
    ENT_HEADER = "ent_header"


PAN_WORDS: Mapping[str, PanStatus] = {
    "active and operative": PanStatus.ACTIVE,
    "active": PanStatus.ACTIVE,
    "existing and valid": PanStatus.ACTIVE,
    "active but inoperative": PanStatus.INACTIVE,
    "inoperative": PanStatus.INACTIVE,
    "inactive": PanStatus.INACTIVE,
    "deactivated": PanStatus.INACTIVE,
    "deleted": PanStatus.INACTIVE,
    "fake": PanStatus.INACTIVE,
}
"""Words of ``pan_status`` in lower case. Only the first was seen; another word is UNKNOWN."""

AADHAAR_CODES: Mapping[str, Means] = {
    "400": Means.INVALID_INPUT,  # of submit-otp: setting ``wrong_otp_codes``
    "404": Means.NO_RECORD,
    "409": Means.CONSENT_EXPIRED,
    "422": Means.CHALLENGE_REQUIRED,  # no phone number is linked
}
"""What the code inside an Aadhaar answer means where it is not that of the HTTP status of the same number. All inferred."""

PENNY_DROP_FIELDS: Mapping[str, str] = {
    "handle": "transactionId",
    "ref": "clientRefNum",
    "name": "beneficiaryName",
    "bank_reference": "rrn",
}
"""Our word for a part of a penny drop's answer, and the vendor's."""


def _url(default: str) -> Any:
    return attrs.field(default=default, validator=address)


def _path(default: str) -> Any:
    return attrs.field(default=default, validator=path)


def _seconds(default: float) -> Any:
    return attrs.field(default=default, validator=between(0.1, 180))


@attrs.frozen
class DigitapConfig:
    """One client id. Products are enabled for it one by one, and caller addresses are on a list of the vendor's."""

    client_id: str = attrs.field(validator=filled)
    client_secret: str = secret(validator=filled)

    kyc_url: str = _url("https://svc.digitap.ai")
    kyc_auth: AuthStyle = AuthStyle.BASIC
    pan_path: str = _path("/validation/kyc/v1/pan_details_plus")
    pan_words: Mapping[str, PanStatus] = attrs.field(factory=lambda: dict(PAN_WORDS))
    kyc_read_seconds: float = _seconds(45.0)

    aadhaar_url: str = _url("https://svc.digitap.ai")
    aadhaar_auth: AuthStyle = AuthStyle.RAW_B64
    aadhaar_start_path: str = _path("/ent/v3/kyc/intiate-kyc-auto")
    aadhaar_submit_path: str = _path("/ent/v3/kyc/submit-otp")
    aadhaar_codes: Mapping[str, Means] = attrs.field(factory=lambda: dict(AADHAAR_CODES))
    wrong_otp_codes: tuple[str, ...] = ("400",)
    share_code: str = attrs.field(default="1234", validator=form(r"\d{4}", "four digits"))
    validate_xml: bool = True
    aadhaar_read_seconds: float = _seconds(45.0)

    employment_url: str = _url("https://svc.digitap.ai")
    employment_auth: AuthStyle = AuthStyle.BASIC
    uan_path: str = _path("/cv/v4/uan_basic/sync")
    employment_read_seconds: float = _seconds(60.0)

    penny_drop_url: str = _url("https://api.digitap.ai")
    penny_drop_auth: AuthStyle = AuthStyle.ENT_HEADER
    penny_drop_path: str = _path("/penny-drop/v2/check-valid")
    penny_drop_status_path: str = _path("/penny-drop/v2/check-status")
    penny_drop_silence_words: tuple[str, ...] = (
        "timeout", "timed out", "time out", "try later", "try again", "unavailable", "not available", "bank down", "npci",
    )  # fmt: skip
    """Words in the message of a FAILED penny drop that blame the road, not the account: such an answer is none."""
    penny_drop_fields: Mapping[str, str] = attrs.field(
        factory=lambda: dict(PENNY_DROP_FIELDS), validator=names(*PENNY_DROP_FIELDS)
    )
    penny_drop_read_seconds: float = _seconds(60.0)

    result_codes: Mapping[str, Means] = attrs.field(factory=dict)
    http_codes: Mapping[str, Means] = attrs.field(factory=dict)
    connect_seconds: float = _seconds(5.0)


def auth_headers(style: AuthStyle, client_id: str, client_secret: str) -> dict[str, str]:
    """Return the header that carries the credentials."""
    encoded = b64encode(f"{client_id}:{client_secret}".encode()).decode()
    if style is AuthStyle.BASIC:
        return {"Authorization": f"Basic {encoded}"}
    if style is AuthStyle.RAW_B64:
        return {"Authorization": encoded}
    return {"ent_authorization": encoded}


def http_outcome(reply: Reply, config: DigitapConfig, *, status: str = "", effect: bool = False) -> Outcome[Any]:
    """
    Return what an HTTP *status* (of the reply, unless its body names another) other than 200 means.

    *effect*: the call may have done something, so that no answer leaves open whether it did.
    """
    code = status or str(reply.status)
    body = reply.object()
    said = f"{text(body.get('message'))} {text(body.get('error'))} {text(body.get('msg'))}".lower()
    means = {**STATUSES, **config.http_codes}.get(code, Means.UNKNOWN)
    if code == "401" and "look-up" in said:
        means = Means.OUR_PRODUCT
    if code == "403" and "ip " in f"{said} ":
        means = Means.OUR_ACCOUNT
    if means is Means.NOT_SENT and effect:
        means = Means.UNKNOWN
    if means is Means.RATE_LIMITED:
        return RateLimited(reply.retry_after_seconds)
    return outcome_of(means, code, f"Digitap answered HTTP {code}")


def envelope_outcome(
    reply: Reply, config: DigitapConfig, read: Callable[[Mapping[str, Any], str], Outcome[T]], *, ref: VendorRef
) -> Outcome[T]:
    """Return ``read(result, request_id)`` for a result about our *ref*, else what the envelope's codes mean."""
    if reply.status != 200:
        return http_outcome(reply, config)
    body = reply.json()
    if not isinstance(body, dict):
        return Unknown("the answer is no JSON object")
    inner = first(body, "http_response_code", "http_status_code")
    if inner not in ("", "200"):
        return http_outcome(reply, config, status=inner)
    if first(body, "client_ref_num") not in ("", str(ref)):
        return Unknown("the answer is about another request")
    code = word(body.get("result_code"))
    if code != FOUND:
        means = {**RESULTS, **config.result_codes}.get(code, Means.UNKNOWN)
        return outcome_of(means, code, f"Digitap answered result code {code or 'none'}", after_seconds=24 * 3600)
    result = body.get("result")
    if not isinstance(result, dict):
        return Unknown("the answer says found and holds no result")
    return read(result, first(body, "request_id"))


def ask(
    wire: Wire, config: DigitapConfig, style: AuthStyle, url: str, body: Mapping[str, Any] | None, *, read_seconds: float,
    params: Mapping[str, str] | None = None,
) -> Reply | NotSent | Unknown:  # fmt: skip
    """Post *body*, or get when there is none, with the product's credentials."""
    return wire.exchange(
        "GET" if body is None else "POST",
        url,
        headers=auth_headers(style, config.client_id, config.client_secret),
        params=params,
        json=body,
        connect_seconds=config.connect_seconds,
        read_seconds=read_seconds,
    )


SHARED_FACTS = (
    Fact("credentials", "Authorization: Basic base64(id:secret)", Evidence.SEEN, "kyc_auth"),
    Fact("envelope", "result_code, client_ref_num, request_id, result", Evidence.SEEN),
    Fact(
        "result codes", "101 found, 102 invalid, 103 104 109 none, 105 106 107 password", Evidence.SEEN, "result_codes"
    ),
    Fact("HTTP codes", "422 503 505 source, 506 none, 412 not enabled, 451 encryption", Evidence.SEEN, "http_codes"),
    Fact("another code", "result_code", Evidence.INFERRED, "result_codes", "counts as no answer"),
)
