"""Consents and reasons that come along with a request."""

from typing import Annotated

import msgspec

from los_http.shared.wire import In

TextVersion = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=40,
        description="The version of the consent text that the customer was shown and agreed to.",
        examples=["2026-10"],
    ),
]
Language = Annotated[
    str,
    msgspec.Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="Of the consent text.", examples=["en", "hi-IN"]),
]


class ConsentedIn(In):
    """A request by which the customer agrees that somebody is asked about her."""

    consent_version: TextVersion
    consent_language: Language = "en"


class ReasonIn(In):
    """Why somebody decides something, for whoever reads it next."""

    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=300)]
