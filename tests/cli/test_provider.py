"""``los provider``: adding, listing, connecting to the sandbox, the table of a vendor, and one harmless call."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from typer.testing import CliRunner

from los_adapters.bootstrap import Application
from los_cli import provider
from los_cli.main import _connected, _facts
from tests.connected import Connected
from tests.services import SomeBrand, a_lender_and_brand


@attrs.frozen
class Opened:
    """An installation that is open already."""

    running: Application

    def __call__(self) -> "Opened":
        return self

    @contextmanager
    def application(self) -> Iterator[Application]:
        yield self.running


Run = Callable[..., Any]


@pytest.fixture
def los(connected: Connected) -> Run:
    commands = provider.app(Opened(connected.application), _facts, _connected)  # type: ignore[arg-type]

    def run(*words: str, given: str = "", code: int = 0) -> Any:
        done = CliRunner().invoke(commands, [*words], input=given or None)
        assert done.exit_code == code, done.output
        return done.stdout

    return run


@pytest.fixture
def brand(connected: Connected) -> SomeBrand:
    return a_lender_and_brand(connected.application)


def test_a_provider_is_added_from_its_settings_and_no_secret_is_printed(los: Run, brand: SomeBrand) -> None:
    settings = json.dumps({"userid": "2000123456", "password": "letmein"})
    made = json.loads(los("add", brand.subdomain, "SMS", "gupshup", "--json", given=settings))
    assert (made["kind"], made["name"], made["rank"]) == ("SMS", "GUPSHUP", 0)
    listed = los("list", brand.subdomain, "--json")
    assert [one["name"] for one in json.loads(listed)] == ["GUPSHUP"]
    assert "letmein" not in listed
    los("add", brand.subdomain, "SMS", "gupshup", given="no json", code=2)


def test_one_command_opens_an_account_at_every_vendor(los: Run, brand: SomeBrand) -> None:
    made = json.loads(los("connect", brand.subdomain, "--json"))
    served = {(one["kind"], one["name"], one["rank"]) for one in made}
    assert {("SMS", "GUPSHUP", 0), ("SMS", "MSG91", 1), ("ESIGN", "SIGNZY", 0), ("KYC", "DIGITAP", 0)} <= served
    assert len(made) == 11


def test_the_table_of_a_vendor_names_what_is_inferred_and_its_setting(los: Run) -> None:
    table = json.loads(los("facts", "signzy", "--json"))
    assert all(row["setting"] for row in table if row["evidence"] == "inferred")
    los("facts", "nobody", code=2)


def test_a_harmless_call_is_shown_field_by_field_without_values(los: Run, connected: Connected) -> None:
    tried = json.loads(los("try", connected.brand.subdomain, "gupshup", "send_without_text", "--json"))
    assert tried["outcome"] == "MISCONFIGURED"
    assert tried["exchanges"] == [f"POST {connected.sandbox.url}/gupshup/GatewayAPI/rest: 200"]
    fields = {one["path"]: one for one in tried["fields"]}
    assert fields["response.id"] == {"path": "response.id", "shape": "999", "inTable": True}
    assert "letmein" not in json.dumps(tried)
