"""Wire forms of sign-up, a customer's details, consents and work."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from los_domain.access.model import Tokens
from los_domain.banking.model import BankAccount, StatementUpload
from los_domain.banking.views import masked_account, masked_statement
from los_domain.customers.model import Block, BlockedBy, Consent, EmploymentEvidence, Occupation, Purpose
from los_domain.customers.policy import ProfileEdit
from los_domain.customers.usecases.blocklist import Blockable
from los_domain.customers.usecases.profile import Details
from los_domain.customers.usecases.sign_up import CodeSent
from los_domain.customers.views import CustomerRow, ShownDetails, masked_email
from los_domain.documents.usecases.decide import DocumentLink
from los_domain.kyc.policy import shown_aadhaar
from los_domain.kyc.usecases.read import Identity
from los_domain.onboarding.model import Pipeline
from los_domain.shared.identifiers import Aadhaar, Pan, Phone
from los_http.banking.schemas import BankAccountOut, StatementOut
from los_http.documents.schemas import DocumentOut
from los_http.kyc.schemas import AadhaarOut, PanOut
from los_http.onboarding.schemas import OnboardingOut
from los_http.shared.consent import ConsentedIn, Language, TextVersion
from los_http.shared.parsing import parsed
from los_http.shared.wire import Date, In, NameText, OtpText, Out, PhoneText, Rupees, instant, rupees

Subdomain = Annotated[
    str,
    msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9\-]{1,62}$", description="The brand, by its subdomain.", examples=["asha"]),
]


class PhoneIn(In):
    """A phone at a brand."""

    brand: Subdomain
    phone_number: PhoneText


class CodeIn(In):
    """A phone and the code that was sent to it."""

    brand: Subdomain
    phone_number: PhoneText
    otp: OtpText
    device: Annotated[str, msgspec.Meta(max_length=120)] = ""


class CodeSentOut(Out):
    """A code was sent; the same answer for a known and an unknown phone."""

    expires_in_seconds: int
    resend_after_seconds: int

    @classmethod
    def of(cls, sent: CodeSent) -> "CodeSentOut":
        return cls(expires_in_seconds=sent.expires_in_seconds, resend_after_seconds=sent.resend_after_seconds)


class RefreshIn(In):
    """The refresh token of the last answer; it can be used once."""

    refresh_token: Annotated[str, msgspec.Meta(min_length=20, max_length=200)]


class TokensOut(Out):
    """Tokens of a session."""

    access_token: str
    refresh_token: str
    expires_in_seconds: int
    token_type: str = "Bearer"  # noqa: S105 - the word of RFC 6750

    @classmethod
    def of(cls, tokens: Tokens) -> "TokensOut":
        return cls(
            access_token=tokens.access, refresh_token=tokens.refresh, expires_in_seconds=tokens.expires_in_seconds
        )


PincodeText = Annotated[str, msgspec.Meta(pattern=r"^[1-9]\d{5}$", description="Postal code.", examples=["411045"])]
EmailText = Annotated[str, msgspec.Meta(min_length=6, max_length=254, examples=["anaya@mail.example"])]
UanText = Annotated[
    str, msgspec.Meta(pattern=r"^\d{12}$", description="Universal account number.", examples=["100000000001"])
]


class DetailsIn(In):
    """Details that the customer states; what is left out stays as it is."""

    first_name: NameText | None = None
    last_name: NameText | None = None
    date_of_birth: Date | None = None
    gender: Literal["male", "female", "other"] | None = None
    email: EmailText | None = None
    address: Annotated[str, msgspec.Meta(min_length=3, max_length=300)] | None = None
    pincode: PincodeText | None = None
    city: Annotated[str, msgspec.Meta(min_length=2, max_length=80)] | None = None
    state: Annotated[str, msgspec.Meta(min_length=2, max_length=80)] | None = None

    def edit(self) -> ProfileEdit:
        """Return what is stated about the profile."""
        return ProfileEdit(
            first_name=self.first_name,
            last_name=self.last_name,
            date_of_birth=self.date_of_birth,
            gender=self.gender,
            address=self.address,
            pincode=self.pincode,
            city=self.city,
            state=self.state,
        )


class DetailsOut(Out):
    """A customer's details. *confirmed* names the fields that an authority confirmed: they cannot be changed any more."""

    id: str
    phone_number: str
    email: str | None
    first_name: str
    last_name: str
    date_of_birth: str | None
    gender: str
    address: str
    pincode: str
    city: str
    state: str
    alternate_phone_number: str
    pan: Annotated[str, msgspec.Meta(description="Masked; empty until it is verified.")]
    aadhaar: Annotated[str, msgspec.Meta(description="Masked; empty until e-KYC.")]
    confirmed: list[str]

    @classmethod
    def of(cls, details: ShownDetails) -> "DetailsOut":
        profile = details.profile
        born = profile.date_of_birth
        return cls(
            id=str(details.customer.id),
            phone_number=details.phone,
            email=details.email or None,
            first_name=profile.first_name,
            last_name=profile.last_name,
            date_of_birth=None if born is None else born.isoformat(),
            gender=profile.gender,
            address=profile.address,
            pincode=profile.pincode,
            city=profile.city,
            state=profile.state,
            alternate_phone_number=profile.alternate_phone,
            pan=profile.pan_masked,
            aadhaar=shown_aadhaar(profile.aadhaar_masked) if profile.aadhaar_masked else "",
            confirmed=sorted(camel(name) for name in profile.confirmed),
        )


