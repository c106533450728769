"""
Opening a brand's accounts at the sandbox of outside systems, and making them its providers.

The sandbox hands out credentials in words of its own; the table says which setting of ours each one is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import httpx

from los_adapters.bootstrap import Application
from los_domain.brands.model import BrandProvider
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.shared.actor import BrandScope
from los_domain.shared.errors import ProviderUnavailable


@attrs.frozen
class Seat:
    """One vendor of the sandbox: its name there and here, what it serves, where it posts to, and our settings for it."""

    vendor: str
    name: str
    kinds: tuple[ProviderKind, ...]
    config: Callable[[Mapping[str, str]], Mapping[str, Any]]
    posts_to: str = ""
    """Path below the API's address; ``{path}`` is the provider's secret one."""


_K = ProviderKind
_RECEIPTS = "/api/v1/webhook/messages/{path}"

SEATS: Sequence[Seat] = (
    Seat(
        "gupshup",
        "GUPSHUP",
        (_K.SMS,),
        lambda known: {
            "userid": known["userid"],
            "password": known["password"],
            "base_url": known["baseUrl"],
        },
        _RECEIPTS,
    ),
    Seat(
        "msg91",
        "MSG91",
        (_K.SMS,),
        lambda known: {"authkey": known["authkey"], "base_url": known["baseUrl"]},
        _RECEIPTS,
    ),
    Seat(
        "sendgrid",
        "SENDGRID",
        (_K.EMAIL,),
        lambda known: {
            "api_key": known["apiKey"],
            "base_url": known["baseUrl"],
            "event_public_keys": [known["eventPublicKey"]],
        },
        _RECEIPTS,
    ),
    Seat(
        "digitap",
        "DIGITAP",
        (_K.KYC, _K.EMPLOYMENT, _K.PENNY_DROP),
        lambda known: {
            "client_id": known["clientId"],
            "client_secret": known["clientSecret"],
            "kyc_url": known["baseUrl"],
            "aadhaar_url": known["baseUrl"],
            "employment_url": known["baseUrl"],
            "penny_drop_url": known["baseUrl"],
        },
    ),
    Seat(
        "equifax",
        "EQUIFAX",
        (_K.CREDIT_BUREAU,),
        lambda known: {
            "customer_id": known["customerId"],
            "user_id": known["userId"],
            "member_number": known["memberNumber"],
            "password": known["password"],
            "security_code": known["securityCode"],
            "url": known["url"],
        },
    ),
    Seat(
        "cart",
        "CART",
        (_K.BSA,),
        lambda known: {"base_url": known["baseUrl"], "token": known["authToken"], "reference_field": "referenceId"},
    ),
    Seat(
        "signzy",
        "SIGNZY",
        (_K.ESIGN,),
        lambda known: {
            "access_token": known["accessToken"],
            "callback_secret": known["callbackSecret"],
            "base_url": known["baseUrl"],
        },
    ),
    Seat(
        "razorpay",
        "RAZORPAY",
        (_K.COLLECTION,),
        lambda known: {
            "key_id": known["keyId"],
            "key_secret": known["keySecret"],
            "webhook_secrets": [known["webhookSecret"]],
            "base_url": known["baseUrl"],
        },
        "/api/v1/webhook/razorpay",
    ),
    Seat(
        "idfc",
        "IDFC",
        (_K.DISBURSEMENT,),
        lambda known: {
            "client_id": known["clientId"],
            "key_id": known["kid"],
            "source": known["source"],
            "debit_account": known["debitAccount"],
            "remitter_name": "SANDBOX LENDER",
            "private_key": known["privateKeyPem"],
            "encryption_key": known["aesKeyHex"],
            "token_url": known["tokenUrl"],
            "audience": known["audience"],
            "base_url": known["baseUrl"],
        },
    ),
)
"""Primaries first: an SMS goes by Gupshup and falls over to MSG91."""


def connect(application: Application, scope: BrandScope, *, sandbox_url: str, public_url: str) -> list[BrandProvider]:
    """Open an account at every vendor of the sandbox and add it to the brand. Raises ProviderUnavailable if none answers there."""
    ids = application.core.ids
    made: list[BrandProvider] = []
    with httpx.Client(base_url=sandbox_url, trust_env=False, timeout=10.0) as sandbox:
        for seat in SEATS:
            path = ids.secret().lower()
            asked = {"vendor": seat.vendor}
            if seat.posts_to:
                asked["webhookUrl"] = public_url + seat.posts_to.format(path=path)
            try:
                answer = sandbox.post("/_sandbox/accounts", json=asked)
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise ProviderUnavailable(
                    f"no sandbox gives accounts at {sandbox_url}: {type(error).__name__}"
                ) from None
            # What a call-back is to carry is ours to choose; the sandbox echoes it.
            known = {"callbackSecret": ids.secret(), **answer.json()}
            for place, kind in enumerate(seat.kinds):
                wish = ProviderWish(kind, seat.name, seat.config(known))
                own = path if place == 0 else ""
                made.append(application.brand.save_provider(scope, wish, webhook_path=own))
    return made
