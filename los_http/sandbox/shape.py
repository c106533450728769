"""
What a vendor takes in a body: each field's type, and that no other field is there. Vendors word their own refusals
from the first `Misfit`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs


class Misfit(Exception):
    """One thing wrong with a body. *field* is the path with dots and places, empty for the body itself."""

    def __init__(self, field: str, problem: str, kind: str) -> None:
        super().__init__(f"{field}: {problem}" if field else problem)
        self.field = field
        self.problem = problem
        self.kind = kind
        """``missing``, ``unknown``, ``type`` or ``value``."""


Check = Callable[[Any, str], None]


@attrs.frozen
class Field:
    """One field of a shape."""

    check: Check
    required: bool = True


def needed(check: Check) -> Field:
    return Field(check)


def optional(check: Check) -> Field:
    return Field(check, required=False)


def text(*, least: int = 0, most: int = 10_000, pattern: str = "", one_of: tuple[str, ...] = ()) -> Check:
    """A string of *least* to *most* characters that matches all of *pattern* or is *one_of* some words."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str):
            raise Misfit(at, "must be a string", "type")
        if len(value) < least or len(value) > most:
            raise Misfit(at, f"must have {least} to {most} characters", "value")
        if pattern and not re.fullmatch(pattern, value):
            raise Misfit(at, "has an invalid format", "value")
        if one_of and value not in one_of:
            raise Misfit(at, "must be one of " + ", ".join(one_of), "value")

    return check


def whole(*, least: int | None = None, most: int | None = None) -> Check:
    """An integer, which neither a boolean nor 1.0 is."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Misfit(at, "must be an integer", "type")
        if least is not None and value < least:
            raise Misfit(at, f"must be at least {least}", "value")
        if most is not None and value > most:
            raise Misfit(at, f"must be at most {most}", "value")

    return check


def boolean() -> Check:
    def check(value: Any, at: str) -> None:
        if not isinstance(value, bool):
            raise Misfit(at, "must be a boolean", "type")

    return check


def mapping(*, most: int, longest: int) -> Check:
    """Free pairs of short values, as notes are."""

    def check(value: Any, at: str) -> None:
        if value == []:
            return
        if not isinstance(value, dict):
            raise Misfit(at, "must be an object", "type")
        if len(value) > most:
            raise Misfit(at, f"may hold at most {most} pairs", "value")
        for name, held in value.items():
            if not isinstance(held, (str, int)) or len(str(held)) > longest:
                raise Misfit(f"{at}.{name}", f"must be a string of at most {longest} characters", "value")

    return check


def several(check_item: Check, *, least: int = 0) -> Check:
    """A list whose every item passes *check_item*."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, list):
            raise Misfit(at, "must be an array", "type")
        if len(value) < least:
            raise Misfit(at, f"must have at least {least} items", "value")
        for place, item in enumerate(value):
            check_item(item, f"{at}[{place}]")

    return check


def fields(**shape: Field) -> Check:
    """An object with these fields and no others."""

    def check(value: Any, at: str) -> None:
        require(value, shape, at)

    return check


def require(value: Any, shape: Mapping[str, Field], at: str = "") -> dict[str, Any]:
    """Return *value* if it is an object of this *shape*. Raises `Misfit` for the first thing that is not."""
    if not isinstance(value, dict):
        raise Misfit(at, "must be an object", "type")
    for name, field in shape.items():
        path = f"{at}.{name}" if at else name
        if name not in value:
            if field.required:
                raise Misfit(path, "is required", "missing")
        else:
            field.check(value[name], path)
    for name in value:
        if name not in shape:
            raise Misfit(f"{at}.{name}" if at else name, "is not expected", "unknown")
    return value
