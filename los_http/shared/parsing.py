"""Texts of the wire into identifiers of the domain, with the field's name in the error."""

from collections.abc import Callable
from typing import TypeVar

from los_domain.shared.errors import FieldProblem, Invalid

T = TypeVar("T")


def parsed(field: str, read: Callable[[str], T], text: str) -> T:
    """Return *read(text)*. Raises Invalid that names *field* and says the right form."""
    try:
        return read(text)
    except ValueError as error:
        raise Invalid(FieldProblem(field, "is not valid", str(error))) from None
