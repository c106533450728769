"""What Digitap's products share: three ways to carry the credentials, the envelope, and how a body is refused."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from los_http.sandbox.shape import Field, Misfit, require, text
from los_http.sandbox.vendor import Account, Answer, Desk, Handler, Person, Request

LOWER_HEX = "0123456789abcdef"
DIGITS = "0123456789"
CLIENT_REF = text(least=1, most=45, pattern="[A-Za-z0-9 _-]*")
LONG_CLIENT_REF = text(least=1, most=100, pattern="[A-Za-z0-9 _-]*")
PAN = text(pattern="[A-Z]{3}[ABCFGHLJPTE][A-Z][0-9]{4}[A-Z]")
MOBILE = text(pattern="[6-9][0-9]{9}")
MATCH_METHODS = ("fuzzy", "exact", "dg_name_match")

Auth = Callable[[Mapping[str, str]], str]
"""From headers in lower case to the base64 of id:secret that they carry, empty for none."""


def basic(headers: Mapping[str, str]) -> str:
    kind, _, encoded = headers.get("authorization", "").partition(" ")
    return encoded if kind == "Basic" else ""


def bare(headers: Mapping[str, str]) -> str:
    """The Aadhaar product takes the base64 with and without the word Basic."""
    return headers.get("authorization", "").removeprefix("Basic ")


def ent(headers: Mapping[str, str]) -> str:
    return headers.get("ent_authorization", "")


class Refusal(Exception):
    """What the vendor answers instead, under HTTP *status*."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def account_of(desk: Desk, request: Request, auth: Auth) -> Account:
    given = auth(request.headers)
    for account in desk.accounts():
        pair = f"{account.credentials['clientId']}:{account.credentials['clientSecret']}"
        if given and given == b64encode(pair.encode()).decode():
            return account
    raise Refusal(401, "Unauthorized")


def enabled(account: Account, product: str) -> None:
    """Raise `Refusal` unless *product* is among the account's, which are all where none is named."""
    products = [one.strip() for one in account.kept["products"].split(",") if one.strip()]
    if products and product not in products:
        raise Refusal(412, "Service is not enabled for this client")


def body_of(request: Request, shape: Mapping[str, Field]) -> dict[str, Any]:
    try:
        return require(json.loads(request.body), shape)
    except Misfit as misfit:
        raise Refusal(400, f"Bad Request: {misfit}") from None
    except ValueError:
        raise Refusal(400, "Bad Request: the body is not JSON") from None


def envelope(desk: Desk, code: int, client_ref: str, result: Any, *, message: str = "", **more: Any) -> Answer:
    """Return an answer of result *code* in the envelope of KYC, employment and prefill."""
    return Answer.of(
        {
            "http_response_code": 200,
            "client_ref_num": client_ref,
            "request_id": desk.token(32, LOWER_HEX),
            "result_code": code,
            **({"message": message} if message else {}),
            "result": result,
            **more,
        }
    )


def found(desk: Desk, client_ref: str, result: Any, **more: Any) -> Answer:
    return envelope(desk, 101, client_ref, result, **more)


def nobody(desk: Desk, client_ref: str) -> Answer:
    return envelope(desk, 103, client_ref, {}, message="No record found for the given input")


def enveloped(auth: Auth, product: str, work: Callable[[Desk, Request], Answer]) -> Handler:
    """Return the handler of a product that answers in the envelope."""

    def handle(desk: Desk, request: Request) -> Answer:
        try:
            enabled(account_of(desk, request, auth), product)
            return work(desk, request)
        except Refusal as refusal:
            return refused(refusal.status, refusal.message, _client_ref(request))

    return handle


def coded(auth: Auth, product: str, work: Callable[[Desk, Request], Answer]) -> Handler:
    """Return the handler of a product that answers {code, msg, model}; what is wrong with a body is its code, within HTTP 200."""

    def handle(desk: Desk, request: Request) -> Answer:
        try:
            enabled(account_of(desk, request, auth), product)
            return work(desk, request)
        except Refusal as refusal:
            body = {"code": str(refusal.status), "msg": refusal.message, "model": None}
            return Answer.of(body, refusal.status if refusal.status in (401, 403, 412) else 200)

    return handle


def model(value: Mapping[str, Any], message: str = "success") -> Answer:
    return Answer.of({"code": "200", "msg": message, "model": value})


def refused(status: int, message: str, client_ref: str = "") -> Answer:
    """Return the body of an HTTP error."""
    said = {"http_response_code": status, "client_ref_num": client_ref, "error": message, "message": message}
    return Answer.of(said, status)


def _client_ref(request: Request) -> str:
    try:
        said = json.loads(request.body)
    except ValueError:
        return ""
    reference = said.get("client_ref_num") if isinstance(said, dict) else None
    return reference if isinstance(reference, str) else ""


def name_score(one: str, other: str) -> int:
    """Return how alike two names are, 0 to 100: the part of the longer one's letters in shared words; initials count half."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return 0
    longer, shorter = sorted((first, second), key=lambda words: (sum(map(len, words)), len(words)), reverse=True)
    left, matched = list(shorter), 0.0
    for word in longer:
        if word in left:
            left.remove(word)
            matched += len(word)
            continue
        initial = next((given for given in left if given[0] == word[0] and 1 in (len(given), len(word))), None)
        if initial:
            left.remove(initial)
            matched += len(word) / 2
    return round(100 * matched / sum(map(len, longer)))


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in name.upper()).split()


def masked_aadhaar(person: Person) -> str:
    return "XXXXXXXX" + person.aadhaar[-4:]
