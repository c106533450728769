"""Wire forms of staff log-in."""

from typing import Annotated

import msgspec

from los_http.shared.wire import In


class LogInIn(In):
    """E-mail and password of a member of staff."""

    email: Annotated[str, msgspec.Meta(min_length=5, max_length=254, examples=["risk@lender.example"])]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    device: Annotated[str, msgspec.Meta(max_length=120)] = ""
