"""Stores of identity facts, PAN checks and Aadhaar requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa

from los_adapters.kyc import tables
from los_adapters.shared import values
from los_adapters.shared.store import Context, Seal
from los_domain.kyc.model import (
    AadhaarFact,
    AadhaarRequest,
    AadhaarSession,
    CheckState,
    Fact,
    MobileFact,
    PanCheck,
    PanFact,
)
from los_domain.shared.errors import NotFound
from los_domain.shared.identifiers import Aadhaar, Pan
from los_domain.shared.ids import CustomerId, ProviderId

F = TypeVar("F", PanFact, AadhaarFact, MobileFact)


def fact_to_row(fact: Fact, seal: Seal) -> dict[str, Any]:
    """Return the columns of *fact*, but for its id, its customer and the blind index of its number."""
    names = fact.names if isinstance(fact, AadhaarFact) else None
    return {
        "kind": fact.KIND.value,
        "source": fact.found.source,
        "attempt_id": fact.found.attempt,
        "at": fact.found.at,
        "name_score": None if names is None else names.score,
        "name_verdict": None if names is None else names.verdict.value,
        "is_alternate": not fact.is_registered if isinstance(fact, MobileFact) else None,
        "facts": seal.json("facts", values.to_json(fact)),
    }


def fact_from_row(kind: type[F], row: Mapping[Any, Any], seal: Seal) -> F:
    """Return the fact of class *kind* that *row* holds."""
    return values.from_json(kind, seal.open_json("facts", row["facts"]))


@attrs.frozen
class SqlIdentity:
    """What is proved of a brand's customers."""

    context: Context

    def find(self, customer_id: CustomerId, kind: type[F]) -> F | None:
        """Return the newest fact of a kind, or None."""
        row = self.context.connection.execute(
            _NEWEST, {"brand": self.context.brand, "customer": customer_id, "kind": kind.KIND.value}
        )
        found = row.mappings().one_or_none()
        if found is None:
            return None
        key = self.context.customer_key(customer_id)
        return fact_from_row(kind, found, self.context.seal(key, tables.identity_facts, found["id"]))

    def add(self, customer_id: CustomerId, fact: Fact, *, request: UUID | None = None) -> None:
        """Store one. *request* is the e-KYC request of an AadhaarFact: it knows the number's blind index."""
        fact_id = self.context.ids.new()
        seal = self.context.seal(self.context.customer_key(customer_id), tables.identity_facts, fact_id)
        self.context.connection.execute(
            sa.insert(tables.identity_facts).values(
                brand_id=self.context.brand,
                id=fact_id,
                customer_id=customer_id,
                number_index=self._index(fact, request),
                **fact_to_row(fact, seal),
            )
        )

    def _index(self, fact: Fact, request: UUID | None) -> bytes | None:
        match fact:
            case PanFact():
                return self.context.blind("pan", fact.record.pan.value)
            case MobileFact():
                return self.context.blind("phone", fact.phone.value)
            case AadhaarFact():
                kept: bytes | None = self.context.connection.execute(
                    sa.select(tables.aadhaar_requests.c.number_index).where(
                        tables.aadhaar_requests.c.brand_id == self.context.brand,
                        tables.aadhaar_requests.c.id == request,
                    )
                ).scalar_one_or_none()
                return kept


_F = tables.identity_facts.c
_NEWEST = (
    sa.select(tables.identity_facts)
    .where(
        _F.brand_id == sa.bindparam("brand", type_=_F.brand_id.type),
        _F.customer_id == sa.bindparam("customer", type_=_F.customer_id.type),
        _F.kind == sa.bindparam("kind"),
    )
    .order_by(_F.at.desc(), _F.id.desc())
    .limit(1)
)


def check_to_row(check: PanCheck, seal: Seal) -> dict[str, Any]:
    """Return the columns of *check*."""
    return {
        "id": check.id,
        "customer_id": check.customer_id,
        "pan": seal.text("pan", check.pan.value),
        "state": check.state.value,
        "asked_at": check.asked_at,
        "settled_at": check.settled_at,
        "reason": check.reason,
    }


def check_from_row(row: Mapping[Any, Any], seal: Seal) -> PanCheck:
    """Return the check that *row* holds."""
    return PanCheck(
        id=row["id"],
        customer_id=CustomerId(row["customer_id"]),
        pan=Pan(seal.open_text("pan", row["pan"]) or ""),
        state=CheckState(row["state"]),
        asked_at=row["asked_at"],
        settled_at=row["settled_at"],
        reason=row["reason"],
    )


