"""The simulated bank's door: client assertion to token, token and headers to an open envelope, sealed answers."""

import json
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from los_http.sandbox.shape import Field, Misfit, fields, needed, require
from los_http.sandbox.vendor import Account, Answer, Desk, Request

SCOPES = frozenset(
    "paymenttxn-v1fundTransfer paymentenq-paymentTransactionStatus paymentenq-beneValidation cbs-acctenq-accountBalance "
    "cbs-acctenq-accountStatement cmsapibridge-payments-executeTransaction cmsapibridge-payments-MultiPayment "
    "cmsapibridge-payments-MultiPaymentStatusEnquiry".split()
)
TOKEN_SECONDS = 300
ASSERTION_SECONDS = 300
SKEW_SECONDS = 30
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_FIELDS = frozenset({"grant_type", "scope", "client_id", "client_assertion_type", "client_assertion"})


class GatewayError(Exception):
    """What the API gateway answers before the bank sees anything: plain JSON."""

    def __init__(self, status: int, reason: str, details: str) -> None:
        super().__init__(details)
        self.answer = Answer.of({"reason": reason, "service": "sandbox-gateway", "details": details}, status)


class Refusal(Exception):
    """A business error: HTTP 200 with ``metaData.status`` ERROR."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def sealed(key_hex: str, plain: bytes, iv: bytes | None = None) -> bytes:
    """Return base64 of IV and AES-256-CBC of *plain* with PKCS#7 padding; a fresh random IV unless one is given."""
    iv = os.urandom(16) if iv is None else iv
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(bytes.fromhex(key_hex)), modes.CBC(iv)).encryptor()
    return b64encode(iv + encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize())


def opened(key_hex: str, wire: bytes) -> bytes:
    """Return what `sealed` sealed. Raises ValueError."""
    try:
        raw = b64decode(wire, validate=True)
    except NotBase64:
        raise ValueError("not base64") from None
    decryptor = Cipher(algorithms.AES(bytes.fromhex(key_hex)), modes.CBC(raw[:16])).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(raw[16:]) + decryptor.finalize()) + unpadder.finalize()


# Token ----------------------------------------------------------------------------------------------------------------


class _TokenRefused(Exception):
    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.answer = Answer.of({"error": error, "error_description": description}, status)


def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise _TokenRefused(400, "invalid_request", "the request must be form encoded")
    pairs = parse_qs(request.body.decode("latin-1"), keep_blank_values=True)
    for name in sorted(TOKEN_FIELDS - pairs.keys()):
        raise _TokenRefused(400, "invalid_request", f"{name} is missing")
    for name in sorted(pairs.keys() - TOKEN_FIELDS):
        raise _TokenRefused(400, "invalid_request", f"{name} is not expected")
    return {name: values[-1] for name, values in pairs.items()}


