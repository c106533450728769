"""
A page between its stored JSON and its class.

Old versions stay readable: a field that was added since is its default, one that was removed is passed over. Amounts are rupees with
two places, rates the printed percentage, dates and times ISO 8601.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, TypeVar
from uuid import UUID

from cattrs.preconf.json import make_converter

from los_domain.shared.money import Money
from los_domain.shared.rates import Quoted

T = TypeVar("T")

_CONVERTER = make_converter()
_CONVERTER.register_unstructure_hook(Money, str)
_CONVERTER.register_structure_hook(Money, lambda value, _: Money.parse(value))
_CONVERTER.register_unstructure_hook(Quoted, str)
_CONVERTER.register_structure_hook(Quoted, lambda value, _: Quoted.parse(value))
_CONVERTER.register_unstructure_hook(UUID, str)
_CONVERTER.register_structure_hook(UUID, lambda value, _: UUID(value))
for _kind in (date, time):
    _CONVERTER.register_unstructure_hook(_kind, lambda value: value.isoformat())
    _CONVERTER.register_structure_hook(_kind, lambda value, kind: kind.fromisoformat(value))


def body_of(page: Any) -> dict[str, Any]:
    """Return *page* as JSON values."""
    body: dict[str, Any] = _CONVERTER.unstructure(page)
    return body


def page_of(kind: type[T], body: Mapping[str, Any]) -> T:
    """Return the page of class *kind* that *body* holds."""
    return _CONVERTER.structure(body, kind)
