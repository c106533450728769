"""Wire forms of a brand's settings and providers."""

from typing import Annotated, Any, Literal

import msgspec

from los_domain.brands.config import BrandConfig
from los_domain.brands.legal import LegalFacts, PolicyPaths
from los_domain.brands.model import BrandProvider
from los_domain.brands.providers import ProviderKind
from los_domain.brands.usecases.providers import ProviderWish
from los_domain.settings.model import Page
from los_domain.shared.money import Money
from los_http.shared.parsing import parsed
from los_http.shared.wire import In, NameText, Out, Rupees, instant, rupees

Version = Annotated[int, msgspec.Meta(ge=0, description="As it was read; 409 if somebody wrote meanwhile.")]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Address = Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Step = Annotated[
    Literal["AADHAAR", "SELFIE", "BANK", "EMPLOYMENT", "STATEMENT"],
    msgspec.Meta(description="A step of onboarding that holds up an application until it is done."),
]
Score = Annotated[int, msgspec.Meta(ge=0, le=100, description="Of a name match.")]
Kind = Annotated[ProviderKind, msgspec.Meta(description="What the service is for.")]
VendorName = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["GUPSHUP"])]


class BrandConfigIn(In):
    """The flags of a brand, all of them: what is left out takes its default."""

    version: Version
    loan_agreement_header: Words = ""
    loan_agreement_footer: Words = ""
    esign_docket_title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] = "Loan agreement"
    esign_expiry_day_count: Annotated[int, msgspec.Meta(ge=1, le=30)] = 7
    esign_final_copy_recipients: Annotated[list[Address], msgspec.Meta(max_length=20)] = msgspec.field(
        default_factory=list
    )
    esign_notification_email_list: Annotated[list[Address], msgspec.Meta(max_length=20)] = msgspec.field(
        default_factory=list
    )
    salary_threshold_amount: Rupees = "0.00"
    rejection_duration: Annotated[int, msgspec.Meta(ge=0, le=3650, description="Days.")] = 90
    least_age: Annotated[int, msgspec.Meta(ge=18, le=100)] = 21
    most_age: Annotated[int, msgspec.Meta(ge=18, le=100)] = 60
    most_open_loans: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    bureau_fresh_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 30

    onboarding_steps: list[Step] = msgspec.field(
        default_factory=lambda: ["AADHAAR", "SELFIE", "BANK", "EMPLOYMENT", "STATEMENT"]
    )
    is_aadhaar_number_required: bool = False
    is_alternate_number: bool = False
    skip_user_onboarding_completed: bool = False
    enable_central_dedup: bool = False
    name_match_from: Score = 85
    name_review_from: Score = 65

    def page(self) -> BrandConfig:
        """Return the page that is meant."""
        return BrandConfig(
            agreement_header=self.loan_agreement_header,
            agreement_footer=self.loan_agreement_footer,
            esign_docket_title=self.esign_docket_title,
            esign_expiry_days=self.esign_expiry_day_count,
            esign_copy_recipients=tuple(self.esign_final_copy_recipients),
            esign_notified=tuple(self.esign_notification_email_list),
            onboarding_steps=tuple(self.onboarding_steps),
            is_aadhaar_number_required=self.is_aadhaar_number_required,
            is_alternate_number=self.is_alternate_number,
            skip_user_onboarding_completed=self.skip_user_onboarding_completed,
            enable_central_dedup=self.enable_central_dedup,
            name_match_from=self.name_match_from,
            name_review_from=self.name_review_from,
            salary_threshold=parsed("salaryThresholdAmount", Money.parse, self.salary_threshold_amount),
            rejection_days=self.rejection_duration,
            age_least=self.least_age,
            age_most=self.most_age,
            most_open_loans=self.most_open_loans,
            bureau_fresh_days=self.bureau_fresh_days,
        )


class BrandConfigOut(Out):
    """The flags of a brand, which version they are, and who changed them when."""

    version: int
    changed_by: str | None
    changed_at: str | None
    loan_agreement_header: str
    loan_agreement_footer: str
    esign_docket_title: str
    esign_expiry_day_count: int
    esign_final_copy_recipients: list[str]
    esign_notification_email_list: list[str]
    onboarding_steps: list[str]
    is_aadhaar_number_required: bool
    is_alternate_number: bool
    skip_user_onboarding_completed: bool
    enable_central_dedup: bool
    name_match_from: int
    name_review_from: int
    salary_threshold_amount: str
    rejection_duration: int
    least_age: int
    most_age: int
    most_open_loans: int
    bureau_fresh_days: int

    @classmethod
    def of(cls, page: Page[BrandConfig]) -> "BrandConfigOut":
        body = page.body
        return cls(
            version=page.version,
            changed_by=None if page.changed_by is None else str(page.changed_by),
            changed_at=None if page.changed_at is None else instant(page.changed_at),
            loan_agreement_header=body.agreement_header,
            loan_agreement_footer=body.agreement_footer,
            esign_docket_title=body.esign_docket_title,
            esign_expiry_day_count=body.esign_expiry_days,
            esign_final_copy_recipients=list(body.esign_copy_recipients),
            esign_notification_email_list=list(body.esign_notified),
            onboarding_steps=list(body.onboarding_steps),
            is_aadhaar_number_required=body.is_aadhaar_number_required,
            is_alternate_number=body.is_alternate_number,
            skip_user_onboarding_completed=body.skip_user_onboarding_completed,
            enable_central_dedup=body.enable_central_dedup,
            name_match_from=body.name_match_from,
            name_review_from=body.name_review_from,
            salary_threshold_amount=rupees(body.salary_threshold),
            rejection_duration=body.rejection_days,
            least_age=body.age_least,
            most_age=body.age_most,
            most_open_loans=body.most_open_loans,
            bureau_fresh_days=body.bureau_fresh_days,
        )


