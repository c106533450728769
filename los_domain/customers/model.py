"""A customer of a brand, and what is known of her."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.identifiers import Email, Phone, Uan
from los_domain.shared.ids import AttemptId, CustomerId, PersonId
from los_domain.shared.money import Money


@attrs.frozen
class Customer:
    """One borrower at one brand. The same human at another brand is another customer; a verified PAN joins them in a person."""

    id: CustomerId
    phone: Phone
    created_at: datetime
    is_active: bool = True
    email: Email | None = None
    person_id: PersonId | None = None
    version: int = 1


@attrs.frozen(repr=False)
class Profile:
    """What a customer told us and authorities confirmed. Empty text means not known yet."""

    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    gender: str = ""
    address: str = ""
    pincode: str = ""
    city: str = ""
    state: str = ""
    alternate_phone: str = ""
    pan_masked: str = ""
    aadhaar_masked: str = ""
    confirmed: frozenset[str] = (
        frozenset()
    )  # names of fields that an authority confirmed: she cannot change them any more
    version: int = 0

    @property
    def name(self) -> str:
        """First and last name in reading order."""
        return f"{self.first_name} {self.last_name}".strip()


@attrs.frozen
class Person:
    """One human being across a lender's brands, known by her PAN alone. Customers of several brands may be hers."""

    id: PersonId
    joined_into: PersonId | None = None  # by two people's decision: the person who stands for both


class Purpose(Enum):
    """What a customer agreed to. One consent serves one purpose."""

    PAN_VERIFICATION = "PAN_VERIFICATION"
    AADHAAR_EKYC = "AADHAAR_EKYC"
    EMPLOYMENT_VERIFICATION = "EMPLOYMENT_VERIFICATION"
    BANK_ACCOUNT_VERIFICATION = "BANK_ACCOUNT_VERIFICATION"
    STATEMENT_ANALYSIS = "STATEMENT_ANALYSIS"
    CREDIT_REPORT = "CREDIT_REPORT"
    TERMS = "TERMS"
    MARKETING = "MARKETING"


@attrs.frozen
class Consent:
    """That a customer agreed, to what, in which words (a version of the brand's text), when and from where."""

    id: UUID
    customer_id: CustomerId
    purpose: Purpose
    text_version: str
    language: str
    at: datetime
    address: str = ""  # network address


@attrs.frozen
class Employment:
    """One entry of a provident-fund history."""

    employer: str
    member_id: str = ""
    joined_on: date | None = None
    left_on: date | None = None


@attrs.frozen
class EmploymentRecord:
    """What the provident-fund office knows of one person, most recent employment first."""

    uan: Uan | None
    name: str
    date_of_birth: date | None
    history: tuple[Employment, ...]
    employer_confirmed: bool | None = None  # whether the vendor's own match of the stated employer held


class EmploymentVerdict(Enum):
    """What is made of what a customer says about her work. Nothing but STATED and CHECKING is without evidence."""

    STATED = "stated"
    CHECKING = "checking"
    VERIFIED = "verified"
    NOT_CONFIRMED = "not_confirmed"  # there is a record, and it says something else
    NO_RECORD = "no_record"  # no provident-fund account: common, and proves nothing


@attrs.frozen(repr=False)
class EmploymentEvidence:
    """
    What the verdict stands on: the record as it was found, and how far it agrees.

    Scores run from 0 to 100; *employer_confirmed* is the vendor's own word, where it gave one.
    """

    source: str
    attempt: AttemptId
    at: datetime
    uan: Uan | None
    name: str
    name_score: int
    employer_score: int
    employer_confirmed: bool | None
    history: tuple[Employment, ...]
    reasons: tuple[str, ...] = ()  # codes of what did not agree

    @property
    def current(self) -> Employment | None:
        """The employment that has not ended, or None."""
        return next((stint for stint in self.history if stint.left_on is None), None)


@attrs.frozen(repr=False)
class Occupation:
    """
    What a customer says about her work, and what was found about it.

    *asked_at* holds the instants of the last day at which a vendor was asked.
    """

    customer_id: CustomerId
    employer: str
    monthly_salary: Money
    stated_at: datetime
    official_email: Email | None = None
    uan: Uan | None = None
    verdict: EmploymentVerdict = EmploymentVerdict.STATED
    evidence: EmploymentEvidence | None = None
    asked_at: tuple[datetime, ...] = ()
    version: int = 0

    @property
    def is_verified(self) -> bool:
        """Whether a record bears out what she says."""
        return self.verdict is EmploymentVerdict.VERIFIED

    @property
    def is_being_checked(self) -> bool:
        """Whether a vendor's answer is still awaited."""
        return self.verdict is EmploymentVerdict.CHECKING


@attrs.frozen
class Place:
    """Where a pincode lies. *city* is empty where its post offices serve several districts."""

    city: str
    state: str


class BlockedBy(Enum):
    """By what somebody is kept from borrowing. The words are the wire's."""

    PAN = "PAN"
    AADHAAR = "AADHAAR"
    PHONE = "PHONE"


@attrs.frozen
class Block:
    """
    One identifier on a brand's blocklist. The identifier itself is kept as a blind index; *masked* is what is shown of it.

    A block that was lifted stays, with the reason for both.
    """

    id: UUID
    by: BlockedBy
    masked: str
    reason: str
    added_at: datetime
    added_by: UUID | None
    lifted_at: datetime | None = None
    lifted_reason: str = ""
