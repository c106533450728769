"""Wire forms of payments."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from los_domain.payments.model import Collection, ManualMode, ManualPayment, Purpose, Receipt, Refund
from los_http.shared.wire import Date, In, Out, Rupees, instant, rupees


class PayIn(In):
    """What is to be paid. Without an amount: everything due today, or for FORECLOSURE and COOLING_OFF today's payoff amount."""

    purpose: Purpose = Purpose.DUES
    amount: Rupees | None = None


class PairOut(Out):
    """A public value that the gateway's checkout page needs."""

    name: str
    value: str


class CollectionOut(Out):
    """A request for money: OPEN can be paid with *checkout*; STARTING is not open yet, look again at its address."""

    id: UUID
    loan_id: UUID
    purpose: Purpose
    amount: Rupees
    status: str
    on: Date
    gateway: str
    order_id: str
    checkout: list[PairOut]
    expires_at: str
    failure: str

    @classmethod
    def of(cls, collection: Collection) -> "CollectionOut":
        return cls(
            id=collection.id,
            loan_id=collection.loan_id,
            purpose=collection.purpose,
            amount=rupees(collection.amount),
            status=collection.status.value,
            on=collection.on,
            gateway=collection.gateway,
            order_id=collection.order_id,
            checkout=[PairOut(name=name, value=value) for name, value in collection.checkout],
            expires_at=instant(collection.expires_at),
            failure=collection.failure,
        )


class ReceiptOut(Out):
    """Money that came."""

    id: UUID
    loan_id: UUID | None
    channel: str
    reference: str
    bank_reference: str
    method: str
    amount: Rupees
    refunded: Rupees
    value_on: Date
    received_at: str
    status: str
    reason: str

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptOut":
        return cls(
            id=receipt.id,
            loan_id=receipt.loan_id,
            channel=receipt.channel,
            reference=receipt.reference,
            bank_reference=receipt.bank_reference,
            method=receipt.method,
            amount=rupees(receipt.amount),
            refunded=rupees(receipt.refunded),
            value_on=receipt.value_on,
            received_at=instant(receipt.received_at),
            status=receipt.status.value,
            reason=receipt.reason,
        )


Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=60, examples=["UTR500012345678"])]
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=300)]


class ManualPaymentIn(In):
    """A payment that reached the lender outside of a gateway, as staff saw it."""

    loan_id: UUID
    mode: ManualMode
    reference: Reference
    amount: Rupees
    paid_on: date
    purpose: Purpose = Purpose.DUES


class ManualPaymentOut(Out):
    """A payment entered by hand; booked once a second person approved it."""

    id: UUID
    loan_id: UUID
    purpose: Purpose
    mode: ManualMode
    reference: str
    amount: Rupees
    paid_on: Date
    status: str
    made_by: UUID
    made_at: str
    decided_by: UUID | None
    reason: str
    receipt_id: UUID | None

    @classmethod
    def of(cls, payment: ManualPayment) -> "ManualPaymentOut":
        return cls(
            id=payment.id,
            loan_id=payment.loan_id,
            purpose=payment.purpose,
            mode=payment.mode,
            reference=payment.reference,
            amount=rupees(payment.amount),
            paid_on=payment.paid_on,
            status=payment.status.value,
            made_by=payment.made_by,
            made_at=instant(payment.made_at),
            decided_by=payment.decided_by,
            reason=payment.reason,
            receipt_id=payment.receipt_id,
        )


class ReasonIn(In):
    """Why."""

    reason: Reason


class RefundIn(In):
    """How much of a receipt goes back, and why."""

    amount: Rupees
    reason: Reason


class DecisionIn(In):
    """What the second person says."""

    agrees: bool
    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


class MatchIn(In):
    """Whose money it is."""

    loan_id: UUID
    reason: Reason


class RefundOut(Out):
    """Money going back: PROPOSED waits for a second person, READY for the gateway."""

    id: UUID
    receipt_id: UUID
    loan_id: UUID | None
    amount: Rupees
    status: str
    reason: str
    proposed_by: UUID
    decided_by: UUID | None
    provider_reference: str
    failure: str

    @classmethod
    def of(cls, refund: Refund) -> "RefundOut":
        return cls(
            id=refund.id,
            receipt_id=refund.receipt_id,
            loan_id=refund.loan_id,
            amount=rupees(refund.amount),
            status=refund.status.value,
            reason=refund.reason,
            proposed_by=refund.proposed_by,
            decided_by=refund.decided_by,
            provider_reference=refund.provider_reference,
            failure=refund.failure,
        )
