"""Decisions about a paper. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs

from los_domain.agreements.model import (
    Agreement,
    AgreementStatus,
    Contents,
    EndedWhy,
    Envelope,
    Party,
    SigningRequest,
    SigningState,
    SigningStatus,
)
from los_domain.brands.config import BrandConfig
from los_domain.brands.model import Attempt
from los_domain.shared.errors import Conflict
from los_domain.shared.ids import BrandId, LoanId, ProviderId

UNSIGNED_ENDS: Mapping[SigningState, EndedWhy] = {
    SigningState.REJECTED: EndedWhy.DECLINED,
    SigningState.FAILED: EndedWhy.FAILED,
    SigningState.EXPIRED: EndedWhy.TIME,
}
"""What the vendor's last words mean for a paper that nobody signed."""


def key_of(brand: BrandId, loan: LoanId, number: int, *, signed: bool = False) -> str:
    """Return where a paper's file lies: told by loan and number, so that a second try writes over the first."""
    return f"{brand}/agreement/{loan}-{number}{'-signed' if signed else ''}"


def prepared(
    agreement_id: UUID, loan: LoanId, party: Party, *, number: int, file_key: str, sha256: str, now: datetime
) -> Agreement:
    """Return a new paper."""
    return Agreement(
        id=agreement_id,
        loan_id=loan,
        customer_id=party.customer_id,
        number=number,
        status=AgreementStatus.PENDING,
        file_key=file_key,
        sha256=sha256,
        prepared_at=now,
    )


def perhaps_sent(attempts: Sequence[Attempt]) -> bool:
    """
    Return whether an earlier call made a contract, or may have: one is legal and billed, and never made a second time by itself.

    Done counts too: whoever made the call was killed before the place to sign was noted, and no service tells it again.
    """
    return any(one.call == "send" and one.outcome in (None, "UNKNOWN", "PENDING", "DONE") for one in attempts)


def refuse_other_paper(agreement: Agreement, envelope: Envelope) -> None:
    """Raise Conflict if the vendor says it got another file than ours."""
    if envelope.document_sha256 and envelope.document_sha256 != agreement.sha256:
        raise Conflict("the signing service holds another file than the one that was sent")


def sent(
    agreement: Agreement, envelope: Envelope, *, provider: ProviderId, name: str, now: datetime, days: int
) -> Agreement:
    """Return *agreement* with the signing service, to be signed within *days*."""
    return attrs.evolve(
        agreement,
        status=AgreementStatus.SENT,
        provider=provider,
        provider_name=name,
        envelope_id=envelope.id,
        signer_url=envelope.signer_url,
        sent_at=now,
        expires_at=now + timedelta(days=days),
    )


def signed(agreement: Agreement, status: SigningStatus, *, key: str, now: datetime) -> Agreement:
    """Return *agreement* signed, its signed file under *key*."""
    return attrs.evolve(
        agreement,
        status=AgreementStatus.SIGNED,
        signed_at=status.signed_at or now,
        signed_by=status.signer_name,
        signed_key=key,
        signed_sha256=status.signed_sha256,
    )


def ended(agreement: Agreement, why: EndedWhy) -> Agreement:
    """Return *agreement* after it ended unsigned; nobody can sign by its link any more."""
    return attrs.evolve(agreement, status=AgreementStatus.EXPIRED, ended_why=why, signer_url="")


def is_due(agreement: Agreement, now: datetime) -> bool:
    """Return whether the time for signing is over."""
    return agreement.status is AgreementStatus.SENT and agreement.expires_at is not None and now >= agreement.expires_at


def paper(contents: Contents, party: Party, config: BrandConfig, *, dated: date) -> Mapping[str, Any]:
    """Return the data of the template ``agreement``."""
    return {
        "brand": {
            "name": contents.brand_name,
            "header": config.agreement_header,
            "footer": config.agreement_footer or contents.lender_name,
        },
        "dated": str(dated),
        "accepted_on": str(contents.accepted_on),
        "digest": contents.digest,
        "facts": contents.facts,
        "lender": {"name": contents.lender_name, "registration_number": contents.registration_number},
        "borrower": {"name": party.name, "address": party.address, "pan": party.pan_masked},
        "loan": {"number": contents.loan_number, "in_words": contents.amount_in_words},
        "pay_to": contents.pay_to,
        "policy_links": [{"title": title, "url": url} for title, url in contents.policy_links],
    }


def request(pdf: bytes, party: Party, config: BrandConfig, *, callback_url: str, return_url: str) -> SigningRequest:
    """Return what the signing service is asked."""
    return SigningRequest(
        title=config.esign_docket_title,
        pdf=pdf,
        signer_name=party.name,
        signer_gender=party.gender,
        signer_birth_year=party.birth_date.year,
        aadhaar_last_four=party.aadhaar_last_four,
        callback_url=callback_url,
        return_url=return_url,
        expires_in_days=config.esign_expiry_days,
    )