def camel(name: str) -> str:
    """Return the wire's spelling of a field."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


ReasonText = Annotated[str, msgspec.Meta(min_length=3, max_length=300)]


class ConsentIn(In):
    """What the customer agrees to."""

    purpose: Purpose
    text_version: TextVersion
    language: Language = "en"


class ConsentOut(Out):
    """A consent as it is kept."""

    id: str
    purpose: str
    text_version: str
    language: str
    at: str

    @classmethod
    def of(cls, consent: Consent) -> "ConsentOut":
        return cls(
            id=str(consent.id),
            purpose=consent.purpose.value,
            text_version=consent.text_version,
            language=consent.language,
            at=instant(consent.at),
        )


class ConsentsOut(Out):
    """Consents of a customer, newest first."""

    items: list[ConsentOut]


class EmploymentIn(In):
    """What the customer says about her work."""

    employer: Annotated[str, msgspec.Meta(min_length=2, max_length=120, examples=["Acme Infotech Pvt Ltd"])]
    monthly_salary: Rupees
    official_email: EmailText | None = None
    uan: UanText | None = None


class UanIn(ConsentedIn):
    """By what the provident-fund office is asked: this UAN, else the one stated before, else the customer's phone."""

    uan: UanText | None = None


class StintOut(Out):
    """One employment of a provident-fund history."""

    employer: str
    joined_on: str | None
    left_on: str | None


class EvidenceOut(Out):
    """What a verdict stands on. Scores are from 0 to 100."""

    source: str
    at: str
    name_score: int
    employer_score: int
    employer_confirmed: bool | None
    reasons: list[str]
    history: list[StintOut]

    @classmethod
    def of(cls, evidence: EmploymentEvidence) -> "EvidenceOut":
        return cls(
            source=evidence.source,
            at=instant(evidence.at),
            name_score=evidence.name_score,
            employer_score=evidence.employer_score,
            employer_confirmed=evidence.employer_confirmed,
            reasons=list(evidence.reasons),
            history=[
                StintOut(
                    employer=stint.employer,
                    joined_on=None if stint.joined_on is None else stint.joined_on.isoformat(),
                    left_on=None if stint.left_on is None else stint.left_on.isoformat(),
                )
                for stint in evidence.history
            ],
        )


class EmploymentOut(Out):
    """A customer's work and what was found about it. The UAN is masked."""

    employer: str
    monthly_salary: str
    official_email: str | None
    uan: str
    stated_at: str
    verdict: str
    is_verified: bool
    evidence: EvidenceOut | None

    @classmethod
    def of(cls, occupation: Occupation) -> "EmploymentOut":
        return cls(
            employer=occupation.employer,
            monthly_salary=rupees(occupation.monthly_salary),
            official_email=occupation.official_email.value if occupation.official_email else None,
            uan=str(occupation.uan or ""),
            stated_at=instant(occupation.stated_at),
            verdict=occupation.verdict.value,
            is_verified=occupation.is_verified,
            evidence=None if occupation.evidence is None else EvidenceOut.of(occupation.evidence),
        )


