"""What every store of a unit of work stands on: connection, scope, keys, and the mechanisms that share its transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa
from cattrs.preconf.json import make_converter
from sqlalchemy.dialects import postgresql as pg

from los_adapters.shared import tables
from los_adapters.shared.vault import DataKey, Erased, Place, Vault, key_id_of
from los_domain.shared.actor import BrandScope, LenderScope, PlatformScope, Scope
from los_domain.shared.audit import AuditEvent
from los_domain.shared.clocks import WallClock
from los_domain.shared.errors import InFlight, NotFound, Rejected
from los_domain.shared.events import Event
from los_domain.shared.ids import Ids
from los_domain.shared.once import Answer, AnsweredBefore, Delivery, HandledBefore, Once

R = TypeVar("R")
E = TypeVar("E", bound=Event)

_CONVERTER = make_converter()
_CONVERTER.register_unstructure_hook(UUID, str)
_CONVERTER.register_structure_hook(UUID, lambda value, _: UUID(value))
_CONVERTER.register_unstructure_hook(date, lambda value: value.isoformat())
_CONVERTER.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
_CONVERTER.register_unstructure_hook(datetime, lambda value: value.isoformat())
_CONVERTER.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))


def event_body(event: Event) -> dict[str, Any]:
    """Return *event* as JSON values."""
    body: dict[str, Any] = _CONVERTER.unstructure(event)
    return body


def event_from_body(kind: type[E], body: Mapping[str, Any]) -> E:
    """Return the event of class *kind* that *body* holds."""
    return _CONVERTER.structure(body, kind)


@attrs.frozen
class Seal:
    """Seals and opens the columns of one row under one key."""

    vault: Vault
    key: DataKey
    table: str
    brand: UUID | None
    row: str

    def raw(self, column: str, plain: bytes | None) -> bytes | None:
        """Return *plain* sealed for *column* of this row; None stays None."""
        return (
            None if plain is None else self.vault.seal(self.key, plain, Place(self.table, column, self.brand, self.row))
        )

    def open_raw(self, column: str, sealed: bytes | memoryview | None) -> bytes | None:
        """Return what was sealed in *column* of this row; None stays None."""
        return (
            None
            if sealed is None
            else self.vault.open(self.key, bytes(sealed), Place(self.table, column, self.brand, self.row))
        )

    def text(self, column: str, plain: str | None) -> bytes | None:
        """Seal text."""
        return None if plain is None else self.raw(column, plain.encode())

    def open_text(self, column: str, sealed: bytes | memoryview | None) -> str | None:
        """Open text."""
        opened = self.open_raw(column, sealed)
        return None if opened is None else opened.decode()

    def json(self, column: str, plain: Any) -> bytes | None:
        """Seal a JSON value."""
        return (
            None
            if plain is None
            else self.raw(column, json.dumps(plain, separators=(",", ":"), sort_keys=True).encode())
        )

    def open_json(self, column: str, sealed: bytes | memoryview | None) -> Any:
        """Open a JSON value."""
        opened = self.open_raw(column, sealed)
        return None if opened is None else json.loads(opened)


@attrs.define
class Context:
    """One open transaction and what its stores need. Made by ``begin``, gone when it ends."""

    connection: sa.Connection
    scope: Scope
    vault: Vault
    ids: Ids
    wall: WallClock
    touched: set[tuple[UUID | None, str]] = attrs.field(factory=set)
    """Brand and capability of all that was published or audited here: cached answers made from these end with the commit."""
    _keys: dict[tuple[str, UUID], DataKey] = attrs.field(factory=dict)
    _lender: UUID | None = None

    @property
    def brand(self) -> UUID:
        """The brand of a brand scope. Raises TypeError elsewhere: a store was opened in a scope that is not its own."""
        if not isinstance(self.scope, BrandScope):
            raise TypeError(f"a brand's store was opened in {type(self.scope).__name__}")
        return self.scope.brand

    # -- keys ------------------------------------------------------------------------------------------------------

    def key(self, owner_kind: str, owner_id: UUID, *, create: bool = False) -> DataKey:
        """Return the data key of an owner in this brand. Raises Erased if it was destroyed, NotFound if there is none."""
        known = self._keys.get((owner_kind, owner_id))
        if known is not None:
            return known
        row = self.connection.execute(
            _FIND_KEY, {"brand": self.brand, "kind": owner_kind, "owner": owner_id}
        ).one_or_none()
        if row is None:
            if not create:
                raise NotFound("no key for this record")
            key, wrapped = self.vault.new_key(self.ids.new())
            if not self.added(
                tables.data_keys,
                id=key.id,
                brand_id=self.brand,
                owner_kind=owner_kind,
                owner_id=owner_id,
                wrapped=wrapped,
            ):  # another transaction made it first; theirs is visible now that our insert waited for it
                row = self.connection.execute(
                    _FIND_KEY, {"brand": self.brand, "kind": owner_kind, "owner": owner_id}
                ).one()
                key = self.vault.unwrap(row.id, row.wrapped)
        else:
            if row.wrapped is None:
                self.vault.forget(row.id)
                raise Erased("the key of this record was destroyed")
            key = self.vault.unwrap(row.id, row.wrapped)
        self._keys[owner_kind, owner_id] = key
        return key

    def customer_key(self, customer: UUID, *, create: bool = False) -> DataKey:
        """Return the data key of a customer."""
        return self.key("customer", customer, create=create)

    def brand_key(self) -> DataKey:
        """Return the data key of the brand's own secrets, made when first needed."""
        return self.key("brand", self.brand, create=True)

    def lender_key(self) -> DataKey:
        """Return the data key of what is said about a lender's persons across brands, made when first needed. Lender scope only."""
        known = self._keys.get(("lender", self.lender))
        if known is not None:
            return known
        row = self.connection.execute(_FIND_LENDER_KEY, {"lender": self.lender}).one_or_none()
        if row is None:
            key, wrapped = self.vault.new_key(self.ids.new())
            self.connection.execute(
                pg.insert(tables.lender_keys)
                .values(lender_id=self.lender, id=key.id, wrapped=wrapped)
                .on_conflict_do_nothing()
            )
            row = self.connection.execute(_FIND_LENDER_KEY, {"lender": self.lender}).one()
        key = self.vault.unwrap(row.id, row.wrapped)
        self._keys["lender", self.lender] = key
        return key

    def platform_key(self, purpose: str) -> DataKey:
        """Return a data key of the platform (``staff``, ``inbox:2026-11-24``), made when first needed. Platform scope only."""
        known = self._keys.get((purpose, UUID(int=0)))
        if known is not None:
            return known
        row = self.connection.execute(_FIND_PLATFORM_KEY, {"purpose": purpose}).one_or_none()
        if row is None:
            key, wrapped = self.vault.new_key(self.ids.new())
            self.connection.execute(
                pg.insert(tables.platform_keys)
                .values(id=key.id, purpose=purpose, wrapped=wrapped)
                .on_conflict_do_nothing()
            )
            row = self.connection.execute(_FIND_PLATFORM_KEY, {"purpose": purpose}).one()
        key = self.vault.unwrap(row.id, row.wrapped)
        self._keys[purpose, UUID(int=0)] = key
        return key

    def platform_key_of(self, sealed: bytes) -> DataKey:
        """Return the platform's data key that *sealed* was sealed under. Raises Erased if it was destroyed. Platform scope only."""
        wrapped = self.connection.execute(_FIND_PLATFORM_KEY_BY_ID, {"id": key_id_of(sealed)}).scalar_one()
        return self.vault.unwrap(key_id_of(sealed), wrapped)

    def seal(self, key: DataKey, table: sa.Table, row: object) -> Seal:
        """Return the sealer of one row of *table* under *key*."""
        brand = self.scope.brand if isinstance(self.scope, BrandScope) else None
        return Seal(self.vault, key, table.name, brand, str(row))

    # -- looking up and locking -------------------------------------------------------------------------------------

    @property
    def lender(self) -> UUID:
        """The lender of this scope, or of its brand, read once."""
        if isinstance(self.scope, LenderScope):
            return self.scope.lender
        if self._lender is None:
            self._lender = self.connection.execute(_LENDER_OF, {"brand": self.brand}).scalar_one()
        return self._lender

    def blind(self, field: str, value: str) -> bytes:
        """Return the blind index of *value* for the lender of this scope."""
        return self.vault.blind(self.lender, field, value)

    def lock(self, name: str) -> None:
        """Hold an advisory lock called *name* until the transaction ends."""
        self.connection.execute(_LOCK, {"lock": _lock_number(name)})

    # -- mechanisms ------------------------------------------------------------------------------------------------

    def look_up(self, once: Once) -> None:
        """Claim *once* for this transaction. Raises AnsweredBefore, InFlight, or Rejected for another request's key."""
        lock = _lock_number(f"once:{self.brand}:{once.principal}:{once.key}")
        if not self.connection.execute(_TRY_LOCK, {"lock": lock}).scalar_one():
            raise InFlight("a request with this Idempotency-Key is being worked on")
        if once.continuing:
            return
        row = self.connection.execute(
            _FIND_ANSWER, {"brand": self.brand, "principal": once.principal, "key": once.key}
        ).one_or_none()
        if row is None:
            return
        if bytes(row.fingerprint) != once.fingerprint:
            raise Rejected(
                "this Idempotency-Key was used for another request: take a new key", reasons=("IDEMPOTENCY_KEY_REUSED",)
            )
        held = self.seal(self.brand_key(), tables.idempotency, f"{once.principal}:{once.key}")
        head = held.open_json("answer", row.answer)
        raise AnsweredBefore(Answer(row.status, bytes.fromhex(head["body"]), tuple((k, v) for k, v in head["headers"])))

    def remember(self, once: Once, answer: Answer) -> None:
        """Store *answer* under *once* in this transaction; a continuing request replaces what it stored before."""
        held = self.seal(self.brand_key(), tables.idempotency, f"{once.principal}:{once.key}")
        values = {
            "fingerprint": once.fingerprint,
            "status": answer.status,
            "answer": held.json("answer", {"body": answer.body.hex(), "headers": [list(h) for h in answer.headers]}),
            "updated_at": self.wall.now(),
        }
        statement = pg.insert(tables.idempotency).values(
            brand_id=self.brand, principal=once.principal, key=once.key, **values
        )
        self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["brand_id", "principal", "key"],
                set_={name: statement.excluded[name] for name in ("status", "answer", "updated_at")},
            )
        )

    def refuse_handled(self, delivery: Delivery) -> None:
        """Raises HandledBefore if the consumer finished with the event before."""
        if isinstance(self.scope, BrandScope):
            values = {"brand": self.brand, "consumer": delivery.consumer, "event": delivery.event_id}
            if self.connection.execute(_FIND_HANDLED, values).one_or_none() is not None:
                raise HandledBefore(delivery)
        elif (
            self.connection.execute(
                _FIND_OWED, {"consumer": delivery.consumer, "event": delivery.event_id}
            ).one_or_none()
            is None
        ):
            raise HandledBefore(delivery)

    def mark_handled(self, delivery: Delivery) -> None:
        """
        Note in this transaction that the consumer finished with the event. Raises HandledBefore if another delivery was faster.

        A brand's effect is noted inside its wall; the platform's takes the delivery off what is owed.
        """
        if isinstance(self.scope, BrandScope):
            first = self.added(
                tables.handled, brand_id=self.brand, consumer=delivery.consumer, event_id=delivery.event_id
            )
        else:
            gone = self.connection.execute(
                sa.delete(tables.deliveries).where(
                    tables.deliveries.c.consumer == delivery.consumer, tables.deliveries.c.event_id == delivery.event_id
                )
            )
            first = gone.rowcount == 1
        if not first:
            raise HandledBefore(delivery)

    # -- writing ---------------------------------------------------------------------------------------------------

    def added(self, table: sa.Table, **values: Any) -> bool:
        """
        Insert a row unless one with its key exists, and return whether it was inserted.

        Names no column, so that roles that may not read the table can use it. SQLAlchemy counts the rows of an INSERT only when asked
        to: without the option the count is -1, which reads as *inserted*.
        """
        made = self.connection.execute(
            pg.insert(table).values(values).on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}
        )
        return made.rowcount == 1


