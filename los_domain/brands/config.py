"""The one page of a brand's flags. A flag is added together with the policy that reads it: none is decoration."""

from typing import ClassVar

import attrs


@attrs.frozen
class BrandConfig:
    """
    How a brand works.

    agreement_header, agreement_footer: printed on every page of the agreement.
    esign_docket_title: what the borrower sees at the signing service.
    esign_expiry_days: how long an agreement may be signed, 1 to 30.
    esign_copy_recipients: mail addresses, besides the borrower's, that get the signed copy.
    """

    PAGE: ClassVar[str] = "brand"

    agreement_header: str = ""
    agreement_footer: str = ""
    esign_docket_title: str = "Loan agreement"
    esign_expiry_days: int = attrs.field(default=7, validator=[attrs.validators.ge(1), attrs.validators.le(30)])
    esign_copy_recipients: tuple[str, ...] = ()
