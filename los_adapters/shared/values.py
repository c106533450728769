"""
Values of the domain as JSON, for sealed columns that are read and written whole.

Old rows stay readable: a field that was added since has its default, one that was removed is passed over. Amounts are whole paise,
identifiers their bare text, dates and instants ISO 8601, enums their value.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from cattrs.preconf.json import JsonConverter, make_converter

from los_domain.shared.identifiers import AccountNumber, Email, Ifsc, Pan, Phone, Pincode, Uan
from los_domain.shared.money import Money

T = TypeVar("T")


def _new() -> JsonConverter:
    converter = make_converter()

    def kept(kind: type[Any], out: Callable[[Any], Any], back: Callable[[Any], Any]) -> None:
        converter.register_unstructure_hook(kind, out)
        converter.register_structure_hook(kind, lambda value, _: back(value))

    kept(UUID, str, UUID)
    kept(date, date.isoformat, date.fromisoformat)
    kept(datetime, datetime.isoformat, datetime.fromisoformat)
    kept(Money, lambda money: money.paise, Money)
    for identifier in (AccountNumber, Email, Ifsc, Pan, Phone, Pincode, Uan):
        kept(identifier, lambda value: value.value, identifier)
    return converter


CONVERTER = _new()


def to_json(value: Any) -> Any:
    """Return *value* as JSON values."""
    return CONVERTER.unstructure(value)


def from_json(kind: type[T], kept: Any) -> T:
    """Return the value of class *kind* that *kept* holds."""
    return CONVERTER.structure(kept, kind)
