"""A lender, the regulated entity, its brands, under which borrowers know it, and the outside services that a brand uses."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import attrs

from los_domain.brands.providers import ProviderKind
from los_domain.shared.ids import AttemptId, BrandId, LenderId, ProviderId, VendorRef


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


class Effect(Enum):
    """What a call does at the vendor, which decides when the next provider may be asked and when a call may be repeated."""

    LOOK_UP = "look_up"  # free of effect (though perhaps billed): any silence may be followed by another try elsewhere
    ONCE = "once"  # has an effect that must not be doubled: only what certainly was not taken may be tried elsewhere
    WORTH_A_DOUBLE = "worth_a_double"  # a one-time password: better twice than never


@attrs.frozen
class Subject:
    """What a call is about: ``Subject("loan", loan_id)``. Attempts are found by it."""

    kind: str
    id: UUID


@attrs.frozen
class BrandProvider:
    """
    One outside service as one brand uses it.

    rank: 0 is the primary, the others in order of falling back.
    is_active: the brand wants it asked. is_disabled: operations switched it off, whatever the brand wants.
    config: JSON values as the vendor's config class reads them, secrets among them.
    webhook_path: the unguessable end of the address that the vendor posts to.
    """

    id: ProviderId
    kind: ProviderKind
    name: str
    rank: int
    is_active: bool
    is_disabled: bool
    config: Mapping[str, Any] = attrs.field(repr=False)
    webhook_path: str = attrs.field(repr=False)
    version: int = 1


@attrs.frozen
class Attempt:
    """One call to a vendor. *outcome* is None while it is open: a call cut short stays so, for whoever looks next."""

    id: AttemptId
    ref: VendorRef
    kind: ProviderKind
    call: str
    provider: str
    provider_id: ProviderId
    subject: Subject
    started_at: datetime
    outcome: str | None = None  # a word of ``OUTCOME_WORDS``
    detail: str = ""  # code words, safe to show
    provider_reference: str = ""
    finished_at: datetime | None = None
