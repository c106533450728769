"""Stores of customers, their profiles, consents and work, and of persons."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from los_adapters.customers import tables
from los_adapters.shared import values
from los_adapters.shared.store import Context, Seal
from los_domain.customers.model import Block, BlockedBy, Consent, Customer, Occupation, Person, Profile, Purpose
from los_domain.shared.errors import Conflict, NotFound, StaleWrite
from los_domain.shared.identifiers import Email, Pan, Phone
from los_domain.shared.ids import BrandId, CustomerId, PersonId


def customer_to_row(customer: Customer, seal: Seal) -> dict[str, Any]:
    """Return the columns of *customer*, but for the blind indexes."""
    return {
        "id": customer.id,
        "phone": seal.text("phone", customer.phone.value),
        "email": seal.text("email", customer.email.value if customer.email else None),
        "person_id": customer.person_id,
        "is_active": customer.is_active,
        "created_at": customer.created_at,
        "version": customer.version,
    }


def customer_from_row(row: Mapping[Any, Any], seal: Seal) -> Customer:
    """Return the customer that *row* holds."""
    email = seal.open_text("email", row["email"])
    return Customer(
        id=CustomerId(row["id"]),
        phone=Phone(seal.open_text("phone", row["phone"]) or ""),
        created_at=row["created_at"],
        is_active=row["is_active"],
        email=None if email is None else Email(email),
        person_id=None if row["person_id"] is None else PersonId(row["person_id"]),
        version=row["version"],
    )


@attrs.frozen
class SqlCustomers:
    """Customers of a brand."""

    context: Context

    def find_by_phone(self, phone: Phone) -> Customer | None:
        """Return the customer with this phone, or None."""
        return self._one(tables.customers.c.phone_index == self.context.blind("phone", phone.value))

    def find_by_person(self, person_id: PersonId) -> Customer | None:
        """Return the customer who is this person at the brand, or None."""
        return self._one(tables.customers.c.person_id == person_id)

    def get(self, customer_id: CustomerId) -> Customer:
        """Return the customer. Raises NotFound."""
        found = self._one(tables.customers.c.id == customer_id)
        if found is None:
            raise NotFound("no such customer")
        return found

    def _one(self, condition: sa.ColumnElement[bool]) -> Customer | None:
        statement = sa.select(tables.customers).where(tables.customers.c.brand_id == self.context.brand, condition)
        row = self.context.connection.execute(statement).mappings().one_or_none()
        return None if row is None else customer_from_row(row, self._seal(row["id"]))

    def _seal(self, customer_id: CustomerId, *, create: bool = False) -> Seal:
        key = self.context.customer_key(customer_id, create=create)
        return self.context.seal(key, tables.customers, customer_id)

    def _indexes(self, customer: Customer) -> dict[str, bytes | None]:
        return {
            "phone_index": self.context.blind("phone", customer.phone.value),
            "email_index": self.context.blind("email", customer.email.value) if customer.email else None,
        }

    def add(self, customer: Customer) -> None:
        """Store a new one with her own data key. Raises Conflict if the phone is taken."""
        row = customer_to_row(customer, self._seal(customer.id, create=True))
        self.context.connection.execute(
            sa.insert(tables.customers).values(brand_id=self.context.brand, **row, **self._indexes(customer))
        )

    def save(self, customer: Customer) -> None:
        """Write over the version she was read at. Raises StaleWrite."""
        row = customer_to_row(attrs.evolve(customer, version=customer.version + 1), self._seal(customer.id))
        done = self.context.connection.execute(
            sa.update(tables.customers)
            .where(
                tables.customers.c.brand_id == self.context.brand,
                tables.customers.c.id == customer.id,
                tables.customers.c.version == customer.version,
            )
            .values(**row, **self._indexes(customer))
        )
        if done.rowcount != 1:
            raise StaleWrite("the customer was changed by somebody else: read again")


def profile_to_row(profile: Profile, seal: Seal) -> dict[str, Any]:
    """Return the columns of *profile*."""
    return {"facts": seal.json("facts", values.to_json(profile)), "version": profile.version}


def profile_from_row(row: Mapping[Any, Any], seal: Seal) -> Profile:
    """Return the profile that *row* holds."""
    return attrs.evolve(values.from_json(Profile, seal.open_json("facts", row["facts"])), version=row["version"])


@attrs.frozen
class SqlProfiles:
    """What is known of customers of a brand, and where they may be searched by name."""

    context: Context

    def get(self, customer_id: CustomerId) -> Profile:
        """Return her profile; an empty one of version 0 where nothing is known yet."""
        row = self.context.connection.execute(
            sa.select(tables.profiles).where(
                tables.profiles.c.brand_id == self.context.brand, tables.profiles.c.customer_id == customer_id
            )
        )
        found = row.mappings().one_or_none()
        return Profile() if found is None else profile_from_row(found, self._seal(customer_id))

    def save(self, customer_id: CustomerId, profile: Profile) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        row = profile_to_row(attrs.evolve(profile, version=profile.version + 1), self._seal(customer_id))
        write_whole(self.context, tables.profiles, customer_id, profile.version, row)

    def _seal(self, customer_id: CustomerId) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.profiles, customer_id)


def write_whole(
    context: Context, table: sa.Table, customer_id: CustomerId, version: int, row: Mapping[str, Any]
) -> None:
    """Write the one row of a customer over *version*, 0 being none yet. Raises StaleWrite."""
    if version == 0:
        statement: Any = (
            pg.insert(table)
            .values(brand_id=context.brand, customer_id=customer_id, **row)
            .on_conflict_do_nothing(index_elements=["brand_id", "customer_id"])
        )
    else:
        statement = (
            sa.update(table)
            .where(table.c.brand_id == context.brand, table.c.customer_id == customer_id, table.c.version == version)
            .values(**row)
        )
    if context.connection.execute(statement).rowcount != 1:
        raise StaleWrite("somebody else changed this at the same moment: read it again")


def consent_to_row(consent: Consent) -> dict[str, Any]:
    """Return the columns of *consent*."""
    return attrs.asdict(consent, recurse=False) | {"purpose": consent.purpose.value}


def consent_from_row(row: Mapping[Any, Any]) -> Consent:
    """Return the consent that *row* holds."""
    return Consent(
        id=row["id"],
        customer_id=CustomerId(row["customer_id"]),
        purpose=Purpose(row["purpose"]),
        text_version=row["text_version"],
        language=row["language"],
        at=row["at"],
        address=row["address"],
    )


@attrs.frozen
class SqlConsents:
    """Consents of a brand's customers."""

    context: Context

    def add(self, consent: Consent) -> None:
        """Store one."""
        self.context.connection.execute(
            sa.insert(tables.consents).values(brand_id=self.context.brand, **consent_to_row(consent))
        )

    def of_customer(self, customer_id: CustomerId) -> Sequence[Consent]:
        """Return a customer's, newest first."""
        rows = self.context.connection.execute(
            sa.select(tables.consents)
            .where(tables.consents.c.brand_id == self.context.brand, tables.consents.c.customer_id == customer_id)
            .order_by(tables.consents.c.at.desc(), tables.consents.c.id.desc())
        )
        return [consent_from_row(row) for row in rows.mappings()]


