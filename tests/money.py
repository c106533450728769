"""A brand whose bank and gateway are the running sandbox, and its borrower's account there."""

from typing import Any

import attrs

from los_adapters.bootstrap import Application
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.disbursement.ports import Payee
from los_domain.shared.actor import BrandScope
from los_domain.shared.identifiers import AccountNumber, Ifsc, Phone
from los_domain.shared.ids import BankAccountId, CustomerId, ProviderId
from tests.services import SomeBrand


def idfc_config(known: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return the settings of an IDFC account that the sandbox opened."""
    return {
        "client_id": known["clientId"],
        "key_id": known["kid"],
        "source": known["source"],
        "debit_account": known["debitAccount"],
        "remitter_name": "DEMO NBFC",
        "private_key": known["privateKeyPem"],
        "encryption_key": known["aesKeyHex"],
        "token_url": known["tokenUrl"],
        "audience": known["audience"],
        "base_url": known["baseUrl"],
        "read_seconds": 1.5,
        **changed,
    }


def razorpay_config(known: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return the settings of a Razorpay account that the sandbox opened."""
    return {
        "key_id": known["keyId"],
        "key_secret": known["keySecret"],
        "webhook_secrets": [known["webhookSecret"]],
        "base_url": known["baseUrl"],
        "read_seconds": 1.5,
        **changed,
    }


def use(
    application: Application, brand: SomeBrand, kind: ProviderKind, name: str, config: dict[str, Any]
) -> ProviderId:
    """Let *brand* use a provider."""
    return application.brand.save_provider(brand.scope(), ProviderWish(kind, name, config)).id


@attrs.define
class ProvedAccount:
    """disbursement.Payees for tests: one account that any penny reaches, or an error to raise instead."""

    account: str = "50100000001001"
    ifsc: str = "SBXB0000411"
    refusal: Exception | None = None
    asked: int = 0

    def proved(self, scope: BrandScope, customer: CustomerId, account: BankAccountId) -> Payee:
        self.asked += 1
        if self.refusal is not None:
            raise self.refusal
        return self.known(scope, customer, account)

    def known(self, scope: BrandScope, customer: CustomerId, account: BankAccountId) -> Payee:
        name = "Anaya Deshmukh"
        return Payee(
            account, AccountNumber(self.account), Ifsc(self.ifsc), name, Phone("9876543210"), "anaya@example.com"
        )
