"""What collecting money needs of outside systems."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Protocol

import attrs

from los_domain.shared.ids import VendorRef
from los_domain.shared.money import Money
from los_domain.shared.outcome import Outcome


class PaymentState(Enum):
    """Where a payment stands at a gateway. Only SUCCEEDED is ours; FAILED_SOFT may still succeed for three days."""

    PENDING = "pending"
    PENDING_CAPTURE = "pending_capture"
    SUCCEEDED = "succeeded"
    FAILED_SOFT = "failed_soft"
    FAILED = "failed"
    REFUNDED = "refunded"


@attrs.frozen
class Order:
    """A gateway's open request for one amount, and what a checkout page needs to show it."""

    id: str
    amount: Money
    checkout: tuple[tuple[str, str], ...] = ()  # public values only: key id, order id, link


@attrs.frozen
class GatewayPayment:
    """A payment as the gateway tells it."""

    id: str
    order_id: str
    amount: Money
    state: PaymentState
    word: str  # the gateway's own
    method: str = ""
    bank_reference: str = ""
    at: datetime | None = None
    failure: str = ""


@attrs.frozen
class Notice:
    """What one verified webhook says: its unique id at the gateway and the payments it speaks of."""

    event_id: str
    event: str  # the gateway's word, ``payment.captured``
    payments: tuple[GatewayPayment, ...]


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
