"""
A credit report in our words, whichever bureau wrote it.

Amounts are ``Money``; a month is its first day; None means *not known* and is never read as zero. A person without history is a
report too (``Hit.NO_HIT``), never an error: it is an input to a decision.
"""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import attrs

from los_domain.shared.identifiers import Pan, Phone
from los_domain.shared.ids import AttemptId, CustomerId
from los_domain.shared.money import ZERO, Money
from los_domain.shared.rates import Quoted


class Bureau(Enum):
    """Who keeps the file."""

    EQUIFAX = "EQUIFAX"
    CRIF = "CRIF"
    CIBIL = "CIBIL"


class Hit(Enum):
    """Whether the bureau holds a file: accounts, none at all, or traces (enquiries) without an account."""

    HIT = "hit"
    NO_HIT = "no_hit"
    THIN = "thin"


class ScoreState(Enum):
    """Why there is a score, or none."""

    SCORED = "scored"
    NO_HISTORY = "no_history"
    INSUFFICIENT = "insufficient"  # accounts, but too few or too young
    EXCLUDED = "excluded"  # the bureau names a reason not to score
    MISSING = "missing"  # accounts, and no word about a score


class AccountType(Enum):
    """What was lent."""

    HL = "housing"
    LAP = "against property"
    AL = "vehicle"
    TW = "two-wheeler"
    GL = "gold"
    PL = "personal"
    STPL = "short-term personal"
    CD = "consumer"
    CC = "card"
    BL = "business"
    EDU = "education"
    KCC = "farmer's card"
    MFI = "microfinance"
    OD = "overdraft"
    OTHER = "other"

    @property
    def is_revolving(self) -> bool:
        """Whether it has a limit and no term."""
        return self in (AccountType.CC, AccountType.OD, AccountType.KCC)

    @property
    def is_secured(self) -> bool:
        """Whether such loans usually are; a bureau's own word on an account goes before."""
        return self in (AccountType.HL, AccountType.LAP, AccountType.AL, AccountType.TW, AccountType.GL)


class Ownership(Enum):
    """What the person is to the account. Guarantors and added card users owe nothing by themselves."""

    INDIVIDUAL = "individual"
    JOINT = "joint"
    GUARANTOR = "guarantor"
    AUTH_USER = "authorised user"

    @property
    def owes(self) -> bool:
        """Whether the debt is the person's own."""
        return self in (Ownership.INDIVIDUAL, Ownership.JOINT)


class AccountStatus(Enum):
    """Where an account stands."""

    ACTIVE = "active"
    CLOSED = "closed"
    WRITTEN_OFF = "written off"
    SETTLED = "settled"
    WO_SETTLED = "written off, then settled"
    SOLD = "sold"
    RESTRUCTURED = "restructured"

    @property
    def is_written_off(self) -> bool:
        """Whether the lender gave it up."""
        return self in (AccountStatus.WRITTEN_OFF, AccountStatus.WO_SETTLED)

    @property
    def is_settled(self) -> bool:
        """Whether the lender took less than it was owed."""
        return self in (AccountStatus.SETTLED, AccountStatus.WO_SETTLED)

    @property
    def is_running(self) -> bool:
        """Whether it is still served."""
        return self in (AccountStatus.ACTIVE, AccountStatus.RESTRUCTURED)


@attrs.frozen
class DpdMonth:
    """Days past due at the end of one month. *bucketed*: the bureau gave a range, and *dpd* is its lower bound."""

    month: date
    dpd: int | None
    asset_class: str = ""
    bucketed: bool = False


@attrs.frozen
class Account:
    """One loan or card, as one lender reported it."""

    id_masked: str
    lender: str
    type: AccountType
    secured: bool
    ownership: Ownership
    status: AccountStatus
    opened: date | None = None
    closed: date | None = None
    reported: date | None = None
    sanctioned: Money = ZERO
    credit_limit: Money | None = None
    balance: Money = ZERO
    overdue: Money = ZERO
    emi: Money | None = None
    rate: Quoted | None = None
    tenure_months: int | None = None
    written_off_total: Money = ZERO
    written_off_principal: Money = ZERO
    written_off_on: date | None = None
    settlement_amount: Money = ZERO
    suit_filed: bool = False
    wilful_default: bool = False
    history: tuple[DpdMonth, ...] = ()  # newest first

    @property
    def is_active(self) -> bool:
        """Whether it still runs: neither closed by date nor ended by status. A bureau's "open" flag alone is not enough."""
        return self.closed is None and self.status.is_running


