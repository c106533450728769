"""Query parameters that every list takes."""

from typing import Annotated, Literal

from litestar.params import QueryParameter

from los_domain.shared.paging import PageRequest

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, description="From 1.")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100, description="Items of a page.")]
Order = Annotated[Literal["asc", "desc"], QueryParameter(name="order")]


def page_request(page: int, limit: int, sort: str, order: str) -> PageRequest:
    """Return the page that is asked for."""
    return PageRequest(page=page, limit=limit, sort=sort, descending=order == "desc")
