"""A page as audit rows show it. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from los_domain.shared.audit import Value


def told(value: Any) -> Value:
    """Return *value* as an audit row can hold it: words, numbers and truths as they are, everything else as text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Enum):
        return told(value.value)
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(str(told(item)) for item in value)
    return str(value)


def fields_of(page: Any) -> Mapping[str, Value]:
    """Return the fields of a page as audit rows hold them."""
    return {field.name: told(getattr(page, field.name)) for field in attrs.fields(type(page))}
