"""
The one door to vendors: which provider, in what order, with what patience, and a row for every try.

A vendor has a few lines of its own (its bulkhead): calls that hang hold those and nothing else. A provider that keeps failing, or
whose account does not let us in, is passed over for a while (its circuit). Both are known to one process only: they save waiting and
prove nothing; the attempt rows do that.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs
import httpx
import sqlalchemy as sa

from los_adapters.brands.tables import brand_providers
from los_adapters.shared.database import Database, Read
from los_adapters.shared.tables import data_keys
from los_adapters.shared.vault import Place, Vault
from los_adapters.wire.config import structure
from los_adapters.wire.http import Wire, deadline
from los_adapters.wire.provider import Provider
from los_domain.brands.model import Attempt, Effect, Subject
from los_domain.brands.policy import OUTCOME_WORDS, Circuit, detail_of, entered, may_ask_next, settled
from los_domain.brands.ports import Asked, AttemptWork, NoProvider
from los_domain.brands.providers import ProviderKind
from los_domain.shared.actor import ActorKind, BrandScope
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import Invalid, NotFound
from los_domain.shared.ids import AttemptId, Ids, ProviderId, VendorRef
from los_domain.shared.outcome import Done, Misconfigured, MisconfiguredIn, NotSent, Outcome, Unknown
from los_domain.shared.work import Begin

T = TypeVar("T")

LINES: Final = 6
"""Calls to one vendor at the same time, in one process."""


@attrs.frozen
class Patience:
    """Seconds to wait for an answer, and for a free line before it."""

    call_seconds: float
    line_seconds: float


PEOPLE = Patience(call_seconds=8.0, line_seconds=0.25)
MACHINES = Patience(call_seconds=30.0, line_seconds=5.0)


def patience_with(scope: BrandScope) -> Patience:
    """Return how long *scope*'s actor can wait: a person at a screen briefly, a worker longer."""
    waits = scope.actor.kind in (ActorKind.BORROWER, ActorKind.STAFF, ActorKind.API_KEY)
    return PEOPLE if waits else MACHINES


_P, _K = brand_providers.c, data_keys.c
_ROWS = (
    sa.select(_P.id, _P.kind, _P.name, _P.version, _P.config, _K.id, _K.wrapped)
    .join(
        data_keys,
        sa.and_(_K.brand_id == _P.brand_id, _K.owner_kind == sa.literal("brand"), _K.owner_id == _P.brand_id),
    )
    .where(_P.brand_id == sa.bindparam("brand", type_=_P.brand_id.type))
)
_ASKABLE = Read.of(
    _ROWS.where(_P.kind == sa.bindparam("kind"), _P.is_active, sa.not_(_P.is_disabled)).order_by(_P.rank)
)
_ONE = Read.of(_ROWS.where(_P.id == sa.bindparam("id", type_=_P.id.type)))

_NAMED = Read.of(_ROWS.where(_P.name == sa.bindparam("name")).order_by(_P.kind))


@attrs.frozen
class _Known:
    """A provider as the database has it now."""

    id: ProviderId
    kind: ProviderKind
    name: str
    version: int
    config: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def edition(self) -> tuple[UUID, int]:
        """What adapter and circuit hang on: saved anew, a provider begins anew."""
        return self.id, self.version


@attrs.frozen
class _Lines:
    """One vendor's bulkhead. The client's connections are the vendor's own too."""

    threads: ThreadPoolExecutor
    free: threading.Semaphore
    client: httpx.Client

    @classmethod
    def of(cls, vendor: str, count: int) -> "_Lines":
        return cls(
            ThreadPoolExecutor(count, thread_name_prefix=f"vendor-{vendor.lower()}"),
            threading.Semaphore(count),
            # Proxies of the environment are not ours to send a borrower's data through.
            httpx.Client(trust_env=False, limits=httpx.Limits(max_connections=2 * count)),
        )

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.client.close()


