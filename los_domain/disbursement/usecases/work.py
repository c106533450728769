"""What paying out touches, and the one transaction in which an answer of a bank takes effect."""

from datetime import datetime
from typing import Protocol

import attrs

from los_domain.disbursement.model import Payout, PayoutStatus
from los_domain.disbursement.policy import Moved
from los_domain.disbursement.ports import PayoutStore
from los_domain.loans.servicing import ServicingWork, pay_out
from los_domain.shared.actor import Actor
from los_domain.shared.audit import AuditEvent


class PayoutWork(ServicingWork, Protocol):
    """The unit of work of paying out."""

    @property
    def payouts(self) -> PayoutStore:
        """Payouts of the brand."""
        ...


def take_effect(work: PayoutWork, before: Payout, moved: Moved, *, verb: str, at: datetime) -> Payout:
    """
    Save what became of *before*; where it is paid now, its loan is disbursed in the same transaction.

    The loan's row is locked by the caller before the payout's. Who disburses a loan is its bank, also where people had to find out.
    """
    payout = moved.payout
    work.payouts.save(payout)
    found = "found on the bank's statement by two people" if payout.finding is not None else ""
    if payout.status is PayoutStatus.PAID and before.status is not PayoutStatus.PAID and payout.paid_on is not None:
        pay_out(
            work,
            work.loans.get(payout.loan_id, lock=True),
            payout=payout.id,
            net=payout.amount,
            on=payout.paid_on,
            channel=payout.provider_name,
            by=Actor.vendor(payout.provider_name),
            at=at,
            reason=found,
        )
    elif before.status.is_open and not payout.status.is_open:
        work.loans.save(attrs.evolve(work.loans.get(payout.loan_id, lock=True), is_paying=False))
    work.outbox.add(*moved.events)
    if payout.status is not before.status:
        work.audit.add(
            AuditEvent(
                f"disbursement.{verb}",
                "payout",
                payout.id,
                before={"status": before.status.value},
                after={"status": payout.status.value, "reference": payout.bank_reference},
                reason=payout.reason,
            )
        )
    return payout
