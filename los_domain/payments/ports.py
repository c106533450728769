"""What collecting money needs: gateways, and somewhere to keep what was asked for and what came."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from los_domain.payments.model import (
    Collection,
    GatewayPayment,
    ManualPayment,
    Notice,
    Order,
    Purpose,
    Receipt,
    Refund,
)
from los_domain.shared.ids import LoanId, VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


class BadSignature(Exception):
    """A webhook that nobody with the secret wrote. Answered 401, kept nowhere."""


class CollectionGateway(Protocol):
    """Takes money from borrowers."""

    def create_order(self, amount: Money, *, notes: Mapping[str, str], ref: VendorRef) -> Outcome[Order]:
        """Done: open. The same *ref* again gives the same order."""
        ...

    def payments_of(self, order_id: str, *, ref: VendorRef) -> Outcome[tuple[GatewayPayment, ...]]:
        """Done: every payment tried on the order. Free of effect."""
        ...

    def payment(self, payment_id: str, *, ref: VendorRef) -> Outcome[GatewayPayment]:
        """Done: that payment now. Free of effect."""
        ...

    def refund(self, payment_id: str, amount: Money, *, ref: VendorRef) -> Outcome[str]:
        """Done(refund id): under way; the same *ref* again gives the same refund."""
        ...

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Return what a webhook says, after its signature over the raw *body* held. Raises BadSignature; ValueError if unreadable."""
        ...


class NoticePeek(Protocol):
    """Reads whom a notice claims to speak of, before anybody believes it. A function of the vendor's file."""

    def __call__(self, body: bytes, /) -> tuple[str, ...]:
        """Return the vendor's references in *body*; none where it is unreadable."""
        ...


class CollectionStore(Protocol):
    """Requests for money of a brand."""

    def add(self, collection: Collection) -> None:
        """Store a new one."""
        ...

    def get(self, collection_id: UUID, *, lock: bool = False) -> Collection:
        """Return it; *lock* until the transaction ends, after the loan's lock. Raises NotFound."""
        ...

    def find_by_order(self, gateway: str, order_id: str) -> Collection | None:
        """Return the one of a gateway's order, or None."""
        ...

    def find_watched(self, loan_id: LoanId, purpose: Purpose, amount: Money, on: date) -> Collection | None:
        """Return an open one of the loan for the same purpose, amount and day, or None."""
        ...

    def save(self, collection: Collection) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...


class ReceiptStore(Protocol):
    """Money that came."""

    def add(self, receipt: Receipt) -> bool:
        """Store it; return False, and change nothing, where its channel and reference are known."""
        ...

    def get(self, receipt_id: UUID, *, lock: bool = False) -> Receipt:
        """Return it; *lock* until the transaction ends, after the loan's lock. Raises NotFound."""
        ...

    def find(self, channel: str, reference: str) -> Receipt | None:
        """Return the one of a channel's reference, locked until the transaction ends, or None."""
        ...

    def save(self, receipt: Receipt) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...


class RefundStore(Protocol):
    """Money that goes back."""

    def add(self, refund: Refund) -> None:
        """Store a new one."""
        ...

    def get(self, refund_id: UUID, *, lock: bool = False) -> Refund:
        """Return it; *lock* until the transaction ends, after the loan's and the receipt's. Raises NotFound."""
        ...

    def under_way(self, *, loan_id: LoanId | None, receipt_id: UUID) -> Money:
        """Return what was promised and has not gone yet, of the loan's excess, or of the receipt where it has no loan."""
        ...

    def save(self, refund: Refund) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...


class ManualPaymentStore(Protocol):
    """Payments entered by hand."""

    def add(self, payment: ManualPayment) -> None:
        """Store a new one. Raises Conflict for a mode and reference that were entered before and not rejected."""
        ...

    def get(self, payment_id: UUID, *, lock: bool = False) -> ManualPayment:
        """Return it. Raises NotFound."""
        ...

    def save(self, payment: ManualPayment) -> None:
        """Write over the version it was read at. Raises StaleWrite."""
        ...
