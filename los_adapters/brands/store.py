"""Stores of lenders, brands, providers and the calls made to them."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from los_adapters.brands.tables import brand_providers, brands, lenders
from los_adapters.shared.database import UniqueViolation, translated
from los_adapters.shared.store import Context, Seal
from los_adapters.shared.tables import attempts
from los_domain.brands.model import Attempt, Brand, BrandProvider, Lender, Subject
from los_domain.brands.providers import ProviderKind
from los_domain.shared.errors import Conflict, StaleWrite
from los_domain.shared.ids import AttemptId, BrandId, LenderId, ProviderId, VendorRef

_LENDER_BY_NAME = sa.select(lenders).where(lenders.c.name == sa.bindparam("name"))


def brand_to_row(brand: Brand) -> dict[str, Any]:
    """Return the columns of *brand*."""
    return attrs.asdict(brand)


def brand_from_row(row: Mapping[Any, Any]) -> Brand:
    """Return the brand that *row* holds."""
    return Brand(
        id=BrandId(row["id"]),
        lender_id=LenderId(row["lender_id"]),
        name=row["name"],
        subdomain=row["subdomain"],
        is_active=row["is_active"],
        version=row["version"],
    )


def provider_to_row(provider: BrandProvider, seal: Seal) -> dict[str, Any]:
    """Return the columns of *provider*; its settings are sealed whole."""
    return {
        "id": provider.id,
        "kind": provider.kind.value,
        "name": provider.name,
        "rank": provider.rank,
        "is_active": provider.is_active,
        "is_disabled": provider.is_disabled,
        "config": seal.json("config", dict(provider.config)),
        "webhook_path": provider.webhook_path,
        "version": provider.version,
    }


def provider_from_row(row: Mapping[Any, Any], seal: Seal) -> BrandProvider:
    """Return the provider that *row* holds."""
    return BrandProvider(
        id=ProviderId(row["id"]),
        kind=ProviderKind(row["kind"]),
        name=row["name"],
        rank=row["rank"],
        is_active=row["is_active"],
        is_disabled=row["is_disabled"],
        config=seal.open_json("config", row["config"]),
        webhook_path=row["webhook_path"],
        version=row["version"],
    )


def attempt_to_row(attempt: Attempt) -> dict[str, Any]:
    """Return the columns of *attempt*."""
    return {
        "id": attempt.id,
        "ref": attempt.ref,
        "kind": attempt.kind.value,
        "call": attempt.call,
        "provider": attempt.provider,
        "provider_id": attempt.provider_id,
        "subject_kind": attempt.subject.kind,
        "subject_id": attempt.subject.id,
        "outcome": attempt.outcome,
        "detail": attempt.detail,
        "provider_reference": attempt.provider_reference,
        "started_at": attempt.started_at,
        "finished_at": attempt.finished_at,
    }


def attempt_from_row(row: Mapping[Any, Any]) -> Attempt:
    """Return the attempt that *row* holds."""
    return Attempt(
        id=AttemptId(row["id"]),
        ref=VendorRef(row["ref"]),
        kind=ProviderKind(row["kind"]),
        call=row["call"],
        provider=row["provider"],
        provider_id=ProviderId(row["provider_id"]),
        subject=Subject(row["subject_kind"], row["subject_id"]),
        started_at=row["started_at"],
        outcome=row["outcome"],
        detail=row["detail"],
        provider_reference=row["provider_reference"],
        finished_at=row["finished_at"],
    )


@attrs.frozen
class SqlBrands:
    """Lenders and brands. Platform scope."""

    context: Context

    def find_lender(self, name: str) -> Lender | None:
        """Return the lender of this name, or None."""
        row = self.context.connection.execute(_LENDER_BY_NAME, {"name": name}).mappings().one_or_none()
        return Lender(LenderId(row["id"]), row["name"], row["registration_number"]) if row else None

    def add_lender(self, lender: Lender) -> None:
        """Store a new one."""
        self.context.connection.execute(sa.insert(lenders).values(attrs.asdict(lender)))

    def add(self, brand: Brand) -> None:
        """Store a new one. Raises Conflict if the subdomain is taken."""
        try:
            self.context.connection.execute(sa.insert(brands).values(brand_to_row(brand)))
        except sa.exc.IntegrityError as error:
            if isinstance(translated(error.orig), UniqueViolation):
                raise Conflict(f"the subdomain {brand.subdomain} is taken") from None
            raise


@attrs.frozen
class SqlProviders:
    """Providers of one brand, their settings sealed under the brand's key."""

    context: Context

    def _seal(self, provider: ProviderId) -> Seal:
        return self.context.seal(self.context.brand_key(), brand_providers, provider)

    def all(self, *, lock: bool = False) -> Sequence[BrandProvider]:
        """Return every provider, locked against other writers if asked."""
        if lock:
            self.context.lock(f"providers:{self.context.brand}")
        rows = self.context.connection.execute(_ALL, {"brand": self.context.brand}).mappings()
        return [provider_from_row(row, self._seal(row["id"])) for row in rows]

    def add(self, provider: BrandProvider) -> None:
        """Store a new one."""
        self.context.connection.execute(
            sa.insert(brand_providers).values(
                brand_id=self.context.brand, **provider_to_row(provider, self._seal(provider.id))
            )
        )

    def save(self, provider: BrandProvider) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        row = provider_to_row(attrs.evolve(provider, version=provider.version + 1), self._seal(provider.id))
        done = self.context.connection.execute(
            sa.update(brand_providers)
            .where(
                brand_providers.c.brand_id == self.context.brand,
                brand_providers.c.id == provider.id,
                brand_providers.c.version == provider.version,
            )
            .values(row)
        )
        if done.rowcount != 1:
            raise StaleWrite("this provider was changed meanwhile: read it again")

    def remove(self, provider: ProviderId) -> None:
        """Delete it."""
        self.context.connection.execute(
            sa.delete(brand_providers).where(
                brand_providers.c.brand_id == self.context.brand, brand_providers.c.id == provider
            )
        )