class CustomerRowOut(Out):
    """One line of the list of customers; masked for who may not see personal data."""

    id: str
    phone_number: str
    name: str
    email: str
    created_at: str
    is_active: bool
    is_identified: bool
    is_erased: bool
    onboarding_step: Annotated[str, msgspec.Meta(description="The first mandatory step that is not done, or empty.")]

    @classmethod
    def of(cls, row: CustomerRow, pipeline: Pipeline | None) -> "CustomerRowOut":
        return cls(
            id=str(row.id),
            phone_number=row.phone,
            name=row.name,
            email=row.email,
            created_at=instant(row.created_at),
            is_active=row.is_active,
            is_identified=row.is_identified,
            is_erased=row.is_erased,
            onboarding_step=pipeline.current.step.value if pipeline and pipeline.current else "",
        )


class IdentityOut(Out):
    """What is proved of a customer."""

    pan: PanOut | None
    aadhaar: AadhaarOut | None
    alternate_phone_is_proved: bool

    @classmethod
    def of(cls, identity: Identity, *, whole: bool) -> "IdentityOut":
        mobile = identity.mobile
        return cls(
            pan=None if identity.pan is None else PanOut.of(identity.pan, whole=whole),
            aadhaar=None if identity.aadhaar is None else AadhaarOut.of(identity.aadhaar, whole=whole),
            alternate_phone_is_proved=mobile is not None and not mobile.is_registered,
        )


class CustomerOut(Out):
    """All that is known of one customer. *isMasked*: the reader may not see personal data."""

    is_masked: bool
    is_active: bool
    created_at: str
    details: DetailsOut
    onboarding: OnboardingOut
    kyc: IdentityOut
    documents: list[DocumentOut]
    bank_accounts: list[BankAccountOut]
    statements: list[StatementOut]
    employment: EmploymentOut | None

    @classmethod
    def of(
        cls,
        details: ShownDetails,
        identity: Identity,
        documents: Sequence[DocumentLink],
        accounts: Sequence[BankAccount],
        statements: Sequence[StatementUpload],
        occupation: Occupation | None,
        pipeline: Pipeline,
        *,
        whole: bool,
    ) -> "CustomerOut":
        employment = None if occupation is None else EmploymentOut.of(occupation)
        if employment is not None and not whole:
            employment.official_email = masked_email(employment.official_email or "") or None
        return cls(
            is_masked=not whole,
            is_active=details.customer.is_active,
            created_at=instant(details.customer.created_at),
            details=DetailsOut.of(details),
            onboarding=OnboardingOut.of(pipeline),
            kyc=IdentityOut.of(identity, whole=whole),
            documents=[DocumentOut.linked(each) for each in documents],
            bank_accounts=[BankAccountOut.of(each if whole else masked_account(each)) for each in accounts],
            statements=[StatementOut.of(each if whole else masked_statement(each)) for each in statements],
            employment=employment,
        )


class BlockIn(In):
    """An identifier that the brand is to lend nothing to."""

    type: BlockedBy
    identifier: Annotated[str, msgspec.Meta(min_length=10, max_length=16, examples=["ABCPD1234E"])]
    reason: ReasonText

    def parsed(self) -> Blockable:
        """Return the identifier. Raises Invalid where it has not the form of its type."""
        match self.type:
            case BlockedBy.PAN:
                return parsed("identifier", Pan.parse, self.identifier)
            case BlockedBy.AADHAAR:
                return parsed("identifier", Aadhaar.parse, self.identifier)
            case BlockedBy.PHONE:
                return parsed("identifier", Phone.parse, self.identifier)


class BlockOut(Out):
    """A block; the identifier is masked."""

    id: str
    type: str
    identifier: str
    reason: str
    added_at: str
    added_by: str | None

    @classmethod
    def of(cls, block: Block) -> "BlockOut":
        return cls(
            id=str(block.id),
            type=block.by.value,
            identifier=block.masked,
            reason=block.reason,
            added_at=instant(block.added_at),
            added_by=None if block.added_by is None else str(block.added_by),
        )


class BlocksOut(Out):
    """The blocks that stand, newest first."""

    items: list[BlockOut]


class StatusIn(In):
    """Whether a customer may apply, and why."""

    is_active: bool
    reason: ReasonText


class StatusOut(Out):
    """Whether a customer may apply."""

    id: str
    is_active: bool

    @classmethod
    def of(cls, details: Details) -> "StatusOut":
        return cls(id=str(details.customer.id), is_active=details.customer.is_active)
