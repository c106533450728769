"""What collecting money needs of outside systems."""

from collections.abc import Mapping
from typing import Protocol

from los_domain.payments.model import GatewayPayment, Notice, Order
from los_domain.shared.ids import VendorRef
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
