"""The list of vendors: complete, consistent, and every vendor's settings fit for a screen."""

import pkgutil
from importlib import import_module

import attrs
import pytest

import los_adapters
from los_adapters.shared.providers_catalogue import CATALOGUE, PARTS, part_for, serving, together
from los_adapters.wire.config import schema
from los_adapters.wire.provider import Evidence, Provider, secrets_of
from los_domain.brands.providers import ProviderKind


def test_no_vendor_file_is_forgotten() -> None:
    declared = set()
    for module in pkgutil.walk_packages(los_adapters.__path__, "los_adapters."):
        if module.name.count(".") == 2 and not module.ispkg and "migrations" not in module.name:
            found = getattr(import_module(module.name), "PROVIDER", None)
            if isinstance(found, Provider):
                declared.add((module.name, found.name))
    assert sorted(name for _, name in declared) == sorted(part.name for part in PARTS)


def test_one_vendor_of_several_files_is_one_provider() -> None:
    digitap = CATALOGUE["DIGITAP"]
    assert digitap.kinds == {ProviderKind.KYC, ProviderKind.PENNY_DROP, ProviderKind.EMPLOYMENT}
    assert {kind: digitap.for_kind(kind).__name__ for kind in digitap.kinds} == {
        ProviderKind.KYC: "DigitapKyc",
        ProviderKind.PENNY_DROP: "DigitapPennyDrop",
        ProviderKind.EMPLOYMENT: "DigitapEmployment",
    }
    with pytest.raises(KeyError, match="DIGITAP does not serve SMS"):
        digitap.for_kind(ProviderKind.SMS)
    assert serving(ProviderKind.SMS) == ("GUPSHUP", "MSG91", "SMSGATEWAYHUB")


def test_parts_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="is not"):
        together((CATALOGUE["GUPSHUP"], CATALOGUE["MSG91"]))
    with pytest.raises(ValueError, match="serve one kind"):
        together((CATALOGUE["GUPSHUP"], CATALOGUE["GUPSHUP"]))


def test_a_harmless_call_is_made_on_the_part_that_has_it() -> None:
    part, kind = part_for("DIGITAP", "penny_drop_status")
    assert (part.kinds, kind) == ({ProviderKind.PENNY_DROP}, ProviderKind.PENNY_DROP)
    with pytest.raises(KeyError, match="find_employment, penny_drop_status, verify_pan"):
        part_for("DIGITAP", "nothing")


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_each_vendor_is_declared_whole(name: str) -> None:
    provider = CATALOGUE[name]
    assert provider.name == name == name.upper()
    fields = {field.name for field in attrs.fields(provider.config)}
    assert {fact.setting for fact in provider.facts} - {""} <= fields
    assert provider.facts
    described = schema(provider.config)
    assert set(described["properties"]) == fields
    for hidden in secrets_of(provider.config):
        assert described["properties"][hidden]["writeOnly"] is True
        assert "default" not in described["properties"][hidden]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_what_is_inferred_can_be_corrected(name: str) -> None:
    unsettled = [
        f"{fact.ours}: {fact.wire}"
        for fact in CATALOGUE[name].facts
        if fact.evidence is Evidence.INFERRED and not fact.setting
    ]
    assert unsettled == []
