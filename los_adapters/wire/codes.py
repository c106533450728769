"""
A vendor's table of error codes as data: each code means one word of ours, and each word is one ``Outcome``.

Adapters keep the vendor's published codes as a literal table and lay a setting of the same shape over it, so that a code which the
vendor never published is added, or a guess corrected, without touching code.
"""

from enum import Enum
from typing import Any

from los_domain.shared.outcome import (
    Misconfigured,
    MisconfiguredIn,
    NoRecord,
    NotSent,
    Outcome,
    RateLimited,
    Refused,
    RefusedFor,
    Unknown,
)


class Means(Enum):
    """What a vendor's code comes to. None of these is success: success is never read from a table of errors."""

    NO_RECORD = "no_record"
    INVALID_INPUT = "invalid_input"
    WRONG_OTP = "wrong_otp"
    CONSENT_DENIED = "consent_denied"
    CONSENT_EXPIRED = "consent_expired"
    CHALLENGE_REQUIRED = "challenge_required"
    RECIPIENT = "recipient"
    ACCOUNT_INVALID = "account_invalid"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    OUR_ACCOUNT = "our_account"
    OUR_PRODUCT = "our_product"
    OUR_TEMPLATE = "our_template"
    RATE_LIMITED = "rate_limited"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


_REFUSED = {
    Means.INVALID_INPUT: RefusedFor.INVALID_INPUT,
    Means.WRONG_OTP: RefusedFor.WRONG_OTP,
    Means.CONSENT_DENIED: RefusedFor.CONSENT_DENIED,
    Means.CONSENT_EXPIRED: RefusedFor.CONSENT_EXPIRED,
    Means.CHALLENGE_REQUIRED: RefusedFor.CHALLENGE_REQUIRED,
    Means.RECIPIENT: RefusedFor.RECIPIENT,
    Means.ACCOUNT_INVALID: RefusedFor.ACCOUNT_INVALID,
    Means.DUPLICATE: RefusedFor.DUPLICATE,
    Means.REFUSED: RefusedFor.OTHER,
}
_MISCONFIGURED = {
    Means.OUR_ACCOUNT: MisconfiguredIn.ACCOUNT,
    Means.OUR_PRODUCT: MisconfiguredIn.PRODUCT,
    Means.OUR_TEMPLATE: MisconfiguredIn.TEMPLATE,
}


def outcome_of(means: Means, code: str, message: str = "", *, after_seconds: int = 1) -> Outcome[Any]:
    """Return the outcome that a code comes to; *message* is words of ours, because a vendor's may repeat what we sent."""
    if means in _REFUSED:
        return Refused(_REFUSED[means], code, message)
    if means in _MISCONFIGURED:
        return Misconfigured(_MISCONFIGURED[means], code, message)
    if means is Means.NO_RECORD:
        return NoRecord(message)
    if means is Means.RATE_LIMITED:
        return RateLimited(after_seconds)
    if means is Means.NOT_SENT:
        return NotSent(message or f"the vendor answered {code}")
    return Unknown(message or f"the vendor answered {code}")