def occupation_to_row(occupation: Occupation, seal: Seal) -> dict[str, Any]:
    """Return the columns of *occupation*, but for its customer."""
    return {
        "verdict": occupation.verdict.value,
        "stated_at": occupation.stated_at,
        "facts": seal.json("facts", values.to_json(occupation)),
        "version": occupation.version,
    }


def occupation_from_row(row: Mapping[Any, Any], seal: Seal) -> Occupation:
    """Return the occupation that *row* holds."""
    return attrs.evolve(values.from_json(Occupation, seal.open_json("facts", row["facts"])), version=row["version"])


@attrs.frozen
class SqlOccupations:
    """What a brand's customers say about their work."""

    context: Context

    def find(self, customer_id: CustomerId) -> Occupation | None:
        """Return hers, locked, or None."""
        rows = self.context.connection.execute(
            sa.select(tables.occupations)
            .where(tables.occupations.c.brand_id == self.context.brand, tables.occupations.c.customer_id == customer_id)
            .with_for_update()
        )
        row = rows.mappings().one_or_none()
        return None if row is None else occupation_from_row(row, self._seal(customer_id))

    def save(self, occupation: Occupation) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        seal = self._seal(occupation.customer_id)
        row = occupation_to_row(attrs.evolve(occupation, version=occupation.version + 1), seal)
        write_whole(self.context, tables.occupations, occupation.customer_id, occupation.version, row)

    def _seal(self, customer_id: CustomerId) -> Seal:
        return self.context.seal(self.context.customer_key(customer_id), tables.occupations, customer_id)


