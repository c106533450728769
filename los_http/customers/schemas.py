"""Wire forms of sign-up."""

from typing import Annotated

import msgspec

from los_domain.access.model import Tokens
from los_domain.customers.usecases.sign_up import CodeSent
from los_http.shared.wire import In, OtpText, Out, PhoneText

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
