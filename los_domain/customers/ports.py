"""What customers need kept, and of outside systems."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from los_domain.customers.model import (
    Block,
    BlockedBy,
    Consent,
    Customer,
    EmploymentRecord,
    Occupation,
    Person,
    Place,
    Profile,
)
from los_domain.shared.identifiers import Pan, Phone, Pincode, Uan
from los_domain.shared.ids import BrandId, CustomerId, PersonId, VendorRef
from los_domain.shared.outcome import Outcome
from los_domain.shared.work import Work


class EmploymentVerifier(Protocol):
    """Finds a person's provident-fund history."""

    def find(
        self,
        *,
        phone: Phone | None,
        pan: Pan | None,
        uan: Uan | None,
        employer: str,
        ref: VendorRef,
        name: str = "",
        born_on: date | None = None,
    ) -> Outcome[EmploymentRecord]:
        """
        Look one person up by UAN, or by PAN, phone or both; *name* with *born_on* narrows it, and lets the vendor match *employer*.

        Done: found. NoRecord: no provident-fund account, or too many to tell (common, proves nothing). Refused(INVALID_INPUT): nothing
        to look up by. A look-up free of effect.
        """
        ...


class Places(Protocol):
    """Knows the pincodes of India."""

    def find(self, pincode: Pincode) -> Place | None:
        """Return where it lies, or None for one that is not listed, or lies in two states."""
        ...


class NameScore(Protocol):
    """Says how far two names agree; bound to the rule of kyc."""

    def __call__(self, left: str, right: str, /) -> int:
        """Return 0 to 100."""
        ...


class CustomerStore(Protocol):
    """Customers of a brand."""

    def find_by_phone(self, phone: Phone) -> Customer | None:
        """Return the customer with this phone, or None."""
        ...

    def find_by_person(self, person_id: PersonId) -> Customer | None:
        """Return the customer who is this person at the brand, or None."""
        ...

    def get(self, customer_id: CustomerId) -> Customer:
        """Return the customer. Raises NotFound."""
        ...

    def add(self, customer: Customer) -> None:
        """Store a new one with her own data key. Raises Conflict if the phone is taken."""
        ...

    def save(self, customer: Customer) -> None:
        """Write over the version she was read at. Raises StaleWrite."""
        ...


class ProfileStore(Protocol):
    """What is known of customers."""

    def get(self, customer_id: CustomerId) -> Profile:
        """Return her profile; an empty one of version 0 where nothing is known yet."""
        ...

    def save(self, customer_id: CustomerId, profile: Profile) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...


class ConsentStore(Protocol):
    """What customers agreed to; never changed, never removed."""

    def add(self, consent: Consent) -> None:
        """Store one."""
        ...

    def of_customer(self, customer_id: CustomerId) -> Sequence[Consent]:
        """Return a customer's, newest first."""
        ...


class OccupationStore(Protocol):
    """What customers say about their work, and what was found."""

    def find(self, customer_id: CustomerId) -> Occupation | None:
        """Return hers, locked until the transaction ends, or None."""
        ...

    def save(self, occupation: Occupation) -> None:
        """Write over the version it was read at, 0 being none yet. Raises StaleWrite."""
        ...


class Blocklist(Protocol):
    """Identifiers that a brand lends nothing to."""

    def find(self, by: BlockedBy, identifier: str) -> Block | None:
        """Return the block that stands on an identifier, or None."""
        ...

    def get(self, block_id: UUID) -> Block:
        """Return a block, locked until the transaction ends. Raises NotFound."""
        ...

    def standing(self) -> Sequence[Block]:
        """Return the blocks that stand, newest first."""
        ...

    def add(self, block: Block, identifier: str) -> None:
        """Store a new one on *identifier*. Raises Conflict where one stands already."""
        ...

    def save(self, block: Block) -> None:
        """Write that a block was lifted."""
        ...


class BlockWork(Work, Protocol):
    """The unit of work of the blocklist."""

    @property
    def blocklist(self) -> Blocklist:
        """Blocked identifiers."""
        ...


class PersonStore(Protocol):
    """Persons of a lender. Lender scope."""

    def find_by_pan(self, pan: Pan) -> Person | None:
        """Return the person with this PAN, or None."""
        ...

    def add(self, person: Person, pan: Pan) -> bool:
        """Store a new one; False if another transaction was faster with this PAN."""
        ...

    def get(self, person_id: PersonId) -> Person:
        """Return a person. Raises NotFound."""
        ...

    def brands_of(self, person_id: PersonId) -> frozenset[BrandId]:
        """Return the brands of the lender whose customer a person is."""
        ...


class PersonWork(Work, Protocol):
    """The unit of work of persons: lender scope."""

    @property
    def persons(self) -> PersonStore:
        """Persons of the lender."""
        ...


class ConsentWork(Work, Protocol):
    """A unit of work in which a customer agrees to something."""

    @property
    def consents(self) -> ConsentStore:
        """Her consents."""
        ...


class ProfileWork(ConsentWork, Protocol):
    """The unit of work of profiles, consents and occupations."""

    @property
    def customers(self) -> CustomerStore:
        """Customers of the brand."""
        ...

    @property
    def profiles(self) -> ProfileStore:
        """Their profiles."""
        ...

    @property
    def occupations(self) -> OccupationStore:
        """Their work."""
        ...
