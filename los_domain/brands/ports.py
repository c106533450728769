"""Asking outside systems on behalf of a brand: which provider, in what order, and what is remembered of every try."""

from collections.abc import Callable
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import attrs

from los_domain.brands.providers import ProviderKind
from los_domain.shared.actor import BrandScope
from los_domain.shared.ids import AttemptId, ProviderId, VendorRef
from los_domain.shared.outcome import Outcome

T = TypeVar("T")


class Effect(Enum):
    """What a call does at the vendor, which decides when the next provider may be asked and when a call may be repeated."""

    LOOK_UP = "look_up"  # free of effect (though perhaps billed): any silence may be followed by another try elsewhere
    ONCE = "once"  # has an effect that must not be doubled: only what certainly was not taken may be tried elsewhere
    WORTH_A_DOUBLE = "worth_a_double"  # a one-time password: better twice than never


@attrs.frozen
class Subject:
    """What a call is about: ``Subject("loan", loan_id)``. Attempts are found by it."""

    kind: str
    id: UUID


@attrs.frozen
class Asked(Generic[T]):
    """One settled call: the outcome of the last provider asked, and which attempt it was."""

    outcome: Outcome[T]
    attempt: AttemptId
    provider: ProviderId
    name: str  # ``RAZORPAY``
    ref: VendorRef  # our reference at the vendor


class NoProvider(Exception):
    """The brand has no active provider of this kind. A fault of configuration, told to staff."""

    def __init__(self, kind: ProviderKind) -> None:
        super().__init__(f"the brand has no active provider for {kind.value}: add one under settings, providers")
        self.kind = kind


class Providers(Protocol):
    """
    The one door to vendors. Never used inside a unit of work.

    An attempt row (brand, kind, call, provider, our random reference, subject) is committed before each call and its outcome after
    it, so that a call cut short is seen by whoever looks next. The brand's primary is asked first, then by rank; a provider whose
    circuit is open is passed over; each vendor has a bulkhead, so that calls that hang hold up nobody else.
    """

    def ask(
        self,
        scope: BrandScope,
        kind: ProviderKind,
        call: str,
        subject: Subject,
        by: Callable[[Any, VendorRef], Outcome[T]],
        *,
        effect: Effect,
    ) -> Asked[T]:
        """
        Return what *by(adapter, ref)* came to: Done or another definite answer of the first provider that gave one.

        The next provider is asked after NotSent, RateLimited, Misconfigured and an open circuit; after Unknown only as *effect*
        allows. Where all fail, the last outcome is returned. Waits 8 seconds a call at most when a request asks, 30 in a worker:
        then the outcome is Unknown. Raises NoProvider.
        """
        ...

    def ask_again(
        self,
        scope: BrandScope,
        provider: ProviderId,
        call: str,
        subject: Subject,
        by: Callable[[Any, VendorRef], Outcome[T]],
        *,
        ref: VendorRef | None = None,
    ) -> Asked[T]:
        """Ask that very provider, also one switched off since, about a transfer, envelope or job of its own. *ref*: use this one again."""
        ...

    def reader(self, scope: BrandScope, provider: ProviderId) -> Any:
        """Return the provider's adapter for reading what it posted (signatures, receipts): pure, no call is made. Raises NotFound."""
        ...


class SettingsReader(Protocol):
    """Reads a brand's settings pages; a page never saved is its class's defaults."""

    def page(self, scope: BrandScope, kind: type[T]) -> T:
        """Return the newest version of the page class *kind*, which declares its name in ``PAGE``."""
        ...


class VendorRefs(Protocol):
    """Which brand and object a vendor's reference belongs to; how a call-back finds its brand. Part of the unit of work."""

    def add(self, vendor: str, ref: str, *, object_kind: str, object_id: UUID, provider: ProviderId) -> None:
        """Remember *ref* in this transaction; the same again changes nothing."""
        ...
