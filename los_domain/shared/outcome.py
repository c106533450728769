"""
What an outside system's answer comes to: one closed set of values for every vendor.

Every adapter maps every reply, and every silence, to exactly one of these. A word that a vendor's page does not list is
``Pending``, never success. Whether ``Unknown`` may be repeated is the caller's knowledge, not the adapter's: look-ups free of
effect may, money out never.
"""

from enum import Enum
from typing import Generic, TypeVar

import attrs

T_co = TypeVar("T_co", covariant=True)


class RefusedFor(Enum):
    """Why a vendor that understood us said no. Trying again with the same input changes nothing."""

    INVALID_INPUT = "invalid_input"
    WRONG_OTP = "wrong_otp"
    CONSENT_DENIED = "consent_denied"
    CONSENT_EXPIRED = "consent_expired"
    CHALLENGE_REQUIRED = "challenge_required"  # the borrower has to do something first
    RECIPIENT = "recipient"  # this phone or mailbox takes nothing from anyone
    ACCOUNT_INVALID = "account_invalid"  # no such bank account, or closed, frozen
    INSUFFICIENT_FUNDS = "insufficient_funds"  # our own account at the bank is empty
    DUPLICATE = "duplicate"  # the vendor already knows this reference: ask for its state
    DOCUMENT = "document"  # unreadable, tampered, wrong password
    OTHER = "other"


class MisconfiguredIn(Enum):
    """How far a configuration fault reaches. ACCOUNT opens the provider's circuit, TEMPLATE concerns this message only."""

    ACCOUNT = "account"
    PRODUCT = "product"
    TEMPLATE = "template"


@attrs.frozen
class Done(Generic[T_co]):
    """The vendor did it or answered it. *provider_reference* is the vendor's own id for it, where it gives one."""

    value: T_co
    provider_reference: str = ""


@attrs.frozen
class NoRecord:
    """A definite answer: the vendor looked and holds nothing. Never a reason to ask the next paid provider."""

    message: str = ""


@attrs.frozen
class Refused:
    """A definite no. *code* is the vendor's word, *message* is safe to show to staff."""

    why: RefusedFor
    code: str = ""
    message: str = ""


@attrs.frozen
class Misconfigured:
    """Our fault: credentials, balance, allow-list, template. Not sent; the next provider may be asked; staff is told."""

    scope: MisconfiguredIn
    code: str = ""
    message: str = ""


@attrs.frozen
class RateLimited:
    """Not taken; may be tried after *after_seconds*."""

    after_seconds: int


@attrs.frozen
class NotSent:
    """Certainly not taken: no connection, or a clean refusal to take requests now."""

    reason: str


@attrs.frozen
class Pending:
    """Taken and not decided yet; ask again with *handle* (the vendor's job, transaction or contract id)."""

    handle: str
    word: str = ""  # the vendor's own status word


@attrs.frozen
class Unknown:
    """Taken or not, done or not: nobody on our side knows (time-out, broken answer, unreadable body)."""

    reason: str


Outcome = Done[T_co] | NoRecord | Refused | Misconfigured | RateLimited | NotSent | Pending | Unknown
