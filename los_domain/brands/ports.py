"""Asking outside systems on behalf of a brand: which provider, in what order, and what is remembered of every try."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import attrs

from los_domain.brands.model import Attempt, BrandProvider
from los_domain.brands.model import Effect as Effect
from los_domain.brands.model import Subject as Subject
from los_domain.brands.providers import ProviderKind
from los_domain.settings.ports import SettingsReader as SettingsReader
from los_domain.shared.actor import BrandScope
from los_domain.shared.belonging import VendorRefs as VendorRefs
from los_domain.shared.ids import AttemptId, ProviderId, VendorRef
from los_domain.shared.outcome import Outcome
from los_domain.shared.work import Work

T = TypeVar("T")


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
        ref: VendorRef | None = None,
    ) -> Asked[T]:
        """
        Return what *by(adapter, ref)* came to: Done or another definite answer of the first provider that gave one.

        The next provider is asked after NotSent, RateLimited, Misconfigured and an open circuit; after Unknown only as *effect*
        allows. Where all fail, the last outcome is returned. Waits 8 seconds a call at most when a request asks, 30 in a worker:
        then the outcome is Unknown. *ref*: the one reference that every provider is given, where one was committed before; else a
        fresh one each. Raises NoProvider.
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


class Attempts(Protocol):
    """Calls to vendors, one row each. Brand scope."""

    def open(self, attempt: Attempt) -> None:
        """Store an attempt before its call."""
        ...

    def close(self, attempt: Attempt) -> None:
        """Write what the call came to."""
        ...

    def has_used(self, provider: ProviderId) -> bool:
        """Return whether the provider was ever asked anything."""
        ...


class AttemptsOf(Protocol):
    """What was asked about one subject, for whoever comes after a crash. Brand scope."""

    def about(self, subject: Subject) -> Sequence[Attempt]:
        """Return the calls about *subject*, oldest first, open ones among them."""
        ...

    def subject_of(self, ref: str) -> Subject | None:
        """Return what our reference *ref* was about, or None."""
        ...


class ProviderStore(Protocol):
    """The providers of one brand. Brand scope."""

    def all(self, *, lock: bool = False) -> Sequence[BrandProvider]:
        """Return every provider of the brand by kind and rank; with *lock* no other writer comes between."""
        ...

    def add(self, provider: BrandProvider) -> None:
        """Store a new one."""
        ...

    def save(self, provider: BrandProvider) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...

    def remove(self, provider: ProviderId) -> None:
        """Delete it."""
        ...


class ProviderCatalogue(Protocol):
    """The vendors that the system can speak to, and how each is configured."""

    def checked(
        self, name: str, kind: ProviderKind, sent: Mapping[str, Any], kept: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """
        Return a config as it is to be kept. A secret sent back masked is the *kept* one.

        Raises Invalid for an unknown vendor, one that does not serve *kind*, and with every field of the config that is wrong.
        """
        ...

    def shown(self, name: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *config* with its secrets masked."""
        ...


class ProviderWork(Work, Protocol):
    """What changing providers touches."""

    @property
    def providers(self) -> ProviderStore:
        """Providers of the brand."""
        ...

    @property
    def attempts(self) -> Attempts:
        """Calls made."""
        ...


class AttemptWork(Work, Protocol):
    """What asking a vendor writes, before and after."""

    @property
    def attempts(self) -> Attempts:
        """Calls made."""
        ...