_ALL = (
    sa.select(brand_providers)
    .where(brand_providers.c.brand_id == sa.bindparam("brand", type_=brand_providers.c.brand_id.type))
    .order_by(brand_providers.c.kind, brand_providers.c.rank)
)


@attrs.frozen
class SqlAttempts:
    """Calls to vendors, of one brand."""

    context: Context

    def open(self, attempt: Attempt) -> None:
        """Store an attempt before its call."""
        self.context.connection.execute(
            sa.insert(attempts).values(brand_id=self.context.brand, **attempt_to_row(attempt))
        )

    def close(self, attempt: Attempt) -> None:
        """Write what the call came to."""
        self.context.connection.execute(
            sa.update(attempts)
            .where(attempts.c.brand_id == self.context.brand, attempts.c.id == attempt.id)
            .values(
                outcome=attempt.outcome,
                detail=attempt.detail,
                provider_reference=attempt.provider_reference,
                finished_at=attempt.finished_at,
            )
        )

    def has_used(self, provider: ProviderId) -> bool:
        """Return whether the provider was ever asked anything."""
        found = (
            sa.select(attempts.c.id)
            .where(attempts.c.brand_id == self.context.brand, attempts.c.provider_id == provider)
            .limit(1)
        )
        return self.context.connection.execute(found).one_or_none() is not None

    def about(self, subject: Subject) -> Sequence[Attempt]:
        """Return the calls about *subject*, oldest first."""
        values = {"brand": self.context.brand, "kind": subject.kind, "id": subject.id}
        return [attempt_from_row(row) for row in self.context.connection.execute(_ABOUT, values).mappings()]

    def subject_of(self, ref: str) -> Subject | None:
        """Return what *ref* was about, or None."""
        row = self.context.connection.execute(_BY_REF, {"brand": self.context.brand, "ref": ref}).one_or_none()
        return None if row is None else Subject(row.subject_kind, row.subject_id)


_A = attempts.c
_ABOUT = (
    sa.select(attempts)
    .where(
        _A.brand_id == sa.bindparam("brand", type_=_A.brand_id.type),
        _A.subject_kind == sa.bindparam("kind"),
        _A.subject_id == sa.bindparam("id", type_=_A.subject_id.type),
    )
    .order_by(_A.started_at, _A.id)
)
_BY_REF = (
    sa.select(_A.subject_kind, _A.subject_id)
    .where(_A.brand_id == sa.bindparam("brand", type_=_A.brand_id.type), _A.ref == sa.bindparam("ref"))
    .limit(1)
)
