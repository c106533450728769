"""
Every vendor the system can speak to, by the name that brands write. A new vendor file adds one line here and nothing elsewhere.

A vendor that serves several kinds from several files is one provider to a brand: one row, one config, one set of credentials.
"""

from collections.abc import Iterable, Mapping

from los_adapters.agreements import signzy
from los_adapters.banking import cart
from los_adapters.banking import digitap as digitap_penny_drop
from los_adapters.bureau import equifax
from los_adapters.customers import digitap as digitap_employment
from los_adapters.disbursement import idfc
from los_adapters.kyc import digitap as digitap_kyc
from los_adapters.messaging import brevo, gupshup, msg91, sendgrid, smsgatewayhub, zeptomail
from los_adapters.payments import razorpay
from los_adapters.wire.provider import Provider
from los_domain.brands.providers import ProviderKind

PARTS: tuple[Provider, ...] = (
    brevo.PROVIDER,
    cart.PROVIDER,
    digitap_employment.PROVIDER,
    digitap_kyc.PROVIDER,
    digitap_penny_drop.PROVIDER,
    equifax.PROVIDER,
    gupshup.PROVIDER,
    idfc.PROVIDER,
    msg91.PROVIDER,
    razorpay.PROVIDER,
    sendgrid.PROVIDER,
    signzy.PROVIDER,
    smsgatewayhub.PROVIDER,
    zeptomail.PROVIDER,
)
"""One for each vendor file, as declared there; ``try_calls`` of a part are made on what builds that part."""


def together(parts: Iterable[Provider]) -> Provider:
    """
    Return one provider out of the parts of one vendor.

    Raises:
        ValueError: if names or configs differ, or two parts serve one kind.
    """
    first, *others = parts
    for part in others:
        if part.name != first.name or part.config is not first.config:
            raise ValueError(f"{part.name} is not {first.name}, or has another config")
    kinds = [(kind, part) for part in (first, *others) for kind in part.kinds]
    if len({kind for kind, _ in kinds}) != len(kinds):
        raise ValueError(f"two files of {first.name} serve one kind")
    if not others:
        return first
    return Provider(
        name=first.name,
        kinds=frozenset(kind for kind, _ in kinds),
        config=first.config,
        build={kind: part.for_kind(kind) for kind, part in kinds},
        facts=tuple(dict.fromkeys(fact for part in (first, *others) for fact in part.facts)),
        try_calls={name: call for part in (first, *others) for name, call in part.try_calls.items()},
    )


def _catalogue() -> dict[str, Provider]:
    names = sorted({part.name for part in PARTS})
    return {name: together(part for part in PARTS if part.name == name) for name in names}


CATALOGUE: Mapping[str, Provider] = _catalogue()


def serving(kind: ProviderKind) -> tuple[str, ...]:
    """Return the names of the vendors that serve *kind*."""
    return tuple(name for name, provider in CATALOGUE.items() if kind in provider.kinds)


def part_for(name: str, call: str) -> tuple[Provider, ProviderKind]:
    """Return the part of vendor *name* that has the harmless *call*, and a kind that builds it. Raises KeyError naming what there is."""
    for part in PARTS:
        if part.name == name and call in part.try_calls:
            return part, min(part.kinds, key=lambda kind: kind.value)
    known = sorted(known for part in PARTS if part.name == name for known in part.try_calls)
    raise KeyError(f"{name} has no call {call}; it has {', '.join(known) or 'none'}")
