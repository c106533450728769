"""The domain computes and decides: no I/O, no clock, no randomness, no float. Whatever it needs comes in as an argument."""

import ast

from tests.architecture.source import called, of

ALLOWED = frozenset(
    {
        "attrs",
        "bisect",
        "collections",
        "contextlib",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "hmac",
        "itertools",
        "json",
        "math",
        "operator",
        "re",
        "string",
        "textwrap",
        "typing",
        "unicodedata",
        "uuid",
    }
)
"""Everything that los_domain may import beside itself. Who adds a line says why it does no I/O and reads no clock."""

CLOCKS = ("now", "utcnow", "today")
INEXACT = {"math": {"gcd", "lcm", "isqrt", "comb", "factorial"}}
"""Of these modules only what stays in integers."""


def test_imports_are_on_the_list() -> None:
    strangers = [
        f"{module.at(line)} imports {name}"
        for module in of("los_domain")
        for name, _, line in module.imports()
        if name.partition(".")[0] not in ALLOWED | {"los_domain"}
    ]
    assert not strangers, f"los_domain is attrs and a short list of the standard library (house: purity): {strangers}"


def test_no_float() -> None:
    found = []
    for module in of("los_domain"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
                found.append(f"{module.at(node.lineno)} has {node.value}")
            if isinstance(node, ast.Name) and node.id == "float":
                found.append(f"{module.at(node.lineno)} names float")
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and "Decimal" not in ast.dump(module.tree):
                found.append(
                    f"{module.at(node.lineno)} divides with /, which makes a float of two ints: use // or Money.times"
                )
    assert not found, f"money and rates are exact; a float is wrong for one loan in two hundred: {found}"


def test_of_math_only_what_is_exact() -> None:
    found = [
        f"{module.at(node.lineno)} uses {called(node)}"
        for module in of("los_domain")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and called(node).startswith("math.")
        and called(node).partition(".")[2] not in INEXACT["math"]
    ]
    assert not found, f"these return floats: {found}"


def test_no_clock_and_no_chance() -> None:
    found = []
    for module in of("los_domain"):
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            name = called(node)
            if name.rpartition(".")[2] in CLOCKS and name.partition(".")[0] in ("datetime", "date"):
                found.append(f"{module.at(node.lineno)} reads the clock with {name}")
            if name.rpartition(".")[2] in ("uuid1", "uuid4", "uuid6", "uuid7") or name in ("open", "input", "print"):
                found.append(f"{module.at(node.lineno)} calls {name}")
    assert not found, f"time, ids and secrets come in through Clock, WallClock, Ids: {found}"


def test_money_has_no_float_on_the_way_in_or_out() -> None:
    """Outside the domain a float may measure seconds, never rupees: nothing converts an amount through float."""
    found = [
        f"{module.at(node.lineno)}"
        for package in ("los_adapters", "los_http", "los_worker")
        for module in of(package)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and called(node) == "float"
        and any("paise" in ast.dump(argument) or "rupees" in ast.dump(argument) for argument in node.args)
    ]
    assert not found, f"amounts go through the money reader of wire/figures.py or Money: {found}"