@attrs.frozen
class SqlPersons:
    """Persons of a lender. Lender scope: nothing personal is in it but the blind index of a PAN."""

    context: Context

    def find_by_pan(self, pan: Pan) -> Person | None:
        """Return the person with this PAN, or None."""
        return self._one(tables.persons.c.pan_index == self.context.blind("pan", pan.value))

    def get(self, person_id: PersonId) -> Person:
        """Return a person. Raises NotFound."""
        found = self._one(tables.persons.c.id == person_id)
        if found is None:
            raise NotFound("no such person")
        return found

    def _one(self, condition: sa.ColumnElement[bool]) -> Person | None:
        rows = self.context.connection.execute(
            sa.select(tables.persons.c.id, tables.persons.c.joined_into).where(
                tables.persons.c.lender_id == self.context.lender, condition
            )
        )
        row = rows.one_or_none()
        if row is None:
            return None
        return Person(PersonId(row.id), None if row.joined_into is None else PersonId(row.joined_into))

    def add(self, person: Person, pan: Pan) -> bool:
        """Store a new one; False if another transaction was faster with this PAN."""
        made = self.context.connection.execute(
            pg.insert(tables.persons)
            .values(
                lender_id=self.context.lender,
                id=person.id,
                pan_index=self.context.blind("pan", pan.value),
                joined_into=person.joined_into,
            )
            .on_conflict_do_nothing(index_elements=["lender_id", "pan_index"])
        )
        return made.rowcount == 1

    def brands_of(self, person_id: PersonId) -> frozenset[BrandId]:
        """Return the brands of the lender whose customer a person is."""
        rows = self.context.connection.execute(
            sa.select(tables.customers.c.brand_id).where(tables.customers.c.person_id == person_id)
        )
        return frozenset(BrandId(brand) for (brand,) in rows)


def block_to_row(block: Block, seal: Seal) -> dict[str, Any]:
    """Return the columns of *block*, but for the blind index."""
    return {
        "id": block.id,
        "by": block.by.value,
        "masked": seal.text("masked", block.masked),
        "reason": seal.text("reason", block.reason),
        "added_at": block.added_at,
        "added_by": block.added_by,
        "lifted_at": block.lifted_at,
        "lifted_reason": seal.text("lifted_reason", block.lifted_reason),
    }


def block_from_row(row: Mapping[Any, Any], seal: Seal) -> Block:
    """Return the block that *row* holds."""
    return Block(
        id=row["id"],
        by=BlockedBy(row["by"]),
        masked=seal.open_text("masked", row["masked"]) or "",
        reason=seal.open_text("reason", row["reason"]) or "",
        added_at=row["added_at"],
        added_by=row["added_by"],
        lifted_at=row["lifted_at"],
        lifted_reason=seal.open_text("lifted_reason", row["lifted_reason"]) or "",
    )


@attrs.frozen
class SqlBlocklist:
    """Identifiers that a brand lends nothing to."""

    context: Context

    def find(self, by: BlockedBy, identifier: str) -> Block | None:
        """Return the block that stands on an identifier, or None."""
        found = self._select(
            tables.blocklist.c.by == by.value,
            tables.blocklist.c.number_index == self._index(by, identifier),
            tables.blocklist.c.lifted_at.is_(None),
        )
        return found[0] if found else None

    def get(self, block_id: UUID) -> Block:
        """Return a block, locked. Raises NotFound."""
        found = self._select(tables.blocklist.c.id == block_id, lock=True)
        if not found:
            raise NotFound("no such block")
        return found[0]

    def standing(self) -> Sequence[Block]:
        """Return the blocks that stand, newest first."""
        return self._select(tables.blocklist.c.lifted_at.is_(None))

    def _select(self, *conditions: sa.ColumnElement[bool], lock: bool = False) -> list[Block]:
        statement = (
            sa.select(tables.blocklist)
            .where(tables.blocklist.c.brand_id == self.context.brand, *conditions)
            .order_by(tables.blocklist.c.added_at.desc(), tables.blocklist.c.id.desc())
        )
        rows = self.context.connection.execute(statement.with_for_update() if lock else statement)
        return [block_from_row(row, self._seal(row["id"])) for row in rows.mappings()]

    def _index(self, by: BlockedBy, identifier: str) -> bytes:
        return self.context.blind(by.value.lower(), identifier)

    def _seal(self, block_id: UUID) -> Seal:
        return self.context.seal(self.context.brand_key(), tables.blocklist, block_id)

    def add(self, block: Block, identifier: str) -> None:
        """Store a new one on *identifier*. Raises Conflict where one stands already."""
        if self.find(block.by, identifier) is not None:
            raise Conflict("this identifier is blocked already")
        self.context.connection.execute(
            sa.insert(tables.blocklist).values(
                brand_id=self.context.brand,
                number_index=self._index(block.by, identifier),
                **block_to_row(block, self._seal(block.id)),
            )
        )

    def save(self, block: Block) -> None:
        """Write that a block was lifted."""
        row = block_to_row(block, self._seal(block.id))
        self.context.connection.execute(
            sa.update(tables.blocklist)
            .where(tables.blocklist.c.brand_id == self.context.brand, tables.blocklist.c.id == block.id)
            .values({name: row[name] for name in ("lifted_at", "lifted_reason")})
        )
