"""The JSON on the wire: camelCase structs that know every field, money as rupees with two places, and typed identifiers."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from los_domain.shared.money import Money
from los_domain.shared.paging import Page

T = TypeVar("T")

Rupees = Annotated[
    str,
    msgspec.Meta(pattern=r"^\d{1,16}\.\d{2}$", description="Rupees with two places.", examples=["12500.00"]),
]
SignedRupees = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^-?\d{1,16}\.\d{2}$",
        description="Rupees with two places; with a minus the other way round.",
        examples=["-12500.00"],
    ),
]
PhoneText = Annotated[
    str, msgspec.Meta(min_length=10, max_length=16, description="Mobile number in India.", examples=["9876543210"])
]
OtpText = Annotated[
    str, msgspec.Meta(pattern=r"^\d{6}$", description="The code of the newest SMS.", examples=["493027"])
]
NameText = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Date = Annotated[date, msgspec.Meta(description="ISO 8601 date.", examples=["2026-11-24"])]


class In(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A request body."""


class Out(msgspec.Struct, rename="camel", kw_only=True):
    """An answer."""


class PageOut(msgspec.Struct, Generic[T], rename="camel", kw_only=True):
    """A page of a list."""

    items: list[T]
    page: int
    limit: int
    total: int
    total_is_capped: bool = False


def page_out(page: Page[T]) -> PageOut[T]:
    """Return the wire form of a page whose items are wire values already."""
    return PageOut(
        items=list(page.items), page=page.page, limit=page.limit, total=page.total, total_is_capped=page.total_is_capped
    )


def rupees(money: Money) -> str:
    """Return the wire form of an amount."""
    return str(money)


def instant(value: datetime) -> str:
    """Return the wire form of an instant: UTC with Z, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def encode(value: Any) -> bytes:
    """Return *value* as JSON."""
    return _ENCODER.encode(value)


_ENCODER = msgspec.json.Encoder(enc_hook=lambda value: str(value) if isinstance(value, Money) else _unknown(value))


def _unknown(value: object) -> Any:
    raise NotImplementedError(f"{type(value).__name__} has no wire form")
