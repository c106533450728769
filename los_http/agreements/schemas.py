"""Wire forms of agreements."""

from datetime import datetime

from los_domain.agreements.model import Agreement, AgreementStatus
from los_domain.agreements.usecases.read import Shown
from los_http.shared.wire import Out, instant


def _when(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


class AgreementOut(Out):
    """
    A loan's agreement. *url* fetches the file for a few minutes: the signed one, once it is signed.

    endedWhy: of one that nobody signed: ``time``, ``declined``, ``failed`` or ``replaced``.
    """

    id: str
    loan_id: str
    number: int
    status: AgreementStatus
    sha256: str
    prepared_at: str
    esign_provider: str
    docket_id: str
    sent_at: str | None
    expires_at: str | None
    signed_at: str | None
    signed_sha256: str
    ended_why: str | None
    url: str = ""

    @classmethod
    def of(cls, agreement: Agreement, url: str = "") -> "AgreementOut":
        return cls(
            id=str(agreement.id),
            loan_id=str(agreement.loan_id),
            number=agreement.number,
            status=agreement.status,
            sha256=agreement.sha256,
            prepared_at=instant(agreement.prepared_at),
            esign_provider=agreement.provider_name,
            docket_id=agreement.envelope_id,
            sent_at=_when(agreement.sent_at),
            expires_at=_when(agreement.expires_at),
            signed_at=_when(agreement.signed_at),
            signed_sha256=agreement.signed_sha256,
            ended_why=None if agreement.ended_why is None else agreement.ended_why.value,
            url=url,
        )

    @classmethod
    def shown(cls, shown: Shown) -> "AgreementOut":
        return cls.of(shown.agreement, shown.url)


class MyAgreementOut(Out):
    """Your agreement. *signUrl*: where you sign it, while you can. *url* fetches the file for a few minutes."""

    status: AgreementStatus
    number: int
    sign_url: str
    expires_at: str | None
    signed_at: str | None
    sha256: str
    url: str

    @classmethod
    def of(cls, shown: Shown) -> "MyAgreementOut":
        agreement = shown.agreement
        is_signed = agreement.status is AgreementStatus.SIGNED
        return cls(
            status=agreement.status,
            number=agreement.number,
            sign_url=agreement.signer_url if agreement.status is AgreementStatus.SENT else "",
            expires_at=_when(agreement.expires_at),
            signed_at=_when(agreement.signed_at),
            sha256=agreement.signed_sha256 if is_signed else agreement.sha256,
            url=shown.url,
        )
