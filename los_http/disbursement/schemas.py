"""Wire forms of paying out."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from los_domain.disbursement.model import Payout, Verdict
from los_http.shared.wire import Date, In, Out, Rupees, instant, rupees


class FindingOut(Out):
    """What one person found out, waiting for a second."""

    verdict: Verdict
    bank_reference: str
    paid_on: date | None
    reason: str
    by: UUID
    at: str


class PayoutOut(Out):
    """One instruction to pay a loan. UNKNOWN: a bank has it or not, and is asked; it is never sent again."""

    id: UUID
    loan_id: UUID
    reference: str
    amount: Rupees
    rail: str
    status: str
    bank: str
    bank_reference: str
    bank_word: str
    reason: str
    created_at: str
    sent_on: date | None
    paid_on: date | None
    tries: int
    enquiries: int
    next_look_at: str | None
    requested_by: UUID | None
    finding: FindingOut | None

    @classmethod
    def of(cls, payout: Payout) -> "PayoutOut":
        found = payout.finding
        return cls(
            id=payout.id,
            loan_id=payout.loan_id,
            reference=payout.ref,
            amount=rupees(payout.amount),
            rail=payout.rail.value,
            status=payout.status.value,
            bank=payout.provider_name,
            bank_reference=payout.bank_reference,
            bank_word=payout.word,
            reason=payout.reason,
            created_at=instant(payout.created_at),
            sent_on=payout.sent_on,
            paid_on=payout.paid_on,
            tries=payout.tries,
            enquiries=payout.asked,
            next_look_at=None if payout.look_at is None else instant(payout.look_at),
            requested_by=payout.requested_by,
            finding=None
            if found is None
            else FindingOut(
                verdict=found.verdict,
                bank_reference=found.bank_reference,
                paid_on=found.paid_on,
                reason=found.reason,
                by=found.by,
                at=instant(found.at),
            ),
        )


class FindingIn(In):
    """What the bank's statement or a letter of the bank shows about a payout that its enquiry does not tell of."""

    verdict: Verdict
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=300)]
    bank_reference: Annotated[str, msgspec.Meta(max_length=40)] = ""
    paid_on: Date | None = None


class ConfirmIn(In):
    """Whether the second person sees the same."""

    agrees: bool