def _client(desk: Desk, form: Mapping[str, str]) -> Account:
    client = next((a for a in desk.accounts() if a.credentials["clientId"] == form["client_id"]), None)
    if client is None:
        raise _TokenRefused(401, "invalid_client", "unknown client")
    assertion = form["client_assertion"]
    try:
        if jwt.get_unverified_header(assertion).get("kid") != client.credentials["kid"]:
            raise _TokenRefused(401, "invalid_client", "the key id is not the one on record")
        claims = jwt.decode(
            assertion,
            client.kept["publicKeyPem"],
            algorithms=["RS256"],
            audience=client.credentials["audience"],
            options={"require": ["iss", "sub", "aud", "jti", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError as broken:
        raise _TokenRefused(401, "invalid_client", f"client assertion refused: {broken}") from None
    if not claims["iss"] == claims["sub"] == form["client_id"]:
        raise _TokenRefused(401, "invalid_client", "issuer and subject must be the client id")
    at = desk.wall().timestamp()
    if not at - SKEW_SECONDS < claims["exp"] <= at + ASSERTION_SECONDS + SKEW_SECONDS:
        raise _TokenRefused(401, "invalid_client", "the assertion has expired or lives too long")
    used = f"{client.id} {claims['jti']}"
    if desk.get("jti", used) is not None:
        raise _TokenRefused(401, "invalid_client", "this assertion was used before")
    desk.put("jti", used, {"until": claims["exp"]})
    return client


def issue_token(desk: Desk, request: Request) -> Answer:
    try:
        form = _form(request)
        if form["grant_type"] != "client_credentials":
            raise _TokenRefused(400, "unsupported_grant_type", "only client_credentials is served")
        if form["client_assertion_type"] != ASSERTION_TYPE:
            raise _TokenRefused(400, "invalid_request", "the client assertion must be a JWT bearer")
        scopes = form["scope"].split()
        if not scopes or not SCOPES.issuperset(scopes):
            raise _TokenRefused(400, "invalid_scope", "a scope is missing or unknown")
        client = _client(desk, form)
    except _TokenRefused as refused:
        return refused.answer
    token = desk.token(40)
    until = desk.wall().timestamp() + TOKEN_SECONDS
    desk.put("token", token, {"account": client.id, "until": until, "scopes": scopes})
    return Answer.of(
        {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": " ".join(scopes)}
    )


# Business calls -------------------------------------------------------------------------------------------------------

Serve = Callable[[Desk, Account, Mapping[str, Any]], Mapping[str, Any]]


def _entered(desk: Desk, request: Request, scope: str) -> Account:
    header = request.headers.get("authorization", "")
    token = desk.get("token", header.removeprefix("Bearer ")) if header.startswith("Bearer ") else None
    if token is None or token["until"] <= desk.wall().timestamp():
        raise GatewayError(401, "Unauthorized", "the access token is missing, unknown or expired")
    if scope and scope not in token["scopes"]:
        raise GatewayError(403, "Forbidden", f"the token does not carry {scope}")
    account = next(a for a in desk.accounts() if a.id == token["account"])
    if request.headers.get("source") != account.credentials["source"]:
        raise GatewayError(400, "Bad Request", "the source header is missing or not the one issued")
    if not request.headers.get("correlationid", "").isalnum():
        raise GatewayError(400, "Bad Request", "the correlationId header must be letters and digits")
    if not request.headers.get("content-type", "").startswith("application/octet-stream"):
        raise GatewayError(415, "Unsupported Media Type", "application/octet-stream is expected")
    return account


def _asked(account: Account, request: Request, root: str, shape: Mapping[str, Field]) -> dict[str, Any]:
    try:
        parsed = json.loads(opened(account.credentials["aesKeyHex"], request.body))
    except ValueError:
        raise GatewayError(400, "Bad Request", "the body cannot be decrypted") from None
    try:
        body: dict[str, Any] = require(parsed, {root: needed(fields(**shape))})[root]
    except Misfit as misfit:
        raise Refusal(
            "EXT_VAL_400", f"INVALID REQUEST: {misfit.field.removeprefix(root + '.')} {misfit.problem}"
        ) from None
    return body


def service(
    name: str, root: str, shape: Mapping[str, Field], scope: str, serve: Serve
) -> Callable[[Desk, Request], Answer]:
    """Return the handler of a sealed call: the request is *root*, the answer *name* around *serve*'s resourceData."""

    def answer(desk: Desk, request: Request) -> Answer:
        resource: Mapping[str, Any] = {}
        try:
            account = _entered(desk, request, scope)
            resource = serve(desk, account, _asked(account, request, root, shape))
            meta = {"status": "SUCCESS", "message": ""}
        except GatewayError as error:
            return error.answer
        except Refusal as refusal:
            meta = {"status": "ERROR", "code": refusal.code, "message": refusal.message}
        meta |= {"version": "v1", "time": desk.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        said = json.dumps({name: {"metaData": meta, "resourceData": resource}}, separators=(",", ":")).encode()
        return Answer(200, sealed(account.credentials["aesKeyHex"], said), "application/octet-stream")

    return answer


def read(desk: Desk, request: Request) -> Mapping[str, Any]:
    """Return the fields inside a sealed body, so that a fault can be armed for one of them; empty if it cannot be opened."""
    header = request.headers.get("authorization", "")
    token = desk.get("token", header.removeprefix("Bearer "))
    account = next((a for a in desk.accounts() if token and a.id == token["account"]), None)
    if account is None:
        return {}
    try:
        parsed = json.loads(opened(account.credentials["aesKeyHex"], request.body))
    except ValueError:
        return {}
    inner: Any = next(iter(parsed.values()), {}) if isinstance(parsed, dict) else {}
    return inner if isinstance(inner, dict) else {}
