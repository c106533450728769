"""The one page of a brand's flags. A flag is added together with the policy that reads it: none is decoration."""

from typing import ClassVar

import attrs

from los_domain.shared.money import ZERO, Money

OPTIONAL_STEPS = ("AADHAAR", "SELFIE", "BANK", "EMPLOYMENT", "STATEMENT")
"""Steps of onboarding that a brand may do without."""


@attrs.frozen
class BrandConfig:
    """
    How a brand works.

    agreement_header, agreement_footer: printed on every page of the agreement.
    esign_docket_title: what the borrower sees at the signing service.
    esign_expiry_days: how long an agreement may be signed, 1 to 30.
    esign_copy_recipients: mail addresses, besides the borrower's, that get the signed copy.
    esign_notified: mail addresses of staff who are told when an agreement ends unsigned.
    onboarding_steps: the steps that hold up an application until they are done, of ``OPTIONAL_STEPS``; a PAN always does.
    is_aadhaar_number_required: e-KYC counts only where its name matches the PAN's; otherwise the match is scored and shown.
    is_alternate_number: a second phone has to be proved.
    skip_user_onboarding_completed: nothing but the PAN holds up an application.
    name_match_from, name_review_from: scores, 0 to 100, from which two authorities' names match, and from which a person looks at them.
    enable_central_dedup: who is a customer of another brand of the lender already is not taken by this one.
    salary_threshold: the least monthly salary of who may apply.
    rejection_days: how long after a declined application another one is refused.
    age_least, age_most: whole years of who may apply, both included.
    most_open_loans: how many loans and applications a customer may have at once.
    bureau_fresh_days: how old a credit report may be before another is bought.
    """

    PAGE: ClassVar[str] = "brand"

    agreement_header: str = ""
    agreement_footer: str = ""
    esign_docket_title: str = "Loan agreement"
    esign_expiry_days: int = attrs.field(default=7, validator=[attrs.validators.ge(1), attrs.validators.le(30)])
    esign_copy_recipients: tuple[str, ...] = ()
    esign_notified: tuple[str, ...] = ()
    onboarding_steps: tuple[str, ...] = attrs.field(
        default=OPTIONAL_STEPS, validator=attrs.validators.deep_iterable(attrs.validators.in_(OPTIONAL_STEPS))
    )
    is_aadhaar_number_required: bool = False
    is_alternate_number: bool = False
    skip_user_onboarding_completed: bool = False
    name_match_from: int = attrs.field(default=85, validator=[attrs.validators.ge(0), attrs.validators.le(100)])
    name_review_from: int = attrs.field(default=65, validator=[attrs.validators.ge(0), attrs.validators.le(100)])
    enable_central_dedup: bool = False
    salary_threshold: Money = ZERO
    rejection_days: int = attrs.field(default=90, validator=[attrs.validators.ge(0), attrs.validators.le(3650)])
    age_least: int = attrs.field(default=21, validator=[attrs.validators.ge(18), attrs.validators.le(100)])
    age_most: int = attrs.field(default=60, validator=[attrs.validators.ge(18), attrs.validators.le(100)])
    most_open_loans: int = attrs.field(default=1, validator=[attrs.validators.ge(1), attrs.validators.le(50)])
    bureau_fresh_days: int = attrs.field(default=30, validator=[attrs.validators.ge(0), attrs.validators.le(365)])
