"""The declarations of the vendors of money, signing, statements and bureaus: complete, structured from JSON, silent about secrets."""

import json

import attrs
import pytest

from los_adapters.agreements import signzy
from los_adapters.banking import cart
from los_adapters.bureau import equifax
from los_adapters.disbursement import idfc
from los_adapters.payments import razorpay
from los_adapters.wire.config import MASK, public_view, schema, stored, structure
from los_adapters.wire.provider import Evidence, Provider, secrets_of
from los_domain.shared.errors import Invalid

GIVEN = {
    "SIGNZY": {"access_token": "s3cret-a", "callback_secret": "s3cret-b"},
    "CART": {"base_url": "http://127.0.0.1:9", "token": "s3cret-a"},
    "EQUIFAX": {
        "customer_id": "1",
        "user_id": "u",
        "member_number": "7",
        "password": "s3cret-a",
        "security_code": "s3cret-b",
    },
    "IDFC": {
        "client_id": "c",
        "key_id": "k",
        "source": "LOS",
        "debit_account": "10012345678",
        "remitter_name": "DEMO",
        "private_key": "s3cret-a",
        "encryption_key": "0a" * 32,
    },
    "RAZORPAY": {"key_id": "rzp_test_1", "key_secret": "s3cret-a", "webhook_secrets": ["s3cret-b", "s3cret-c"]},
}
PROVIDERS = [module.PROVIDER for module in (signzy, cart, equifax, idfc, razorpay)]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
class TestDeclaration:
    def test_config_is_read_from_json_and_back(self, provider: Provider) -> None:
        config = structure(provider.config, GIVEN[provider.name])
        assert structure(provider.config, json.loads(json.dumps(stored(config)))) == config
        assert set(schema(provider.config)["required"]) <= set(GIVEN[provider.name])

    def test_secrets_are_shown_nowhere(self, provider: Provider) -> None:
        config = structure(provider.config, GIVEN[provider.name])
        shown = json.dumps(public_view(config)) + repr(config) + json.dumps(schema(provider.config))
        assert not any(secret in shown for secret in ("s3cret", "0a" * 32))
        assert all(public_view(config)[name] == MASK for name in secrets_of(provider.config))

    def test_an_address_is_checked(self, provider: Provider) -> None:
        names = {"base_url", "url", "token_url"} & {field.name for field in attrs.fields(provider.config)}
        assert names
        for name in names:
            with pytest.raises(Invalid, match=name):
                structure(provider.config, GIVEN[provider.name] | {name: "ftp://x"})

    def test_every_inferred_fact_names_a_setting_that_exists(self, provider: Provider) -> None:
        fields = {field.name for field in attrs.fields(provider.config)}
        for fact in provider.facts:
            assert fact.setting in fields | {""}
            assert fact.setting or fact.evidence is not Evidence.INFERRED
