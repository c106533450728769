"""What the simulated Signzy takes in a contract, and how it refuses."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from los_http.sandbox.shape import Field, Misfit, boolean, fields, needed, optional, require, several, text, whole
from los_http.sandbox.vendor import Account, Answer, Desk, Request

POSITIONS = frozenset(
    f"{down}{across}" for down in ("TOP", "MIDDLE", "BOTTOM") for across in ("LEFT", "CENTER", "RIGHT")
) | {"CUSTOMIZE"}


def _page(value: Any, at: str) -> None:
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if value != "All" and not is_number and not (isinstance(value, str) and re.fullmatch(r"[1-9]\d*", value)):
        raise Misfit(at, 'must be "All" or a page number', "value")


def _position(value: Any, at: str) -> None:
    """One word for a place; accounts differ in how it is spelled."""
    if not isinstance(value, str) or re.sub(r"[-_ ]", "", value).upper() not in POSITIONS:
        raise Misfit(at, "must be one of the signature positions", "value")


def _amount(value: Any, at: str) -> None:
    if not isinstance(value, (int, float, str)) or isinstance(value, bool):
        raise Misfit(at, "must be a number", "type")


_URL = text(least=1, most=2048, pattern=r"https?://\S+")
_MAYBE_URL = text(most=2048, pattern=r"|https?://\S+")
_COORDINATES = several(whole(least=0))
_SIGNATURE = fields(
    pageNo=needed(several(_page, least=1)),
    signaturePosition=needed(several(_position, least=1)),
    xCoordinate=optional(_COORDINATES),
    yCoordinate=optional(_COORDINATES),
    height=optional(whole(least=1)),
    width=optional(whole(least=1)),
)
_SIGNATURE_ONE = fields(
    pageNo=needed(several(_page, least=1)),
    signaturePosition=needed(_position),
    xCoordinate=optional(_COORDINATES),
    yCoordinate=optional(_COORDINATES),
    height=optional(whole(least=1)),
    width=optional(whole(least=1)),
)


def _signature(value: Any, at: str) -> None:
    """The position is one word or a list of them."""
    is_list = isinstance(value, dict) and isinstance(value.get("signaturePosition"), list)
    (_SIGNATURE if is_list else _SIGNATURE_ONE)(value, at)


_SIGNER = fields(
    signerName=needed(text(least=1, most=100)),
    signatureType=needed(text(one_of=("AADHAARESIGN-OTP", "AADHAARESIGN-FINGERPRINT", "AADHAARESIGN-FACEAUTH"))),
    signerGender=optional(text(most=20)),
    uidLastFourDigits=optional(text(pattern=r"|\d{4}")),
    signerYearOfBirth=optional(text(pattern=r"|\d{4}")),
    signatures=needed(several(_signature, least=1)),
)
_ESTAMP = fields(
    type=needed(text(one_of=("eChallan", "eStamp"))),
    stateCode=needed(text(least=1, most=10)),
    firstPartyName=needed(text(least=1, most=100)),
    secondPartyName=needed(text(least=1, most=100)),
    articleCode=optional(text(most=20)),
    amount=optional(_amount),
    stampDutyValue=optional(_amount),
    considerationPrice=optional(_amount),
    purposeOfStampDuty=optional(text(most=200)),
    stampDutyPaidBy=optional(text(most=100)),
    location=optional(text(most=100)),
    pageNo=optional(several(_page)),
    custmonDefacement=optional(text(most=200)),
    message=optional(text(most=500)),
)
INITIATE: Mapping[str, Field] = {
    "pdf": needed(text(least=1, most=40_000_000)),
    "contractName": optional(text(most=200)),
    "contractExecuterName": optional(text(most=200)),
    "successRedirectUrl": needed(_URL),
    "failureRedirectUrl": needed(_URL),
    "contractTtl": optional(whole(least=1)),
    "eSignProvider": optional(text(one_of=("nsdl", "eMudhra"))),
    "emudhraCustomization": optional(
        fields(logoURL=optional(_MAYBE_URL), headerColour=optional(text(most=20)), buttonColour=optional(text(most=20)))
    ),
    "signerdetail": needed(several(_SIGNER, least=1)),
    "callbackUrl": needed(_URL),
    "callbackUrlAuthorizationHeader": optional(text(most=500)),
    "signerCallbackUrl": optional(_URL),
    "signerCallbackAuthorizationHeader": optional(text(most=500)),
    "nameMatchThreshold": optional(text(pattern=r"0\.(0[1-9]|[1-9]\d)|1\.00")),
    "allowSignerGenderMatch": optional(boolean()),
    "allowSignerYOBMatch": optional(boolean()),
    "estamp": optional(_ESTAMP),
}
CONTRACT: Mapping[str, Field] = {"contractId": needed(text(least=1, most=36))}


class Refusal(Exception):
    """What the vendor answers instead."""

    def __init__(self, status: int, message: str, reason: str) -> None:
        super().__init__(message)
        self.answer = error(status, message, reason)


def error(status: int, message: str, reason: str) -> Answer:
    """Return the vendor's error body."""
    kind = {400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}.get(status, "Error")
    body = {"name": "error", "message": message, "reason": reason, "type": kind, "statusCode": status}
    return Answer.of({"error": body}, status)


Handle = Callable[[Desk, Request, Account], Any]


def guarded(handle: Handle) -> Callable[[Desk, Request], Answer]:
    """Check the raw access token before *handle*, and turn what it refuses and returns into answers."""

    def answer(desk: Desk, request: Request) -> Answer:
        given = request.headers.get("authorization", "").encode()
        for account in desk.accounts():
            if hmac.compare_digest(account.credentials["accessToken"].encode(), given):
                try:
                    return Answer.of(handle(desk, request, account))
                except Refusal as refusal:
                    return refusal.answer
        return error(401, "Invalid access token", "AUTH_FAIL")

    return answer


def body_of(request: Request, shape: Mapping[str, Field]) -> dict[str, Any]:
    """Return the JSON body of this *shape*. Raises Refusal."""
    try:
        return require(json.loads(request.body), shape)
    except Misfit as misfit:
        raise Refusal(400, f'"{misfit.field}" {misfit.problem}', "VALIDATION_ERROR") from None
    except ValueError:
        raise Refusal(400, "the body is not JSON", "VALIDATION_ERROR") from None


def initiate_of(request: Request) -> dict[str, Any]:
    """Return the body of an initiate, with the rules that span fields kept. Raises Refusal."""
    body = body_of(request, INITIATE)
    by_match = [name for name in ("allowSignerGenderMatch", "allowSignerYOBMatch") if name in body]
    if by_match and "nameMatchThreshold" not in body:
        raise Refusal(400, f'"{by_match[0]}" is allowed only with "nameMatchThreshold"', "VALIDATION_ERROR")
    if "estamp" in body:
        raise Refusal(403, "You cannot consume this service", "NOT_PROVISIONED")  # stamping is a product of its own
    for place, signer in enumerate(body["signerdetail"]):
        if body.get("allowSignerGenderMatch") and not signer.get("signerGender"):
            raise Refusal(400, f'"signerdetail[{place}].signerGender" is required', "VALIDATION_ERROR")
        if body.get("allowSignerYOBMatch") and not signer.get("signerYearOfBirth"):
            raise Refusal(400, f'"signerdetail[{place}].signerYearOfBirth" is required', "VALIDATION_ERROR")
    return body
