"""Every field at fault, not the first one: a slow path that runs only when a request was refused."""

import json
from typing import Any, get_args, get_origin

import msgspec
from litestar import Request
from litestar.constants import UNDEFINED_SENTINELS
from litestar.exceptions import SerializationException, ValidationException

from los_domain.shared.errors import FieldProblem

_NO_JSON = FieldProblem("body", "this is not JSON", "send one JSON object with the fields that the API page shows")


def field_problems(
    request: Request[Any, Any, Any], error: ValidationException | SerializationException
) -> list[FieldProblem]:
    """Return what is wrong with the request, field by field."""
    kind = _body_type(request)
    raw = request.scope.get("state", {}).get("raw_body")
    if kind is not None and isinstance(raw, bytes):
        try:
            parsed = json.loads(raw)
        except (ValueError, UnicodeDecodeError):
            return [_NO_JSON]
        found = list(_walk(kind, parsed, ""))
        if found:
            return found
    extra = getattr(error, "extra", None)
    if isinstance(extra, list) and extra:
        return [
            FieldProblem(_camel(str(item.get("key", "request"))), str(item.get("message", "not valid")))
            for item in extra
            if isinstance(item, dict)
        ] or [FieldProblem("request", "the request cannot be understood")]
    return [_NO_JSON if kind is not None else FieldProblem("request", "a parameter cannot be understood")]


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _body_type(request: Request[Any, Any, Any]) -> Any:
    handler = request.scope.get("route_handler")
    field = getattr(handler, "parsed_data_field", None)
    if field is None or field in UNDEFINED_SENTINELS:
        return None
    return field.annotation


def _walk(kind: Any, value: Any, path: str) -> Any:
    """Yield the problems of *value* as *kind*, struct by struct, field by field."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if not isinstance(value, dict):
            yield FieldProblem(path or "body", "should be an object")
            return
        known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        for name in value:
            if name not in known:
                yield FieldProblem(f"{path}.{name}" if path else name, "is not a field of this request", "leave it out")
        for name, field in known.items():
            where = f"{path}.{name}" if path else name
            if name not in value:
                if field.required:
                    yield FieldProblem(where, "is missing", f"add {name}")
                continue
            yield from _walk(field.type, value[name], where)
        return
    if get_origin(kind) is list and isinstance(value, list):
        (item,) = get_args(kind)
        for number, element in enumerate(value):
            yield from _walk(item, element, f"{path}[{number}]")
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        yield FieldProblem(path, _plain(str(problem)), _fix(kind))


def _plain(text: str) -> str:
    return text.partition(" - at ")[0].replace("`", "").replace("Expected", "should be").strip()


def _fix(kind: Any) -> str:
    for meta in getattr(kind, "__metadata__", ()):
        examples = getattr(meta, "examples", None)
        if examples:
            return f"for example {examples[0]}"
    return ""
