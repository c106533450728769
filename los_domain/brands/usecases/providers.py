"""Choosing the outside services that a brand uses."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from los_domain.brands.model import BrandProvider
from los_domain.brands.policy import ranked, refuse_second, without
from los_domain.brands.ports import ProviderCatalogue, ProviderWork
from los_domain.brands.providers import ProviderKind
from los_domain.shared.actor import BrandScope
from los_domain.shared.audit import AuditEvent, Value, differing
from los_domain.shared.errors import Conflict, FieldProblem, Invalid, NotFound, StaleWrite
from los_domain.shared.ids import Ids, ProviderId
from los_domain.shared.work import Begin


def told(provider: BrandProvider, shown: Mapping[str, Any]) -> Mapping[str, Value]:
    """Return what an audit row keeps of a provider: its place, its switches, and its settings without secrets."""
    return {
        "kind": provider.kind.value,
        "name": provider.name,
        "rank": provider.rank,
        "is_active": provider.is_active,
        "is_disabled": provider.is_disabled,
        **{f"config.{name}": str(value) for name, value in shown.items()},
    }


@attrs.frozen
class ProviderWish:
    """What a provider is to be. *rank* 0 makes it the primary; a large one puts it last."""

    kind: ProviderKind
    name: str
    config: Mapping[str, Any] = attrs.field(repr=False)
    rank: int = 99
    is_active: bool = True
    is_disabled: bool = False


@attrs.frozen
class ListProviders:
    """Show the outside services of a brand, in the order in which they are asked."""

    begin: Begin[BrandScope, ProviderWork]
    catalogue: ProviderCatalogue

    def __call__(self, scope: BrandScope) -> Sequence[BrandProvider]:
        """Return them by kind and rank, every secret masked."""
        with self.begin(scope) as work:
            known = work.providers.all()
        return [attrs.evolve(one, config=self.catalogue.shown(one.name, one.config)) for one in known]


@attrs.frozen
class SaveProvider:
    """Add an outside service to a brand, or change one: its settings, its place in the order, its switches."""

    begin: Begin[BrandScope, ProviderWork]
    catalogue: ProviderCatalogue
    ids: Ids

    def __call__(
        self,
        scope: BrandScope,
        wish: ProviderWish,
        *,
        provider: ProviderId | None = None,
        version: int | None = None,
        webhook_path: str = "",
    ) -> BrandProvider:
        """
        Return the provider as saved.

        Args:
            provider: the one to change, None for a new one. Raises NotFound.
            version: the version that the writer had read, where one is changed. Raises StaleWrite.
            webhook_path: the end of the address that a new one's vendor was already told; else a random one is made.
        Raises Invalid with every setting that is wrong.
        """
        with self.begin(scope) as work:
            known = work.providers.all(lock=True)
            old = next((one for one in known if one.id == provider), None)
            if provider is not None and old is None:
                raise NotFound("no such provider")
            if old is not None and (old.kind is not wish.kind or old.name != wish.name):
                raise Invalid(FieldProblem("name", "a provider stays what it is", "remove it and add another"))
            if old is not None and version != old.version:
                raise StaleWrite("this provider was changed meanwhile: read it again")
            config = self.catalogue.checked(wish.name, wish.kind, wish.config, None if old is None else old.config)
            saved = BrandProvider(
                id=ProviderId(self.ids.new()) if old is None else old.id,
                kind=wish.kind,
                name=wish.name,
                rank=wish.rank,
                is_active=wish.is_active,
                is_disabled=wish.is_disabled,
                config=config,
                webhook_path=old.webhook_path if old else webhook_path or self.ids.secret().lower(),
                version=1 if old is None else old.version,
            )
            refuse_second(known, saved)
            before = {one.id: one for one in known}
            for one in ranked(known, saved):
                if one.id not in before:
                    work.providers.add(one)
                elif one != before[one.id]:
                    work.providers.save(one)
                    one = attrs.evolve(one, version=one.version + 1)
                if one.id == saved.id:
                    saved = one
            changed = differing(
                {} if old is None else told(old, self.catalogue.shown(old.name, old.config)),
                told(saved, self.catalogue.shown(saved.name, saved.config)),
            )
            work.audit.add(AuditEvent("brands.save-provider", "provider", saved.id, *changed))
            return work.finish(saved)


@attrs.frozen
class RemoveProvider:
    """Take a service off a brand. One that was ever asked stays, switched off: what it did must be asked about later."""

    begin: Begin[BrandScope, ProviderWork]
    catalogue: ProviderCatalogue

    def __call__(self, scope: BrandScope, provider: ProviderId) -> None:
        """Raises NotFound, or Conflict for a provider that was used."""
        with self.begin(scope) as work:
            known = work.providers.all(lock=True)
            old = next((one for one in known if one.id == provider), None)
            if old is None:
                raise NotFound("no such provider")
            if work.attempts.has_used(provider):
                raise Conflict(
                    "this provider was asked before, and may be asked about that again: switch it off instead"
                )
            work.providers.remove(provider)
            ranks = {one.id: one.rank for one in known}
            for one in without(known, provider):
                if one.rank != ranks[one.id]:
                    work.providers.save(one)
            work.audit.add(
                AuditEvent(
                    "brands.remove-provider",
                    "provider",
                    provider,
                    before=told(old, self.catalogue.shown(old.name, old.config)),
                )
            )
            work.finish(None)