class LegalIn(In):
    """What the brand tells borrowers by law."""

    version: Version
    grievance_officer: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    grievance_phone: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    grievance_email: Address
    recovery_agents: Annotated[list[NameText], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    may_transfer: bool = False

    def page(self) -> LegalFacts:
        """Return the page that is meant."""
        return LegalFacts(
            officer=self.grievance_officer,
            phone=self.grievance_phone,
            email=self.grievance_email,
            recovery_agents=tuple(self.recovery_agents),
            may_transfer=self.may_transfer,
        )


class LegalOut(Out):
    """What the brand tells borrowers by law."""

    version: int
    grievance_officer: str
    grievance_phone: str
    grievance_email: str
    recovery_agents: list[str]
    may_transfer: bool

    @classmethod
    def of(cls, page: Page[LegalFacts]) -> "LegalOut":
        body = page.body
        return cls(
            version=page.version,
            grievance_officer=body.officer,
            grievance_phone=body.phone,
            grievance_email=body.email,
            recovery_agents=list(body.recovery_agents),
            may_transfer=body.may_transfer,
        )


Link = Annotated[
    str, msgspec.Meta(pattern=r"^(https://\S+)?$", max_length=500, examples=["https://brand.example/terms"])
]


class PathsIn(In):
    """Where the brand's policies are read; an empty address is printed nowhere."""

    version: Version
    terms: Link = ""
    privacy: Link = ""
    faq: Link = ""

    def page(self) -> PolicyPaths:
        """Return the page that is meant."""
        return PolicyPaths(self.terms, self.privacy, self.faq)


class PathsOut(Out):
    """Where the brand's policies are read."""

    version: int
    terms: str
    privacy: str
    faq: str

    @classmethod
    def of(cls, page: Page[PolicyPaths]) -> "PathsOut":
        return cls(version=page.version, terms=page.body.terms, privacy=page.body.privacy, faq=page.body.faq)


class ProviderIn(In):
    """
    An outside service that the brand wants.

    config: the vendor's settings; every wrong one is named. A secret sent back as it was shown, masked, stays what it is.
    rank: 0 is the primary, the others are asked in order when it cannot; without a rank it comes last.
    """

    type: Kind
    provider_name: VendorName
    config: dict[str, Any]
    rank: Annotated[int, msgspec.Meta(ge=0, le=99)] = 99
    is_active: bool = True
    is_disabled: bool = False

    def wish(self) -> ProviderWish:
        """Return what is wished."""
        return ProviderWish(
            self.type,
            self.provider_name,
            self.config,
            rank=self.rank,
            is_active=self.is_active,
            is_disabled=self.is_disabled,
        )


class ProviderChangeIn(ProviderIn, kw_only=True):
    """A change of a provider; type and vendor stay what they are."""

    version: Version


class ProviderOut(Out):
    """A provider of the brand; secrets are masked. *webhookUrl*: where the vendor posts receipts, to be told to the vendor alone."""

    id: str
    type: str
    provider_name: str
    rank: int
    is_primary: bool
    is_active: bool
    is_disabled: bool
    config: dict[str, Any]
    webhook_url: str
    version: int

    @classmethod
    def of(cls, provider: BrandProvider, public_url: str) -> "ProviderOut":
        return cls(
            id=str(provider.id),
            type=provider.kind.value,
            provider_name=provider.name,
            rank=provider.rank,
            is_primary=provider.rank == 0,
            is_active=provider.is_active,
            is_disabled=provider.is_disabled,
            config=dict(provider.config),
            webhook_url=f"{public_url}/api/v1/webhook/messages/{provider.webhook_path}"
            if provider.kind in (ProviderKind.SMS, ProviderKind.EMAIL, ProviderKind.WHATSAPP)
            else "",
            version=provider.version,
        )


class ProvidersOut(Out):
    """The brand's providers in the order in which they are asked."""

    items: list[ProviderOut]
