"""
What every vendor file declares, so that registry, settings screens and ``los provider`` know it without naming it anywhere else.

A vendor file ends with one ``PROVIDER = Provider(...)``. Its config is an attrs class: one field a setting, secrets marked with
``secret()``. What the vendor's public pages do not settle (a path, a field name, a code table) is a field of the config too, with
the best guess as default, and appears in ``facts`` as INFERRED.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import attrs

from los_adapters.wire.http import Wire
from los_domain.brands.providers import ProviderKind


class Evidence(Enum):
    """How sure a wire fact is."""

    PUBLIC = "public"  # the vendor's own page
    SEEN = "seen"  # in public integrations, or computed
    INFERRED = "inferred"  # made up to be complete: a setting of the config names it


@attrs.frozen
class Fact:
    """One row of a vendor's wire table: our word, the vendor's path or field, how sure, and the config field that changes it."""

    ours: str
    wire: str
    evidence: Evidence
    setting: str = ""
    note: str = ""


def secret(**kwargs: Any) -> Any:
    """Return an attrs field that is never shown: hidden in repr, write-only in settings, encrypted in the database."""
    return attrs.field(repr=False, metadata={"secret": True}, **kwargs)


def secrets_of(config: type[attrs.AttrsInstance]) -> frozenset[str]:
    """Return the names of the secret fields of a config class."""
    return frozenset(f.name for f in attrs.fields(config) if f.metadata.get("secret"))


@attrs.frozen
class Provider:
    """One vendor for one or more kinds of need."""

    name: str  # as brands write it, upper case: ``DIGITAP``
    kinds: frozenset[ProviderKind]
    config: type[attrs.AttrsInstance]
    build: Callable[[Any, Wire], Any] | Mapping[ProviderKind, Callable[[Any, Wire], Any]]
    """(config, wire) -> adapter; a mapping where different kinds are served by different files."""
    facts: tuple[Fact, ...] = ()
    try_calls: Mapping[str, Callable[[Any], Any]] = attrs.field(factory=dict)  # harmless calls for ``los provider try``

    def for_kind(self, kind: ProviderKind) -> Callable[[Any, Wire], Any]:
        """Return what builds the adapter that serves *kind*. Raises KeyError if this vendor does not."""
        if kind not in self.kinds:
            raise KeyError(f"{self.name} does not serve {kind.value}")
        return self.build[kind] if isinstance(self.build, Mapping) else self.build
