"""
A vendor's config between its stored JSON and its attrs class: read strictly, shown without secrets, described for a settings screen.

Reading never guesses: a number written as text is wrong, an unknown field is wrong, and every wrong field is told at once. No message
repeats a value, since any field may be a secret.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
import cattrs

from los_adapters.wire.provider import secrets_of
from los_domain.shared.errors import FieldProblem, Invalid

C = TypeVar("C", bound=attrs.AttrsInstance)

MASK = "********"
"""What a screen shows for a secret that is set; sent back unchanged, it means: keep the one that is stored."""


class SettingProblem(ValueError):
    """One setting that cannot be right: its name, what is wrong, what would be right. Never its value."""

    def __init__(self, field: str, message: str, fix: str = "") -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message, self.fix = field, message, fix


Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def filled(_instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Check that a text or list is not empty."""
    if not value:
        raise SettingProblem(attribute.name, "is empty")


def address(_instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Check that a base URL is http(s), without a slash at its end, credentials, query or fragment."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#@]*[^\s?#@/])?", value):
        fix = "write https://host or https://host/path, without a slash at the end"
        raise SettingProblem(attribute.name, "is not the address of a service", fix)


def path(_instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Check that a path begins with a slash and holds no query."""
    if not re.fullmatch(r"/[^\s?#]*", value):
        raise SettingProblem(
            attribute.name, "is not a path", "begin with a slash and leave out what follows a question mark"
        )


def between(least: float, most: float) -> Validator:
    """Check that a number lies within bounds, both allowed."""

    def check(_instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if not least <= value <= most:
            raise SettingProblem(attribute.name, f"must lie between {least:g} and {most:g}")

    return check


def form(pattern: str, fix: str) -> Validator:
    """Check that a text matches the whole of *pattern*; *fix* says in words what is right."""
    compiled = re.compile(pattern, re.ASCII)

    def check(_instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if not compiled.fullmatch(value):
            raise SettingProblem(attribute.name, "does not have the right form", fix)

    return check


def names(*ours: str) -> Validator:
    """Check that a table gives the vendor's name for each of *ours* and for nothing else."""

    def check(_instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if set(value) != set(ours) or not all(value.values()):
            raise SettingProblem(attribute.name, "does not name each part once", f"give a name for {', '.join(ours)}")

    return check


class _Wrong(ValueError):
    """A value of the wrong type. The message names the right one."""


def _number(value: Any, _type: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Wrong("must be a number")
    return float(value)


def _whole(value: Any, _type: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("must be a whole number")
    return value


def _flag(value: Any, _type: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


def _text(value: Any, _type: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("must be text")
    return value


def _choice(value: Any, kind: type[Enum]) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise _Wrong(f"must be one of {', '.join(str(member.value) for member in kind)}") from None


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=False)

    def row(value: Any, kind: Any) -> tuple[Any, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise _Wrong("must be a list")
        return tuple(converter.structure(item, get_args(kind)[0]) for item in value)

    def table(value: Any, kind: Any) -> dict[Any, Any]:
        if not isinstance(value, Mapping):
            raise _Wrong("must be an object")
        names, values = get_args(kind)
        return {converter.structure(k, names): converter.structure(v, values) for k, v in value.items()}

    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(int, _whole)
    converter.register_structure_hook(bool, _flag)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook_func(lambda kind: isinstance(kind, type) and issubclass(kind, Enum), _choice)
    converter.register_structure_hook_func(_is_tuple, row)
    converter.register_structure_hook_func(_is_mapping, table)
    converter.register_unstructure_hook_func(
        _is_mapping, lambda value: {k: converter.unstructure(v) for k, v in value.items()}
    )
    converter.register_unstructure_hook_func(_is_tuple, lambda value: [converter.unstructure(item) for item in value])
    return converter


_CONVERTER = _converter()


def structure(config: type[C], stored: Mapping[str, Any]) -> C:
    """
    Build *config* from a JSON object.

    Raises:
        Invalid: with one FieldProblem for every field that is unknown, missing, of the wrong type or out of bounds.
    """
    hints = get_type_hints(config)
    fields = {field.name: field for field in attrs.fields(config)}
    problems = [
        FieldProblem(str(name), "is not a setting of this provider", f"settings are {', '.join(fields)}")
        for name in stored
        if name not in fields
    ]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in stored:
            if field.default is attrs.NOTHING:
                problems.append(FieldProblem(name, "is missing"))
            continue
        try:
            values[name] = _CONVERTER.structure(stored[name], hints[name])
            if field.validator is not None:
                field.validator(None, field, values[name])
        except SettingProblem as problem:
            problems.append(FieldProblem(name, problem.message, problem.fix))
        except _Wrong as wrong:
            problems.append(FieldProblem(name, str(wrong)))
        except (ValueError, TypeError, KeyError):
            problems.append(FieldProblem(name, "is not acceptable"))
    if problems:
        raise Invalid(*problems)
    try:
        return config(**values)
    except SettingProblem as problem:
        raise Invalid(FieldProblem(problem.field, problem.message, problem.fix)) from None
    except (ValueError, TypeError):
        raise Invalid(FieldProblem("", "the settings do not fit together")) from None


def stored(config: attrs.AttrsInstance) -> dict[str, Any]:
    """Return *config* as the JSON object that ``structure`` reads back, secrets and all: to be sealed, never shown."""
    hints = get_type_hints(type(config))
    return {
        field.name: _CONVERTER.unstructure(getattr(config, field.name), unstructure_as=hints[field.name])
        for field in attrs.fields(type(config))
    }


def public_view(config: attrs.AttrsInstance) -> dict[str, Any]:
    """Return *config* as JSON for people: each secret is ``MASK`` where one is set, and empty where none is."""
    hidden = secrets_of(type(config))
    return {name: (MASK if value else "") if name in hidden else value for name, value in stored(config).items()}


def with_kept_secrets(
    config: type[attrs.AttrsInstance], sent: Mapping[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a screen sent, with every secret that came back masked replaced by the stored one."""
    hidden = secrets_of(config)
    return {
        name: kept[name] if name in hidden and value == MASK and name in kept else value for name, value in sent.items()
    }


_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _described(kind: Any) -> dict[str, Any]:
    if _is_tuple(kind):
        return {"type": "array", "items": _described(get_args(kind)[0])}
    if _is_mapping(kind):
        return {"type": "object", "additionalProperties": _described(get_args(kind)[1])}
    if get_origin(kind) in (Union, UnionType):
        inner = [_described(option) for option in get_args(kind) if option is not NoneType]
        return {"anyOf": [*inner, {"type": "null"}]} if NoneType in get_args(kind) else {"anyOf": inner}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [member.value for member in kind]}
    return {"type": _JSON_TYPES[kind]}


def schema(config: type[attrs.AttrsInstance]) -> dict[str, Any]:
    """Return the JSON Schema of *config*: types, choices, defaults, what is required; secrets are ``writeOnly`` and show no default."""
    hints = get_type_hints(config)
    hidden = secrets_of(config)
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field in attrs.fields(config):
        shown = _described(hints[field.name])
        if field.name in hidden:
            shown["writeOnly"] = True
        if field.default is attrs.NOTHING:
            required.append(field.name)
        elif field.name not in hidden:
            default = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]
            shown["default"] = _CONVERTER.unstructure(default, unstructure_as=hints[field.name])
        properties[field.name] = shown
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
