"""A lender, the regulated entity, and its brands, under which borrowers know it."""

import attrs

from los_domain.shared.ids import BrandId, LenderId


@attrs.frozen
class Lender:
    """A regulated entity: persons, exposure and classification are known across its brands, nothing else is."""

    id: LenderId
    name: str
    registration_number: str = ""  # of the NBFC with the regulator


@attrs.frozen
class Brand:
    """One name under which a lender lends. Everything of a borrower belongs to one brand."""

    id: BrandId
    lender_id: LenderId
    name: str
    subdomain: str  # by which the borrower's app finds it
    is_active: bool = True
    version: int = 1