_FIND_KEY = sa.select(tables.data_keys.c.id, tables.data_keys.c.wrapped).where(
    tables.data_keys.c.brand_id == sa.bindparam("brand"),
    tables.data_keys.c.owner_kind == sa.bindparam("kind"),
    tables.data_keys.c.owner_id == sa.bindparam("owner"),
)
_FIND_LENDER_KEY = sa.select(tables.lender_keys.c.id, tables.lender_keys.c.wrapped).where(
    tables.lender_keys.c.lender_id == sa.bindparam("lender", type_=tables.lender_keys.c.lender_id.type)
)
_FIND_PLATFORM_KEY = sa.select(tables.platform_keys.c.id, tables.platform_keys.c.wrapped).where(
    tables.platform_keys.c.purpose == sa.bindparam("purpose")
)
_FIND_PLATFORM_KEY_BY_ID = sa.select(tables.platform_keys.c.wrapped).where(
    tables.platform_keys.c.id == sa.bindparam("id", type_=tables.platform_keys.c.id.type)
)
_LENDER_OF = sa.text("select lender_id from brands where id = :brand")
_LOCK = sa.text("select pg_advisory_xact_lock(:lock)")
_TRY_LOCK = sa.text("select pg_try_advisory_xact_lock(:lock)")
_FIND_ANSWER = sa.select(
    tables.idempotency.c.fingerprint, tables.idempotency.c.status, tables.idempotency.c.answer
).where(
    tables.idempotency.c.brand_id == sa.bindparam("brand"),
    tables.idempotency.c.principal == sa.bindparam("principal"),
    tables.idempotency.c.key == sa.bindparam("key"),
)

