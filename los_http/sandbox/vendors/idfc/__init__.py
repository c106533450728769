"""
IDFC FIRST Bank as the sandbox plays it, below ``/idfc`` with the bank's own paths.

Money leaves the lender's account once for each ``transactionID``: a second request with one is the bank's duplicate
error and moves nothing. A transfer is ACPT at once and COMPLETED a second of real time later (act ``settle-after``,
``{"seconds"}``); act ``return`` (``{"transactionId"}``) is the beneficiary's bank sending it back. One that a
``pending`` left open stays ACPT until act ``decide`` (``{"transactionId", "outcome": "completed" | "failed"}``). An
account the personas do not hold, or under another IFSC, does not exist. Amounts on the wire are rupees with two
decimals as text, dates DDMMYYYY in India. The statement's row fields are inferred.
"""

import secrets
import uuid
from collections.abc import Callable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from los_http.sandbox.vendor import Account, Answer, Route, Vendor
from los_http.sandbox.vendors.idfc.accounts import (
    BALANCE,
    BENEFICIARY,
    STATEMENT,
    account_statement,
    beneficiary_validation,
    prefetch_account,
)
from los_http.sandbox.vendors.idfc.transfers import (
    INQUIRY,
    TRANSFER,
    decide,
    fund_transfer,
    return_transfer,
    settle_after,
    transaction_status,
)
from los_http.sandbox.vendors.idfc.wire import issue_token, read, service

AUDIENCE = "https://app.uat-opt.idfcfirstbank.com/platform/oauth/oauth2/token"


def new_account(identity: str, base_url: str, token: Callable[[int], str]) -> Account:
    """Return an account with the lender's private key, of which the bank keeps the public half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Account(
        identity,
        "idfc",
        {
            "baseUrl": base_url,
            "tokenUrl": f"{base_url}/authorization/oauth2/token",
            "audience": AUDIENCE,
            "clientId": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
            "kid": token(24),
            "source": "LOS",
            "aesKeyHex": secrets.token_hex(32),
            "debitAccount": "10" + "".join(str(ord(letter) % 10) for letter in token(9)),
            "privateKeyPem": private.decode(),
        },
        kept={"publicKeyPem": public.decode()},
    )


def refusal(call: str) -> Answer:
    """The gateway's definite no: the bank never saw the request."""
    if call == "token":
        return Answer.of({"error": "invalid_client", "error_description": "refused"}, 401)
    return Answer.of({"reason": "Bad Request", "service": "sandbox-gateway", "details": "refused"}, 400)


VENDOR = Vendor(
    name="idfc",
    routes=(
        Route("token", "POST", "/authorization/oauth2/token", issue_token),
        Route(
            "fundTransfer",
            "POST",
            "/paymenttxns/v1/fundTransfer",
            service(
                "initiateAuthGenericFundTransferAPIResp",
                "initiateAuthGenericFundTransferAPIReq",
                TRANSFER,
                "paymenttxn-v1fundTransfer",
                fund_transfer,
            ),
        ),
        Route(
            "paymentTransactionStatus",
            "POST",
            "/paymentenqs/v1/paymentTransactionStatus",
            service(
                "paymentTransactionStatusResp",
                "paymentTransactionStatusReq",
                INQUIRY,
                "paymentenq-paymentTransactionStatus",
                transaction_status,
            ),
        ),
        Route(
            "beneValidation",
            "POST",
            "/paymentenqs/v1/beneValidation",
            service("beneValidationResp", "beneValidationReq", BENEFICIARY, "", beneficiary_validation),
        ),
        Route(
            "prefetchAccount",
            "POST",
            "/acctenq/v2/prefetchAccount",
            service(
                "prefetchAccountResp", "prefetchAccountReq", BALANCE, "cbs-acctenq-accountBalance", prefetch_account
            ),
        ),
        Route(
            "getAccountStatement",
            "POST",
            "/acctenq/v3/getAccountStatement",
            service(
                "getAccountStatementResp",
                "getAccountStatementReq",
                STATEMENT,
                "cbs-acctenq-accountStatement",
                account_statement,
            ),
        ),
    ),
    new_account=new_account,
    refusal=refusal,
    acts={"settle-after": settle_after, "return": return_transfer, "decide": decide},
    open_calls=frozenset({"fundTransfer"}),
    references=("transactionID", "paymentReferenceNumber", "transactionReferenceNumber"),
    read=read,
)
