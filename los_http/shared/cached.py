"""Answers to staff that may be a little old: kept for their brand, their question and what the asker may see."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from litestar import MediaType, Response

from los_domain.access.model import Audience
from los_http.shared.access import principal_of
from los_http.shared.depends import App, Req
from los_http.shared.wire import encode

V = TypeVar("V")


def cached(
    request: Req,
    application: App,
    make: Callable[[], V],
    *,
    tags: Iterable[str],
    seconds: int,
    sees: str = "",
) -> Response[V]:
    """
    Answer what *make* returns, or what it returned to the same question within *seconds*.

    *tags* are the capabilities that the answer is read from: a change in one of them, by anybody, ends it at once. *sees* is what narrows
    the asker's view beside her permissions, such as her own id where she sees only what is allocated to her. Never for borrowers, and
    never where the answer decides or moves money.
    """
    principal = principal_of(request)
    if principal.audience is not Audience.PARTNER or principal.brand is None:
        raise RuntimeError("only answers to staff in a brand are kept")
    permissions = ",".join(sorted(permission.value for permission in principal.permissions))
    question = (request.method, request.url.path, repr(sorted(request.query_params.multi_items())), permissions, sees)
    body = application.core.cache.answer(
        principal.brand, question, tags=tags, seconds=seconds, make=lambda: encode(make())
    )
    stored: Any = body
    return Response(stored, media_type=MediaType.JSON)