_FIND_HANDLED = sa.select(tables.handled.c.at).where(
    tables.handled.c.brand_id == sa.bindparam("brand"),
    tables.handled.c.consumer == sa.bindparam("consumer"),
    tables.handled.c.event_id == sa.bindparam("event"),
)
_FIND_OWED = sa.select(tables.deliveries.c.tries).where(
    tables.deliveries.c.consumer == sa.bindparam("consumer"), tables.deliveries.c.event_id == sa.bindparam("event")
)


def _lock_number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


@attrs.frozen
class SqlOutbox:
    """Events of one transaction, written as rows of it."""

    context: Context

    def add(self, *events: Event) -> None:
        """Store *events*."""
        scope = self.context.scope
        self._add(scope.brand if isinstance(scope, BrandScope) else None, events)

    def add_for(self, brand: UUID, *events: Event) -> None:
        """Store *events* of *brand* from outside its wall."""
        if isinstance(self.context.scope, BrandScope):
            raise TypeError("inside a brand's wall events are that brand's")
        self._add(brand, events)

    def _add(self, brand: UUID | None, events: Sequence[Event]) -> None:
        if not events:
            return
        self.context.touched.update((brand, event.topic.partition(".")[0]) for event in events)
        self.context.connection.execute(
            sa.insert(tables.outbox),
            [
                {
                    "id": self.context.ids.new(),
                    "brand_id": brand,
                    "topic": event.topic,
                    "body": event_body(event),
                    "request_id": self.context.scope.request_id,
                }
                for event in events
            ],
        )