@attrs.define
class Router:
    """brands.Providers over the vendors of the catalogue."""

    begin: Begin[BrandScope, AttemptWork]
    database: Database
    vault: Vault
    ids: Ids
    wall: WallClock
    vendors: Mapping[str, Provider]
    observe: Callable[[str, str, str, str, float], None] = lambda *_: None
    patience: Callable[[BrandScope], Patience] = patience_with
    lines: int = LINES
    _lines: dict[str, _Lines] = attrs.field(factory=dict, init=False)
    _circuits: dict[tuple[UUID, int], Circuit] = attrs.field(factory=dict, init=False)
    _adapters: dict[UUID, tuple[int, Any]] = attrs.field(factory=dict, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    # -- the port ---------------------------------------------------------------------------------------------------

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
        """Return what *by* came to at the first provider that gave a definite answer."""
        known = self._read(scope, _ASKABLE, {"kind": kind.value})
        if not known:
            raise NoProvider(kind)
        asked: Asked[T] | None = None
        for provider in known:
            answer = self._try(scope, provider, call, subject, by, ref or self.ids.vendor_ref())
            if answer is None:
                continue
            asked = answer
            if not may_ask_next(answer.outcome, effect):
                return answer
        return asked or self._passed_over(scope, known[0], call, subject, ref or self.ids.vendor_ref())

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
        """Ask that very provider."""
        known, own = self._one(scope, provider), ref or self.ids.vendor_ref()
        answer = self._try(scope, known, call, subject, by, own)
        return answer or self._passed_over(scope, known, call, subject, own)

    def reader(self, scope: BrandScope, provider: ProviderId) -> Any:
        """Return the provider's adapter."""
        return self._adapter(self._one(scope, provider))

    def config_of(self, scope: BrandScope, name: str) -> Any:
        """Return the settings of the brand's provider of vendor *name*, whatever it is used for. Raises NotFound."""
        found = self._read(scope, _NAMED, {"name": name})
        if not found:
            raise NotFound(f"the brand has no provider {name}")
        return structure(self.vendors[name].config, found[0].config)

    def close(self) -> None:
        """Let go of threads and connections; calls under way end by themselves."""
        with self._lock:
            for lines in self._lines.values():
                lines.close()

    # -- one try ------------------------------------------------------------------------------------------------------

    def _try(
        self,
        scope: BrandScope,
        provider: _Known,
        call: str,
        subject: Subject,
        by: Callable[[Any, VendorRef], Outcome[T]],
        ref: VendorRef,
    ) -> Asked[T] | None:
        """Ask *provider* between two rows; None if it is passed over: its lines are taken, or its circuit is open."""
        patience, lines = self.patience(scope), self._lines_of(provider.name)
        if not lines.free.acquire(timeout=patience.line_seconds):
            return None
        is_lent = False
        try:
            if not self._enter(provider):
                return None
            attempt = self._open(scope, provider, call, subject, ref)

            def work() -> Outcome[T]:
                try:
                    with deadline(patience.call_seconds):
                        return by(self._adapter(provider), ref)
                except Invalid:  # settings of another release
                    return Misconfigured(MisconfiguredIn.ACCOUNT, "settings", "the stored settings do not hold")
                finally:
                    lines.free.release()

            future = lines.threads.submit(copy_context().run, work)
            is_lent = True
        finally:
            if not is_lent:
                lines.free.release()
        outcome: Outcome[T]
        try:
            outcome = future.result(patience.call_seconds)
        except TimeoutError:
            outcome = Unknown(f"no answer within {patience.call_seconds:g} seconds")
        except Exception as fault:
            self._settle(scope, provider, attempt, Unknown(f"fault of ours: {type(fault).__name__}"))
            raise
        self._settle(scope, provider, attempt, outcome)
        return Asked(outcome, attempt.id, provider.id, provider.name, ref)

    def _passed_over(
        self, scope: BrandScope, provider: _Known, call: str, subject: Subject, ref: VendorRef
    ) -> Asked[Any]:
        """Note that nobody could be asked: *provider* stands for all of them."""
        outcome = NotSent("passed over: its lines are taken or its circuit is open")
        attempt = self._open(scope, provider, call, subject, ref)
        self._close(scope, attempt, outcome)
        return Asked(outcome, attempt.id, provider.id, provider.name, ref)

    def _open(self, scope: BrandScope, provider: _Known, call: str, subject: Subject, ref: VendorRef) -> Attempt:
        attempt = Attempt(
            id=AttemptId(self.ids.new()),
            ref=ref,
            kind=provider.kind,
            call=call,
            provider=provider.name,
            provider_id=provider.id,
            subject=subject,
            started_at=self.wall.now(),
        )
        with self.begin(_alone(scope)) as work:
            work.attempts.open(attempt)
        return attempt

    def _settle(self, scope: BrandScope, provider: _Known, attempt: Attempt, outcome: Outcome[Any]) -> None:
        with self._lock:
            before = self._circuits.get(provider.edition, Circuit())
            self._circuits[provider.edition] = settled(before, outcome, now=self.wall.now())
        self._close(scope, attempt, outcome)

    def _close(self, scope: BrandScope, attempt: Attempt, outcome: Outcome[Any]) -> None:
        with self.begin(_alone(scope)) as work:
            work.attempts.close(
                attrs.evolve(
                    attempt,
                    outcome=OUTCOME_WORDS[type(outcome)],
                    detail=detail_of(outcome),
                    provider_reference=outcome.provider_reference if isinstance(outcome, Done) else "",
                    finished_at=self.wall.now(),
                )
            )

    def _enter(self, provider: _Known) -> bool:
        with self._lock:
            inside = entered(self._circuits.get(provider.edition, Circuit()), now=self.wall.now())
            if inside is not None:
                self._circuits[provider.edition] = inside
            return inside is not None

    # -- providers ----------------------------------------------------------------------------------------------------

    def _read(self, scope: BrandScope, read: Read, values: Mapping[str, Any]) -> Sequence[_Known]:
        found = []
        for identity, kind, name, version, sealed, key_id, wrapped in self.database.read(
            scope, read, {"brand": scope.brand, **values}
        ):
            place = Place("brand_providers", "config", scope.brand, str(identity))
            opened = self.vault.open(self.vault.unwrap(key_id, wrapped), bytes(sealed), place)
            found.append(_Known(ProviderId(identity), ProviderKind(kind), name, version, json.loads(opened)))
        return found

    def _one(self, scope: BrandScope, provider: ProviderId) -> _Known:
        found = self._read(scope, _ONE, {"id": provider})
        if not found:
            raise NotFound("no such provider")
        return found[0]

    def _adapter(self, provider: _Known) -> Any:
        """Return the adapter, one for each edition of a provider: some hold a token between calls."""
        with self._lock:
            version, adapter = self._adapters.get(provider.id, (0, None))
        if version != provider.version:
            vendor = self.vendors[provider.name]
            wire = Wire(self._lines_of(provider.name).client, self.observe)
            adapter = vendor.for_kind(provider.kind)(structure(vendor.config, provider.config), wire)
            with self._lock:
                self._adapters[provider.id] = (provider.version, adapter)
        return adapter

    def _lines_of(self, vendor: str) -> _Lines:
        with self._lock:
            if vendor not in self._lines:
                self._lines[vendor] = _Lines.of(vendor, self.lines)
            return self._lines[vendor]


def _alone(scope: BrandScope) -> BrandScope:
    """The scope of an attempt's own transactions: the request's key and the consumer's event are for the use case's."""
    return attrs.evolve(scope, once=None, delivery=None)
