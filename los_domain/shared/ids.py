"""Identities: UUIDs version 7 from the wall clock, typed by what they name, and the random references that vendors see."""

from typing import NewType, Protocol
from uuid import UUID

LenderId = NewType("LenderId", UUID)
BrandId = NewType("BrandId", UUID)
PersonId = NewType("PersonId", UUID)
CustomerId = NewType("CustomerId", UUID)
StaffId = NewType("StaffId", UUID)
SessionId = NewType("SessionId", UUID)
LoanId = NewType("LoanId", UUID)
DocumentId = NewType("DocumentId", UUID)
BankAccountId = NewType("BankAccountId", UUID)
EventId = NewType("EventId", UUID)
AttemptId = NewType("AttemptId", UUID)
ProviderId = NewType("ProviderId", UUID)

VendorRef = NewType("VendorRef", str)
"""Our own random name for one logical request to a vendor: 20 base-32 characters (A-Z, 2-7), never a client's key."""


class Ids(Protocol):
    """Makes identities. Time-ordered, unique across processes."""

    def new(self) -> UUID:
        """Return a fresh UUID version 7."""
        ...

    def vendor_ref(self) -> VendorRef:
        """Return a fresh reference of 100 random bits."""
        ...

    def secret(self) -> str:
        """Return 128 random bits as 26 base-32 characters."""
        ...