@attrs.frozen
class SqlAuditLog:
    """Audit rows of one transaction: written unchained, sealed into the chain later by one sealer."""

    context: Context

    def add(self, event: AuditEvent) -> None:
        """Write one change. Values are encrypted under the key of the scope: the brand's, the lender's or the platform's."""
        context, scope = self.context, self.context.scope
        context.touched.add((scope.brand if isinstance(scope, BrandScope) else None, event.action.partition(".")[0]))
        row_id = context.ids.new()
        if isinstance(scope, BrandScope):
            key = context.brand_key()
        elif isinstance(scope, PlatformScope):
            key = context.platform_key("audit")
        else:
            key = context.lender_key()
        details = {"before": dict(event.before), "after": dict(event.after), "reason": event.reason}
        seal = context.seal(key, tables.audit_rows, row_id)
        context.connection.execute(
            sa.insert(tables.audit_rows).values(
                id=row_id,
                at=context.wall.now(),
                kind="change",
                brand_id=scope.brand if isinstance(scope, BrandScope) else None,
                actor_kind=scope.actor.kind.value,
                actor_id=scope.actor.id,
                actor_name=scope.actor.name,
                action=event.action,
                object_kind=event.object_kind,
                object_id=event.object_id,
                request_id=scope.request_id,
                address="" if isinstance(scope, LenderScope) else scope.address,
                outcome="done",
                key_id=key.id,
                details=seal.json("details", details),
            )
        )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that differ, as (before, after), enums by value and everything else as text where JSON has no form."""

    def plain(value: Any) -> str | int | bool | None:
        if value is None or isinstance(value, str | int | bool):
            return value
        return value.value if isinstance(value, Enum) and isinstance(value.value, str) else str(value)

    names: Sequence[str] = [*before, *(name for name in after if name not in before)]
    differing = [name for name in names if before.get(name) != after.get(name)]
    return (
        {name: plain(before[name]) for name in differing if name in before},
        {name: plain(after[name]) for name in differing if name in after},
    )