@attrs.frozen
class Enquiry:
    """One lender's look at the file."""

    on: date
    lender: str
    purpose: AccountType
    amount: Money
    secured: bool


@attrs.frozen
class ScoreInfo:
    """The bureau's score. *value* is 300 to 900 or None; *raw* is the word on the wire, sentinels such as -1 included."""

    name: str
    value: int | None
    raw: str
    state: ScoreState
    reasons: tuple[str, ...] = ()
    exclusion_codes: tuple[str, ...] = ()


@attrs.frozen(repr=False)
class ReportedSubject:
    """Whom the bureau says the file is about."""

    name: str = ""
    date_of_birth: date | None = None
    gender: str = ""
    pans: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@attrs.frozen
class CreditReport:
    """One pull. *unread* lists words on the wire that no table knows: they were read as unknown and belong to staff's attention."""

    bureau: Bureau
    product: str
    control_number: str
    reported_on: date
    hit: Hit
    score: ScoreInfo
    subject: ReportedSubject = ReportedSubject()
    accounts: tuple[Account, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    summary_as_reported: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()


def hit_of(accounts: tuple[Account, ...], enquiries: tuple[Enquiry, ...]) -> Hit:
    """Return what a readable report amounts to."""
    if accounts:
        return Hit.HIT
    return Hit.THIN if enquiries else Hit.NO_HIT


def score_of(
    name: str, raw: str, *, has_accounts: bool, exclusion_codes: tuple[str, ...] = (), reasons: tuple[str, ...] = ()
) -> ScoreInfo:
    """
    Read a score's wire word: zero padded, or a sentinel.

    300 to 900 is a score. Everything else (-1, ``000-1``, 0, 1 to 5, NA, NH, nothing) is none and says why; it is never a number.
    """
    bare = raw.strip().lstrip("0")
    value = int(bare) if bare.isascii() and bare.isdigit() and 300 <= int(bare) <= 900 else None
    if value is not None:
        state = ScoreState.SCORED
    elif not has_accounts:
        state = ScoreState.NO_HISTORY
    elif exclusion_codes:
        state = ScoreState.EXCLUDED
    else:
        state = ScoreState.INSUFFICIENT if raw.strip() else ScoreState.MISSING
    return ScoreInfo(name, value, raw.strip(), state, reasons, exclusion_codes)


@attrs.frozen(repr=False)
class BureauSubject:
    """Whom to ask about, as proved by KYC."""

    name: str
    date_of_birth: date
    pan: Pan
    phone: Phone
    address_line: str
    city: str
    state: str  # full name, such as Maharashtra; each bureau has its own codes
    pincode: str
    gender: str = ""


class PullState(Enum):
    """How far a question to a bureau got."""

    ASKING = "asking"
    WAITING = "waiting"  # nobody took the question: it is asked again
    DONE = "done"
    UNREADABLE = "unreadable"  # an answer came, in no shape we know; it is kept
    REFUSED = "refused"
    UNKNOWN = "unknown"  # perhaps billed, perhaps seen by other lenders: not repeated by itself within the day
    GIVEN_UP = "given_up"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more comes of it."""
        return self not in (PullState.ASKING, PullState.WAITING)


@attrs.frozen(repr=False)
class Pull:
    """
    One question to a bureau about a customer, for one loan, and the raw answer.

    begun_at, asked_at: when it was first asked and last, by the wall's clock. pulled_on: the business day of the answer.
    sha256: of *raw*; it stays when the report is erased. reason: a code of why there is none.
    """

    id: UUID
    customer_id: CustomerId
    loan_id: UUID
    state: PullState
    begun_at: datetime
    asked_at: datetime
    provider: str = ""
    attempt: AttemptId | None = None
    pulled_on: date | None = None
    raw: bytes | None = None
    sha256: str = ""
    reason: str = ""