@attrs.frozen
class SqlPanChecks:
    """Questions about PANs of a brand's customers."""

    context: Context

    def lock(self, customer_id: CustomerId) -> None:
        """Let nobody else begin or settle a check of hers until the transaction ends."""
        self.context.lock(f"pan:{self.context.brand}:{customer_id}")

    def since(self, customer_id: CustomerId, at: datetime) -> Sequence[PanCheck]:
        """Return her checks that were asked after *at*, newest first."""
        return self._select(tables.pan_checks.c.customer_id == customer_id, tables.pan_checks.c.asked_at > at)

    def get(self, check_id: UUID) -> PanCheck:
        """Return a check. Raises NotFound."""
        found = self._select(tables.pan_checks.c.id == check_id)
        if not found:
            raise NotFound("no such check")
        return found[0]

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[PanCheck]:
        rows = self.context.connection.execute(
            sa.select(tables.pan_checks)
            .where(tables.pan_checks.c.brand_id == self.context.brand, *conditions)
            .order_by(tables.pan_checks.c.asked_at.desc(), tables.pan_checks.c.id.desc())
        )
        return [check_from_row(row, self._seal(row["customer_id"], row["id"])) for row in rows.mappings()]

    def _seal(self, customer_id: UUID, check_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.pan_checks, check_id)

    def add(self, check: PanCheck) -> None:
        """Store a new one."""
        row = check_to_row(check, self._seal(check.customer_id, check.id))
        self.context.connection.execute(sa.insert(tables.pan_checks).values(brand_id=self.context.brand, **row))

    def save(self, check: PanCheck) -> None:
        """Write one."""
        self.context.connection.execute(
            sa.update(tables.pan_checks)
            .where(tables.pan_checks.c.brand_id == self.context.brand, tables.pan_checks.c.id == check.id)
            .values(check_to_row(check, self._seal(check.customer_id, check.id)))
        )


def request_to_row(request: AadhaarRequest, seal: Seal) -> dict[str, Any]:
    """Return the columns of *request*, but for the blind index of its number."""
    session = None if request.session is None else values.to_json(request.session)
    return {
        "id": request.id,
        "customer_id": request.customer_id,
        "provider_id": request.provider,
        "source": request.source,
        "session": seal.json("session", session),
        "masked_number": seal.text("masked_number", request.masked_number),
        "opened_at": request.opened_at,
        "tries": request.tries,
        "closed_at": request.closed_at,
    }


def request_from_row(row: Mapping[Any, Any], seal: Seal) -> AadhaarRequest:
    """Return the request that *row* holds."""
    session = seal.open_json("session", row["session"])
    return AadhaarRequest(
        id=row["id"],
        customer_id=CustomerId(row["customer_id"]),
        provider=ProviderId(row["provider_id"]),
        source=row["source"],
        session=None if session is None else values.from_json(AadhaarSession, session),
        masked_number=seal.open_text("masked_number", row["masked_number"]) or "",
        opened_at=row["opened_at"],
        tries=row["tries"],
        closed_at=row["closed_at"],
    )


@attrs.frozen
class SqlAadhaarRequests:
    """Open e-KYC requests of a brand's customers."""

    context: Context

    def since(self, customer_id: CustomerId, at: datetime) -> Sequence[AadhaarRequest]:
        """Return her requests that were opened after *at*, newest first, locked."""
        rows = self.context.connection.execute(
            sa.select(tables.aadhaar_requests)
            .where(
                tables.aadhaar_requests.c.brand_id == self.context.brand,
                tables.aadhaar_requests.c.customer_id == customer_id,
                tables.aadhaar_requests.c.opened_at > at,
            )
            .order_by(tables.aadhaar_requests.c.opened_at.desc(), tables.aadhaar_requests.c.id.desc())
            .with_for_update()
        )
        return [request_from_row(row, self._seal(customer_id, row["id"])) for row in rows.mappings()]

    def _seal(self, customer_id: CustomerId, request_id: UUID) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.aadhaar_requests, request_id)

    def add(self, request: AadhaarRequest, number: Aadhaar) -> None:
        """Store a new one; of *number* a blind index is kept."""
        row = request_to_row(request, self._seal(request.customer_id, request.id))
        index = self.context.blind("aadhaar", number.value)
        self.context.connection.execute(
            sa.insert(tables.aadhaar_requests).values(brand_id=self.context.brand, number_index=index, **row)
        )

    def save(self, request: AadhaarRequest) -> None:
        """Write tries, end and session of one."""
        row = request_to_row(request, self._seal(request.customer_id, request.id))
        self.context.connection.execute(
            sa.update(tables.aadhaar_requests)
            .where(tables.aadhaar_requests.c.brand_id == self.context.brand, tables.aadhaar_requests.c.id == request.id)
            .values({name: row[name] for name in ("session", "tries", "closed_at")})
        )
